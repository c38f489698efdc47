#include "config/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include "base/ip_network.h"
#include "base/text.h"
#include "base/time.h"
#include "config/group_rules.h"

namespace parley::config {
namespace {

// What is wrong with a value, or nothing.
using Complaint = std::optional<std::string>;

struct Option {
  std::string key;
  std::string description;
  std::function<Complaint(Config&, const std::string&)> set;
  bool secret = false;
  bool list = false;  // may be a list in the file; `set` gets its values with commas between them
  bool tree = false;  // a list of mappings; `set` gets it as YAML
};

// Where an option's value goes: a member of a section.
template <class Section, class Value>
auto At(Section Config::*section, Value Section::*member) {
  return [=](Config& config) -> Value& { return config.*section.*member; };
}

template <class Member>
auto Text(Member member) {
  return [member](Config& config, const std::string& value) -> Complaint {
    std::invoke(member, config) = value;
    return std::nullopt;
  };
}

template <class Member>
auto Whole(Member member, std::int64_t least, std::int64_t most) {
  return [=](Config& config, const std::string& value) -> Complaint {
    const auto number = ParseInteger(value);
    if (!number || *number < least || *number > most)
      return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    using Target = std::remove_cvref_t<decltype(std::invoke(member, config))>;
    std::invoke(member, config) = static_cast<Target>(*number);
    return std::nullopt;
  };
}

template <class Member>
auto Flag(Member member) {
  return [member](Config& config, const std::string& value) -> Complaint {
    if (value != "true" && value != "false") return "must be true or false";
    std::invoke(member, config) = value == "true";
    return std::nullopt;
  };
}

// "250ms", "10s", "5m", "2h", "30d".
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view value) {
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const std::size_t unit_at = value.find_first_not_of("0123456789");
  for (const auto& [unit, millis] : kUnits) {
    if (unit_at == std::string_view::npos || value.substr(unit_at) != unit) continue;
    const auto number = ParseInteger(value.substr(0, unit_at));
    if (!number || *number < 1 || *number > 1'000'000) break;
    return std::chrono::milliseconds(*number * millis);
  }
  return std::nullopt;
}

template <class Member>
auto Duration(Member member) {
  return [member](Config& config, const std::string& value) -> Complaint {
    const auto duration = ParseDuration(value);
    if (!duration) return "must be a duration such as 500ms, 10s or 5m";
    std::invoke(member, config) = *duration;
    return std::nullopt;
  };
}

template <class Member>
auto Address(Member member) {
  return [member](Config& config, const std::string& value) -> Complaint {
    const auto address = ParseListenAddress(value);
    if (!address) return "must be host:port, for example 127.0.0.1:8080";
    std::invoke(member, config) = *address;
    return std::nullopt;
  };
}

template <class Member, class Value>
auto OneOf(Member member, std::vector<std::pair<std::string, Value>> choices) {
  return [member, choices](Config& config, const std::string& value) -> Complaint {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : choices) {
      if (name == value) {
        std::invoke(member, config) = meaning;
        return std::nullopt;
      }
      names.push_back(name);
    }
    return "must be one of " + Join(names, ", ");
  };
}

Complaint SetTimeZone(Config& config, const std::string& value) {
  if (FindZone(value) == nullptr) return "must be an IANA time zone such as Europe/Berlin";
  config.account.timezone = value;
  return std::nullopt;
}

Complaint SetStoreUrl(Config& config, const std::string& value) {
  if (!value.starts_with("sqlite:") || value.size() == std::string_view("sqlite:").size()) return "must be sqlite:PATH";
  config.store.url = value;
  return std::nullopt;
}

Complaint SetBootstrapLogin(Config& config, const std::string& value) {
  if (!value.empty() && !LooksLikeEmail(value)) return "must be an e-mail address";
  config.bootstrap.login = Lower(value);
  return std::nullopt;
}

// From 4.0 to the one everything is built to.
Complaint SetCompatVersion(Config& config, const std::string& value) {
  const auto parts = Split(value, '.');
  const bool numbers = std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    const auto number = ParseInteger(part);
    return number && *number >= 0 && *number < 1000;
  });
  const std::int64_t major = numbers ? *ParseInteger(parts.front()) : 0;
  if (!numbers || parts.size() < 2 || parts.size() > 3 || major < 4 || major > 8)
    return "must be a version of Rocket.Chat from 4.0 to 8.x, for example 7.10.0";
  config.embedded.compat_version = parts.size() == 2 ? value + ".0" : value;
  return std::nullopt;
}

