#include "relay/endpoint_input.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"
#include "json/members.h"
#include "outgoing/web_address.h"
#include "relay/signature.h"

namespace parley::relay {
namespace {

constexpr std::size_t kMostUrlBytes = 2'048;
constexpr std::size_t kMostEntries = 100;
constexpr std::size_t kMostTextBytes = 1'024;
constexpr std::int64_t kLeastTimeout = 100;
constexpr std::int64_t kMostTimeout = 60'000;
constexpr double kMostPerSecond = 10'000;
constexpr std::array<std::string_view, 5> kDataTypes = {"chat", "visitor", "pre_chat_survey", "ticket",
                                                        "canned_response"};
// What a registration consists of; of other registries' endpoints it is changed there.
constexpr std::array<std::string_view, 9> kRegistration = {"dialect", "url",    "events", "data_types", "token",
                                                           "headers", "groups", "agents", "tags"};
constexpr std::array<std::string_view, 6> kOurs = {"content-type", "content-length",    "host",
                                                   "connection",   "transfer-encoding", "x-rocketchat-livechat-token"};

bool IsUrl(std::string_view url) {
  return url.size() <= kMostUrlBytes && outgoing::IsWebAddress(url);
}

bool IsToken(std::string_view name) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool IsHeaderValue(std::string_view value) {
  return value.size() <= kMostTextBytes &&
         std::all_of(value.begin(), value.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

std::string Listed(const std::vector<std::string>& names) {
  return Join(names, ", ");
}

class Reader {
 public:
  Reader(const Json& input, const Dialects& dialects, Endpoint& endpoint)
      : input_(input), dialects_(dialects), endpoint_(endpoint) {}

  Status Read() {
    if (!input_.IsObject()) return InvalidArgument("the body must be a JSON object");
    // The dialect first: it says which events there are.
    if (const Json* dialect = input_.Find("dialect")) ReadMember("dialect", *dialect);
    for (const auto& [name, value] : *input_.AsObject()) {
      if (name != "dialect") ReadMember(name, value);
    }
    if (endpoint_.url.empty()) Complain("url", "is required");
    if (!violations_.empty()) return InvalidArguments(std::move(violations_));
    return {};
  }

 private:
  void Complain(std::string_view member, const std::string& rule) {
    violations_.push_back(std::string(member) + " " + rule);
  }

  void ReadMember(const std::string& name, const Json& value) {
    const bool registration = std::find(kRegistration.begin(), kRegistration.end(), name) != kRegistration.end();
    if (registration && endpoint_.origin != Origin::kAdmin)
      return Complain(name, endpoint_.origin == Origin::kLiveChat ? "belongs to a webhook of the LiveChat API"
                                                                  : "belongs to Rocket.Chat's settings");
    if (name == "dialect") return ReadDialect(value);
    if (name == "url") return ReadUrl(value);
    if (name == "events") return ReadEvents(value);
    if (name == "data_types") return ReadDataTypes(value);
    if (name == "token") return ReadToken(value);
    if (name == "headers") return ReadHeaders(value);
    if (name == "groups") return ReadTexts(name, value, endpoint_.filter.groups);
    if (name == "agents") return ReadAgents(value);
    if (name == "tags") return ReadTexts(name, value, endpoint_.filter.tags);
    if (name == "retry") return ReadRetry(value);
    if (name == "ordered") return ReadOrdered(value);
    if (name == "concurrency") return ReadConcurrency(value);
    if (name == "per_second") return ReadRate(value);
    if (name == "timeout_ms") return ReadTimeout(value);
    if (name == "secret") return ReadSecret(value);
    Complain(name, "is unknown");
  }

  void ReadDialect(const Json& value) {
    const std::optional<DialectKind> kind = DialectNamed(value.AsString().value_or(""));
    if (!kind) return Complain("dialect", "must be one of livechat, rocketchat, neutral");
    endpoint_.dialect = *kind;
  }

  void ReadUrl(const Json& value) {
    if (!IsUrl(value.AsString().value_or(""))) return Complain("url", "must be an http or https address");
    endpoint_.url = *value.AsString();
  }

  // Null when it is no list of texts; complains then.
  std::optional<std::vector<std::string>> TextsOf(std::string_view member, const Json& value) {
    std::vector<std::string> texts;
    const Json::Array* list = value.AsArray();
    const bool usable = list != nullptr && list->size() <= kMostEntries &&
                        std::all_of(list->begin(), list->end(), [](const Json& text) {
                          return text.IsString() && text.AsString()->size() <= kMostTextBytes;
                        });
    if (!usable) {
      Complain(member, "must be a list of at most " + std::to_string(kMostEntries) + " texts");
      return std::nullopt;
    }
    for (const Json& text : *list) texts.emplace_back(*text.AsString());
    return texts;
  }

  void ReadTexts(std::string_view member, const Json& value, std::vector<std::string>& into) {
    if (std::optional<std::vector<std::string>> texts = TextsOf(member, value)) into = *std::move(texts);
  }

  void ReadEvents(const Json& value) {
    const std::optional<std::vector<std::string>> wanted = TextsOf("events", value);
    if (!wanted) return;
    const std::vector<std::string> known = dialects_.of(endpoint_.dialect).Types();
    const bool all = std::all_of(wanted->begin(), wanted->end(), [&](const std::string& type) {
      return std::find(known.begin(), known.end(), type) != known.end();
    });
    if (!all) return Complain("events", "must be among " + Listed(known));
    endpoint_.types = *wanted;
  }

  void ReadDataTypes(const Json& value) {
    const std::optional<std::vector<std::string>> wanted = TextsOf("data_types", value);
    if (!wanted) return;
    const bool all = std::all_of(wanted->begin(), wanted->end(), [](const std::string& type) {
      return std::find(kDataTypes.begin(), kDataTypes.end(), type) != kDataTypes.end();
    });
    if (!all || endpoint_.dialect != DialectKind::kLiveChat)
      return Complain("data_types",
                      "must be among chat, visitor, pre_chat_survey, ticket, canned_response, of the "
                      "dialect livechat only");
    endpoint_.data_types = *wanted;
  }

  void ReadToken(const Json& value) {
    if (!value.IsString() || !IsHeaderValue(*value.AsString())) return Complain("token", "must be a text of one line");
    endpoint_.token = *value.AsString();
  }

  void ReadHeaders(const Json& value) {
    const Json::Object* object = value.AsObject();
    std::vector<std::pair<std::string, std::string>> headers;
    bool usable = object != nullptr && object->size() <= kMostEntries;
    for (std::size_t i = 0; usable && i < object->size(); ++i) {
      const auto& [name, text] = (*object)[i];
      const std::string lower = Lower(name);
      const bool ours = lower.starts_with("webhook-") || std::find(kOurs.begin(), kOurs.end(), lower) != kOurs.end();
      usable = IsToken(name) && !ours && text.IsString() && IsHeaderValue(*text.AsString());
      if (usable) headers.emplace_back(name, *text.AsString());
    }
    if (!usable)
      return Complain("headers", "must be an object of header values of one line, without those Parley sets");
    endpoint_.headers = std::move(headers);
  }

  void ReadAgents(const Json& value) {
    std::optional<std::vector<std::string>> logins = TextsOf("agents", value);
    if (!logins) return;
    for (std::string& login : *logins) login = Lower(login);
    endpoint_.filter.agents = *std::move(logins);
  }

  void ReadRetry(const Json& value) {
    const std::optional<RetryKind> kind = RetryNamed(value.AsString().value_or(""));
    if (!kind) return Complain("retry", "must be one of parley, livechat, rocketchat");
    endpoint_.retry = *kind;
  }

  void ReadOrdered(const Json& value) {
    if (!value.IsBoolean()) return Complain("ordered", "must be true or false");
    endpoint_.ordered = *value.AsBoolean();
  }

  void ReadConcurrency(const Json& value) {
    const std::int64_t wanted = value.AsInteger().value_or(0);
    if (wanted < 1 || wanted > Endpoint::kMostConcurrency)
      return Complain("concurrency", "must be a whole number from 1 to " + std::to_string(Endpoint::kMostConcurrency));
    endpoint_.concurrency = static_cast<int>(wanted);
  }

  void ReadRate(const Json& value) {
    const double wanted = value.AsNumber().value_or(-1);
    if (!(wanted >= 0 && wanted <= kMostPerSecond))
      return Complain("per_second", "must be a number from 0 (no limit) to 10000");
    endpoint_.per_second = wanted;
  }

  void ReadTimeout(const Json& value) {
    if (value.IsNull()) return endpoint_.timeout.reset();
    const std::int64_t wanted = value.AsInteger().value_or(0);
    if (wanted < kLeastTimeout || wanted > kMostTimeout)
      return Complain("timeout_ms", "must be a whole number from 100 to 60000");
    endpoint_.timeout = std::chrono::milliseconds(wanted);
  }

  void ReadSecret(const Json& value) {
    if (!IsSecret(value.AsString().value_or("")))
      return Complain("secret", "must be whsec_ and base64 of 24 to 64 bytes");
    endpoint_.secrets = {{std::string(*value.AsString()), std::nullopt}};
  }

  const Json& input_;
  const Dialects& dialects_;
  Endpoint& endpoint_;
  std::vector<std::string> violations_;
};

}  // namespace

Status ApplyInput(const Json& input, const Dialects& dialects, Endpoint& endpoint) {
  return Reader(input, dialects, endpoint).Read();
}

Json ShowEndpoint(const Endpoint& endpoint) {
  Json headers = Json::MakeArray();
  for (const auto& [name, value] : endpoint.headers) headers.Push(name);
  Json json;
  json.Append("id", endpoint.id);
  json.Append("registered_by", NameOf(endpoint.origin));
  json.Append("dialect", NameOf(endpoint.dialect));
  json.Append("url", Redacted(endpoint.url));
  json.Append("events", TextsJson(endpoint.types));
  json.Append("data_types", TextsJson(endpoint.data_types));
  json.Append("headers", std::move(headers));
  json.Append("groups", TextsJson(endpoint.filter.groups));
  json.Append("agents", TextsJson(endpoint.filter.agents));
  json.Append("tags", TextsJson(endpoint.filter.tags));
  json.Append("since", IsoTime(endpoint.since));
  json.Append("retry", NameOf(endpoint.retry));
  json.Append("ordered", endpoint.ordered);
  json.Append("concurrency", endpoint.concurrency);
  json.Append("per_second", endpoint.per_second);
  const auto timeout = endpoint.timeout ? endpoint.timeout : endpoint.standard_timeout;
  json.Append("timeout_ms", timeout ? Json(static_cast<std::int64_t>(timeout->count())) : Json());
  json.Append("enabled", endpoint.enabled);
  if (!endpoint.enabled) json.Append("disabled_reason", endpoint.disabled_reason);
  json.Append("failing_since", endpoint.failing_since ? Json(IsoTime(*endpoint.failing_since)) : Json());
  return json;
}

}  // namespace parley::relay
