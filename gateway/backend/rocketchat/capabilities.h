// What a workspace can do, and what the gateway's account may do there.
//
// Purpose: ask a workspace by reading alone: its version, the account, its permissions, its licence, and one question a
// feature. A route that is not there or not licensed is a feature the workspace lacks; one that is refused to the
// account is a matter of permissions and no reason to do without.
// Refuses to know: when to ask (Prober), who does what the workspace lacks.
// Errors: those of the Service; kBadGateway when an answer says nothing about what a guess would put in a wrong place.
// Threading: Findings are immutable once made; Probe runs on the workspace's loop.
// Tests: tests/unit/backend/rocketchat/capabilities_test.cc
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backend/backend.h"
#include "json/json.h"

namespace parley::backend::rocketchat {

enum class FeatureState {
  kNative,        // the workspace does it
  kLocal,         // it does not, Parley does
  kAbsent,        // nobody does
  kNoPermission,  // it would, but not for Parley's account
  kUnknown,       // its answer says neither
};
inline constexpr FeatureState kFeatureStates[] = {FeatureState::kNative, FeatureState::kLocal, FeatureState::kAbsent,
                                                  FeatureState::kNoPermission, FeatureState::kUnknown};
std::string_view NameOf(FeatureState state);  // "no_permission"

struct Feature {
  std::string_view name;
  FeatureState state = FeatureState::kUnknown;
  std::string reason;  // of a native one: by what other means it is, if any
};

// A permission the account lacks, and what does not work without it.
struct MissingPermission {
  std::string id;
  std::string_view needed_for;
};

struct Findings {
  std::string version;  // "8.3.1"; as much of it as the workspace tells
  std::string account_id, username;
  std::vector<std::string> roles;
  std::set<std::string, std::less<>> modules;           // of the licence
  std::optional<std::vector<MissingPermission>> lacks;  // empty: the workspace does not say who may what
  bool slowed_down = false;                             // the account's calls are counted by the rate limiter
  bool idle_agents_take_chats = true;                   // Livechat_enabled_when_agent_idle
  std::optional<std::chrono::milliseconds> ahead;       // of the workspace's clock; empty: it does not tell the time
  std::vector<Feature> features;                        // all of FeatureNames(), in that order

  const Feature* Find(std::string_view feature) const;
  // What mappings may rely on, and `local_groups`. A feature the account may not use is there: its refusals are for people to see.
  Capabilities capabilities() const;
};

// Every feature there is, sorted.
const std::vector<std::string_view>& FeatureNames();
// The feature whose route this is, "canned-responses/65aa"; empty: every workspace has it.
std::string_view FeatureOfRoute(std::string_view path);
// Whether an answer says that the workspace has no licence for the route.
bool SaysUnlicensed(const Response& answer);
// Whether it says that there is no such route, rather than no such record.
bool SaysNoRoute(const Response& answer);

Awaitable<Result<Findings>> Probe(Service& workspace, const Clock& clock, SteadyTime deadline);

// {"version","account":{...},"features":{name:{"state","reason"?}},"lacks":[...]}
Json ToJson(const Findings& findings);

}  // namespace parley::backend::rocketchat
