#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::minutes;

// Three chats a minute apart: one served, one closed with a tag, one waiting.
class RoomLists : public testing::Test {
 protected:
  RoomLists() {
    ann_ = chats_.AddAgent("ann");
    boss_ = chats_.AddUser("boss", {"livechat-manager"});
    sales_ = chats_.AddDepartment("Sales", {ann_});
    served_ = chats_.OpenRoom("1", "Bob Served", sales_).Text("room._id");
    chats_.clock().Advance(minutes(1));
    closed_ = chats_.OpenRoom("2", "Cia Closed").Text("room._id");
    Json close = Json::Of({{"rid", closed_}, {"comment", "done"}, {"tags", Json(Json::Array{"vip", "late"})}});
    chats_.Post("livechat/room.closeByUser", close, ann_);
    chats_.clock().Advance(minutes(1));
    chats_.Set("Livechat_Routing_Method", "Manual_Selection");
    queued_ = chats_.OpenRoom("3", "Dan Queued").Text("room._id");
  }

  // Names of the rooms a list shows, newest first.
  std::string Listed(const std::vector<std::pair<std::string, std::string>>& query) {
    const Answer answer = chats_.Get("livechat/rooms", Query(query), boss_);
    return answer.status == 200 ? answer.Each("rooms", "fname") : answer.error();
  }

  ChatFixture chats_;
  std::string ann_, boss_, sales_, served_, closed_, queued_;
};

TEST_F(RoomLists, ShowEverythingNewestFirst) {
  const Answer answer = chats_.Get("livechat/rooms", {}, boss_);
  EXPECT_EQ(answer.Each("rooms", "fname"), "Dan Queued Cia Closed Bob Served");
  EXPECT_EQ(answer.body.Integer("count"), 3);
  EXPECT_EQ(answer.body.Integer("offset", -1), 0);
  EXPECT_EQ(answer.body.Integer("total"), 3);
  EXPECT_EQ(answer.Each("rooms", "department.name"), "- - Sales");
  EXPECT_EQ(answer.Each("rooms", "name"), "Dan Queued Cia Closed Bob Served");
}

TEST_F(RoomLists, FilterByState) {
  EXPECT_EQ(Listed({{"open", "true"}}), "Bob Served");
  EXPECT_EQ(Listed({{"open", "false"}}), "Cia Closed");
  EXPECT_EQ(Listed({{"queued", "true"}}), "Dan Queued");
  EXPECT_EQ(Listed({{"onhold", "true"}}), "");
}

TEST_F(RoomLists, FilterByAgentDepartmentTagAndName) {
  EXPECT_EQ(Listed({{"agents[]", ann_}}), "Cia Closed Bob Served");
  EXPECT_EQ(Listed({{"agents", "somebody"}}), "");
  EXPECT_EQ(Listed({{"departmentId", sales_}}), "Bob Served");
  EXPECT_EQ(Listed({{"departmentId[]", sales_}, {"departmentId[]", "other"}}), "Bob Served");
  EXPECT_EQ(Listed({{"departmentId", "undefined"}}), "Dan Queued Cia Closed Bob Served");
  EXPECT_EQ(Listed({{"tags[]", "vip"}, {"tags[]", "unknown"}}), "Cia Closed");
  EXPECT_EQ(Listed({{"roomName", "cia"}}), "Cia Closed");
  EXPECT_EQ(Listed({{"roomName", "\"Cia\""}}), "");
  EXPECT_EQ(Listed({{"roomName", "\"Cia Closed\""}}), "Cia Closed");
}

TEST_F(RoomLists, FilterByDates) {
  EXPECT_EQ(Listed({{"createdAt", R"({"start":"2026-01-05T10:16:00.000Z"})"}}), "Dan Queued Cia Closed");
  EXPECT_EQ(Listed({{"createdAt", R"({"end":"2026-01-05T10:16:00.000Z"})"}}), "Bob Served");
  EXPECT_EQ(Listed({{"closedAt", R"({"start":"2026-01-05T10:16:00.000Z","end":"2026-01-05T10:17:00.000Z"})"}}),
            "Cia Closed");
  EXPECT_EQ(Listed({{"createdAt", R"({"start":"soon"})"}}),
            "The \"createdAt.start\" query parameter must be a valid date.");
  EXPECT_EQ(chats_.Get("livechat/rooms", Query({{"closedAt", "{"}}), boss_).status, 400);
}

