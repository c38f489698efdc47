// LiveChat's reports on tickets: `GET local/reports/{name}` for what is counted by ticket.
//
// Purpose: the tickets that were opened, first answered or solved in a period, tallied by bucket. Shapes as in the
// livechat-v2 reference §14.16 to §14.22. Refuses to know: LiveChat's group ids, HTTP. Threading: one shard.
// Tests: tests/unit/resources/ticket_reports_test.cc, tests/e2e/reports.test.mjs
#pragma once

#include <optional>
#include <string>

#include "base/awaitable.h"
#include "json/json.h"
#include "resources/report_period.h"
#include "storage/documents.h"
#include "storage/reports.h"

namespace parley::resources {

class TicketReports {
 public:
  explicit TicketReports(storage::DocumentStore& documents) : documents_(documents) {}

  // When the first ticket was opened.
  Awaitable<Result<std::optional<Time>>> FirstTicket();
  static bool Has(std::string_view name);
  // REQUIRES: Has(name). Errors: StorageFailure; kTimeout for a period with too much in it.
  Awaitable<Result<Json>> Get(std::string name, storage::ReportScope scope, Period period);

 private:
  storage::DocumentStore& documents_;
};

}  // namespace parley::resources
