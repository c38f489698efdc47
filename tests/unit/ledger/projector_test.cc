#include "ledger/projector.h"

#include <gmock/gmock.h>

#include "support/test_store.h"

namespace parley::ledger {
namespace {

using events::Event;
using storage::LedgerChat;
using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

Time At(std::int64_t millis) {
  return FromUnixMillis(1'767'608'130'000 + millis);
}

const storage::LedgerAgent kLiv{"u1", "liv", "Liv Berg", "liv@acme.test"};
const storage::LedgerAgent kNora{"u2", "nora", "Nora Quist", "nora@acme.test"};

class ProjectorTest : public testing::Test {
 protected:
  // Each event in a change of its own, as it happens.
  void Happens(events::Payload payload, std::int64_t millis, std::string id = {}) {
    Event event;
    event.id = id.empty() ? "e" + std::to_string(++events_) : std::move(id);
    event.at = At(millis);
    event.subject = "r1";
    event.payload = std::move(payload);
    storage::Changes changes;
    projector_.Record(event, changes);
    ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }

  void StartChat(std::int64_t millis = 0) {
    events::ChatStarted started;
    started.visitor.id = "v1";
    started.visitor.name = "Ida Holm";
    started.department = "d1";
    started.start_url = "https://acme.test/cart";
    Happens(started, millis);
  }

  static events::ChatMessage Says(std::string id, std::string user_type, std::string text) {
    events::ChatMessage message;
    message.message_id = std::move(id);
    message.user_type = std::move(user_type);
    message.author_name = "somebody";
    message.text = std::move(text);
    return message;
  }

  LedgerChat Chat() {
    Result<std::optional<LedgerChat>> chat = Await(store_.ledger().Get("r1"));
    EXPECT_TRUE(chat && *chat);
    return chat && *chat ? **std::move(chat) : LedgerChat();
  }

