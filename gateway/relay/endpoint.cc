#include "relay/endpoint.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "json/members.h"
#include "outgoing/web_address.h"
#include "relay/signature.h"

namespace parley::relay {
namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 3> kDialects = {"livechat", "rocketchat", "neutral"};
constexpr std::array<std::string_view, 3> kOrigins = {"livechat", "settings", "admin"};

std::optional<Time> MomentOf(const Json& object, std::string_view member) {
  const Json* value = object.Find(member);
  if (value == nullptr || !value->IsInteger()) return std::nullopt;
  return FromUnixMillis(*value->AsInteger());
}

void SetMoment(Json& object, std::string_view member, std::optional<Time> moment) {
  if (moment) object.Set(member, UnixMillis(*moment));
}

std::vector<Secret> SecretsOf(const Json& body) {
  std::vector<Secret> secrets;
  const Json* list = body.Find("secrets");
  if (list == nullptr || list->AsArray() == nullptr) return secrets;
  for (const Json& secret : *list->AsArray())
    secrets.push_back(
        {std::string(secret.Text("key")), MomentOf(secret, "until"), KeyOf(secret.Text("key")).value_or("")});
  return secrets;
}

Json SecretsJson(const std::vector<Secret>& secrets) {
  Json list = Json::MakeArray();
  for (const Secret& secret : secrets) {
    Json json = Json::Of({{"key", secret.key}});
    SetMoment(json, "until", secret.until);
    list.Push(std::move(json));
  }
  return list;
}

}  // namespace

std::string_view NameOf(DialectKind kind) {
  return kDialects[static_cast<std::size_t>(kind)];
}

std::optional<DialectKind> DialectNamed(std::string_view name) {
  const auto* found = std::find(kDialects.begin(), kDialects.end(), name);
  if (found == kDialects.end()) return std::nullopt;
  return static_cast<DialectKind>(found - kDialects.begin());
}

std::string_view NameOf(Origin origin) {
  return kOrigins[static_cast<std::size_t>(origin)];
}

bool Endpoint::Wants(std::string_view type) const {
  const std::string_view family = type.substr(0, type.find(':'));
  return types.empty() || std::any_of(types.begin(), types.end(),
                                      [&](const std::string& wanted) { return wanted == type || wanted == family; });
}

void ReadState(const Json& body, Endpoint& endpoint) {
  endpoint.retry = RetryNamed(body.Text("retry")).value_or(RetryKind::kParley);
  endpoint.ordered = body.Flag("ordered");
  endpoint.concurrency = static_cast<int>(body.Integer("concurrency", Endpoint::kStandardConcurrency));
  const Json* rate = body.Find("per_second");
  endpoint.per_second = rate == nullptr ? 0 : rate->AsNumber().value_or(0);
  if (const std::int64_t timeout = body.Integer("timeout"); timeout > 0)
    endpoint.timeout = std::chrono::milliseconds(timeout);
  endpoint.secrets = SecretsOf(body);
  endpoint.enabled = !body.Flag("disabled");
  endpoint.disabled_reason = body.Text("disabledReason");
  endpoint.failing_since = MomentOf(body, "failingSince");
}

Json StateOf(const Endpoint& endpoint) {
  Json body;
  body.Set("retry", NameOf(endpoint.retry));
  body.Set("ordered", endpoint.ordered);
  body.Set("concurrency", endpoint.concurrency);
  body.Set("per_second", endpoint.per_second);
  if (endpoint.timeout) body.Set("timeout", static_cast<std::int64_t>(endpoint.timeout->count()));
  body.Set("secrets", SecretsJson(endpoint.secrets));
  body.Set("disabled", !endpoint.enabled);
  if (!endpoint.disabled_reason.empty()) body.Set("disabledReason", endpoint.disabled_reason);
  SetMoment(body, "failingSince", endpoint.failing_since);
  return body;
}

void ReadRegistration(const Json& body, Endpoint& endpoint) {
  endpoint.dialect = DialectNamed(body.Text("dialect")).value_or(DialectKind::kNeutral);
  endpoint.url = body.Text("url");
  endpoint.types = TextsOf(body, "types");
  endpoint.data_types = TextsOf(body, "dataTypes");
  endpoint.token = body.Text("token");
  endpoint.filter = {TextsOf(body, "groups"), TextsOf(body, "agents"), TextsOf(body, "tags")};
  endpoint.since = MomentOf(body, "_createdAt").value_or(Time());
  const Json* headers = body.Find("headers");
  if (headers == nullptr || headers->AsObject() == nullptr) return;
  for (const auto& [name, value] : *headers->AsObject())
    endpoint.headers.emplace_back(name, value.AsString().value_or(""));
}

Json RegistrationOf(const Endpoint& endpoint) {
  Json body;
  body.Set("dialect", NameOf(endpoint.dialect));
  body.Set("url", endpoint.url);
  body.Set("types", TextsJson(endpoint.types));
  body.Set("dataTypes", TextsJson(endpoint.data_types));
  body.Set("token", endpoint.token);
  body.Set("groups", TextsJson(endpoint.filter.groups));
  body.Set("agents", TextsJson(endpoint.filter.agents));
  body.Set("tags", TextsJson(endpoint.filter.tags));
  Json headers = Json::MakeObject();
  for (const auto& [name, value] : endpoint.headers) headers.Set(name, value);
  body.Set("headers", std::move(headers));
  SetMoment(body, "_createdAt", endpoint.since);
  return body;
}

std::string Redacted(std::string_view url) {
  const std::string_view authority = outgoing::AuthorityOf(url);
  const std::size_t credentials = authority.rfind('@');
  if (credentials == std::string_view::npos) return std::string(url);
  const auto begin = static_cast<std::size_t>(authority.data() - url.data());
  return std::string(url.substr(0, begin)) + std::string(url.substr(begin + credentials + 1));
}

std::string HostOf(std::string_view url) {
  return Lower(outgoing::HostAndPortOf(url));
}

}  // namespace parley::relay
