#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Messages : public testing::Test {
 protected:
  Messages() : ann_(chats_.AddAgent("ann")), room_(chats_.RoomOf("1")) { chats_.RoomOf("2"); }

  Answer Send(const Json& message) { return chats_.Post("chat.sendMessage", Json::Of({{"message", message}}), ann_); }
  Answer Info() { return chats_.Get("rooms.info", Query({{"roomId", room_}}), ann_); }

  ChatFixture chats_;
  std::string ann_, room_;
};

TEST_F(Messages, AVisitorWritesOnlyIntoTheirOpenRoom) {
  EXPECT_EQ(chats_.Say("nobody", room_, "x").error(), "invalid-token");
  EXPECT_EQ(chats_.Say("2", room_, "x").error(), "invalid-room");
  EXPECT_EQ(chats_.Say("1", "unknown", "x").error(), "invalid-room");
  chats_.Close(ann_, room_);
  EXPECT_EQ(chats_.Say("1", room_, "x").error(), "room-closed");
}

TEST_F(Messages, AnotherVisitorReadsNothing) {
  const std::string id = chats_.Say("1", room_, "secret").Text("message._id");
  const std::string others = Query({{"token", "2"}, {"rid", room_}});
  EXPECT_EQ(chats_.Get("livechat/messages.history/" + room_, "token=2").error(), "invalid-room");
  EXPECT_EQ(chats_.Get("livechat/message/" + id, others).error(), "invalid-room");
  const Answer own_room = chats_.Get("livechat/room", "token=2");
  EXPECT_EQ(chats_.Get("livechat/message/" + id, Query({{"token", "2"}, {"rid", own_room.Text("room._id")}})).error(),
            "invalid-message");
  EXPECT_EQ(chats_.Get("livechat/agent.info/" + room_ + "/2").error(), "invalid-room");
}

TEST_F(Messages, TheClientMayChooseTheId) {
  Json message = Json::Of({{"token", "1"}, {"rid", room_}, {"msg", "a"}, {"_id", "chosen"}});
  EXPECT_EQ(chats_.Post("livechat/message", message).Text("message._id"), "chosen");
  EXPECT_EQ(Print(chats_.Post("livechat/message", message).body), R"({"success":false})");
  const Answer twice = Send(Json::Of({{"rid", room_}, {"msg", "a"}, {"_id", "chosen"}}));
  EXPECT_EQ(twice.status, 400);
  EXPECT_NE(twice.error().find("duplicate key"), std::string::npos);
}

TEST_F(Messages, AreLimitedInLength) {
  chats_.Set("Livechat_enable_message_character_limit", true);
  chats_.Set("Livechat_message_character_limit", 5);
  EXPECT_EQ(chats_.Say("1", room_, "12345").status, 200);
  EXPECT_EQ(chats_.Say("1", room_, "123456").error(), "message-length-exceeds-character-limit");
  EXPECT_EQ(chats_.SayAs(ann_, room_, std::string(5001, 'x')).error(),
            "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]");
}

TEST_F(Messages, OfAnAgentAreCheckedInOrder) {
  EXPECT_EQ(Send(Json::Of({{"msg", "x"}, {"t", "uj"}})).error(),
            "Cannot send system messages using 'chat.sendMessage'");
  EXPECT_EQ(Send(Json::Of({{"msg", "x"}})).error(), "The 'rid' property on the message object is missing.");
  EXPECT_EQ(Send(Json::Of({{"rid", "x"}, {"msg", "x"}})).error(), "error-invalid-room");
  EXPECT_EQ(Send(Json::Of({{"rid", room_}, {"msg", "x"}, {"ts", "2020-01-01T00:00:00.000Z"}})).error(),
            "Message timestamp is out of sync [error-message-ts-out-of-sync]");
  EXPECT_EQ(Send(Json::Of({{"rid", room_}, {"msg", "x"}, {"alias", "Boss"}})).error(), "Not enough permission");
  EXPECT_EQ(Send(Json::Of({{"rid", room_}, {"msg", Json::MakeObject()}})).status, 400);
  EXPECT_EQ(chats_.Post("chat.sendMessage", Json::MakeObject(), ann_).status, 400);
}

