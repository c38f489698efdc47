// The query parameters of a list in the store's own vocabulary, read one by one, every violation noted.
//
// Threading: one thread. Tests: tests/unit/ledger/archive_query_test.cc, tests/unit/resources/tickets_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace parley::ledger {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // decoded, in order, names may repeat

class ParameterReader {
 public:
  // `account_zone`: where days begin unless `timezone` says otherwise. `parameters` must outlive the reader.
  ParameterReader(const Parameters& parameters, Zone account_zone)
      : parameters_(parameters), account_zone_(account_zone) {}

  // The last of that name counts, as in a form; empty when there is none.
  std::optional<std::string> Last(std::string_view name) const;
  std::string Text(std::string_view name) const;
  // All that are not empty, as mappings write lists, tag[]=a&tag[]=b, or plainly repeated.
  std::vector<std::string> Texts(std::string_view name) const;
  // Words, at most `most` of them.
  std::string Words(std::string_view name, std::size_t most);
  // A page that is no number from 1 is the first.
  std::int64_t Page() const;

  // An empty value counts as none; a wrong one is a violation and counts as none.
  std::optional<bool> Flag(std::string_view name);
  // The first instant of the day `first`, and the first after the day `last`, in the zone of the request.
  void Days(std::string_view first, std::string_view last, std::optional<Time>& from, std::optional<Time>& until);
  // The text, which must be one of those; empty is always allowed.
  std::string OneOf(std::string_view name, const std::vector<std::string_view>& allowed);

  // Errors: kInvalidArgument with every violation so far.
  Status Verdict() const;

 private:
  Zone EffectiveZone();
  std::optional<Time> Day(std::string_view name, Zone zone, std::optional<Time> (*edge)(std::string_view, Zone));

  const Parameters& parameters_;
  const Zone account_zone_;
  std::vector<std::string> violations_;
};

}  // namespace parley::ledger
