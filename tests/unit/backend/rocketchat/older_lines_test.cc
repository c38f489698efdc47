// What workspaces of older lines did by other means. Source: omnichannel reference §1.9, §2.18; how a method's failure is
// told: public server sources before 8.0 (a success) and since (400).
#include "backend/rocketchat/older_lines.h"

#include <gtest/gtest.h>

#include <map>

#include "json/json.h"
#include "scripted_service.h"
#include "support/await.h"

namespace parley::backend::rocketchat::test {
namespace {

using http::Method;
using parley::test::Await;

const char* const kNoSuchRoute = R"({"status":"error","message":"API endpoint does not exist"})";
const char* const kNoSuchMethod =
    R"({"isClientSafe":true,"error":404,"reason":"Method 'x' not found","message":"Method 'x' not found [404]","errorType":"Meteor.Error"})";

// A workspace that answers what it is told to, and lacks every other route.
struct Workspace {
  Workspace() {
    service.Say({[this](const Request& request) -> Result<Response> {
      const auto found = answers.find(request.path);
      return found != answers.end() ? found->second : Response(404, kNoSuchRoute);
    }});
  }
  Response Call(const Request& request) {
    const Result<Response> answer = Await(lines.Call(request));
    return answer ? *answer : Response(answer.error().http_status, answer.error().message);
  }
  Response Call(const std::string& path, const std::string& body) {
    Request request = Own(Method::kPost, path);
    request.content_type = "application/json";
    request.body = body;
    return Call(request);
  }
  // What a method answers: {"result":...} or {"error":...}.
  void Method(const std::string& name, const std::string& member, int status = 200) {
    const std::string inner = R"({"msg":"result","id":"1",)" + member + "}";
    answers["method.call/" + name] = {status, Print(Json::Of({{"message", inner}, {"success", status == 200}}))};
  }
  std::string Asked() const {
    std::string asked;
    for (const Request& request : service.asked) asked += request.path + " ";
    return asked;
  }

  ScriptedService service;
  std::map<std::string, Response> answers;
  SharedOlderLines shared;
  OlderLines lines{service, shared};
};

constexpr const char* kAgent =
    R"({"agentId":"u1","agentData":{"maxNumberSimultaneousChat":3},"agentDepartments":["d1"]})";

TEST(OlderLines, ARouteThatIsThereIsCalled) {
  Workspace workspace;
  workspace.answers["livechat/agents.saveInfo"] = {200, R"({"success":true})"};
  EXPECT_EQ(workspace.Call("livechat/agents.saveInfo", kAgent).status, 200);
  EXPECT_EQ(workspace.Asked(), "livechat/agents.saveInfo ");
}

TEST(OlderLines, OneThatIsNotIsCalledByItsMethod) {
  Workspace workspace;
  workspace.Method("livechat:saveAgentInfo", R"("result":true)");
  const Response answer = workspace.Call("livechat/agents.saveInfo", kAgent);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"success":true})");
  EXPECT_EQ(OtherMeansOf(answer), "the realtime method livechat:saveAgentInfo");
  EXPECT_EQ(
      workspace.service.asked.back().body,
      R"({"message":"{\"msg\":\"method\",\"id\":\"1\",\"method\":\"livechat:saveAgentInfo\",\"params\":[\"u1\",{\"maxNumberSimultaneousChat\":3},[\"d1\"]]}"})");
  EXPECT_EQ(workspace.service.asked.back().caller.kind, CallerKind::kService);
}

TEST(OlderLines, WhichItIsIsRemembered) {
  Workspace workspace;
  workspace.Method("livechat:saveAgentInfo", R"("result":true)");
  workspace.Call("livechat/agents.saveInfo", kAgent);
  workspace.Call("livechat/agents.saveInfo", kAgent);
  EXPECT_EQ(workspace.Asked(),
            "livechat/agents.saveInfo method.call/livechat:saveAgentInfo method.call/livechat:saveAgentInfo ");
}

TEST(OlderLines, AWorkspaceThatWasUpgradedIsNoticed) {
  Workspace workspace;
  workspace.Method("livechat:saveAgentInfo", R"("result":true)");
  workspace.Call("livechat/agents.saveInfo", kAgent);
  workspace.answers["livechat/agents.saveInfo"] = {200, R"({"success":true})"};
  workspace.Method("livechat:saveAgentInfo", std::string(R"("error":)") + kNoSuchMethod, 400);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(workspace.Call("livechat/agents.saveInfo", kAgent).status, 200);
  EXPECT_EQ(workspace.service.asked.size(), 5u) << workspace.Asked();
}

TEST(OlderLines, RefusalsAreThoseOfARoute) {
  struct Case {
    std::string error;
    int status;
    std::string body;
  };
  const std::vector<Case> cases = {
      {R"({"error":"error-user-is-not-agent","reason":"User is not a livechat agent","message":"User is not a livechat agent [error-user-is-not-agent]"})",
       400,
       R"({"error":"User is not a livechat agent [error-user-is-not-agent]","errorType":"error-user-is-not-agent","success":false})"},
      {R"({"error":"error-not-allowed","message":"Not allowed [error-not-allowed]"})", 403,
       R"({"error":"Not allowed [error-not-allowed]","errorType":"error-not-allowed","success":false})"},
      {R"({"error":"too-many-requests","message":"You must wait 8 seconds"})", 429,
       R"({"error":"You must wait 8 seconds","errorType":"too-many-requests","success":false})"},
      {R"({"error":400,"reason":"Match failed","message":"Match failed [400]"})", 400,
       R"({"error":"Match failed [400]","errorType":"invalid-params","success":false})"},
      {"{}", 400, R"({"error":"the realtime method failed","success":false})"},
  };
  for (const Case& each : cases)
    for (const int status : {200, 400}) {
      Workspace workspace;
      workspace.Method("livechat:saveAgentInfo", R"("error":)" + each.error, status);
      const Response answer = workspace.Call("livechat/agents.saveInfo", kAgent);
      EXPECT_EQ(answer.status, each.status) << each.error;
      EXPECT_EQ(answer.body, each.body);
    }
}

