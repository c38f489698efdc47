#include "backend/rocketchat/directory_reader.h"

#include <gtest/gtest.h>

#include <map>

#include "json/json.h"
#include "scripted_service.h"
#include "support/await.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;

// A workspace with one page of everything.
struct Company {
  Company() {
    workspace.Say({[this](const Request& request) -> Result<Response> {
      ++calls[request.path];
      const std::string key = request.path == "roles.getUsersInRole"
                                  ? request.path + "?" + request.query.substr(0, request.query.find('&'))
                                  : request.path;
      const auto found = answers.find(key);
      if (found == answers.end()) return Response(404, R"({"success":false})");
      return Response(200, found->second);
    }});
  }
  Result<std::shared_ptr<const Directory>> Read(bool idle_agents_take_chats = true) {
    Result<std::shared_ptr<const Directory>> read =
        Await(ReadDirectory(workspace, before, idle_agents_take_chats, SteadyTime::max()));
    if (read) before = *read;
    return read;
  }

  ScriptedService workspace;
  std::map<std::string, int> calls;
  std::shared_ptr<const Directory> before;
  std::map<std::string, std::string> answers = {
      {"livechat/users/agent",
       R"({"users":[
         {"_id":"u1","username":"ann","name":"Ann","status":"online","statusLivechat":"available",
          "emails":[{"address":"Ann@Acme.test"}],"livechat":{"maxNumberSimultaneousChat":"4"},"departments":["d1"]},
         {"_id":"u2","username":"bob","name":"Bob","status":"offline","statusLivechat":"available",
          "emails":[{"address":"bob@acme.test"}],"departments":["d1","d2"]},
         {"_id":"u3","username":"cy","name":"Cy","status":"away","statusLivechat":"not-available","departments":[]}],
         "count":3,"offset":0,"total":3})"},
      {"livechat/users/manager", R"({"users":[{"_id":"u2"}],"total":1})"},
      {"roles.getUsersInRole?role=admin", R"({"users":[{"_id":"u1"}],"total":1})"},
      {"roles.getUsersInRole?role=bot", R"({"users":[{"_id":"u3"}],"total":1})"},
      {"livechat/department",
       R"({"departments":[{"_id":"d2","name":"Sales","enabled":true},{"_id":"d1","name":"Help","enabled":false},
                          {"_id":"d9","name":"Old","archived":true}],"total":3})"},
      {"livechat/department/d1/agents",
       R"({"agents":[{"agentId":"u1","username":"ann","order":2},{"agentId":"u2","username":"bob","order":1},
                     {"agentId":"gone","username":"gone","order":0}],"total":3})"},
  };
};

TEST(DirectoryReader, ReadsWhoThereIsAndWhere) {
  Company company;
  const auto read = company.Read();
  ASSERT_TRUE(read) << read.error().message;
  const Directory& directory = **read;
  ASSERT_EQ(directory.agents.size(), 3u);
  const DirectoryAgent& ann = *directory.AgentByLogin("ann@acme.test");
  EXPECT_EQ(ann.username, "ann");
  EXPECT_EQ(ann.max_chats, 4);
  EXPECT_EQ(ann.roles, (std::vector<std::string>{"user", "livechat-agent", "admin"}));
  EXPECT_TRUE(ann.accepting);
  EXPECT_EQ(directory.AgentById("u2")->roles, (std::vector<std::string>{"user", "livechat-agent", "livechat-manager"}));
  EXPECT_EQ(directory.AgentById("u2")->departments, (std::vector<std::string>{"d1", "d2"}));
  ASSERT_EQ(directory.departments.size(), 2u);
  EXPECT_EQ(directory.departments[0].name, "Help");
  EXPECT_FALSE(directory.departments[0].enabled);
  EXPECT_EQ(directory.DepartmentById("d1")->agents, (std::vector<std::string>{"u2", "u1"}));
  EXPECT_EQ(directory.DepartmentById("d2")->agents, (std::vector<std::string>{"u2"}));
}

TEST(DirectoryReader, AnIdleAgentTakesChatsWhereTheWorkspaceSaysSo) {
  Company company;
  EXPECT_TRUE((*company.Read(true))->AgentById("u2")->accepting);
  EXPECT_FALSE((*company.Read(false))->AgentById("u2")->accepting);
  EXPECT_TRUE((*company.Read(false))->AgentById("u1")->accepting);
}

TEST(DirectoryReader, ReadsTheOrderOfADepartmentOnlyWhenItsMembersChanged) {
  Company company;
  ASSERT_TRUE(company.Read());
  ASSERT_TRUE(company.Read());
  EXPECT_EQ(company.calls["livechat/department/d1/agents"], 1);
  // One member needs no order.
  EXPECT_EQ(company.calls["livechat/department/d2/agents"], 0);
  std::string& agents = company.answers["livechat/users/agent"];
  agents.replace(agents.rfind("[]}]"), 4, "[\"d1\"]}]");
  company.answers["livechat/department/d1/agents"] =
      R"({"agents":[{"agentId":"u3","username":"cy","order":0},{"agentId":"u1","username":"ann","order":2},
                    {"agentId":"u2","username":"bob","order":1}],"total":3})";
  EXPECT_EQ((*company.Read())->DepartmentById("d1")->agents, (std::vector<std::string>{"u3", "u2", "u1"}));
  EXPECT_EQ(company.calls["livechat/department/d1/agents"], 2);
}

TEST(DirectoryReader, OlderWorkspacesAreAskedDepartmentByDepartment) {
  Company company;
  company.answers["livechat/users/agent"] = R"({"users":[{"_id":"u1","username":"ann"},{"_id":"u2","username":"bob"}],
                                               "total":2})";
  company.answers["livechat/department/d2/agents"] = R"({"agents":[{"agentId":"u1","username":"ann"}],"total":1})";
  const auto read = company.Read();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*read)->DepartmentById("d2")->agents, (std::vector<std::string>{"u1"}));
  EXPECT_EQ((*read)->DepartmentById("d1")->agents, (std::vector<std::string>{"u2", "u1"}));
}

TEST(DirectoryReader, WhoeverTheAccountMayNotSeeIsNobodySpecial) {
  Company company;
  company.answers.erase("roles.getUsersInRole?role=admin");
  const auto read = company.Read();
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)->AgentById("u1")->roles, (std::vector<std::string>{"user", "livechat-agent"}));
}

TEST(DirectoryReader, WrongTypesAreNoValuesAndNoCrash) {
  Company company;
  company.answers["livechat/users/agent"] =
      R"({"users":[{"_id":5,"username":[],"name":{},"emails":"x","livechat":7,"status":1,"departments":"d1"},
                   {"_id":"u1","username":"ann","emails":[5],"livechat":null,"departments":[7,null]}],"total":"many"})";
  company.answers["livechat/department/d2/agents"] = R"({"agents":[{"agentId":{},"username":7,"order":"x"}]})";
  const auto read = company.Read();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*read)->agents.size(), 1u);
  EXPECT_TRUE((*read)->DepartmentById("d2")->agents.empty());
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
