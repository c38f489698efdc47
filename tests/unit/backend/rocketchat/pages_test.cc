#include "backend/rocketchat/pages.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "scripted_service.h"
#include "support/await.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;

Result<std::vector<Json>> Read(ScriptedService& workspace) {
  return Await(ReadPages(workspace, "livechat/department", "departments", SteadyTime::max()));
}

std::string Page(int from, int until, int total) {
  Json list = Json::MakeArray();
  for (int i = from; i < until; ++i) list.Push(Json::Of({{"_id", std::to_string(i)}}));
  return Print(Json::Of({{"departments", list}, {"total", total}}));
}

TEST(Pages, AreReadUntilTheTotalIsThere) {
  ScriptedService workspace;
  // The workspace gives fewer than it was asked for.
  workspace.Say({Always(200, Page(0, 50, 70)), Always(200, Page(50, 70, 70))});
  const auto all = Read(workspace);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 70u);
  EXPECT_EQ(workspace.asked.back().query, "count=100&offset=50");
}

TEST(Pages, EndWithAnEmptyPageWhateverTheTotalSays) {
  ScriptedService workspace;
  workspace.Say({Always(200, Page(0, 3, 1000)), Always(200, Page(0, 0, 1000))});
  const auto all = Read(workspace);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 3u);
}

TEST(Pages, WhatIsNoListIsNamed) {
  for (const char* body : {"{}", R"({"departments":null})", R"({"departments":{}})", R"({"departments":"x"})"}) {
    ScriptedService workspace;
    workspace.Say(200, body);
    const auto all = Read(workspace);
    ASSERT_FALSE(all) << body;
    EXPECT_EQ(all.error().http_status, 502);
    EXPECT_EQ(all.error().message, "the workspace's answer to GET livechat/department has no list \"departments\"");
  }
  ScriptedService workspace;
  workspace.Say(200, R"({"departments":[{"_id":"d"},5]})");
  EXPECT_EQ(Read(workspace).error().detail, "5");
}

TEST(Pages, ABrokenAnswerIsNamed) {
  for (const char* body : {"", "[1]", "{\"departments\":[", "<html>"}) {
    ScriptedService workspace;
    workspace.Say(200, body);
    const auto all = Read(workspace);
    ASSERT_FALSE(all) << body;
    EXPECT_EQ(all.error().http_status, 502) << body;
    EXPECT_NE(all.error().message.find("GET livechat/department"), std::string::npos) << body;
  }
}

TEST(Pages, ARefusalKeepsTheWorkspacesWords) {
  ScriptedService workspace;
  workspace.Say(403, R"({"success":false,"error":"unauthorized"})");
  const auto all = Read(workspace);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(all.error().message, "the workspace refused GET livechat/department (403): unauthorized");
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
