// Routes that call another service: the test of the webhook, triggers that ask a service.
#include <gtest/gtest.h>

#include "backend/embedded/service_call.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::milliseconds;
using test::CalledServices;
using test::HeaderOf;

class WebhookTest : public testing::Test {
 protected:
  WebhookTest() {
    chats_.Set("Livechat_webhookUrl", "https://relay.test/hook");
    chats_.Set("Livechat_secret_token", "s3cret");
  }
  Answer Test() { return chats_.Post("livechat/webhook.test", Json(), manager_); }

  ChatFixture chats_{Edition::kCommunity};
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
};

TEST_F(WebhookTest, PostsASampleWithTheTokenAndTheTimeoutOfTheSettings) {
  chats_.Set("Livechat_http_timeout", 1234);
  chats_.outside().Say(200, "thanks");
  EXPECT_EQ(Print(Test().body), R"({"success":true})");
  ASSERT_EQ(chats_.outside().requests().size(), 1u);
  const auto& request = chats_.outside().requests().front();
  EXPECT_EQ(request.method, http::Method::kPost);
  EXPECT_EQ(request.url, "https://relay.test/hook");
  EXPECT_EQ(HeaderOf(request, "X-RocketChat-Livechat-Token"), "s3cret");
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "application/json");
  EXPECT_EQ(request.timeout, milliseconds(1234));
}

TEST_F(WebhookTest, TheSampleIsAClosedChatWithTwoMessages) {
  chats_.outside().Say(200, "");
  Test();
  const Json sample = *ParseJson(chats_.outside().requests().front().body);
  EXPECT_EQ(sample.Text("type"), "LivechatSession");
  EXPECT_EQ(sample.Text("_id"), "fasd6f5a4sd6f8a4sdf");
  EXPECT_EQ(sample.Text("createdAt"), IsoTime(chats_.clock().Now()));
  EXPECT_TRUE(sample.FindPath("visitor.email")->IsString());
  EXPECT_TRUE(sample.FindPath("visitor.phone")->IsString());
  const Json::Array& messages = *sample.Find("messages")->AsArray();
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].Find("agentId"), nullptr);
  EXPECT_EQ(messages[1].Text("agentId"), sample.FindPath("agent._id")->AsString());
  for (const Json& message : messages) EXPECT_EQ(message.Find("rid"), nullptr);
}

TEST_F(WebhookTest, SendsNoTokenHeaderWithoutAToken) {
  chats_.Set("Livechat_secret_token", "");
  chats_.outside().Say(200, "");
  EXPECT_EQ(Test().status, 200);
  const outgoing::OutgoingRequest& sent = chats_.outside().requests().front();
  EXPECT_EQ(sent.headers.Find("X-RocketChat-Livechat-Token"), std::nullopt);
}

TEST_F(WebhookTest, OnlyExactly200IsASuccess) {
  for (const CalledServices::Answer& answer :
       {CalledServices::Of(201, ""), CalledServices::Of(204, ""), CalledServices::Of(302, ""),
        CalledServices::Of(500, ""), CalledServices::Answer(PermissionDenied("private")),
        CalledServices::Answer(DeadlineExceeded("late"))}) {
    chats_.outside().Say(answer);
    const Answer refused = Test();
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(Print(refused.body), R"({"success":false,"error":"error-invalid-webhook-response"})");
  }
}

TEST_F(WebhookTest, NeedsAUrlAndThePermission) {
  chats_.Set("Livechat_webhookUrl", " ");
  EXPECT_EQ(Print(Test().body), R"({"success":false,"error":"Webhook_URL_not_set"})");
  const std::string ann = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Post("livechat/webhook.test", Json(), ann).status, 403);
  EXPECT_EQ(chats_.Post("livechat/webhook.test", Json()).status, 401);
  EXPECT_TRUE(chats_.outside().requests().empty());
}

// ---- triggers -------------------------------------------------------------------------------------------------------

constexpr const char* kHello = R"({"contents":[{"msg":"Hi","order":0},{"msg":"there","order":1}],"more":1})";

Json ExtraData() {
  Json pair = Json::Of({{"key", "lang"}, {"value", "de"}});
  return Json(Json::Array{std::move(pair)});
}

class TriggerServices : public testing::Test {
 protected:
  explicit TriggerServices(Edition edition = Edition::kPremium) : chats_(edition) {
    chats_.Set("Livechat_secret_token", "s3cret");
    chats_.outside().Say(200, kHello);
  }

