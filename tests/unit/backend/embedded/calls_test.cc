#include <gtest/gtest.h>

#include "backend/embedded/chats.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Calls : public testing::Test {
 protected:
  Answer StartBrowserCall(const std::string& room, const std::string& as) {
    return chats_.Get("livechat/webrtc.call", Query({{"rid", room}}), as);
  }
  // The id of the room's message of that type; empty when there is none.
  std::string MessageOf(const std::string& room, const std::string& type) {
    storage::Query query(Message::kCollection);
    query.where.emplace_back("rid", storage::Match::kEquals, Json(room));
    query.where.emplace_back("t", storage::Match::kEquals, Json(type));
    const auto found = test::Await(Find<Message>(chats_.store().documents(), query));
    return found->list.empty() ? "" : found->list.front().id;
  }
  std::string CallIn(const std::string& room) { return MessageOf(room, "livechat_webrtc_video_call"); }

  ChatFixture chats_{Edition::kCommunity};
  const std::string ann_ = chats_.AddAgent("ann");
  const std::string boss_ = chats_.AddUser("boss", {"admin"});
};

// ---- Jitsi ----------------------------------------------------------------------------------------------------------

TEST_F(Calls, VideoCallHappensInTheVisitorsRoom) {
  const std::string room = chats_.RoomOf("1");
  const Answer call = chats_.Get("livechat/video.call/1", Query({{"rid", room}}));
  EXPECT_EQ(call.Text("videoCall.rid"), room);
  EXPECT_EQ(call.Text("videoCall.provider"), "jitsi");
  EXPECT_EQ(call.Text("videoCall.domain"), "meet.jit.si");
  EXPECT_EQ(call.Text("videoCall.room").substr(0, 10), "RocketChat");
  EXPECT_EQ(call.Text("videoCall.timeout"), IsoTime(chats_.clock().Now() + std::chrono::hours(1)));
  EXPECT_NE(MessageOf(room, "livechat_video_call"), "");
}

TEST_F(Calls, VideoCallOpensARoomWhenThereIsNone) {
  chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "1"}})}}));
  const Answer call = chats_.Get("livechat/video.call/1");
  EXPECT_EQ(chats_.RoomOf("1"), call.Text("videoCall.rid"));
}

TEST_F(Calls, VideoCallIsForTheRoomsOwnVisitor) {
  const std::string room = chats_.RoomOf("1");
  chats_.RoomOf("2");
  EXPECT_EQ(chats_.Get("livechat/video.call/2", Query({{"rid", room}})).error(), "invalid-room");
  EXPECT_EQ(chats_.Get("livechat/video.call/nobody").error(), "[invalid-token]");
  chats_.Close(ann_, room);
  EXPECT_EQ(chats_.Get("livechat/video.call/1", Query({{"rid", room}})).error(), "invalid-room");
}

// ---- browser calls --------------------------------------------------------------------------------------------------

TEST_F(Calls, BrowserCallsNeedAProvider) {
  const std::string room = chats_.RoomOf("1");
  EXPECT_EQ(StartBrowserCall(room, ann_).error(), "webRTC calling not enabled");
  EXPECT_EQ(StartBrowserCall("nowhere", ann_).error(), "invalid-room");
}

TEST_F(Calls, BrowserCallRingsOnceUntilItEnds) {
  chats_.Set("Omnichannel_call_provider", "default-provider");
  const std::string room = chats_.RoomOf("1");
  EXPECT_EQ(Print(*StartBrowserCall(room, ann_).body.Find("videoCall")),
            R"({"rid":")" + room + R"(","provider":"webrtc","callStatus":"ringing"})");
  const std::string first = CallIn(room);
  EXPECT_EQ(StartBrowserCall(room, ann_).Text("videoCall.callStatus"), "ringing");
  EXPECT_EQ(CallIn(room), first);
  const Answer answered =
      chats_.Put("livechat/webrtc.call/" + first, Json::Of({{"rid", room}, {"status", "inProgress"}}), ann_);
  EXPECT_EQ(answered.Text("status"), "inProgress");
  EXPECT_EQ(StartBrowserCall(room, ann_).Text("videoCall.callStatus"), "inProgress");
  const Answer ended =
      chats_.Post("livechat/visitor.callStatus",
                  Json::Of({{"token", "1"}, {"callStatus", "ended"}, {"rid", room}, {"callId", first}}));
  EXPECT_EQ(Print(ended.body), R"({"token":"1","callStatus":"ended","success":true})");
  EXPECT_EQ(StartBrowserCall(room, ann_).Text("videoCall.callStatus"), "ringing");
}

TEST_F(Calls, BrowserCallBelongsToItsRoom) {
  chats_.Set("Omnichannel_call_provider", "default-provider");
  const std::string ben = chats_.AddAgent("ben");
  const std::string room = chats_.RoomOf("1");  // ann's
  const std::string other = chats_.RoomOf("2");
  StartBrowserCall(room, ann_);
  const std::string call = CallIn(room);
  const auto change = [&](const std::string& rid, const std::string& id, const std::string& as) {
    return chats_.Put("livechat/webrtc.call/" + id, Json::Of({{"rid", rid}, {"status", "ended"}}), as).error();
  };
  EXPECT_EQ(StartBrowserCall(room, ben).error(), "invalid-room");
  EXPECT_EQ(change(room, call, ben), "invalid-room");
  EXPECT_EQ(change(room, "nothing", ann_), "invalid-callId");
  EXPECT_EQ(change(other, call, boss_), "invalid-callId");
  const Answer foreign =
      chats_.Post("livechat/visitor.callStatus",
                  Json::Of({{"token", "2"}, {"callStatus", "ended"}, {"rid", room}, {"callId", call}}));
  EXPECT_EQ(foreign.error(), "invalid-room");
  EXPECT_EQ(chats_.Stored<Room>(room)->extra.Text("callStatus"), "ringing");
}

// ---- Facebook -------------------------------------------------------------------------------------------------------

TEST_F(Calls, FacebookSaysHowFarAMessageGot) {
  const auto send = [&](const Json& body) { return chats_.Post("livechat/facebook", body).error(); };
  EXPECT_EQ(send(Json::MakeObject()), "No text or attachments provided");
  EXPECT_EQ(send(Json::Of({{"text", "Hi"}})), "Missing signature");
  Request signed_request(http::Method::kPost, "livechat/facebook");
  signed_request.content_type = "application/json";
  signed_request.body = R"({"attachments":[{"url":"x"}]})";
  signed_request.headers.emplace_back("X-Hub-Signature", "sha1=00");
  const auto answer = test::Await(chats_.backend().Call(signed_request));
  EXPECT_EQ(answer->body, R"({"success":false,"error":"Integration disabled"})");
}

}  // namespace
}  // namespace parley::backend::embedded
