#include "backend/embedded/business_hour.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

Time At(std::string_view iso) {
  return ParseIsoTime(iso).value();
}

BusinessHour OpenOn(const std::string& day, const std::string& start, const std::string& finish,
                    const std::string& zone = "UTC") {
  BusinessHour hour;
  hour.id = "h";
  hour.type = kDefaultHours;
  hour.timezone = zone;
  hour.work_hours.push_back({day, start, finish, true, {}});
  return hour;
}

// ---- is it open? ----------------------------------------------------------------------------------------------------

TEST(BusinessHour, IsOpenFromStartUntilBeforeFinish) {
  const BusinessHour hour = OpenOn("Monday", "08:00", "20:00");
  EXPECT_FALSE(IsOpen(hour, At("2026-01-05T07:59:59.999Z")));
  EXPECT_TRUE(IsOpen(hour, At("2026-01-05T08:00:00.000Z")));
  EXPECT_TRUE(IsOpen(hour, At("2026-01-05T19:59:59.999Z")));
  EXPECT_FALSE(IsOpen(hour, At("2026-01-05T20:00:00.000Z")));
  EXPECT_FALSE(IsOpen(hour, At("2026-01-06T12:00:00.000Z")));
}

TEST(BusinessHour, IsClosedWhenInactiveOrOnADayThatIs) {
  BusinessHour hour = OpenOn("Monday", "08:00", "20:00");
  hour.active = false;
  EXPECT_FALSE(IsOpen(hour, At("2026-01-05T12:00:00.000Z")));
  hour.active = true;
  hour.work_hours.front().open = false;
  EXPECT_FALSE(IsOpen(hour, At("2026-01-05T12:00:00.000Z")));
}

TEST(BusinessHour, GoesByTheClocksOfItsZone) {
  // 08:00 in Auckland is 19:00 the day before in UTC.
  const BusinessHour hour = OpenOn("Monday", "08:00", "20:00", "Pacific/Auckland");
  EXPECT_FALSE(IsOpen(hour, At("2026-01-04T18:59:00.000Z")));
  EXPECT_TRUE(IsOpen(hour, At("2026-01-04T19:00:00.000Z")));
  EXPECT_FALSE(IsOpen(hour, At("2026-01-05T07:00:00.000Z")));
}

TEST(BusinessHour, FollowsDaylightSaving) {
  const BusinessHour hour = OpenOn("Monday", "08:00", "20:00", "Europe/Paris");
  EXPECT_FALSE(IsOpen(hour, At("2026-03-23T06:30:00.000Z")));  // 07:30, winter
  EXPECT_TRUE(IsOpen(hour, At("2026-03-30T06:30:00.000Z")));   // 08:30, summer
}

TEST(BusinessHour, MayLastUntilMidnight) {
  const BusinessHour hour = OpenOn("Saturday", "00:00", "24:00");
  EXPECT_TRUE(IsOpen(hour, At("2026-01-10T23:59:59.000Z")));
  EXPECT_FALSE(IsOpen(hour, At("2026-01-11T00:00:00.000Z")));
}

TEST(BusinessHour, TellsHowLongItWasOpen) {
  const BusinessHour hour = OpenOn("Monday", "08:00", "20:00");
  const auto seconds = [&](std::string_view from, std::string_view until) {
    return std::chrono::duration<double>(OpenTime(hour, At(from), At(until))).count();
  };
  EXPECT_EQ(seconds("2026-01-05T09:00:00.500Z", "2026-01-05T09:00:10.750Z"), 10.25);
  EXPECT_EQ(seconds("2026-01-05T19:59:00.000Z", "2026-01-06T12:00:00.000Z"), 60);
  EXPECT_EQ(seconds("2026-01-05T07:00:00.000Z", "2026-01-05T08:00:30.000Z"), 30);
  EXPECT_EQ(seconds("2026-01-05T12:00:00.000Z", "2026-01-26T13:00:00.000Z"), (3 * 12 + 1) * 3600);
  EXPECT_EQ(seconds("2026-01-05T12:00:00.000Z", "2026-01-05T11:00:00.000Z"), 0);
}

TEST(BusinessHour, ShowsItsTimesInUtcToo) {
  const BusinessHour hour = OpenOn("Monday", "08:00", "20:00", "Pacific/Auckland");
  const Json winter = BusinessHourAnswer(hour, At("2026-01-05T12:00:00.000Z"));
  EXPECT_EQ(Print(*winter.Find("timezone")), R"({"name":"Pacific/Auckland","utc":"+13:00"})");
  EXPECT_EQ(
      Print(*winter.Find("workHours")),
      R"([{"day":"Monday","start":{"time":"08:00","utc":{"dayOfWeek":"Sunday","time":"19:00"},)"
      R"("cron":{"dayOfWeek":"Sunday","time":"19:00"}},"finish":{"time":"20:00",)"
      R"("utc":{"dayOfWeek":"Monday","time":"07:00"},"cron":{"dayOfWeek":"Monday","time":"07:00"}},"open":true}])");
  const Json later = BusinessHourAnswer(hour, At("2026-07-05T12:00:00.000Z"));
  EXPECT_EQ(later.FindPath("timezone.utc")->AsString(), "+12:00");
}

