// What a workspace's records tell where it writes them otherwise than the embedded backend does.
#include "sync/story.h"

#include <gmock/gmock.h>

namespace parley::sync {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kBegan = 1'767'608'130'000;

class StoryTest : public testing::Test {
 protected:
  StoryTest() {
    now_.room_id = "R1";
    now_.visitor_id = "v1";
    now_.room = *ParseJson(R"({"t":"l","ts":1767608130000,"_updatedAt":1767608130000,"open":true,"departmentId":"d1",
                               "v":{"_id":"v1","token":"vt"}})");
    now_.visitor = *ParseJson(R"({"name":"Bob","token":"vt","_updatedAt":1767608130000})");
  }

  // A message `seconds` after the chat began.
  void Add(const std::string& id, double seconds, const std::string& author, const std::string& type,
           const std::string& text = {}, const std::string& more = "{}") {
    const auto at = kBegan + static_cast<std::int64_t>(seconds * 1000);
    Json message = *ParseJson(more);
    message.Set("rid", Json("R1"));
    message.Set("msg", Json(text));
    message.Set("ts", Json(at));
    message.Set("_updatedAt", Json(at));
    message.Set("u", Json::Of({{"_id", author}, {"username", author}, {"name", "The " + author}}));
    if (!type.empty()) message.Set("t", Json(type));
    now_.messages[id] = std::move(message);
  }
  void Connect(const std::string& id, double seconds, const std::string& agent) {
    Add(id, seconds, agent, "command", "connected");
    Add(id + "j", seconds, agent, "uj");
  }
  void Serve(const std::string& agent, double seconds) {
    const auto since = kBegan + static_cast<std::int64_t>(seconds * 1000);
    now_.room.Set("servedBy", Json::Of({{"_id", agent}, {"username", agent}, {"ts", since}}));
  }

  std::vector<events::Event> Tell() {
    std::vector<events::Event> told = WhatHappened(before_, now_, people_, {});
    before_ = now_;
    return told;
  }
  std::vector<std::string> Kinds() {
    std::vector<std::string> kinds;
    for (const events::Event& event : Tell()) kinds.emplace_back(events::KindOf(event.payload));
    return kinds;
  }

  ChatRecords before_, now_;
  KnownPeople people_;
};

TEST_F(StoryTest, AChatThatIsAssignedAtOnceDidNotWait) {
  now_.room.Set("queuedAt", Json(kBegan));  // as of every chat
  now_.inquiry = Json::Of({{"status", "ready"}});
  EXPECT_THAT(Kinds(), ElementsAre("chat.started"));
  now_.inquiry = Json();
  Connect("m1", 0.4, "ann");
  Serve("ann", 0.3);
  EXPECT_THAT(Kinds(), ElementsAre("chat.taken"));
}

TEST_F(StoryTest, AChatThatIsTakenLaterWaited) {
  now_.room.Set("queuedAt", Json(kBegan));
  now_.inquiry = Json::Of({{"status", "queued"}});
  EXPECT_THAT(Kinds(), ElementsAre("chat.started", "chat.queued"));
  now_.inquiry = Json();
  Connect("m1", 40, "ann");
  Serve("ann", 40);
  EXPECT_THAT(Kinds(), ElementsAre("chat.taken"));
}

TEST_F(StoryTest, WhoServesTookItThoughNoMessageSaysSo) {
  Serve("ann", 3);
  EXPECT_THAT(Kinds(), ElementsAre("chat.started", "chat.taken"));
  Connect("m1", 3.2, "ann");  // written a moment later
  EXPECT_THAT(Kinds(), IsEmpty());
}

TEST_F(StoryTest, WhoJoinsBesideTheAgentSupervises) {
  Connect("m1", 1, "ann");
  Serve("ann", 1);
  Add("m2", 20, "eve", "uj");
  const std::vector<events::Event> told = Tell();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_FALSE(std::get<events::ChatTaken>(told[1].payload).supervising);
  EXPECT_TRUE(std::get<events::ChatTaken>(told[2].payload).supervising);
  EXPECT_EQ(std::get<events::ChatTaken>(told[2].payload).agent.id, "eve");
}

