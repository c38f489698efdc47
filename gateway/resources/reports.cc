#include "resources/reports.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/text.h"
#include "resources/report_period.h"
#include "resources/report_rows.h"
#include "resources/spells.h"

namespace parley::resources {
namespace {

using std::chrono::milliseconds;
using storage::ChatTally;
using storage::GoalTally;
using storage::GreetingTally;
using storage::Lengths;
using storage::ReportScope;
using storage::WaitTally;

// ---- numbers --------------------------------------------------------------------------------------------------------

Json MeanSeconds(const Lengths& lengths) {
  if (lengths.count == 0) return Json();
  return Number(static_cast<double>(lengths.sum) / static_cast<double>(lengths.count) / kMillisPerSecond);
}

Json Counted(const Lengths& lengths) {
  return Json::Of({{"count", lengths.count}, {"seconds", MeanSeconds(lengths)}});
}

// ---- rows of chats --------------------------------------------------------------------------------------------------

Json TotalChats(const ChatTally& tally) {
  return Json::Of({{"chats", tally.chats}});
}

Json TotalAndMissedChats(const ChatTally& tally) {
  return Json::Of({{"chats", tally.chats}, {"missed_chats", tally.not_replied}});
}

Json Engagement(const ChatTally& tally) {
  return Json::Of({{"chats_from_auto_invite", tally.auto_invites},
                   {"chats_from_immediate_start", tally.immediate_starts},
                   {"chats_from_manual_invite", tally.manual_invites}});
}

Json NotReplied(const ChatTally& tally) {
  return Json::Of({{"not_replied", tally.not_replied}});
}

Json Ratings(const ChatTally& tally) {
  return Json::Of({{"bad", tally.rated_bad}, {"good", tally.rated_good}, {"chats", tally.chats}});
}

Json FirstResponseTime(const ChatTally& tally) {
  return Json::Of({{"first_response_time", Counted(tally.first_responses)}});
}

Json ResponseTime(const ChatTally& tally) {
  return Json::Of({{"avg_response_time", Counted(tally.responses)}});
}

Json Duration(const ChatTally& tally) {
  return Counted(tally.durations);
}

// ---- rows of goals and greetings ------------------------------------------------------------------------------------

// Prices may have more decimals than times, and sums of them more than they have.
double Price(double value) {
  return std::round(value * 10'000) / 10'000;
}

Json ReachedGoals(const GoalTally& tally) {
  Json value = Json::MakeObject();
  for (const auto& [currency, sales] : tally.by_currency) {
    value.Append(currency, Json::Of({{"sales_count", sales.count}, {"value", Price(sales.value)}}));
  }
  return Json::Of({{"goals", tally.goals}, {"value", std::move(value)}});
}

Json Greetings(const GreetingTally& tally) {
  return Json::Of({{"displayed", tally.shown}, {"accepted", tally.accepted}, {"goals", tally.goals}});
}

// ---- rows of waiting ------------------------------------------------------------------------------------------------

Lengths AllWaits(const WaitTally& tally) {
  Lengths all = tally.entered;
  all.Add(tally.left);
  return all;
}

template <class Show>
Json Waits(const WaitTally& tally, Show show) {
  return Json::Of(
      {{"queued", show(AllWaits(tally))}, {"left_queue", show(tally.left)}, {"entered_chat", show(tally.entered)}});
}

Json QueuedVisitors(const WaitTally& tally) {
  return Waits(tally, [](const Lengths& lengths) { return Json::Of({{"count", lengths.count}}); });
}

Json WaitingTime(const Lengths& lengths) {
  const auto seconds = [&](const Json& value) { return Json::Of({{"seconds", value}}); };
  const auto bound = [&](std::int64_t millis) {
    return lengths.count == 0 ? Json() : Number(static_cast<double>(millis) / kMillisPerSecond);
  };
  return Json::Of({{"count", lengths.count},
                   {"min", seconds(bound(lengths.shortest))},
                   {"max", seconds(bound(lengths.longest))},
                   {"average", seconds(MeanSeconds(lengths))}});
}

Json WaitingTimes(const WaitTally& tally) {
  return Waits(tally, WaitingTime);
}

// ---- which reports there are ----------------------------------------------------------------------------------------

struct ChatReport {
  std::string_view name;
  Json (*row)(const ChatTally&);
};
constexpr ChatReport kChatReports[] = {
    {"total_chats", TotalChats},
    {"total_and_missed_chats", TotalAndMissedChats},
    {"engagement", Engagement},
    {"not_replied_chats", NotReplied},
    {"ratings", Ratings},
    {"first_response_time", FirstResponseTime},
    {"response_time", ResponseTime},
    {"duration", Duration},
};

struct QueueReport {
  std::string_view name;
  Json (*row)(const WaitTally&);
};
constexpr QueueReport kQueueReports[] = {{"queued_visitors", QueuedVisitors}, {"waiting_times", WaitingTimes}};

constexpr std::string_view kGoals = "goals", kGreetings = "greetings";

template <class Report, std::size_t count>
const Report* FindReport(const Report (&reports)[count], std::string_view name) {
  const auto found =
      std::find_if(std::begin(reports), std::end(reports), [&](const Report& report) { return report.name == name; });
  return found == std::end(reports) ? nullptr : found;
}

// ---- what is asked --------------------------------------------------------------------------------------------------

struct Asked {
  PeriodRequest period;
  ReportScope scope;
  std::string weekday;
  std::string goal, greeting, currency;
  bool sales = false;
};

Result<Asked> ReadParameters(const ledger::Parameters& parameters, Zone account_zone) {
  Asked asked;
  asked.period.zone = account_zone;
  for (const auto& [key, value] : parameters) {
    const std::string_view name = std::string_view(key).substr(0, key.find('['));
    if (name == "date_from") asked.period.date_from = value;
    if (name == "date_to") asked.period.date_to = value;
    if (name == "group_by") asked.period.group_by = value;
    if (name == "weekday") asked.weekday = value;
    if (name == "goal") asked.goal = value;
    if (name == "greeting") asked.greeting = value;
    if (name == "currency") asked.currency = value;
    if (name == "sales_tracker") asked.sales = value == "1";
    if (name == "department") asked.scope.departments.push_back(value);
    if (name == "agent") asked.scope.agents.push_back(Lower(value));
    if (name == "tag") asked.scope.tags.push_back(value);
    if (name == "timezone") asked.period.zone = FindZone(value);
  }
  if (asked.period.zone == nullptr) {
    return InvalidArgument("timezone must be an IANA time zone, such as Europe/Berlin");
  }
  return asked;
}

// ---- tallies as a report --------------------------------------------------------------------------------------------

// Intervals that carry the same name are put together.
template <class Tally>
Json ByBucket(const Period& period, const std::vector<Tally>& tallies, Json (*row)(const Tally&)) {
  std::vector<Tally> sums(period.buckets.size());
  for (std::size_t i = 0; i < tallies.size(); ++i) sums[period.bucket_of[i]].Add(tallies[i]);
  Json report = Json::MakeObject();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    report.Append(period.buckets[i].key, WithDays(row(sums[i]), period.buckets[i]));
  }
  return report;
}

// Hours a day; minutes where a row is an hour.
Json TimeSpent(const Period& period, const std::vector<milliseconds>& spent) {
  std::vector<milliseconds> sums(period.buckets.size(), milliseconds(0));
  for (std::size_t i = 0; i < spent.size(); ++i) sums[period.bucket_of[i]] += spent[i];
  const bool hourly = period.grouping == Grouping::kHour;
  Json report = Json::MakeObject();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double time = static_cast<double>(sums[i].count()) / (hourly ? kMillisPerMinute : kMillisPerHour);
    Json row = Json::Of({{hourly ? "minutes" : "hours", Number(time)}});
    report.Append(period.buckets[i].key, WithDays(std::move(row), period.buckets[i]));
  }
  return report;
}

// ---- who was busy ---------------------------------------------------------------------------------------------------

std::vector<Spell> SpellsOf(const std::vector<storage::ChatSpell>& serving, Time now) {
  std::vector<Spell> spells;
  for (const storage::ChatSpell& spell : serving) spells.push_back({spell.since, spell.until.value_or(now)});
  return spells;
}

std::vector<Spell> SpellsOf(const std::vector<storage::AgentSpell>& presence, const std::vector<std::string>& logins,
                            Time now) {
  std::vector<Spell> spells;
  for (const storage::AgentSpell& spell : presence) {
    const bool wanted = logins.empty() || std::find(logins.begin(), logins.end(), Lower(spell.email)) != logins.end();
    if (wanted) spells.push_back({spell.since, spell.until.value_or(now)});
  }
  return spells;
}

constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr int kOccurrences = 4;

// The days so called, the latest last, today included.
std::vector<Time> LatestDays(std::string_view weekday, Time now, Zone zone) {
  std::vector<Time> days;
  for (Time day = DayStart(now, zone); days.size() < kOccurrences; day = DayStart(day - milliseconds(1), zone)) {
    if (Lower(WeekdayName(day, zone).substr(0, 3)) == weekday) days.push_back(day);
  }
  std::reverse(days.begin(), days.end());
  return days;
}

void AppendOccupancy(const std::vector<Spell>& spells, const Period& day, Json& report) {
  std::vector<std::size_t> most(day.buckets.size(), 0);
  const std::vector<std::size_t> counts = MostAtOnce(spells, day.edges);
  for (std::size_t i = 0; i < counts.size(); ++i) most[day.bucket_of[i]] = std::max(most[day.bucket_of[i]], counts[i]);
  for (std::size_t i = 0; i < most.size(); ++i) {
    report.Append(day.buckets[i].key, Json(static_cast<std::int64_t>(most[i])));
  }
}

Awaitable<Result<Json>> Occupancy(storage::ReportReader& reports, Asked asked, Time now) {
  if (std::find(std::begin(kWeekdays), std::end(kWeekdays), asked.weekday) == std::end(kWeekdays)) {
    co_return InvalidArgument("weekday must be mon, tue, wed, thu, fri, sat or sun");
  }
  Json report = Json::MakeObject();
  for (const Time start : LatestDays(asked.weekday, now, asked.period.zone)) {
    asked.period.date_from = asked.period.date_to = LocalDate(start, asked.period.zone);
    asked.period.group_by = "hour";
    Result<Period> day = MakePeriod(asked.period, std::nullopt, now);
    if (!day) co_return day.error();
    for (Bucket& bucket : day->buckets) bucket.key = asked.period.date_from + " " + bucket.key;
    const auto serving = co_await reports.Serving(asked.scope, day->from, day->until);
    if (!serving) co_return serving.error();
    AppendOccupancy(SpellsOf(*serving, now), *day, report);
  }
  co_return report;
}

// The last seven days in a few figures.
Awaitable<Result<Json>> Overview(storage::ReportReader& reports, Asked asked, Time now) {
  constexpr std::chrono::hours kSixDays(24 * 6);
  const std::vector<Time> edges = {DayStart(now - kSixDays, asked.period.zone), DayEnd(now, asked.period.zone)};
  const auto tallies = co_await reports.Tally(asked.scope, edges);
  if (!tallies) co_return tallies.error();
  const ChatTally& tally = tallies->front();
  co_return Json::Of({{"chats", tally.chats},
                      {"missed_chats", tally.not_replied},
                      {"ratings", Json::Of({{"good", tally.rated_good}, {"bad", tally.rated_bad}})},
                      {"first_response_time", Counted(tally.first_responses)},
                      {"avg_response_time", Counted(tally.responses)}});
}

std::optional<Json> AsReport(Json report) {
  return Json::Of({{"report", std::move(report)}});
}

}  // namespace

