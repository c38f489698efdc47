#include "resources/ticket_reports.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "resources/local_store.h"
#include "resources/report_rows.h"

namespace parley::resources {
namespace {

using storage::Document;
using storage::Match;
using storage::Query;
using storage::ReportScope;

constexpr const char* kOpened = "created_at";
constexpr const char* kAnswered = "first_response_at";
constexpr const char* kSolved = "resolved_at";

struct TicketTally {
  std::int64_t tickets = 0;
  std::int64_t from_window = 0, from_mail = 0, from_chats = 0;
  std::int64_t good = 0, bad = 0;
  std::int64_t took = 0;  // milliseconds from the opening to what is counted
};

void Count(const Json& ticket, std::int64_t at, TicketTally& tally) {
  ++tally.tickets;
  tally.took += at - ticket.Integer(kOpened);
  const Json* source = ticket.Find("source");
  const std::string_view type = source == nullptr ? std::string_view() : source->Text("type");
  ++(type == "chat-window" ? tally.from_window : type == "mail" ? tally.from_mail : tally.from_chats);
  if (ticket.Text("rate") == "good") ++tally.good;
  if (ticket.Text("rate") == "bad") ++tally.bad;
}

// ---- rows -----------------------------------------------------------------------------------------------------------

Json NewTickets(const TicketTally& tally) {
  return Json::Of({{"new_tickets", tally.tickets}});
}

Json SolvedTickets(const TicketTally& tally) {
  return Json::Of({{"solved_tickets", tally.tickets}});
}

Json CountedHours(const TicketTally& tally) {
  const double hours = static_cast<double>(tally.took) / kMillisPerHour;
  return Json::Of({{"count", tally.tickets},
                   {"hours", tally.tickets == 0 ? Json() : Number(hours / static_cast<double>(tally.tickets))}});
}

Json TicketSources(const TicketTally& tally) {
  return Json::Of({{"tickets_from_chat_window", tally.from_window},
                   {"tickets_from_mail", tally.from_mail},
                   {"tickets_from_chat", tally.from_chats}});
}

Json TicketRatings(const TicketTally& tally) {
  return Json::Of({{"bad", tally.bad}, {"good", tally.good}});
}

struct TicketReport {
  std::string_view name;
  const char* moment;  // whose moment decides the bucket
  Json (*row)(const TicketTally&);
};
constexpr TicketReport kTicketReports[] = {
    {"new_tickets", kOpened, NewTickets},       {"ticket_first_response_time", kAnswered, CountedHours},
    {"solved_tickets", kSolved, SolvedTickets}, {"resolution_time", kSolved, CountedHours},
    {"ticket_sources", kOpened, TicketSources}, {"ticket_ratings", kOpened, TicketRatings},
};
constexpr std::string_view kRanking = "ticket_ranking";

const TicketReport* FindTicketReport(std::string_view name) {
  const auto found = std::find_if(std::begin(kTicketReports), std::end(kTicketReports),
                                  [&](const TicketReport& report) { return report.name == name; });
  return found == std::end(kTicketReports) ? nullptr : found;
}

// ---- which tickets --------------------------------------------------------------------------------------------------

Query TicketsOf(const ReportScope& scope, const char* moment, const Period& period) {
  Query query(storage::Collection::kTickets);
  query.heavy = true;
  query.where.emplace_back(moment, Match::kAtLeast, Millis(period.from));
  query.where.emplace_back(moment, Match::kLess, Millis(period.until));
  if (!scope.departments.empty()) query.where.emplace_back("groups", Match::kHasAny, TextsJson(scope.departments));
  if (!scope.agents.empty()) query.where.emplace_back("assignee.login", Match::kIn, TextsJson(scope.agents));
  for (const std::string& tag : scope.tags) query.where.emplace_back("tags", Match::kHasAny, TextsJson({tag}));
  return query;
}

std::size_t IntervalOf(const Period& period, std::int64_t at) {
  const auto after = std::upper_bound(period.edges.begin(), period.edges.end(), FromUnixMillis(at));
  return static_cast<std::size_t>(after - period.edges.begin()) - 1;
}

Json ByBucket(const Period& period, const std::vector<Document>& tickets, const TicketReport& report) {
  std::vector<TicketTally> tallies(period.buckets.size());
  for (const Document& ticket : tickets) {
    const std::int64_t at = ticket.body.Integer(report.moment);
    Count(ticket.body, at, tallies[period.bucket_of[IntervalOf(period, at)]]);
  }
  Json answer = Json::MakeObject();
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    answer.Append(period.buckets[i].key, WithDays(report.row(tallies[i]), period.buckets[i]));
  }
  return answer;
}

std::vector<storage::AgentRatings> RatingsOf(const std::vector<Document>& tickets) {
  std::map<std::string, storage::AgentRatings> by_login;
  for (const Document& ticket : tickets) {
    const Json* assignee = ticket.body.Find("assignee");
    const std::string login(assignee == nullptr ? std::string_view() : assignee->Text("login"));
    TicketTally tally;
    Count(ticket.body, ticket.body.Integer(kOpened), tally);
    if (login.empty() || tally.good + tally.bad == 0) continue;
    storage::AgentRatings& agent = by_login[login];
    agent.login = login;
    agent.good += tally.good;
    agent.bad += tally.bad;
  }
  std::vector<storage::AgentRatings> ratings;
  for (auto& [login, agent] : by_login) ratings.push_back(std::move(agent));
  return ratings;
}

}  // namespace

bool TicketReports::Has(std::string_view name) {
  return name == kRanking || FindTicketReport(name) != nullptr;
}

Awaitable<Result<std::optional<Time>>> TicketReports::FirstTicket() {
  Query query(storage::Collection::kTickets);
  query.sort.emplace_back(kOpened);
  query.limit = 1;
  const auto found = co_await documents_.Find(std::move(query));
  if (!found) co_return found.error();
  if (found->documents.empty()) co_return std::nullopt;
  co_return FromUnixMillis(found->documents.front().body.Integer(kOpened));
}

Awaitable<Result<Json>> TicketReports::Get(std::string name, ReportScope scope, Period period) {
  const TicketReport* report = FindTicketReport(name);
  const auto found = co_await documents_.Find(TicketsOf(scope, report == nullptr ? kOpened : report->moment, period));
  if (!found) co_return found.error();
  co_return report == nullptr ? Ranking(RatingsOf(found->documents)) : ByBucket(period, found->documents, *report);
}

}  // namespace parley::resources
