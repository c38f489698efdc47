// Who may change which message, and what a change leaves behind (administration reference §6.3).
#include <gtest/gtest.h>

#include "backend/embedded/message.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class MessageRules : public testing::Test {
 protected:
  MessageRules() : ann_(chats_.AddAgent("ann")), boss_(chats_.AddUser("boss", {"admin"})), room_(chats_.RoomOf("1")) {}

  Answer Update(const std::string& user, const std::string& message, Json more = Json::MakeObject()) {
    Json body = Json::Of({{"roomId", room_}, {"msgId", message}, {"text", "changed"}});
    for (const auto& [name, value] : *more.AsObject()) body.Set(name, value);
    return chats_.Post("chat.update", body, user);
  }
  Answer Delete(const std::string& user, const std::string& message, bool as_user = false) {
    return chats_.Post("chat.delete", Json::Of({{"roomId", room_}, {"msgId", message}, {"asUser", as_user}}), user);
  }
  std::string Spoken() { return chats_.Get("livechat/" + room_ + "/messages", {}, ann_).Each("messages", "msg"); }
  std::string FromVisitor(const std::string& text) { return chats_.Say("1", room_, text).Text("message._id"); }
  std::string FromAnn(const std::string& text) { return chats_.SayAs(ann_, room_, text).Text("message._id"); }

  ChatFixture chats_;
  std::string ann_, boss_, room_;
};

constexpr const char* kNotEditable = "Message editing not allowed [error-action-not-allowed]";
constexpr const char* kNotDeletable = "Not allowed [error-action-not-allowed]";

TEST_F(MessageRules, EditorsChangeEveryMessageAndOthersTheirOwn) {
  const std::string visitors = FromVisitor("Hello");
  const std::string anns = FromAnn("Hi");
  EXPECT_EQ(Update(ann_, visitors).error(), kNotEditable);
  EXPECT_EQ(Update(boss_, visitors).Text("message.editedBy.username"), "boss");
  EXPECT_EQ(Update(ann_, anns).Text("message.msg"), "changed");
}

TEST_F(MessageRules, EditingCanBeForbiddenToAuthors) {
  const std::string anns = FromAnn("Hi");
  chats_.Set("Message_AllowEditing", false);
  EXPECT_EQ(Update(ann_, anns).error(), kNotEditable);
  EXPECT_EQ(Update(boss_, anns).status, 200) << "edit-message does not ask the setting";
}

TEST_F(MessageRules, EditingEndsAfterTheMinutesOfTheSetting) {
  chats_.Set("Message_AllowEditing_BlockEditInMinutes", 5);
  const std::string anns = FromAnn("Hi");
  chats_.clock().Advance(std::chrono::minutes(5));
  EXPECT_EQ(Update(ann_, anns).status, 200);
  chats_.clock().Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Update(ann_, anns).error(), "Message editing is blocked [error-message-editing-blocked]");
  EXPECT_EQ(Update(boss_, anns).error(), "Message editing is blocked [error-message-editing-blocked]");
  const std::string robot = chats_.AddUser("robot", {"bot", "admin"});
  EXPECT_EQ(Update(robot, anns).status, 200) << "bots may bypass the limit";
}

TEST_F(MessageRules, TextOverTheLimitIsRefusedWhenEditedToo) {
  const std::string anns = FromAnn("Hi");
  chats_.Set("Message_MaxAllowedSize", 6);
  EXPECT_EQ(Update(ann_, anns).error(), "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]");
}

TEST_F(MessageRules, CustomFieldsAloneAreAChange) {
  const std::string anns = FromAnn("changed");
  EXPECT_EQ(Update(ann_, anns).body.FindPath("message.editedAt"), nullptr);
  const Answer marked = Update(ann_, anns, Json::Of({{"customFields", Json::Of({{"mood", "good"}})}}));
  EXPECT_EQ(marked.Text("message.customFields.mood"), "good");
  EXPECT_NE(marked.body.FindPath("message.editedAt"), nullptr);
}

TEST_F(MessageRules, DeletingNeedsThePermissionForWhatIsDeleted) {
  const std::string visitors = FromVisitor("Hello");
  EXPECT_EQ(Delete(ann_, visitors).error(), kNotDeletable);
  EXPECT_EQ(Delete(ann_, visitors, true).error(),
            "Unauthorized. You must have the permission \"force-delete-message\" to delete other's message as them.");
  EXPECT_EQ(Delete(boss_, visitors, true).status, 200);
  EXPECT_EQ(Delete(ann_, FromAnn("Hi")).status, 200);
  EXPECT_EQ(Spoken(), "");
}