// The next agent takes the chat before the handing on is noted, and the former leaves after it.
TEST_F(StoryTest, TheFormerAgentOfATransferIsWhoServedBefore) {
  Connect("m1", 1, "ann");
  Serve("ann", 1);
  Tell();
  Connect("m2", 60, "bob");
  Serve("bob", 60);
  Add("m3", 60.1, "ann", "livechat_transfer_history", "",
      R"({"transferData":{"scope":"agent","transferredBy":{"_id":"ann","username":"ann","name":"Ann"},
          "transferredTo":{"_id":"bob","username":"bob"},"comment":"yours"}})");
  Add("m4", 60.2, "ann", "ul");
  Add("m5", 70, "bob", "", "Hi");
  const std::vector<events::Event> told = Tell();
  ASSERT_EQ(told.size(), 3u);
  const auto& transfer = std::get<events::ChatTransferred>(told[1].payload);
  EXPECT_EQ(transfer.old_agent.id, "ann");
  EXPECT_EQ(transfer.to_name, "bob");
  EXPECT_EQ(transfer.by_name, "Ann");
  EXPECT_EQ(transfer.department, "d1");
  EXPECT_EQ(std::get<events::ChatMessage>(told[2].payload).user_type, "agent");
}

TEST_F(StoryTest, AChatBeganInTheDepartmentItWasHandedOnFrom) {
  now_.room.Set("departmentId", Json("d2"));
  Add("m1", 30, "ann", "livechat_transfer_history", "",
      R"({"transferData":{"scope":"department","previousDepartment":"d1","nextDepartment":{"_id":"d2","name":"Two"}}})");
  const std::vector<events::Event> told = Tell();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(std::get<events::ChatStarted>(told[0].payload).department, "d1");
  EXPECT_EQ(std::get<events::ChatTransferred>(told[1].payload).department, "d2");
  EXPECT_EQ(std::get<events::ChatQueued>(told[2].payload).department, "d2") << "nobody took it";
  EXPECT_EQ(ToldDepartment(now_), "d2");
}

TEST_F(StoryTest, AnEndWithoutItsMessageIsStillAnEnd) {
  Tell();
  now_.room.Remove("open");
  now_.room.Set("closedAt", Json(kBegan + 5000));
  now_.room.Set("closer", Json("user"));
  now_.room.Set("closedBy", Json::Of({{"_id", "ann"}, {"username", "ann"}}));
  people_["ann"] = {"ann", "ann", "Ann Lee", "ann@acme.test"};
  const std::vector<events::Event> told = Tell();
  ASSERT_EQ(told.size(), 1u);
  const auto& closed = std::get<events::ChatClosed>(told[0].payload);
  EXPECT_EQ(closed.closed_by_login, "ann@acme.test");
  EXPECT_EQ(closed.message_id, "");
  EXPECT_EQ(UnixMillis(told[0].at), kBegan + 5000);
}

TEST_F(StoryTest, WhoHasLeftTheWorkspaceIsKnownByWhatTheMessageSays) {
  Connect("m1", 1, "ann");
  Add("m2", 9, "ann", "", "Hi");
  const std::vector<events::Event> told = Tell();
  const auto& said = std::get<events::ChatMessage>(told.back().payload);
  EXPECT_EQ(said.author_name, "The ann");
  EXPECT_EQ(said.author_username, "ann");
  EXPECT_EQ(said.agent_login, "");
}

// A version that keeps visitors' tokens to itself.
TEST_F(StoryTest, AVisitorIsKnownWithoutTheirToken) {
  Add("m1", 9, "v1", "", "Hello");
  const std::vector<events::Event> told = Tell();
  EXPECT_EQ(std::get<events::ChatMessage>(told.back().payload).user_type, "visitor");
}

TEST_F(StoryTest, KindsOfMessagesNobodyKnowsTellNothing) {
  Tell();
  Add("m1", 9, "ann", "omnichannel_placed_chat_on_hold", "");
  Add("m2", 9, "ann", "something-new", "");
  Add("m3", 9, "ann", "livechat_transfer_history", "", R"({"transferData":"odd"})");
  EXPECT_THAT(Kinds(), ElementsAre("chat.transferred"));
}

}  // namespace
}  // namespace parley::sync
