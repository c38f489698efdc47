// Agents and managers (omnichannel reference §2.1, administration reference §8.5).
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

using Agents = EmbeddedTest;

TEST_F(Agents, RoleIsGivenToAUserByName) {
  AddUser("ann");
  const Answer answer = Post("livechat/users/agent", R"({"username":"ann"})", Admin());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body_text, R"({"user":{"_id":"ann-id","username":"ann"},"success":true})");
  const User ann = Stored("ann-id");
  EXPECT_EQ(ann.roles, (std::vector<std::string>{"user", "livechat-agent"}));
  EXPECT_EQ(ann.status_livechat, "not-available") << "a user made by REST is offline";
  EXPECT_EQ(ann.livechat_status_system_modified, false);
}

TEST_F(Agents, PresentUserBecomesAvailableWithTheRole) {
  AddUser("ann");
  ASSERT_EQ(Post("users.setStatus", R"({"status":"online","userId":"ann-id"})", Admin()).status, 200);
  ASSERT_EQ(Post("livechat/users/agent", R"({"username":"ann"})", Admin()).status, 200);
  EXPECT_EQ(Stored("ann-id").status_livechat, "available");
}

TEST_F(Agents, GivingTheRoleAgainChangesNothing) {
  AddAgent("ann");
  ASSERT_EQ(Post("livechat/users/agent", R"({"username":"ann"})", Admin()).status, 200);
  EXPECT_EQ(Stored("ann-id").status_livechat, "available");
}

TEST_F(Agents, ManagerGetsTheRoleAlone) {
  AddUser("max");
  ASSERT_EQ(Post("livechat/users/manager", R"({"username":"max"})", Admin()).status, 200);
  EXPECT_EQ(Stored("max-id").roles, (std::vector<std::string>{"user", "livechat-manager"}));
  EXPECT_FALSE(Stored("max-id").status_livechat);
}

TEST_F(Agents, UnknownUserCannotGetARole) {
  const Answer answer = Post("livechat/users/agent", R"({"username":"nobody"})", Admin());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body_text, R"({"success":false,"error":"error-invalid-user"})");
}

TEST_F(Agents, OtherTypesAreInvalid) {
  const std::string invalid = R"({"success":false,"error":"Invalid type"})";
  EXPECT_EQ(Get("livechat/users/user", Admin()).body_text, invalid);
  EXPECT_EQ(Post("livechat/users/user", R"({"username":"admin"})", Admin()).body_text, invalid);
  EXPECT_EQ(Delete("livechat/users/user/admin-id", Admin()).body_text, invalid);
}

TEST_F(Agents, ListShowsAgentsWithTheirDepartments) {
  AddAgent("ann");
  AddUser("plain");
  const Answer answer = Get("livechat/users/agent", Admin());
  EXPECT_EQ(
      answer.body_text,
      R"({"users":[{"_id":"ann-id","username":"ann","name":"User ann","status":"offline","statusLivechat":"available","emails":[{"address":"ann@acme.test","verified":true}],"departments":[]}],"count":1,"offset":0,"total":1,"success":true})");
}

struct Filter {
  const char* name;
  const char* query;
  const char* usernames;
};

class AgentFilters : public EmbeddedTest, public testing::WithParamInterface<Filter> {};

TEST_P(AgentFilters, Select) {
  AddAgent("ann");
  AddAgent("bea");
  AddUser("bot", {"bot", "livechat-agent"});
  ASSERT_EQ(Post("users.setStatus", R"({"status":"away","userId":"bea-id"})", Admin()).status, 200);
  std::string found;
  for (const Json& user : Get(std::string("livechat/users/agent?") + GetParam().query, Admin()).List("users")) {
    found += std::string(user.Text("username")) + " ";
  }
  EXPECT_EQ(found, GetParam().usernames);
}

