#include "relay/endpoint_input.h"

#include "relay_fixture.h"

namespace parley::relay::test {
namespace {

using testing::ElementsAre;

class EndpointInputTest : public RelayFixture {
 protected:
  // Every violation, or what came of it.
  std::string Apply(std::string_view input, Endpoint endpoint = {}) {
    const Status applied = ApplyInput(*ParseJson(input), dialects_, endpoint);
    applied_ = endpoint;
    if (applied) return "ok";
    const Error error = applied.error();
    return error.all.empty() ? error.message : Join(error.all);
  }
  static std::string Join(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all.append(all.empty() ? "" : "; ").append(text);
    return all;
  }

  const Dialects dialects_{livechat_, rocketchat_, neutral_};
  Endpoint applied_;
};

TEST_F(EndpointInputTest, ReadsEveryMember) {
  EXPECT_EQ(Apply(R"({"url":"https://u:p@a.test:8443/x","events":["chat_ended"],"dialect":"livechat",
      "data_types":["chat"],"token":"t","headers":{"X-A":"b"},"groups":["d1",""],"agents":["Liv@Acme.test"],
      "tags":["vip"],"retry":"rocketchat","ordered":true,"concurrency":3,"per_second":0.5,"timeout_ms":900,
      "secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})"),
            "ok");
  EXPECT_EQ(applied_.dialect, DialectKind::kLiveChat);
  EXPECT_EQ(applied_.url, "https://u:p@a.test:8443/x");
  EXPECT_THAT(applied_.types, ElementsAre("chat_ended"));
  EXPECT_THAT(applied_.data_types, ElementsAre("chat"));
  EXPECT_THAT(applied_.headers, ElementsAre(std::pair<std::string, std::string>("X-A", "b")));
  EXPECT_THAT(applied_.filter.groups, ElementsAre("d1", ""));
  EXPECT_THAT(applied_.filter.agents, ElementsAre("liv@acme.test"));
  EXPECT_EQ(applied_.retry, RetryKind::kRocketChat);
  EXPECT_EQ(applied_.timeout, std::chrono::milliseconds(900));
  EXPECT_EQ(ShowEndpoint(applied_).Text("url"), "https://a.test:8443/x");
  EXPECT_EQ(Print(ShowEndpoint(applied_)).find("whsec_"), std::string::npos);
}

TEST_F(EndpointInputTest, NamesEveryMemberThatBreaksARule) {
  EXPECT_EQ(Apply("[]"), "the body must be a JSON object");
  EXPECT_EQ(Apply("{}"), "url is required");
  EXPECT_EQ(
      Apply(R"({"url":"ftp://a.test","ordered":1,"nonsense":2})"),
      "url must be an http or https address; ordered must be true or false; nonsense is unknown; url is required");
  const std::string good = R"({"url":"https://a.test",)";
  for (const auto& [member, rule] :
       {std::pair(R"("dialect":"latin")", "dialect must be one of livechat, rocketchat, neutral"),
        std::pair(R"("events":"chat.closed")", "events must be a list of at most 100 texts"),
        std::pair(R"("data_types":["chat"])",
                  "data_types must be among chat, visitor, pre_chat_survey, ticket, canned_response, of the dialect "
                  "livechat only"),
        std::pair(R"("token":"a\nb")", "token must be a text of one line"),
        std::pair(R"("headers":{"X-A":"a\r\nb: c"})",
                  "headers must be an object of header values of one line, without those Parley sets"),
        std::pair(R"("headers":{"Webhook-Id":"1"})",
                  "headers must be an object of header values of one line, without those Parley sets"),
        std::pair(R"("headers":{"X A":"1"})",
                  "headers must be an object of header values of one line, without those Parley sets"),
        std::pair(R"("agents":[1])", "agents must be a list of at most 100 texts"),
        std::pair(R"("retry":"never")", "retry must be one of parley, livechat, rocketchat"),
        std::pair(R"("concurrency":0)", "concurrency must be a whole number from 1 to 256"),
        std::pair(R"("concurrency":"8")", "concurrency must be a whole number from 1 to 256"),
        std::pair(R"("per_second":-1)", "per_second must be a number from 0 (no limit) to 10000"),
        std::pair(R"("timeout_ms":99)", "timeout_ms must be a whole number from 100 to 60000"),
        std::pair(R"("secret":"whsec_short")", "secret must be whsec_ and base64 of 24 to 64 bytes")})
    EXPECT_EQ(Apply(good + member + "}"), rule);
  EXPECT_TRUE(Apply(good + R"("events":["chat_ended"]})").starts_with("events must be among chat.started, "));
}

TEST_F(EndpointInputTest, ARegistrationElsewhereIsChangedThere) {
  Endpoint livechats;
  livechats.origin = Origin::kLiveChat;
  livechats.url = "https://a.test";
  EXPECT_EQ(Apply(R"({"ordered":true})", livechats), "ok");
  EXPECT_EQ(Apply(R"({"url":"https://b.test"})", livechats), "url belongs to a webhook of the LiveChat API");
  Endpoint of_settings = livechats;
  of_settings.origin = Origin::kSettings;
  EXPECT_EQ(Apply(R"({"tags":[]})", of_settings), "tags belongs to Rocket.Chat's settings");
}

}  // namespace
}  // namespace parley::relay::test
