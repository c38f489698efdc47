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

TEST_P(ReportsContract, AChatCountsWithTheLastOfItsRatingsWhenItStarted) {
  Apply({Start("r1", At(10)), AddLedgerAgent{"r1", kLiv, false, At(10)}, CloseLedgerChat{"r1", At(15), "user"},
         RateLedgerChat{"r1", "rated_bad", "", {}}});
  Apply({Start("r2", At(30)), AddLedgerAgent{"r2", kLiv, false, At(30)}, RateLedgerChat{"r1", "rated_good", "", {}}});
  const auto ratings = [this] {
    std::vector<std::string> rows;
    for (const ChatTally& tally : OrFail(Await(reports().Tally({}, {At(0), At(20), At(40)})))) {
      rows.push_back(std::to_string(tally.rated_good) + "+" + std::to_string(tally.rated_bad) + " of " +
                     std::to_string(tally.chats));
    }
    return rows;
  };
  EXPECT_THAT(ratings(), ElementsAre("1+0 of 1", "0+0 of 1"));
  Apply({RateLedgerChat{"r1", "not_rated", "", {}}});
  EXPECT_THAT(ratings(), ElementsAre("0+0 of 1", "0+0 of 1")) << "a rating that was taken back is none";
}

class GoalsContract : public ReportsContract {
 protected:
  static AddLedgerGoal Hit(std::string id, std::string chat, Time at, std::string goal = "g1",
                           std::string type = "url") {
    AddLedgerGoal hit;
    hit.hit_id = std::move(id);
    hit.chat_id = std::move(chat);
    hit.visitor_id = "v1";
    hit.goal.goal_id = std::move(goal);
    hit.goal.type = std::move(type);
    hit.goal.at = at;
    return hit;
  }
  static AddLedgerGoal Sale(std::string id, Time at, std::string price, std::string currency,
                            std::string type = "sales_tracker") {
    AddLedgerGoal hit = Hit(std::move(id), "r1", at, "s1", std::move(type));
    hit.goal.order_price = std::move(price);
    hit.goal.order_currency = std::move(currency);
    return hit;
  }
  // "2 EUR 1*5.5": goals, then what was sold.
  std::vector<std::string> GoalsOver(const std::vector<Time>& edges, const GoalScope& scope = {}) {
    std::vector<std::string> rows;
    for (const GoalTally& tally : OrFail(Await(reports().TallyGoals(scope, edges)))) {
      std::string& row = rows.emplace_back(std::to_string(tally.goals));
      for (const auto& [currency, sales] : tally.by_currency) {
        row += " " + currency + " " + std::to_string(sales.count) + "*" + Print(Json(sales.value));
      }
    }
    return rows;
  }
  std::vector<std::string> GreetingsOver(const std::vector<Time>& edges, const GreetingScope& scope = {}) {
    std::vector<std::string> rows;
    for (const GreetingTally& tally : OrFail(Await(reports().TallyGreetings(scope, edges)))) {
      rows.push_back(std::to_string(tally.shown) + " " + std::to_string(tally.accepted) + " " +
                     std::to_string(tally.goals));
    }
    return rows;
  }
  const std::vector<Time> ever_ = {At(0), At(1000)};
};

TEST_P(GoalsContract, CountWhenTheyWereReachedWhateverTheirChat) {
  EXPECT_FALSE(OrFail(Await(reports().FirstGoal())));
  Apply({Start("r1", At(5)), Hit("h1", "r1", At(10)), Hit("h2", "r1", At(20)), Hit("h3", "", At(29)),
         Hit("h4", "r1", At(30))});
  EXPECT_EQ(*OrFail(Await(reports().FirstGoal())), At(10));
  EXPECT_THAT(GoalsOver({At(0), At(10), At(20), At(30)}), ElementsAre("0", "1", "2"));
}

