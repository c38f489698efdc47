#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

Json Greeting(const std::string& name, bool enabled = true) {
  Json condition = Json::Of({{"name", "time-on-site"}, {"value", "10"}});
  Json params = Json::Of({{"sender", "custom"}, {"msg", "Can I help?"}, {"name", "Ann"}});
  Json action = Json::Of({{"name", "send-message"}, {"params", std::move(params)}});
  return Json::Of({{"name", name},
                   {"description", ""},
                   {"enabled", enabled},
                   {"runOnce", true},
                   {"conditions", Json(Json::Array{std::move(condition)})},
                   {"actions", Json(Json::Array{std::move(action)})}});
}

class Triggers : public testing::Test {
 protected:
  Answer Save(const Json& body) { return chats_.Post("livechat/triggers", body, manager_); }
  Answer List(const std::string& query = {}) { return chats_.Get("livechat/triggers", query, manager_); }

  ChatFixture chats_{Edition::kCommunity};
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
};

TEST_F(Triggers, AreReadBackAsTheyWereSaved) {
  EXPECT_EQ(Print(Save(Greeting("Hello")).body), R"({"success":true})");
  const std::string id = List().Each("triggers", "_id");
  EXPECT_EQ(id.size(), 24u);
  Answer shown = chats_.Get("livechat/triggers/" + id, {}, manager_);
  Json trigger = *shown.body.Find("trigger");
  EXPECT_TRUE(trigger.Remove("_id"));
  EXPECT_TRUE(trigger.Remove("_updatedAt"));
  EXPECT_EQ(Print(trigger), Print(Greeting("Hello")));
}

TEST_F(Triggers, AreListedByNameInPages) {
  for (const char* name : {"Cia", "Ann", "Ben"}) Save(Greeting(name));
  EXPECT_EQ(List().Each("triggers", "name"), "Ann Ben Cia");
  const Answer page = List(Query({{"count", "1"}, {"offset", "1"}}));
  EXPECT_EQ(page.Each("triggers", "name"), "Ben");
  EXPECT_EQ(page.body.Find("total")->AsInteger(), 3);
}

TEST_F(Triggers, AreChangedById) {
  Save(Greeting("Hello"));
  Json changed = Greeting("Goodbye", false);
  changed.Set("_id", List().Each("triggers", "_id"));
  EXPECT_EQ(Save(changed).status, 200);
  EXPECT_EQ(List().Each("triggers", "name"), "Goodbye");
}

TEST_F(Triggers, OneThatSpeaksAfterATimeIsAGreetingUntilItIsGone) {
  Save(Greeting("Hello"));
  const std::string id = List().Each("triggers", "_id");
  const auto greeting = [&] {
    return test::Await(chats_.store().documents().Get(storage::Collection::kGreetings, id));
  };
  ASSERT_TRUE(*greeting());
  const Json body = (*greeting())->body;
  EXPECT_EQ(body.Text("name"), "Hello");
  EXPECT_EQ(Print(*body.Find("rules")),
            R"([{"type":"visit_time_site","operator":"greater_or_equal","value":"10","condition":"and","id":1}])");
  Json changed = Greeting("Hello");
  changed.Set("_id", id);
  changed.Set("conditions", Json(Json::Array{Json::Of({{"name", "page-url"}, {"value", "/(a|b)"}})}));
  EXPECT_EQ(Save(changed).status, 200);
  EXPECT_FALSE(*greeting()) << "no rule of a greeting says that";
  changed.Set("conditions", *Greeting("Hello").Find("conditions"));
  Save(changed);
  EXPECT_TRUE(*greeting());
  chats_.Delete("livechat/triggers/" + id, {}, manager_);
  EXPECT_FALSE(*greeting());
}

TEST_F(Triggers, AnUnknownIdStoresNothing) {
  Json body = Greeting("Hello");
  body.Set("_id", "nobody");
  EXPECT_EQ(Save(body).status, 200);
  EXPECT_EQ(List().body.Find("total")->AsInteger(), 0);
  body.Set("_id", Json());
  EXPECT_EQ(Save(body).status, 200);
  EXPECT_EQ(List().body.Find("total")->AsInteger(), 1);
}

TEST_F(Triggers, AreDeletedAndUnknownOnesAreNoFailure) {
  Save(Greeting("Hello"));
  const std::string path = "livechat/triggers/" + List().Each("triggers", "_id");
  EXPECT_EQ(chats_.Delete(path, Json(), manager_).status, 200);
  EXPECT_EQ(chats_.Delete(path, Json(), manager_).status, 200);
  EXPECT_EQ(Print(chats_.Get(path, {}, manager_).body), R"({"trigger":null,"success":true})");
}

TEST_F(Triggers, NeedEverythingAWidgetNeeds) {
  Json body = Greeting("Hello");
  body.Remove("description");
  EXPECT_EQ(Save(body).error(), "must have required property 'description' [invalid-params]");
  body = Greeting("Hello");
  body.Set("actions", Json::MakeArray());
  EXPECT_EQ(Save(body).error(), "must NOT have fewer than 1 items [invalid-params]");
  body = Greeting("Hello");
  body.Set("conditions", Json(Json::Array{Json::Of({{"name", "page-url"}})}));
  EXPECT_EQ(Save(body).error(), "must have required property 'value' [invalid-params]");
  body = Greeting("Hello");
  Json mute = Json::Of({{"name", "send-message"}, {"params", Json::Of({{"sender", "queue"}})}});
  body.Set("actions", Json(Json::Array{std::move(mute)}));
  EXPECT_EQ(Save(body).error(), "must have required property 'msg' [invalid-params]");
  EXPECT_EQ(List().body.Find("total")->AsInteger(), 0);
}

TEST_F(Triggers, BelongToManagers) {
  const std::string ann = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Get("livechat/triggers", {}, ann).status, 403);
  EXPECT_EQ(chats_.Post("livechat/triggers", Greeting("Hello"), ann).status, 403);
  EXPECT_EQ(chats_.Get("livechat/triggers").status, 401);
}

TEST_F(Triggers, EnabledOnesAreToldToWidgets) {
  Save(Greeting("Hello"));
  Save(Greeting("Silent", false));
  const Answer config = chats_.Get("livechat/config");
  EXPECT_EQ(config.Each("config.triggers", "_id"), List(Query({{"count", "1"}})).Each("triggers", "_id"));
  EXPECT_EQ(config.body.FindPath("config.triggers")->AsArray()->front().FindPath("runOnce")->AsBoolean(), true);
}

}  // namespace
}  // namespace parley::backend::embedded
