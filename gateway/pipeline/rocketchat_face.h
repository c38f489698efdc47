// The Rocket.Chat face: requests under /api/ go to the backend as they are, and its answers come back as they are.
// Bodies the server streams go on as they come, and so do answers the backend streams.
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

// Which headers of a request the backend is given, besides its credentials.
enum class ForwardedHeaders {
  kKnown,  // those a route of the embedded backend may read
  kAll,    // what is between client and backend alone is for the backend to leave out
};

class RocketChatFace {
 public:
  explicit RocketChatFace(backend::Backend& backend, ForwardedHeaders headers = ForwardedHeaders::kKnown)
      : backend_(backend), headers_(headers) {}

  // Whether a path belongs to this face: /api/, /file-upload/, /avatar/ and /livechat.
  static bool Owns(std::string_view path);

  Awaitable<http::Response> Handle(Exchange& exchange, const Serving& serving);

 private:
  backend::Request ToBackend(const Exchange& exchange) const;

  backend::Backend& backend_;
  const ForwardedHeaders headers_;
};

// An Error in Rocket.Chat's failure envelope.
http::Response RocketChatFailure(const Error& error);

}  // namespace parley::pipeline
