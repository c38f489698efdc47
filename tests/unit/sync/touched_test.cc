#include "sync/touched.h"

#include <gmock/gmock.h>

namespace parley::sync {
namespace {

using http::Method;
using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  Method method;
  std::string path, query, body, answer;
};

Touched Of(const Case& passed) {
  const Json body = passed.body.empty() ? Json() : *ParseJson(passed.body);
  const Json answer = passed.answer.empty() ? Json::MakeObject() : *ParseJson(passed.answer);
  Touched touched = WhatWasTouched(Passed{passed.method, passed.path, passed.query, body, answer});
  // Nothing is found in what is not looked into.
  const Interest interest = InterestIn(passed.method, passed.path);
  EXPECT_TRUE(interest.answer || touched.Nothing()) << passed.path;
  const Json nothing;
  const Touched without = WhatWasTouched(Passed{passed.method, passed.path, passed.query, nothing, answer});
  EXPECT_TRUE(interest.body || without.Nothing() == touched.Nothing()) << passed.path;
  return touched;
}

TEST(Touched, FindsTheRoomWhereTheRouteHasIt) {
  const std::vector<Case> cases = {
      {Method::kPost, "livechat/message", "", R"({"rid":"R1","token":"t"})", ""},
      {Method::kPut, "livechat/message/m1", "", R"({"rid":"R1"})", ""},
      {Method::kGet, "livechat/room", "token=t", "", R"({"room":{"_id":"R1"},"newRoom":true})"},
      {Method::kGet, "livechat/room.join", "roomId=R1", "", ""},
      {Method::kPost, "livechat/room.saveInfo", "", R"({"roomData":{"_id":"R1"}})", ""},
      {Method::kPost, "livechat/room/R1/priority", "", R"({"priorityId":"p"})", ""},
      {Method::kPost, "livechat/upload/R1", "", "", ""},
      {Method::kPost, "chat.sendMessage", "", R"({"message":{"rid":"R1","msg":"x"}})", ""},
      {Method::kPost, "chat.postMessage", "", R"({"channel":"#x"})", R"({"message":{"rid":"R1"}})"},
      {Method::kPost, "rooms.mediaConfirm/R1/f1", "", "{}", ""},
  };
  for (const Case& passed : cases) EXPECT_THAT(Of(passed).rooms, ElementsAre("R1")) << passed.path;
}

TEST(Touched, FindsNoRoomWhereNothingCanBeOne) {
  const std::vector<Case> cases = {
      {Method::kPost, "livechat/message", "", "", ""},
      {Method::kPost, "livechat/message", "", R"({"rid":7})", ""},
      {Method::kPost, "livechat/message", "", R"({"rid":"../x"})", ""},
      {Method::kGet, "livechat/room", "token=t", "", R"({"room":{"_id":"R1"},"newRoom":false})"},
      {Method::kGet, "livechat/rooms", "", "", R"({"rooms":[]})"},
      {Method::kGet, "livechat/message/m1", "rid=R1", "", ""},
  };
  for (const Case& passed : cases) EXPECT_TRUE(Of(passed).Nothing()) << passed.path << passed.body;
}

TEST(Touched, LooksIntoNoFilesAndNoLists) {
  const auto looks = [](Method method, std::string_view path) {
    const Interest interest = InterestIn(method, path);
    return std::string(interest.body ? "body " : "") + (interest.answer ? "answer" : "");
  };
  EXPECT_EQ(looks(Method::kPost, "livechat/upload/R1"), "answer");
  EXPECT_EQ(looks(Method::kPost, "rooms.upload/R1"), "answer");
  EXPECT_EQ(looks(Method::kPost, "livechat/message"), "body answer");
  EXPECT_EQ(looks(Method::kPost, "users.update"), "answer");
  EXPECT_EQ(looks(Method::kPost, "livechat/visitor"), "answer");
  EXPECT_EQ(looks(Method::kPost, "livechat/custom.field"), "body answer");
  EXPECT_EQ(looks(Method::kGet, "livechat/room"), "answer");
  for (const char* path : {"livechat/rooms", "livechat/config", "/file-upload/1/a.png", "users.list"})
    EXPECT_EQ(looks(Method::kGet, path), "") << path;
  for (const char* path : {"users.setAvatar", "rooms.media/R1", "method.call/getRoomRoles", "livechat/upload"})
    EXPECT_EQ(looks(Method::kPost, path), "") << path;
}

TEST(Touched, FindsVisitors) {
  EXPECT_EQ(Of({Method::kPost, "livechat/visitor", "", "{}", R"({"visitor":{"_id":"v1"}})"}).visitor.Text("_id"), "v1");
  EXPECT_THAT(Of({Method::kPost, "livechat/custom.field", "", R"({"token":"t1"})", ""}).visitors_tokens,
              ElementsAre("t1"));
  EXPECT_THAT(Of({Method::kPost, "livechat/messages", "", R"({"visitor":{"token":"t1"}})", ""}).chatting_tokens,
              ElementsAre("t1"));
  EXPECT_EQ(Of({Method::kDelete, "livechat/visitor/t%201", "", "", ""}).erased_token, "t 1");
}

TEST(Touched, FindsRoomsAndInquiriesInRealtimeMethods) {
  const auto called = [](const std::string& method, const std::string& params) {
    const Json body = Json::Of({{"message", R"({"msg":"method","id":"1","params":)" + params + "}"}});
    return Of({Method::kPost, "method.call/" + method, "", Print(body), ""});
  };
  EXPECT_THAT(called("livechat:takeInquiry", R"(["i1",{"clientAction":true}])").inquiries, ElementsAre("i1"));
  EXPECT_THAT(called("livechat%3AcloseRoom", R"(["R1","thank you"])").rooms, ElementsAre("R1"));
  EXPECT_THAT(called("sendMessage", R"([{"rid":"R1","msg":"Hi"}])").rooms, ElementsAre("R1"));
  EXPECT_TRUE(called("getRoomRoles", R"(["R1"])").Nothing());
  EXPECT_TRUE(called("livechat:saveInfo", "7").Nothing());
  EXPECT_TRUE(called("livechat%3AsaveAgentInfo", R"(["u1",{},[]])").agents);
}

TEST(Touched, FindsWhatAWorkspaceTellsNobody) {
  const std::string page = R"({"token":"t","pageInfo":{"title":"T"}})";
  EXPECT_FALSE(Of({Method::kPost, "livechat/page.visited", "", page, R"({"page":{}})"}).page.IsNull());
  EXPECT_TRUE(Of({Method::kPost, "livechat/page.visited", "", page, "{}"}).Nothing());
  EXPECT_FALSE(Of({Method::kPost, "livechat/offline.message", "", R"({"email":"a@b"})", ""}).offline_message.IsNull());
  EXPECT_TRUE(Of({Method::kPost, "livechat/agent.status", "", "{}", ""}).agents);
  EXPECT_TRUE(Of({Method::kDelete, "livechat/users/agent/u1", "", "", ""}).agents);
  EXPECT_FALSE(Of({Method::kGet, "livechat/users/agent", "", "", ""}).agents);
  const Touched removed =
      Of({Method::kPost, "livechat/rooms.removeAllClosedRooms", "", R"({"departmentIds":["d1"]})", ""});
  EXPECT_TRUE(removed.all_closed);
  EXPECT_THAT(removed.closed_of, ElementsAre("d1"));
}

}  // namespace
}  // namespace parley::sync
