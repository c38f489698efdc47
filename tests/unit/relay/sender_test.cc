#include "relay/sender.h"

#include <boost/asio/post.hpp>
#include <set>

#include "base/log.h"
#include "relay_fixture.h"
#include "support/file_size_limit.h"

namespace parley::relay::test {
namespace {

using parley::test::HeaderOf;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class SenderTest : public RelayFixture {
 protected:
  // One delivery, of one endpoint.
  std::string QueueOne() {
    const std::string id = Register(DialectKind::kNeutral, {"chat.closed"}).id;
    HoldChat("room1");
    return id;
  }
  Delivery Only() { return Deliveries().at(0); }
  std::vector<storage::DeliveryAttempt> Attempts() { return *Await(store_.deliveries().Attempts(Only().id)); }
};

TEST_F(SenderTest, SendsSignedAndNotesTheAttempt) {
  services_.Say(200, "thank you");
  QueueOne();
  EXPECT_EQ(Settle(), std::nullopt);
  ASSERT_EQ(services_.requests().size(), 1u);
  const outgoing::OutgoingRequest& request = services_.requests()[0];
  EXPECT_EQ(request.method, http::Method::kPost);
  EXPECT_EQ(request.url, "https://hooks.acme.test/n");
  EXPECT_EQ(request.timeout, seconds(10));
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(request, "webhook-id"), Only().id);
  EXPECT_EQ(HeaderOf(request, "webhook-timestamp"), std::to_string(UnixSeconds(Now())));
  EXPECT_TRUE(HeaderOf(request, "webhook-signature").starts_with("v1,"));
  EXPECT_EQ(Only().status, DeliveryStatus::kDelivered);
  ASSERT_EQ(Attempts().size(), 1u);
  EXPECT_EQ(Attempts()[0].status, 200);
  EXPECT_EQ(Attempts()[0].head, "thank you");
  EXPECT_EQ(counted_.outcomes, "delivered");
}

TEST_F(SenderTest, TriesForTheWholeScheduleAndThenKeepsTheReason) {
  services_.Say(503, "busy");
  QueueOne();
  const Time start = Now();
  std::vector<milliseconds> pauses;
  for (std::optional<Time> due = Settle(); due; due = Settle()) {
    pauses.push_back(*due - Now());
    // Not a moment earlier.
    Wait(*due - Now() - milliseconds(1));
    Settle();
    Wait(milliseconds(1));
  }
  EXPECT_EQ(services_.requests().size(), 8u);
  const milliseconds planned[] = {seconds(5), minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(10)};
  ASSERT_EQ(pauses.size(), std::size(planned));
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    EXPECT_GE(pauses[i], planned[i] * 8 / 10) << i;
    EXPECT_LE(pauses[i], planned[i] * 12 / 10) << i;
  }
  EXPECT_GT(Now() - start, hours(22));
  EXPECT_EQ(Only().status, DeliveryStatus::kDead);
  EXPECT_EQ(Only().reason, "answered 503");
  EXPECT_EQ(Attempts().size(), 8u);
  // The id was the same every time, and the signature of its own time.
  EXPECT_EQ(HeaderOf(services_.requests()[0], "webhook-id"), HeaderOf(services_.requests()[7], "webhook-id"));
  EXPECT_NE(HeaderOf(services_.requests()[0], "webhook-signature"),
            HeaderOf(services_.requests()[7], "webhook-signature"));
}

TEST_F(SenderTest, RetryAfterIsHonoured) {
  outgoing::OutgoingResponse busy;
  busy.status = 429;
  busy.headers.Add("Retry-After", "600");
  services_.Say(busy);
  QueueOne();
  EXPECT_EQ(Settle(), Now() + seconds(600));
}

TEST_F(SenderTest, GoneDisablesTheEndpointAndSaysSo) {
  services_.Say(410, "");
  const std::string id = QueueOne();
  Settle();
  EXPECT_FALSE(Read(id).enabled);
  EXPECT_EQ(Read(id).disabled_reason, "answered 410: not wanted any more");
  EXPECT_EQ(Only().status, DeliveryStatus::kDead);
  const auto events = *Await(store_.outbox().Read(0, 100));
  EXPECT_EQ(events.back().kind, "endpoint.disabled");
  EXPECT_EQ(events.back().subject, id);
  EXPECT_EQ(events.back().payload.Text("url"), "https://hooks.acme.test/n");
}

