// The LiveChat face: one request from route match to its answer in LiveChat's shapes.
//
// Purpose: decide everything every operation has in common, once: /v2 prefix and trailing slash, 404 before 401,
// version header, roles and scopes, encodings, JSONP, error bodies. What an operation does is a mapping program or a
// local handler; what has neither is answered 501, whatever its parameters.
// Refuses to know: any single operation.
// Threading: one shard.
// Tests: tests/unit/pipeline/livechat_face_test.cc
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "auth/credentials.h"
#include "mapping/mapping.h"
#include "pipeline/exchange.h"
#include "pipeline/serving.h"

namespace parley::pipeline {

// A local handler's view of one validated call.
struct LocalCall {
  const http::Request& request;  // for bodies that are no JSON and no form
  const Json& in;
  const auth::Principal& principal;
  const mapping::Invocation& invocation;
};

// Answers one operation without a mapping of its own.
using LocalHandler = std::function<Awaitable<Result<std::string>>(const LocalCall&)>;
using LocalHandlers = std::map<std::string, LocalHandler, std::less<>>;  // by operation id

// The operation of a request line of this face: the same resources answer under /v2.
Result<routing::RouteMatch> MatchLiveChatRoute(const routing::RouteTable& routes, http::Method method,
                                               std::string_view path);

class LiveChatFace {
 public:
  LiveChatFace(auth::CredentialStore& credentials, mapping::Runner& runner, const LocalHandlers& handlers,
               mapping::AccountInfo account)
      : credentials_(credentials), runner_(runner), handlers_(handlers), account_(std::move(account)) {}

  // `trace`: filled with what was executed; null when not wanted.
  Awaitable<http::Response> Handle(Exchange& exchange, const Serving& serving, mapping::Trace* trace);

 private:
  Awaitable<Result<std::string>> Answer(Exchange& exchange, const Serving& serving, mapping::Trace* trace);
  // Who calls `operation`, allowed to call it; nobody for operations that need no credentials.
  Awaitable<Result<auth::Principal>> Admit(Exchange& exchange, const routing::RouteMatch& match);
  mapping::Invocation InvocationFor(const Exchange& exchange, const auth::Principal& principal, const Json& in,
                                    mapping::Trace* trace) const;

  auth::CredentialStore& credentials_;
  mapping::Runner& runner_;
  const LocalHandlers& handlers_;
  mapping::AccountInfo account_;
};

}  // namespace parley::pipeline
