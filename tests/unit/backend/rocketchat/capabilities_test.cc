#include "backend/rocketchat/capabilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "scripted_service.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;
using testing::ElementsAre;
using testing::HasSubstr;

const char* const kUnlicensed =
    R"({"success":false,"error":"This is an enterprise feature [error-action-not-allowed]","errorType":"error-action-not-allowed"})";
const char* const kNoSuchRoute = R"({"status":"error","message":"API endpoint does not exist"})";

// A premium workspace that serves everything.
struct Company {
  Company() {
    workspace.Say({[this](const Request& request) -> Result<Response> {
      const auto found = answers.find(request.path);
      return found != answers.end() ? found->second : Response(200, R"({"success":true})");
    }});
  }
  Result<Findings> Look() { return Await(Probe(workspace, clock, SteadyTime::max())); }
  std::string StateOf(const std::string& feature) {
    const Result<Findings> findings = Look();
    if (!findings) return findings.error().message;
    const Feature* found = findings->Find(feature);
    return found != nullptr ? std::string(NameOf(found->state)) : "none";
  }

  ScriptedService workspace;
  parley::test::FakeClock clock;
  std::map<std::string, Response> answers = {
      {"/api/info", {200, R"({"version":"8.3","info":{"version":"8.3.1"}})"}},
      {"me", {200, R"({"_id":"u1","username":"parley","roles":["bot","livechat-manager"],"success":true})"}},
      {"permissions.listAll",
       {200,
        R"({"update":[{"_id":"view-l-room","roles":["livechat-manager"]},{"_id":"create-user","roles":["admin"]}]})"}},
      {"licenses.info", {200, R"({"license":{"activeModules":["livechat-enterprise","canned-responses"]}})"}},
      {"livechat/agents.saveInfo",
       {400, R"({"success":false,"errorType":"invalid-params","error":"must have required property 'agentId'"})"}},
      {"livechat/tags.save",
       {400, R"({"success":false,"error":"must have required property 'tagData' [invalid-params]"})"}},
      {"settings/Livechat_enabled_when_agent_idle", {200, R"({"_id":"x","value":false,"success":true})"}},
  };
};

TEST(Capabilities, AWorkspaceThatServesEverythingDoesItItself) {
  Company company;
  const Result<Findings> findings = company.Look();
  ASSERT_TRUE(findings) << findings.error().message;
  EXPECT_EQ(findings->version, "8.3.1");
  EXPECT_EQ(findings->username, "parley");
  EXPECT_THAT(findings->roles, ElementsAre("bot", "livechat-manager"));
  EXPECT_FALSE(findings->idle_agents_take_chats);
  EXPECT_FALSE(findings->slowed_down);
  ASSERT_EQ(findings->features.size(), FeatureNames().size());
  for (std::size_t i = 0; i < FeatureNames().size(); ++i) {
    EXPECT_EQ(findings->features[i].name, FeatureNames()[i]);
    EXPECT_EQ(findings->features[i].state, FeatureState::kNative) << FeatureNames()[i];
  }
}

TEST(Capabilities, OnlyReadsAndEmptyBodiesAreSent) {
  Company company;
  ASSERT_TRUE(company.Look());
  for (const Request& request : company.workspace.asked) {
    if (request.method == http::Method::kGet) continue;
    EXPECT_EQ(request.body, "{}") << request.path;
  }
}

TEST(Capabilities, WhatHasNoLicenceParleyDoesWhereItCan) {
  Company company;
  company.answers["canned-responses"] = {400, kUnlicensed};
  company.answers["livechat/priorities"] = {400, kUnlicensed};
  EXPECT_EQ(company.StateOf("canned_responses"), "local");
  EXPECT_EQ(company.StateOf("priorities"), "absent");
}

TEST(Capabilities, ARouteThatIsNotThereIsLackingToo) {
  Company company;
  company.answers["canned-responses"] = {404, kNoSuchRoute};
  company.answers["livechat/agents.saveInfo"] = {405, "<html>"};
  EXPECT_EQ(company.StateOf("canned_responses"), "local");
  EXPECT_EQ(company.StateOf("agent_info"), "absent");
}

