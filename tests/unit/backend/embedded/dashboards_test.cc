#include <gmock/gmock.h>

#include <random>

#include "analytics_fixture.h"
#include "backend/embedded/analytics.h"
#include "backend/embedded/room.h"

namespace parley::backend::embedded {
namespace {

using testing::HasSubstr;

using Dashboards = AnalyticsTest;

std::string Totals(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string text;
  for (const auto& [title, value] : rows) {
    text += std::string(text.empty() ? "" : ",") + R"({"title":")" + title + R"(","value":)" + value + "}";
  }
  return R"({"totalizers":[)" + text + "]}";
}

TEST_F(Dashboards, TotalsOfTheDay) {
  ThreeChats();
  EXPECT_EQ(ToldOfMonday("dashboards/conversation-totalizers"), Totals({{"Total_conversations", "3"},
                                                                        {"Open_conversations", "1"},
                                                                        {"On_Hold_conversations", "0"},
                                                                        {"Total_messages", "7"},
                                                                        {"Total_visitors", "3"}}));
  EXPECT_EQ(ToldOfMonday("dashboards/productivity-totalizers"), Totals({{"Avg_response_time", R"("00:00:25")"},
                                                                        {"Avg_first_response_time", R"("00:00:30")"},
                                                                        {"Avg_reaction_time", R"("00:00:40")"},
                                                                        {"Avg_of_waiting_time", R"("00:00:30")"}}));
  EXPECT_EQ(ToldOfMonday("dashboards/chats-totalizers"), Totals({{"Total_abandoned_chats", "1"},
                                                                 {"Avg_of_abandoned_chats", R"("25%")"},
                                                                 {"Avg_of_chat_duration_time", R"("00:31:30")"}}));
  EXPECT_EQ(ToldOfMonday("dashboards/agents-productivity-totalizers"),
            Totals({{"Busiest_time", R"("11AM - 12PM")"},
                    {"Avg_of_available_service_time", R"("00:00:00")"},
                    {"Avg_of_service_time", R"("00:00:55")"}}));
}

TEST_F(Dashboards, AnEmptyDayIsZeros) {
  EXPECT_EQ(ToldOfMonday("dashboards/chats-totalizers"), Totals({{"Total_abandoned_chats", "0"},
                                                                 {"Avg_of_abandoned_chats", R"("0%")"},
                                                                 {"Avg_of_chat_duration_time", R"("00:00:00")"}}));
  EXPECT_EQ(ToldOfMonday("dashboards/agents-productivity-totalizers"),
            Totals({{"Busiest_time", R"("-")"},
                    {"Avg_of_available_service_time", R"("00:00:00")"},
                    {"Avg_of_service_time", R"("00:00:00")"}}));
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats"), R"({"open":0,"closed":0,"queued":0,"onhold":0})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats-per-agent"), "{}");
}

TEST_F(Dashboards, ChartsOfTheDay) {
  ThreeChats();
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats"), R"({"open":1,"closed":2,"queued":0,"onhold":0})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats-per-agent"),
            R"({"ann":{"open":0,"closed":2,"onhold":0},"bob":{"open":1,"closed":0,"onhold":0}})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats-per-department"),
            R"({"Sales":{"open":0,"closed":2},"Support":{"open":1,"closed":0}})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/timings"),
            R"({"response":{"avg":25,"longest":40},"reaction":{"avg":40,"longest":50},)"
            R"("chatDuration":{"avg":1890,"longest":3680}})");
}

TEST_F(Dashboards, IntervalAndDepartmentNarrow) {
  ThreeChats();
  EXPECT_EQ(Told("dashboards/charts/chats", {{"start", "2026-01-05T10:15:30Z"}, {"end", "2026-01-05T11:00:00Z"}}),
            R"({"open":0,"closed":2,"queued":0,"onhold":0})")
      << "both ends are in";
  EXPECT_EQ(Told("dashboards/charts/chats", {{"start", "2026-01-05T10:15:31Z"}, {"end", "2026-01-05T10:59:59Z"}}),
            R"({"open":0,"closed":0,"queued":0,"onhold":0})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats", {{"departmentId", "support-id"}}),
            R"({"open":1,"closed":0,"queued":0,"onhold":0})");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats", {{"departmentId", "undefined"}}),
            R"({"open":1,"closed":2,"queued":0,"onhold":0})");
}