// Only a period without a first day begins there.
Awaitable<Result<std::optional<Time>>> Reports::FirstActivity(const std::string& name, const PeriodRequest& period) {
  if (!period.date_from.empty()) co_return std::optional<Time>();
  if (TicketReports::Has(name)) co_return co_await tickets_.FirstTicket();
  if (name == kGoals) co_return co_await reports_.FirstGoal();
  if (name == kGreetings) co_return co_await reports_.FirstGreeting();
  co_return co_await reports_.FirstChat();
}

Awaitable<Result<std::optional<Json>>> Reports::Get(std::string name, ledger::Parameters parameters) {
  auto asked = ReadParameters(parameters, account_zone_);
  if (!asked) co_return asked.error();
  const Time now = clock_.Now();
  if (name == "agents_occupancy") {
    auto report = co_await Occupancy(reports_, *std::move(asked), now);
    if (!report) co_return report.error();
    co_return AsReport(*std::move(report));
  }
  if (name == "overview") {
    auto report = co_await Overview(reports_, *std::move(asked), now);
    if (!report) co_return report.error();
    co_return AsReport(*std::move(report));
  }
  const auto first = co_await FirstActivity(name, asked->period);
  if (!first) co_return first.error();
  const auto period = MakePeriod(asked->period, *first, now);
  if (!period) co_return period.error();
  if (TicketReports::Has(name)) {
    auto report = co_await tickets_.Get(std::move(name), std::move(asked->scope), *period);
    if (!report) co_return report.error();
    co_return AsReport(*std::move(report));
  }
  if (const ChatReport* report = FindReport(kChatReports, name)) {
    const auto tallies = co_await reports_.Tally(asked->scope, period->edges);
    if (!tallies) co_return tallies.error();
    co_return AsReport(ByBucket(*period, *tallies, report->row));
  }
  if (const QueueReport* report = FindReport(kQueueReports, name)) {
    const auto tallies = co_await reports_.TallyWaits(asked->scope, period->edges);
    if (!tallies) co_return tallies.error();
    co_return AsReport(ByBucket(*period, *tallies, report->row));
  }
  if (name == kGoals) {
    storage::GoalScope scope{std::move(asked->scope), std::move(asked->goal), asked->sales, std::move(asked->currency)};
    const auto tallies = co_await reports_.TallyGoals(std::move(scope), period->edges);
    if (!tallies) co_return tallies.error();
    co_return AsReport(ByBucket(*period, *tallies, ReachedGoals));
  }
  if (name == kGreetings) {
    storage::GreetingScope scope{std::move(asked->scope), std::move(asked->greeting), std::move(asked->goal)};
    const auto tallies = co_await reports_.TallyGreetings(std::move(scope), period->edges);
    if (!tallies) co_return tallies.error();
    co_return AsReport(ByBucket(*period, *tallies, Greetings));
  }
  if (name == "ranking") {
    const auto ratings = co_await reports_.Ratings(asked->scope, period->from, period->until);
    if (!ratings) co_return ratings.error();
    co_return AsReport(Ranking(*ratings));
  }
  if (name == "chatting_time") {
    const auto serving = co_await reports_.Serving(asked->scope, period->from, period->until);
    if (!serving) co_return serving.error();
    co_return AsReport(TimeSpent(*period, Covered(SpellsOf(*serving, now), period->edges)));
  }
  if (name == "availability") {
    const auto presence = co_await analytics_.Presence(period->from, std::min(period->until, now));
    if (!presence) co_return presence.error();
    // A department nobody is of: nobody was there for it.
    const bool nobody = !asked->scope.departments.empty() && asked->scope.agents.empty();
    const std::vector<Spell> there = nobody ? std::vector<Spell>() : SpellsOf(*presence, asked->scope.agents, now);
    co_return AsReport(TimeSpent(*period, Covered(there, period->edges)));
  }
  co_return std::nullopt;
}

}  // namespace parley::resources