TEST_F(SenderTest, FiveDaysOfNothingButFailureDisable) {
  services_.Say(500, "");
  const std::string id = QueueOne();
  Settle();
  EXPECT_EQ(Read(id).failing_since, Now());
  Wait(hours(5 * 24) - seconds(1));
  HoldChat("room2");  // takes three seconds
  Settle();
  EXPECT_FALSE(Read(id).enabled);
  EXPECT_EQ(Read(id).disabled_reason, "nothing could be delivered for too long; at last: answered 500");
}

TEST_F(SenderTest, ASuccessInBetweenIsASuccess) {
  services_.SayInTurn({CalledServices::Of(500, ""), CalledServices::Of(200, ""), CalledServices::Of(500, "")});
  const std::string id = QueueOne();
  Settle();
  EXPECT_TRUE(Read(id).failing_since);
  Wait(hours(1));
  Settle();
  EXPECT_FALSE(Read(id).failing_since);
  Wait(hours(5 * 24));
  HoldChat("room2");
  Settle();
  EXPECT_TRUE(Read(id).enabled);
}

TEST_F(SenderTest, WhatWaitsForADisabledEndpointGoesOnceItIsEnabled) {
  services_.Say(500, "");
  const std::string id = QueueOne();
  Settle();
  Amend(id, [](Endpoint& endpoint) {
    endpoint.enabled = false;
    return Status();
  });
  services_.Say(200, "");
  Wait(hours(1));
  Settle();
  EXPECT_EQ(services_.requests().size(), 0u);
  Amend(id, [](Endpoint& endpoint) {
    endpoint.enabled = true;
    return Status();
  });
  Settle();
  EXPECT_EQ(Fates(), "chat.closed delivered");
}

TEST_F(SenderTest, WhatWaitsForARemovedEndpointIsCanceled) {
  services_.Say(500, "");
  AddWebhook("w1", "chat_ended");
  HoldChat("room1");
  Settle();
  RemoveWebhook("w1");
  Wait(hours(1));
  Settle();
  EXPECT_EQ(Fates(), "chat_ended canceled");
  EXPECT_EQ(Only().reason, "the endpoint was removed");
  EXPECT_EQ(services_.requests().size(), 1u);
}

TEST_F(SenderTest, OneThatIsNotThereHoldsUpNoOther) {
  // Answers in turn: the dead endpoint is asked until its breaker opens, the other every time.
  Register(DialectKind::kNeutral, {"chat.message"}, "https://dead.test/x");
  for (int i = 0; i < 20; ++i) HoldChat("room" + std::to_string(i));
  services_.Say(Unavailable("the service cannot be reached"));
  Settle();
  const std::size_t asked = services_.requests().size();
  EXPECT_LE(asked, static_cast<std::size_t>(Endpoint::kStandardConcurrency + Breakers::kFailuresToOpen));
  Register(DialectKind::kNeutral, {"chat.closed"});
  HoldChat("last");
  services_.Say(200, "");
  Settle();
  ASSERT_GE(services_.requests().size(), 1u);
  EXPECT_EQ(Sent()[0].Text("type"), "chat.closed");
}

TEST_F(SenderTest, WhoWasRegisteredSinceIsNotCanceled) {
  services_.Say(200, "");
  const Time start = Now();
  HoldChat("room1");
  Wait(seconds(1));
  const Endpoint endpoint = Register(DialectKind::kNeutral, {"chat.closed"});
  Dispatcher dispatcher(store_.stores(), {livechat_, rocketchat_, neutral_}, store_.clock());
  ASSERT_TRUE(Await(dispatcher.Replay(endpoint, start, Now(), 10)));
  int woken = 0;
  Sender sender({store_.stores(), projector_, store_.clock(), store_.generator(), services_, counted_},
                {livechat_, rocketchat_, neutral_}, book_, {}, [&woken] { ++woken; });
  // The endpoints as they were read before.
  ASSERT_TRUE(Await(sender.Begin({})));
  EXPECT_EQ(Fates(), "chat.closed pending");
  EXPECT_EQ(woken, 1);
}

TEST_F(SenderTest, InOrderPerChatWhereThatIsAsked) {
  const std::string id = Register(DialectKind::kNeutral, {"chat.started", "chat.closed"}).id;
  Amend(id, [](Endpoint& endpoint) {
    endpoint.ordered = true;
    return Status();
  });
  HoldChat("room1");
  HoldChat("room2");
  services_.SayInTurn({CalledServices::Of(500, ""), CalledServices::Of(200, "")});
  Settle();
  // The first one failed: what comes after it in its chat waits; the other chat does not.
  EXPECT_EQ(TypesSent(), "chat.started chat.started chat.closed");
  EXPECT_EQ(Sent()[1].Text("subject"), "room2");
  EXPECT_EQ(Sent()[2].Text("subject"), "room2");
  Wait(seconds(6));
  Settle();
  EXPECT_EQ(TypesSent(), "chat.started chat.started chat.closed chat.started chat.closed");
  EXPECT_EQ(Sent()[3].Text("subject"), "room1");
}