TEST(Capabilities, WhatIsNotServedYetIsLacking) {
  Company company;
  company.answers["livechat/units"] = {501, R"({"success":false,"error":"operation is not supported"})"};
  EXPECT_EQ(company.StateOf("units"), "absent");
}

TEST(Capabilities, TagsThatCannotBeWrittenAreNoTags) {
  Company company;
  company.answers["livechat/tags.save"] = {404, kNoSuchRoute};
  EXPECT_EQ(company.StateOf("tags"), "local");
}

TEST(Capabilities, APermissionThatLacksIsNoReasonToDoWithout) {
  Company company;
  company.answers["canned-responses"] = {403, R"({"success":false,"error":"unauthorized"})"};
  const Result<Findings> findings = company.Look();
  ASSERT_TRUE(findings);
  EXPECT_EQ(findings->Find("canned_responses")->state, FeatureState::kNoPermission);
  EXPECT_TRUE(findings->capabilities().contains("canned_responses"));
}

TEST(Capabilities, NothingIsGuessedOfWhatWouldBeKeptInTheWrongPlace) {
  Company company;
  company.answers["livechat/priorities"] = {500, "{}"};
  EXPECT_EQ(company.StateOf("priorities"), "unknown");
  company.answers["canned-responses"] = {500, "{}"};
  EXPECT_THAT(company.StateOf("canned_responses"), HasSubstr("canned-responses with 500"));
}

TEST(Capabilities, WithoutALicenceThereIsOneDepartmentUnlessTheServerIsOlderThanThat) {
  Company company;
  EXPECT_EQ(company.StateOf("several_departments"), "native");
  company.answers["licenses.info"] = {200, R"({"license":{"activeModules":[]}})"};
  EXPECT_EQ(company.StateOf("several_departments"), "local");
  company.answers["livechat/department/isDepartmentCreationAvailable"] = {404, kNoSuchRoute};
  EXPECT_EQ(company.StateOf("several_departments"), "native");
}

TEST(Capabilities, OlderServersSayOnlyThatThereIsALicence) {
  Company company;
  company.answers["licenses.info"] = {404, kNoSuchRoute};
  company.answers["licenses.isEnterprise"] = {200, R"({"isEnterprise":true,"success":true})"};
  EXPECT_EQ(company.StateOf("several_departments"), "native");
  company.answers["licenses.isEnterprise"] = {200, R"({"isEnterprise":false,"success":true})"};
  EXPECT_EQ(company.StateOf("several_departments"), "local");
}

TEST(Capabilities, WhatIsDoneByOtherMeansIsDone) {
  Company company;
  Response refused(400, R"({"success":false,"error":"...","errorType":"error-user-is-not-agent"})");
  refused.headers.emplace_back("x-parley-other-means", "the realtime method livechat:saveAgentInfo");
  company.answers["livechat/agents.saveInfo"] = refused;
  const Result<Findings> findings = company.Look();
  ASSERT_TRUE(findings);
  EXPECT_EQ(findings->Find("agent_info")->state, FeatureState::kNative);
  EXPECT_EQ(findings->Find("agent_info")->reason, "by the realtime method livechat:saveAgentInfo");
}

TEST(Capabilities, WhatNoMeansDoIsAbsent) {
  Company company;
  company.workspace.Say({[&](const Request& request) -> Result<Response> {
    if (request.path == "livechat/agents.saveInfo") return Unsupported("agent_info");
    const auto found = company.answers.find(request.path);
    return found != company.answers.end() ? found->second : Response(200, R"({"success":true})");
  }});
  EXPECT_EQ(company.StateOf("agent_info"), "absent");
}

TEST(Capabilities, PermissionsTheAccountLacksAreNamedWithWhatNeedsThem) {
  Company company;
  const Result<Findings> findings = company.Look();
  ASSERT_TRUE(findings && findings->lacks);
  const auto lacks = [&](const std::string& id) {
    return std::any_of(findings->lacks->begin(), findings->lacks->end(), [&](const MissingPermission& missing) {
      return missing.id == id && !missing.needed_for.empty();
    });
  };
  EXPECT_FALSE(lacks("view-l-room"));
  EXPECT_TRUE(lacks("create-user"));
  company.answers["permissions.listAll"] = {403, "{}"};
  EXPECT_FALSE(company.Look()->lacks);
}

