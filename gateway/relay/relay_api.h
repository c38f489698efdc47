// The relay for operators: what is registered, what was sent and what came of it, and sending it again.
//
//   GET    endpoints                    {"endpoints":[...]}, each with its backlog
//   POST   endpoints                    an endpoint as relay/endpoint_input.h reads it; answers its secret too
//   GET    endpoints/{id}   PATCH, DELETE likewise
//   GET    endpoints/{id}/secret        {"secrets":[{"secret","until"?}]}
//   POST   endpoints/{id}/rotate        {"overlap_seconds":86400,"secret"?}: a new secret beside the old one for a while
//   POST   endpoints/{id}/disable       {"reason"?}; what waits is kept
//   POST   endpoints/{id}/enable        goes on with what waits
//   POST   endpoints/{id}/test          {"event"?}: one made-up delivery at once, outside the queue
//   GET    deliveries?endpoint=&status=&subject=&since=&until=&before=&limit=   the newest first
//   GET    deliveries/{id}              with its body
//   GET    deliveries/{id}/attempts
//   POST   deliveries/{id}/resend       pending again, at once
//   POST   replay                       {"endpoint","since","until"?,"limit"?}: what happened in that time, again
//
// All under /admin/v1/relay/; who may call was decided before. Errors: {"error":"...","errors":[...]}, 400, 404 or 503.
// Threading: one shard, whose stores it uses. Tests: tests/unit/relay/relay_api_test.cc, tests/e2e/relay.test.mjs
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/message.h"
#include "relay/dispatcher.h"
#include "relay/endpoint_book.h"
#include "relay/services.h"

namespace parley::relay {

class RelayApi {
 public:
  // `woken` is called when the relay has something new to do.
  RelayApi(const Services& services, Dialects dialects, std::chrono::milliseconds timeout, std::function<void()> woken)
      : services_(services),
        dialects_(dialects),
        timeout_(timeout),
        woken_(std::move(woken)),
        book_(services.stores, services.clock, services.ids),
        dispatcher_(services.stores, dialects, services.clock) {}

  // `request.path` begins with kRoot.
  Awaitable<http::Response> Handle(const http::Request& request);

  static constexpr std::string_view kRoot = "/admin/v1/relay/";

 private:
  using Query = std::vector<std::pair<std::string, std::string>>;

  Awaitable<Result<Json>> Call(http::Method method, std::vector<std::string> path, Query query, std::string body);
  Awaitable<Result<Json>> CallEndpoints(http::Method method, std::vector<std::string> path, Json input);
  Awaitable<Result<Json>> CallDeliveries(http::Method method, std::vector<std::string> path, Query query);
  Awaitable<Result<Json>> ListEndpoints();
  Awaitable<Result<Json>> Create(Json input);
  Awaitable<Result<Json>> Change(std::string id, Json input);
  Awaitable<Result<Json>> Remove(std::string id);
  Awaitable<Result<Json>> ShowSecrets(std::string id);
  Awaitable<Result<Json>> Rotate(std::string id, Json input);
  Awaitable<Result<Json>> Enable(std::string id, bool enabled, Json input);
  Awaitable<Result<Json>> Test(std::string id, Json input);
  Awaitable<Result<Json>> ListDeliveries(Query query);
  Awaitable<Result<Json>> Resend(std::string id);
  Awaitable<Result<Json>> Replay(Json input);
  Awaitable<Result<Json>> WithDepartments(Json input);
  Awaitable<Status> CheckTarget(const std::string& url);

  const Services services_;
  const Dialects dialects_;
  const std::chrono::milliseconds timeout_;
  const std::function<void()> woken_;
  EndpointBook book_;
  Dispatcher dispatcher_;
};

}  // namespace parley::relay
