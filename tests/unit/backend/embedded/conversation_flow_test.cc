// A conversation from the first call of the visitor to what the ledger keeps of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Conversation, RunsFromOpeningToClosing) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string sales = chats.AddDepartment("Sales", {ann});

  const Answer opened = chats.OpenRoom("vt-1", "Bob", "Sales");
  ASSERT_EQ(opened.status, 200) << Print(opened.body);
  const std::string room = opened.Text("room._id");
  EXPECT_EQ(*opened.body.Find("newRoom"), Json(true));
  EXPECT_EQ(opened.Text("room.servedBy.username"), "ann");
  EXPECT_EQ(opened.Text("room.departmentId"), sales);
  EXPECT_EQ(opened.Text("room.fname"), "Bob");
  EXPECT_EQ(opened.Text("room.source.type"), "api");

  chats.clock().Advance(seconds(5));
  const Answer said = chats.Say("vt-1", room, "Hello");
  ASSERT_EQ(said.status, 200) << Print(said.body);
  EXPECT_EQ(said.Text("message.msg"), "Hello");
  EXPECT_EQ(said.Text("message.token"), "vt-1");
  EXPECT_EQ(said.Text("message.alias"), "Bob");
  EXPECT_EQ(said.Text("message.u.username"), "guest-1");
  EXPECT_EQ(said.Text("message.ts"), IsoTime(chats.clock().Now()));

  chats.clock().Advance(seconds(30));
  const Answer answered = chats.SayAs(ann, room, "Hi Bob");
  ASSERT_EQ(answered.status, 200) << Print(answered.body);
  EXPECT_EQ(answered.Text("message.u.name"), "ann Smith");
  EXPECT_EQ(answered.body.FindPath("message.token"), nullptr);

  chats.clock().Advance(seconds(10));
  Json close = Json::Of({{"rid", room}, {"comment", "sold"}, {"tags", Json(Json::Array{"vip"})}});
  const Answer closed = chats.Post("livechat/room.closeByUser", close, ann);
  EXPECT_EQ(Print(closed.body), R"({"success":true})");

  const Answer info = chats.Get("rooms.info", Query({{"roomId", room}}), ann);
  EXPECT_EQ(info.status, 200) << Print(info.body);
  const Json& record = *info.body.Find("room");
  EXPECT_EQ(record.Find("open"), nullptr);
  EXPECT_EQ(record.Text("closer"), "user");
  EXPECT_EQ(record.FindPath("closedBy.username")->AsString(), "ann");
  EXPECT_EQ(record.FindPath("metrics.response.ft")->AsNumber(), 30);
  EXPECT_EQ(record.FindPath("metrics.chatDuration")->AsNumber(), 45);
  EXPECT_EQ(Print(*record.Find("tags")), R"(["vip"])");
  EXPECT_EQ(record.Text("closedAt"), IsoTime(chats.clock().Now()));

  const Answer history = chats.Get("livechat/" + room + "/messages", Query({{"sort", R"({"ts":1})"}}), ann);
  EXPECT_EQ(history.Each("messages", "msg"), "Hello Hi Bob sold");
  EXPECT_EQ(history.body.Integer("total"), 3);
}

TEST(Conversation, TheLedgerKeepsItsWordsTimesAndPeople) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string sales = chats.AddDepartment("Sales", {ann});
  const std::string room = chats.OpenRoom("vt-1", "Bob", "Sales").Text("room._id");
  const Time started = chats.clock().Now();
  chats.clock().Advance(seconds(5));
  chats.Say("vt-1", room, "Hello");
  chats.clock().Advance(seconds(5));
  chats.SayAs(ann, room, "Hi Bob");
  chats.clock().Advance(seconds(5));
  chats.Close(ann, room, "sold");

  const auto chat = chats.LedgerOf(room);
  ASSERT_TRUE(chat);
  EXPECT_EQ(chat->visitor.name, "Bob");
  EXPECT_EQ(chat->visitor.email, "vt-1@x.test");
  EXPECT_EQ(chat->department, sales);
  EXPECT_EQ(chat->started, started);
  EXPECT_EQ(chat->ended, started + seconds(15));
  ASSERT_EQ(chat->agents.size(), 1u);
  EXPECT_EQ(chat->agents[0].email, "ann@acme.test");
  EXPECT_EQ(chat->agents[0].name, "ann Smith");
  std::vector<storage::LedgerEntry> messages;
  for (const auto& entry : chat->entries) {
    if (entry.type == "message") messages.push_back(entry);
  }
  ASSERT_GE(messages.size(), 2u);
  EXPECT_EQ(messages[0].text, "Hello");
  EXPECT_EQ(messages[0].user_type, "visitor");
  EXPECT_EQ(messages[0].author_name, "Bob");
  EXPECT_EQ(messages[0].at, started + seconds(5));
  EXPECT_EQ(messages[1].text, "Hi Bob");
  EXPECT_EQ(messages[1].agent_login, "ann@acme.test");
  EXPECT_EQ(messages[1].user_type, "agent");
}

