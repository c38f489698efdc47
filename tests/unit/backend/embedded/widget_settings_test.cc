#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

// The value a list of settings shows for one of them.
Json ValueIn(const Answer& answer, std::string_view list, std::string_view id) {
  for (const Json& setting : *answer.body.Find(list)->AsArray()) {
    if (setting.Text("_id") == id) return *setting.Find("value");
  }
  return Json("not listed");
}

Json Change(const std::string& id, Json value) {
  return Json(Json::Array{Json::Of({{"_id", id}, {"value", std::move(value)}})});
}

class WidgetSettings : public testing::Test {
 protected:
  Answer SetLooks(const Json& body) { return chats_.Post("livechat/appearance", body, manager_); }
  Answer Looks() { return chats_.Get("livechat/appearance", {}, manager_); }
  Json Look(const std::string& id) { return ValueIn(Looks(), "appearance", id); }
  Answer SetHook(const Json& body) { return chats_.Post("omnichannel/integrations", body, manager_); }
  Json Hook(const std::string& id) {
    return ValueIn(chats_.Get("livechat/integrations.settings", {}, manager_), "settings", id);
  }

  ChatFixture chats_;
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
};

TEST_F(WidgetSettings, AppearanceIsAListOfWholeSettings) {
  const Answer looks = Looks();
  EXPECT_EQ(looks.body.Find("appearance")->size(), 25u);
  const Json& title = looks.body.Find("appearance")->AsArray()->front();
  EXPECT_EQ(Print(Pick(title, {"_id", "value", "packageValue", "type", "group", "public"})),
            R"({"_id":"Livechat_title","value":"Rocket.Chat","packageValue":"Rocket.Chat","type":"string",)"
            R"("group":"Omnichannel","public":true})");
}

TEST_F(WidgetSettings, ANewLookIsToldToTheNextWidget) {
  EXPECT_EQ(Print(SetLooks(Change("Livechat_title", "Acme")).body), R"({"success":true})");
  EXPECT_EQ(Look("Livechat_title"), Json("Acme"));
  EXPECT_EQ(chats_.Get("livechat/config").Text("config.theme.title"), "Acme");
}

TEST_F(WidgetSettings, LooksTakeTheTypeOfTheirSetting) {
  SetLooks(Change("Livechat_show_agent_email", "true"));
  EXPECT_EQ(Look("Livechat_show_agent_email"), Json(true));
  SetLooks(Change("Livechat_show_agent_email", "yes"));
  EXPECT_EQ(Look("Livechat_show_agent_email"), Json(false));
  SetLooks(Change("Livechat_message_character_limit", "120"));
  EXPECT_EQ(Look("Livechat_message_character_limit"), Json(120));
  SetLooks(Change("Livechat_message_character_limit", "many"));
  EXPECT_EQ(Look("Livechat_message_character_limit"), Json(0));
  SetLooks(Change("Livechat_hide_system_messages", Json(Json::Array{"uj"})));
  EXPECT_EQ(Print(Look("Livechat_hide_system_messages")), R"(["uj"])");
  EXPECT_EQ(SetLooks(Change("Livechat_hide_system_messages", Json(Json::Array{"nonsense"}))).status, 200);
  EXPECT_EQ(Print(Look("Livechat_hide_system_messages")), R"(["uj"])");
}

TEST_F(WidgetSettings, OneForeignSettingAndNothingIsWritten) {
  Json body = Change("Livechat_title", "Acme");
  body.Push(Json::Of({{"_id", "Livechat_enabled"}, {"value", false}}));
  EXPECT_EQ(SetLooks(body).error(), "invalid-setting");
  EXPECT_EQ(Look("Livechat_title"), Json("Rocket.Chat"));
}

TEST_F(WidgetSettings, LooksAreAListWithSomethingInIt) {
  EXPECT_EQ(SetLooks(Json::MakeArray()).error(), "must NOT have fewer than 1 items [invalid-params]");
  EXPECT_EQ(SetLooks(Json::MakeObject()).error(), "must be array [invalid-params]");
  EXPECT_EQ(SetLooks(Change("Livechat_title", Json::MakeObject())).error(),
            "must be string,boolean,number,array [invalid-params]");
}

TEST_F(WidgetSettings, BelongToManagers) {
  const std::string ann = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Get("livechat/appearance", {}, ann).status, 403);
  EXPECT_EQ(chats_.Post("livechat/appearance", Change("Livechat_title", "x"), ann).status, 403);
  EXPECT_EQ(chats_.Get("livechat/integrations.settings", {}, ann).status, 403);
  EXPECT_EQ(chats_.Post("omnichannel/integrations", Json::MakeObject(), ann).status, 403);
}

TEST_F(WidgetSettings, TheWebhookHasElevenSettings) {
  const Answer hook = chats_.Get("livechat/integrations.settings", {}, manager_);
  EXPECT_EQ(hook.Each("settings", "_id"),
            "Livechat_webhookUrl Livechat_secret_token Livechat_http_timeout Livechat_webhook_on_start "
            "Livechat_webhook_on_close Livechat_webhook_on_chat_taken Livechat_webhook_on_chat_queued "
            "Livechat_webhook_on_forward Livechat_webhook_on_offline_msg Livechat_webhook_on_visitor_message "
            "Livechat_webhook_on_agent_message");
}

TEST_F(WidgetSettings, OnlyWhatIsSentOfTheWebhookIsWritten) {
  SetHook(Json::Of({{"LivechatWebhookUrl", "  https://relay.test/hook "}, {"LivechatWebhookOnStart", true}}));
  EXPECT_EQ(Hook("Livechat_webhookUrl"), Json("https://relay.test/hook"));
  EXPECT_EQ(Hook("Livechat_webhook_on_start"), Json(true));
  EXPECT_EQ(Hook("Livechat_http_timeout"), Json(5000));
  SetHook(Json::Of({{"LivechatHttpTimeout", 0}, {"LivechatWebhookOnStart", false}, {"LivechatWebhookUrl", ""}}));
  EXPECT_EQ(Hook("Livechat_http_timeout"), Json(0));
  EXPECT_EQ(Hook("Livechat_webhook_on_start"), Json(false));
  EXPECT_EQ(Hook("Livechat_webhookUrl"), Json(""));
}

TEST_F(WidgetSettings, TheWebhookIsStrictAboutTypes) {
  EXPECT_EQ(SetHook(Json::Of({{"LivechatWebhookOnStart", "yes"}})).error(), "must be boolean [invalid-params]");
  EXPECT_EQ(SetHook(Json::Of({{"Livechat_webhookUrl", "x"}})).error(),
            "must NOT have additional properties [invalid-params]");
  EXPECT_EQ(SetHook(Json::MakeObject()).status, 200);
}

}  // namespace
}  // namespace parley::backend::embedded
