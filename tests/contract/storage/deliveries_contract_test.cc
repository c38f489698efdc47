#include <gmock/gmock.h>

#include "contract/storage/engines.h"
#include "storage/deliveries.h"

namespace parley::storage::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const Time kNow = FromUnixMillis(1'767'608'130'000);

class DeliveriesContract : public StorageContract {
 protected:
  void SetUp() override {
    StorageContract::SetUp();
    Changes changes;
    for (const char* id : {"e1", "e2", "e3"}) changes.events.push_back(EventNamed(id));
    ASSERT_TRUE(Commit(std::move(changes)));
  }

  static OutboxEvent EventNamed(std::string id) {
    OutboxEvent event;
    event.id = std::move(id);
    event.kind = "chat.closed";
    event.at = kNow;
    event.subject = "room-" + event.id;
    event.payload = *ParseJson("{}");
    return event;
  }

  static Delivery To(std::string id, std::string endpoint, std::string event = "e1") {
    Delivery delivery;
    delivery.id = std::move(id);
    delivery.endpoint = std::move(endpoint);
    delivery.subject = "room-" + event;
    delivery.event_id = std::move(event);
    delivery.type = "chat_ended";
    delivery.at = kNow;
    delivery.body = R"({"a":1})";
    delivery.due = kNow;
    return delivery;
  }

  static NoteAttempt Failed(std::string id, Time due) {
    NoteAttempt change;
    change.attempt.delivery = std::move(id);
    change.attempt.at = kNow;
    change.attempt.status = 500;
    change.attempt.latency = milliseconds(7);
    change.attempt.head = "oops";
    change.due = due;
    change.reason = "answered 500";
    return change;
  }

  static NoteAttempt Ended(std::string id, DeliveryStatus status) {
    NoteAttempt change = Failed(std::move(id), kNow);
    change.status = status;
    return change;
  }

  void Apply(std::vector<RelayChange> relay) {
    Changes changes;
    changes.relay = std::move(relay);
    ASSERT_TRUE(Commit(std::move(changes)));
  }

  std::vector<std::string> Due(const std::string& endpoint, Time now = kNow, std::int64_t limit = 100) {
    const std::vector<Delivery> due = *Await(deliveries().Due(endpoint, now, limit));
    return IdsOf(due);
  }
  std::vector<std::string> Found(const DeliveryFilter& filter, std::int64_t limit = 100) {
    const std::vector<Delivery> found = *Await(deliveries().Find(filter, limit));
    return IdsOf(found);
  }
  static std::vector<std::string> IdsOf(const std::vector<Delivery>& deliveries) {
    std::vector<std::string> ids;
    for (const Delivery& delivery : deliveries) ids.push_back(delivery.id);
    return ids;
  }
  std::optional<Delivery> GetDelivery(const std::string& id) { return *Await(deliveries().Get(id)); }
};