TEST_F(Messages, TurnTheRoomFromWaitingToAnswered) {
  chats_.Say("1", room_, "Hello");
  EXPECT_EQ(Info().body.FindPath("room.waitingResponse")->AsBoolean(), true);
  EXPECT_EQ(Info().Text("room.lastMessage.msg"), "Hello");
  chats_.SayAs(ann_, room_, "Hi");
  EXPECT_EQ(Info().body.FindPath("room.waitingResponse"), nullptr);
  EXPECT_EQ(Info().Text("room.responseBy.username"), "ann");
  EXPECT_EQ(Print(*Info().body.FindPath("room.v.activity")), R"(["2026-01"])");
}

TEST_F(Messages, OfAVisitorAreEditedAndDeletedByTheirAuthor) {
  const std::string id = chats_.Say("1", room_, "Helo").Text("message._id");
  chats_.clock().Advance(std::chrono::seconds(1));
  const Json edit = Json::Of({{"token", "1"}, {"rid", room_}, {"msg", "Hello"}});
  const Answer edited = chats_.Put("livechat/message/" + id, edit);
  EXPECT_EQ(edited.Text("message.msg"), "Hello");
  EXPECT_EQ(edited.Text("message.editedBy.username"), "guest-1");
  EXPECT_EQ(Info().Text("room.lastMessage.msg"), "Hello");
  EXPECT_EQ(chats_.LedgerOf(room_)->entries.back().text, "Hello");

  const std::string agents = chats_.SayAs(ann_, room_, "Hi").Text("message._id");
  EXPECT_EQ(chats_.Put("livechat/message/" + agents, edit).error(), "error-action-not-allowed");
  const Json remove = Json::Of({{"token", "1"}, {"rid", room_}});
  EXPECT_EQ(chats_.Delete("livechat/message/" + agents, remove).error(), "error-action-not-allowed");
  EXPECT_EQ(chats_.Delete("livechat/message/" + id, remove).Text("message._id"), id);
  EXPECT_EQ(chats_.Get("livechat/" + room_ + "/messages", {}, ann_).Each("messages", "msg"), "Hi");
  chats_.Set("Message_AllowEditing", false);
  EXPECT_EQ(chats_.Put("livechat/message/" + id, edit).error(), "invalid-message");
}

TEST_F(Messages, OfAnAgentAreUpdatedAndDeleted) {
  chats_.Say("1", room_, "Hello");
  const std::string id = chats_.SayAs(ann_, room_, "Hy").Text("message._id");
  const auto update = [&](const std::string& room, const std::string& text) {
    return chats_.Post("chat.update", Json::Of({{"roomId", room}, {"msgId", id}, {"text", text}}), ann_);
  };
  EXPECT_EQ(update("x", "Hi").error(), "The room id provided does not match where the message is from.");
  EXPECT_EQ(update(room_, "Hy").body.FindPath("message.editedAt"), nullptr);
  EXPECT_NE(update(room_, "Hi").body.FindPath("message.editedAt"), nullptr);
  EXPECT_EQ(chats_.Get("chat.getMessage", Query({{"msgId", id}}), ann_).Text("message.msg"), "Hi");
  const auto remove = [&] { return chats_.Post("chat.delete", Json::Of({{"roomId", room_}, {"msgId", id}}), ann_); };
  const Answer removed = remove();
  EXPECT_EQ(removed.Text("_id"), id);
  EXPECT_EQ(removed.Text("message.rid"), room_);
  EXPECT_EQ(Info().Text("room.lastMessage.msg"), "Hello");
  EXPECT_EQ(remove().error(), "No message found with the id of \"" + id + "\".");
  EXPECT_EQ(chats_.LedgerOf(room_)->entries.back().text, "Hello");
}

