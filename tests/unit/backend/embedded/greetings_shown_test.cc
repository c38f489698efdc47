// Greetings and the visits in which they are shown: what the pages of a visitor tell, and the chat that comes of it.
#include <gmock/gmock.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using storage::GreetingTally;
using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

class GreetingsShown : public testing::Test {
 protected:
  // `conditions` as a trigger has them. Returns the id of the trigger, which is the greeting's too.
  std::string AddTrigger(const std::string& condition, const std::string& value, bool run_once = false,
                         bool enabled = true) {
    const Json message = Json::Of({{"sender", "queue"}, {"msg", "Need a hand?"}, {"name", ""}});
    const Json action = Json::Of({{"name", "send-message"}, {"params", message}});
    const Json trigger = Json::Of({{"name", condition + value},
                                   {"description", ""},
                                   {"enabled", enabled},
                                   {"runOnce", run_once},
                                   {"conditions", Json(Json::Array{Json::Of({{"name", condition}, {"value", value}})})},
                                   {"actions", Json(Json::Array{action})}});
    EXPECT_EQ(chats_.Post("livechat/triggers", trigger, boss_).status, 200);
    std::string id;
    const auto stored = Await(chats_.store().documents().Find(storage::Query(storage::Collection::kTriggers)));
    for (const storage::Document& document : stored->documents) {
      if (document.body.Text("name") == condition + value) id = document.id;
    }
    return id;
  }

  void Look(const std::string& href, const std::string& token = "vt-1", const std::string& room = {}) {
    const Json page = Json::Of({{"title", "Page"}, {"change", "url"}, {"location", Json::Of({{"href", href}})}});
    Json visit = Json::Of({{"token", token}, {"pageInfo", page}});
    if (!room.empty()) visit.Append("rid", room);
    EXPECT_EQ(chats_.Post("livechat/page.visited", visit).status, 200);
  }

  GreetingTally Tally(const std::string& greeting = {}) {
    storage::GreetingScope scope;
    scope.greeting = greeting;
    const Time now = chats_.clock().Now();
    const auto tallies = Await(
        chats_.store().stores().reports().TallyGreetings(scope, {now - std::chrono::hours(48), now + seconds(1)}));
    EXPECT_TRUE(tallies);
    return tallies ? tallies->at(0) : GreetingTally();
  }
  std::string EngagementOf(const std::string& room) { return chats_.LedgerOf(room)->engagement; }

  // What was told of greetings, oldest first.
  std::vector<storage::OutboxEvent> Told() {
    std::vector<storage::OutboxEvent> told = *Await(chats_.store().outbox().Read(0, 1000));
    std::erase_if(told, [](const storage::OutboxEvent& event) { return !event.kind.starts_with("greeting."); });
    return told;
  }
  std::vector<std::string> KindsTold() {
    std::vector<std::string> kinds;
    for (const storage::OutboxEvent& event : Told()) kinds.push_back(event.kind);
    return kinds;
  }

  ChatFixture chats_;
  const std::string ann_ = chats_.AddAgent("ann");
  const std::string boss_ = chats_.AddUser("boss", {"livechat-manager"});
};

TEST_F(GreetingsShown, OnThePageTheyAreAboutOnceAVisit) {
  const std::string greeting = AddTrigger("page-url", "/cart");
  Look("https://acme.test/");
  EXPECT_EQ(Tally().shown, 0);
  Look("https://acme.test/cart");
  Look("https://acme.test/cart?step=2");
  EXPECT_EQ(Tally(greeting).shown, 1);
  chats_.clock().Advance(minutes(30));
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 1) << "half an hour apart is the same visit";
  chats_.clock().Advance(minutes(30) + seconds(1));
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 2);
  Look("https://acme.test/cart", "vt-2");
  EXPECT_EQ(Tally().shown, 3);
}

TEST_F(GreetingsShown, AfterTheirTimeOnTheSiteAsSoonAsTheVisitorDoesSomething) {
  AddTrigger("time-on-site", "60");
  Look("https://acme.test/");
  chats_.clock().Advance(seconds(59));
  Look("https://acme.test/a");
  EXPECT_EQ(Tally().shown, 0);
  chats_.clock().Advance(seconds(40));
  Look("https://acme.test/b");
  EXPECT_EQ(Tally().shown, 1);
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_EQ(chats_.clock().Now() - Told().front().at, seconds(39)) << "when the minute was over";
}

TEST_F(GreetingsShown, OnesThatRunOnceAreShownOnceForEver) {
  AddTrigger("page-url", "/cart", true);
  Look("https://acme.test/cart");
  chats_.clock().Advance(minutes(31));
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 1);
  EXPECT_EQ(EngagementOf(chats_.RoomOf("vt-1")), "immediate_start") << "it was another visit";
  Look("https://acme.test/cart", "vt-2");
  EXPECT_EQ(Tally().shown, 2);
}

TEST_F(GreetingsShown, NotThoseNoWidgetShows) {
  AddTrigger("page-url", "/cart", false, false);  // disabled
  AddTrigger("page-url", "/(a|b)");               // no greeting
  storage::Changes changes;                       // no trigger
  changes.Put(
      storage::Collection::kGreetings, "gr9",
      *ParseJson(
          R"({"name":"g","active":true,"rules":[{"type":"url_visited","operator":"contains","value":"/","condition":"and"}]})"));
  ASSERT_TRUE(Await(chats_.store().committer().Commit(std::move(changes))));
  Look("https://acme.test/cart");
  Look("https://acme.test/a");
  EXPECT_EQ(Tally().shown, 0);
}

