// Configuration: one YAML file, the environment and `--set`, checked as a whole before anything starts.
//
// Purpose: say everything that is wrong at once, with file:line, and hand `app` typed values with units.
// Later sources win: defaults < file < environment (PARLEY_SERVER__LISTEN) < --set. Any secret `x` may be given as
// `x_file`, a path whose trimmed content is the value; a list is given with commas outside the file. Refuses to know: what the values are used for.
// Threading: plain values. The annotated default file is config/parley.yaml; a test keeps it equal to the defaults.
// Tests: tests/unit/config/config_test.cc
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/problems.h"

namespace parley::config {

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;  // 0: any free port

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

enum class BackendKind { kEmbedded, kRocketChat };
enum class Edition { kCommunity, kPremium };
// How a workspace is told who its caller is: its rate limiter goes by X-Real-Ip, or by X-Forwarded-For where it trusts it.
enum class ClientAddress { kNone, kRealIp, kForwardedFor };

struct Config {
  struct Server {
    ListenAddress listen{"127.0.0.1", 8080};
    int shards = 0;  // 0: one per core
    std::size_t max_body_bytes = 10 * 1024 * 1024;
    int max_connections = 10'000;
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds request_timeout{30'000};
    std::chrono::milliseconds drain_timeout{10'000};
    std::string tls_certificate;               // PEM, the whole chain; empty: plain HTTP
    std::string tls_key;                       // PEM
    std::vector<std::string> trusted_proxies;  // networks and addresses

    friend bool operator==(const Server&, const Server&) = default;
  } server;

  struct Admin {
    ListenAddress listen{"127.0.0.1", 9090};
    std::string key;  // empty: one is generated into <data>/admin.key

    friend bool operator==(const Admin&, const Admin&) = default;
  } admin;

  struct Store {
    std::string url = "sqlite:data/parley.db";
    std::string secret_key_file;  // empty: beside the store

    friend bool operator==(const Store&, const Store&) = default;
  } store;

  struct Account {
    std::int64_t license_id = 100001;
    std::string name = "Parley";
    std::string timezone = "UTC";
    std::string language = "en";

    friend bool operator==(const Account&, const Account&) = default;
  } account;

  struct Bootstrap {
    std::string login;  // empty: no owner is made
    std::string key;

    friend bool operator==(const Bootstrap&, const Bootstrap&) = default;
  } bootstrap;

  struct Backend {
    BackendKind kind = BackendKind::kEmbedded;
    std::string url;                  // of a workspace: "https://chat.acme.test"
    std::string user_id, auth_token;  // the service account's id and personal access token; or
    std::string username, password;   // what it logs in with
    std::string ca_file;              // PEM; empty: the system's certificates
    std::string webhook_url;          // what the workspace reaches Parley's receiver by; empty: nobody sets it up
    std::string webhook_token;        // what the workspace sends with its webhooks; empty: none are taken
    ClientAddress client_address = ClientAddress::kRealIp;
    std::size_t max_upload_bytes = std::size_t{128} << 20;
    std::chrono::milliseconds poll_interval{10'000};
    std::chrono::milliseconds directory_interval{10'000};
    std::chrono::milliseconds probe_interval = std::chrono::minutes(5);

    friend bool operator==(const Backend&, const Backend&) = default;
  } backend;

  // Which chats belong to a group that the workspace has no department for; the first rule that fits decides.
  struct Groups {
    struct Rule {
      std::string group;  // its name
      // All that are given must hold.
      std::string url_contains;                // part of the address of the page the chat began on
      std::string custom_field, custom_value;  // the visitor's, and what it is
      std::string tag;                         // of the chat
      std::string agent;                       // login of who serves or served

      friend bool operator==(const Rule&, const Rule&) = default;
    };
    std::vector<Rule> rules;

    friend bool operator==(const Groups&, const Groups&) = default;
  } groups;

  struct Embedded {
    std::string admin_id;  // empty: random
    std::string admin_username = "admin";
    std::string admin_password;  // empty: generated and printed once
    std::string admin_email = "admin@parley.invalid";
    Edition edition = Edition::kPremium;
    std::string compat_version = "8.3.0";
    bool rate_limit = false;

    friend bool operator==(const Embedded&, const Embedded&) = default;
  } embedded;

  struct Outgoing {
    std::vector<std::string> allow;  // networks, addresses and host names

    friend bool operator==(const Outgoing&, const Outgoing&) = default;
  } outgoing;

  struct Relay {
    bool enabled = true;
    std::chrono::milliseconds timeout{10'000};
    std::vector<std::chrono::milliseconds> pauses = {
        std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30), std::chrono::hours(2),
        std::chrono::hours(5),   std::chrono::hours(10),  std::chrono::hours(10)};
    int jitter_percent = 20;
    std::chrono::milliseconds disable_after = std::chrono::hours(5 * 24);
    std::chrono::milliseconds retention = std::chrono::hours(30 * 24);
    int connections = 1'000;

    friend bool operator==(const Relay&, const Relay&) = default;
  } relay;

  struct Files {
    std::string specs = "specs";
    std::string mappings = "mappings";

    friend bool operator==(const Files&, const Files&) = default;
  } files;

  std::string data_directory = "data";
  LogLevel log_level = LogLevel::kInfo;

  friend bool operator==(const Config&, const Config&) = default;
};

struct Sources {
  std::optional<std::string> file;                        // path of a YAML file
  std::map<std::string, std::string> environment;         // PARLEY_... variables; others are ignored
  std::vector<std::pair<std::string, std::string>> sets;  // of --set key=value, in order
};

struct Loaded {
  Config config;  // usable only when `problems` is empty
  Problems problems;
  std::vector<std::string> warnings;  // e.g. a secret given on the command line
};

Loaded Load(const Sources& sources);

// "127.0.0.1:8080", "[::1]:8080", ":8080" (every address).
std::optional<ListenAddress> ParseListenAddress(std::string_view text);

struct OptionInfo {
  std::string key;
  std::string description;
  bool secret = false;
};
// Every option, sorted: for `parley help` and for the test that the default file is complete.
std::vector<OptionInfo> Options();

}  // namespace parley::config
