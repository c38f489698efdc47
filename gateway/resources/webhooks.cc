#include "resources/webhooks.h"

#include <algorithm>
#include <array>

#include "base/text.h"

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

// "hooks.acme.test", "[::1]:8443"
bool IsHostAndPort(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', bracket);
  if (colon == 0 || text.empty()) return false;
  if (colon == std::string_view::npos || colon + 1 == text.size()) return true;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto port = ParseInteger(digits);
  return port && *port >= 1 && *port <= 65535;
}

// http or https, and a host behind whatever credentials there are.
bool IsTarget(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string name = Lower(url.substr(0, scheme));
  if (name != "http" && name != "https") return false;
  std::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const std::size_t credentials = authority.rfind('@');
  if (credentials != std::string_view::npos) authority.remove_prefix(credentials + 1);
  if (!IsHostAndPort(authority)) return false;
  return std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
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
  if (!IsTarget(input.Text("url"))) violations.emplace_back("url must be an http or https address");
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
  changes.Remove(kCollection, std::move(id));
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

}  // namespace parley::resources
