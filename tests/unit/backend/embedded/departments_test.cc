// Departments (omnichannel reference §2.2).
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

Options Community() {
  Options options;
  options.password_cost = PasswordCost::kMinimal;
  options.edition = Edition::kCommunity;
  return options;
}

class Departments : public EmbeddedTest {
 protected:
  explicit Departments(Options options = DefaultOptions()) : EmbeddedTest(std::move(options)) {}

  static std::string Input(const std::string& name, const std::string& more = "") {
    return R"({"enabled":true,"name":")" + name +
           R"(","email":"d@acme.test","showOnRegistration":true,"showOnOfflineForm":false)" + more + "}";
  }
  Answer Create(const std::string& name, const std::string& more = "", const std::string& agents = "") {
    return Post("livechat/department", R"({"department":)" + Input(name, more) + agents + "}", Admin());
  }
  std::string Add(const std::string& name) { return Create(name).Text("department._id"); }
  Answer Change(const std::string& id, const std::string& input, const std::string& agents = "") {
    return Put("livechat/department/" + id, R"({"department":)" + input + agents + "}", Admin());
  }
  std::string Names(const std::string& target) {
    std::string names;
    for (const Json& department : Get(target, Admin()).List("departments")) {
      names += std::string(department.Text("name")) + " ";
    }
    return names;
  }
};

TEST_F(Departments, CreatedOneIsAnsweredWhole) {
  const Answer answer = Create("Sales", R"(,"description":"We sell")");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Text("department.name"), "Sales");
  EXPECT_EQ(answer.Text("department.description"), "We sell");
  EXPECT_EQ(answer.Text("department.showOnRegistration"), "true");
  EXPECT_EQ(answer.Text("department.chatClosingTags"), "[]");
  EXPECT_EQ(answer.Text("department.numAgents"), "0");
  EXPECT_EQ(answer.Text("department.type"), "d");
  EXPECT_EQ(answer.Text("department.archived"), "<absent>");
  EXPECT_EQ(answer.Text("department._updatedAt"), "2026-01-05T10:15:30.000Z");
  EXPECT_EQ(answer.Text("department._id").size(), 24u);
  EXPECT_EQ(answer.Text("agents"), "[]");
}

TEST_F(Departments, MembersNobodyDescribedAreKept) {
  const std::string id = Add("Sales");
  AllowUndescribedMembers();
  ASSERT_EQ(Change(id, Input("Sales", R"(,"costCentre":"7")")).status, 200);
  EXPECT_EQ(Get("livechat/department/" + id, Admin()).Text("department.costCentre"), "7");
}

TEST_F(Departments, MembersOfTheStoreCannotBeSent) {
  const Answer answer = Create("Sales", R"(,"numAgents":7,"archived":true,"_id":"mine")");
  EXPECT_EQ(answer.Text("department.numAgents"), "0");
  EXPECT_EQ(answer.Text("department.archived"), "<absent>");
  EXPECT_NE(answer.Text("department._id"), "mine");
}

TEST_F(Departments, AgentsAreSeatedAndUnknownOnesSkipped) {
  AddAgent("ann");
  const Answer answer =
      Create("Sales", "", R"(,"agents":[{"agentId":"ann-id","order":2},{"agentId":"nobody"},{"agentId":"ann-id"}])");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Text("department.numAgents"), "1");
  ASSERT_EQ(answer.List("agents").size(), 1u);
  const Json agent = answer.List("agents")[0];
  EXPECT_EQ(agent.Text("agentId"), "ann-id");
  EXPECT_EQ(agent.Text("username"), "ann");
  EXPECT_EQ(agent.Integer("order"), 2);
  EXPECT_EQ(agent.Integer("count", -1), 0);
  EXPECT_TRUE(agent.Flag("departmentEnabled"));
}

struct Refusal {
  const char* name;
  const char* more;
  const char* error;
};

class DepartmentRefusals : public Departments, public testing::WithParamInterface<Refusal> {};

