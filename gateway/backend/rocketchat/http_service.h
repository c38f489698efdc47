// One call, one exchange with the workspace.
//
// Purpose: a backend::Request as HTTP, and the answer back. What is none of the API's answers (an error page, a page of
// the web client) is told apart here: nobody above sees HTML where JSON belongs.
// Long answers, and requests that come part by part, are streamed where the caller can (Request::may_stream, incoming).
// Refuses to know: retries, limits, whose account the gateway uses (Identity).
// Errors: kBadGateway  no usable answer came; kTimeout; kUnavailable  too many calls under way; whatever ended the
// request's own body
// Threading: the client's shard. Tests: tests/unit/backend/rocketchat/http_service_test.cc
#pragma once

#include "backend/backend.h"
#include "backend/rocketchat/options.h"
#include "http/client.h"

namespace parley::backend::rocketchat {

class HttpService final : public Service {
 public:
  HttpService(http::Client& client, const Options& options) : client_(client), options_(options) {}

  // REQUIRES: the caller is anonymous or a session
  Awaitable<Result<Response>> Call(const Request& request) override;

 private:
  http::ClientRequest ToWorkspace(const Request& request) const;

  http::Client& client_;
  const Options& options_;
};

}  // namespace parley::backend::rocketchat
