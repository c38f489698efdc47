#include "relay/relay_api.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "json/members.h"
#include "relay/delivery_request.h"
#include "relay/endpoint_input.h"
#include "relay/signature.h"

namespace parley::relay {
namespace {

using http::Method;
using storage::Backlog;
using storage::Delivery;
using storage::DeliveryAttempt;

constexpr std::int64_t kStandardPage = 50;
constexpr std::int64_t kLargestPage = 500;
constexpr std::int64_t kStandardReplay = 1'000;
constexpr std::int64_t kLargestReplay = 10'000;
constexpr std::int64_t kStandardOverlap = 24 * 3'600;
constexpr std::int64_t kLongestOverlap = 30 * 24 * 3'600;
constexpr std::size_t kShownBytes = 1'024;

http::Response Failure(const Error& error) {
  Json errors = TextsJson(error.all);
  if (error.all.empty()) errors.Push(error.message);
  return http::Response(error.http_status, "application/json",
                        Print(Json::Of({{"error", error.message}, {"errors", std::move(errors)}})));
}

Json Moment(Time time) {
  return Json(IsoTime(time));
}

Json DeliveryJson(const Delivery& delivery, bool with_body) {
  Json json;
  json.Append("id", delivery.id);
  json.Append("sequence", delivery.sequence);
  json.Append("endpoint", delivery.endpoint);
  json.Append("event", delivery.event_id);
  json.Append("type", delivery.type);
  json.Append("subject", delivery.subject);
  json.Append("at", Moment(delivery.at));
  json.Append("status", NameOf(delivery.status));
  json.Append("attempts", delivery.attempts);
  if (delivery.status == storage::DeliveryStatus::kPending) json.Append("due", Moment(delivery.due));
  if (!delivery.reason.empty()) json.Append("reason", delivery.reason);
  if (with_body) json.Append("body", delivery.body);
  return json;
}

Json AttemptJson(const DeliveryAttempt& attempt) {
  Json json;
  json.Append("number", attempt.number);
  json.Append("at", Moment(attempt.at));
  json.Append("status", attempt.status == 0 ? Json() : Json(attempt.status));
  json.Append("latency_ms", static_cast<std::int64_t>(attempt.latency.count()));
  if (!attempt.error.empty()) json.Append("error", attempt.error);
  json.Append("response", attempt.head);
  return json;
}

std::string ValueOf(const std::vector<std::pair<std::string, std::string>>& query, std::string_view name) {
  std::string value;
  for (const auto& [key, text] : query)
    if (key == name) value = text;
  return value;
}

// An ISO moment; empty when it is not given.
Result<std::optional<Time>> MomentOf(std::string_view name, const std::string& text) {
  if (text.empty()) return std::optional<Time>();
  const std::optional<Time> time = ParseIsoTime(text);
  if (!time) return InvalidArgument(std::string(name) + " must be a moment such as 2026-01-05T10:15:30Z");
  return time;
}

Result<std::int64_t> NumberOf(std::string_view name, const Json* value, std::int64_t fallback, std::int64_t most) {
  if (value == nullptr) return fallback;
  const std::optional<std::int64_t> number = value->IsString() ? ParseInteger(*value->AsString()) : value->AsInteger();
  if (!number || *number < 1 || *number > most)
    return InvalidArgument(std::string(name) + " must be a whole number from 1 to " + std::to_string(most));
  return *number;
}

Result<storage::DeliveryFilter> FilterOf(const std::vector<std::pair<std::string, std::string>>& query) {
  storage::DeliveryFilter filter;
  filter.endpoint = ValueOf(query, "endpoint");
  filter.subject = ValueOf(query, "subject");
  if (const std::string status = ValueOf(query, "status"); !status.empty()) {
    filter.status = storage::DeliveryStatusNamed(status);
    if (!filter.status) return InvalidArgument("status must be one of pending, delivered, dead, canceled, erased");
  }
  const Result<std::optional<Time>> since = MomentOf("since", ValueOf(query, "since"));
  if (!since) return since.error();
  filter.since = *since;
  const Result<std::optional<Time>> until = MomentOf("until", ValueOf(query, "until"));
  if (!until) return until.error();
  filter.until = *until;
  if (const std::string before = ValueOf(query, "before"); !before.empty()) {
    const Json text(before);
    const Result<std::int64_t> sequence = NumberOf("before", &text, 0, INT64_MAX);
    if (!sequence) return sequence.error();
    filter.before = *sequence;
  }
  return filter;
}

Result<Json> ReadObject(const std::string& body) {
  if (Trim(body).empty()) return Json::MakeObject();
  Result<Json> input = ParseJson(body);
  if (!input) return input.error();
  if (!input->IsObject()) return InvalidArgument("the body must be a JSON object");
  return input;
}

Json SecretsJson(const std::vector<Secret>& secrets) {
  Json list = Json::MakeArray();
  for (const Secret& secret : secrets) {
    Json json = Json::Of({{"secret", secret.key}});
    if (secret.until) json.Append("until", Moment(*secret.until));
    list.Push(std::move(json));
  }
  return Json::Of({{"secrets", std::move(list)}});
}

}  // namespace

Awaitable<http::Response> RelayApi::Handle(const http::Request& request) {
  std::vector<std::string> path;
  for (const std::string_view part : Split(request.path.substr(kRoot.size()), '/')) {
    const std::optional<std::string> decoded = PercentDecode(part, false);
    if (!decoded) co_return Failure(NotFound("this path"));
    path.push_back(*decoded);
  }
  std::optional<Query> query = http::ParseQuery(request.query);
  if (!query) co_return Failure(InvalidArgument("the query has a broken escape"));
  const Result<Json> answer =
      co_await Call(request.method, std::move(path), *std::move(query), std::string(request.body));
  if (!answer) co_return Failure(answer.error());
  co_return http::Response(200, "application/json", Print(*answer));
}

Awaitable<Result<Json>> RelayApi::Call(Method method, std::vector<std::string> path, Query query, std::string body) {
  Result<Json> input = ReadObject(body);
  if (!input) co_return input.error();
  if (path[0] == "endpoints") co_return co_await CallEndpoints(method, std::move(path), *std::move(input));
  if (path[0] == "deliveries") co_return co_await CallDeliveries(method, std::move(path), std::move(query));
  if (path.size() == 1 && path[0] == "replay" && method == Method::kPost) co_return co_await Replay(*std::move(input));
  co_return NotFound("this path");
}

Awaitable<Result<Json>> RelayApi::CallEndpoints(Method method, std::vector<std::string> path, Json input) {
  if (path.size() == 1 && method == Method::kGet) co_return co_await ListEndpoints();
  if (path.size() == 1 && method == Method::kPost) co_return co_await Create(std::move(input));
  if (path.size() == 2 && method == Method::kGet) {
    const Result<Endpoint> endpoint = co_await book_.Get(path[1]);
    if (!endpoint) co_return endpoint.error();
    co_return ShowEndpoint(*endpoint);
  }
  if (path.size() == 2 && method == Method::kPatch) co_return co_await Change(path[1], std::move(input));
  if (path.size() == 2 && method == Method::kDelete) co_return co_await Remove(path[1]);
  if (path.size() == 3 && path[2] == "secret" && method == Method::kGet) co_return co_await ShowSecrets(path[1]);
  if (path.size() != 3 || method != Method::kPost) co_return NotFound("this path");
  if (path[2] == "rotate") co_return co_await Rotate(path[1], std::move(input));
  if (path[2] == "disable") co_return co_await Enable(path[1], false, std::move(input));
  if (path[2] == "enable") co_return co_await Enable(path[1], true, std::move(input));
  if (path[2] == "test") co_return co_await Test(path[1], std::move(input));
  co_return NotFound("this path");
}

Awaitable<Result<Json>> RelayApi::CallDeliveries(Method method, std::vector<std::string> path, Query query) {
  if (path.size() == 1 && method == Method::kGet) co_return co_await ListDeliveries(std::move(query));
  if (path.size() == 3 && path[2] == "resend" && method == Method::kPost) co_return co_await Resend(path[1]);
  if (path.size() < 2 || path.size() > 3 || method != Method::kGet) co_return NotFound("this path");
  const Result<std::optional<Delivery>> delivery = co_await services_.stores.deliveries().Get(path[1]);
  if (!delivery) co_return delivery.error();
  if (!*delivery) co_return NotFound("delivery " + path[1]);
  if (path.size() == 2) co_return DeliveryJson(**delivery, true);
  if (path[2] != "attempts") co_return NotFound("this path");
  const Result<std::vector<DeliveryAttempt>> attempts = co_await services_.stores.deliveries().Attempts(path[1]);
  if (!attempts) co_return attempts.error();
  Json list = Json::MakeArray();
  for (const DeliveryAttempt& attempt : *attempts) list.Push(AttemptJson(attempt));
  co_return Json::Of({{"attempts", std::move(list)}});
}

Awaitable<Result<Json>> RelayApi::ListEndpoints() {
  const Result<std::vector<Endpoint>> endpoints = co_await book_.Load();
  if (!endpoints) co_return endpoints.error();
  const Result<std::vector<Backlog>> backlogs = co_await services_.stores.deliveries().Backlogs();
  if (!backlogs) co_return backlogs.error();
  Json list = Json::MakeArray();
  for (const Endpoint& endpoint : *endpoints) {
    Json json = ShowEndpoint(endpoint);
    const auto waiting = std::find_if(backlogs->begin(), backlogs->end(),
                                      [&](const Backlog& backlog) { return backlog.endpoint == endpoint.id; });
    const bool any = waiting != backlogs->end();
    json.Append("pending", any ? waiting->pending : 0);
    json.Append("oldest_pending", any ? Moment(waiting->oldest) : Json());
    list.Push(std::move(json));
  }
  co_return Json::Of({{"endpoints", std::move(list)}});
}

// LiveChat's group numbers, which is how a group is known outside, as departments.
Awaitable<Result<Json>> RelayApi::WithDepartments(Json input) {
  Json* groups = input.Find("groups");
  if (groups == nullptr || groups->AsArray() == nullptr) co_return std::move(input);
  for (Json& group : *groups->AsArray()) {
    const std::optional<std::int64_t> number = group.AsInteger();
    if (!number) continue;
    if (*number == 0) {
      group = Json("");
      continue;
    }
    std::vector<std::string> wanted;
    wanted.push_back(std::to_string(*number));
    const auto found = co_await services_.stores.ids().FindBackendIds(storage::IdKind::kGroup, std::move(wanted));
    if (!found) co_return found.error();
    if (!found->front()) co_return InvalidArgument("groups must hold ids of existing groups");
    group = Json(*found->front());
  }
  co_return std::move(input);
}

Awaitable<Status> RelayApi::CheckTarget(const std::string& url) {
  const Status checked = co_await services_.caller.Check(url);
  if (checked) co_return Status();
  co_return InvalidArgument(
      "url is at an address that may not be called; the option outgoing.allow names networks and hosts that may");
}

Awaitable<Result<Json>> RelayApi::Create(Json input) {
  Result<Json> read = co_await WithDepartments(std::move(input));
  if (!read) co_return read.error();
  Endpoint endpoint;
  const Status applied = ApplyInput(*read, dialects_, endpoint);
  if (!applied) co_return applied.error();
  const Status allowed = co_await CheckTarget(endpoint.url);
  if (!allowed) co_return allowed.error();
  const Result<Endpoint> made = co_await book_.Register(endpoint);
  if (!made) co_return made.error();
  Json json = ShowEndpoint(*made);
  json.Append("secret", made->secrets[0].key);
  co_return json;
}

Awaitable<Result<Json>> RelayApi::Change(std::string id, Json input) {
  Result<Json> read = co_await WithDepartments(std::move(input));
  if (!read) co_return read.error();
  if (const Json* url = read->Find("url"); url != nullptr && url->IsString()) {
    const Status allowed = co_await CheckTarget(std::string(*url->AsString()));
    if (!allowed) co_return allowed.error();
  }
  const EndpointBook::Amendment amendment = [&](Endpoint& endpoint) { return ApplyInput(*read, dialects_, endpoint); };
  const Result<Endpoint> changed = co_await book_.Amend(std::move(id), amendment);
  if (!changed) co_return changed.error();
  woken_();
  co_return ShowEndpoint(*changed);
}

Awaitable<Result<Json>> RelayApi::Remove(std::string id) {
  const Status removed = co_await book_.Remove(std::move(id));
  if (!removed) co_return removed.error();
  woken_();
  co_return Json::Of({{"removed", true}});
}

Awaitable<Result<Json>> RelayApi::ShowSecrets(std::string id) {
  const Result<Endpoint> endpoint = co_await book_.Get(std::move(id));
  if (!endpoint) co_return endpoint.error();
  co_return SecretsJson(endpoint->secrets);
}

Awaitable<Result<Json>> RelayApi::Rotate(std::string id, Json input) {
  const Result<std::int64_t> overlap =
      NumberOf("overlap_seconds", input.Find("overlap_seconds"), kStandardOverlap, kLongestOverlap);
  if (!overlap) co_return overlap.error();
  std::string secret = NewSecret(services_.ids);
  if (const Json* given = input.Find("secret")) {
    if (!IsSecret(given->AsString().value_or("")))
      co_return InvalidArgument("secret must be whsec_ and base64 of 24 to 64 bytes");
    secret = *given->AsString();
  }
  const Time now = services_.clock.Now();
  const EndpointBook::Amendment rotation = [&](Endpoint& endpoint) {
    std::erase_if(endpoint.secrets, [&](const Secret& old) { return old.until && *old.until <= now; });
    for (Secret& old : endpoint.secrets)
      if (!old.until) old.until = now + std::chrono::seconds(*overlap);
    endpoint.secrets.insert(endpoint.secrets.begin(), {secret, std::nullopt});
    return Status();
  };
  const Result<Endpoint> changed = co_await book_.Amend(std::move(id), rotation);
  if (!changed) co_return changed.error();
  woken_();
  co_return SecretsJson(changed->secrets);
}

Awaitable<Result<Json>> RelayApi::Enable(std::string id, bool enabled, Json input) {
  const std::string reason(input.Text("reason", "by an operator"));
  const EndpointBook::Amendment switching = [&](Endpoint& endpoint) {
    endpoint.enabled = enabled;
    endpoint.disabled_reason = enabled ? "" : reason;
    if (enabled) endpoint.failing_since.reset();
    return Status();
  };
  const Result<Endpoint> changed = co_await book_.Amend(std::move(id), switching);
  if (!changed) co_return changed.error();
  woken_();
  co_return ShowEndpoint(*changed);
}

Awaitable<Result<Json>> RelayApi::Test(std::string id, Json input) {
  const Result<Endpoint> endpoint = co_await book_.Get(std::move(id));
  if (!endpoint) co_return endpoint.error();
  const Dialect& dialect = dialects_.of(endpoint->dialect);
  const std::vector<std::string> types = endpoint->types.empty() ? dialect.Types() : endpoint->types;
  const std::string type(input.Text("event", types.front()));
  if (std::find(types.begin(), types.end(), type) == types.end())
    co_return InvalidArgument("event must be among " + Join(types, ", "));
  const Time now = services_.clock.Now();
  const SteadyTime began = services_.clock.Steady();
  const std::string body = Print(dialect.Sample(type, *endpoint, now));
  outgoing::OutgoingRequest request =
      DeliveryRequest(*endpoint, "msg_test_" + services_.ids.Hex(16), body, now, timeout_);
  const Result<outgoing::OutgoingResponse> answer = co_await services_.caller.Send(std::move(request));
  const auto latency = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.Steady() - began);
  Json json;
  json.Append("delivered", answer && answer->status >= 200 && answer->status < 300);
  json.Append("status", answer ? Json(answer->status) : Json());
  if (!answer) json.Append("error", answer.error().message);
  json.Append("latency_ms", static_cast<std::int64_t>(latency.count()));
  if (answer) json.Append("response", answer->body.substr(0, kShownBytes));
  co_return json;
}

