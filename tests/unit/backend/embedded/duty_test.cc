#include "backend/embedded/duty.h"

#include <gtest/gtest.h>

#include "backend/embedded/chats.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// A Monday, 10:15, with the default hour open from 08:00 to 20:00 on weekdays.
class Duty : public testing::Test {
 protected:
  explicit Duty(Edition edition = Edition::kPremium) : chats_(edition) {
    chats_.AddBusinessHour();
    chats_.Pass(minutes(0));
  }

  Answer SetSetting(const std::string& id, Json value) {
    return chats_.Post("settings/" + id, Json::Of({{"value", std::move(value)}}), admin_);
  }
  void Enable() { SetSetting("Livechat_enable_business_hours", true); }
  std::string StatusOf(const std::string& agent) { return chats_.Stored<User>(agent)->status_livechat.value_or(""); }
  std::vector<std::string> HoursOf(const std::string& agent) {
    return chats_.Stored<User>(agent)->open_business_hours.value_or(std::vector<std::string>());
  }
  void SetPresence(const std::string& agent, const std::string& presence) {
    chats_.Post("users.setStatus", Json::Of({{"status", presence}}), agent);
  }
  // Opens the hour on `day` alone.
  void SaveDefault(const std::string& day, bool active = true) {
    Json open = Json::Of({{"day", day}, {"start", "00:00"}, {"finish", "24:00"}, {"open", true}});
    const Answer saved = chats_.Post("livechat/business-hours.save",
                                     Json::Of({{"_id", "default-hour"},
                                               {"name", ""},
                                               {"timezoneName", "UTC"},
                                               {"daysOpen", Json(Json::Array{day})},
                                               {"departmentsToApplyBusinessHour", ""},
                                               {"active", active},
                                               {"type", "default"},
                                               {"workHours", Json(Json::Array{std::move(open)})}}),
                                     admin_);
    EXPECT_EQ(saved.status, 200) << Print(saved.body);
  }

  ChatFixture chats_;
  const std::string admin_ = chats_.AddUser("root", {"admin"});
};

const std::vector<std::string> kNone;
const std::vector<std::string> kDefaultOpen = {"default-hour"};

TEST_F(Duty, NothingHappensWhileTheFeatureIsOff) {
  const std::string ann = chats_.AddAgent("ann");
  chats_.Pass(hours(12));
  EXPECT_EQ(StatusOf(ann), "available");
  EXPECT_EQ(HoursOf(ann), kNone);
}

TEST_F(Duty, SwitchingTheFeatureOnTakesEffectAtOnce) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string ben = chats_.AddAgent("ben");
  const std::string cia = chats_.AddAgent("cia");
  SetPresence(ben, "online");
  SetPresence(cia, "away");
  for (const std::string& agent : {ben, cia}) chats_.SetAvailable(agent, false);
  Enable();
  for (const std::string& agent : {ann, ben, cia}) EXPECT_EQ(HoursOf(agent), kDefaultOpen);
  EXPECT_EQ(StatusOf(ann), "available");
  EXPECT_EQ(StatusOf(ben), "available");      // was online
  EXPECT_EQ(StatusOf(cia), "not-available");  // exactly online counts
}

TEST_F(Duty, AgentsGoWhenTheHourCloses) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string bot = chats_.AddAgent("robo", {"bot"});
  Enable();
  chats_.Pass(hours(9) + minutes(44));  // 19:59
  EXPECT_EQ(StatusOf(ann), "available");
  const std::string room = chats_.RoomOf("1");
  chats_.Pass(minutes(1));
  EXPECT_EQ(StatusOf(ann), "not-available");
  EXPECT_EQ(HoursOf(ann), kNone);
  EXPECT_EQ(StatusOf(bot), "available");
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
  EXPECT_TRUE(chats_.Stored<Room>(room)->served_by.has_value());
}

TEST_F(Duty, AgentsWhoAreOnlineComeWhenTheHourOpens) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string ben = chats_.AddAgent("ben");
  SetPresence(ann, "online");
  Enable();
  chats_.Pass(hours(10));  // 20:15
  EXPECT_EQ(StatusOf(ann), "not-available");
  chats_.Pass(hours(11) + minutes(44));  // Tuesday, 07:59
  EXPECT_EQ(StatusOf(ann), "not-available");
  chats_.Pass(minutes(1));
  EXPECT_EQ(StatusOf(ann), "available");
  EXPECT_EQ(StatusOf(ben), "not-available");  // offline
  EXPECT_EQ(HoursOf(ben), kDefaultOpen);
}