TEST(Conversation, TellsEachStepAsAnEvent) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  chats.Say("vt-1", room, "Hello");
  chats.SayAs(ann, room, "Hi");
  chats.Close(ann, room);
  EXPECT_THAT(chats.EventsOf(room),
              ElementsAre("chat.started", "chat.taken", "chat.message", "chat.message", "chat.closed"));
}

TEST(Conversation, MessagesOfOneMillisecondKeepTheirOrder) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  for (const char* text : {"one", "two", "three", "four"}) chats.Say("vt-1", room, text);
  const Answer history = chats.Get("livechat/" + room + "/messages", {}, ann);
  EXPECT_EQ(history.Each("messages", "msg"), "four three two one");
}

TEST(Conversation, ClosingLeavesNoInquiryAndNoSeat) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  EXPECT_EQ(chats.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), ann).Text("inquiry.status"), "taken");
  chats.Close(ann, room);
  EXPECT_TRUE(chats.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), ann).body.Find("inquiry")->IsNull());
  storage::Query seats(storage::Collection::kSubscriptions);
  EXPECT_EQ(*test::Await(chats.store().documents().Count(seats)), 0);
}

TEST(Conversation, ARatingReachesTheLedger) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  Json data = Json(Json::Array{Json::Of({{"name", "satisfaction"}, {"value", "5"}}),
                               Json::Of({{"name", "additionalFeedback"}, {"value", "Nice"}}),
                               Json::Of({{"name", "unknown"}, {"value", "1"}})});
  const Answer rated = chats.Post("livechat/room.survey", Json::Of({{"rid", room}, {"token", "vt-1"}, {"data", data}}));
  EXPECT_EQ(Print(*rated.body.Find("data")), R"({"satisfaction":"5","additionalFeedback":"Nice"})");
  EXPECT_EQ(chats.LedgerOf(room)->rate, "rated_good");
  EXPECT_EQ(chats.LedgerOf(room)->rate_comment, "Nice");
  Json nothing = Json(Json::Array{Json::Of({{"name", "satisfaction"}, {"value", "9"}})});
  EXPECT_EQ(chats.Post("livechat/room.survey", Json::Of({{"rid", room}, {"token", "vt-1"}, {"data", nothing}})).error(),
            "invalid-data");
}

TEST(Conversation, DeletingARoomLeavesNothing) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string boss = chats.AddUser("boss", {"livechat-manager"});
  const std::string room = chats.RoomOf("vt-1");
  chats.Say("vt-1", room, "Hello");
  EXPECT_EQ(chats.Post("livechat/rooms.delete", Json::Of({{"roomId", room}}), ann).status, 403);
  EXPECT_EQ(chats.Post("livechat/rooms.delete", Json::Of({{"roomId", room}}), boss).status, 200);
  EXPECT_FALSE(chats.LedgerOf(room));
  for (const auto collection : {storage::Collection::kRooms, storage::Collection::kMessages,
                                storage::Collection::kInquiries, storage::Collection::kSubscriptions}) {
    EXPECT_EQ(*test::Await(chats.store().documents().Count(storage::Query(collection))), 0);
  }
  EXPECT_EQ(chats.Post("livechat/rooms.delete", Json::Of({{"roomId", room}}), boss).error(), "Invalid room");
}

}  // namespace
}  // namespace parley::backend::embedded