TEST_P(DeliveriesContract, GivesBackWhatWasQueued) {
  Delivery queued = To("d1", "hook");
  queued.order_key = "room-e1";
  Apply({QueueDelivery{queued}});
  Reopen();
  const std::optional<Delivery> read = GetDelivery("d1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->endpoint, "hook");
  EXPECT_EQ(read->event_id, "e1");
  EXPECT_EQ(read->type, "chat_ended");
  EXPECT_EQ(read->subject, "room-e1");
  EXPECT_EQ(read->order_key, "room-e1");
  EXPECT_EQ(read->at, kNow);
  EXPECT_EQ(read->body, R"({"a":1})");
  EXPECT_EQ(read->status, DeliveryStatus::kPending);
  EXPECT_EQ(read->attempts, 0);
  EXPECT_EQ(read->due, kNow);
  EXPECT_GT(read->sequence, 0);
  EXPECT_FALSE(GetDelivery("d2"));
}

TEST_P(DeliveriesContract, IsQueuedOnce) {
  Apply({QueueDelivery{To("d1", "hook")}});
  Delivery again = To("d1", "other");
  Apply({QueueDelivery{again}, QueueDelivery{To("d2", "hook")}});
  EXPECT_THAT(Due("hook"), ElementsAre("d1", "d2"));
  EXPECT_THAT(Due("other"), IsEmpty());
}

TEST_P(DeliveriesContract, NothingIsQueuedOfAnErasedOrUnknownEvent) {
  Changes erase;
  erase.ledger.emplace_back(EraseEvents{"room-e1"});
  ASSERT_TRUE(Commit(std::move(erase)));
  Apply({QueueDelivery{To("d1", "hook", "e1")}, QueueDelivery{To("d2", "hook", "e9")},
         QueueDelivery{To("d3", "hook", "e2")}});
  EXPECT_THAT(Due("hook"), ElementsAre("d3"));
}

TEST_P(DeliveriesContract, TheCursorNeverGoesBack) {
  EXPECT_EQ(*Await(deliveries().Cursor()), 0);
  Apply({MoveRelayCursor{3}});
  Apply({MoveRelayCursor{2}});
  Reopen();
  EXPECT_EQ(*Await(deliveries().Cursor()), 3);
}

TEST_P(DeliveriesContract, IsDueFromItsTimeOnTheLongestDueFirst) {
  Delivery later = To("d1", "hook");
  later.due = kNow + seconds(5);
  Apply({QueueDelivery{later}, QueueDelivery{To("d2", "hook")}, QueueDelivery{To("d3", "other")}});
  EXPECT_THAT(Due("hook", kNow - milliseconds(1)), IsEmpty());
  EXPECT_THAT(Due("hook", kNow), ElementsAre("d2"));
  EXPECT_THAT(Due("hook", kNow + seconds(5)), ElementsAre("d2", "d1"));
  EXPECT_THAT(Due("hook", kNow + seconds(5), 1), ElementsAre("d2"));
  const DuePlace behind{kNow, GetDelivery("d2")->sequence};
  EXPECT_THAT(IdsOf(*Await(deliveries().Due("hook", kNow + seconds(5), 100, behind))), ElementsAre("d1"));
  EXPECT_EQ(*Await(deliveries().NextDue("hook", kNow - milliseconds(1))), kNow);
  EXPECT_EQ(*Await(deliveries().NextDue("hook", kNow)), kNow + seconds(5));
  EXPECT_EQ(*Await(deliveries().NextDue("hook", kNow + seconds(5))), std::nullopt);
  EXPECT_EQ(*Await(deliveries().NextDue("nobody", kNow)), std::nullopt);
  EXPECT_THAT(*Await(deliveries().Waiting()), ElementsAre("hook", "other"));
}

TEST_P(DeliveriesContract, LaterOnesOfAnOrderWaitForEarlierOnes) {
  Delivery first = To("d1", "hook");
  Delivery second = To("d2", "hook");
  Delivery elsewhere = To("d3", "hook");
  Delivery unordered = To("d4", "hook");
  first.order_key = second.order_key = "room-e1";
  elsewhere.order_key = "room-e2";
  first.due = kNow + seconds(5);
  Apply({QueueDelivery{first}, QueueDelivery{second}, QueueDelivery{elsewhere}, QueueDelivery{unordered}});
  EXPECT_THAT(Due("hook"), ElementsAre("d3", "d4"));
  EXPECT_THAT(Due("hook", kNow + seconds(5)), ElementsAre("d3", "d4", "d1"));
  Apply({Ended("d1", DeliveryStatus::kDead)});
  EXPECT_THAT(Due("hook"), ElementsAre("d2", "d3", "d4"));
}

TEST_P(DeliveriesContract, AttemptsAreNotedWithWhatCameOfThem) {
  Apply({QueueDelivery{To("d1", "hook")}});
  Apply({Failed("d1", kNow + seconds(5))});
  std::optional<Delivery> delivery = GetDelivery("d1");
  EXPECT_EQ(delivery->status, DeliveryStatus::kPending);
  EXPECT_EQ(delivery->attempts, 1);
  EXPECT_EQ(delivery->due, kNow + seconds(5));
  EXPECT_EQ(delivery->reason, "answered 500");
  Apply({Ended("d1", DeliveryStatus::kDelivered)});
  delivery = GetDelivery("d1");
  EXPECT_EQ(delivery->status, DeliveryStatus::kDelivered);
  EXPECT_EQ(delivery->attempts, 2);
  const std::vector<DeliveryAttempt> attempts = *Await(deliveries().Attempts("d1"));
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].number, 1);
  EXPECT_EQ(attempts[0].status, 500);
  EXPECT_EQ(attempts[0].latency, milliseconds(7));
  EXPECT_EQ(attempts[0].head, "oops");
  EXPECT_EQ(attempts[1].number, 2);
}

TEST_P(DeliveriesContract, WhatIsQueuedAgainStartsAfreshAndKeepsItsAttempts) {
  Apply({QueueDelivery{To("d1", "hook")}, Ended("d1", DeliveryStatus::kDead)});
  EXPECT_THAT(Due("hook"), IsEmpty());
  Apply({RequeueDelivery{"d1", kNow + seconds(1)}});
  const std::optional<Delivery> delivery = GetDelivery("d1");
  EXPECT_EQ(delivery->status, DeliveryStatus::kPending);
  EXPECT_EQ(delivery->attempts, 0);
  EXPECT_EQ(delivery->due, kNow + seconds(1));
  EXPECT_EQ(delivery->reason, "");
  Apply({Ended("d1", DeliveryStatus::kDelivered)});
  EXPECT_EQ(Await(deliveries().Attempts("d1"))->at(1).number, 2);
}

