// Three chats of one Monday whose figures the tests know by heart:
//
//   Sales, ann    10:15:30  asked +10 s, answered +30 s, closed by ann +100 s
//   Sales, ann    11:00:00  asked +10 s, answered +50 s, asked +60 s, answered +80 s, closed by ann an hour later
//   Support, bob  13:00:00  asked +10 s, open
#pragma once

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {

class AnalyticsTest : public testing::Test {
 protected:
  explicit AnalyticsTest(Edition edition = Edition::kPremium) : chats(edition) {
    meg = chats.AddUser("meg", {"livechat-manager"});
    ann = chats.AddAgent("ann");
    bob = chats.AddAgent("bob");
    chats.AddDepartment("Sales", {ann});
    chats.AddDepartment("Support", {bob});
  }

  void At(const char* iso) { chats.clock().SetNow(*ParseIsoTime(iso)); }
  void Later(int seconds) { chats.clock().Advance(std::chrono::seconds(seconds)); }

  std::string Open(const std::string& token, const std::string& department) {
    return chats.OpenRoom(token, token, department).Text("room._id");
  }
  void Asks(const std::string& token, const std::string& room) { EXPECT_EQ(chats.Say(token, room, "?").status, 200); }
  void Answers(const std::string& agent, const std::string& room) {
    EXPECT_EQ(chats.SayAs(agent, room, "!").status, 200);
  }
  void Closes(const std::string& agent, const std::string& room) { EXPECT_EQ(chats.Close(agent, room).status, 200); }

  void ThreeChats() {
    first = Open("vt-1", "sales-id");
    Later(10), Asks("vt-1", first);
    Later(20), Answers(ann, first);
    Later(70), Closes(ann, first);
    At("2026-01-05T11:00:00");
    second = Open("vt-2", "sales-id");
    Later(10), Asks("vt-2", second);
    Later(40), Answers(ann, second);
    Later(10), Asks("vt-2", second);
    Later(20), Answers(ann, second);
    Later(3600), Closes(ann, second);
    At("2026-01-05T13:00:00");
    third = Open("vt-3", "support-id");
    Later(10), Asks("vt-3", third);
  }

  // The answer to meg, without its envelope, as JSON text.
  std::string Told(const std::string& path, std::vector<std::pair<std::string, std::string>> query) {
    const Answer answer = chats.Get("livechat/analytics/" + path, Query(query), meg);
    EXPECT_EQ(answer.status, 200) << path << ": " << Print(answer.body);
    Json body = answer.body;
    if (Json::Object* members = body.AsObject()) {
      EXPECT_TRUE(body.Flag("success")) << path;
      std::erase_if(*members, [](const Json::Member& member) { return member.first == "success"; });
    }
    return Print(body);
  }
  std::string ToldOfMonday(const std::string& path, std::vector<std::pair<std::string, std::string>> more = {}) {
    more.insert(more.begin(), {{"start", "2026-01-05T00:00:00.000Z"}, {"end", "2026-01-05T23:59:59.999Z"}});
    return Told(path, std::move(more));
  }

  ChatFixture chats;
  std::string meg, ann, bob;
  std::string first, second, third;
};

}  // namespace parley::backend::embedded