  Json Body(Json timeout = 5000) {
    return Json::Of({{"webhookUrl", "https://service.test/say"},
                     {"timeout", std::move(timeout)},
                     {"fallbackMessage", "Hold on"},
                     {"extraData", ExtraData()}});
  }
  Answer Test(const Json& body) { return chats_.Post("livechat/triggers/external-service/test", body, manager_); }
  Answer Test() { return Test(Body()); }

  // The id of a new trigger with these actions.
  std::string AddTrigger(Json actions) {
    Json condition = Json::Of({{"name", "time-on-site"}, {"value", "10"}});
    Json trigger = Json::Of({{"name", "Service"},
                             {"description", ""},
                             {"enabled", true},
                             {"runOnce", false},
                             {"conditions", Json(Json::Array{std::move(condition)})},
                             {"actions", std::move(actions)}});
    EXPECT_EQ(chats_.Post("livechat/triggers", trigger, manager_).status, 200);
    return chats_.Get("livechat/triggers", {}, manager_).Each("triggers", "_id");
  }
  static Json Asking(const std::string& url, int timeout = 700) {
    Json params =
        Json::Of({{"serviceUrl", url}, {"serviceTimeout", timeout}, {"serviceFallbackMessage", "Nobody answers"}});
    return Json::Of({{"name", "use-external-service"}, {"params", std::move(params)}});
  }
  static Json Saying() {
    Json params = Json::Of({{"sender", "queue"}, {"msg", "Hello"}});
    return Json::Of({{"name", "send-message"}, {"params", std::move(params)}});
  }
  Answer Run(const std::string& id) {
    return chats_.Post("livechat/triggers/" + id + "/external-service/call",
                       Json::Of({{"token", "vt-1"}, {"extraData", ExtraData()}}));
  }

  ChatFixture chats_;
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
};

class CommunityTriggerServices : public TriggerServices {
 protected:
  CommunityTriggerServices() : TriggerServices(Edition::kCommunity) {}
};

TEST_F(TriggerServices, ATestShowsWhatTheServiceAnswers) {
  const Answer answer = Test();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Print(answer.body), R"({"triggerId":"test-trigger","response":{"statusCode":200,"contents":)"
                                R"([{"msg":"Hi","order":0},{"msg":"there","order":1}]},"success":true})");
  const auto& request = chats_.outside().requests().at(0);
  EXPECT_EQ(request.method, http::Method::kPost);
  EXPECT_EQ(request.url, "https://service.test/say");
  EXPECT_EQ(request.body, R"({"metadata":[{"key":"lang","value":"de"}],"visitorToken":"1234567890"})");
  EXPECT_EQ(HeaderOf(request, "X-RocketChat-Livechat-Token"), "s3cret");
  EXPECT_EQ(request.timeout, milliseconds(5000));
}

TEST_F(TriggerServices, MetadataIsOnlySentWhenGiven) {
  Json body = Body();
  body.Remove("extraData");
  EXPECT_EQ(Test(body).status, 200);
  EXPECT_EQ(chats_.outside().requests().at(0).body, R"({"visitorToken":"1234567890"})");
}

TEST_F(TriggerServices, NoServiceIsWaitedForTooLong) {
  for (const auto& [wanted, waited] :
       {std::pair(Json(250), milliseconds(250)), std::pair(Json(0), milliseconds(1000)),
        std::pair(Json(-5), milliseconds(1000)), std::pair(Json(1e18), kLongestServiceWait)}) {
    Test(Body(wanted));
    EXPECT_EQ(chats_.outside().requests().back().timeout, waited) << Print(wanted);
  }
}

TEST_F(TriggerServices, AServiceThatDoesNotAnswerInTimeLeavesTheFallback) {
  chats_.outside().Say(DeadlineExceeded("the service did not answer in time"));
  const Answer answer = Test();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(Print(answer.body),
            R"({"triggerId":"test-trigger","error":"error-timeout","response":"the service did not answer in time",)"
            R"("fallbackMessage":"Hold on","success":false})");
}

TEST_F(TriggerServices, AnAnswerOfAnotherStatusIsShownAsTheReason) {
  chats_.outside().Say(500, "out of order");
  EXPECT_EQ(
      Print(Test().body),
      R"({"triggerId":"test-trigger","error":"error-invalid-external-service-response","response":"out of order",)"
      R"("fallbackMessage":"Hold on","success":false})");
}