// Queued and taken in one commit: the same as one after the other.
TEST_P(DeliveriesContract, WhatIsQueuedAndDeliveredAtOnceIsShownAsAnyOther) {
  NoteAttempt delivered = Ended("d1", DeliveryStatus::kDelivered);
  delivered.attempt.status = 200;
  delivered.reason.clear();
  delivered.attempt.head = "thanks";
  Apply({QueueDelivery{To("d1", "hook")}, delivered});
  EXPECT_EQ(GetDelivery("d1")->status, DeliveryStatus::kDelivered);
  EXPECT_EQ(GetDelivery("d1")->attempts, 1);
  EXPECT_EQ(GetDelivery("d1")->body, To("d1", "hook").body);
  const auto attempts = [&] { return *Await(deliveries().Attempts("d1")); };
  ASSERT_EQ(attempts().size(), 1u);
  EXPECT_EQ(attempts()[0].delivery, "d1");
  EXPECT_EQ(attempts()[0].number, 1);
  EXPECT_EQ(attempts()[0].at, delivered.attempt.at);
  EXPECT_EQ(attempts()[0].status, 200);
  EXPECT_EQ(attempts()[0].latency, delivered.attempt.latency);
  EXPECT_EQ(attempts()[0].head, "thanks");
  // Sent again, it has both attempts.
  Apply({RequeueDelivery{"d1", kNow}});
  EXPECT_EQ(GetDelivery("d1")->status, DeliveryStatus::kPending);
  ASSERT_EQ(attempts().size(), 1u);
  EXPECT_EQ(attempts()[0].at, delivered.attempt.at);
  Apply({Failed("d1", kNow)});
  ASSERT_EQ(attempts().size(), 2u);
  EXPECT_EQ(attempts()[0].head, "thanks");
  EXPECT_EQ(attempts()[1].number, 2);
  EXPECT_EQ(attempts()[1].status, 500);
}

// It was there already, or taken back meanwhile.
TEST_P(DeliveriesContract, WhatIsQueuedAndDeliveredAtOnceMayBeThereAlready) {
  NoteAttempt delivered = Ended("d1", DeliveryStatus::kDelivered);
  delivered.attempt.status = 200;
  delivered.reason.clear();
  Apply({QueueDelivery{To("d1", "hook")}});
  Apply({QueueDelivery{To("d1", "hook")}, delivered});
  EXPECT_EQ(GetDelivery("d1")->status, DeliveryStatus::kDelivered);
  Apply({QueueDelivery{To("d1", "hook")}, delivered});
  EXPECT_EQ(GetDelivery("d1")->attempts, 1);
  EXPECT_EQ(Await(deliveries().Attempts("d1"))->size(), 2u);
  // Once in a row of its own, once in the delivery's: erasing finds both.
  delivered.attempt.delivery = "d2";
  Apply({QueueDelivery{To("d2", "hook")}, delivered});
  Apply({delivered});
  EXPECT_EQ(Await(deliveries().Attempts("d2"))->size(), 2u);
}

TEST_P(DeliveriesContract, ErasingLeavesThatADeliveryWasAndNothingElse) {
  Apply({QueueDelivery{To("d1", "hook", "e1")}, QueueDelivery{To("d2", "hook", "e2")}, Failed("d1", kNow)});
  Changes erase;
  erase.ledger.emplace_back(RemoveLedgerChat{"room-e1"});
  ASSERT_TRUE(Commit(std::move(erase)));
  const std::optional<Delivery> erased = GetDelivery("d1");
  EXPECT_EQ(erased->status, DeliveryStatus::kErased);
  EXPECT_EQ(erased->body, "");
  EXPECT_EQ(erased->reason, "");
  EXPECT_THAT(*Await(deliveries().Attempts("d1")), IsEmpty());
  EXPECT_THAT(Due("hook"), ElementsAre("d2"));
  // An attempt that was under way, and somebody who wants it sent again, do not bring it back.
  Apply({Ended("d1", DeliveryStatus::kDelivered), RequeueDelivery{"d1", kNow}});
  EXPECT_EQ(GetDelivery("d1")->status, DeliveryStatus::kErased);
  EXPECT_THAT(*Await(deliveries().Attempts("d1")), IsEmpty());
}

