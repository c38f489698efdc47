// Calling other people's HTTP services: webhooks, triggers that ask a service, a service that routes chats.
//
//   OutgoingRequest request;
//   request.method = http::Method::kPost;
//   request.url = "https://hooks.acme.test/parley";
//   Result<OutgoingResponse> answer = co_await caller.Send(std::move(request));
//
// Purpose: one narrow way out for URLs that come from settings. What may be reached is for the implementation to say
// (guarded_caller.h). Refuses to know: settings, retrying, what a call is about.
// Threading: a Caller is thread-safe; the awaiting coroutine resumes on its own shard.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/awaitable.h"
#include "http/message.h"
#include "outgoing/header_lines.h"

namespace parley::outgoing {

struct OutgoingRequest {
  http::Method method = http::Method::kGet;
  std::string url;      // http or https
  HeaderLines headers;  // REQUIRES: none of Host, Connection or what says how long the body is
  std::string body;
  std::chrono::milliseconds timeout{5000};  // for all of it; at least one
  // The service knows what it gets twice: a call over a kept connection that turns out to have ended may be made again.
  bool may_repeat = false;
};

// An answer longer than this is cut off.
inline constexpr std::size_t kMostBodyBytes = 64 * 1024;
// Headers beyond these many bytes are left out.
inline constexpr std::size_t kMostHeaderBytes = 16 * 1024;

struct OutgoingResponse {
  int status = 0;
  HeaderLines headers;
  std::string body;        // at most kMostBodyBytes
  bool truncated = false;  // there was more
};

class Caller {
 public:
  virtual ~Caller() = default;

  // Whatever status is answered is an answer; a redirect is one too and is not followed.
  // Errors: kInvalidArgument   no http or https URL, or a header that is none
  //         kPermissionDenied  the host's address may not be called
  //         kTimeout           no whole answer within the timeout
  //         kUnavailable       no connection, no HTTP, too many calls at once, or stopped; the reason is in `detail`
  virtual Awaitable<Result<OutgoingResponse>> Send(OutgoingRequest request) = 0;

  // Whether `url` may be called as far as can be told now: a host that cannot be resolved may be, later.
  // Errors: kInvalidArgument   no http or https URL
  //         kPermissionDenied  no address of the host may be called
  virtual Awaitable<Status> Check(std::string url) = 0;

  // Gives up what is under way and refuses what comes later.
  virtual void Stop() {}
};

}  // namespace parley::outgoing