TEST(OlderLines, ANameThatIsTakenIsNoRouteThatLacks) {
  Workspace workspace;
  workspace.answers["livechat/tags.delete"] = {404, R"({"success":false,"error":"Tag not found"})"};
  EXPECT_EQ(workspace.Call("livechat/tags.delete", R"({"id":"t1"})").status, 404);
  EXPECT_EQ(workspace.Asked(), "livechat/tags.delete ");
}

TEST(OlderLines, AWorkspaceWithNeitherLacksTheCapability) {
  Workspace workspace;
  for (const char* none : {"", kNoSuchMethod}) {
    if (*none != '\0') workspace.Method("livechat:saveAgentInfo", std::string(R"("error":)") + none);
    const Response answer = workspace.Call("livechat/agents.saveInfo", kAgent);
    EXPECT_EQ(answer.status, 501);
    EXPECT_NE(answer.body.find("agent_info"), std::string::npos) << answer.body;
  }
}

TEST(OlderLines, WhatIsNoResultIsNotTakenForOne) {
  Workspace workspace;
  for (const char* odd : {R"({"success":true})", R"({"message":"{}","success":true})", R"({"message":7})", "[]"}) {
    workspace.answers["method.call/livechat:saveAgentInfo"] = {200, odd};
    EXPECT_EQ(workspace.Call("livechat/agents.saveInfo", kAgent).status, 502) << odd;
  }
  workspace.answers["method.call/livechat:saveAgentInfo"] = {401, R"({"status":"error"})"};
  EXPECT_EQ(workspace.Call("livechat/agents.saveInfo", kAgent).status, 401);
}

TEST(OlderLines, EachRouteHasItsMethod) {
  struct Case {
    std::string route, body, method, params, result, answer;
  };
  const std::vector<Case> cases = {
      {"livechat/custom-fields.save", R"({"customFieldData":{"field":"plan","label":"Plan"}})",
       "livechat:saveCustomField",
       R"([null,{\"field\":\"plan\",\"label\":\"Plan\",\"regexp\":\"\",\"searchable\":false}])", R"({"_id":"plan"})",
       R"({"customField":{"_id":"plan"},"success":true})"},
      {"livechat/room.saveInfo", R"({"guestData":{"_id":"v1"},"roomData":{"_id":"r1"}})", "livechat:saveInfo",
       R"([{\"_id\":\"v1\"},{\"_id\":\"r1\"}])", "true", R"({"success":true})"},
      {"livechat/tags.save", R"({"tagData":{"name":"vip"},"tagDepartments":["d1"]})", "livechat:saveTag",
       R"([null,{\"name\":\"vip\"},[\"d1\"]])", R"({"_id":"t1","name":"vip"})",
       R"({"_id":"t1","name":"vip","success":true})"},
      {"livechat/tags.save", R"({"_id":"t1","tagData":{"name":"vip"}})", "livechat:saveTag",
       R"([\"t1\",{\"name\":\"vip\"},[]])", R"({"_id":"t1"})", R"({"_id":"t1","success":true})"},
      {"livechat/tags.delete", R"({"id":"t1"})", "livechat:removeTag", R"([\"t1\"])", "1", R"({"success":true})"},
  };
  for (const Case& each : cases) {
    Workspace workspace;
    workspace.Method(each.method, R"("result":)" + each.result);
    EXPECT_EQ(workspace.Call(each.route, each.body).body, each.answer);
    EXPECT_NE(workspace.service.asked.back().body.find(R"(\"params\":)" + each.params), std::string::npos)
        << workspace.service.asked.back().body;
  }
}

TEST(OlderLines, DepartmentsThatCannotBeArchivedAreRemoved) {
  Workspace workspace;
  workspace.answers["livechat/department/d1"] = {200, R"({"success":true})"};
  EXPECT_EQ(workspace.Call("livechat/department/d1/archive", "{}").status, 200);
  EXPECT_EQ(workspace.service.asked.back().method, Method::kDelete);
  EXPECT_EQ(workspace.service.asked.back().body, "");
  EXPECT_EQ(workspace.Call("livechat/department/a/b/archive", "{}").status, 404);
}

TEST(OlderLines, WhatClientsCallPassesAsItIs) {
  Workspace workspace;
  Request request(Method::kPost, "livechat/agents.saveInfo");
  request.caller = Caller(CallerKind::kSession, "u1", "t");
  EXPECT_EQ(workspace.Call(request).status, 404);
  EXPECT_EQ(workspace.Call(Own(Method::kGet, "livechat/agents.saveInfo")).status, 404);
  EXPECT_EQ(workspace.service.asked.size(), 2u);
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
