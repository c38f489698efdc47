// Results and Errors in the LiveChat API's shapes: the only place where they become bytes for that face.
//
// Threading: pure functions.
// Tests: tests/unit/pipeline/livechat_answer_test.cc
// Source: LiveChat reference, responses and errors.
#pragma once

#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "specs/spec.h"

namespace parley::pipeline {

// Every success is 200 and has a body: an operation that answers nothing answers {}.
http::Response LiveChatSuccess(std::string json);

// {"errors":[...]} for violations, {"error":"..."} for everything else, both with `message` and `code` beside it.
// `operation` may be null; it tells where a violation appears under `error` too.
http::Response LiveChatFailure(const Error& error, const specs::Operation* operation);

// Wraps the answer to ?callback=name, errors included. Characters that cannot be part of a JavaScript member expression
// are dropped from the name; an answer without a usable name stays JSON.
void WrapJsonp(std::string_view query, http::Response& response);

}  // namespace parley::pipeline
