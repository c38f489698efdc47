// The parameters of `GET local/chats`, read and checked.
//
// Threading: pure functions. Tests: tests/unit/ledger/archive_query_test.cc
#pragma once

#include <cstdint>

#include "ledger/parameter_reader.h"
#include "storage/ledger.h"

namespace parley::ledger {

struct ArchiveQuery {
  storage::ChatFilter filter;
  std::int64_t page = 1;
};

// `account_zone`: where days begin unless `timezone` says otherwise. Dates are inclusive, in that zone. A page that is
// no number from 1 is the first. Unknown parameters are ignored. Errors: kInvalidArgument with every violation.
Result<ArchiveQuery> ParseArchiveQuery(const Parameters& parameters, Zone account_zone);

}  // namespace parley::ledger
