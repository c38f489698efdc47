#include "relay/rocketchat_dialect.h"

#include "relay_fixture.h"

namespace parley::relay::test {
namespace {

using testing::ElementsAre;

class RocketChatDialectTest : public RelayFixture {
 protected:
  void SetUp() override {
    services_.Say(200, "noted");
    Store(Collection::kVisitors, "v1",
          R"({"username":"guest-7","name":"Bob","token":"vt-1","ip":"203.0.113.9","livechatData":{"plan":"gold"},
              "visitorEmails":[{"address":"bob@x.test"}],"phone":[{"phoneNumber":"+15550100"}]})");
    Store(Collection::kUsers, "u1",
          R"({"username":"ann.lee","name":"Ann Lee","emails":[{"address":"ann@acme.test","verified":true}]})");
    Store(Collection::kRooms, "room1",
          R"({"t":"l","fname":"Bob","topic":"Billing","ts":1767608130000,"lm":1767608140000,"tags":["vip"],
              "livechatData":{"orderId":"A-1"},"v":{"_id":"v1","username":"guest-7","token":"vt-1"},
              "servedBy":{"_id":"u1","username":"ann.lee","ts":1767608131000},"departmentId":"d1",
              "closedAt":1767608150000,"closedBy":{"_id":"u1","username":"ann.lee"},"closer":"user"})");
    Store(Collection::kMessages, "m1",
          R"({"rid":"room1","msg":"Hello","ts":1767608132000,"_updatedAt":1767608132000,"token":"vt-1",
              "u":{"_id":"v1","username":"guest-7","name":"Bob"}})");
    Store(Collection::kMessages, "m2",
          R"({"rid":"room1","msg":"Hi","ts":1767608133000,"_updatedAt":1767608133000,
              "u":{"_id":"u1","username":"ann.lee","name":"Ann Lee"}})");
    Store(Collection::kMessages, "m3",
          R"({"rid":"room1","msg":"ann.lee","t":"uj","ts":1767608134000,"u":{"_id":"u1","username":"ann.lee"}})");
    Store(Collection::kMessages, "m4",
          R"({"rid":"room1","msg":"Cart","t":"livechat_navigation_history","ts":1767608135000,
              "navigation":{"page":{"title":"Cart"},"token":"vt-1"},"u":{"_id":"v1","username":"guest-7"}})");
    Store(Collection::kMessages, "m9",
          R"({"rid":"room1","msg":"done","t":"livechat-close","ts":1767608150000,
              "u":{"_id":"u1","username":"ann.lee"}})");
    Listen({});
  }

  void Store(Collection collection, const std::string& id, std::string_view body) {
    storage::Changes changes;
    changes.Put(collection, id, *ParseJson(body));
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  void Listen(std::vector<std::string> types) { Register(DialectKind::kRocketChat, std::move(types)); }

  // What came of one event.
  Json Told(events::Payload payload) {
    Wait(std::chrono::minutes(1));  // after everything that was said
    Happens("e" + std::to_string(++events_), "room1", std::move(payload));
    Settle();
    return Sent().empty() ? Json() : Sent().back();
  }

  static std::vector<std::string> MembersOf(const Json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : *object.AsObject()) names.push_back(name);
    return names;
  }
  static std::string IdsOf(const Json& body) {
    std::string ids;
    const Json messages = *body.Find("messages");
    for (const Json& message : *messages.AsArray()) ids.append(ids.empty() ? "" : " ").append(message.Text("_id"));
    return ids;
  }

  int events_ = 0;
};

TEST_F(RocketChatDialectTest, AClosedSessionIsToldWhole) {
  const Json body = Told(events::ChatClosed{});
  EXPECT_THAT(MembersOf(body),
              ElementsAre("_id", "label", "topic", "createdAt", "lastMessageAt", "tags", "customFields", "visitor",
                          "agent", "type", "messages", "departmentId", "servedBy", "closedAt", "closedBy", "closer"));
  EXPECT_EQ(body.Text("type"), "LivechatSession");
  EXPECT_EQ(body.Text("label"), "Bob");
  EXPECT_EQ(body.Text("createdAt"), "2026-01-05T10:15:30.000Z");
  EXPECT_EQ(
      Print(*body.Find("visitor")),
      R"({"_id":"v1","token":"vt-1","name":"Bob","username":"guest-7","ip":"203.0.113.9",)"
      R"("customFields":{"plan":"gold"},"email":[{"address":"bob@x.test"}],"phone":[{"phoneNumber":"+15550100"}]})");
  EXPECT_EQ(Print(*body.Find("agent")),
            R"({"_id":"u1","username":"ann.lee","name":"Ann Lee","email":"ann@acme.test"})");
  EXPECT_EQ(Print(*body.Find("servedBy")), R"({"_id":"u1","username":"ann.lee","ts":"2026-01-05T10:15:31.000Z"})");
  EXPECT_EQ(body.Text("closer"), "user");
  EXPECT_EQ(IdsOf(body), "m1 m2 m9");
  const Json messages = *body.Find("messages");
  EXPECT_EQ(Print(messages.AsArray()->at(0)),
            R"({"u":{"_id":"v1","username":"guest-7","name":"Bob"},"_id":"m1","username":"guest-7","msg":"Hello",)"
            R"("ts":"2026-01-05T10:15:32.000Z","rid":"room1","_updatedAt":"2026-01-05T10:15:32.000Z"})");
  EXPECT_EQ(messages.AsArray()->at(1).Text("agentId"), "u1");
  EXPECT_TRUE(messages.AsArray()->at(2).Flag("closingMessage"));
}

