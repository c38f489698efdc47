// The few operations that pages of any site may call: forms on the web.
//
// Everything else bears no CORS header at all, which is how browsers are told no.
// Threading: pure functions. Tests: tests/unit/pipeline/livechat_face_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"
#include "routing/route_table.h"

namespace parley::pipeline {

// The answer to a browser that asks before it calls; empty unless an operation of that path may be called so.
std::optional<http::Response> AnswerPreflight(const routing::RouteTable& routes, std::string_view path);

// Lets the page that called read the answer.
void AllowAnyOrigin(http::Response& response);

}  // namespace parley::pipeline
