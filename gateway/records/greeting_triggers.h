// Greetings and Rocket.Chat's triggers: what can be said in both is kept in both, under one id.
//
// A trigger acts as soon as one of its conditions holds and knows no departments, a greeting when all its rules hold.
// So a greeting of everybody with exactly one rule, about the current page or the time on the site, is a trigger too;
// and a trigger with one such condition that sends a message is a greeting too.
// Threading: pure functions, and reads on the shard. Tests: tests/unit/records/greeting_triggers_test.cc
#pragma once

#include <optional>
#include <string>

#include "json/json.h"
#include "storage/store.h"

namespace parley::records {

// The trigger a greeting (as stored) is, with what `known` (as stored, may be null) has beside it; empty when it is none.
std::optional<Json> TriggerFor(const Json& greeting, const Json* known);

// The greeting a trigger (as stored) is, with what `known` has beside it; its rules have no ids. Empty when it is none.
std::optional<Json> GreetingFor(const Json& trigger, const Json* known);

// Adds to `changes`, which save or remove (null) the trigger, what follows for the greeting of the same id.
Awaitable<Status> FollowTrigger(storage::ShardStores& stores, std::string id, const Json* trigger, Time now,
                                storage::Changes& changes);
// The other way round.
Awaitable<Status> FollowGreeting(storage::ShardStores& stores, std::string id, const Json* greeting, Time now,
                                 storage::Changes& changes);

// Gives every rule an id no rule had before.
Awaitable<Status> NumberRules(storage::Committer& committer, Json& rules);

}  // namespace parley::records