TEST_P(GoalsContract, SalesAreCountedApartAndAddedUpByCurrency) {
  Apply({Start("r1", At(5)), Hit("h1", "r1", At(10)), Sale("h2", At(10), "0.10", "EUR"),
         Sale("h3", At(11), "0.20", "eur"), Sale("h4", At(12), "199", "USD"), Sale("h5", At(13), "7", ""),
         Sale("h6", At(14), "", "USD"), Sale("h7", At(15), "24.90", "EUR", "api")});
  EXPECT_THAT(GoalsOver(ever_), ElementsAre("2 EUR 1*24.9"));
  GoalScope scope;
  scope.sales = true;
  EXPECT_EQ(OrFail(Await(reports().TallyGoals(scope, ever_))).at(0).goals, 5);
  scope.currency = "Eur";
  const GoalTally euros = OrFail(Await(reports().TallyGoals(scope, ever_))).at(0);
  EXPECT_EQ(euros.goals, 2);
  EXPECT_NEAR(euros.by_currency.at("EUR").value, 0.3, 1e-9);
  scope.currency = "usd";
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("2 USD 1*199"));
}

TEST_P(GoalsContract, ConditionsAreOfTheirChat) {
  Apply({Start("r1", At(5), "d1"), AddLedgerAgent{"r1", kLiv, false, At(5)}, SetLedgerTags{"r1", {"a", "b"}},
         Hit("h1", "r1", At(10)), Hit("h2", "r1", At(11), "g2")});
  Apply({Start("r2", At(5)), AddLedgerAgent{"r2", kNora, false, At(5)}, AddLedgerAgent{"r2", kLiv, true, At(5)},
         SetLedgerTags{"r2", {"a"}}, Hit("h3", "r2", At(10)), Hit("h4", "", At(10))});
  GoalScope scope;
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("4"));
  scope.goal = "g1";
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("3"));
  scope.chats.departments = {"d1"};
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("1"));
  scope.chats.departments = {""};
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("1")) << "what was reached without a chat is in none";
  scope.chats.departments = {};
  scope.chats.agents = {"LIV@acme.test"};
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("1")) << "looking on is not taking part";
  scope.chats.agents = {};
  scope.chats.tags = {"a"};
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("2"));
  scope.chats.tags = {"a", "b"};
  EXPECT_THAT(GoalsOver(ever_, scope), ElementsAre("1"));
}

TEST_P(GoalsContract, GreetingsAreFollowedEachAtItsTime) {
  EXPECT_FALSE(OrFail(Await(reports().FirstGreeting())));
  Apply({AddLedgerGreeting{{"s1", "gr1", "visit1", "", "", At(9)}},
         AddLedgerGreeting{{"s2", "gr2", "visit1", "", "", At(10)}},
         AddLedgerGreeting{{"s3", "gr1", "visit2", "", "d2", At(19)}}});
  Apply({Start("r1", At(20), "d1"), SetLedgerTags{"r1", {"a"}}, AcceptLedgerGreeting{"s2", "r1", "v1", At(20)},
         Hit("h1", "r1", At(31)), Hit("h2", "r1", At(32), "g2"), Sale("h3", At(33), "5", "EUR")});
  Apply({Start("r2", At(21)), Hit("h4", "r2", At(34)), Hit("h5", "", At(35))});
  EXPECT_EQ(*OrFail(Await(reports().FirstGreeting())), At(9));
  EXPECT_THAT(GreetingsOver({At(0), At(10), At(20), At(30), At(40)}), ElementsAre("1 0 0", "2 0 0", "0 1 0", "0 0 2"));
  GreetingScope scope;
  scope.greeting = "gr2";
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("1 1 2"));
  scope.goal = "g2";
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("1 1 1"));
  scope.greeting = "gr1";
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("2 0 0"));
  scope = {};
  scope.chats.departments = {"d1"};
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("1 1 2"));
  scope.chats.departments = {"d2"};
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("1 0 0")) << "without a chat, as the visitor was";
  scope.chats.departments = {""};
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("1 0 0"));
  scope = {};
  scope.chats.tags = {"a"};
  EXPECT_THAT(GreetingsOver(ever_, scope), ElementsAre("1 1 2"));
}

INSTANTIATE_TEST_SUITE_P(Engines, GoalsContract, testing::ValuesIn(AllEngines()), NameOfEngine);
INSTANTIATE_TEST_SUITE_P(Engines, ReportsContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
