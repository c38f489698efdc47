#include "backend/rocketchat/webhook_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_service.h"
#include "support/await.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;
using testing::ElementsAre;

constexpr const char* kUrl = "https://parley.test/relay/rocketchat";

std::vector<WebhookSetting> Read(ScriptedService& workspace, const std::string& settings) {
  workspace.Say(200, R"({"settings":[)" + settings + "]}");
  auto read = Await(ReadWebhookSetup(workspace, kUrl, "s3cret", SteadyTime::max()));
  EXPECT_TRUE(read) << read.error().message;
  return read ? *std::move(read) : std::vector<WebhookSetting>();
}

TEST(WebhookSetup, SaysWhatIsWrongAndKeepsSecrets) {
  ScriptedService workspace;
  const auto settings = Read(workspace, R"({"_id":"Livechat_webhookUrl","value":"http://old.test"},
                                           {"_id":"Livechat_secret_token","value":"other"},
                                           {"_id":"Livechat_webhook_on_start","value":false},
                                           {"_id":"Livechat_webhook_on_close","value":true},
                                           {"_id":"Livechat_http_timeout","value":5000}, 7)");
  ASSERT_EQ(settings.size(), 4u);
  EXPECT_EQ(settings[0].Difference(), "is another one than backend.webhook_token");
  EXPECT_EQ(settings[1].Difference(), "is off, not on");
  EXPECT_TRUE(settings[2].right());
  EXPECT_EQ(settings[3].Difference(), "is http://old.test, not https://parley.test/relay/rocketchat");
}

TEST(WebhookSetup, WritesWhatIsWrongTheAddressLast) {
  ScriptedService workspace;
  const auto settings = Read(workspace, R"({"_id":"Livechat_webhookUrl","value":""},
                                           {"_id":"Livechat_secret_token","value":""},
                                           {"_id":"Livechat_webhook_on_close","value":true},
                                           {"_id":"Livechat_webhook_on_start","value":false})");
  workspace.asked.clear();
  ASSERT_TRUE(Await(WriteWebhookSetup(workspace, settings, SteadyTime::max())));
  std::vector<std::string> asked;
  for (const Request& request : workspace.asked) asked.push_back(request.path + " " + request.body);
  EXPECT_THAT(asked, ElementsAre(R"(settings/Livechat_secret_token {"value":"s3cret"})",
                                 R"(settings/Livechat_webhook_on_start {"value":true})",
                                 R"(settings/Livechat_webhookUrl {"value":"https://parley.test/relay/rocketchat"})"));
}

TEST(WebhookSetup, RefusalsAreSaid) {
  ScriptedService workspace;
  const auto settings = Read(workspace, R"({"_id":"Livechat_webhookUrl","value":""})");
  workspace.Say(403);
  EXPECT_EQ(Await(WriteWebhookSetup(workspace, settings, SteadyTime::max())).error().message,
            "the account may not write settings: it needs edit-privileged-setting");
  workspace.Say(400, R"({"success":false})");
  EXPECT_EQ(Await(WriteWebhookSetup(workspace, settings, SteadyTime::max())).error().message,
            "the workspace refuses to write Livechat_webhookUrl (400)");
  workspace.Say(200, R"({"settings":{}})");
  EXPECT_FALSE(Await(ReadWebhookSetup(workspace, kUrl, "", SteadyTime::max())));
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