INSTANTIATE_TEST_SUITE_P(Queries, AgentFilters,
                         testing::Values(Filter{"All", "", "ann bea bot "}, Filter{"Text", "text=EA@acme", "bea "},
                                         Filter{"Available", "onlyAvailable=true", "ann bea "},
                                         Filter{"Excluded", "excludeId=ann-id", "bea bot "},
                                         Filter{"IdleHiddenExceptBots", "showIdleAgents=false", "bea bot "},
                                         Filter{"Sorted", "sort=%7B%22username%22%3A-1%7D", "bot bea ann "},
                                         Filter{"Page", "count=1&offset=1", "bea "}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(Agents, ListOfAgentsNeedsOneOfTwoPermissions) {
  AddUser("bob");
  AddAgent("ann");
  EXPECT_EQ(Get("livechat/users/agent", As("bob-id")).status, 403);
  EXPECT_EQ(Get("livechat/users/agent", As("ann-id")).status, 200);
  EXPECT_EQ(Get("livechat/users/manager", As("ann-id")).body_text, R"({"success":false,"error":"unauthorized"})");
}

TEST_F(Agents, OneAgentIsShownAndAnybodyElseIsNull) {
  AddAgent("ann");
  EXPECT_EQ(Get("livechat/users/agent/ann-id", Admin()).Text("user.statusLivechat"), "available");
  EXPECT_EQ(Get("livechat/users/agent/admin-id", Admin()).body_text, R"({"user":null,"success":true})");
  EXPECT_EQ(Get("livechat/users/agent/nobody", Admin()).body_text, R"({"user":null,"success":true})");
}

TEST_F(Agents, LosingTheRoleTakesWhatAgentsHave) {
  AddAgent("ann");
  const Answer department = Post(
      "livechat/department",
      R"({"department":{"enabled":true,"name":"Sales","email":"s@acme.test","showOnRegistration":true,"showOnOfflineForm":true},"agents":[{"agentId":"ann-id"}]})",
      Admin());
  ASSERT_EQ(department.status, 200);
  const Answer answer = Delete("livechat/users/agent/ann-id", Admin());
  EXPECT_EQ(answer.body_text, R"({"success":true})");
  EXPECT_FALSE(Stored("ann-id").IsAgent());
  EXPECT_FALSE(Stored("ann-id").status_livechat);
  const Answer shown = Get("livechat/department/" + department.Text("department._id") + "?includeAgents=true", Admin());
  EXPECT_EQ(shown.Text("agents"), "[]");
  EXPECT_EQ(shown.Text("department.numAgents"), "0");
  EXPECT_EQ(EventKinds().back(), "agent.status_changed");
}

TEST_F(Agents, RemovingFromUnknownUserFails) {
  EXPECT_EQ(Delete("livechat/users/agent/nobody", Admin()).body_text,
            R"({"success":false,"error":"error-invalid-user"})");
}

// ---- agent.status ---------------------------------------------------------------------------------------------------

TEST_F(Agents, StatusIsSetAndToggled) {
  AddAgent("ann");
  const Caller ann = As("ann-id");
  EXPECT_EQ(Post("livechat/agent.status", R"({"status":"not-available"})", ann).body_text,
            R"({"status":"not-available","success":true})");
  EXPECT_EQ(Post("livechat/agent.status", "{}", ann).body_text, R"({"status":"available","success":true})");
  EXPECT_EQ(Post("livechat/agent.status", R"({"status":"available"})", ann).Text("status"), "available");
}

TEST_F(Agents, StatusOfOthersNeedsAPermission) {
  AddAgent("ann");
  AddAgent("bea");
  const Answer refused =
      Post("livechat/agent.status", R"({"agentId":"bea-id","status":"not-available"})", As("ann-id"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.Text("error"), "unauthorized");
  EXPECT_EQ(Post("livechat/agent.status", R"({"agentId":"bea-id"})", Admin()).Text("status"), "not-available");
}

TEST_F(Agents, StatusOfNobodyIsNotFound) {
  const Answer answer = Post("livechat/agent.status", R"({"agentId":"nobody"})", Admin());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body_text, R"({"success":false,"error":"Agent not found"})");
}

TEST_F(Agents, DeactivatedAgentStaysAsTheyAre) {
  AddAgent("ann");
  ASSERT_EQ(Post("users.setActiveStatus", R"({"userId":"ann-id","activeStatus":false})", Admin()).status, 200);
  EXPECT_EQ(Post("livechat/agent.status", R"({"agentId":"ann-id","status":"available"})", Admin()).body_text,
            R"({"success":false,"error":"error-user-deactivated"})");
}

TEST_F(Agents, OutsideBusinessHoursOnlyOthersAreLeftSilently) {
  AddAgent("ann");
  ASSERT_EQ(Post("livechat/agent.status", R"({"status":"not-available"})", As("ann-id")).status, 200);
  Set("Livechat_enable_business_hours", true);
  EXPECT_EQ(Post("livechat/agent.status", R"({"status":"available"})", As("ann-id")).body_text,
            R"({"success":false,"error":"error-business-hours-are-closed"})");
  EXPECT_EQ(Post("livechat/agent.status", R"({"agentId":"ann-id","status":"available"})", Admin()).body_text,
            R"({"status":"not-available","success":true})");
}

TEST_F(Agents, EventsTellWhenAnAgentBeginsAndCeasesToAcceptChats) {
  AddAgent("ann");
  ASSERT_EQ(Post("livechat/agent.status", R"({"status":"not-available"})", As("ann-id")).status, 200);
  ASSERT_EQ(Post("livechat/agent.status", R"({"status":"not-available"})", As("ann-id")).status, 200);
  EXPECT_EQ(EventKinds(), (std::vector<std::string>{"agent.status_changed", "agent.status_changed"}));
}

// ---- saveInfo and departments ---------------------------------------------------------------------------------------

class AgentDepartments : public EmbeddedTest {
 protected:
  std::string AddDepartment(const std::string& name) {
    const Answer answer = Post("livechat/department",
                               R"({"department":{"enabled":true,"name":")" + name +
                                   R"(","email":"d@acme.test","showOnRegistration":true,"showOnOfflineForm":true}})",
                               Admin());
    return answer.Text("department._id");
  }
};

