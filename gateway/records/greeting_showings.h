// Greetings being shown: which ones a visitor has seen, as far as can be told, and what is recorded.
//
// A widget does not tell what it shows. It shows triggers, so a greeting that is none (greeting_triggers.h) is shown by
// nobody; one that is a trigger is shown on the first page it is about, or once the visitor has been on the site for as
// long as it says, which is seen by the next thing they do. Each is shown once in a browsing (records/visit.h); one that runs
// once, once for ever to whoever has this token.
// Threading: pure functions, and reads on the shard. Tests: tests/unit/backend/embedded/greetings_shown_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "storage/ledger.h"
#include "storage/store.h"

namespace parley::records {

struct Visit;  // records/visit.h

// A trigger that is enabled, and a greeting.
struct RunningGreeting {
  std::string id;
  bool runs_once = false;
  Json rule;  // the greeting's only one
};
using RunningGreetings = std::vector<RunningGreeting>;

Awaitable<Result<RunningGreetings>> FindRunningGreetings(storage::DocumentStore& documents);

// A browsing of somebody who meets greetings.
struct SiteVisit {
  std::string id;
  Time began{};
  std::string visitor;                 // the same for one token
  std::string visitor_id, department;  // empty: nobody known yet; none
};
// REQUIRES, as do those below: the visit has a browsing
SiteVisit SiteVisitOf(const Visit& visit);

// Those that are due now and were not settled in the browsing.
RunningGreetings DueGreetings(const RunningGreetings& greetings, const Visit& visit, std::string_view page, Time now);
// Nothing is to be done about them any more: they are shown in the browsing, or were before and run once.
void Settle(const RunningGreetings& greetings, Visit& visit);

struct GreetingShowing {
  std::string id;  // the same id is recorded once
  std::string greeting_id;
  Time at{};
  bool known = false;  // recorded before
};

// Of this browsing, up to now, oldest first. `page`: the address that is looked at now; empty when it is no page.
// `recorded`: what the visitor was shown before, as far as it is known.
std::vector<GreetingShowing> ShowingsOf(const RunningGreetings& greetings, const SiteVisit& visit,
                                        std::string_view page, Time now,
                                        const std::vector<storage::LedgerGreeting>& recorded);
// The same, of what the store has.
Awaitable<Result<std::vector<GreetingShowing>>> FindShowings(storage::LedgerReader& ledger,
                                                             const RunningGreetings& greetings, SiteVisit visit,
                                                             std::string page, Time now);
// Adds an event for each that is not known, and what follows from it, to the changes.
void RecordShowings(const events::Recorder& recorder, const SiteVisit& visit,
                    const std::vector<GreetingShowing>& showings, storage::Changes& changes);

}  // namespace parley::records
