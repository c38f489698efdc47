#include "backend/rocketchat/rocketchat.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "../../http/client_harness.h"
#include "../../http/scripted_backend.h"
#include "base/problems.h"
#include "specs/loader.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::backend::rocketchat::test {
namespace {

using http::test::Peer;
using parley::test::Await;
using std::chrono::seconds;

constexpr const char* kSpec = R"(
openapi: 3.0.0
info: {title: t, version: "1"}
paths:
  /api/v1/livechat/department/{_id}:
    get: {operationId: "GET livechat/department/{_id}", responses: {"200": {description: ok}}}
)";

// A workspace with one agent, who can be renamed.
struct Company {
  Company() : server({[this](Peer& peer) { Serve(peer); }, [this](Peer& peer) { Serve(peer); }}) {
    specs::Spec loaded = specs::ParseSpec(kSpec, "spec.yaml", problems);
    spec = std::make_unique<specs::Spec>(std::move(loaded));
    Options options;
    options.origin = http::test::ClientHarness::At(server.port());
    options.user_id = "u0";
    options.auth_token = "t";
    workspace = *Workspace::Create(std::move(options), *spec);
    backend = std::make_unique<RocketChatBackend>(*workspace, harness.client(), timers, clock);
  }

  void Serve(Peer& peer) {
    for (std::string request = peer.ReadRequest(); !request.empty(); request = peer.ReadRequest()) {
      const std::string target = request.substr(0, request.find(" HTTP/1.1"));
      const std::lock_guard lock(mutex);
      ++asked[target.substr(0, target.find('?'))];
      std::string body = R"({"success":true,"_id":"u0","total":0,"users":[],"departments":[],"value":true})";
      if (target.starts_with("GET /api/v1/livechat/users/agent"))
        body = R"({"users":[{"_id":"u1","username":"ann","name":")" + name + R"("}],"total":1})";
      const bool refused = !unlicensed.empty() && target.starts_with(unlicensed);
      if (refused) body = R"({"success":false,"error":"This is an enterprise feature [error-action-not-allowed]"})";
      peer.Send("HTTP/1.1 " + std::string(refused ? "400 Bad Request" : "200 OK") +
                "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body);
    }
  }
  std::string NameOfAnn() {
    const auto directory = Await(backend->GetDirectory());
    return directory ? (*directory)->AgentById("u1")->name : directory.error().message;
  }
  int Asked(const std::string& what) {
    const std::lock_guard lock(mutex);
    return asked[what];
  }

  Problems problems;
  std::unique_ptr<specs::Spec> spec;
  std::mutex mutex;
  std::string name = "Ann";
  std::string unlicensed;  // the calls the workspace has no licence for
  std::map<std::string, int> asked;
  http::test::ScriptedBackend server;
  http::test::ClientHarness harness;
  parley::test::FakeClock clock;
  http::TimerWheel timers{clock.Steady()};
  std::unique_ptr<Workspace> workspace;
  std::unique_ptr<RocketChatBackend> backend;
};

const std::string kAgents = "GET /api/v1/livechat/users/agent";

TEST(RocketChatBackend, TheDirectoryIsReadOnceAndKept) {
  Company company;
  EXPECT_EQ(company.NameOfAnn(), "Ann");
  EXPECT_EQ(company.NameOfAnn(), "Ann");
  EXPECT_EQ(company.Asked(kAgents), 1);
}

TEST(RocketChatBackend, AWriteThatMayChangeTheDirectoryIsSeenAtOnce) {
  Company company;
  EXPECT_EQ(company.NameOfAnn(), "Ann");
  company.name = "Anna";
  Request write(http::Method::kPost, "users.update");
  write.caller = Caller(CallerKind::kService);
  ASSERT_TRUE(Await(company.backend->Call(write)));
  EXPECT_EQ(company.NameOfAnn(), "Anna");
}

TEST(RocketChatBackend, OtherWritesLeaveTheDirectoryAlone) {
  Company company;
  company.NameOfAnn();
  Request write(http::Method::kPost, "livechat/message");
  ASSERT_TRUE(Await(company.backend->Call(write)));
  company.NameOfAnn();
  EXPECT_EQ(company.Asked(kAgents), 1);
}

TEST(RocketChatBackend, WhatIsOldIsAnsweredWhileItIsReadAnewAndWhatIsTooOldIsWaitedFor) {
  Company company;
  EXPECT_EQ(company.NameOfAnn(), "Ann");
  company.name = "Anna";
  company.clock.Advance(seconds(11));
  EXPECT_EQ(company.NameOfAnn(), "Ann");
  // The reading that was begun comes to its end among other calls.
  Request other(http::Method::kGet, "livechat/rooms");
  other.caller = Caller(CallerKind::kService);
  for (int left = 100; left > 0 && company.NameOfAnn() != "Anna"; --left)
    ASSERT_TRUE(Await(company.backend->Call(other)));
  EXPECT_EQ(company.NameOfAnn(), "Anna");
  company.name = "Hanna";
  company.clock.Advance(seconds(61));
  EXPECT_EQ(company.NameOfAnn(), "Hanna");
}

TEST(RocketChatBackend, WhatTheWorkspaceCanDoIsAskedOnce) {
  Company company;
  ASSERT_FALSE(company.workspace->Health(company.clock.Now()));
  const auto able = Await(company.backend->GetCapabilities());
  ASSERT_TRUE(able) << able.error().message;
  EXPECT_TRUE((*able)->contains("canned_responses"));
  EXPECT_TRUE(company.workspace->Health(company.clock.Now()));
  ASSERT_TRUE(Await(company.backend->GetCapabilities()));
  EXPECT_EQ(company.Asked("GET /api/v1/me"), 1);
}

TEST(RocketChatBackend, ItIsAskedAgainWhenALicenceSeemsToHaveEnded) {
  Company company;
  ASSERT_TRUE(Await(company.backend->GetCapabilities()));
  company.unlicensed = "GET /api/v1/canned-responses";
  Request read(http::Method::kGet, "canned-responses");
  read.caller = Caller(CallerKind::kService);
  ASSERT_TRUE(Await(company.backend->Call(read)));
  EXPECT_FALSE(company.workspace->knowledge().IsDue(company.clock.Steady(), std::chrono::minutes(5)));
  company.clock.Advance(Knowledge::kSoon);
  EXPECT_TRUE(company.workspace->knowledge().IsDue(company.clock.Steady(), std::chrono::minutes(5)));
  ASSERT_TRUE(Await(company.backend->ProbeNow()));
  EXPECT_EQ(company.workspace->knowledge().findings()->Find("canned_responses")->state, FeatureState::kLocal);
}

TEST(Workspace, RoutesAreCountedByTheirTemplate) {
  Company company;
  EXPECT_EQ(company.workspace->RouteOf(Request(http::Method::kGet, "livechat/department/65aa")).name,
            "GET livechat/department/{_id}");
  EXPECT_EQ(company.workspace->RouteOf(Request(http::Method::kGet, "something/else")).name, "GET something/else");
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
