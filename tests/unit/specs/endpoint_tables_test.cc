#include "specs/endpoint_tables.h"

#include <gtest/gtest.h>

#include "spec_text.h"

namespace parley::specs {
namespace {

std::vector<std::string> Ids(const Spec& spec) {
  std::vector<std::string> ids;
  for (const Operation& operation : spec.operations) ids.push_back(operation.id);
  return ids;
}

TEST(EndpointTables, ReadsEveryTableWithAUrlColumn) {
  const Parsed parsed = Fixture("endpoint_tables.md");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(Ids(parsed.spec), (std::vector<std::string>{
                                  "DELETE desk/users/{type}/{_id}",
                                  "GET desk/analytics/agents/service-time",
                                  "GET desk/users/{type}",
                                  "GET desk/visits/room/{room_id}/visitor/{visitor_id}",
                                  "POST desk/take",
                              }));
}

TEST(EndpointTables, KeepsSummaryPathAndLine) {
  const Parsed parsed = Fixture("endpoint_tables.md");
  const Operation& take = *parsed.spec.Find("POST desk/take");
  EXPECT_EQ(take.summary, "Take | keep.");
  EXPECT_EQ(take.path, "/api/v1/desk/take");
  EXPECT_EQ(take.effect, Effect::kWrite);
  EXPECT_EQ(take.line, 13);
  EXPECT_EQ(parsed.spec.Find("GET desk/users/{type}")->parameters.at(0).name, "type");
}

TEST(EndpointTables, ReportsRowsItCannotUse) {
  const Parsed parsed = Parse(
      "| Url | Method |\n|---|---|\n| `desk/a` | `GET` |\n| `/desk/b` | `FETCH` |\n| `/desk/x{b}` | GET |\n| /desk/c | "
      "|\n");
  EXPECT_EQ(parsed.Complaints(),
            "spec.yaml:3: the URL desk/a does not begin with /\n"
            "spec.yaml:4: unknown method FETCH\n"
            "spec.yaml:5: /desk/x{b}: braces must enclose a whole segment\n"
            "spec.yaml:6: unknown method (empty)\n");
}

}  // namespace
}  // namespace parley::specs
