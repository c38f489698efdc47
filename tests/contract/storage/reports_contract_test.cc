// Tallies of the ledger, interval by interval.
#include <gmock/gmock.h>

#include "contract/storage/engines.h"
#include "storage/reports.h"

namespace parley::storage::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Time At(std::int64_t seconds) {
  return FromUnixMillis(seconds * 1000);
}

const LedgerAgent kLiv{"u1", "liv", "Liv Berg", "liv@acme.test"};
const LedgerAgent kNora{"u2", "nora", "Nora Quist", "nora@acme.test"};

class ReportsContract : public StorageContract {
 protected:
  void Apply(std::vector<LedgerChange> ledger_changes) {
    Changes changes;
    changes.ledger = std::move(ledger_changes);
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  static UpsertLedgerChat Start(const std::string& id, Time started, const std::string& department = {}) {
    UpsertLedgerChat start;
    start.chat.id = id;
    start.chat.visitor.id = "v1";
    start.chat.started = started;
    start.chat.department = department;
    return start;
  }
  template <class T>
  static T OrFail(Result<T> result) {
    EXPECT_TRUE(result) << result.error().message << " " << result.error().detail;
    return result ? *std::move(result) : T();
  }
  std::vector<std::int64_t> ChatsOver(const std::vector<Time>& edges, const ReportScope& scope = {}) {
    std::vector<std::int64_t> counts;
    for (const ChatTally& tally : OrFail(Await(reports().Tally(scope, edges)))) counts.push_back(tally.chats);
    return counts;
  }
  std::vector<std::string> ServingIn(Time from, Time until, const ReportScope& scope = {}) {
    std::vector<std::string> chats;
    for (const ChatSpell& spell : OrFail(Await(reports().Serving(scope, from, until)))) chats.push_back(spell.chat_id);
    return chats;
  }
};

TEST_P(ReportsContract, AnEmptyLedgerHasZeros) {
  EXPECT_FALSE(OrFail(Await(reports().FirstChat())));
  EXPECT_THAT(ChatsOver({At(0), At(10), At(20)}), ElementsAre(0, 0));
  EXPECT_THAT(ServingIn(At(0), At(10)), IsEmpty());
}

TEST_P(ReportsContract, AChatBelongsToTheIntervalItStartedIn) {
  Apply({Start("r1", At(10)), Start("r2", At(19)), Start("r3", At(20))});
  EXPECT_EQ(*OrFail(Await(reports().FirstChat())), At(10));
  EXPECT_THAT(ChatsOver({At(0), At(10), At(20), At(30)}), ElementsAre(0, 2, 1));
}

TEST_P(ReportsContract, WhoLeftTheQueueHadNoChat) {
  Apply({Start("r1", At(10)), SetLedgerQueued{"r1", At(10)}, CloseLedgerChat{"r1", At(14), "visitor"}});
  Apply({Start("r2", At(11)), SetLedgerQueued{"r2", At(11)}, AddLedgerAgent{"r2", kLiv, false, At(18)}});
  Apply({Start("r3", At(12)), SetLedgerQueued{"r3", At(12)}});
  EXPECT_THAT(ChatsOver({At(0), At(100)}), ElementsAre(1));
  const WaitTally waits = OrFail(Await(reports().TallyWaits({}, {At(0), At(100)}))).at(0);
  EXPECT_EQ(waits.left.count, 1);
  EXPECT_EQ(waits.left.sum, 4'000);
  EXPECT_EQ(waits.entered.count, 1);
  EXPECT_EQ(waits.entered.shortest, 7'000);
  EXPECT_EQ(waits.entered.longest, 7'000);
}

TEST_P(ReportsContract, ConditionsCombine) {
  Apply({Start("r1", At(10), "d1"), AddLedgerAgent{"r1", kLiv, false, At(10)}, SetLedgerTags{"r1", {"a", "b"}}});
  Apply({Start("r2", At(10), "d1"), AddLedgerAgent{"r2", kNora, false, At(10)},
         AddLedgerAgent{"r2", kLiv, true, At(11)}});
  Apply({Start("r3", At(10)), AddLedgerAgent{"r3", kNora, false, At(10)}, SetLedgerTags{"r3", {"a"}}});
  const std::vector<Time> ever = {At(0), At(100)};
  ReportScope scope;
  scope.departments = {"d1"};
  EXPECT_THAT(ChatsOver(ever, scope), ElementsAre(2));
  scope.departments = {"", "d2"};
  EXPECT_THAT(ChatsOver(ever, scope), ElementsAre(1));
  scope.departments = {};
  scope.agents = {"LIV@acme.test"};
  EXPECT_THAT(ChatsOver(ever, scope), ElementsAre(1)) << "looking on is not taking part";
  scope.agents = {"liv@acme.test", "nora@acme.test"};
  EXPECT_THAT(ChatsOver(ever, scope), ElementsAre(3));
  scope.tags = {"a"};
  EXPECT_THAT(ChatsOver(ever, scope), ElementsAre(2));
  scope.tags = {"a", "b"};
  EXPECT_THAT(ChatsOver(ever, scope), ElementsAre(1));
}

TEST_P(ReportsContract, RatingsAreOfWhoServedLast) {
  Apply({Start("r1", At(10)), AddLedgerAgent{"r1", kLiv, false, At(10)}, AddLedgerAgent{"r1", kNora, false, At(11)},
         RateLedgerChat{"r1", "rated_bad", "", {}}});
  Apply({Start("r2", At(10)), AddLedgerAgent{"r2", kLiv, false, At(10)}, RateLedgerChat{"r2", "rated_good", "", {}}});
  Apply({Start("r3", At(10)), AddLedgerAgent{"r3", kLiv, false, At(10)}});
  const std::vector<AgentRatings> ratings = OrFail(Await(reports().Ratings({}, At(0), At(100))));
  ASSERT_EQ(ratings.size(), 2u);
  EXPECT_EQ(ratings[0].login, "liv@acme.test");
  EXPECT_EQ(ratings[0].good, 1);
  EXPECT_EQ(ratings[0].bad, 0);
  EXPECT_EQ(ratings[1].bad, 1);
}

TEST_P(ReportsContract, ServingThatReachesIntoTheIntervalIsFoundHoweverLongAgoItBegan) {
  Apply({Start("r1", At(10)), AddLedgerAgent{"r1", kLiv, false, At(10)}, CloseLedgerChat{"r1", At(90'000), "user"}});
  Apply({Start("r2", At(20)), AddLedgerAgent{"r2", kNora, false, At(20)}, CloseLedgerChat{"r2", At(50), "user"}});
  Apply({Start("r3", At(30)), AddLedgerAgent{"r3", kNora, false, At(30)}});
  Apply({Start("r4", At(200'000)), AddLedgerAgent{"r4", kNora, false, At(200'000)}});
  EXPECT_THAT(ServingIn(At(80'000), At(100'000)), ElementsAre("r1", "r3"));
  EXPECT_THAT(ServingIn(At(40), At(60)), ElementsAre("r1", "r2", "r3"));
  EXPECT_THAT(ServingIn(At(90'000), At(90'001)), ElementsAre("r3")) << "r1 has just ended";
  ReportScope liv;
  liv.agents = {"liv@acme.test"};
  EXPECT_THAT(ServingIn(At(40), At(60), liv), ElementsAre("r1"));
}

INSTANTIATE_TEST_SUITE_P(Engines, ReportsContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