TEST_F(Duty, WhoSwitchesOffWithinHoursStaysOff) {
  const std::string ann = chats_.AddAgent("ann");
  SetPresence(ann, "online");
  Enable();
  chats_.Post("livechat/agent.status", Json::Of({{"status", "not-available"}}), ann);
  chats_.Pass(minutes(10));
  EXPECT_EQ(StatusOf(ann), "not-available");
}

TEST_F(Duty, ARestartRaisesEverybodyWhoIsOnline) {
  const std::string ann = chats_.AddAgent("ann");
  SetPresence(ann, "online");
  Enable();
  chats_.Post("livechat/agent.status", Json::Of({{"status", "not-available"}}), ann);
  chats_.Restart();
  chats_.Pass(minutes(0));
  EXPECT_EQ(StatusOf(ann), "available");
}

TEST_F(Duty, ASettingChangedBehindTheRouteIsNoticed) {
  const std::string ann = chats_.AddAgent("ann");
  SaveDefault("Sunday");
  chats_.Set("Livechat_enable_business_hours", true);
  chats_.Pass(minutes(0));
  EXPECT_EQ(StatusOf(ann), "not-available");
}

TEST_F(Duty, SavingAnHourTakesEffectAtOnce) {
  const std::string ann = chats_.AddAgent("ann");
  SetPresence(ann, "online");
  Enable();
  SaveDefault("Sunday");
  EXPECT_EQ(StatusOf(ann), "not-available");
  EXPECT_EQ(HoursOf(ann), kNone);
  SaveDefault("Monday");
  EXPECT_EQ(StatusOf(ann), "available");
  SaveDefault("Monday", false);
  EXPECT_EQ(StatusOf(ann), "not-available");
}

TEST_F(Duty, SwitchingOffForgetsTheHoursAndLeavesAvailability) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string ben = chats_.AddAgent("ben");
  Enable();
  chats_.SetAvailable(ben, false);
  SetSetting("Livechat_enable_business_hours", false);
  EXPECT_EQ(HoursOf(ann), kNone);
  EXPECT_EQ(StatusOf(ann), "available");
  EXPECT_EQ(StatusOf(ben), "not-available");
}

TEST_F(Duty, OutsideHoursNobodyIsOnline) {
  chats_.AddAgent("ann");
  const auto online = [&] { return chats_.Get("livechat/config").body.FindPath("config.online")->AsBoolean(); };
  Enable();
  EXPECT_EQ(online(), true);
  chats_.Pass(hours(12));
  EXPECT_EQ(online(), false);
  EXPECT_EQ(chats_.OpenRoom("1").error(), "Sorry, no online agents [no-agent-online]");
}

TEST_F(Duty, OutsideHoursNobodyMakesThemselvesAvailable) {
  const std::string ann = chats_.AddAgent("ann");
  Enable();
  SaveDefault("Sunday");
  const Json available = Json::Of({{"status", "available"}});
  EXPECT_EQ(chats_.Post("livechat/agent.status", available, ann).error(), "error-business-hours-are-closed");
  const Json other = Json::Of({{"status", "available"}, {"agentId", ann}});
  EXPECT_EQ(chats_.Post("livechat/agent.status", other, admin_).Text("status"), "not-available");
}

TEST_F(Duty, NewAgentsGetTheHoursThatAreOpen) {
  Enable();
  const auto make = [&](const std::string& name) {
    const std::string id = chats_.AddUser(name, {"user"});
    SetPresence(id, "online");
    chats_.Post("livechat/users/agent", Json::Of({{"username", name}}), admin_);
    return id;
  };
  const std::string ann = make("ann");
  EXPECT_EQ(HoursOf(ann), kDefaultOpen);
  EXPECT_EQ(StatusOf(ann), "available");
  SaveDefault("Sunday");
  const std::string ben = make("ben");
  EXPECT_EQ(HoursOf(ben), kNone);
  EXPECT_EQ(StatusOf(ben), "not-available");
}

TEST_F(Duty, AgentsWhoAreActivatedAgainGetTheHoursThatAreOpen) {
  const std::string ann = chats_.AddAgent("ann");
  const auto activate = [&](bool active) {
    const Answer set =
        chats_.Post("users.setActiveStatus", Json::Of({{"userId", ann}, {"activeStatus", active}}), admin_);
    EXPECT_EQ(set.status, 200) << Print(set.body);
  };
  activate(false);
  Enable();
  activate(true);
  EXPECT_EQ(HoursOf(ann), kDefaultOpen);
  EXPECT_EQ(StatusOf(ann), "not-available");
}