TEST_F(RocketChatDialectTest, EachEventHasItsTypeAndMembers) {
  events::ChatStarted started;
  started.visitor.id = "v1";
  const Json start = Told(started);
  EXPECT_EQ(start.Text("type"), "LivechatSessionStart");
  EXPECT_EQ(start.Find("agent"), nullptr);
  EXPECT_EQ(start.Find("servedBy"), nullptr);
  EXPECT_EQ(start.Text("departmentId"), "d1");
  EXPECT_EQ(Told(events::ChatQueued{}).Text("type"), "LivechatSessionQueued");
  const Json taken = Told(events::ChatTaken{});
  EXPECT_EQ(taken.Text("type"), "LivechatSessionTaken");
  EXPECT_NE(taken.Find("servedBy"), nullptr);
  EXPECT_EQ(taken.Find("closedAt"), nullptr);
  const Json edited = Told(events::ChatEdited{});
  EXPECT_EQ(edited.Text("type"), "LivechatEdit");
  EXPECT_EQ(edited.Find("departmentId"), nullptr);
  const Json lead = Told(events::LeadCaptured{"m1"});
  EXPECT_EQ(lead.Text("type"), "LeadCapture");
  EXPECT_EQ(Print(*lead.Find("messages")), "[]");
}

TEST_F(RocketChatDialectTest, WhatWasSaidLaterIsNotTold) {
  Happens("early", "room1", events::ChatQueued{});
  Settle();
  EXPECT_EQ(IdsOf(Sent().back()), "");
}

TEST_F(RocketChatDialectTest, ForwardingTellsWhereFrom) {
  events::ChatTransferred transfer;
  transfer.scope = "agent";
  transfer.old_agent.id = "u9";
  transfer.old_agent.username = "eva";
  transfer.old_department = "d1";
  const Json to_agent = Told(transfer);
  EXPECT_EQ(to_agent.Text("type"), "LivechatSessionForwarded");
  EXPECT_EQ(Print(*to_agent.Find("oldServedBy")), R"({"_id":"u9","username":"eva"})");
  EXPECT_EQ(to_agent.Find("oldDepartmentId"), nullptr);
  transfer.scope = "department";
  const Json to_department = Told(transfer);
  EXPECT_EQ(to_department.Text("oldDepartmentId"), "d1");
  EXPECT_EQ(to_department.Find("oldServedBy"), nullptr);
}

TEST_F(RocketChatDialectTest, AMessageIsToldAlone) {
  events::ChatMessage said;
  said.message_id = "m2";
  said.user_type = "agent";
  const Json body = Told(said);
  EXPECT_EQ(body.Text("type"), "Message");
  EXPECT_EQ(IdsOf(body), "m2");
}

TEST_F(RocketChatDialectTest, SidesAreToldApart) {
  Listen({"Message:visitor"});
  events::ChatMessage said;
  said.message_id = "m2";
  said.user_type = "agent";
  Told(said);
  EXPECT_EQ(services_.requests().size(), 1u);  // to who hears everything
  said.user_type = "visitor";
  Told(said);
  EXPECT_EQ(services_.requests().size(), 3u);
}

TEST_F(RocketChatDialectTest, NavigationIsToldWhereTheSettingsSaySo) {
  EXPECT_EQ(IdsOf(Told(events::ChatClosed{})), "m1 m2 m9");
  Store(Collection::kSettings, "Livechat_Visitor_navigation_as_a_message", R"({"value":true})");
  Store(Collection::kSettings, "Send_visitor_navigation_history_livechat_webhook_request", R"({"value":true})");
  EXPECT_EQ(IdsOf(Told(events::ChatClosed{})), "m1 m2 m4 m9");
}

TEST_F(RocketChatDialectTest, AMessageLeftHasABodyOfItsOwn) {
  const Json body = Told(events::OfflineMessage{"Bob", "bob@x.test", "Help", "", ""});
  EXPECT_EQ(Print(body), R"({"type":"LivechatOfflineMessage","sentAt":"2026-01-05T10:16:30.000Z",)"
                         R"("visitor":{"name":"Bob","email":"bob@x.test"},"message":"Help"})");
}

TEST_F(RocketChatDialectTest, TheAnswerIsKeptAndToldWithTheNext) {
  Told(events::ChatQueued{});
  EXPECT_EQ(Told(events::ChatEdited{}).Text("crmData"), "noted");
}

TEST_F(RocketChatDialectTest, ARemovedRoomIsNotTold) {
  storage::Changes changes;
  changes.Remove(Collection::kRooms, "room1");
  ASSERT_TRUE(Commit(std::move(changes)));
  EXPECT_TRUE(Told(events::ChatClosed{}).IsNull());
}

}  // namespace
}  // namespace parley::relay::test