TEST_F(SenderTest, NoFasterThanTheEndpointAllows) {
  const std::string id = Register(DialectKind::kNeutral, {"chat.closed"}).id;
  Amend(id, [](Endpoint& endpoint) {
    endpoint.per_second = 2;
    return Status();
  });
  for (int i = 0; i < 3; ++i) HoldChat("room" + std::to_string(i));
  services_.Say(200, "");
  EXPECT_EQ(Settle(), Now() + milliseconds(500));
  EXPECT_EQ(services_.requests().size(), 1u);
  Wait(milliseconds(499));
  Settle();
  EXPECT_EQ(services_.requests().size(), 1u);
  Wait(milliseconds(1));
  Settle();
  EXPECT_EQ(services_.requests().size(), 2u);
}

TEST_F(SenderTest, TheVendorsRulesForThoseWhoWantThem) {
  const std::string id = QueueOne();
  Amend(id, [](Endpoint& endpoint) {
    endpoint.retry = RetryKind::kRocketChat;
    return Status();
  });
  services_.Say(404, "");
  Settle();
  EXPECT_EQ(Fates(), "chat.closed dead");
}

TEST_F(SenderTest, WhatWasUnderWayWhenItStoppedIsSentAgain) {
  QueueOne();
  services_.Meanwhile([this]() -> Awaitable<> {
    relay_.Stop();
    co_return;
  });
  services_.Say(200, "");
  Settle();
  // Nothing is known of it but its event, which has not been read as far as the store is concerned.
  EXPECT_EQ(Fates(), "");
  Relay next({store_.stores(), projector_, store_.clock(), store_.generator(), services_, counted_},
             {livechat_, rocketchat_, neutral_}, {});
  (void)Await(next.Step());
  while (!next.idle()) parley::test::Loop().run_one();
  EXPECT_EQ(Fates(), "chat.closed delivered");
}

// What is sent at once is written when it was; a receiver that takes its time holds nothing up meanwhile.
TEST_F(SenderTest, WhatTakesLongIsQueuedMeanwhile) {
  QueueOne();
  std::string before;
  std::string meanwhile;
  std::int64_t cursor = 0;
  const auto statuses = [](const std::vector<Delivery>& all) {
    std::string text;
    for (const Delivery& delivery : all) text.append(NameOf(delivery.status)).append(" ");
    return text;
  };
  const storage::DeliveryFilter everything;
  services_.Meanwhile([&]() -> Awaitable<> {
    const auto at_first = co_await store_.deliveries().Find(everything, 10);
    before = statuses(*at_first);
    Wait(milliseconds(251));
    const auto next = co_await relay_.Step();
    EXPECT_TRUE(next);
    const auto then = co_await store_.deliveries().Find(everything, 10);
    meanwhile = statuses(*then);
    const auto place = co_await store_.deliveries().Cursor();
    cursor = *place;
  });
  services_.Say(200, "at last");
  Settle();
  EXPECT_EQ(before, "");
  EXPECT_EQ(meanwhile, "pending ");
  EXPECT_EQ(cursor, Await(store_.outbox().Read(0, 100))->back().sequence);
  EXPECT_EQ(Fates(), "chat.closed delivered");
  EXPECT_EQ(services_.requests().size(), 1u);
  ASSERT_EQ(Attempts().size(), 1u);
  EXPECT_EQ(Attempts()[0].latency, milliseconds(251));
  EXPECT_EQ(Attempts()[0].head, "at last");
}

// The place in the outbox stays before what was not written; what was written behind it is not sent again.
TEST_F(SenderTest, ARestartSendsWhatWasNotWrittenAndNothingElse) {
  QueueOne();
  HoldChat("room2");
  services_.Meanwhile([this]() -> Awaitable<> {
    const UseAwaitable token;
    while (counted_.outcomes.empty()) co_await boost::asio::post(parley::test::Loop(), token);
    relay_.Stop();
  });
  services_.Say(200, "");
  Settle();
  ASSERT_EQ(Sent().size(), 2u);
  EXPECT_EQ(Sent()[0].Text("subject"), "room1");
  ASSERT_EQ(Deliveries().size(), 1u);
  EXPECT_EQ(Only().subject, "room2");
  services_.Say(200, "");
  Relay next({store_.stores(), projector_, store_.clock(), store_.generator(), services_, counted_},
             {livechat_, rocketchat_, neutral_}, {});
  (void)Await(next.Step());
  while (!next.idle()) parley::test::Loop().run_one();
  ASSERT_EQ(Sent().size(), 1u);
  EXPECT_EQ(Sent()[0].Text("subject"), "room1");
  EXPECT_EQ(Fates(), "chat.closed delivered, chat.closed delivered");
}

