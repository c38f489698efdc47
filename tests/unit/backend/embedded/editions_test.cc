// What the Community and the Premium edition claim (omnichannel reference §1.4, §2.17, §5.1).
#include <algorithm>

#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class Editions : public EmbeddedTest {
 protected:
  explicit Editions(Edition edition) : EmbeddedTest(OptionsOf(edition)) {}
  static Options OptionsOf(Edition edition) {
    Options options = DefaultOptions();
    options.edition = edition;
    return options;
  }
};
class Community : public Editions {
 protected:
  Community() : Editions(Edition::kCommunity) {}
};
class Premium : public Editions {
 protected:
  Premium() : Editions(Edition::kPremium) {}
};

// A target of the operation: every path parameter filled.
std::string TargetOf(const specs::Operation& operation) {
  std::string target;
  bool inside = false;
  for (const char c : operation.path) {
    if (c == '{') target += 'x';
    inside = c == '{' || (inside && c != '}');
    if (!inside && c != '}') target += c;
  }
  return target;
}

std::vector<const specs::Operation*> PremiumOperations() {
  std::vector<const specs::Operation*> operations;
  for (const specs::Operation& operation : RocketChatSpec().operations) {
    if (operation.edition == "premium") operations.push_back(&operation);
  }
  return operations;
}

constexpr const char* kUnlicensed =
    R"({"success":false,"error":"This is an enterprise feature [error-action-not-allowed]","errorType":"error-action-not-allowed"})";

TEST_F(Community, EveryPremiumRouteLacksItsLicence) {
  ASSERT_GT(PremiumOperations().size(), 60u);
  const Caller admin = Admin();
  for (const specs::Operation* operation : PremiumOperations()) {
    // Held by monitors alone: no administrator gets as far as the licence.
    const Answer answer = Send(operation->method, TargetOf(*operation), "", admin);
    EXPECT_EQ(answer.status, 400) << operation->id;
    EXPECT_EQ(answer.body_text, kUnlicensed) << operation->id;
  }
}

TEST_F(Community, TheLicenceIsAskedForAfterLoginAndPermission) {
  EXPECT_EQ(Get("canned-responses").status, 401);
  AddUser("bob");
  EXPECT_EQ(Get("canned-responses", As("bob-id")).status, 403);
  EXPECT_EQ(Post("canned-responses", "{}", Admin()).body_text, kUnlicensed) << "before the body is looked at";
}

TEST_F(Community, ClaimsNoModules) {
  EXPECT_EQ(Get("licenses.info", Admin()).body_text,
            R"({"license":{"activeModules":[],"externalModules":[],"preventedActions":{"activeUsers":false,)"
            R"("guestUsers":false,"roomsPerGuest":false,"privateApps":false,"marketplaceApps":false,)"
            R"("monthlyActiveContacts":false},"limits":{},"tags":[],"trial":false,"hasValidLicense":false},)"
            R"("success":true})");
  EXPECT_EQ(Get("licenses.isEnterprise", Admin()).body_text, R"({"isEnterprise":false,"success":true})");
  EXPECT_EQ(Get("statistics", Admin()).Text("enterprise.modules"), "[]");
}

std::string DepartmentNamed(const std::string& name) {
  return R"({"department":{"enabled":true,"name":")" + name +
         R"(","email":"d@acme.test","showOnRegistration":true,"showOnOfflineForm":true}})";
}

TEST_F(Community, HasOneDepartment) {
  const Caller admin = Admin();
  const char* available = "livechat/department/isDepartmentCreationAvailable";
  EXPECT_EQ(Get(available, admin).Text("isDepartmentCreationAvailable"), "true");
  EXPECT_EQ(Post("livechat/department", DepartmentNamed("Sales"), admin).status, 200);
  EXPECT_EQ(Get(available, admin).Text("isDepartmentCreationAvailable"), "false");
  EXPECT_EQ(Post("livechat/department", DepartmentNamed("Support"), admin).status, 400);
}

TEST_F(Community, PremiumSettingsHaveTheirUnlicensedValueWhateverIsStored) {
  const Caller admin = Admin();
  for (const SettingInfo& info : AllSettings()) {
    if (!info.premium || info.hidden) continue;
    const std::string one = "settings.public?_id=" + std::string(info.id);
    if (!info.is_public) continue;
    const Json::Array shown = Get(one, admin).List("settings");
    ASSERT_EQ(shown.size(), 1u) << info.id;
    EXPECT_EQ(*shown[0].Find("value"), info.unlicensed) << info.id;
    EXPECT_EQ(*shown[0].Find("invalidValue"), info.unlicensed) << info.id;
    EXPECT_TRUE(shown[0].Flag("enterprise")) << info.id;
  }
}

bool HasMonitorRole(const Answer& roles) {
  const Json::Array list = roles.List("roles");
  return std::any_of(list.begin(), list.end(), [](const Json& role) { return role.Text("_id") == "livechat-monitor"; });
}

TEST_F(Community, KnowsNoMonitors) {
  EXPECT_FALSE(HasMonitorRole(Get("roles.list", Admin())));
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"admin","roleId":"livechat-monitor"})", Admin()).Text("error"),
            "error-role-not-found");
}

TEST_F(Premium, KnowsMonitors) {
  EXPECT_TRUE(HasMonitorRole(Get("roles.list", Admin())));
}

TEST_F(Premium, ClaimsItsModules) {
  AddUser("bob");
  const Answer answer = Get("licenses.info", As("bob-id"));
  EXPECT_EQ(answer.Text("license.activeModules"), R"(["livechat-enterprise","canned-responses"])");
  EXPECT_EQ(answer.Text("license.hasValidLicense"), "true");
  EXPECT_EQ(answer.Text("license.limits"), "{}") << "figures are for those who may see settings";
  EXPECT_EQ(Get("licenses.info", Admin()).Text("license.limits.activeUsers.max"), "-1");
  EXPECT_EQ(Get("licenses.isEnterprise", Admin()).Text("isEnterprise"), "true");
}

TEST_F(Premium, HasSeveralDepartments) {
  const Caller admin = Admin();
  EXPECT_EQ(Post("livechat/department", DepartmentNamed("Sales"), admin).status, 200);
  EXPECT_EQ(Post("livechat/department", DepartmentNamed("Support"), admin).status, 200);
}

TEST_F(Premium, SettingsNameTheirModules) {
  const Json shown = Get("settings.public?_id=Canned_Responses_Enable").List("settings")[0];
  EXPECT_EQ(Print(shown), R"({"_id":"Canned_Responses_Enable","value":true,"enterprise":true,"invalidValue":false,)"
                          R"("modules":["canned-responses"]})");
}

TEST_F(Premium, StatisticsCountWhatThereIs) {
  AddAgent("ann");
  const Answer answer = Get("statistics", Admin());
  EXPECT_EQ(answer.Text("totalUsers"), "2");
  EXPECT_EQ(answer.Text("offlineUsers"), "2");
  EXPECT_EQ(answer.Text("totalLivechatAgents"), "1");
  EXPECT_EQ(answer.Text("totalLivechat"), "0");
  EXPECT_EQ(answer.Text("routingAlgorithm"), "Auto_Selection");
  EXPECT_EQ(answer.Text("enterprise.modules"), R"(["livechat-enterprise","canned-responses"])");
  const Answer refused = Get("statistics", As("ann-id"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body_text, R"({"success":false,"error":"error-not-allowed"})");
}

}  // namespace
}  // namespace parley::backend::embedded::test
