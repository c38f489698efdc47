#include "sync/canned_responses.h"

#include <gmock/gmock.h>

#include "sync_fixture.h"

namespace parley::sync {
namespace {

using storage::Collection;
using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

class CannedResponsesTest : public testing::Test {
 protected:
  CannedResponsesTest() : boss_(both_.chats.AddUser("boss", {"admin"})) { both_.workspace.able = {"canned_responses"}; }

  void Save(const std::string& shortcut, const std::string& text, const std::string& scope = "global",
            const std::string& id = {}) {
    Json body = Json::Of({{"shortcut", shortcut}, {"text", text}, {"scope", scope}, {"tags", Json(Json::Array{"t"})}});
    if (!id.empty()) body.Append("_id", id);
    ASSERT_EQ(both_.chats.Post("canned-responses", body, boss_).status, 200);
  }
  std::string IdOf(const std::string& shortcut) {
    return both_.chats.Get("canned-responses", "shortcut=" + shortcut, boss_).Each("cannedResponses", "_id");
  }
  void Remove(const std::string& id) {
    ASSERT_EQ(both_.chats.Delete("canned-responses", Json::Of({{"_id", id}}), boss_).status, 200);
  }
  Status TryToLook() {
    both_.Later();
    return Await(responses_.Look());
  }
  void Look() {
    const Status looked = TryToLook();
    ASSERT_TRUE(looked) << looked.error().message << looked.error().detail;
  }
  // What subscribers are told: "created Hello (hi t)".
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const storage::OutboxEvent& event : both_.Outbox(both_.store)) {
      EXPECT_EQ(event.kind, "canned_response.changed");
      const auto changed = std::get<events::CannedResponseChanged>(events::FromOutbox(event)->payload);
      std::string line = changed.change + " " + changed.text + " (";
      for (const std::string& tag : changed.tags) line += tag + " ";
      line.back() = ')';
      told.push_back(line);
    }
    return told;
  }

  SyncFixture both_;
  const std::string boss_;
  WorkspaceReader reader_{both_.workspace, both_.chats.clock()};
  CannedResponses responses_{reader_, both_.parts};
};

TEST_F(CannedResponsesTest, ThoseThatWereThereBeforeAreNobodysNews) {
  Save("hi", "Hello");
  Look();
  Look();
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(CannedResponsesTest, WhatIsMadeChangedAndRemovedIsToldOnce) {
  Look();
  Save("hi", "Hello");
  Look();
  const std::string id = IdOf("hi");
  both_.Later();
  Save("hi", "Hello there", "global", id);
  Look();
  Look();
  Remove(id);
  Look();
  Look();
  EXPECT_THAT(Told(), ElementsAre("created Hello (hi t)", "changed Hello there (hi t)", "removed Hello there (hi t)"));
  EXPECT_EQ(both_.Told(id).size(), 3u) << "the subject is its id";
}

TEST_F(CannedResponsesTest, WhatHappensToOneInTheSameWaysTwiceIsToldTwice) {
  Save("hi", "Hello");
  Look();
  for (const char* text : {"A", "B", "A"}) {
    both_.Later();
    Save("hi", text, "global", IdOf("hi"));
    Look();
  }
  EXPECT_THAT(Told(), ElementsAre("changed A (hi t)", "changed B (hi t)", "changed A (hi t)"));
}

TEST_F(CannedResponsesTest, AShortcutMadeOutOfTheTagsIsNoTag) {
  Look();
  Save("hi", "Hello");
  storage::Changes changes;
  changes.Put(Collection::kExtras, "canned_response/" + IdOf("hi"), Json::Of({{"shortcut", "hi"}}));
  ASSERT_TRUE(Await(both_.store.committer().Commit(std::move(changes))));
  Look();
  EXPECT_THAT(Told(), ElementsAre("created Hello (t)"));
}

TEST_F(CannedResponsesTest, WhatOneKeepsForOneselfIsNobodysNews) {
  Look();
  Save("mine", "Private", "user");
  Look();
  EXPECT_THAT(Told(), IsEmpty());
  Save("mine", "Public", "global", IdOf("mine"));
  Look();
  both_.Later();
  Save("mine", "Private", "user", IdOf("mine"));
  Look();
  EXPECT_THAT(Told(), ElementsAre("created Public (mine t)", "removed Public (mine t)"));
}

TEST_F(CannedResponsesTest, AListThatSlipsRemovesNothing) {
  Save("hi", "Hello");
  Look();
  both_.workspace.tamper = [](const backend::Request& request) {
    std::optional<Result<backend::Response>> answer;
    if (request.path == "canned-responses") answer.emplace(backend::Response(200, R"({"cannedResponses":[]})"));
    return answer;
  };
  Look();
  both_.workspace.tamper = nullptr;
  Look();
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(CannedResponsesTest, WhatCannotBeUsedChangesNothing) {
  Save("hi", "Hello");
  Look();
  for (const char* odd :
       {R"({"cannedResponses":[{"_id":"x","scope":"global"}]})", R"({"cannedResponses":{}})", "[]", "<html>"}) {
    both_.workspace.tamper = [odd](const backend::Request&) {
      return std::optional<Result<backend::Response>>(backend::Response(200, odd));
    };
    Look();
  }
  both_.workspace.tamper = [](const backend::Request&) {
    return std::optional<Result<backend::Response>>(Unavailable("down"));
  };
  EXPECT_FALSE(TryToLook());
  both_.workspace.tamper = nullptr;
  Look();
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(CannedResponsesTest, OfAWorkspaceWithoutAnyNothingIsAsked) {
  both_.workspace.able.clear();
  both_.workspace.asked.clear();
  Look();
  EXPECT_THAT(both_.workspace.asked, IsEmpty());
}

}  // namespace
}  // namespace parley::sync