TEST(Capabilities, CallsThatAreCountedAreSlowedDown) {
  Company company;
  Response counted(200, R"({"license":{}})");
  counted.headers.emplace_back("X-RateLimit-Limit", "10");
  company.answers["licenses.info"] = counted;
  EXPECT_TRUE(company.Look()->slowed_down);
}

TEST(Capabilities, TheWorkspacesClockIsComparedWithOurs) {
  Company company;
  Response info(200, R"({"version":"8.3"})");
  info.headers.emplace_back("date", "Mon, 05 Jan 2026 10:15:40 GMT");
  company.answers["/api/info"] = info;
  const Result<Findings> findings = company.Look();
  ASSERT_TRUE(findings && findings->ahead);
  const Time said = Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)) + std::chrono::hours(10) +
                    std::chrono::minutes(15) + std::chrono::seconds(40);
  EXPECT_EQ(*findings->ahead, said - company.clock.Now());
  EXPECT_EQ(findings->version, "8.3");
}

TEST(Capabilities, WhatIsNoWorkspaceIsRefused) {
  Company company;
  company.answers["me"] = {200, R"({"success":true})"};
  EXPECT_FALSE(company.Look());
  company.answers["me"] = {200, R"({"_id":"u1"})"};
  company.answers["/api/info"] = {200, "[1]"};
  EXPECT_TRUE(company.Look());
  company.answers["/api/info"] = {404, R"({"status":"error"})"};
  EXPECT_THAT(company.Look().error().message, HasSubstr("is backend.url a Rocket.Chat server?"));
}

TEST(Capabilities, AWorkspaceThatIsDownIsAnError) {
  Company company;
  company.workspace.Say({Fails(Unavailable("down"))});
  EXPECT_EQ(company.Look().error().message, "down");
}

TEST(Capabilities, OddAnswersAreNoTrouble) {
  Company company;
  company.answers["me"] = {200, R"({"_id":"u1","roles":[1,null,"bot"],"username":7})"};
  company.answers["permissions.listAll"] = {200, R"({"update":[1,{"roles":"x"},{"_id":3,"roles":[{}]}]})"};
  company.answers["licenses.info"] = {200, R"({"license":{"activeModules":{"a":1}}})"};
  company.answers["settings/Livechat_enabled_when_agent_idle"] = {200, R"({"value":"no"})"};
  const Result<Findings> findings = company.Look();
  ASSERT_TRUE(findings) << findings.error().message;
  EXPECT_THAT(findings->roles, ElementsAre("bot"));
  EXPECT_TRUE(findings->idle_agents_take_chats);
}

TEST(Capabilities, RoutesBelongToFeatures) {
  EXPECT_EQ(FeatureOfRoute("canned-responses/65aa"), "canned_responses");
  EXPECT_EQ(FeatureOfRoute("livechat/tags.save"), "tags");
  EXPECT_EQ(FeatureOfRoute("livechat/analytics/agents/total-service-time"), "premium_analytics");
  EXPECT_EQ(FeatureOfRoute("livechat/analytics/overview"), "");
  EXPECT_EQ(FeatureOfRoute("livechat/department"), "");
}

TEST(Capabilities, OnlyTheLicencesRefusalSaysUnlicensed) {
  EXPECT_TRUE(SaysUnlicensed({400, kUnlicensed}));
  EXPECT_FALSE(SaysUnlicensed({403, kUnlicensed}));
  EXPECT_FALSE(SaysUnlicensed(
      {400,
       R"({"error":"Editing user is not allowed [error-action-not-allowed]","errorType":"error-action-not-allowed"})"}));
}

TEST(Capabilities, AreToldAsJson) {
  Company company;
  company.answers["canned-responses"] = {400, kUnlicensed};
  const Json told = ToJson(*company.Look());
  EXPECT_EQ(told.FindPath("features.canned_responses.state")->AsString(), "local");
  EXPECT_EQ(told.FindPath("features.canned_responses.reason")->AsString(), "the workspace has no licence for it");
  EXPECT_EQ(told.FindPath("account.username")->AsString(), "parley");
  EXPECT_EQ(told.FindPath("features.tags")->Find("reason"), nullptr);
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