Awaitable<Result<Json>> RelayApi::ListDeliveries(Query query) {
  const Result<storage::DeliveryFilter> filter = FilterOf(query);
  if (!filter) co_return filter.error();
  const Json text(ValueOf(query, "limit"));
  const bool given = !ValueOf(query, "limit").empty();
  const Result<std::int64_t> limit = NumberOf("limit", given ? &text : nullptr, kStandardPage, kLargestPage);
  if (!limit) co_return limit.error();
  const Result<std::vector<Delivery>> found = co_await services_.stores.deliveries().Find(*filter, *limit);
  if (!found) co_return found.error();
  Json list = Json::MakeArray();
  for (const Delivery& delivery : *found) list.Push(DeliveryJson(delivery, false));
  co_return Json::Of({{"deliveries", std::move(list)}});
}

Awaitable<Result<Json>> RelayApi::Resend(std::string id) {
  const Result<std::optional<Delivery>> delivery = co_await services_.stores.deliveries().Get(id);
  if (!delivery) co_return delivery.error();
  if (!*delivery) co_return NotFound("delivery " + id);
  if ((*delivery)->status == storage::DeliveryStatus::kErased)
    co_return InvalidArgument("the delivery was erased and cannot be sent again");
  storage::Changes changes;
  changes.relay.emplace_back(storage::RequeueDelivery{id, services_.clock.Now()});
  const Status committed = co_await services_.stores.committer().Commit(std::move(changes));
  if (!committed) co_return committed.error();
  woken_();
  const Result<std::optional<Delivery>> now = co_await services_.stores.deliveries().Get(id);
  if (!now) co_return now.error();
  co_return DeliveryJson(now->value_or(Delivery()), false);
}

Awaitable<Result<Json>> RelayApi::Replay(Json input) {
  const Result<std::optional<Time>> since = MomentOf("since", std::string(input.Text("since")));
  if (!since) co_return since.error();
  if (!*since) co_return InvalidArgument("since is required");
  const Result<std::optional<Time>> until = MomentOf("until", std::string(input.Text("until")));
  if (!until) co_return until.error();
  const Result<std::int64_t> limit = NumberOf("limit", input.Find("limit"), kStandardReplay, kLargestReplay);
  if (!limit) co_return limit.error();
  if (input.Text("endpoint").empty()) co_return InvalidArgument("endpoint is required");
  const Result<Endpoint> endpoint = co_await book_.Get(std::string(input.Text("endpoint")));
  if (!endpoint) co_return endpoint.error();
  const Time end = until->value_or(services_.clock.Now() + std::chrono::milliseconds(1));
  const Result<ReplayCount> count = co_await dispatcher_.Replay(*endpoint, **since, end, *limit);
  if (!count) co_return count.error();
  woken_();
  co_return Json::Of({{"queued", count->queued}, {"more", count->more}});
}

}  // namespace parley::relay
