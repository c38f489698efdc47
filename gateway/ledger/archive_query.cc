#include "ledger/archive_query.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::ledger {
namespace {

class Reader {
 public:
  Reader(const Parameters& parameters, Zone account_zone) : parameters_(parameters), account_zone_(account_zone) {}

  Result<ArchiveQuery> Read() {
    ReadDays();
    ReadFilter();
    ReadGoalsAndSales();
    query_.page = std::max<std::int64_t>(1, ParseInteger(Last("page").value_or("1")).value_or(1));
    if (!violations_.empty()) return InvalidArguments(std::move(violations_));
    return std::move(query_);
  }

 private:
  // The last of that name counts, as in a form.
  std::optional<std::string> Last(std::string_view name) const {
    std::optional<std::string> value;
    for (const auto& [key, text] : parameters_) {
      if (key == name) value = text;
    }
    return value;
  }

  std::string Text(std::string_view name) const { return Last(name).value_or(""); }

  std::optional<bool> Flag(std::string_view name) {
    const std::string value = Text(name);
    if (value.empty()) return std::nullopt;
    if (value == "1" || value == "true") return true;
    if (value == "0" || value == "false") return false;
    violations_.push_back(std::string(name) + " must be 0 or 1");
    return std::nullopt;
  }

  Zone EffectiveZone() {
    const std::string name = Text("timezone");
    if (name.empty()) return account_zone_;
    const Zone zone = FindZone(name);
    if (zone == nullptr) violations_.push_back("timezone must be an IANA time zone, such as Europe/Berlin");
    return zone == nullptr ? account_zone_ : zone;
  }

  std::optional<Time> Day(std::string_view name, Zone zone, std::optional<Time> (*edge)(std::string_view, Zone)) {
    const std::string value = Text(name);
    if (value.empty()) return std::nullopt;
    const std::optional<Time> time = edge(value, zone);
    if (!time) violations_.push_back(std::string(name) + " must be a date, YYYY-MM-DD");
    return time;
  }

  void ReadDays() {
    const Zone zone = EffectiveZone();
    query_.filter.from = Day("date_from", zone, &StartOfDay);
    query_.filter.until = Day("date_to", zone, &EndOfDay);
  }

  void ReadFilter() {
    storage::ChatFilter& filter = query_.filter;
    filter.visitor_id = Text("visitor_id");
    filter.text = Text("query");
    filter.agent_login = Text("agent");
    filter.department = Last("group");
    filter.queued = Flag("queued");
    filter.rate = Rate();
    filter.include_pending = Flag("include_pending").value_or(false);
    filter.tagged = Flag("tagged");
    filter.commented = Flag("comment");
    filter.city = Text("city");
    filter.region = Text("region");
    filter.country = Text("country");
    // Lists travel as mappings write them, tag[]=a&tag[]=b, or plainly repeated.
    for (const auto& [key, text] : parameters_) {
      if ((key == "tag" || key == "tag[]") && !text.empty()) filter.tags.push_back(text);
    }
  }

  std::string Rate() {
    static constexpr std::array<std::string_view, 5> kRates = {"", "rated", "not_rated", "rated_good", "rated_bad"};
    std::string rate = Text("rate");
    if (std::find(kRates.begin(), kRates.end(), rate) == kRates.end()) {
      violations_.push_back("rate must be rated, not_rated, rated_good or rated_bad");
    }
    return rate;
  }

  void ReadGoalsAndSales() {
    query_.filter.goal = Text("goal");
    query_.filter.has_goal = Flag("has_goal");
    query_.filter.sale = Text("sale");
    query_.filter.has_sale = Flag("has_sale");
  }

  const Parameters& parameters_;
  const Zone account_zone_;
  ArchiveQuery query_;
  std::vector<std::string> violations_;
};

}  // namespace

Result<ArchiveQuery> ParseArchiveQuery(const Parameters& parameters, Zone account_zone) {
  return Reader(parameters, account_zone).Read();
}

}  // namespace parley::ledger