TEST_P(DepartmentRefusals, AreWorded) {
  const Answer answer = Create("Sales", GetParam().more);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, DepartmentRefusals,
    testing::Values(Refusal{"TagsRequiredButNone", R"(,"requestTagBeforeClosingChat":true,"chatClosingTags":[])",
                            "At least one closing tag is required when the department requires tag(s) on closing "
                            "conversations. [error-validating-department-chat-closing-tags]"},
                    Refusal{"UnknownFallback", R"(,"fallbackForwardDepartment":"nowhere")",
                            "Fallback department not found [error-fallback-department-not-found]"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Departments, ChangeOverwritesWhatIsSentAndKeepsTheRest) {
  const std::string id = Create("Sales", R"(,"description":"We sell")").Text("department._id");
  const Answer answer = Change(id, Input("Selling"));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Text("department.name"), "Selling");
  EXPECT_EQ(answer.Text("department.description"), "We sell");
}

TEST_F(Departments, ChangeAddsAgentsAndRemovesNone) {
  AddAgent("ann");
  AddAgent("bea");
  const std::string id = Create("Sales", "", R"(,"agents":[{"agentId":"ann-id"}])").Text("department._id");
  const Answer answer = Change(id, Input("Sales"), R"(,"agents":[{"agentId":"bea-id","username":"bea","count":3}])");
  EXPECT_EQ(answer.Text("department.numAgents"), "2");
  EXPECT_EQ(answer.List("agents").size(), 2u);
}

TEST_F(Departments, DisablingReachesTheRowsOfTheAgents) {
  AddAgent("ann");
  const std::string id = Create("Sales", "", R"(,"agents":[{"agentId":"ann-id"}])").Text("department._id");
  const Answer answer = Change(
      id,
      R"({"enabled":false,"name":"Sales","email":"d@acme.test","showOnRegistration":true,"showOnOfflineForm":false})");
  EXPECT_FALSE(answer.List("agents")[0].Flag("departmentEnabled", true));
}

TEST_F(Departments, FallbackMustNotBeCircular) {
  const std::string sales = Add("Sales");
  const std::string support =
      Create("Support", R"(,"fallbackForwardDepartment":")" + sales + R"(")").Text("department._id");
  const std::string circular =
      "Cannot save department. Circular reference between fallback department and department "
      "[error-fallback-department-circular]";
  EXPECT_EQ(Change(sales, Input("Sales", R"(,"fallbackForwardDepartment":")" + support + R"(")")).Text("error"),
            circular);
  EXPECT_EQ(Change(sales, Input("Sales", R"(,"fallbackForwardDepartment":")" + sales + R"(")")).Text("error"),
            circular);
}

TEST_F(Departments, UnknownOneIsNullToReadersAndAnErrorToWriters) {
  EXPECT_EQ(Get("livechat/department/nowhere", Admin()).body_text, R"({"department":null,"success":true})");
  EXPECT_EQ(Change("nowhere", Input("X")).Text("errorType"), "error-department-not-found");
  EXPECT_EQ(
      Post("livechat/department/nowhere/agents", R"({"upsert":[],"remove":[]})", Admin()).body_text,
      R"({"success":false,"error":"Department not found [error-department-not-found]","errorType":"error-department-not-found"})");
  EXPECT_EQ(Post("livechat/department/nowhere/archive", "", Admin()).Text("error"), "department-not-found");
}

TEST_F(Departments, AgentsAreChangedWithoutTheDepartment) {
  AddAgent("ann");
  AddAgent("bea");
  const std::string id = Create("Sales", "", R"(,"agents":[{"agentId":"ann-id"}])").Text("department._id");
  const Answer answer = Post(
      "livechat/department/" + id + "/agents",
      R"({"upsert":[{"agentId":"bea-id","username":"bea","order":1}],"remove":[{"agentId":"ann-id","username":"ann"}]})",
      Admin());
  EXPECT_EQ(answer.body_text, R"({"success":true})");
  const Answer agents = Get("livechat/department/" + id + "/agents", Admin());
  EXPECT_EQ(agents.Text("total"), "1");
  EXPECT_EQ(agents.List("agents")[0].Text("username"), "bea");
  EXPECT_EQ(Get("livechat/department/" + id, Admin()).Text("department.numAgents"), "1");
}

TEST_F(Departments, AgentsNeedThePermissionAndTheQuery) {
  AddAgent("ann");
  const std::string id = Create("Sales", "", R"(,"agents":[{"agentId":"ann-id"}])").Text("department._id");
  EXPECT_EQ(Get("livechat/department/" + id, Admin()).Text("agents"), "<absent>");
  EXPECT_EQ(Get("livechat/department/" + id + "?includeAgents=true", Admin()).List("agents").size(), 1u);
  EXPECT_EQ(Get("livechat/department/" + id + "?includeAgents=true", As("ann-id")).Text("agents"), "<absent>");
}

TEST_F(Departments, ArchivedOnesLeaveTheListAndCannotBeEnabled) {
  const std::string id = Add("Sales");
  Add("Support");
  ASSERT_EQ(Post("livechat/department/" + id + "/archive", "", Admin()).body_text, R"({"success":true})");
  EXPECT_EQ(Names("livechat/department"), "Support ");
  EXPECT_EQ(Names("livechat/department?showArchived=true"), "Sales Support ");
  EXPECT_EQ(Names("livechat/departments/archived"), "Sales ");
  EXPECT_EQ(Get("livechat/department/" + id, Admin()).Text("department.enabled"), "false");
  EXPECT_EQ(Change(id, Input("Sales")).Text("error"),
            "Archived departments cant be enabled [error-archived-department-cant-be-enabled]");
  ASSERT_EQ(Post("livechat/department/" + id + "/unarchive", "", Admin()).status, 200);
  EXPECT_EQ(Names("livechat/department"), "Sales Support ");
}

struct Filter {
  const char* name;
  const char* query;
  const char* names;
};

class DepartmentFilters : public Departments, public testing::WithParamInterface<Filter> {};

TEST_P(DepartmentFilters, Select) {
  AddAgent("ann");
  Create("Sales", "", R"(,"agents":[{"agentId":"ann-id"}])");
  Add("After-sales");
  const std::string billing = Add("Billing");
  Change(
      billing,
      R"({"enabled":false,"name":"Billing","email":"b@acme.test","showOnRegistration":true,"showOnOfflineForm":true})");
  std::string names;
  for (const Json& item :
       Get(std::string("livechat/department?") + GetParam().query, As("ann-id")).List("departments")) {
    names += std::string(item.Text("name")) + " ";
  }
  EXPECT_EQ(names, GetParam().names);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, DepartmentFilters,
    testing::Values(Filter{"All", "", "After-sales Billing Sales "}, Filter{"Text", "text=SALES", "After-sales Sales "},
                    Filter{"Enabled", "enabled=true", "After-sales Sales "},
                    Filter{"Mine", "onlyMyDepartments=true", "Sales "},
                    Filter{"Descending", "sort=%7B%22name%22%3A-1%7D", "Sales Billing After-sales "},
                    Filter{"Page", "count=1&offset=1", "Billing "}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Departments, AreCompletedByName) {
  const std::string id = Add("Sales");
  const Answer answer =
      Get("livechat/department.autocomplete?onlyMyDepartments=false&selector=%7B%22term%22%3A%22sal%22%7D", Admin());
  EXPECT_EQ(answer.body_text, R"({"items":[{"_id":")" + id + R"(","name":"Sales"}],"success":true})");
  EXPECT_EQ(Get("livechat/department.autocomplete?onlyMyDepartments=false", Admin()).Text("error"),
            "The 'selector' param is required");
}

TEST_F(Departments, AreListedByIds) {
  const std::string id = Add("Sales");
  EXPECT_EQ(Names("livechat/department.listByIds?ids[]=" + id + "&ids[]=nowhere"), "Sales ");
  EXPECT_EQ(Names("livechat/department.listByIds?ids=" + id), "Sales ");
  EXPECT_EQ(Get("livechat/department.listByIds", Admin()).Text("error"), "The 'ids' param is required");
}

TEST_F(Departments, DeletingIsOffByDefault) {
  const std::string id = Add("Sales");
  EXPECT_EQ(Delete("livechat/department/" + id, Admin()).body_text,
            R"({"success":false,"error":"error-department-removal-disabled"})");
}

TEST_F(Departments, DeletingTakesMembershipsFallbacksAndTheRoomsDepartment) {
  AddAgent("ann");
  const std::string id = Create("Sales", "", R"(,"agents":[{"agentId":"ann-id"}])").Text("department._id");
  const std::string other = Create("Support", R"(,"fallbackForwardDepartment":")" + id + R"(")").Text("department._id");
  storage::Changes changes;
  changes.Insert(storage::Collection::kRooms, "room-1", Json::Of({{"t", "l"}, {"departmentId", id}}));
  ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  Set("Omnichannel_enable_department_removal", true);

  EXPECT_EQ(Delete("livechat/department/" + id, Admin()).body_text, R"({"success":true})");
  EXPECT_EQ(Get("livechat/agents/ann-id/departments", Admin()).Text("departments"), "[]");
  EXPECT_EQ(Get("livechat/department/" + other, Admin()).Text("department.fallbackForwardDepartment"), "");
  const auto room = Await(store_.documents().Get(storage::Collection::kRooms, "room-1"));
  ASSERT_TRUE(room && *room);
  EXPECT_EQ((*room)->body.Find("departmentId"), nullptr);
  EXPECT_EQ(Delete("livechat/department/" + id, Admin()).Text("error"), "error-department-not-found");
}

class CommunityDepartments : public Departments {
 protected:
  CommunityDepartments() : Departments(Community()) {}
};

TEST_F(CommunityDepartments, OneIsTheLimit) {
  EXPECT_EQ(Get("livechat/department/isDepartmentCreationAvailable", Admin()).Text("isDepartmentCreationAvailable"),
            "true");
  ASSERT_EQ(Create("Sales").status, 200);
  EXPECT_EQ(Get("livechat/department/isDepartmentCreationAvailable", Admin()).Text("isDepartmentCreationAvailable"),
            "false");
  const Answer answer = Create("Support");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), "Maximum number of departments reached [error-max-departments-number-reached]");
}