TEST_F(Dashboards, WaitingChatsAreQueued) {
  chats.Set("Livechat_Routing_Method", "Manual_Selection");
  const std::string room = Open("vt-1", "sales-id");
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats"), R"({"open":0,"closed":0,"queued":1,"onhold":0})");
  Later(60);
  const std::string inquiry =
      chats.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), ann).Text("inquiry._id");
  ASSERT_EQ(chats.Post("livechat/inquiries.take", Json::Of({{"inquiryId", inquiry}}), ann).status, 200);
  EXPECT_EQ(ToldOfMonday("dashboards/charts/chats"), R"({"open":1,"closed":0,"queued":0,"onhold":0})");
  const auto waits = test::Await(chats.store().stores().analytics().Spells("", FromUnixMillis(0), chats.clock().Now()));
  ASSERT_EQ(waits->size(), 1u);
  EXPECT_EQ(*waits->front().until - waits->front().since, std::chrono::minutes(1));
  EXPECT_EQ(waits->front().department, "sales-id");
}

TEST_F(Dashboards, AgentsAreCountedByWhatTheyDoNow) {
  chats.SetAvailable(bob, false);
  EXPECT_EQ(Told("dashboards/charts/agents-status", {}), R"({"_id":null,"offline":2,"away":0,"busy":0,"available":0})")
      << "ann never came online";
  const auto set_status = [&](const std::string& status) {
    ASSERT_EQ(chats.Post("users.setStatus", Json::Of({{"status", status}, {"message", ""}}), ann).status, 200);
  };
  set_status("online");
  EXPECT_EQ(Told("dashboards/charts/agents-status", {}), R"({"_id":null,"offline":1,"away":0,"busy":0,"available":1})");
  set_status("busy");
  EXPECT_EQ(Told("dashboards/charts/agents-status", {{"departmentId", "sales-id"}}),
            R"({"_id":null,"offline":0,"away":0,"busy":1,"available":0})");
}

TEST_F(Dashboards, AvailabilityIsWhatAgentsHadOfTheDay) {
  const auto set_status = [&](const std::string& agent, const std::string& status) {
    ASSERT_EQ(chats.Post("livechat/agent.status", Json::Of({{"status", status}}), agent).status, 200);
  };
  set_status(ann, "not-available"), set_status(bob, "not-available");
  set_status(ann, "available");
  Later(3600), set_status(bob, "available");
  Later(1800), set_status(ann, "not-available");
  Later(600);
  EXPECT_THAT(ToldOfMonday("dashboards/agents-productivity-totalizers"),
              HasSubstr(R"({"title":"Avg_of_available_service_time","value":"01:05:00"})"))
      << "ann 90 minutes, bob 40 so far";
  EXPECT_THAT(ToldOfMonday("dashboards/agents-productivity-totalizers", {{"departmentId", "support-id"}}),
              HasSubstr(R"("Avg_of_available_service_time","value":"00:40:00")"));
}

TEST_F(Dashboards, ChartsOverTimeHaveHoursOfADayOrDays) {
  chats.Set("Default_Timezone_For_Reporting", "custom");
  chats.Set("Default_Custom_Timezone", "Europe/Berlin");
  At("2026-03-29T00:30:00");  // 1:30 there, an hour that is followed by 3:00
  Open("vt-1", "");
  At("2026-03-29T01:30:00");
  const std::string room = Open("vt-2", "sales-id");
  Later(10), Asks("vt-2", room);
  Later(1), Answers(ann, room);
  const Json day =
      *ParseJson(Told("dashboards/charts-data",
                      {{"chartName", "Total_conversations"}, {"start", "2026-03-29"}, {"end", "2026-03-29"}}));
  EXPECT_EQ(day.Find("dataLabels")->size(), 23u) << "the day the clocks go forward";
  EXPECT_THAT(Print(day), HasSubstr(R"("dataLabels":["12AM-1AM","1AM-3AM","3AM-4AM")"));
  EXPECT_THAT(Print(day), HasSubstr(R"("dataPoints":[0,1,1,0)"));
  EXPECT_EQ(Told("dashboards/charts-data",
                 {{"chartName", "Avg_first_response_time"}, {"start", "2026-03-28"}, {"end", "2026-03-30"}}),
            R"({"chartLabel":"Avg_first_response_time","dataLabels":["3/28","3/29","3/30"],"dataPoints":[0,1,0]})");
}