// Whatever else is wrong with it is found when the first connection is made.
Complaint SetBackendUrl(Config& config, const std::string& value) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!value.starts_with(scheme)) continue;
    std::string_view rest = std::string_view(value).substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.empty() || rest.find_first_of("/?#@ ") != std::string_view::npos) break;
    config.backend.url = value;
    return std::nullopt;
  }
  if (value.empty()) return std::nullopt;
  return "must be the workspace's address without a path, for example https://chat.acme.test";
}

// Where the workspace reaches us is anybody's network.
Complaint SetWebhookUrl(Config& config, const std::string& value) {
  const bool is_url = value.starts_with("https://") || value.starts_with("http://");
  if (!value.empty() && (!is_url || value.find_first_of(" #@") != std::string::npos))
    return "must be an address the workspace reaches Parley by, for example https://parley.acme.test/relay/rocketchat";
  config.backend.webhook_url = value;
  return std::nullopt;
}

Complaint SetOutgoingAllow(Config& config, const std::string& value) {
  std::vector<std::string> entries;
  for (const std::string_view part : Split(value, ',')) {
    const std::string entry(Trim(part));
    if (entry.empty()) continue;
    if (!ParseNetwork(entry) && !IsHostName(entry)) {
      return "must be networks, addresses or host names, for example 10.1.0.0/16, and \"" + entry + "\" is none";
    }
    entries.push_back(entry);
  }
  config.outgoing.allow = std::move(entries);
  return std::nullopt;
}

Complaint SetTrustedProxies(Config& config, const std::string& value) {
  std::vector<std::string> networks;
  for (const std::string_view part : Split(value, ',')) {
    const std::string network(Trim(part));
    if (network.empty()) continue;
    if (!ParseNetwork(network))
      return "must be networks or addresses, for example 10.1.0.0/16, and \"" + network + "\" is none";
    networks.push_back(network);
  }
  config.server.trusted_proxies = std::move(networks);
  return std::nullopt;
}

Complaint SetRelayPauses(Config& config, const std::string& value) {
  constexpr std::size_t kMost = 50;
  std::vector<std::chrono::milliseconds> pauses;
  for (const std::string_view part : Split(value, ',')) {
    if (Trim(part).empty()) continue;
    const auto pause = ParseDuration(Trim(part));
    if (!pause || pauses.size() == kMost) return "must be at most 50 durations, for example 5s,5m,30m";
    pauses.push_back(*pause);
  }
  config.relay.pauses = std::move(pauses);
  return std::nullopt;
}

Complaint SetGroupRules(Config& config, const std::string& value) {
  Result<std::vector<Config::Groups::Rule>> rules = ReadGroupRules(value);
  if (!rules) return rules.error().message;
  config.groups.rules = *std::move(rules);
  return std::nullopt;
}

