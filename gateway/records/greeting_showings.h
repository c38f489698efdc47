// Greetings being shown: which ones a visitor has seen, as far as can be told, and what is recorded.
//
// A widget does not tell what it shows. It shows triggers, so a greeting that is none (greeting_triggers.h) is shown by
// nobody; one that is a trigger is shown on the first page of a visit it is about, or once the visitor has been on the
// site for as long as it says, which is seen by the next thing they do. Each is shown once a visit; one that runs once,
// once for ever to whoever has this token.
// Threading: pure functions, and reads on the shard. Tests: tests/unit/backend/embedded/greetings_shown_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "storage/ledger.h"
#include "storage/store.h"

namespace parley::records {

struct SiteVisit {
  std::string id;
  Time began{};
  std::string token;                   // the visitor's
  std::string visitor_id, department;  // empty: nobody known yet; none
};

struct GreetingShowing {
  std::string id;  // the same id is recorded once
  std::string greeting_id;
  Time at{};
  bool known = false;  // recorded before
};

// The triggers that are enabled, as stored.
Awaitable<Result<std::vector<storage::Document>>> FindRunningTriggers(storage::DocumentStore& documents);

// Of this visit, up to now, oldest first. `page`: the address that is looked at now; empty when it is no page.
// `recorded`: what the visitor was shown before, as far as it is known.
std::vector<GreetingShowing> ShowingsOf(const std::vector<storage::Document>& triggers, const SiteVisit& visit,
                                        std::string_view page, Time now,
                                        const std::vector<storage::LedgerGreeting>& recorded);
// The same, of what the store has.
Awaitable<Result<std::vector<GreetingShowing>>> FindShowings(storage::ShardStores& stores, SiteVisit visit,
                                                             std::string page, Time now);

// Adds an event for each that is not known, and what follows from it, to the changes.
void RecordShowings(const events::Recorder& recorder, const SiteVisit& visit,
                    const std::vector<GreetingShowing>& showings, storage::Changes& changes);

}  // namespace parley::records
