// Searching messages and following their changes (omnichannel reference §2.5).
#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class MessageReads : public testing::Test {
 protected:
  MessageReads() : ann_(chats_.AddAgent("ann")), room_(chats_.RoomOf("1")) {}

  std::string Say(const std::string& text) {
    chats_.clock().Advance(std::chrono::seconds(1));
    return chats_.Say("1", room_, text).Text("message._id");
  }
  std::string Now() { return IsoTime(chats_.clock().Now()); }
  std::string Search(const std::string& text) {
    return chats_.Get("chat.search", Query({{"roomId", room_}, {"searchText", text}}), ann_).Each("messages", "msg");
  }
  Answer Sync(std::vector<std::pair<std::string, std::string>> asked) {
    asked.emplace_back("roomId", room_);
    return chats_.Get("chat.syncMessages", Query(asked), ann_);
  }
  void Delete(const std::string& id) {
    chats_.clock().Advance(std::chrono::seconds(1));
    const Json body = Json::Of({{"token", "1"}, {"rid", room_}});
    ASSERT_EQ(chats_.Delete("livechat/message/" + id, body).status, 200);
  }

  ChatFixture chats_;
  std::string ann_, room_;
};

TEST_F(MessageReads, SearchFindsMessagesWithOneOfTheWordsNewestFirst) {
  Say("the red hat");
  Say("a blue coat");
  Say("green shoes (new)");
  EXPECT_EQ(Search("RED"), "the red hat");
  EXPECT_EQ(Search("red coat"), "a blue coat the red hat");
  EXPECT_EQ(Search("red coat order:asc"), "the red hat a blue coat");
  EXPECT_EQ(Search("(new)"), "green shoes (new)");
  EXPECT_EQ(Search("/^a .* coat$/i"), "a blue coat");
  EXPECT_EQ(Search("yellow"), "");
}

TEST_F(MessageReads, SearchIsLimitedToAnAuthor) {
  Say("hello");
  chats_.SayAs(ann_, room_, "hello from ann");
  EXPECT_EQ(Search("from:me hello"), "hello from ann");
  EXPECT_EQ(Search("from:@guest-1"), "hello");
}

TEST_F(MessageReads, SearchIsPagedAndRefusesWhatItCannotRead) {
  for (const char* text : {"x1", "x2", "x3"}) Say(text);
  const std::string page = Query({{"roomId", room_}, {"searchText", "/x/"}, {"count", "1"}, {"offset", "1"}});
  EXPECT_EQ(chats_.Get("chat.search", page, ann_).Each("messages", "msg"), "x2");
  EXPECT_EQ(chats_.Get("chat.search", Query({{"roomId", room_}, {"searchText", "/(/"}}), ann_).error(),
            "Invalid regular expression");
  EXPECT_EQ(chats_.Get("chat.search", Query({{"roomId", room_}}), ann_).status, 400);
}

TEST_F(MessageReads, NobodyWithoutAccessSearchesOrSyncs) {
  Say("secret");
  const std::string eve = chats_.AddAgent("eve");
  EXPECT_EQ(chats_.Get("chat.search", Query({{"roomId", room_}, {"searchText", "secret"}}), eve).error(),
            "error-not-allowed");
  const std::string since = Query({{"roomId", room_}, {"lastUpdate", "2026-01-01"}});
  EXPECT_EQ(chats_.Get("chat.syncMessages", since, eve).error(), "Not allowed [error-not-allowed]");
  EXPECT_EQ(chats_.Get("chat.syncMessages", Query({{"roomId", "x"}, {"lastUpdate", "2026-01-01"}}), ann_).error(),
            "Not allowed [error-not-allowed]");
}