// ---- routes ---------------------------------------------------------------------------------------------------------

// What business-hours.save takes, open the whole of Monday unless told otherwise.
Json Saved(const std::string& type, const std::string& start = "00:00", const std::string& finish = "24:00") {
  Json monday = Json::Of({{"day", "Monday"}, {"start", start}, {"finish", finish}, {"open", true}});
  return Json::Of({{"name", type == "custom" ? "Night" : ""},
                   {"timezoneName", "Europe/Paris"},
                   {"daysOpen", Json(Json::Array{"Monday"})},
                   {"departmentsToApplyBusinessHour", ""},
                   {"active", true},
                   {"type", type},
                   {"workHours", Json(Json::Array{std::move(monday)})}});
}

Json SavedDefault(const std::string& start = "00:00", const std::string& finish = "24:00") {
  Json body = Saved("default", start, finish);
  body.Set("_id", "default-hour");
  return body;
}

class BusinessHours : public testing::Test {
 protected:
  explicit BusinessHours(Edition edition = Edition::kPremium) : chats_(edition) { chats_.AddBusinessHour(); }

  Answer Save(const Json& body) { return chats_.Post("livechat/business-hours.save", body, manager_); }
  Answer Default() { return chats_.Get("livechat/business-hour", {}, manager_); }

  ChatFixture chats_;
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
};

class CommunityHours : public BusinessHours {
 protected:
  CommunityHours() : BusinessHours(Edition::kCommunity) {}
};

TEST_F(BusinessHours, BeginWithFiveOpenDays) {
  const Answer shown = Default();
  EXPECT_EQ(shown.Text("businessHour.type"), "default");
  EXPECT_EQ(shown.Each("businessHour.workHours", "day"), "Monday Tuesday Wednesday Thursday Friday Saturday Sunday");
  EXPECT_EQ(Print(*shown.body.FindPath("businessHour.timezone")), R"({"name":"UTC","utc":"0"})");
  int open = 0;
  for (const Json& day : *shown.body.FindPath("businessHour.workHours")->AsArray()) open += day.Flag("open") ? 1 : 0;
  EXPECT_EQ(open, 5);
}

TEST_F(BusinessHours, NeedAPermission) {
  const std::string ann = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Get("livechat/business-hour", {}, ann).status, 403);
  EXPECT_EQ(chats_.Get("livechat/business-hour").status, 401);
  EXPECT_EQ(chats_.Post("livechat/business-hours.save", SavedDefault(), ann).status, 403);
}

TEST_F(BusinessHours, AreSavedWithEverythingThatWasSent) {
  EXPECT_EQ(Print(Save(SavedDefault("08:30", "17:00")).body), R"({"success":true})");
  const Answer shown = Default();
  EXPECT_EQ(Print(*shown.body.FindPath("businessHour.timezone")), R"({"name":"Europe/Paris","utc":"+01:00"})");
  EXPECT_EQ(Print(*shown.body.FindPath("businessHour.daysOpen")), R"(["Monday"])");
  EXPECT_EQ(shown.Text("businessHour.departmentsToApplyBusinessHour"), "");
  EXPECT_EQ(shown.Each("businessHour.workHours", "start.time"), "08:30");
  EXPECT_EQ(shown.Each("businessHour.workHours", "start.utc.time"), "07:30");
  EXPECT_EQ(shown.Each("businessHour.workHours", "code"), "-");
}

TEST_F(BusinessHours, AnOpenDayEndsAfterItBegins) {
  EXPECT_EQ(Save(SavedDefault("10:00", "09:00")).error(), "error-business-hour-finish-time-before-start-time");
  EXPECT_EQ(Save(SavedDefault("10:00", "10:00")).error(), "error-business-hour-finish-time-equals-start-time");
  EXPECT_EQ(Save(SavedDefault("10:00", "25:00")).error(), "error-business-hour-invalid-time");
  EXPECT_EQ(Default().Each("businessHour.workHours", "start.time").substr(0, 5), "08:00");
}

