// What older versions of Rocket.Chat had and answered otherwise (omnichannel reference §1.9).
#include "backend/embedded/version.h"

#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

TEST(Version, IsReadFromItsText) {
  EXPECT_EQ(ParseVersion("8.3.0"), (Version{8, 3}));
  EXPECT_EQ(ParseVersion("7.11"), (Version{7, 11}));
  for (const char* none : {"", "8", "8.x", "a.b.c", "8.3.0.1", "-1.2", "99999.1"})
    EXPECT_EQ(ParseVersion(none), (Version{0, 0})) << none;
  EXPECT_LT((Version{7, 2}), (Version{7, 11}));
}

TEST(Version, RoutesComeAndGo) {
  const auto there = [](std::string_view operation, std::vector<Version> versions) {
    std::vector<bool> has;
    for (const Version version : versions) has.push_back(HasRoute(version, operation));
    return has;
  };
  EXPECT_EQ(there("POST livechat/agents.saveInfo", {{4, 0}, {7, 10}, {7, 11}, {8, 3}}),
            (std::vector<bool>{false, false, true, true}));
  EXPECT_EQ(there("GET livechat/office-hours", {{4, 8}, {5, 4}, {6, 0}, {8, 2}}),
            (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(there("GET omnichannel/contacts.get", {{6, 13}, {7, 0}}), (std::vector<bool>{false, true}));
  EXPECT_EQ(there("GET omnichannel/contact", {{4, 0}, {8, 0}}), (std::vector<bool>{true, true}));
  EXPECT_EQ(there("GET livechat/rooms", {{4, 0}, {8, 3}}), (std::vector<bool>{true, true}));
}

// Every span names routes there are: a typing mistake would gate nothing.
TEST(Version, EveryRouteThatCameLaterIsMissingInSomeVersion) {
  int gated = 0;
  for (const specs::Operation& operation : RocketChatSpec().operations)
    if (!HasRoute({4, 0}, operation.id) || !HasRoute({8, 0}, operation.id)) ++gated;
  EXPECT_GE(gated, 34);
}

class Older : public EmbeddedTest {
 protected:
  explicit Older(std::string version = "6.13.0", Edition edition = Edition::kPremium)
      : EmbeddedTest(Like(std::move(version), edition)) {}
  static Options Like(std::string version, Edition edition) {
    Options options = DefaultOptions();
    options.version = std::move(version);
    options.edition = edition;
    return options;
  }
};
class OlderCommunity : public Older {
 protected:
  OlderCommunity() : Older("6.13.0", Edition::kCommunity) {}
};

TEST_F(Older, SaysSoAndLacksWhatCameLater) {
  EXPECT_EQ(Get("/api/info", Admin()).Text("version"), "6.13.0");
  const Answer answer = Post("livechat/agents.saveInfo", "{}", Admin());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.Text("message"), "API endpoint does not exist");
}

TEST_F(Older, RefusedMethodsWithASuccessThatHasAnErrorInIt) {
  const Json call =
      Json::Of({{"message", R"({"msg":"method","id":"1","method":"livechat:saveAgentInfo","params":[]})"}});
  const Answer answer = Post("method.call/livechat:saveAgentInfo", Print(call), As(AddAgent("ida")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.Flag("success"));
  EXPECT_NE(answer.Text("message").find(R"("error":"error-not-allowed")"), std::string::npos) << answer.Text("message");
}

TEST_F(Older, RefusedRoutesWith401) {
  const Answer answer = Get("livechat/rooms", As(AddAgent("ida")));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.Text("error"), "unauthorized");
}

TEST_F(OlderCommunity, PremiumRoutesWereNotThere) {
  EXPECT_EQ(Get("canned-responses", Admin()).status, 404);
}

}  // namespace
}  // namespace parley::backend::embedded::test