TEST_F(Messages, ArePostedInTheOlderForm) {
  const Answer posted = chats_.Post("chat.postMessage", Json::Of({{"roomId", room_}, {"text", "Hi"}}), ann_);
  EXPECT_EQ(posted.Text("channel"), room_);
  EXPECT_EQ(posted.Text("message.msg"), "Hi");
  EXPECT_EQ(posted.body.Integer("ts"), UnixMillis(chats_.clock().Now()));
  EXPECT_EQ(chats_.Post("chat.postMessage", Json::Of({{"roomId", "x"}, {"text", "Hi"}}), ann_).error(),
            "[invalid-channel]");
}

TEST_F(Messages, HistoryIsNewestFirstAndBounded) {
  for (const char* text : {"one", "two", "three"}) {
    chats_.clock().Advance(std::chrono::seconds(1));
    chats_.Say("1", room_, text);
  }
  const Answer page = chats_.Get("livechat/messages.history/" + room_, "token=1&limit=2");
  EXPECT_EQ(page.Each("messages", "msg"), "three two");
  const std::string end = Query({{"token", "1"}, {"limit", "1"}, {"end", "2026-01-05T10:15:32.000Z"}});
  EXPECT_EQ(chats_.Get("livechat/messages.history/" + room_, end).Each("messages", "msg"), "one");
  EXPECT_EQ(chats_.Get("livechat/messages.history/" + room_, "token=1&end=soon").status, 400);
}

TEST_F(Messages, TheTranscriptLeavesSystemMessagesOut) {
  chats_.Say("1", room_, "Hello there");
  chats_.Close(ann_, room_, "bye");
  const Answer all = chats_.Get("livechat/" + room_ + "/messages", "count=10", ann_);
  EXPECT_EQ(all.Each("messages", "msg"), "bye Hello there");
  EXPECT_EQ(all.body.Integer("count"), 10);
  EXPECT_EQ(all.body.Integer("total"), 2);
  EXPECT_EQ(chats_.Get("livechat/" + room_ + "/messages", "searchTerm=hello", ann_).body.Integer("total"), 1);
  EXPECT_EQ(chats_.Get("livechat/unknown/messages", {}, ann_).error(), "invalid-room");
}

TEST_F(Messages, SentAllAtOnceAllArrive) {
  constexpr std::size_t kMessages = 40;
  std::vector<Answer> answers(kMessages);
  for (std::size_t i = 0; i < kMessages; ++i) {
    Answer& answer = answers[i];
    const Json body = Json::Of({{"token", "1"}, {"rid", room_}, {"msg", std::to_string(i)}});
    boost::asio::co_spawn(test::Loop(),
                          chats_.Call(http::Method::kPost, "livechat/message", std::string(), body, std::string()),
                          [&answer](std::exception_ptr, Answer got) { answer = std::move(got); });
  }
  test::Loop().restart();
  while (std::any_of(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 0; })) {
    test::Loop().run_one();
  }
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200) << Print(answer.body);
  EXPECT_EQ(chats_.Get("livechat/" + room_ + "/messages", {}, ann_).body.Integer("total"), kMessages);
}

TEST_F(Messages, SeveralOfOneVisitorComeInOrder) {
  const Json sent = Json::Of({{"visitor", Json::Of({{"token", "1"}})},
                              {"messages", Json(Json::Array{Json::Of({{"msg", "a"}}), Json::Of({{"msg", "b"}})})}});
  const Answer answer = chats_.Post("livechat/messages", sent, ann_);
  EXPECT_EQ(answer.Each("messages", "msg"), "a b");
  EXPECT_EQ(answer.Each("messages", "username"), "guest-1 guest-1");
  EXPECT_EQ(chats_.Get("livechat/" + room_ + "/messages", {}, ann_).Each("messages", "msg"), "b a");
}

}  // namespace
}  // namespace parley::backend::embedded
