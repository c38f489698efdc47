#include "backend/rocketchat/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

// Answers everything with its name, and remembers who asked for what.
class NamedBackend final : public Backend {
 public:
  explicit NamedBackend(std::string name) : name_(std::move(name)) {}

  Awaitable<Result<Response>> Call(const Request& request) override {
    asked.push_back(request.path);
    last = request;
    const auto answer = answers.find(request.path);
    co_return answer != answers.end() ? answer->second : Response(200, name_);
  }
  Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory() override {
    auto directory = std::make_shared<Directory>();
    directory->departments.push_back({"d3", "Help", "", "", true, {}});
    co_return directory;
  }
  Awaitable<Result<std::shared_ptr<const Capabilities>>> GetCapabilities() override {
    co_return Unavailable("the workspace does not answer");
  }
  Awaitable<Result<std::string>> KeepPicture(Picture) override { co_return "/file-upload/p1/a.png"; }

  std::vector<std::string> asked;
  Request last;
  std::map<std::string, Response> answers;

 private:
  const std::string name_;
};

struct Company {
  Company() {
    auto the_workspace = std::make_unique<NamedBackend>("workspace");
    auto the_own = std::make_unique<NamedBackend>("own");
    workspace = the_workspace.get();
    own = the_own.get();
    workspace->answers["me"] = {
        200,
        R"({"_id":"u1","username":"ann","name":"Ann","emails":[{"address":"Ann@Acme.test"}],"roles":["livechat-agent"]})"};
    own->answers["/file-upload/f1/a.png"] = {404, "{}"};
    overlay = std::make_unique<Overlay>(std::move(the_workspace), std::move(the_own), knowledge, clock);
  }
  void Know(FeatureState tags) {
    Findings findings;
    findings.features.push_back({"tags", tags, {}});
    knowledge.Note(std::move(findings), clock.Steady());
  }
  std::string Ask(const std::string& path, CallerKind kind = CallerKind::kSession) {
    Request request(http::Method::kGet, path);
    request.caller = Caller(kind, kind == CallerKind::kSession ? "u1" : "", "secret");
    const Result<Response> answer = Await(overlay->Call(request));
    return answer ? std::to_string(answer->status) + " " + answer->body : answer.error().message;
  }

  Knowledge knowledge;
  parley::test::FakeClock clock;
  NamedBackend* workspace = nullptr;
  NamedBackend* own = nullptr;
  std::unique_ptr<Overlay> overlay;
};

TEST(Overlay, WhatTheWorkspaceHasItAnswers) {
  Company company;
  company.Know(FeatureState::kNative);
  EXPECT_EQ(company.Ask("livechat/tags"), "200 workspace");
  EXPECT_EQ(company.Ask("livechat/rooms"), "200 workspace");
  EXPECT_THAT(company.own->asked, IsEmpty());
}

TEST(Overlay, WhatItLacksIsAnsweredHereToWhomItKnows) {
  Company company;
  company.Know(FeatureState::kLocal);
  EXPECT_EQ(company.Ask("livechat/tags"), "200 own");
  const Caller& caller = company.own->last.caller;
  ASSERT_EQ(caller.kind, CallerKind::kVouched);
  EXPECT_EQ(caller.user_id, "u1");
  EXPECT_EQ(caller.voucher->username, "ann");
  EXPECT_EQ(caller.voucher->login, "ann@acme.test");
  EXPECT_THAT(caller.voucher->roles, ElementsAre("livechat-agent"));
  EXPECT_NE(caller.voucher->directory->DepartmentById("d3"), nullptr);
  EXPECT_TRUE(caller.auth_token.empty());
  EXPECT_THAT(company.workspace->asked, ElementsAre("me"));
}

TEST(Overlay, ASessionIsBelievedForSeconds) {
  Company company;
  company.Know(FeatureState::kLocal);
  company.Ask("livechat/tags");
  company.Ask("livechat/tags");
  EXPECT_THAT(company.workspace->asked, ElementsAre("me"));
  company.clock.Advance(Overlay::kBelieved);
  company.workspace->answers["me"] = {401, "logged out"};
  EXPECT_EQ(company.Ask("livechat/tags"), "401 logged out");
  EXPECT_EQ(company.own->asked.size(), 2u);
}

TEST(Overlay, SomebodyElsesAnswerIsNobody) {
  Company company;
  company.Know(FeatureState::kLocal);
  company.workspace->answers["me"] = {200, R"({"_id":"u2","roles":["admin"]})"};
  EXPECT_EQ(company.Ask("livechat/tags"), "the workspace does not say who this is");
  EXPECT_THAT(company.own->asked, IsEmpty());
}

TEST(Overlay, NobodyAndTheGatewayItselfAskTheWorkspace) {
  Company company;
  company.Know(FeatureState::kLocal);
  EXPECT_EQ(company.Ask("livechat/tags", CallerKind::kAnonymous), "200 workspace");
  EXPECT_EQ(company.Ask("livechat/tags", CallerKind::kService), "200 workspace");
}

TEST(Overlay, WhereItIsNotKnownNothingIsAnswered) {
  Company company;
  EXPECT_EQ(company.Ask("livechat/tags"), "the workspace does not answer");
  EXPECT_EQ(company.Ask("livechat/rooms"), "200 workspace");
}

TEST(Overlay, PicturesAreFoundHereBeforeFilesThere) {
  Company company;
  EXPECT_EQ(*Await(company.overlay->KeepPicture(Picture())), "/file-upload/p1/a.png");
  EXPECT_EQ(company.Ask("/file-upload/p1/a.png"), "200 own");
  EXPECT_EQ(company.own->last.caller.kind, CallerKind::kAnonymous);
  EXPECT_EQ(company.Ask("/file-upload/f1/a.png"), "200 workspace");
  EXPECT_EQ(company.workspace->last.caller.auth_token, "secret");
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
