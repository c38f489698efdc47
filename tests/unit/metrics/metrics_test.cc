#include "metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<OperationLabels> kOperations = {{"livechat", "GroupsGet", "GET", "/groups"},
                                                  {"none", "unmatched", "", ""}};

constexpr char kGroupsOk[] =
    "{http_request_method=\"GET\",http_route=\"/groups\",http_response_status_code=\"200\",parley_face=\"livechat\","
    "parley_operation=\"GroupsGet\"}";

TEST(Metrics, RequestsOfAllShardsAreAddedUp) {
  Metrics metrics(kOperations, 2);
  metrics.shard(0).ObserveRequest(0, 200, 0.004);
  metrics.shard(1).ObserveRequest(0, 200, 3.0);
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr(std::string("http_server_request_duration_seconds_count") + kGroupsOk + " 2"));
  EXPECT_THAT(text, HasSubstr(std::string("http_server_request_duration_seconds_sum") + kGroupsOk + " 3.004"));
  EXPECT_THAT(text, HasSubstr("parley_operation=\"GroupsGet\",le=\"0.005\"} 1"));
  EXPECT_THAT(text, HasSubstr("parley_operation=\"GroupsGet\",le=\"5\"} 2"));
  EXPECT_THAT(text, HasSubstr("parley_operation=\"GroupsGet\",le=\"+Inf\"} 2"));
}

TEST(Metrics, OperationsNeverCalledAreNotListed) {
  Metrics metrics(kOperations, 1);
  metrics.shard(0).ObserveRequest(1, 404, 0.001);
  EXPECT_THAT(metrics.Render(), Not(HasSubstr("GroupsGet")));
}

TEST(Metrics, AnUnlistedStatusCountsAsServerError) {
  Metrics metrics(kOperations, 1);
  metrics.shard(0).ObserveRequest(0, 599, 0.001);
  EXPECT_THAT(metrics.Render(), HasSubstr("http_response_status_code=\"500\""));
}

TEST(Metrics, ConnectionsAndGaugesAreReadWhenRendered) {
  Metrics metrics(kOperations, 2);
  double waiting = 1;
  metrics.AddGauge("parley_store_queued_writes", "Writes waiting for the writer", [&] { return waiting; });
  metrics.shard(0).AddConnections(3);
  metrics.shard(1).AddConnections(2);
  metrics.shard(1).AddConnections(-1);
  waiting = 7;
  EXPECT_THAT(metrics.Render(), HasSubstr("http_server_open_connections 4"));
  EXPECT_THAT(metrics.Render(), HasSubstr("parley_store_queued_writes 7"));
}

TEST(Metrics, WhatOnlyGrowsIsACounter) {
  Metrics metrics(kOperations, 1);
  metrics.AddCounter("parley_sync_events_total", "Events told", [] { return 3.0; });
  EXPECT_THAT(metrics.Render(), HasSubstr("# TYPE parley_sync_events_total counter\nparley_sync_events_total 3"));
}

TEST(Metrics, SurprisesAndBackendCallsAreCountedByLabel) {
  Metrics metrics(kOperations, 1);
  metrics.CountSurprise("GroupsGet", "departments.name");
  metrics.CountSurprise("GroupsGet", "departments.name");
  metrics.ObserveBackendCall("GET livechat/department", 200, 0.03);
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("parley_mapping_surprises_total{operation=\"GroupsGet\",path=\"departments.name\"} 2"));
  EXPECT_THAT(text, HasSubstr("parley_backend_calls_total{route=\"GET livechat/department\",status=\"200\"} 1"));
  EXPECT_THAT(text, HasSubstr("parley_backend_call_duration_seconds_sum{route=\"GET livechat/department\"} 0.03"));
}

TEST(Metrics, FamiliesOfOthersAreReadWhenSomebodyLooks) {
  Metrics metrics({{"none", "unmatched", "", ""}}, 1);
  double waited = 1;
  metrics.AddFamily({"parley_backend_manners_total", "Manners", true, [&] {
                       return std::vector<Sample>{{{{"what", "waited"}}, waited}};
                     }});
  metrics.AddFamily({"parley_backend_capability", "Features", false, [] {
                       return std::vector<Sample>{{{{"feature", "tags"}, {"state", "local"}}, 1}};
                     }});
  waited = 2;
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("# TYPE parley_backend_manners_total counter"));
  EXPECT_THAT(text, HasSubstr("parley_backend_manners_total{what=\"waited\"} 2"));
  EXPECT_THAT(text, HasSubstr("parley_backend_capability{feature=\"tags\",state=\"local\"} 1"));
}

}  // namespace
}  // namespace parley::metrics
