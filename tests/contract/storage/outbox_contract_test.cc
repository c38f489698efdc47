#include <gmock/gmock.h>

#include "contract/storage/engines.h"
#include "storage/outbox.h"

namespace parley::storage::test {
namespace {

using testing::ElementsAre;

OutboxEvent EventNamed(std::string id, std::string subject = "room1") {
  OutboxEvent event;
  event.id = std::move(id);
  event.kind = "chat.message";
  event.at = FromUnixMillis(1'561'020'400'123);
  event.subject = std::move(subject);
  event.payload = *ParseJson(R"({"text":"Hi é","files":["a"]})");
  return event;
}

class OutboxContract : public StorageContract {
 protected:
  void Append(std::vector<OutboxEvent> events) {
    Changes changes;
    changes.events = std::move(events);
    ASSERT_TRUE(Commit(std::move(changes)));
  }

  std::vector<OutboxEvent> Read(std::int64_t after, std::int64_t limit) { return *Await(outbox().Read(after, limit)); }

  std::vector<std::string> Ids(std::int64_t after = 0, std::int64_t limit = 100) {
    std::vector<std::string> ids;
    for (const OutboxEvent& event : Read(after, limit)) ids.push_back(event.id);
    return ids;
  }
};

TEST_P(OutboxContract, GivesBackWhatWasAppended) {
  OutboxEvent quiet = EventNamed("e2");
  quiet.deliverable = false;
  Append({EventNamed("e1"), quiet});
  const std::vector<OutboxEvent> events = Read(0, 10);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].id, "e1");
  EXPECT_EQ(events[0].kind, "chat.message");
  EXPECT_EQ(UnixMillis(events[0].at), 1'561'020'400'123);
  EXPECT_EQ(events[0].subject, "room1");
  EXPECT_EQ(Print(events[0].payload), R"({"text":"Hi é","files":["a"]})");
  EXPECT_TRUE(events[0].deliverable);
  EXPECT_FALSE(events[1].deliverable);
  EXPECT_GT(events[1].sequence, events[0].sequence);
}

TEST_P(OutboxContract, ErasingLeavesNothingOfASubjectsEventsButThatTheyWere) {
  Append({EventNamed("e1", "ticket1"), EventNamed("e2", "ticket2")});
  Changes changes;
  changes.ledger.emplace_back(EraseEvents{"ticket1"});
  ASSERT_TRUE(Commit(std::move(changes)));
  const std::vector<OutboxEvent> events = Read(0, 10);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_TRUE(events[0].payload.IsNull());
  EXPECT_FALSE(events[0].deliverable);
  EXPECT_FALSE(events[1].payload.IsNull());
  EXPECT_TRUE(events[1].deliverable);
}

TEST_P(OutboxContract, KeepsTheOrderOfCommitsAcrossReopening) {
  Append({EventNamed("b"), EventNamed("a")});
  Reopen();
  Append({EventNamed("c")});
  EXPECT_THAT(Ids(), ElementsAre("b", "a", "c"));
}

TEST_P(OutboxContract, ReadsOnFromASequence) {
  Append({EventNamed("a"), EventNamed("b"), EventNamed("c")});
  const std::vector<OutboxEvent> first = Read(0, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_THAT(Ids(first[1].sequence), ElementsAre("c"));
  EXPECT_TRUE(Ids(Read(0, 10)[2].sequence).empty());
}

TEST_P(OutboxContract, ASecondEventOfTheSameIdIsDroppedSilently) {
  Append({EventNamed("a")});
  OutboxEvent again = EventNamed("a", "elsewhere");
  Append({again, EventNamed("b")});
  EXPECT_THAT(Ids(), ElementsAre("a", "b"));
  EXPECT_EQ(Read(0, 1)[0].subject, "room1");
}

TEST_P(OutboxContract, ErasingAChatErasesItsPayloadsButNotThatTheyWere) {
  Append({EventNamed("a", "room1"), EventNamed("b", "room2")});
  Changes erase;
  erase.ledger.push_back(RemoveLedgerChat{"room1"});
  ASSERT_TRUE(Commit(std::move(erase)));
  const std::vector<OutboxEvent> events = Read(0, 10);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_TRUE(events[0].payload.IsNull());
  EXPECT_FALSE(events[0].deliverable);
  EXPECT_FALSE(events[1].payload.IsNull());
}

TEST_P(OutboxContract, FindsThePlaceOfATimeWhateverWasFilledIn) {
  using std::chrono::hours;
  using std::chrono::seconds;
  const Time start = FromUnixMillis(1'561'020'400'000);
  EXPECT_EQ(*Await(outbox().LastBefore(start)), 0);
  std::vector<OutboxEvent> events;
  for (int hour = 0; hour < 40; ++hour) {
    events.push_back(EventNamed("live" + std::to_string(hour)));
    events.back().at = start + hours(hour);
    // Of last year, in between and at the end.
    events.push_back(EventNamed("fill" + std::to_string(hour)));
    events.back().at = start - hours(9000);
    events.back().deliverable = false;
  }
  Append(std::move(events));
  EXPECT_EQ(*Await(outbox().LastBefore(start)), 0);
  for (int hour = 1; hour < 40; ++hour) {
    const std::int64_t place = *Await(outbox().LastBefore(start + hours(hour)));
    const std::vector<OutboxEvent> next = Read(place, 2);
    EXPECT_TRUE(next[0].id == "live" + std::to_string(hour) || next[1].id == "live" + std::to_string(hour)) << hour;
  }
  // One that was written a little late is found too.
  EXPECT_LT(*Await(outbox().LastBefore(start + hours(39) + seconds(30))), Read(0, 100)[78].sequence);
  EXPECT_GE(*Await(outbox().LastBefore(start + hours(99))), Read(0, 100)[78].sequence);
}

INSTANTIATE_TEST_SUITE_P(Engines, OutboxContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