TEST_F(RoomLists, PageAndSort) {
  EXPECT_EQ(Listed({{"count", "1"}, {"offset", "1"}}), "Cia Closed");
  EXPECT_EQ(Listed({{"sort", R"({"ts":1})"}}), "Bob Served Cia Closed Dan Queued");
  EXPECT_EQ(Listed({{"sort", R"({"fname":-1})"}}), "Dan Queued Cia Closed Bob Served");
  EXPECT_EQ(Listed({{"sort", "ts"}}), "Invalid sort parameter provided: \"ts\" [error-invalid-sort]");
  EXPECT_EQ(Listed({{"fields", R"({"fname":1})"}}), "Dan Queued Cia Closed Bob Served");
}

TEST_F(RoomLists, FilterByCustomField) {
  chats_.Post(
      "livechat/custom-fields.save",
      Json::Of({{"customFieldData",
                 Json::Of({{"field", "docId"}, {"label", "Document"}, {"scope", "room"}, {"visibility", "visible"}})}}),
      boss_);
  Json set = Json::Of({{"token", "1"}, {"key", "docId"}, {"value", "A-17"}, {"overwrite", true}});
  ASSERT_EQ(chats_.Post("livechat/custom.field", set).status, 200);
  EXPECT_EQ(Listed({{"customFields", R"({"docId":"^a-1"})"}}), "Bob Served");
  EXPECT_EQ(Listed({{"customFields", R"({"docId":"B"})"}}), "");
  EXPECT_EQ(Listed({{"customFields", "docId"}}), "The \"customFields\" query parameter must be a valid JSON.");
  EXPECT_EQ(chats_.Get("livechat/rooms", Query({{"customFields", R"({"docId":"("})"}}), boss_).status, 400);
  EXPECT_LT(chats_.Get("livechat/rooms", Query({{"customFields", R"({"a'b\"; --":"x"})"}}), boss_).status, 500);
}

TEST_F(RoomLists, AnAgentSeesOnlyTheirOwn) {
  EXPECT_EQ(chats_.Get("livechat/rooms", {}, ann_).status, 403);
  EXPECT_EQ(chats_.Get("livechat/rooms", Query({{"agents[]", ann_}, {"agents[]", "ben"}}), ann_).error(),
            "unauthorized");
  EXPECT_EQ(chats_.Get("livechat/rooms", Query({{"agents[]", ann_}}), ann_).Each("rooms", "fname"),
            "Cia Closed Bob Served");
  const std::string user = chats_.AddUser("eve", {});
  EXPECT_EQ(chats_.Get("livechat/rooms", Query({{"agents[]", user}}), user).status, 403);
  EXPECT_EQ(chats_.Get("livechat/rooms").status, 401);
}

TEST_F(RoomLists, TheQueueCountsOpenChatsPerAgent) {
  const Answer queue = chats_.Get("livechat/queue", "includeOfflineAgents=true", boss_);
  EXPECT_EQ(queue.Each("queue", "user.username"), "ann");
  EXPECT_EQ(queue.Each("queue", "department.name"), "Sales");
  EXPECT_EQ(chats_.Get("livechat/queue", {}, boss_).body.Integer("total", -1), 0);
}

// ---- one room -------------------------------------------------------------------------------------------------------

TEST(Rooms, AreSeenByThoseWhoServeOrOversee) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  const std::string ben = chats.AddAgent("ben");
  const std::string boss = chats.AddUser("boss", {"livechat-manager"});
  const auto see = [&](const std::string& user) { return chats.Get("rooms.info", Query({{"roomId", room}}), user); };
  EXPECT_EQ(see(ann).status, 200);
  EXPECT_EQ(see(boss).status, 200);
  EXPECT_EQ(Print(see(ben).body), R"({"success":false,"error":"not-allowed","errorType":"Not Allowed"})");
  EXPECT_EQ(chats.Get("livechat/" + room + "/messages", {}, ben).error(), "not-allowed");
  EXPECT_EQ(chats.SayAs(ben, room, "hi").error(), "error-not-allowed");
  chats.Close(ann, room);
  EXPECT_EQ(see(ann).status, 200);
  EXPECT_EQ(see(ben).status, 400);
  EXPECT_EQ(chats.Get("rooms.info", Query({{"roomId", "x"}}), boss).Text("errorType"), "error-room-not-found");
  EXPECT_EQ(chats.Get("rooms.info", {}, boss).Text("errorType"), "error-roomid-param-not-provided");
}

TEST(Rooms, ManualRoutingLetsTheDepartmentLookIn) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string ben = chats.AddAgent("ben");
  chats.AddDepartment("Sales", {ann});
  chats.Set("Livechat_Routing_Method", "Manual_Selection");
  const std::string room = chats.OpenRoom("1", "Bob", "Sales").Text("room._id");
  EXPECT_EQ(chats.Get("rooms.info", Query({{"roomId", room}}), ann).status, 200);
  EXPECT_EQ(chats.Get("rooms.info", Query({{"roomId", room}}), ben).status, 400);
}

TEST(Rooms, SaveInfoReplacesTagsAndTopic) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string ben = chats.AddAgent("ben");
  const Answer opened = chats.OpenRoom("1");
  const std::string room = opened.Text("room._id");
  const std::string visitor = opened.Text("room.v._id");
  const auto save = [&](const Json& data, const std::string& user) {
    Json described = data;
    described.Set("_id", room);
    return chats.Post(
        "livechat/room.saveInfo",
        Json::Of({{"guestData", Json::Of({{"_id", visitor}, {"name", "Robert"}})}, {"roomData", described}}), user);
  };
  Json tagged = Json::Of({{"topic", "Billing"}, {"tags", Json(Json::Array{"vip", "new"})}});
  EXPECT_EQ(Print(save(tagged, ann).body), R"({"success":true})");
  const Answer info = chats.Get("rooms.info", Query({{"roomId", room}}), ann);
  EXPECT_EQ(Print(*info.body.FindPath("room.tags")), R"(["vip","new"])");
  EXPECT_EQ(info.Text("room.topic"), "Billing");
  EXPECT_EQ(info.Text("room.fname"), "Robert");
  EXPECT_EQ(chats.LedgerOf(room)->tags, (std::vector<std::string>{"vip", "new"}));
  save(Json::MakeObject(), ann);
  const Answer cleared = chats.Get("rooms.info", Query({{"roomId", room}}), ann);
  EXPECT_EQ(cleared.body.FindPath("room.tags"), nullptr);
  EXPECT_EQ(cleared.body.FindPath("room.topic"), nullptr);
  EXPECT_TRUE(chats.LedgerOf(room)->tags.empty());
  EXPECT_EQ(save(tagged, ben).status, 403);
  chats.Close(ann, room);
  EXPECT_EQ(save(tagged, ann).status, 200);
  EXPECT_EQ(chats.LedgerOf(room)->tags, (std::vector<std::string>{"vip", "new"}));
}

TEST(Rooms, SaveInfoChecksWhatItIsGiven) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  const auto save = [&](const char* body) { return chats.Post("livechat/room.saveInfo", *ParseJson(body), ann); };
  EXPECT_EQ(save(R"({})").error(), "must have required property 'guestData' [invalid-params]");
  EXPECT_EQ(save(R"({"guestData":{"_id":"x"},"roomData":{"_id":"x"}})").error(), "error-invalid-room");
  const Json wrong = Json::Of({{"guestData", Json::Of({{"_id", "x"}})}, {"roomData", Json::Of({{"_id", room}})}});
  EXPECT_EQ(chats.Post("livechat/room.saveInfo", wrong, ann).error(), "error-invalid-visitor");
}

// ---- closing --------------------------------------------------------------------------------------------------------

TEST(Closing, ByAVisitor) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  chats.RoomOf("2");
  const auto close = [&](const char* token) {
    return chats.Post("livechat/room.close", Json::Of({{"rid", room}, {"token", token}}));
  };
  EXPECT_EQ(close("nobody").error(), "invalid-token");
  EXPECT_EQ(close("2").error(), "invalid-room");
  EXPECT_EQ(Print(close("1").body), R"({"rid":")" + room + R"(","comment":"Closed by visitor","success":true})");
  EXPECT_EQ(close("1").error(), "room-closed");
  const Answer info = chats.Get("rooms.info", Query({{"roomId", room}}), ann);
  EXPECT_EQ(info.Text("room.closer"), "visitor");
  EXPECT_EQ(info.Text("room.closedBy.username"), "guest-1");
  EXPECT_EQ(info.Text("room.v.status"), "offline");
  EXPECT_EQ(info.Text("room.lastMessage.t"), "livechat-close");
}

TEST(Closing, TheVisitorMayBeForbiddenTo) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  chats.Set("Omnichannel_allow_visitors_to_close_conversation", false);
  EXPECT_EQ(chats.Post("livechat/room.close", Json::Of({{"rid", room}, {"token", "1"}})).error(),
            "error-not-allowed-to-close-conversation");
}

