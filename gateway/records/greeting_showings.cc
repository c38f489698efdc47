#include "records/greeting_showings.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "records/greeting_triggers.h"
#include "records/visit.h"

namespace parley::records {
namespace {

using storage::Document;
using storage::LedgerGreeting;

// When a rule that is a trigger's came to hold.
std::optional<Time> HeldSince(const Json& rule, const SiteVisit& visit, std::string_view page, Time now) {
  const std::string_view value = rule.Text("value");
  if (rule.Text("type") == "visit_time_site") {
    const Time due = visit.began + std::chrono::seconds(ParseInteger(value).value_or(0));
    return due <= now ? std::optional<Time>(due) : std::nullopt;
  }
  const bool matches = rule.Text("operator") == "equals" ? page == value : page.find(value) != std::string_view::npos;
  return matches && !page.empty() ? std::optional<Time>(now) : std::nullopt;
}

std::string ShowingId(const RunningGreeting& greeting, const SiteVisit& visit) {
  return "greeting/" + greeting.id + "/" + (greeting.runs_once ? visit.visitor : visit.id);
}

// What may be shown in the visit; `at` is empty where it is not due.
struct Candidate {
  std::string id, greeting_id;
  std::optional<Time> at;
};

std::vector<Candidate> CandidatesOf(const RunningGreetings& greetings, const SiteVisit& visit, std::string_view page,
                                    Time now) {
  std::vector<Candidate> candidates;
  for (const RunningGreeting& greeting : greetings) {
    candidates.push_back({ShowingId(greeting, visit), greeting.id, HeldSince(greeting.rule, visit, page, now)});
  }
  return candidates;
}

// Those that were recorded in this visit, and those that are due and were not recorded before.
std::vector<GreetingShowing> ShowingsAmong(const std::vector<Candidate>& candidates, const SiteVisit& visit,
                                           const std::vector<LedgerGreeting>& recorded) {
  std::vector<GreetingShowing> showings;
  for (const Candidate& candidate : candidates) {
    const auto known = std::find_if(recorded.begin(), recorded.end(),
                                    [&](const LedgerGreeting& greeting) { return greeting.id == candidate.id; });
    if (known != recorded.end()) {
      if (known->visit == visit.id) showings.push_back({candidate.id, candidate.greeting_id, known->at, true});
    } else if (candidate.at) {
      showings.push_back({candidate.id, candidate.greeting_id, *candidate.at, false});
    }
  }
  std::stable_sort(showings.begin(), showings.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return showings;
}

}  // namespace

Awaitable<Result<RunningGreetings>> FindRunningGreetings(storage::DocumentStore& documents) {
  storage::Query query(storage::Collection::kTriggers);
  query.where.emplace_back("enabled", storage::Match::kEquals, Json(true));
  const Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  RunningGreetings greetings;
  for (const Document& trigger : found->documents) {
    const std::optional<Json> greeting = GreetingFor(trigger.body, nullptr);
    if (!greeting) continue;
    const Json& rule = greeting->Find("rules")->AsArray()->front();
    greetings.push_back({trigger.id, trigger.body.Flag("runOnce"), rule});
  }
  co_return greetings;
}

SiteVisit SiteVisitOf(const Visit& visit) {
  return {BrowsingIdOf(visit), visit.browsing->began, visit.id.substr(0, 32), {}, {}};
}

RunningGreetings DueGreetings(const RunningGreetings& greetings, const Visit& visit, std::string_view page, Time now) {
  const SiteVisit site_visit = SiteVisitOf(visit);
  const std::vector<std::string>& settled = visit.browsing->greetings;
  RunningGreetings due;
  for (const RunningGreeting& greeting : greetings) {
    const bool is_settled = std::find(settled.begin(), settled.end(), greeting.id) != settled.end();
    if (!is_settled && HeldSince(greeting.rule, site_visit, page, now)) due.push_back(greeting);
  }
  return due;
}

void Settle(const RunningGreetings& greetings, Visit& visit) {
  for (const RunningGreeting& greeting : greetings) visit.browsing->greetings.push_back(greeting.id);
  visit.changed = true;
}

std::vector<GreetingShowing> ShowingsOf(const RunningGreetings& greetings, const SiteVisit& visit,
                                        std::string_view page, Time now, const std::vector<LedgerGreeting>& recorded) {
  return ShowingsAmong(CandidatesOf(greetings, visit, page, now), visit, recorded);
}

Awaitable<Result<std::vector<GreetingShowing>>> FindShowings(storage::LedgerReader& ledger,
                                                             const RunningGreetings& greetings, SiteVisit visit,
                                                             std::string page, Time now) {
  const std::vector<Candidate> candidates = CandidatesOf(greetings, visit, page, now);
  if (candidates.empty()) co_return std::vector<GreetingShowing>();
  std::vector<std::string> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.id);
  const auto recorded = co_await ledger.Greetings(std::move(ids));
  if (!recorded) co_return recorded.error();
  co_return ShowingsAmong(candidates, visit, *recorded);
}

void RecordShowings(const events::Recorder& recorder, const SiteVisit& visit,
                    const std::vector<GreetingShowing>& showings, storage::Changes& changes) {
  for (const GreetingShowing& showing : showings) {
    if (showing.known) continue;
    events::Event event;
    event.id = showing.id;
    event.at = showing.at;
    event.subject = visit.visitor_id.empty() ? visit.id : visit.visitor_id;
    event.payload = events::GreetingShown{showing.greeting_id, visit.id, visit.visitor_id, visit.department};
    recorder.Record(event, changes);
  }
}

}  // namespace parley::records