TEST_F(Duty, AVisitorsSilenceCountsWithinHoursAlone) {
  const std::string ann = chats_.AddAgent("ann");
  chats_.Pass(hours(9) + minutes(44));  // 19:59:30
  const std::string room = chats_.RoomOf("1");
  chats_.SayAs(ann, room, "Still there?");
  chats_.Set("Livechat_enable_business_hours", true);
  chats_.clock().Advance(hours(12) + minutes(1));  // Tuesday, 08:00:30
  chats_.Close(ann, room);
  EXPECT_EQ(chats_.Stored<Room>(room)->metrics.visitor_inactivity, 60.0);
}

// ---- departments with hours of their own ----------------------------------------------------------------------------

// Sales is open on Mondays, everybody else on Sundays.
class DepartmentDuty : public Duty {
 protected:
  DepartmentDuty() {
    SetSetting("Livechat_business_hour_type", "Multiple");
    SaveDefault("Sunday");
    Json open = Json::Of({{"day", "Monday"}, {"start", "00:00"}, {"finish", "24:00"}, {"open", true}});
    chats_.Post("livechat/business-hours.save",
                Json::Of({{"name", "Mondays"},
                          {"timezoneName", "UTC"},
                          {"daysOpen", Json(Json::Array{"Monday"})},
                          {"departmentsToApplyBusinessHour", sales_},
                          {"active", true},
                          {"type", "custom"},
                          {"workHours", Json(Json::Array{std::move(open)})}}),
                admin_);
    mondays_ = {chats_.Stored<Department>(sales_)->business_hour};
    Enable();
  }

  void SetMembers(const std::string& upsert, const std::string& remove) {
    const auto seats = [](const std::string& agent) {
      Json list = Json::MakeArray();
      if (!agent.empty()) list.Push(Json::Of({{"agentId", agent}, {"username", "x"}, {"count", 0}, {"order", 0}}));
      return list;
    };
    const Answer changed = chats_.Post("livechat/department/" + sales_ + "/agents",
                                       Json::Of({{"upsert", seats(upsert)}, {"remove", seats(remove)}}), admin_);
    EXPECT_EQ(changed.status, 200) << Print(changed.body);
  }

  const std::string ann_ = chats_.AddAgent("ann");
  const std::string ben_ = chats_.AddAgent("ben");
  const std::string sales_ = chats_.AddDepartment("Sales", {ann_});
  std::vector<std::string> mondays_;
};

TEST_F(DepartmentDuty, MembersFollowTheHourOfTheirDepartment) {
  EXPECT_EQ(HoursOf(ann_), mondays_);
  EXPECT_EQ(StatusOf(ann_), "available");
  EXPECT_EQ(HoursOf(ben_), kNone);
  EXPECT_EQ(StatusOf(ben_), "not-available");
  chats_.Pass(hours(24));
  EXPECT_EQ(StatusOf(ann_), "not-available");
}

TEST_F(DepartmentDuty, ComingIntoADepartmentBringsItsHour) {
  SetPresence(ben_, "online");
  SetMembers(ben_, "");
  EXPECT_EQ(HoursOf(ben_), mondays_);
  EXPECT_EQ(StatusOf(ben_), "available");
}

TEST_F(DepartmentDuty, LeavingADepartmentTakesItsHour) {
  SetMembers("", ann_);
  EXPECT_EQ(HoursOf(ann_), kNone);
  EXPECT_EQ(StatusOf(ann_), "not-available");
}

TEST_F(DepartmentDuty, AnArchivedDepartmentLeavesItsHourBehindInactive) {
  EXPECT_EQ(chats_.Post("livechat/department/" + sales_ + "/archive", Json(), admin_).status, 200);
  EXPECT_EQ(chats_.Stored<Department>(sales_)->business_hour, "");
  EXPECT_FALSE(chats_.Stored<BusinessHour>(mondays_.front())->active);
  EXPECT_EQ(HoursOf(ann_), kNone);
  EXPECT_EQ(StatusOf(ann_), "not-available");
}

TEST_F(DepartmentDuty, OneHourForAllAgainMakesTheDefaultEverybodys) {
  SetSetting("Livechat_business_hour_type", "Single");
  EXPECT_EQ(HoursOf(ann_), kNone);
  EXPECT_EQ(StatusOf(ann_), "not-available");
  SaveDefault("Monday");
  EXPECT_EQ(HoursOf(ben_), kDefaultOpen);
}

}  // namespace
}  // namespace parley::backend::embedded
