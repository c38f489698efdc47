#include <gmock/gmock.h>

#include "analytics_fixture.h"
#include "backend/embedded/room.h"

namespace parley::backend::embedded {
namespace {

using Analytics = AnalyticsTest;

TEST_F(Analytics, DepartmentsByTheirFormulas) {
  ThreeChats();
  const auto page = [](const std::string& items, int count) {
    return R"({"departments":[)" + items + R"(],"count":)" + std::to_string(count) + R"(,"offset":0,"total":)" +
           std::to_string(count) + "}";
  };
  const auto told = [&](const std::string& path) { return ToldOfMonday("departments/" + path); };
  EXPECT_EQ(told("amount-of-chats"), page(R"({"_id":"sales-id","rooms":2},{"_id":"support-id","rooms":1})", 2));
  EXPECT_EQ(told("ammount-of-chats"), told("amount-of-chats"));
  EXPECT_EQ(ToldOfMonday("departments/amount-of-chats", {{"answered", "true"}}),
            page(R"({"_id":"sales-id","rooms":2})", 1));
  EXPECT_EQ(ToldOfMonday("departments/amount-of-chats", {{"answered", "false"}}),
            page(R"({"_id":"support-id","rooms":1})", 1));
  EXPECT_EQ(told("average-service-time"), page(R"({"_id":"sales-id","averageServiceTimeInSeconds":55})", 1));
  EXPECT_EQ(told("average-chat-duration-time"),
            page(R"({"_id":"sales-id","averageChatDurationTimeInSeconds":1890})", 1));
  EXPECT_EQ(told("total-service-time"), page(R"({"_id":"sales-id","chats":2,"serviceTimeDuration":3780})", 1));
  EXPECT_EQ(told("average-waiting-time"), page(R"({"_id":"sales-id","averageWaitingTimeInSeconds":30})", 1));
  EXPECT_EQ(told("total-abandoned-chats"), page(R"({"_id":"sales-id","abandonedRooms":1})", 1));
  EXPECT_EQ(told("percentage-abandoned-chats"), page(R"({"_id":"sales-id","percentageOfAbandonedChats":50},)"
                                                     R"({"_id":"support-id","percentageOfAbandonedChats":0})",
                                                     2));
  EXPECT_EQ(told("total-transferred-chats"), page("", 0));
}

TEST_F(Analytics, ChatsWithoutDepartmentComeFirstAndPagesArePages) {
  Open("vt-0", "");
  ThreeChats();
  EXPECT_EQ(ToldOfMonday("departments/amount-of-chats", {{"count", "2"}}),
            R"({"departments":[{"_id":null,"rooms":1},{"_id":"sales-id","rooms":2}],"count":2,"offset":0,"total":3})");
  EXPECT_EQ(ToldOfMonday("departments/amount-of-chats", {{"count", "2"}, {"offset", "2"}}),
            R"({"departments":[{"_id":"support-id","rooms":1}],"count":1,"offset":2,"total":3})");
  EXPECT_EQ(ToldOfMonday("departments/amount-of-chats", {{"offset", "7"}}),
            R"({"departments":[],"count":0,"offset":7,"total":3})");
  EXPECT_EQ(ToldOfMonday("departments/amount-of-chats", {{"departmentId", "sales-id"}}),
            R"({"departments":[{"_id":"sales-id","rooms":2}],"count":1,"offset":0,"total":1})");
}

TEST_F(Analytics, TransfersCountInTheDepartmentOfTheChat) {
  chats.AddUser("max", {"livechat-manager", "livechat-agent"});
  const std::string room = Open("vt-1", "sales-id");
  const Json forward = Json::Of({{"roomId", room}, {"departmentId", "support-id"}});
  ASSERT_EQ(chats.Post("livechat/room.forward", forward, "max-id").status, 200);
  EXPECT_EQ(ToldOfMonday("departments/total-transferred-chats"),
            R"({"departments":[{"_id":"support-id","numberOfTransferredRooms":1}],"count":1,"offset":0,"total":1})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats-per-agent"), R"({"bob":{"open":1,"closed":0,"onhold":0}})");
}

TEST_F(Analytics, AgentsByTheChatsTheyClosed) {
  ThreeChats();
  EXPECT_EQ(ToldOfMonday("agents/average-service-time"),
            R"({"agents":[{"_id":"ann-id","username":"ann","averageServiceTimeInSeconds":1890}],)"
            R"("count":1,"offset":0,"total":1})");
  EXPECT_EQ(ToldOfMonday("agents/total-service-time"),
            R"({"agents":[{"_id":"ann-id","username":"ann","chats":2,"serviceTimeDuration":3780}],)"
            R"("count":1,"offset":0,"total":1})");
}

TEST_F(Analytics, AvailabilityOfWholeDaysCutAtNow) {
  const auto set_status = [&](const std::string& status) {
    ASSERT_EQ(chats.Post("livechat/agent.status", Json::Of({{"status", status}}), ann).status, 200);
  };
  set_status("not-available");
  set_status("available");
  At("2026-01-05T23:00:00"), set_status("not-available");
  At("2026-01-06T08:00:00"), set_status("available");
  At("2026-01-06T08:10:00");
  EXPECT_EQ(Told("agents/available-for-service-history", {{"start", "2026-01-05"}, {"end", "2026-01-05"}}),
            R"({"agents":[{"username":"ann","availableTimeInSeconds":45870}],"count":1,"offset":0,"total":1})");
  EXPECT_EQ(Told("agents/available-for-service-history",
                 {{"start", "2026-01-05"}, {"end", "2026-01-07"}, {"fullReport", "true"}}),
            R"({"agents":[{"username":"ann","availableTimeInSeconds":46470,"serviceHistory":[)"
            R"({"startedAt":"2026-01-05T10:15:30.000Z","stoppedAt":"2026-01-05T23:00:00.000Z"},)"
            R"({"startedAt":"2026-01-06T08:00:00.000Z","stoppedAt":"2026-01-06T08:10:00.000Z"}]}],)"
            R"("count":1,"offset":0,"total":1})");
  EXPECT_EQ(Told("agents/available-for-service-history", {{"start", "2026-01-08"}, {"end", "2026-01-09"}}),
            R"({"agents":[],"count":0,"offset":0,"total":0})");
}

TEST_F(Analytics, ConversationsByTheirFeatures) {
  ThreeChats();
  Open("vt-4", "");
  const Json tags = Json::Of({{"roomData", Json::Of({{"_id", third}, {"tags", Json(Json::Array{"vip", "new"})}})},
                              {"guestData", Json::Of({{"_id", chats.Stored<Room>(third)->visitor.id}})}});
  ASSERT_EQ(chats.Post("livechat/room.saveInfo", tags, bob).status, 200);
  const auto told = [&](const std::string& by, std::vector<std::pair<std::string, std::string>> more = {}) {
    return ToldOfMonday("dashboards/conversations-by-" + by, std::move(more));
  };
  EXPECT_EQ(told("source"), R"({"total":4,"data":[{"label":"api","value":4}]})");
  EXPECT_EQ(told("status"), R"({"total":4,"data":[{"label":"Open","value":2},{"label":"Closed","value":2},)"
                            R"({"label":"Queued","value":0},{"label":"On_Hold","value":0}]})");
  EXPECT_EQ(told("department"), R"({"total":3,"data":[{"label":"Support","value":1},{"label":"Sales","value":2}],)"
                                R"("unspecified":1})");
  EXPECT_EQ(told("department", {{"sort", R"({"total":-1})"}}),
            R"({"total":3,"data":[{"label":"Sales","value":2},{"label":"Support","value":1}],"unspecified":1})");
  EXPECT_EQ(told("tags"),
            R"({"total":2,"data":[{"label":"new","value":1},{"label":"vip","value":1}],"unspecified":3})");
  const std::string agents = told("agent");
  EXPECT_THAT(agents, testing::HasSubstr(R"({"label":"ann Smith","value":)"));
  EXPECT_THAT(agents, testing::HasSubstr(R"("unspecified":0)"));
}

TEST_F(Analytics, ReportsOfNothingHoldOnlyAnEmptyList) {
  for (const char* by : {"source", "status", "department", "tags", "agent"}) {
    EXPECT_EQ(ToldOfMonday(std::string("dashboards/conversations-by-") + by), R"({"data":[]})");
  }
}

TEST_F(Analytics, ReportsAreOfAYearAtMostAndForwards) {
  const auto error = [&](const std::string& query) {
    const Answer answer = chats.Get("livechat/analytics/dashboards/conversations-by-tags", query, meg);
    EXPECT_EQ(answer.status, 400) << query;
    return answer.error();
  };
  EXPECT_EQ(error("start=2025-01-01&end=2026-02-01"),
            "The \"start\" and \"end\" query parameters must be less than 1 year apart.");
  EXPECT_EQ(error("start=2026-02-01&end=2026-01-01"),
            "The \"start\" query parameter must be before the \"end\" query parameter.");
  EXPECT_EQ(error("start=x&end=2026-01-01"), "The \"start\" query parameter must be a valid date.");
  EXPECT_EQ(error("start=2026-01-01&end=2026-01-01&sort=x"),
            "Invalid sort parameter provided: \"x\" [error-invalid-sort]");
}

TEST_F(Analytics, TheOverviewIsABareList) {
  ThreeChats();
  const auto told = [&](const std::string& name) {
    return Told("overview", {{"name", name}, {"from", "2026-01-04"}, {"to", "2026-01-05"}});
  };
  EXPECT_EQ(told("Conversations"),
            R"([{"title":"Total_conversations","value":3},{"title":"Open_conversations","value":1},)"
            R"({"title":"On_Hold_conversations","value":0},{"title":"Total_messages","value":7},)"
            R"({"title":"Busiest_day","value":"Monday"},{"title":"Conversations_per_day","value":"1.50"},)"
            R"({"title":"Busiest_time","value":"11AM - 12PM"}])");
  EXPECT_EQ(told("Productivity"), R"([{"title":"Avg_response_time","value":"00:00:25"},)"
                                  R"({"title":"Avg_first_response_time","value":"00:00:30"},)"
                                  R"({"title":"Avg_reaction_time","value":"00:00:40"}])");
}

TEST_F(Analytics, OneFigureByAgent) {
  ThreeChats();
  const auto told = [&](const std::string& name) {
    return Told("agent-overview", {{"name", name}, {"from", "2026-01-05"}, {"to", "2026-01-05"}});
  };
  const auto table = [](const std::string& head, const std::string& data) {
    return R"({"head":[{"name":"Agent"},{"name":")" + head + R"("}],"data":[)" + data + "]}";
  };
  EXPECT_EQ(told("Total_conversations"),
            table("%_of_conversations", R"({"name":"ann","value":"66.67%"},{"name":"bob","value":"33.33%"})"));
  EXPECT_EQ(told("Total_messages"),
            table("Total_messages", R"({"name":"ann","value":"3"},{"name":"bob","value":"0"})"));
  EXPECT_EQ(told("Avg_chat_duration"), table("Avg_chat_duration", R"({"name":"ann","value":"00:31:30"})"));
  EXPECT_EQ(told("Avg_first_response_time"), table("Avg_first_response_time", R"({"name":"ann","value":"00:00:30"})"));
  EXPECT_EQ(told("Best_first_response_time"),
            table("Best_first_response_time", R"({"name":"ann","value":"00:00:20"})"));
  EXPECT_EQ(told("Avg_response_time"), table("Avg_response_time", R"({"name":"ann","value":"00:00:25"})"));
  EXPECT_EQ(told("Avg_reaction_time"), table("Avg_reaction_time", R"({"name":"ann","value":"00:00:40"})"));
}

TEST_F(Analytics, UnknownFiguresAndDatesAreRefused) {
  const auto error = [&](const std::string& target, const std::string& query) {
    const Answer answer = chats.Get("livechat/analytics/" + target, query, meg);
    EXPECT_EQ(answer.status, 400) << target;
    return answer.error();
  };
  EXPECT_EQ(error("overview", "name=Moods&from=2026-01-05&to=2026-01-05"), "invalid-chart-name");
  EXPECT_EQ(error("agent-overview", "name=Moods&from=2026-01-05&to=2026-01-05"), "invalid-chart-name");
  EXPECT_EQ(error("overview", "name=Productivity&from=x&to=2026-01-05"),
            "The \"from\" query parameter must be a valid date.");
  EXPECT_EQ(error("overview", "from=2026-01-05&to=2026-01-05"), "must have required property 'name' [invalid-params]");
}

class CommunityAnalytics : public AnalyticsTest {
 protected:
  CommunityAnalytics() : AnalyticsTest(Edition::kCommunity) {}
};

TEST_F(CommunityAnalytics, HasDashboardsButNoReports) {
  const std::string day = "start=2026-01-05&end=2026-01-05";
  EXPECT_EQ(chats.Get("livechat/analytics/dashboards/charts/chats", day, meg).status, 200);
  for (const char* path :
       {"dashboards/conversations-by-tags", "agents/total-service-time", "departments/amount-of-chats"}) {
    const Answer refused = chats.Get(std::string("livechat/analytics/") + path, day, meg);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.error(), "This is an enterprise feature [error-action-not-allowed]");
  }
}

}  // namespace
}  // namespace parley::backend::embedded
