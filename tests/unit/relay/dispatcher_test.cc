#include "relay/dispatcher.h"

#include <set>

#include "relay_fixture.h"

namespace parley::relay::test {
namespace {

using std::chrono::seconds;

class DispatcherTest : public RelayFixture {
 protected:
  void SetUp() override { services_.Say(200, "ok"); }
};

TEST_F(DispatcherTest, TellsEachEndpointWhatItAskedFor) {
  const std::string hook = Register(DialectKind::kNeutral, {"chat.closed", "chat.started"}).id;
  AddWebhook("w1", "chat_ended");
  HoldChat("room1");
  Settle();
  std::set<std::string> told;
  for (const Delivery& delivery : Deliveries()) told.insert(delivery.endpoint + " " + delivery.type);
  EXPECT_EQ(told, (std::set<std::string>{hook + " chat.started", hook + " chat.closed", "w1 chat_ended"}));
}

TEST_F(DispatcherTest, WhatHappenedBeforeARegistrationIsNotForIt) {
  HoldChat("room1");
  Wait(seconds(1));
  AddWebhook("w1", "chat_ended");
  Settle();
  EXPECT_EQ(Fates(), "");
  HoldChat("room2");
  Settle();
  EXPECT_EQ(Fates(), "chat_ended delivered");
}

TEST_F(DispatcherTest, AChatIsToldAsItWasThen) {
  AddWebhook("w1", "chat_started");
  AddWebhook("w2", "chat_ended");
  HoldChat("room1");
  Settle();
  ASSERT_EQ(TypesSent(), "chat_started chat_ended");
  EXPECT_EQ(Sent()[0].FindPath("chat.ended_timestamp"), nullptr);
  EXPECT_EQ(Print(*Sent()[0].FindPath("chat.messages")), "[]");
  EXPECT_NE(Sent()[1].FindPath("chat.ended_timestamp"), nullptr);
}

TEST_F(DispatcherTest, FirstFillsAreNotTold) {
  Register();
  Happens("e1", "d1", events::OfflineMessage{}, events::Source::kFill);
  Settle();
  EXPECT_EQ(Fates(), "");
}

TEST_F(DispatcherTest, AnEventReadAgainIsQueuedOnce) {
  Register(DialectKind::kNeutral, {"chat.closed"});
  HoldChat("room1");
  const std::vector<Endpoint> endpoints = *Await(book_.Load());
  const Dialects dialects{livechat_, rocketchat_, neutral_};
  Dispatcher first(store_.stores(), dialects, store_.clock());
  EXPECT_TRUE(*Await(first.Step(endpoints)));
  EXPECT_FALSE(*Await(first.Step(endpoints)));
  EXPECT_EQ(Await(first.Replay(endpoints[0], Now() - seconds(60), Now() + seconds(1), 10))->queued, 1);
  EXPECT_EQ(Deliveries().size(), 1u);
  // After a restart it is read on from where it was.
  Dispatcher second(store_.stores(), dialects, store_.clock());
  EXPECT_FALSE(*Await(second.Step(endpoints)));
}

TEST_F(DispatcherTest, FiltersByGroupAgentAndTag) {
  const auto listen = [&](Filter filter) {
    return Amend(Register(DialectKind::kNeutral, {"chat.closed"}).id,
                 [&](Endpoint& endpoint) {
                   endpoint.filter = filter;
                   return Status();
                 })
        .id;
  };
  const std::string sales = listen({{"sales"}, {}, {}});
  const std::string nobodys = listen({{""}, {}, {}});
  const std::string livs = listen({{}, {"liv@acme.test"}, {}});
  const std::string evas = listen({{}, {"eva@acme.test"}, {}});
  const std::string vips = listen({{}, {}, {"vip"}});
  HoldChat("room1", "sales");
  Happens("tagged", "room1", events::ChatTagged{{"vip", "new"}});
  HoldChat("room2");
  Settle();
  const auto told = [&](const std::string& endpoint) {
    storage::DeliveryFilter filter;
    filter.endpoint = endpoint;
    std::string rooms;
    const std::vector<Delivery> found = *Await(store_.deliveries().Find(filter, 10));
    for (const Delivery& delivery : found) rooms += delivery.subject + " ";
    return rooms;
  };
  EXPECT_EQ(told(sales), "room1 ");
  EXPECT_EQ(told(nobodys), "room2 ");
  EXPECT_EQ(told(livs), "room2 room1 ");
  EXPECT_EQ(told(evas), "");
  EXPECT_EQ(told(vips), "room1 ");
}

TEST_F(DispatcherTest, ReplaySendsAgainWithTheSameIds) {
  const Endpoint endpoint = Register(DialectKind::kNeutral, {"chat.closed"});
  const Time start = Now();
  HoldChat("room1");
  Wait(seconds(60));
  HoldChat("room2");
  Settle();
  ASSERT_EQ(services_.requests().size(), 2u);
  const std::string first_id = parley::test::HeaderOf(services_.requests()[0], "webhook-id");
  Dispatcher dispatcher(store_.stores(), {livechat_, rocketchat_, neutral_}, store_.clock());
  const ReplayCount count = *Await(dispatcher.Replay(endpoint, start, start + seconds(30), 10));
  EXPECT_EQ(count.queued, 1);
  EXPECT_FALSE(count.more);
  Settle();
  ASSERT_EQ(services_.requests().size(), 3u);
  EXPECT_EQ(parley::test::HeaderOf(services_.requests()[2], "webhook-id"), first_id);
}

TEST_F(DispatcherTest, ReplayReachesBackBeforeTheRegistrationAndStopsAtItsLimit) {
  const Time start = Now();
  HoldChat("room1");
  HoldChat("room2");
  Wait(seconds(60));
  const Endpoint endpoint = Register(DialectKind::kNeutral, {"chat.closed"});
  Dispatcher dispatcher(store_.stores(), {livechat_, rocketchat_, neutral_}, store_.clock());
  const ReplayCount some = *Await(dispatcher.Replay(endpoint, start, Now(), 1));
  EXPECT_EQ(some.queued, 1);
  EXPECT_TRUE(some.more);
  EXPECT_EQ(Await(dispatcher.Replay(endpoint, start, Now(), 10))->queued, 2);
  Settle();
  EXPECT_EQ(Fates(), "chat.closed delivered, chat.closed delivered");
}

TEST_F(DispatcherTest, ErasedChatsAreNotToldNorReplayed) {
  const Endpoint endpoint = Register(DialectKind::kNeutral, {"chat.closed"});
  HoldChat("room1");
  storage::Changes erase;
  erase.ledger.emplace_back(storage::RemoveLedgerChat{"room1"});
  ASSERT_TRUE(Commit(std::move(erase)));
  Settle();
  EXPECT_EQ(Fates(), "");
  Dispatcher dispatcher(store_.stores(), {livechat_, rocketchat_, neutral_}, store_.clock());
  EXPECT_EQ(Await(dispatcher.Replay(endpoint, Now() - seconds(60), Now() + seconds(1), 10))->queued, 0);
}

TEST_F(DispatcherTest, ADisabledEndpointIsQueuedNothing) {
  const std::string id = Register(DialectKind::kNeutral, {"chat.closed"}).id;
  Amend(id, [](Endpoint& endpoint) {
    endpoint.enabled = false;
    return Status();
  });
  HoldChat("room1");
  Settle();
  EXPECT_EQ(Fates(), "");
}

}  // namespace
}  // namespace parley::relay::test