TEST_F(GreetingsShown, AsTheTriggersAreNowWhoeverWroteThem) {
  const std::string id = AddTrigger("page-url", "/cart");
  Look("https://acme.test/");
  const storage::Document trigger = **Await(chats_.store().documents().Get(storage::Collection::kTriggers, id));
  const auto enable = [&](bool enabled) {
    Json body = trigger.body;
    body.Set("enabled", enabled);
    storage::Changes changes;
    changes.Put(storage::Collection::kTriggers, id, std::move(body));
    ASSERT_TRUE(Await(chats_.store().committer().Commit(std::move(changes)))) << "not by way of the backend";
  };
  enable(false);
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 0);
  enable(true);
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 1);
}

TEST_F(GreetingsShown, OfThoseThatRunOnceNobodyIsToldAgainInALaterVisit) {
  AddTrigger("page-url", "/cart", true);
  AddTrigger("page-url", "cart");
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 2);
  chats_.clock().Advance(minutes(31));
  for (int i = 0; i < 3; ++i) Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 3) << "the other one alone, once";
}

TEST_F(GreetingsShown, ToNobodyWhoIsChatting) {
  AddTrigger("page-url", "/cart");
  const std::string room = chats_.RoomOf("vt-1");
  Look("https://acme.test/cart", "vt-1", room);
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 0);
  chats_.Close(ann_, room);
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 1);
}

TEST_F(GreetingsShown, AChatCameOfTheOneShownLastInItsVisit) {
  const std::string first = AddTrigger("page-url", "/first");
  const std::string last = AddTrigger("page-url", "/last");
  Look("https://acme.test/first");
  chats_.clock().Advance(seconds(5));
  Look("https://acme.test/last");
  chats_.clock().Advance(seconds(5));
  const std::string room = chats_.RoomOf("vt-1");
  EXPECT_EQ(EngagementOf(room), "auto_invite");
  EXPECT_EQ(Tally(first).accepted, 0);
  EXPECT_EQ(Tally(last).accepted, 1);
  EXPECT_THAT(KindsTold(), ElementsAre("greeting.shown", "greeting.shown", "greeting.accepted"));
  const auto greeted = Await(chats_.store().ledger().CountGreetings({chats_.LedgerOf(room)->visitor.id}));
  ASSERT_EQ(greeted->size(), 1u);
  EXPECT_EQ(greeted->at(0).shown, 2) << "they were shown to the visitor before anybody knew who it was";
  EXPECT_EQ(greeted->at(0).accepted, 1);
}

TEST_F(GreetingsShown, AChatMayBeTheFirstSignThatTheTimeHadCome) {
  const std::string greeting = AddTrigger("time-on-site", "60");
  Look("https://acme.test/");
  chats_.clock().Advance(seconds(90));
  EXPECT_EQ(EngagementOf(chats_.RoomOf("vt-1")), "auto_invite");
  EXPECT_EQ(Tally(greeting).shown, 1);
  EXPECT_EQ(Tally(greeting).accepted, 1);
}

TEST_F(GreetingsShown, AChatOfALaterVisitOrBeforeAnyCameOfNone) {
  AddTrigger("page-url", "/cart");
  EXPECT_EQ(EngagementOf(chats_.RoomOf("vt-2")), "immediate_start");
  Look("https://acme.test/cart");
  chats_.clock().Advance(minutes(31));
  EXPECT_EQ(EngagementOf(chats_.RoomOf("vt-1")), "immediate_start");
  EXPECT_EQ(Tally().accepted, 0);
}

TEST_F(GreetingsShown, TheNextChatOfTheVisitorIsNoSecondOneOfTheSameGreeting) {
  AddTrigger("page-url", "/cart");
  Look("https://acme.test/cart");
  chats_.Close(ann_, chats_.RoomOf("vt-1"));
  chats_.clock().Advance(seconds(5));
  EXPECT_EQ(EngagementOf(chats_.RoomOf("vt-1")), "immediate_start");
  EXPECT_EQ(Tally().accepted, 1);
}

TEST_F(GreetingsShown, VisitsAreNotShownWithThePages) {
  Look("https://acme.test/cart");
  const Answer pages = chats_.Get("livechat/visitors.pagesVisited/" + chats_.RoomOf("vt-1"), {}, ann_);
  ASSERT_EQ(pages.body.Integer("total"), 1);
  EXPECT_EQ(pages.body.Find("pages")->AsArray()->front().Find("visit"), nullptr);
}

TEST_F(GreetingsShown, AreErasedWithTheVisitor) {
  AddTrigger("page-url", "/cart");
  Look("https://acme.test/cart");
  const std::string room = chats_.RoomOf("vt-1");
  chats_.Close(ann_, room);
  Look("https://acme.test/cart");
  EXPECT_EQ(Tally().shown, 2);
  EXPECT_EQ(chats_.Delete("livechat/visitor/vt-1").status, 200);
  EXPECT_EQ(Tally().shown, 0);
  ASSERT_EQ(Told().size(), 3u);
  for (const storage::OutboxEvent& event : Told()) EXPECT_EQ(event.payload.Text("visitor_id"), "") << event.kind;
}

}  // namespace
}  // namespace parley::backend::embedded
