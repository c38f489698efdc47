#include "resources/ticket_query.h"

#include <limits>

#include "base/text.h"
#include "resources/local_store.h"

namespace parley::resources {
namespace {

using ledger::ParameterReader;
using storage::Match;
using storage::Query;

// With one end open, the last or the first event decides.
void AddDays(ParameterReader& reader, Query& query) {
  std::optional<Time> from, until;
  reader.Days("date_from", "date_to", from, until);
  if (from && until) {
    query.heavy = true;
    query.where.emplace_back("activity", Match::kHasWithin, Json(Json::Array{Millis(*from), Millis(*until)}));
  } else if (from) {
    query.where.emplace_back("modified_at", Match::kAtLeast, Millis(*from));
  } else if (until) {
    query.where.emplace_back("created_at", Match::kLess, Millis(*until));
  }
}

void AddText(Query& query, const char* path, std::string text) {
  if (!text.empty()) query.where.emplace_back(path, Match::kEquals, Json(std::move(text)));
}

// Every text is at least the empty one: asked so, an index tells which tickets have the member.
void AddPresence(Query& query, const char* path, std::optional<bool> present) {
  if (!present) return;
  if (*present) {
    query.where.emplace_back(path, Match::kAtLeast, Json(""));
  } else {
    query.where.emplace_back(path, Match::kMissing);
  }
}

void AddAssignee(ParameterReader& reader, Query& query) {
  AddText(query, "assignee.login", reader.Text("assignee"));
  AddPresence(query, "assignee.login", reader.Flag("assigned"));
}

// Whatever it finds has to be sorted, and that may be much.
void AddElement(Query& query, const char* path, std::string element) {
  query.heavy = true;
  query.where.emplace_back(path, Match::kHasAny, Json(Json::Array{Json(std::move(element))}));
}

void AddTags(ParameterReader& reader, Query& query) {
  for (std::string& tag : reader.Texts("tag")) AddElement(query, "tags", std::move(tag));
  AddPresence(query, "tags.0", reader.Flag("tagged"));
}

// Every word occurs somewhere.
void AddWords(ParameterReader& reader, Query& query) {
  const std::string text = reader.Text("query");
  for (const std::string_view word : Split(text, ' ')) {
    if (Trim(word).empty()) continue;
    query.where.emplace_back("words", Match::kContains, Json(Trim(word)));
    query.heavy = true;
  }
}

void AddPage(ParameterReader& reader, Query& query) {
  const bool descending = reader.OneOf("order", {"desc", "asc"}) != "asc";
  query.sort.emplace_back("modified_at", descending);
  query.sort.emplace_back("_id", descending);
  query.limit = kTicketsPerPage;
  query.count_total = true;
  // Clamped first, which keeps the multiplication in range: no store has a page that late.
  constexpr std::int64_t kLastPage = std::numeric_limits<std::int64_t>::max() / kTicketsPerPage;
  query.offset = (std::min(reader.Page(), kLastPage) - 1) * kTicketsPerPage;
}

}  // namespace

Result<Query> ParseTicketQuery(const ledger::Parameters& parameters, Zone account_zone) {
  ParameterReader reader(parameters, account_zone);
  Query query(storage::Collection::kTickets);
  AddDays(reader, query);
  AddText(query, "status", reader.OneOf("status", {"open", "pending", "solved", "spam"}));
  AddAssignee(reader, query);
  AddText(query, "mail", Lower(reader.Text("mail")));
  AddText(query, "source.type", reader.Text("source"));
  if (std::optional<std::string> group = reader.Last("group")) AddElement(query, "groups", *std::move(group));
  AddTags(reader, query);
  AddWords(reader, query);
  AddPage(reader, query);
  if (Status fine = reader.Verdict(); !fine) return fine.error();
  return query;
}

}  // namespace parley::resources