TEST_F(Dashboards, BadInputIsNamed) {
  const auto error = [&](const std::string& path, const std::string& query) {
    const Answer answer = chats.Get("livechat/analytics/dashboards/" + path, query, meg);
    EXPECT_EQ(answer.status, 400) << path << "?" << query;
    return answer.error();
  };
  EXPECT_EQ(error("charts/chats", "start=yesterday&end=2026-01-05"),
            "The \"start\" query parameter must be a valid date.");
  EXPECT_EQ(error("charts/chats", "start=2026-01-05&end=2026-13-05"),
            "The \"end\" query parameter must be a valid date.");
  EXPECT_EQ(error("charts/chats", "end=2026-01-05"), "must have required property 'start' [invalid-params]");
  EXPECT_EQ(error("charts-data", "start=2026-01-05&end=2026-01-05&chartName=Moods"), "invalid-chart-name");
  EXPECT_EQ(error("charts-data", "start=0001-01-01&end=9999-12-31&chartName=Total_messages"),
            "The \"start\" and \"end\" query parameters must be less than 10 years apart.");
  for (const char* path : {"conversation-totalizers", "agents-productivity-totalizers", "chats-totalizers"}) {
    EXPECT_EQ(
        chats.Get(std::string("livechat/analytics/dashboards/") + path, "start=9999-12-31&end=0001-01-01", meg).status,
        200);
    EXPECT_EQ(
        chats.Get(std::string("livechat/analytics/dashboards/") + path, "start=0001-01-01&end=9999-12-31", meg).status,
        200);
  }
}

TEST_F(Dashboards, OnlyManagersLookAtThem) {
  for (const Route& route : AllRoutes()) {
    if (route.operation.find("livechat/analytics/") == std::string_view::npos) continue;
    const std::string path(route.operation.substr(std::string_view("GET ").size()));
    EXPECT_EQ(chats.Get(path, "start=2026-01-05&end=2026-01-05&from=2026-01-05&to=2026-01-05&name=x", ann).status, 403)
        << path;
    EXPECT_EQ(chats.Get(path).status, 401) << path;
  }
}

// Room records and the ledger measure the same conversation on ways of their own.
TEST_F(Dashboards, TheLedgerMeasuresWhatRoomsShow) {
  std::mt19937 random(5);
  for (int chat = 0; chat < 20; ++chat) {
    const std::string token = "vt-" + std::to_string(chat);
    const std::string department = chat % 2 == 0 ? "sales-id" : "support-id";
    const std::string agent = chat % 2 == 0 ? ann : bob;
    Later(10);
    const Time opened = chats.clock().Now();
    const std::string id = Open(token, department);
    for (int line = static_cast<int>(random() % 7); line >= 0; --line) {
      Later(1 + static_cast<int>(random() % 100));
      random() % 2 == 0 ? Asks(token, id) : Answers(agent, id);
    }
    if (random() % 3 != 0) Later(static_cast<int>(random() % 5000)), Closes(agent, id);
    const Room room = *chats.Stored<Room>(id);
    storage::ChatScope scope;
    scope.from = opened;
    scope.until = opened + std::chrono::milliseconds(1);
    const auto figures = test::Await(chats.store().stores().analytics().Chats(scope, storage::ChatKey::kNothing));
    const ChatFigures& told = figures->front();
    const auto same = [&](const storage::Durations& ledger, const std::optional<double>& seconds, const char* what) {
      EXPECT_EQ(ledger.chats, seconds ? 1 : 0) << what << " of chat " << chat;
      EXPECT_NEAR(ledger.sum / 1000, seconds.value_or(0), 1e-6) << what << " of chat " << chat;
    };
    same(told.first_response, room.metrics.response.first, "first response");
    same(told.mean_response, room.metrics.response.average, "response");
    same(told.first_reaction, room.metrics.reaction.first, "reaction");
    same(told.duration, room.metrics.chat_duration, "duration");
    same(told.service, room.metrics.service_duration, "service");
    EXPECT_EQ(told.abandoned, room.metrics.visitor_inactivity.value_or(0) >= 3600 ? 1 : 0);
    EXPECT_EQ(told.serving, room.open ? 1 : 0);
  }
}

TEST(DashboardText, DurationsAndNumbers) {
  EXPECT_EQ(DurationText(0), "00:00:00");
  EXPECT_EQ(DurationText(59'600), "00:01:00");
  EXPECT_EQ(DurationText(3'725'499), "01:02:05");
  EXPECT_EQ(DurationText(360'000'000), "100:00:00");
  EXPECT_EQ(NumberText(25), "25");
  EXPECT_EQ(NumberText(12.5), "12.5");
  EXPECT_EQ(Print(NumberJson(3)), "3");
  EXPECT_EQ(Print(NumberJson(0.25)), "0.25");
  EXPECT_EQ(TwoDigits(2.0 / 3), "0.67");
}

}  // namespace
}  // namespace parley::backend::embedded