TEST_F(BusinessHours, OfAnUnknownIdChangeNothing) {
  Json body = SavedDefault();
  body.Set("_id", "nobody");
  EXPECT_EQ(Save(body).status, 200);
  body.Remove("_id");
  EXPECT_EQ(Save(body).status, 200);
  EXPECT_EQ(Default().Text("businessHour.timezone.name"), "UTC");
  EXPECT_EQ(*test::Await(chats_.store().documents().Count(storage::Query(BusinessHour::kCollection))), 1);
}

TEST_F(BusinessHours, RefuseWhatIsNotDescribed) {
  Json body = SavedDefault();
  body.Set("more", true);
  EXPECT_EQ(Save(body).error(), "must NOT have additional properties");
  EXPECT_EQ(Save(Json::MakeObject()).status, 400);
}

TEST_F(CommunityHours, KnowTheDefaultAlone) {
  EXPECT_EQ(Save(Saved("custom")).error(), "error-business-hour-type-not-found");
  EXPECT_EQ(Print(chats_.Get("livechat/business-hour", Query({{"type", "custom"}, {"_id", "x"}}), manager_).body),
            R"({"businessHour":null,"success":true})");
  EXPECT_EQ(chats_.Get("livechat/business-hours", {}, manager_).Text("errorType"), "error-action-not-allowed");
}

TEST_F(BusinessHours, CustomOnesBelongToDepartments) {
  const std::string sales = chats_.AddDepartment("Sales", {});
  const std::string support = chats_.AddDepartment("Support", {});
  Json body = Saved("custom");
  body.Set("departmentsToApplyBusinessHour", sales + "," + support);
  EXPECT_EQ(Save(body).status, 200);
  EXPECT_EQ(Save(body).error(), "error-business-hour-name-already-in-use");

  const Answer list = chats_.Get("livechat/business-hours", Query({{"name", "nig"}}), manager_);
  ASSERT_EQ(list.Each("businessHours", "name"), "Night");
  EXPECT_EQ(list.body.Find("businessHours")->AsArray()->front().Find("departments")->size(), 2u);
  const std::string id = list.Each("businessHours", "_id");
  const auto shown = [&] {
    return chats_.Get("livechat/business-hour", Query({{"type", "custom"}, {"_id", id}}), manager_);
  };
  EXPECT_EQ(shown().Each("businessHour.departments", "name"), "Sales Support");
  EXPECT_EQ(shown().body.FindPath("businessHour.departmentsToApplyBusinessHour"), nullptr);

  body.Set("_id", id);
  body.Set("departmentsToApplyBusinessHour", support);
  EXPECT_EQ(Save(body).status, 200);
  EXPECT_EQ(shown().Each("businessHour.departments", "name"), "Support");
  EXPECT_EQ(chats_.Stored<Department>(sales)->business_hour, "");
}

TEST_F(BusinessHours, ListShowsTheDefaultOneToo) {
  Save(Saved("custom"));
  const Answer list = chats_.Get("livechat/business-hours", {}, manager_);
  EXPECT_EQ(list.Each("businessHours", "type"), "default custom");
  EXPECT_EQ(list.body.Find("total")->AsInteger(), 2);
}

TEST_F(BusinessHours, RemovingOneFreesItsDepartments) {
  const std::string sales = chats_.AddDepartment("Sales", {});
  Json body = Saved("custom");
  body.Set("departmentsToApplyBusinessHour", sales);
  Save(body);
  const std::string id = chats_.Stored<Department>(sales)->business_hour;
  const auto remove = [&](const std::string& type, const std::string& which) {
    return chats_.Post("livechat/business-hours.remove", Json::Of({{"_id", which}, {"type", type}}), manager_).status;
  };
  EXPECT_EQ(remove("custom", "nobody"), 200);
  EXPECT_EQ(remove("default", "default-hour"), 200);
  EXPECT_EQ(remove("custom", "default-hour"), 200);
  EXPECT_EQ(Default().Text("businessHour._id"), "default-hour");
  EXPECT_EQ(remove("custom", id), 200);
  EXPECT_EQ(chats_.Stored<Department>(sales)->business_hour, "");
  EXPECT_FALSE(chats_.Stored<BusinessHour>(id).has_value());
}

TEST_F(BusinessHours, OldServersCallThemOfficeHours) {
  const Answer hours = chats_.Get("livechat/office-hours", {}, manager_);
  EXPECT_EQ(hours.Each("officeHours", "day"), "Monday Tuesday Wednesday Thursday Friday Saturday Sunday");
  EXPECT_EQ(Print(hours.body.Find("officeHours")->AsArray()->front()),
            R"({"_id":"default-hour-1","day":"Monday","start":"08:00","finish":"20:00","code":1,"open":true})");
}

}  // namespace
}  // namespace parley::backend::embedded
