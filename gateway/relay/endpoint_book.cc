#include "relay/endpoint_book.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "events/webhook_names.h"
#include "json/members.h"
#include "relay/signature.h"
#include "storage/transact.h"

namespace parley::relay {
namespace {

using storage::Collection;
using storage::Document;
using storage::Found;

constexpr Collection kCollection = Collection::kRelayEndpoints;
constexpr std::size_t kHexDigits = 32;

// Which setting asks for which event. Source: Rocket.Chat reference §4.1.
constexpr std::array<std::pair<const char*, std::string_view>, 9> kToggles = {{
    {"Livechat_webhook_on_start", events::kSessionStart},
    {"Livechat_webhook_on_chat_queued", events::kSessionQueued},
    {"Livechat_webhook_on_chat_taken", events::kSessionTaken},
    {"Livechat_webhook_on_forward", events::kSessionForwarded},
    {"Livechat_webhook_on_close", events::kSessionClosed},
    {"Livechat_webhook_on_visitor_message", events::kVisitorMessage},
    {"Livechat_webhook_on_agent_message", events::kAgentMessage},
    {"Livechat_webhook_on_offline_msg", events::kOfflineMessageLeft},
    {"Livechat_webhook_on_capture", events::kLeadCapture},
}};
constexpr std::chrono::milliseconds kStandardTimeout{5'000};

Endpoint OfLiveChat(const Document& document) {
  const Json& body = document.body;
  Endpoint endpoint;
  endpoint.id = document.id;
  endpoint.origin = Origin::kLiveChat;
  endpoint.dialect = DialectKind::kLiveChat;
  endpoint.url = body.Text("url");
  endpoint.types = {std::string(body.Text("event_type"))};
  endpoint.data_types = TextsOf(body, "data_types");
  endpoint.token = body.Text("token");
  endpoint.since = FromUnixMillis(body.Integer("_createdAt"));
  return endpoint;
}

Endpoint OfAdmin(const Document& document) {
  Endpoint endpoint;
  endpoint.id = document.id;
  ReadRegistration(document.body, endpoint);
  return endpoint;
}

// What is kept of the endpoint; of one of the admin API its registration too.
Json StoredForm(const Endpoint& endpoint) {
  Json body = endpoint.origin == Origin::kAdmin ? RegistrationOf(endpoint) : Json::MakeObject();
  const Json state = StateOf(endpoint);
  for (const auto& [name, value] : *state.AsObject()) body.Set(name, value);
  return body;
}

bool IsRegistration(const Json& body) {
  return body.Find("url") != nullptr;
}

}  // namespace

Awaitable<Result<std::optional<Endpoint>>> EndpointBook::OfSettings() {
  std::optional<Endpoint> none;
  const Result<std::optional<Document>> url =
      co_await stores_.documents().Get(Collection::kSettings, "Livechat_webhookUrl");
  if (!url) co_return url.error();
  if (!*url || Trim((*url)->body.Text("value")).empty()) co_return none;
  Endpoint endpoint;
  endpoint.id = kSettingsEndpoint;
  endpoint.origin = Origin::kSettings;
  endpoint.dialect = DialectKind::kRocketChat;
  endpoint.url = Trim((*url)->body.Text("value"));
  endpoint.since = FromUnixMillis((*url)->body.Integer("_updatedAt"));
  endpoint.types = {std::string(events::kSessionEdited)};  // whatever the settings say
  for (const auto& [setting, type] : kToggles) {
    const Result<std::optional<Document>> toggle = co_await stores_.documents().Get(Collection::kSettings, setting);
    if (!toggle) co_return toggle.error();
    if (*toggle && (*toggle)->body.Flag("value")) endpoint.types.emplace_back(type);
  }
  const Result<std::optional<Document>> token =
      co_await stores_.documents().Get(Collection::kSettings, "Livechat_secret_token");
  if (!token) co_return token.error();
  if (*token) endpoint.token = (*token)->body.Text("value");
  const Result<std::optional<Document>> timeout =
      co_await stores_.documents().Get(Collection::kSettings, "Livechat_http_timeout");
  if (!timeout) co_return timeout.error();
  const std::int64_t millis = *timeout ? (*timeout)->body.Integer("value") : 0;
  endpoint.standard_timeout = millis > 0 ? std::chrono::milliseconds(millis) : kStandardTimeout;
  co_return endpoint;
}

Awaitable<Result<std::vector<Endpoint>>> EndpointBook::Registered() {
  std::vector<Endpoint> endpoints;
  const Result<Found> webhooks = co_await stores_.documents().Find(storage::Query(Collection::kWebhooks));
  if (!webhooks) co_return webhooks.error();
  for (const Document& document : webhooks->documents) endpoints.push_back(OfLiveChat(document));
  Result<std::optional<Endpoint>> of_settings = co_await OfSettings();
  if (!of_settings) co_return of_settings.error();
  if (*of_settings) endpoints.push_back(**std::move(of_settings));
  co_return endpoints;
}

// Adds the endpoints of the admin API, and what is kept of each.
Awaitable<Status> EndpointBook::Complete(std::vector<Endpoint>& endpoints, const std::vector<Document>& kept) {
  std::map<std::string_view, const Document*> by_id;
  for (const Document& document : kept) {
    by_id[document.id] = &document;
    if (IsRegistration(document.body)) endpoints.push_back(OfAdmin(document));
  }
  storage::Changes changes;
  for (Endpoint& endpoint : endpoints) {
    const auto found = by_id.find(endpoint.id);
    if (found != by_id.end()) {
      ReadState(found->second->body, endpoint);
      by_id.erase(found);
      continue;
    }
    endpoint.secrets = {{NewSecret(ids_), std::nullopt}};
    changes.Insert(kCollection, endpoint.id, StateOf(endpoint));
  }
  // The settings' endpoint may be back with the secret its receiver knows.
  by_id.erase(kSettingsEndpoint);
  for (const auto& [id, orphan] : by_id) changes.Remove(kCollection, std::string(id), orphan->version);
  if (changes.empty()) co_return Status();
  co_return co_await stores_.committer().Commit(std::move(changes));
}

Awaitable<Result<std::vector<Endpoint>>> EndpointBook::TryRead() {
  // Before the registries: what is kept of an endpoint that is in none of them then is of one that was removed.
  const Result<Found> kept = co_await stores_.documents().Find(storage::Query(kCollection));
  if (!kept) co_return kept.error();
  Result<std::vector<Endpoint>> endpoints = co_await Registered();
  if (!endpoints) co_return endpoints.error();
  const Status completed = co_await Complete(*endpoints, kept->documents);
  if (!completed) co_return completed.error();
  std::stable_sort(endpoints->begin(), endpoints->end(),
                   [](const Endpoint& a, const Endpoint& b) { return a.since < b.since; });
  co_return std::move(*endpoints);
}

Awaitable<Result<std::vector<Endpoint>>> EndpointBook::Read() {
  auto attempt = [this]() { return TryRead(); };
  co_return co_await storage::Retrying(std::move(attempt));
}

EndpointBook::Writes EndpointBook::CountWrites() const {
  const storage::DocumentStore& documents = stores_.documents();
  return {documents.Writes(Collection::kWebhooks), documents.Writes(Collection::kSettings),
          documents.Writes(kCollection)};
}

Awaitable<Result<std::vector<Endpoint>>> EndpointBook::Load() {
  const Writes writes = CountWrites();
  if (known_at_ == writes) co_return known_;
  Result<std::vector<Endpoint>> endpoints = co_await Read();
  if (!endpoints) co_return endpoints.error();
  known_ = *endpoints;
  known_at_ = writes;
  co_return std::move(*endpoints);
}

Awaitable<Result<Endpoint>> EndpointBook::Get(std::string id) {
  Result<std::vector<Endpoint>> endpoints = co_await Read();
  if (!endpoints) co_return endpoints.error();
  const auto found = std::find_if(endpoints->begin(), endpoints->end(), [&](const Endpoint& e) { return e.id == id; });
  if (found == endpoints->end()) co_return NotFound("endpoint " + id);
  co_return std::move(*found);
}

Awaitable<Result<Endpoint>> EndpointBook::TryAmend(const std::string& id, const Amendment& amend) {
  // Read first: what it is compared with must not be newer than what is amended.
  const Result<std::optional<Document>> kept = co_await stores_.documents().Get(kCollection, id);
  if (!kept) co_return kept.error();
  Result<Endpoint> endpoint = co_await Get(id);
  if (!endpoint) co_return endpoint.error();
  const Status amended = amend(*endpoint);
  if (!amended) co_return amended.error();
  Json body = StoredForm(*endpoint);
  storage::Changes changes;
  if (*kept) {
    changes.Update(kCollection, **kept, std::move(body));
  } else {
    changes.Put(kCollection, id, std::move(body));
  }
  const Status committed = co_await stores_.committer().Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return std::move(*endpoint);
}

Awaitable<Result<Endpoint>> EndpointBook::Amend(std::string id, Amendment amend) {
  auto attempt = [&]() { return TryAmend(id, amend); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Endpoint>> EndpointBook::Register(Endpoint endpoint) {
  endpoint.id = ids_.Hex(kHexDigits);
  endpoint.origin = Origin::kAdmin;
  endpoint.since = clock_.Now();
  if (endpoint.secrets.empty()) endpoint.secrets = {{NewSecret(ids_), std::nullopt}};
  storage::Changes changes;
  changes.Insert(kCollection, endpoint.id, StoredForm(endpoint));
  const Status committed = co_await stores_.committer().Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return endpoint;
}

Awaitable<Status> EndpointBook::Remove(std::string id) {
  const Result<Endpoint> endpoint = co_await Get(id);
  if (!endpoint) co_return endpoint.error();
  if (endpoint->origin != Origin::kAdmin)
    co_return InvalidArgument("the endpoint is registered " +
                              std::string(endpoint->origin == Origin::kLiveChat
                                              ? "by DELETE /webhooks/{id}"
                                              : "in the setting Livechat_webhookUrl") +
                              " and is removed there");
  storage::Changes changes;
  changes.Remove(kCollection, std::move(id));
  co_return co_await stores_.committer().Commit(std::move(changes));
}

}  // namespace parley::relay
