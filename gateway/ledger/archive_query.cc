#include "ledger/archive_query.h"

namespace parley::ledger {
namespace {

constexpr std::size_t kMostWords = 32;

void ReadFilter(ParameterReader& reader, storage::ChatFilter& filter) {
  reader.Days("date_from", "date_to", filter.from, filter.until);
  filter.visitor_id = reader.Text("visitor_id");
  filter.text = reader.Words("query", kMostWords);
  filter.agent_login = reader.Text("agent");
  filter.department = reader.Last("group");
  filter.queued = reader.Flag("queued");
  filter.rate = reader.OneOf("rate", {"rated", "not_rated", "rated_good", "rated_bad"});
  filter.include_pending = reader.Flag("include_pending").value_or(false);
  filter.tagged = reader.Flag("tagged");
  filter.commented = reader.Flag("comment");
  filter.city = reader.Text("city");
  filter.region = reader.Text("region");
  filter.country = reader.Text("country");
  filter.tags = reader.Texts("tag");
}

void ReadGoalsAndSales(ParameterReader& reader, storage::ChatFilter& filter) {
  filter.goal = reader.Text("goal");
  filter.has_goal = reader.Flag("has_goal");
  filter.sale = reader.Text("sale");
  filter.has_sale = reader.Flag("has_sale");
}

}  // namespace

Result<ArchiveQuery> ParseArchiveQuery(const Parameters& parameters, Zone account_zone) {
  ParameterReader reader(parameters, account_zone);
  ArchiveQuery query;
  ReadFilter(reader, query.filter);
  ReadGoalsAndSales(reader, query.filter);
  query.page = reader.Page();
  if (Status fine = reader.Verdict(); !fine) return fine.error();
  return query;
}

}  // namespace parley::ledger
