// To whom the relay delivers, wherever they were registered.
//
// Three registries, one form: webhooks of the LiveChat face, the webhook of Rocket.Chat's settings, and endpoints of the
// admin API. What an operator sets, and what has become of an endpoint, is kept apart from the registration, so that
// it is the same for all three.
// Threading: plain values. Tests: tests/unit/relay/endpoint_test.cc
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "json/json.h"
#include "relay/retry.h"

namespace parley::relay {

enum class DialectKind { kLiveChat, kRocketChat, kNeutral };
std::string_view NameOf(DialectKind kind);  // "livechat"
std::optional<DialectKind> DialectNamed(std::string_view name);

enum class Origin { kLiveChat, kSettings, kAdmin };
std::string_view NameOf(Origin origin);  // "livechat"

// A signing secret, "whsec_" and base64; one that is being replaced is used beside the new one for a while.
struct Secret {
  std::string key;
  std::optional<Time> until;
  std::string bytes = {};  // what `key` stands for; empty: not taken out of it yet
};

// Which chats somebody wants to hear of; empty members do not filter. An event that is about no chat passes where it
// has nothing to compare.
struct Filter {
  std::vector<std::string> groups;  // department ids; an empty text: chats of none
  std::vector<std::string> agents;  // logins, lower case
  std::vector<std::string> tags;    // at least one of them

  bool empty() const { return groups.empty() && agents.empty() && tags.empty(); }
};

struct Endpoint {
  std::string id;
  Origin origin = Origin::kAdmin;
  DialectKind dialect = DialectKind::kNeutral;
  std::string url;
  std::vector<std::string> types;       // as the dialect calls events; empty: all. "Message" includes "Message:agent"
  std::vector<std::string> data_types;  // LiveChat's
  std::string token;                    // LiveChat's stands in the body, Rocket.Chat's in a header
  std::vector<std::pair<std::string, std::string>> headers;
  Filter filter;
  Time since{};  // earlier events are not for this endpoint
  std::optional<std::chrono::milliseconds> standard_timeout;

  // What an operator set.
  RetryKind retry = RetryKind::kParley;
  bool ordered = false;  // one delivery of a chat at a time, in order
  int concurrency = kStandardConcurrency;
  double per_second = 0;                             // 0: as fast as it goes
  std::optional<std::chrono::milliseconds> timeout;  // instead of the standard one

  // What became of it.
  std::vector<Secret> secrets;
  bool enabled = true;
  std::string disabled_reason;
  std::optional<Time> failing_since;  // nothing was delivered from then on

  bool Wants(std::string_view type) const;

  static constexpr int kStandardConcurrency = 8;
  static constexpr int kMostConcurrency = 256;
};

// What is stored of an endpoint's settings and fate (Collection::kRelayEndpoints), read into and written from one.
// Of an endpoint of the admin API the registration is stored there too.
void ReadState(const Json& body, Endpoint& endpoint);
Json StateOf(const Endpoint& endpoint);
void ReadRegistration(const Json& body, Endpoint& endpoint);
Json RegistrationOf(const Endpoint& endpoint);

// `url` with user name and password left out: what may be shown and logged.
std::string Redacted(std::string_view url);
// "hooks.acme.test:8443", lower case: what a circuit breaker goes by.
std::string HostOf(std::string_view url);

}  // namespace parley::relay
