#include "resources/webhooks.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "outgoing/web_address.h"

namespace parley::resources {
namespace {

using backend::Response;
using http::Method;
using storage::Collection;
using storage::Document;

constexpr Collection kCollection = Collection::kWebhooks;
constexpr std::size_t kHexDigits = 32;

struct EventType {
  std::string_view name;
  std::string_view data_types;  // what may be sent with it, separated by commas
};

constexpr std::array<EventType, 6> kEventTypes = {{
    {"chat_started", "chat,visitor,pre_chat_survey"},
    {"chat_ended", "chat,visitor,pre_chat_survey"},
    {"chat_changed", "chat,visitor"},
    {"visitor_queued", "visitor"},
    {"ticket_created", "ticket"},
    {"canned_response_changed", "canned_response"},
}};

const EventType* FindEventType(std::string_view name) {
  const auto* found =
      std::find_if(kEventTypes.begin(), kEventTypes.end(), [&](const EventType& t) { return t.name == name; });
  return found == kEventTypes.end() ? nullptr : found;
}

// "chat, visitor"
std::string Listed(std::string_view names) {
  return ReplaceAll(std::string(names), ",", ", ");
}

void CheckDataTypes(const EventType& event, const std::vector<std::string>& data_types,
                    std::vector<std::string>& violations) {
  const std::vector<std::string_view> allowed = Split(event.data_types, ',');
  for (const std::string& type : data_types) {
    if (std::find(allowed.begin(), allowed.end(), type) != allowed.end()) continue;
    violations.push_back("data_types must be among " + Listed(event.data_types) + " for " + std::string(event.name));
    return;
  }
}

Status Check(const Json& input) {
  std::vector<std::string> violations;
  const EventType* event = FindEventType(input.Text("event_type"));
  if (event == nullptr) {
    std::string all;
    for (const EventType& type : kEventTypes) all.append(all.empty() ? "" : ", ").append(type.name);
    violations.push_back("event_type must be one of " + all);
  } else {
    CheckDataTypes(*event, TextsOf(input, "data_types"), violations);
  }
  if (!outgoing::IsWebAddress(input.Text("url"))) violations.emplace_back("url must be an http or https address");
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return {};
}

Error NotAllowed() {
  return InvalidArguments(
      {"url is at an address that may not be called; the option outgoing.allow names networks and hosts that may"});
}

Json ToLocal(const Document& document) {
  const Json& body = document.body;
  Json webhook;
  webhook.Append("id", document.id);
  webhook.Append("event_type", body.Text("event_type"));
  webhook.Append("data_types", TextsJson(TextsOf(body, "data_types")));
  webhook.Append("url", body.Text("url"));
  webhook.Append("token", body.Text("token"));
  return webhook;
}

}  // namespace

Awaitable<Result<Response>> Webhooks::Call(const LocalCall& call) {
  if (call.Is(Method::kGet, 1)) {
    Result<Json> list = co_await List();
    co_return Answer(Under("webhooks", std::move(list)));
  }
  if (call.Is(Method::kDelete, 2)) co_return Answer(co_await Remove(call.path[1]));
  if (!call.Is(Method::kPost, 1)) co_return NothingHere();
  Result<Json> input = call.Object();
  if (!input) co_return input.error();
  Result<Json> created = co_await Create(*std::move(input));
  co_return Answer(Under("webhook", std::move(created)));
}

Awaitable<Result<Json>> Webhooks::List() {
  const Result<std::vector<Document>> found = co_await store_.Find(storage::Query(kCollection));
  co_return Listed(found, ToLocal);
}

Awaitable<Result<Json>> Webhooks::Create(Json input) {
  const Status fits = Check(input);
  if (!fits) co_return fits.error();
  const Status allowed = co_await caller_.Check(std::string(input.Text("url")));
  if (!allowed) co_return NotAllowed();
  Document document;
  document.id = store_.ids.Hex(kHexDigits);
  Json& body = document.body;
  body.Set("event_type", input.Text("event_type"));
  body.Set("data_types", TextsJson(TextsOf(input, "data_types")));
  body.Set("url", input.Text("url"));
  body.Set("token", store_.ids.Hex(kHexDigits));
  body.Set("_createdAt", Millis(store_.clock.Now()));
  storage::Changes changes;
  changes.Insert(kCollection, document.id, body);
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return ToLocal(document);
}

Awaitable<Result<Json>> Webhooks::Remove(std::string id) {
  const Result<Document> document = co_await store_.Read(kCollection, id);
  if (!document) co_return document.error();
  storage::Changes changes;
  // With what has been kept of it as an endpoint: its secret, whether it was disabled.
  changes.Remove(Collection::kRelayEndpoints, id);
  changes.Remove(kCollection, std::move(id));
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

}  // namespace parley::resources
