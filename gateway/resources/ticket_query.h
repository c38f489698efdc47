// The parameters of `GET local/tickets` as a query of the store.
//
// Threading: pure functions. Tests: tests/unit/resources/tickets_test.cc
#pragma once

#include "ledger/parameter_reader.h"
#include "storage/documents.h"

namespace parley::resources {

inline constexpr std::int64_t kTicketsPerPage = 25;

// One page of the matching tickets and their number, by their last change. Days are inclusive, in the account's zone
// unless `timezone` says otherwise; a ticket matches when any of its events fell on them. Unknown parameters are
// ignored. Errors: kInvalidArgument with every violation.
Result<storage::Query> ParseTicketQuery(const ledger::Parameters& parameters, Zone account_zone);

}  // namespace parley::resources