TEST_F(TriggerServices, AnAnswerWithoutContentsIsNone) {
  for (const char* body :
       {"", "no JSON", "[]", "{}", R"({"contents":[]})", R"({"contents":"Hi"})", R"({"contents":["Hi"]})",
        R"({"contents":[{"msg":"Hi"}]})", R"({"contents":[{"msg":1,"order":0}]})",
        R"({"contents":[{"msg":"Hi","order":0},{"msg":"x","order":"1"}]})"}) {
    chats_.outside().Say(200, body);
    const Answer answer = Test();
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.error(), "error-invalid-external-service-response") << body;
    EXPECT_EQ(answer.Text("fallbackMessage"), "Hold on") << body;
  }
}

TEST_F(TriggerServices, WhatMayNotBeCalledIsNotExplainedInDetail) {
  Error refused = PermissionDenied("the service's address may not be called");
  refused.detail = "10.0.0.1 port 5432";
  chats_.outside().Say(refused);
  EXPECT_EQ(Test().Text("response"), "the service's address may not be called");
}

TEST_F(TriggerServices, ATestNeedsTheTokenThePermissionAndItsParameters) {
  Json body = Body();
  body.Remove("webhookUrl");
  EXPECT_EQ(Test(body).error(), "must have required property 'webhookUrl' [invalid-params]");
  const std::string ann = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Post("livechat/triggers/external-service/test", Body(), ann).status, 403);
  chats_.Set("Livechat_secret_token", "");
  EXPECT_EQ(Print(Test().body), R"({"success":false,"error":"Livechat secret token is not configured"})");
  EXPECT_TRUE(chats_.outside().requests().empty());
}

TEST_F(TriggerServices, ATriggerAsksItsService) {
  const std::string id = AddTrigger(Json(Json::Array{Asking("https://service.test/say")}));
  const Answer answer = Run(id);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Text("triggerId"), id);
  EXPECT_EQ(answer.Each("response.contents", "msg"), "Hi there");
  const auto& request = chats_.outside().requests().at(0);
  EXPECT_EQ(request.url, "https://service.test/say");
  EXPECT_EQ(request.body, R"({"metadata":[{"key":"lang","value":"de"}],"visitorToken":"vt-1"})");
  EXPECT_EQ(HeaderOf(request, "X-RocketChat-Livechat-Token"), "s3cret");
  EXPECT_EQ(request.timeout, milliseconds(700));
}

TEST_F(TriggerServices, ATriggerFallsBackToItsOwnMessage) {
  const std::string id = AddTrigger(Json(Json::Array{Asking("https://service.test/say")}));
  chats_.outside().Say(503, "later");
  const Answer answer = Run(id);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(Print(answer.body), R"({"triggerId":")" + id +
                                    R"(","error":"error-invalid-external-service-response","response":"later",)"
                                    R"("fallbackMessage":"Nobody answers","success":false})");
}

TEST_F(TriggerServices, OnlyTriggersWithAServiceCanAskOne) {
  EXPECT_EQ(Print(Run("nobody").body), R"({"success":false,"error":"Invalid trigger"})");
  const std::string said = AddTrigger(Json(Json::Array{Asking("https://service.test/say"), Saying()}));
  EXPECT_EQ(Run(said).error(), "Trigger is not configured to use an external service");
  chats_.Delete("livechat/triggers/" + said, Json(), manager_);
  const std::string nowhere = AddTrigger(Json(Json::Array{Asking("")}));
  EXPECT_EQ(Run(nowhere).error(), "Invalid service URL");
  chats_.Delete("livechat/triggers/" + nowhere, Json(), manager_);
  const std::string id = AddTrigger(Json(Json::Array{Asking("https://service.test/say")}));
  chats_.Set("Livechat_secret_token", "");
  EXPECT_EQ(Run(id).error(), "Livechat secret token is not configured");
  EXPECT_EQ(chats_.Post("livechat/triggers/" + id + "/external-service/call", Json::MakeObject()).error(),
            "must have required property 'token' [invalid-params]");
  EXPECT_TRUE(chats_.outside().requests().empty());
}

TEST_F(CommunityTriggerServices, NeedALicence) {
  const std::string refusal = "This is an enterprise feature [error-action-not-allowed]";
  EXPECT_EQ(Test().error(), refusal);
  EXPECT_EQ(Run("any").error(), refusal);
  EXPECT_TRUE(chats_.outside().requests().empty());
}

}  // namespace
}  // namespace parley::backend::embedded