const std::vector<Option>& Table() {
  constexpr std::int64_t kMaxBytes = std::int64_t{1} << 30;
  constexpr std::int64_t kMaxUploadBytes = std::int64_t{1} << 40;
  static const std::vector<Option> table = {
      {"account.language", "language of groups, two letters", Text(At(&Config::account, &Config::Account::language))},
      {"account.license_id", "LiveChat account number shown to clients",
       Whole(At(&Config::account, &Config::Account::license_id), 1, std::numeric_limits<std::int32_t>::max())},
      {"account.name", "name of the company", Text(At(&Config::account, &Config::Account::name))},
      {"account.timezone", "zone of days and date texts where a request names none", SetTimeZone},
      {"admin.key", "bearer key of the admin API", Text(At(&Config::admin, &Config::Admin::key)), true},
      {"admin.listen", "address of health, metrics and the admin API",
       Address(At(&Config::admin, &Config::Admin::listen))},
      {"auth.bootstrap.key", "LiveChat API key of the owner", Text(At(&Config::bootstrap, &Config::Bootstrap::key)),
       true},
      {"auth.bootstrap.login", "e-mail address of the owner, made at start when missing", SetBootstrapLogin},
      {"backend.auth_token", "personal access token of the workspace's service account",
       Text(At(&Config::backend, &Config::Backend::auth_token)), true},
      {"backend.ca_file", "certificates the workspace's own is checked against; the system's when empty",
       Text(At(&Config::backend, &Config::Backend::ca_file))},
      {"backend.client_address", "how the workspace is told a client's address: none, x-real-ip or x-forwarded-for",
       OneOf(At(&Config::backend, &Config::Backend::client_address),
             std::vector<std::pair<std::string, ClientAddress>>{{"none", ClientAddress::kNone},
                                                                {"x-real-ip", ClientAddress::kRealIp},
                                                                {"x-forwarded-for", ClientAddress::kForwardedFor}})},
      {"backend.directory_interval", "how old what is known of agents and departments may be",
       Duration(At(&Config::backend, &Config::Backend::directory_interval))},
      {"backend.kind", "embedded, or rocketchat: a workspace at backend.url",
       OneOf(At(&Config::backend, &Config::Backend::kind),
             std::vector<std::pair<std::string, BackendKind>>{{"embedded", BackendKind::kEmbedded},
                                                              {"rocketchat", BackendKind::kRocketChat}})},
      {"backend.max_upload_bytes", "largest file that passes to a workspace",
       Whole(At(&Config::backend, &Config::Backend::max_upload_bytes), 1024, kMaxUploadBytes)},
      {"backend.password", "password of the workspace's service account, where it has no token",
       Text(At(&Config::backend, &Config::Backend::password)), true},
      {"backend.poll_interval", "pause between two looks for chats whose webhooks were lost",
       Duration(At(&Config::backend, &Config::Backend::poll_interval))},
      {"backend.probe_interval", "pause between two looks at what the workspace can do",
       Duration(At(&Config::backend, &Config::Backend::probe_interval))},
      {"backend.url", "where the workspace is", SetBackendUrl},
      {"backend.user_id", "user id of the workspace's service account, with backend.auth_token",
       Text(At(&Config::backend, &Config::Backend::user_id))},
      {"backend.username", "user name of the workspace's service account, with backend.password",
       Text(At(&Config::backend, &Config::Backend::username))},
      {"backend.webhook_token", "secret token the workspace sends its webhooks with; they are refused when empty",
       Text(At(&Config::backend, &Config::Backend::webhook_token)), true},
      {"backend.webhook_url", "what the workspace reaches Parley's receiver by; set up there by parley doctor --fix",
       SetWebhookUrl},
      {"data.directory", "where generated keys and the default store live", Text(&Config::data_directory)},
      {"embedded.admin.email", "first administrator's address",
       Text(At(&Config::embedded, &Config::Embedded::admin_email))},
      {"embedded.admin.id", "first administrator's user id; random when empty",
       Text(At(&Config::embedded, &Config::Embedded::admin_id))},
      {"embedded.admin.password", "first administrator's password; generated and printed once when empty",
       Text(At(&Config::embedded, &Config::Embedded::admin_password)), true},
      {"embedded.admin.username", "first administrator's user name",
       Text(At(&Config::embedded, &Config::Embedded::admin_username))},
      {"embedded.compat_version", "which version of Rocket.Chat the embedded backend is like, 4.0 to 8.x",
       SetCompatVersion},
      {"embedded.edition", "what the embedded backend claims to be: community (one department) or premium",
       OneOf(At(&Config::embedded, &Config::Embedded::edition),
             std::vector<std::pair<std::string, Edition>>{{"community", Edition::kCommunity},
                                                          {"premium", Edition::kPremium}})},
      {"embedded.rate_limit.enabled", "limit calls per address and route as Rocket.Chat does",
       Flag(At(&Config::embedded, &Config::Embedded::rate_limit))},
      {"files.mappings", "folder of the mappings", Text(At(&Config::files, &Config::Files::mappings))},
      {"files.specs", "folder of the API specs", Text(At(&Config::files, &Config::Files::specs))},
      {"groups.rules", "which chats belong to groups the workspace has no department for; a list of {group, when}",
       SetGroupRules, false, false, true},
      {"log.level", "debug, info, warning or error",
       OneOf(&Config::log_level, std::vector<std::pair<std::string, LogLevel>>{{"debug", LogLevel::kDebug},
                                                                               {"info", LogLevel::kInfo},
                                                                               {"warning", LogLevel::kWarning},
                                                                               {"error", LogLevel::kError}})},
      {"outgoing.allow", "networks, addresses and host names that webhooks and the like may call though not public",
       SetOutgoingAllow, false, true},
      {"relay.connections", "most deliveries under way at a time",
       Whole(At(&Config::relay, &Config::Relay::connections), 1, 10'000)},
      {"relay.disable_after", "an endpoint to which nothing could be delivered for so long is disabled",
       Duration(At(&Config::relay, &Config::Relay::disable_after))},
      {"relay.enabled", "deliver webhooks", Flag(At(&Config::relay, &Config::Relay::enabled))},
      {"relay.jitter_percent", "a pause is up to this much shorter or longer",
       Whole(At(&Config::relay, &Config::Relay::jitter_percent), 0, 100)},
      {"relay.retention", "how long finished deliveries and their attempts are kept",
       Duration(At(&Config::relay, &Config::Relay::retention))},
      {"relay.retry_after", "pauses between the attempts of a delivery", SetRelayPauses, false, true},
      {"relay.timeout", "of one attempt", Duration(At(&Config::relay, &Config::Relay::timeout))},
      {"server.body_timeout", "until a request's body must have arrived",
       Duration(At(&Config::server, &Config::Server::body_timeout))},
      {"server.drain_timeout", "how long answers in flight may take after SIGTERM",
       Duration(At(&Config::server, &Config::Server::drain_timeout))},
      {"server.header_timeout", "until a request's head must have arrived",
       Duration(At(&Config::server, &Config::Server::header_timeout))},
      {"server.idle_timeout", "how long a connection may wait for its next request",
       Duration(At(&Config::server, &Config::Server::idle_timeout))},
      {"server.listen", "where clients of both APIs connect", Address(At(&Config::server, &Config::Server::listen))},
      {"server.max_body_bytes", "largest request body",
       Whole(At(&Config::server, &Config::Server::max_body_bytes), 1024, kMaxBytes)},
      {"server.max_connections", "most connections at a time",
       Whole(At(&Config::server, &Config::Server::max_connections), 1, 1'000'000)},
      {"server.request_timeout", "deadline of one request, backend calls included",
       Duration(At(&Config::server, &Config::Server::request_timeout))},
      {"server.shards", "threads that serve requests; 0: one per core",
       Whole(At(&Config::server, &Config::Server::shards), 0, 256)},
      {"server.tls.certificate", "PEM file of the certificate and its chain; plain HTTP when empty",
       Text(At(&Config::server, &Config::Server::tls_certificate))},
      {"server.tls.key", "PEM file of the certificate's private key",
       Text(At(&Config::server, &Config::Server::tls_key))},
      {"server.trusted_proxies", "proxies that are believed when they say whom a request came from", SetTrustedProxies,
       false, true},
      {"store.secret_key_file", "keys of the secrets in the store; beside the store when empty",
       Text(At(&Config::store, &Config::Store::secret_key_file))},
      {"store.url", "sqlite:PATH", SetStoreUrl},
  };
  return table;
}

const Option* FindOption(std::string_view key) {
  const auto& table = Table();
  const auto at = std::lower_bound(table.begin(), table.end(), key,
                                   [](const Option& option, std::string_view wanted) { return option.key < wanted; });
  return at != table.end() && at->key == key ? &*at : nullptr;
}

bool IsListOption(std::string_view key) {
  const Option* option = FindOption(key);
  return option != nullptr && option->list;
}

bool HasOnlyScalars(const YAML::Node& list) {
  return std::all_of(list.begin(), list.end(), [](const YAML::Node& item) { return item.IsScalar(); });
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

class Loader {
 public:
  explicit Loader(const Sources& sources) : sources_(sources) {}

  Loaded Run() {
    if (sources_.file) LoadFile(*sources_.file);
    for (const auto& [name, value] : sources_.environment) LoadVariable(name, value);
    for (const auto& [key, value] : sources_.sets) {
      if (const Option* option = FindOption(key); option != nullptr && option->secret)
        loaded_.warnings.push_back("--set " + key + " shows a secret to every user of this machine; use " + key +
                                   "_file or the environment");
      Apply(key, value, "--set " + key, 0);
    }
    CheckTogether();
    return std::move(loaded_);
  }

 private:
  void LoadFile(const std::string& path) {
    const auto content = ReadFile(path);
    if (!content) return loaded_.problems.Add(path, 0, "cannot be read");
    try {
      const YAML::Node root = YAML::Load(*content);
      if (root.IsNull()) return;
      if (!root.IsMap()) return loaded_.problems.Add(path, 1, "must be a mapping of sections");
      Walk(root, "", path);
    } catch (const YAML::Exception& error) {
      loaded_.problems.Add(path, error.mark.line + 1, error.msg);
    }
  }

  void Walk(const YAML::Node& node, const std::string& prefix, const std::string& path) {
    std::vector<std::string> seen;
    for (const auto& entry : node) {
      const int line = entry.first.Mark().line + 1;
      if (!entry.first.IsScalar()) {
        loaded_.problems.Add(path, line, "an option's name must be a text");
        continue;
      }
      const std::string key = prefix + entry.first.Scalar();
      if (std::find(seen.begin(), seen.end(), key) != seen.end())
        loaded_.problems.Add(path, line, key + " is given twice");
      seen.push_back(key);
      if (entry.second.IsMap()) {
        Walk(entry.second, key + ".", path);
      } else if (entry.second.IsScalar() || entry.second.IsNull()) {
        Apply(key, entry.second.IsNull() ? "" : entry.second.Scalar(), path, line);
      } else if (const Option* option = FindOption(key); option != nullptr && option->tree) {
        Apply(key, YAML::Dump(entry.second), path, line);
      } else if (IsListOption(key) && HasOnlyScalars(entry.second)) {
        Apply(key, Join(entry.second.as<std::vector<std::string>>(), ","), path, line);
      } else {
        loaded_.problems.Add(
            path, line, key + (IsListOption(key) ? " must be a list of single values" : " must be a single value"));
      }
    }
  }

  // PARLEY_SERVER__LISTEN -> server.listen
  void LoadVariable(const std::string& name, const std::string& value) {
    constexpr std::string_view kPrefix = "PARLEY_";
    if (!name.starts_with(kPrefix)) return;
    Apply(ReplaceAll(Lower(name.substr(kPrefix.size())), "__", "."), value, "environment " + name, 0);
  }

  void Apply(const std::string& key, const std::string& value, const std::string& source, int line) {
    constexpr std::string_view kFileSuffix = "_file";
    if (const Option* option = FindOption(key)) return Assign(*option, value, source, line);
    if (key.ends_with(kFileSuffix)) {
      const Option* option = FindOption(key.substr(0, key.size() - kFileSuffix.size()));
      if (option != nullptr && option->secret) {
        const auto content = ReadFile(value);
        if (!content) return loaded_.problems.Add(source, line, key + ": " + value + " cannot be read");
        return Assign(*option, std::string(Trim(*content)), source, line);
      }
    }
    std::vector<std::string> keys;
    for (const Option& option : Table()) keys.push_back(option.key);
    const auto nearest = Nearest(key, keys);
    loaded_.problems.Add(source, line,
                         "no option is called " + key + (nearest ? "; did you mean " + *nearest : std::string()));
  }

  void Assign(const Option& option, const std::string& value, const std::string& source, int line) {
    if (const Complaint complaint = option.set(loaded_.config, value))
      loaded_.problems.Add(source, line, option.key + " " + *complaint);
  }

  void CheckTogether() {
    const Config::Bootstrap& bootstrap = loaded_.config.bootstrap;
    if (bootstrap.login.empty() != bootstrap.key.empty())
      loaded_.problems.Add("configuration", 0, "auth.bootstrap.login and auth.bootstrap.key must be given together");
    const Config::Server& server = loaded_.config.server;
    if (server.tls_certificate.empty() != server.tls_key.empty())
      loaded_.problems.Add("configuration", 0, "server.tls.certificate and server.tls.key must be given together");
    CheckBackend(loaded_.config.backend);
  }

  void CheckBackend(const Config::Backend& backend) {
    if (backend.kind != BackendKind::kRocketChat) return;
    if (backend.url.empty()) loaded_.problems.Add("configuration", 0, "backend.url must say where the workspace is");
    const bool token = !backend.user_id.empty() && !backend.auth_token.empty();
    const bool login = !backend.username.empty() && !backend.password.empty();
    if (token == login) {
      loaded_.problems.Add("configuration", 0,
                           "backend.user_id and backend.auth_token, or backend.username and backend.password, must be "
                           "given: the account Parley uses in the workspace");
    }
  }

  const Sources& sources_;
  Loaded loaded_;
};

}  // namespace

Loaded Load(const Sources& sources) {
  return Loader(sources).Run();
}

std::optional<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ParseInteger(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) host = "0.0.0.0";
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::vector<OptionInfo> Options() {
  std::vector<OptionInfo> options;
  for (const Option& option : Table()) options.push_back({option.key, option.description, option.secret});
  return options;
}

}  // namespace parley::config