TEST_F(AgentDepartments, SaveInfoSetsTheExactList) {
  AddAgent("ann");
  const std::string sales = AddDepartment("Sales");
  const std::string support = AddDepartment("Support");
  const auto save = [&](const std::string& departments) {
    return Post(
        "livechat/agents.saveInfo",
        R"({"agentId":"ann-id","agentData":{"maxNumberSimultaneousChat":"4"},"agentDepartments":)" + departments + "}",
        Admin());
  };
  ASSERT_EQ(save(R"([")" + sales + R"("])").body_text, R"({"success":true})");
  ASSERT_EQ(save(R"([")" + support + R"(","unknown"])").status, 200);
  const Answer answer = Get("livechat/agents/ann-id/departments", Admin());
  ASSERT_EQ(answer.List("departments").size(), 1u);
  EXPECT_EQ(answer.List("departments")[0].Text("departmentName"), "Support");
  EXPECT_EQ(Get("livechat/department/" + sales, Admin()).Text("department.numAgents"), "0");
  EXPECT_EQ(Get("livechat/department/" + support, Admin()).Text("department.numAgents"), "1");
  EXPECT_EQ(Get("livechat/users/agent/ann-id", Admin()).Text("user.livechat.maxNumberSimultaneousChat"), "4");
  EXPECT_EQ(ReadDirectory()->AgentById("ann-id")->max_chats, 4);
}

TEST_F(AgentDepartments, SaveInfoIsForAgents) {
  const Answer answer =
      Post("livechat/agents.saveInfo", R"({"agentId":"admin-id","agentData":{},"agentDepartments":[]})", Admin());
  EXPECT_EQ(answer.body_text, R"({"success":false,"error":"error-user-is-not-agent"})");
}

TEST_F(AgentDepartments, DisabledOnesCanBeLeftOut) {
  AddAgent("ann");
  const std::string sales = AddDepartment("Sales");
  ASSERT_EQ(Post("livechat/department/" + sales + "/agents",
                 R"({"upsert":[{"agentId":"ann-id","username":"ann"}],"remove":[]})", Admin())
                .status,
            200);
  ASSERT_EQ(Post("livechat/department/" + sales + "/archive", "", Admin()).status, 200);
  EXPECT_EQ(Get("livechat/agents/ann-id/departments", Admin()).List("departments").size(), 1u);
  EXPECT_EQ(Get("livechat/agents/ann-id/departments?enabledDepartmentsOnly=true", Admin()).Text("departments"), "[]");
}

}  // namespace
}  // namespace parley::backend::embedded::test
