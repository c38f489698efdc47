// The Rocket.Chat face: requests under /api/ go to the backend as they are, and its answers come back as they are.
//
// Refuses to know: routes, sessions, permissions; a path no spec describes is the backend's to refuse as well.
// Threading: one shard.
// Tests: tests/unit/pipeline/rocketchat_face_test.cc
#pragma once

#include <string_view>

#include "backend/backend.h"
#include "pipeline/exchange.h"
#include "pipeline/serving.h"

namespace parley::pipeline {

class RocketChatFace {
 public:
  explicit RocketChatFace(backend::Backend& backend) : backend_(backend) {}

  // Whether a path belongs to this face: /api/, /file-upload/, /avatar/ and /livechat.
  static bool Owns(std::string_view path);

  Awaitable<http::Response> Handle(Exchange& exchange, const Serving& serving);

 private:
  backend::Backend& backend_;
};

// An Error in Rocket.Chat's failure envelope.
http::Response RocketChatFailure(const Error& error);

}  // namespace parley::pipeline