  test::TestStore store_;
  const Projector projector_;
  int events_ = 0;
};

TEST_F(ProjectorTest, AWholeChatIsWrittenToTheMillisecond) {
  StartChat(1);
  Happens(events::ChatQueued{"d1"}, 2);
  Happens(events::ChatTaken{kLiv, false}, 1003);
  Happens(Says("m1", "visitor", "Hi"), 2004);
  events::ChatMessage answer = Says("m2", "agent", "Hello");
  answer.agent_login = "liv@acme.test";
  Happens(answer, 3005);
  Happens(events::ChatTagged{{"billing"}}, 4000);
  Happens(events::ChatRated{"rated_good", "thanks", {}}, 5000);
  Happens(events::ChatClosed{"visitor", "Ida Holm", "", "m3", ""}, 6006);

  const LedgerChat chat = Chat();
  EXPECT_EQ(chat.started, At(1));
  EXPECT_EQ(chat.queued, At(2));
  EXPECT_EQ(chat.taken, At(1003));
  EXPECT_EQ(chat.ended, At(6006));
  EXPECT_EQ(chat.department, "d1");
  EXPECT_EQ(chat.start_url, "https://acme.test/cart");
  EXPECT_EQ(chat.rate, "rated_good");
  EXPECT_EQ(chat.rate_comment, "thanks");
  EXPECT_THAT(chat.tags, ElementsAre("billing"));
  ASSERT_EQ(chat.agents.size(), 1u);
  EXPECT_EQ(chat.agents[0].email, "liv@acme.test");
  ASSERT_EQ(chat.entries.size(), 3u);
  EXPECT_EQ(chat.entries[0].text, "Hi");
  EXPECT_EQ(chat.entries[0].at, At(2004));
  EXPECT_EQ(chat.entries[1].agent_login, "liv@acme.test");
  EXPECT_EQ(chat.entries[2].id, "m3");
  EXPECT_EQ(chat.entries[2].type, "event");
  EXPECT_EQ(chat.entries[2].event_type, "closed");
  EXPECT_EQ(chat.entries[2].text, "Ida Holm closed the chat.");
  EXPECT_EQ(chat.entries[2].user_type, "visitor");
}

TEST_F(ProjectorTest, EveryEventGoesToTheOutboxInOrder) {
  StartChat();
  Happens(Says("m1", "visitor", "Hi"), 1);
  Happens(events::AgentStatusChanged{kLiv, true}, 2);
  const std::vector<storage::OutboxEvent> events = *Await(store_.outbox().Read(0, 10));
  std::vector<std::string> kinds;
  for (const storage::OutboxEvent& event : events) kinds.push_back(event.kind);
  EXPECT_THAT(kinds, ElementsAre("chat.started", "chat.message", "agent.status_changed"));
}

TEST_F(ProjectorTest, AMessageLeftBecomesATicketInTheSameChange) {
  Happens(events::OfflineMessage{"Bob", "Bob@x.test", "Anybody there?", "d1", "https://acme.test"}, 5, "left");
  const auto ticket = Await(store_.documents().Get(storage::Collection::kTickets, "left"));
  ASSERT_TRUE(ticket && *ticket);
  const Json& body = (*ticket)->body;
  EXPECT_EQ(Print(*body.Find("requester")), R"({"mail":"Bob@x.test","name":"Bob"})");
  EXPECT_EQ(body.Text("mail"), "bob@x.test");
  EXPECT_EQ(Print(*body.Find("groups")), R"(["d1"])");
  EXPECT_EQ(Print(*body.Find("source")), R"({"type":"chat-window","url":"https://acme.test"})");
  EXPECT_EQ(body.Integer("modified_at"), UnixMillis(At(5)));
  const std::vector<storage::OutboxEvent> events = *Await(store_.outbox().Read(0, 10));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "visitor.left_message");
  EXPECT_EQ(events[1].kind, "ticket.created");
  EXPECT_EQ(events[1].subject, "left");
}

TEST_F(ProjectorTest, ATicketOfAFirstFillIsToldNobody) {
  Event left;
  left.id = "left";
  left.at = At(5);
  left.subject = "bob@x.test";
  left.source = events::Source::kFill;
  left.payload = events::OfflineMessage{"Bob", "bob@x.test", "Anybody there?", "", ""};
  storage::Changes changes;
  projector_.Record(left, changes);
  ASSERT_EQ(changes.events.size(), 2u);
  EXPECT_FALSE(changes.events[0].deliverable);
  EXPECT_FALSE(changes.events[1].deliverable);
}

TEST_F(ProjectorTest, ASecondSightingChangesNothing) {
  StartChat();
  Happens(Says("m1", "visitor", "Hi"), 1, "same");
  Happens(Says("m1", "visitor", "Hi"), 1, "same");
  EXPECT_EQ(Chat().entries.size(), 1u);
  EXPECT_EQ(Await(store_.outbox().Read(0, 10))->size(), 2u);
}

TEST_F(ProjectorTest, EditsReplaceAndRemovalsRemove) {
  StartChat();
  Happens(Says("m1", "visitor", "helo"), 1);
  events::ChatMessage edit = Says("m1", "visitor", "hello");
  edit.edited = true;
  Happens(edit, 9);
  ASSERT_EQ(Chat().entries.size(), 1u);
  EXPECT_EQ(Chat().entries[0].text, "hello");
  EXPECT_EQ(Chat().entries[0].at, At(1));
  Happens(events::ChatMessageRemoved{"m1"}, 10);
  EXPECT_THAT(Chat().entries, IsEmpty());
}

TEST_F(ProjectorTest, FilesMakeAnAttachment) {
  StartChat();
  events::ChatMessage upload = Says("m1", "visitor", "Ida sent a.png");
  upload.files = {"/file-upload/1/a.png"};
  Happens(upload, 1);
  EXPECT_EQ(Chat().entries[0].type, "attachment");
  EXPECT_THAT(Chat().entries[0].files, ElementsAre("/file-upload/1/a.png"));
}

TEST_F(ProjectorTest, ATransferIsALineAndMovesTheChat) {
  StartChat();
  Happens(events::ChatTaken{kLiv, false}, 1);
  Happens(events::ChatTransferred{"department", "d2", "Liv Berg", "Billing", "please", "d1", kLiv}, 2);
  Happens(events::ChatTaken{kNora, false}, 3);
  Happens(events::ChatTransferred{"queue", "d2", "Nora Quist", "", "", "d2", kNora}, 4);
  Happens(events::ChatQueued{"d2"}, 4);
  const LedgerChat chat = Chat();
  EXPECT_EQ(chat.department, "d2");
  EXPECT_EQ(chat.queued, std::nullopt) << "it did not start in the queue";
  ASSERT_EQ(chat.agents.size(), 2u);
  ASSERT_EQ(chat.entries.size(), 2u);
  EXPECT_EQ(chat.entries[0].event_type, "transferred");
  EXPECT_EQ(chat.entries[0].text, "Liv Berg transferred the chat to Billing.");
  EXPECT_EQ(chat.entries[0].user_type, "agent");
  EXPECT_EQ(chat.entries[1].text, "Nora Quist transferred the chat to the queue.");
}

TEST_F(ProjectorTest, WhoOnlyLooksOnIsASupervisor) {
  StartChat();
  Happens(events::ChatTaken{kLiv, false}, 1);
  Happens(events::ChatTaken{kNora, true}, 2);
  EXPECT_EQ(Chat().agents.size(), 1u);
  EXPECT_EQ(Chat().supervisors.size(), 1u);
}

TEST_F(ProjectorTest, ClosingSaysWho) {
  struct Case {
    events::ChatClosed closed;
    std::string text, user_type;
  };
  int number = 0;
  for (const Case& one : std::vector<Case>{
           {{"user", "Liv Berg", "liv@acme.test", "", ""}, "Liv Berg closed the chat.", "agent"},
           {{"visitor", "", "", "", ""}, "The visitor closed the chat.", "visitor"},
           {{"system", "", "", "", ""}, "The chat was closed.", "agent"},
       }) {
    Happens(events::ChatRemoved{}, number);
    StartChat(++number);
    Happens(one.closed, ++number);
    const LedgerChat chat = Chat();
    ASSERT_EQ(chat.entries.size(), 1u);
    EXPECT_EQ(chat.entries[0].text, one.text);
    EXPECT_EQ(chat.entries[0].user_type, one.user_type);
    EXPECT_EQ(chat.entries[0].agent_login, one.closed.closed_by_login);
  }
}

TEST_F(ProjectorTest, EventsAreAllTheReportsNeed) {
  events::ChatStarted started;
  started.visitor.id = "v1";
  started.department = "d1";
  started.channel = "app", started.channel_label = "Shop";
  Happens(started, 0);
  Happens(events::ChatQueued{}, 0);
  Happens(Says("m1", "visitor", "Hi"), 1'000);
  Happens(events::ChatTaken{kLiv, false}, 5'000);
  events::ChatMessage answer = Says("m2", "agent", "Hello");
  answer.author_id = "u1", answer.author_username = "liv";
  Happens(answer, 8'000);
  Happens(events::ChatClosed{"user", "Liv Berg", "liv@acme.test", "m3", ""}, 20'000);
  Happens(events::AgentStatusChanged{kLiv, true}, 100);
  Happens(events::AgentStatusChanged{kLiv, false}, 900);

  storage::AnalyticsReader& analytics = store_.stores().analytics();
  storage::ChatScope scope;
  scope.from = At(0), scope.until = At(1), scope.abandoned_after = std::chrono::seconds(12);
  const std::vector<storage::ChatFigures> sources = *Await(analytics.Chats(scope, storage::ChatKey::kChannel));
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_EQ(sources[0].key, "app");
  EXPECT_EQ(sources[0].name, "Shop");
  EXPECT_EQ(sources[0].first_response.sum, 7'000);
  EXPECT_EQ(sources[0].first_reaction.sum, 3'000);
  EXPECT_EQ(sources[0].abandoned, 1);
  EXPECT_EQ(Await(analytics.Chats(scope, storage::ChatKey::kResponder))->at(0).name, "liv");
  const std::vector<storage::ChatSpell> waits = *Await(analytics.Spells("", At(0), At(1)));
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0].department, "d1");
  EXPECT_EQ(waits[0].until, At(5'000));
  const std::vector<storage::AgentSpell> present = *Await(analytics.Presence(At(0), At(1'000)));
  ASSERT_EQ(present.size(), 1u);
  EXPECT_EQ(present[0].since, At(100));
  EXPECT_EQ(present[0].until, At(900));
}

TEST_F(ProjectorTest, AVisitorsNewsReachTheChat) {
  StartChat();
  events::VisitorChanged changed;
  changed.visitor.id = "v1";
  changed.visitor.email = "ida@buyer.test";
  Happens(changed, 1);
  EXPECT_EQ(Chat().visitor.email, "ida@buyer.test");
  EXPECT_EQ(Chat().visitor.name, "Ida Holm");
}

TEST_F(ProjectorTest, AGoalThatIsReachedStandsInTheChatOnce) {
  StartChat();
  events::GoalReached reached;
  reached.visitor_id = "v1", reached.goal_id = "g1", reached.goal_name = "order placed", reached.goal_type = "url";
  reached.order_price = "24.90";
  Happens(reached, 7, "goal/g1/r1");
  Happens(reached, 8, "goal/g1/r1");
  ASSERT_EQ(Chat().goals.size(), 1u);
  EXPECT_EQ(Chat().goals[0].goal_id, "g1");
  EXPECT_EQ(Chat().goals[0].name, "order placed");
  EXPECT_EQ(Chat().goals[0].at, At(7));
  EXPECT_EQ(Chat().goals[0].order_price, "24.90");
}

TEST_F(ProjectorTest, AGoalReachedWithoutAChatStandsInNone) {
  StartChat();
  events::GoalReached reached;
  reached.visitor_id = "r1";  // the subject of every event here: the visitor's own
  reached.goal_id = "g1";
  Happens(reached, 7);
  EXPECT_THAT(Chat().goals, IsEmpty());
}

TEST_F(ProjectorTest, AGreetingIsShownOnceAndAcceptedByTheFirstChat) {
  StartChat();
  const auto shown = [this] { return Await(store_.ledger().Greetings({"greeting/gr1/visit1"}))->at(0); };
  Happens(events::GreetingShown{"gr1", "visit1", "", "d1"}, 1, "greeting/gr1/visit1");
  Happens(events::GreetingShown{"gr1", "visit2", "", ""}, 2, "greeting/gr1/visit1");
  EXPECT_EQ(shown().greeting_id, "gr1");
  EXPECT_EQ(shown().visit, "visit1");
  EXPECT_EQ(shown().department, "d1");
  EXPECT_EQ(shown().at, At(1));
  Happens(events::GreetingAccepted{"greeting/gr1/visit1", "gr1", "v1"}, 3);
  EXPECT_EQ(shown().visitor_id, "v1");
  const std::vector<storage::GreetedVisitor> greeted = *Await(store_.ledger().CountGreetings({"v1", "v2"}));
  ASSERT_EQ(greeted.size(), 1u);
  EXPECT_EQ(greeted[0].accepted, 1);
}

TEST_F(ProjectorTest, RemovingErasesTheChatAndWhatWasSaid) {
  StartChat();
  Happens(Says("m1", "visitor", "secret"), 1);
  Happens(events::ChatRemoved{}, 2);
  EXPECT_FALSE(Await(store_.ledger().Get("r1"))->has_value());
  const std::vector<storage::OutboxEvent> outbox = *Await(store_.outbox().Read(0, 10));
  ASSERT_EQ(outbox.size(), 3u);
  EXPECT_TRUE(outbox[1].payload.IsNull());
  EXPECT_TRUE(events::FromOutbox(outbox[2])) << "that it was removed can still be told";
}

}  // namespace
}  // namespace parley::ledger