TEST_F(MessageReads, SyncTellsWhatChangedAndWhatWentSince) {
  const std::string first = Say("one");
  const std::string before = Now();
  Say("two");
  EXPECT_EQ(Sync({{"lastUpdate", before}}).Each("result.updated", "msg"), "two");
  const std::string then = Now();
  Delete(first);
  const Answer deleted = Sync({{"lastUpdate", then}});
  EXPECT_EQ(deleted.Each("result.deleted", "_id"), first);
  EXPECT_EQ(deleted.Each("result.deleted", "_deletedAt"), Now());
  EXPECT_EQ(deleted.Each("result.updated", "msg"), "");
  EXPECT_EQ(deleted.body.FindPath("result.cursor"), nullptr);
}

TEST_F(MessageReads, SyncIncludesSystemMessages) {
  const Answer all = Sync({{"lastUpdate", "2026-01-01"}});
  EXPECT_NE(all.Each("result.updated", "t").find("livechat-started"), std::string::npos);
}

TEST_F(MessageReads, SyncGoesPageByPageWithACursor) {
  const std::string start = std::to_string(UnixMillis(chats_.clock().Now()));
  for (const char* text : {"one", "two", "three"}) Say(text);
  const Answer page = Sync({{"type", "UPDATED"}, {"next", start}, {"count", "2"}});
  EXPECT_EQ(page.Each("result.updated", "msg"), "one two");
  const Answer rest = Sync({{"type", "UPDATED"}, {"next", page.Text("result.cursor.next")}, {"count", "2"}});
  EXPECT_EQ(rest.Each("result.updated", "msg"), "three");
  EXPECT_TRUE(rest.body.FindPath("result.cursor.next")->IsNull());
  const Answer back = Sync({{"type", "UPDATED"}, {"previous", rest.Text("result.cursor.previous")}, {"count", "1"}});
  EXPECT_EQ(back.Each("result.updated", "msg"), "two");
  EXPECT_EQ(back.Each("result.deleted", "_id"), "");
}

TEST_F(MessageReads, DeletionsArePagedToo) {
  const std::string start = std::to_string(UnixMillis(chats_.clock().Now()));
  const std::string first = Say("one"), second = Say("two");
  Delete(first);
  Delete(second);
  const Answer page = Sync({{"type", "DELETED"}, {"next", start}, {"count", "1"}});
  EXPECT_EQ(page.Each("result.deleted", "_id"), first);
  EXPECT_EQ(page.Each("result.updated", "_id"), "");
  EXPECT_EQ(Sync({{"type", "DELETED"}, {"next", page.Text("result.cursor.next")}}).Each("result.deleted", "_id"),
            second);
}

struct SyncRefusal {
  const char* name;
  std::vector<std::pair<std::string, std::string>> asked;
  const char* error;
};

class SyncRefusals : public MessageReads, public testing::WithParamInterface<SyncRefusal> {};

TEST_P(SyncRefusals, AreWorded) {
  const Answer answer = Sync(GetParam().asked);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.error(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, SyncRefusals,
    testing::Values(
        SyncRefusal{"Nothing", {}, "The \"type\" or \"lastUpdate\" parameters must be provided [error-param-required]"},
        SyncRefusal{"CursorWithoutType",
                    {{"lastUpdate", "2026-01-01"}, {"next", "1"}},
                    "The \"type\" parameter is required when using the \"next\" or \"previous\" parameters "
                    "[error-type-param-required]"},
        SyncRefusal{"BothCursors",
                    {{"type", "UPDATED"}, {"next", "1"}, {"previous", "1"}},
                    "You cannot provide both \"next\" and \"previous\" parameters [error-cursor-conflict]"},
        SyncRefusal{"CursorAndMoment",
                    {{"type", "UPDATED"}, {"next", "1"}, {"lastUpdate", "2026-01-01"}},
                    "The attributes \"next\", \"previous\" and \"lastUpdate\" cannot be used together "
                    "[error-cursor-and-lastUpdate-conflict]"},
        SyncRefusal{"NoCursor", {{"type", "UPDATED"}, {"next", "soon"}}, "Invalid Date"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace parley::backend::embedded
