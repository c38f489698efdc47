// LiveChat's reports, from the ledger and the tickets: `GET local/reports/{name}`.
//
// Purpose: parameters in, {"report": {...}} out, in the shapes of the livechat-v2 reference §14, which nobody else asks
// for. Refuses to know: LiveChat's group ids (departments stand for them), HTTP, SQL. Threading: one shard.
// Tests: tests/unit/resources/reports_test.cc, tests/e2e/reports.test.mjs
#pragma once

#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/clock.h"
#include "json/json.h"
#include "ledger/archive_query.h"
#include "resources/ticket_reports.h"
#include "storage/analytics.h"
#include "storage/reports.h"
#include "storage/store.h"

namespace parley::resources {

class Reports {
 public:
  // `account_zone`: where days begin unless `timezone` says otherwise.
  Reports(storage::ShardStores& stores, const Clock& clock, Zone account_zone)
      : reports_(stores.reports()),
        analytics_(stores.analytics()),
        tickets_(stores.documents()),
        clock_(clock),
        account_zone_(account_zone) {}

  // Parameters: date_from, date_to, timezone, group_by, department, agent, tag (these three may repeat), weekday; of
  // goals goal, sales_tracker, currency; of greetings greeting, goal.
  // Nothing when no report is called so. Errors: kInvalidArgument with every violation; StorageFailure; kTimeout.
  Awaitable<Result<std::optional<Json>>> Get(std::string name, ledger::Parameters parameters);

 private:
  Awaitable<Result<std::optional<Time>>> FirstActivity(const std::string& name, const PeriodRequest& period);

  storage::ReportReader& reports_;
  storage::AnalyticsReader& analytics_;
  TicketReports tickets_;
  const Clock& clock_;
  const Zone account_zone_;
};

}  // namespace parley::resources
