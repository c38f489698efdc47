#include "app/passing_bodies.h"

#include <gtest/gtest.h>

namespace parley::app {
namespace {

using http::Method;

bool Passes(Method method, std::string_view path) {
  http::Request head;
  head.method = method;
  head.path = path;
  return PassesUnread(head);
}

TEST(PassingBodies, FilesAndWhatNobodyLooksIntoPass) {
  for (const char* path :
       {"/api/v1/livechat/upload/R1", "/api/v1/rooms.upload/R1", "/api/v1/rooms.media/R1", "/api/v1/users.setAvatar",
        "/api/v1/method.call/getRoomRoles", "/api/v1/unknown", "/livechat/x", "/api/apps/x"})
    EXPECT_TRUE(Passes(Method::kPost, path)) << path;
}

TEST(PassingBodies, WhatBecomesEventsIsReadWhole) {
  for (const char* path :
       {"/api/v1/livechat/message", "/api/v1/livechat/room.close", "/api/v1/livechat/custom.field",
        "/api/v1/livechat/page.visited", "/api/v1/livechat/offline.message", "/api/v1/method.call/livechat%3AcloseRoom",
        "/api/v1/method.call/sendMessage", "/api/v1/chat.sendMessage", "/api/v1/livechat/rooms.removeAllClosedRooms"})
    EXPECT_FALSE(Passes(Method::kPost, path)) << path;
}

TEST(PassingBodies, WhatParleyMayAnswerItselfIsReadWhole) {
  EXPECT_FALSE(Passes(Method::kPost, "/api/v1/canned-responses"));
  EXPECT_FALSE(Passes(Method::kPost, "/api/v1/livechat/tags.save"));
}

TEST(PassingBodies, OfTheLiveChatFaceAllAreReadWhole) {
  for (const char* path : {"/v2/tickets", "/chats", "/relay/rocketchat", "/"})
    EXPECT_FALSE(Passes(Method::kPost, path)) << path;
}

TEST(PassingBodies, KnowsTheRoutesThatTakeFiles) {
  http::Request head;
  head.path = "/api/v1/livechat/upload/R1";
  EXPECT_TRUE(IsUpload(head));
  head.path = "/api/v1/livechat/message";
  EXPECT_FALSE(IsUpload(head));
}

}  // namespace
}  // namespace parley::app