TEST_P(DeliveriesContract, CancelingLeavesFinishedOnesAlone) {
  Apply({QueueDelivery{To("d1", "hook")}, QueueDelivery{To("d2", "hook")}, QueueDelivery{To("d3", "other")},
         Ended("d1", DeliveryStatus::kDelivered), CancelDeliveries{"hook", "removed"}});
  EXPECT_EQ(GetDelivery("d1")->status, DeliveryStatus::kDelivered);
  EXPECT_EQ(GetDelivery("d2")->status, DeliveryStatus::kCanceled);
  EXPECT_EQ(GetDelivery("d2")->reason, "removed");
  EXPECT_EQ(GetDelivery("d3")->status, DeliveryStatus::kPending);
  // An attempt that was under way does not change what it is now.
  Apply({Ended("d2", DeliveryStatus::kDelivered)});
  EXPECT_EQ(GetDelivery("d2")->status, DeliveryStatus::kCanceled);
}

TEST_P(DeliveriesContract, FindsTheNewestFirst) {
  Delivery late = To("d3", "other", "e2");
  late.at = kNow + seconds(60);
  Apply({QueueDelivery{To("d1", "hook")}, QueueDelivery{To("d2", "hook", "e2")}, QueueDelivery{late},
         Ended("d1", DeliveryStatus::kDead)});
  EXPECT_THAT(Found({}), ElementsAre("d3", "d2", "d1"));
  EXPECT_THAT(Found({}, 2), ElementsAre("d3", "d2"));
  DeliveryFilter filter;
  filter.before = GetDelivery("d2")->sequence;
  EXPECT_THAT(Found(filter), ElementsAre("d1"));
  filter = {};
  filter.endpoint = "hook";
  EXPECT_THAT(Found(filter), ElementsAre("d2", "d1"));
  filter.status = DeliveryStatus::kDead;
  EXPECT_THAT(Found(filter), ElementsAre("d1"));
  filter = {};
  filter.subject = "room-e2";
  EXPECT_THAT(Found(filter), ElementsAre("d3", "d2"));
  filter.since = kNow + seconds(1);
  EXPECT_THAT(Found(filter), ElementsAre("d3"));
  filter = {};
  filter.until = kNow + seconds(1);
  EXPECT_THAT(Found(filter), ElementsAre("d2", "d1"));
}

TEST_P(DeliveriesContract, CountsWhatIsPendingByEndpoint) {
  Delivery later = To("d3", "b");
  later.due = kNow + seconds(9);
  later.at = kNow - seconds(9);
  Apply({QueueDelivery{To("d1", "a")}, QueueDelivery{To("d2", "a")}, QueueDelivery{later}, QueueDelivery{To("d4", "c")},
         Ended("d4", DeliveryStatus::kDelivered)});
  const std::vector<Backlog> backlogs = *Await(deliveries().Backlogs());
  ASSERT_EQ(backlogs.size(), 2u);
  EXPECT_EQ(backlogs[0].endpoint, "a");
  EXPECT_EQ(backlogs[0].pending, 2);
  EXPECT_EQ(backlogs[0].due, kNow);
  EXPECT_EQ(backlogs[1].endpoint, "b");
  EXPECT_EQ(backlogs[1].oldest, kNow - seconds(9));
  EXPECT_EQ(backlogs[1].due, kNow + seconds(9));
}

TEST_P(DeliveriesContract, PruningForgetsTheLongestFinished) {
  Apply({QueueDelivery{To("d1", "hook")}, QueueDelivery{To("d2", "hook")}, QueueDelivery{To("d3", "hook")}});
  NoteAttempt later = Ended("d2", DeliveryStatus::kDelivered);
  later.attempt.at = kNow + seconds(60);
  Apply({Ended("d1", DeliveryStatus::kDelivered), later});
  Apply({PruneDeliveries{kNow + seconds(30), 10}});
  EXPECT_THAT(Found({}), ElementsAre("d3", "d2"));
  EXPECT_THAT(*Await(deliveries().Attempts("d1")), IsEmpty());
  EXPECT_EQ(Await(deliveries().Attempts("d2"))->size(), 1u);
  Apply({PruneDeliveries{kNow + seconds(90), 0}});
  EXPECT_THAT(Found({}), ElementsAre("d3", "d2"));
}

TEST_P(DeliveriesContract, TellsOfCommitsWithEvents) {
  int told = 0;
  store_->OnEvents([&] { ++told; });
  Apply({QueueDelivery{To("d1", "hook")}});
  EXPECT_EQ(told, 0);
  Changes changes;
  changes.events.push_back(EventNamed("e4"));
  ASSERT_TRUE(Commit(std::move(changes)));
  EXPECT_EQ(told, 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, DeliveriesContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