TEST_F(MessageRules, DeletingCanBeForbiddenAndLimitedInTime) {
  const std::string lead = chats_.AddUser("lead", {"moderator", "livechat-manager"});
  const std::string anns = FromAnn("Hi");
  chats_.Set("Message_AllowDeleting", false);
  EXPECT_EQ(Delete(ann_, anns).error(), kNotDeletable);
  EXPECT_EQ(Delete(lead, anns).error(), kNotDeletable);
  chats_.Set("Message_AllowDeleting", true);
  chats_.Set("Message_AllowDeleting_BlockDeleteInMinutes", 1);
  chats_.clock().Advance(std::chrono::minutes(2));
  EXPECT_EQ(Delete(ann_, anns).error(), kNotDeletable);
  EXPECT_EQ(Delete(lead, anns).error(), kNotDeletable);
  EXPECT_EQ(Delete(boss_, anns).status, 200) << "force-delete-message asks neither";
}

TEST_F(MessageRules, DeletedMessageMayLeaveAnEmptyOne) {
  chats_.Set("Message_ShowDeletedStatus", true);
  const std::string anns = FromAnn("Hi");
  ASSERT_EQ(Delete(ann_, anns).status, 200);
  const Answer left = chats_.Get("chat.getMessage", Query({{"msgId", anns}}), ann_);
  EXPECT_EQ(left.Text("message.t"), "rm");
  EXPECT_EQ(left.Text("message.msg"), "");
  EXPECT_EQ(left.Text("message.editedBy.username"), "ann");
  EXPECT_EQ(Spoken(), "");
  EXPECT_EQ(Update(boss_, anns).error(), kNotEditable) << "nothing is left to change";
  EXPECT_EQ(Delete(boss_, anns).error(), kNotDeletable);
}

TEST_F(MessageRules, FormerTextsAreKeptHidden) {
  chats_.Set("Message_KeepHistory", true);
  const std::string anns = FromAnn("first");
  ASSERT_EQ(Update(ann_, anns).status, 200);
  storage::Query query(Message::kCollection);
  query.where.emplace_back("parent", storage::Match::kEquals, Json(anns));
  const auto kept = test::Await(chats_.store().documents().Find(query));
  ASSERT_EQ(kept->documents.size(), 1u);
  EXPECT_EQ(kept->documents[0].body.Text("msg"), "first");
  EXPECT_TRUE(kept->documents[0].body.Flag("_hidden"));
  ASSERT_EQ(Delete(ann_, anns).status, 200);
  EXPECT_TRUE(chats_.Stored<Message>(anns)->hidden);
  EXPECT_EQ(Spoken(), "");
  EXPECT_EQ(chats_.Get("livechat/messages.history/" + room_, "token=1").Each("messages", "msg").find("first"),
            std::string::npos);
}

TEST_F(MessageRules, VisitorsAreHeldToTheSwitchesAndTheLimit) {
  const std::string id = FromVisitor("Hello");
  const Json edit = Json::Of({{"token", "1"}, {"rid", room_}, {"msg", "Hello again"}});
  chats_.Set("Livechat_enable_message_character_limit", true);
  chats_.Set("Livechat_message_character_limit", 10);
  EXPECT_EQ(chats_.Put("livechat/message/" + id, edit).error(), "message-length-exceeds-character-limit");
  chats_.Set("Livechat_enable_message_character_limit", false);
  chats_.Set("Message_AllowEditing", false);
  EXPECT_EQ(chats_.Put("livechat/message/" + id, edit).error(), "error-action-not-allowed");
  chats_.Set("Message_AllowDeleting", false);
  const Json remove = Json::Of({{"token", "1"}, {"rid", room_}});
  EXPECT_EQ(chats_.Delete("livechat/message/" + id, remove).error(), "error-action-not-allowed");
  chats_.Set("Message_AllowDeleting", true);
  chats_.Set("Message_ShowDeletedStatus", true);
  EXPECT_EQ(chats_.Delete("livechat/message/" + id, remove).status, 200);
  EXPECT_EQ(chats_.Stored<Message>(id)->type, "rm");
}

}  // namespace
}  // namespace parley::backend::embedded