TEST(Closing, ByAnAgentFailsInOrder) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  const std::string ben = chats.AddAgent("ben");
  const std::string eve = chats.AddUser("eve", {});
  EXPECT_EQ(chats.Close(eve, room).status, 403);
  EXPECT_EQ(chats.Close(ann, "x").error(), "error-invalid-room");
  EXPECT_EQ(chats.Close(ben, room).error(), "error-not-authorized");
  EXPECT_EQ(chats.Close(ann, room, "").error(), "error-comment-is-required");
  EXPECT_EQ(chats.Close(ann, room).status, 200);
  EXPECT_EQ(chats.Close(ann, room).error(), "error-room-already-closed");
}

TEST(Closing, NeedsNoCommentWhenTheSettingSaysSo) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  chats.Set("Livechat_request_comment_when_closing_conversation", false);
  EXPECT_EQ(chats.Close(ann, room, "").status, 200);
}

TEST(Closing, ADepartmentMayDemandTagsAndAddItsOwn) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string sales = chats.AddDepartment("Sales", {ann});
  Department department = *chats.Stored<Department>(sales);
  department.request_tag_before_closing = true;
  department.closing_tags = {"sales"};
  chats.Change(department);
  const std::string room = chats.OpenRoom("1", "Bob", sales).Text("room._id");
  EXPECT_EQ(chats.Close(ann, room).error(), "error-tags-must-be-assigned-before-closing-chat");
  EXPECT_EQ(chats.Post("livechat/room.close", Json::Of({{"rid", room}, {"token", "1"}})).error(),
            "error-tags-must-be-assigned-before-closing-chat");
  Json tagged = Json::Of({{"rid", room}, {"comment", "ok"}, {"tags", Json(Json::Array{"vip"})}});
  EXPECT_EQ(chats.Post("livechat/room.closeByUser", tagged, ann).status, 200);
  EXPECT_EQ(chats.LedgerOf(room)->tags, (std::vector<std::string>{"vip", "sales"}));
}

TEST(Closing, AManagerClosesWithoutASeat) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string boss = chats.AddUser("boss", {"livechat-manager"});
  const std::string room = chats.RoomOf("1");
  EXPECT_EQ(chats.Close(boss, room).status, 200);
}

TEST(Joining, TellsTheRoomAndTheLedger) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string boss = chats.AddUser("boss", {"livechat-manager"});
  const std::string room = chats.RoomOf("1");
  const auto join = [&](const std::string& user) {
    return chats.Get("livechat/room.join", Query({{"roomId", room}}), user);
  };
  EXPECT_EQ(join(boss).status, 200);
  EXPECT_EQ(join(boss).status, 200);
  EXPECT_EQ(chats.Get("rooms.info", Query({{"roomId", room}}), boss).body.FindPath("room.usersCount")->AsInteger(), 3);
  ASSERT_EQ(chats.LedgerOf(room)->supervisors.size(), 1u);
  EXPECT_EQ(chats.LedgerOf(room)->supervisors[0].email, "boss@acme.test");
  const std::string ben = chats.AddAgent("ben");
  EXPECT_EQ(join(ben).error(), "error-not-allowed");
}

}  // namespace
}  // namespace parley::backend::embedded