// ---- the directory --------------------------------------------------------------------------------------------------

TEST_F(Departments, DirectoryFollowsEveryAcknowledgedWrite) {
  AddAgent("ann");
  AddAgent("bea");
  const std::string id =
      Create("Sales", "", R"(,"agents":[{"agentId":"bea-id","order":1},{"agentId":"ann-id","order":2}])")
          .Text("department._id");
  const auto first = ReadDirectory();
  ASSERT_EQ(first->agents.size(), 2u);
  EXPECT_EQ(first->agents[0].username, "ann");
  EXPECT_EQ(first->agents[0].login, "ann@acme.test");
  EXPECT_TRUE(first->agents[0].accepting);
  EXPECT_EQ(first->agents[0].departments, std::vector<std::string>{id});
  EXPECT_EQ(first->DepartmentById(id)->agents, (std::vector<std::string>{"bea-id", "ann-id"}));
  EXPECT_EQ(ReadDirectory(), first) << "nothing changed: the same snapshot";

  ASSERT_EQ(Post("livechat/agent.status", R"({"agentId":"ann-id","status":"not-available"})", Admin()).status, 200);
  const auto second = ReadDirectory();
  EXPECT_GT(second->version, first->version);
  EXPECT_FALSE(second->AgentByLogin("ann@acme.test")->accepting);

  Set("Livechat_enabled_when_agent_idle", false);
  EXPECT_FALSE(ReadDirectory()->AgentById("bea-id")->accepting) << "offline agents do not count any more";
  ASSERT_EQ(Post("livechat/department/" + id + "/archive", "", Admin()).status, 200);
  EXPECT_TRUE(ReadDirectory()->departments.empty());
}

}  // namespace
}  // namespace parley::backend::embedded::test