// Of a chat that is erased while something of it is being sent nothing is kept.
TEST_F(SenderTest, WhatIsErasedWhileItIsSentIsNotKept) {
  QueueOne();
  services_.Meanwhile([this]() -> Awaitable<> {
    storage::Changes erase;
    erase.ledger.emplace_back(storage::RemoveLedgerChat{"room1"});
    EXPECT_TRUE(co_await store_.committer().Commit(std::move(erase)));
  });
  services_.Say(200, "private words");
  Settle();
  EXPECT_EQ(services_.requests().size(), 1u);
  EXPECT_EQ(Fates(), "");
}

// More than is sent soon: the rest waits in the outbox, or in the queue where the receiver is slow.
TEST_F(SenderTest, ABurstIsSentOnceAndWhole) {
  Register(DialectKind::kNeutral, {"chat.message_removed"});
  constexpr int kMany = 3'000;
  storage::Changes changes;
  for (int i = 0; i < kMany; ++i) {
    events::Event event;
    event.id = "e" + std::to_string(i);
    event.at = Now();
    event.subject = "room1";
    event.payload = events::ChatMessageRemoved{event.id};
    changes.events.push_back(events::ToOutbox(event));
  }
  ASSERT_TRUE(Commit(std::move(changes)));
  services_.Say(200, "");
  Settle();
  std::set<std::string> ids;
  for (const auto& request : services_.requests()) ids.insert(HeaderOf(request, "webhook-id"));
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(services_.requests().size(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(*Await(store_.deliveries().Cursor()), Await(store_.outbox().Read(0, 2 * kMany))->back().sequence);
}

// The attempt was made and cannot be noted: it is made again, with the id it had. What cannot be kept is refused.
TEST_F(SenderTest, AFullDiskLosesNothing) {
  SetLogSink([](std::string_view) {});
  QueueOne();
  std::optional<parley::test::FileSizeLimit> full;
  services_.Say(200, "");
  services_.Meanwhile([&full]() -> Awaitable<> {
    full.emplace(16 * 1024);
    co_return;
  });
  ASSERT_TRUE(Await(relay_.Step()));
  while (!relay_.idle()) parley::test::Loop().run_one();
  events::Event event;
  event.id = "refused";
  event.at = Now();
  event.subject = "room2";
  event.payload = events::ChatMessageRemoved{std::string(1'000'000, 'x')};
  storage::Changes changes;
  projector_.Record(event, changes);
  EXPECT_FALSE(Commit(std::move(changes)));
  full.reset();
  ASSERT_EQ(services_.requests().size(), 1u);
  EXPECT_EQ(Fates(), "");
  Wait(seconds(3));
  Settle();
  ASSERT_EQ(services_.requests().size(), 2u);
  EXPECT_EQ(HeaderOf(services_.requests()[0], "webhook-id"), HeaderOf(services_.requests()[1], "webhook-id"));
  EXPECT_EQ(Only().status, DeliveryStatus::kDelivered);
  SetLogSink({});
}

TEST_F(SenderTest, FinishedDeliveriesAreKeptForAMonth) {
  services_.Say(200, "");
  QueueOne();
  Settle();
  Wait(hours(30 * 24));
  Settle();
  EXPECT_EQ(Deliveries().size(), 1u);
  Wait(minutes(2));
  Settle();
  EXPECT_EQ(Deliveries().size(), 0u);
}

TEST_F(SenderTest, WhatWaitsIsTold) {
  services_.Say(500, "");
  QueueOne();
  Settle();
  Wait(minutes(1));
  Settle();
  EXPECT_EQ(counted_.waiting, "1 for 60000 ms");
}

TEST_F(SenderTest, ErasingReachesWhatWasSentAndWhatWaits) {
  services_.Say(500, "private words");
  QueueOne();
  Settle();
  storage::Changes erase;
  erase.ledger.emplace_back(storage::RemoveLedgerChat{"room1"});
  ASSERT_TRUE(Commit(std::move(erase)));
  Wait(hours(1));
  Settle();
  EXPECT_EQ(services_.requests().size(), 1u);
  EXPECT_EQ(Only().status, DeliveryStatus::kErased);
  EXPECT_EQ(Only().body, "");
}

}  // namespace
}  // namespace parley::relay::test
