// The facts that reports count, and the figures over them.
#include <gmock/gmock.h>

#include <random>

#include "base/calendar.h"
#include "contract/storage/engines.h"
#include "storage/analytics.h"

namespace parley::storage::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Time At(std::int64_t seconds) {
  return FromUnixMillis(seconds * 1000);
}

const LedgerAgent kLiv{"u1", "liv", "Liv Berg", "liv@acme.test"};
const LedgerAgent kNora{"u2", "nora", "Nora Quist", "nora@acme.test"};

UpsertLedgerChat Start(const std::string& id, Time started, const std::string& department = {},
                       const std::string& channel = {}) {
  UpsertLedgerChat start;
  start.chat.id = id;
  start.chat.visitor.id = "v1";
  start.chat.started = started;
  start.chat.department = department;
  start.chat.channel = channel;
  return start;
}

// A line of somebody; by nobody it is the visitor's.
PutLedgerEntry Says(const std::string& chat, const std::string& id, Time at, const LedgerAgent* agent = nullptr) {
  LedgerEntry entry;
  entry.id = id;
  entry.type = "message";
  entry.user_type = agent == nullptr ? "visitor" : "agent";
  entry.author_id = agent == nullptr ? "v1" : agent->id;
  entry.author_username = agent == nullptr ? "" : agent->username;
  entry.at = at;
  return {chat, entry};
}

PutLedgerEntry Transferred(const std::string& chat, const std::string& id, Time at) {
  PutLedgerEntry put = Says(chat, id, at, &kLiv);
  put.entry.type = "event";
  put.entry.event_type = "transferred";
  return put;
}

ChatScope Between(Time from, Time until) {
  ChatScope scope;
  scope.from = from;
  scope.until = until;
  return scope;
}

const ChatScope kEver = Between(At(0), At(1'000'000));

class AnalyticsContract : public StorageContract {
 protected:
  void Apply(std::vector<LedgerChange> ledger_changes) {
    Changes changes;
    changes.ledger = std::move(ledger_changes);
    const Status committed = Commit(std::move(changes));
    ASSERT_TRUE(committed) << committed.error().detail;
  }

  template <class T>
  static T OrFail(Result<T> result) {
    EXPECT_TRUE(result) << result.error().message << " " << result.error().detail;
    return result ? *std::move(result) : T();
  }

  std::vector<ChatFigures> By(ChatKey key, const ChatScope& scope = kEver) {
    return OrFail(Await(analytics().Chats(scope, key)));
  }
  ChatFigures Total(const ChatScope& scope = kEver) { return By(ChatKey::kNothing, scope).at(0); }
  std::int64_t Without(ChatKey key) { return OrFail(Await(analytics().ChatsWithout(kEver, key))); }
  std::vector<std::string> Counts(ChatKey key, const ChatScope& scope = kEver) {
    std::vector<std::string> texts;
    for (const ChatFigures& group : By(key, scope)) {
      texts.push_back(group.key + "/" + group.name + ":" + std::to_string(group.chats));
    }
    return texts;
  }
  // "agent since-until", in seconds.
  std::vector<std::string> SpellsOf(const std::string& agent_id) {
    std::vector<std::string> texts;
    for (const ChatSpell& spell : OrFail(Await(analytics().Spells(agent_id, At(0), At(1'000'000))))) {
      texts.push_back(spell.chat_id + "@" + spell.department + " " + std::to_string(UnixSeconds(spell.since)) + "-" +
                      (spell.until ? std::to_string(UnixSeconds(*spell.until)) : ""));
    }
    return texts;
  }
  std::vector<std::string> Present(Time from, Time until) {
    std::vector<std::string> texts;
    for (const AgentSpell& spell : OrFail(Await(analytics().Presence(from, until)))) {
      texts.push_back(spell.username + " " + std::to_string(UnixSeconds(spell.since)) + "-" +
                      (spell.until ? std::to_string(UnixSeconds(*spell.until)) : ""));
    }
    return texts;
  }

  // Queued at 100, taken by Liv at 130, by Nora at 200, closed by her at 5000.
  static std::vector<LedgerChange> WholeChat() {
    return {Start("r1", At(100), "d1", "widget"),
            SetLedgerQueued{"r1", At(100)},
            Says("r1", "m1", At(110)),
            Says("r1", "m2", At(120)),
            AddLedgerAgent{"r1", kLiv, false, At(130)},
            Says("r1", "m3", At(150), &kLiv),
            Says("r1", "m4", At(160), &kLiv),
            Says("r1", "m5", At(180)),
            AddLedgerAgent{"r1", kNora, false, At(200)},
            Transferred("r1", "t1", At(200)),
            Says("r1", "m6", At(240), &kNora),
            SetLedgerTags{"r1", {"vip", "billing"}},
            CloseLedgerChat{"r1", At(5000), "user"}};
  }

  static void ExpectWholeChat(const ChatFigures& chat) {
    EXPECT_EQ(chat.chats, 1);
    EXPECT_EQ(chat.first, At(100));
    EXPECT_EQ(chat.last, At(100));
    EXPECT_EQ(chat.closed, 1);
    EXPECT_EQ(chat.messages, 6);
    EXPECT_EQ(chat.agent_messages, 3);
    EXPECT_EQ(chat.first_response.sum, 40'000) << "m1 to m3";
    EXPECT_EQ(chat.mean_response.sum, 50'000) << "m1 to m3 and m5 to m6";
    EXPECT_EQ(chat.first_reaction.sum, 20'000) << "Liv took it at 130";
    EXPECT_EQ(chat.duration.sum, 4'900'000);
    EXPECT_EQ(chat.service.sum, 4'800'000) << "Nora's";
    EXPECT_EQ(chat.attention.sum, 40'000);
    EXPECT_EQ(chat.abandoned, 1) << "the visitor did not reply from 240 to 5000";
  }
};

TEST_P(AnalyticsContract, AChatIsMeasuredAsItHappens) {
  Apply(WholeChat());
  ExpectWholeChat(Total());
  EXPECT_THAT(SpellsOf(""), ElementsAre("r1@d1 100-130"));
  EXPECT_THAT(SpellsOf("u1"), ElementsAre("r1@d1 130-200"));
  EXPECT_THAT(SpellsOf("u2"), ElementsAre("r1@d1 200-5000"));
}

TEST_P(AnalyticsContract, AChatThatIsToldTwiceCountsOnce) {
  Apply(WholeChat());
  Apply(WholeChat());
  ExpectWholeChat(Total());
  EXPECT_THAT(SpellsOf(""), ElementsAre("r1@d1 100-130"));
  EXPECT_THAT(SpellsOf("u1"), ElementsAre("r1@d1 130-200"));
  EXPECT_THAT(SpellsOf("u2"), ElementsAre("r1@d1 200-5000"));
}

TEST_P(AnalyticsContract, WhatComesLateEndsWhereTheNextBegan) {
  Apply({Start("r1", At(100)), AddLedgerAgent{"r1", kNora, false, At(200)}, CloseLedgerChat{"r1", At(300), "visitor"}});
  Apply({AddLedgerAgent{"r1", kLiv, false, At(130)}, SetLedgerQueued{"r1", At(110)}});
  EXPECT_THAT(SpellsOf(""), ElementsAre("r1@ 110-130"));
  EXPECT_THAT(SpellsOf("u1"), ElementsAre("r1@ 130-200"));
  EXPECT_THAT(Counts(ChatKey::kAgent), ElementsAre("u2/nora:1"));
}

TEST_P(AnalyticsContract, AnAgentWhoGreetsRespondsToTheOpening) {
  Apply({Start("r1", At(100)), AddLedgerAgent{"r1", kLiv, false, At(100)}, Says("r1", "m1", At(105), &kLiv)});
  EXPECT_EQ(Total().first_response.sum, 5'000);
  Apply({Says("r1", "m2", At(150)), Says("r1", "m3", At(180), &kLiv)});
  EXPECT_EQ(Total().first_response.sum, 30'000) << "the first question is what counts once there is one";
  EXPECT_EQ(Total().mean_response.sum, 17'500);
}

TEST_P(AnalyticsContract, OpenChatsWaitOrAreServed) {
  Apply({Start("r1", At(100)), SetLedgerQueued{"r1", At(100)}, Start("r2", At(101)),
         AddLedgerAgent{"r2", kLiv, false, At(101)}});
  EXPECT_EQ(Total().waiting, 1);
  EXPECT_EQ(Total().serving, 1);
  Apply({SetLedgerQueued{"r2", At(150), "d2"}});
  EXPECT_EQ(Total().waiting, 2) << "back in the queue";
  EXPECT_EQ(Total().serving, 0);
  EXPECT_THAT(SpellsOf(""), ElementsAre("r1@ 100-", "r2@d2 150-"));
  EXPECT_EQ(Total().service.chats, 0) << "nothing has ended";
}

TEST_P(AnalyticsContract, FiguresAreGroupedByWhatIsAsked) {
  Apply(WholeChat());
  Apply({Start("r2", At(300), "d2", "api"), AddLedgerAgent{"r2", kLiv, false, At(300)}, SetLedgerTags{"r2", {"vip"}}});
  Apply({Start("r3", At(400))});
  EXPECT_THAT(Counts(ChatKey::kNothing), ElementsAre("/:3"));
  EXPECT_THAT(Counts(ChatKey::kDepartment), ElementsAre("/:1", "d1/:1", "d2/:1"));
  EXPECT_THAT(Counts(ChatKey::kAgent), ElementsAre("u1/liv:1", "u2/nora:1"));
  EXPECT_THAT(Counts(ChatKey::kResponder), ElementsAre("u2/nora:1"));
  EXPECT_THAT(Counts(ChatKey::kChannel), ElementsAre("api/:1", "widget/:1"));
  EXPECT_THAT(Counts(ChatKey::kTag), ElementsAre("billing/:1", "vip/:2"));
  EXPECT_EQ(Without(ChatKey::kDepartment), 1);
  EXPECT_EQ(Without(ChatKey::kAgent), 1);
  EXPECT_EQ(Without(ChatKey::kChannel), 1);
  EXPECT_EQ(Without(ChatKey::kTag), 1);
  EXPECT_EQ(Total(Between(At(500), At(600))).chats, 0) << "one group even of nothing";
  EXPECT_FALSE(Total(Between(At(500), At(600))).first);
  EXPECT_THAT(By(ChatKey::kDepartment, Between(At(500), At(600))), IsEmpty());
}

TEST_P(AnalyticsContract, TheScopeNarrows) {
  Apply(WholeChat());
  Apply({Start("r2", At(300), "d2"), Says("r2", "x1", At(310)), CloseLedgerChat{"r2", At(350), "visitor"}});
  Apply({Start("r3", At(400), "d1")});
  EXPECT_EQ(Total(Between(At(100), At(400))).chats, 2) << "from is in, until is not";
  ChatScope scope = kEver;
  scope.department = "d1";
  EXPECT_EQ(Total(scope).chats, 2);
  scope = kEver;
  scope.ended_before = At(5000);
  EXPECT_THAT(Counts(ChatKey::kDepartment, scope), ElementsAre("d2/:1"));
  scope = kEver;
  scope.answered = false;
  EXPECT_THAT(Counts(ChatKey::kDepartment, scope), ElementsAre("d2/:1"));
  scope.answered = true;
  EXPECT_THAT(Counts(ChatKey::kDepartment, scope), ElementsAre("d1/:2"));
  scope = kEver;
  scope.abandoned_after = std::chrono::seconds(4761);
  EXPECT_EQ(Total(scope).abandoned, 0);
  scope.abandoned_after = std::chrono::seconds(4760);
  EXPECT_EQ(Total(scope).abandoned, 1);
}

TEST_P(AnalyticsContract, EditsCountNothingAndRemovalsCountLess) {
  Apply(WholeChat());
  Apply({Says("r1", "m3", At(151), &kLiv), RemoveLedgerEntry{"r1", "m1"}, RemoveLedgerEntry{"r1", "m4"},
         RemoveLedgerEntry{"r1", "m4"}, RemoveLedgerEntry{"r1", "t1"}, RemoveLedgerEntry{"r1", "unknown"}});
  EXPECT_EQ(Total().messages, 4);
  EXPECT_EQ(Total().agent_messages, 2);
  Apply({RemoveLedgerChat{"r1"}});
  EXPECT_EQ(Total().chats, 0);
  EXPECT_THAT(SpellsOf("u1"), IsEmpty());
}

TEST_P(AnalyticsContract, TransfersCountWhenTheyHappenWhereTheChatIsNow) {
  Apply(WholeChat());
  Apply({Transferred("r1", "t2", At(300)), Transferred("r1", "t3", At(400)), SetLedgerDepartment{"r1", "d2"}});
  const std::vector<DepartmentCount> counts = OrFail(Await(analytics().Transfers(Between(At(300), At(400)))));
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].department, "d2");
  EXPECT_EQ(counts[0].count, 1);
  ChatScope other = kEver;
  other.department = "d1";
  EXPECT_THAT(OrFail(Await(analytics().Transfers(other))), IsEmpty());
}

TEST_P(AnalyticsContract, PresenceIsFoundWhereverItReachesIn) {
  Apply({SetLedgerPresence{kLiv, true, At(100)}, SetLedgerPresence{kLiv, true, At(150)},
         SetLedgerPresence{kLiv, false, At(200)}, SetLedgerPresence{kLiv, false, At(250)},
         SetLedgerPresence{kLiv, true, At(300)}, SetLedgerPresence{kNora, true, At(50)}});
  EXPECT_THAT(Present(At(0), At(1000)), ElementsAre("liv 100-200", "liv 300-", "nora 50-"));
  EXPECT_THAT(Present(At(150), At(160)), ElementsAre("liv 100-200", "nora 50-"));
  EXPECT_THAT(Present(At(200), At(300)), ElementsAre("nora 50-")) << "ends are not within";
  EXPECT_THAT(Present(At(0), At(50)), IsEmpty());
  EXPECT_THAT(Present(At(500), At(400)), IsEmpty());
  EXPECT_THAT(Present(At(900), At(1000)), ElementsAre("liv 300-", "nora 50-"));
}

// ---- a season of chats against a model in plain C++ ------------------------------------------------------------------

struct Script {
  Time started{};
  std::vector<std::pair<Time, bool>> lines;  // at, by the agent
  std::optional<Time> ended;
};

Script RandomScript(std::mt19937& random, Time from, Time until) {
  const auto below = [&](std::int64_t bound) { return static_cast<std::int64_t>(random() % bound); };
  Script script;
  script.started = from + std::chrono::milliseconds(below((until - from).count()));
  Time at = script.started;
  for (std::int64_t lines = 1 + below(8); lines > 0; --lines) {
    at += std::chrono::milliseconds(1 + below(90'000));
    script.lines.emplace_back(at, !script.lines.empty() && below(2) == 0);
  }
  if (below(5) != 0) script.ended = at + std::chrono::milliseconds(below(60'000));
  return script;
}

// Question by question.
std::vector<std::int64_t> ResponsesOf(const Script& script) {
  std::vector<std::int64_t> responses;
  std::optional<Time> question;
  for (const auto& [at, by_agent] : script.lines) {
    if (!by_agent && !question) question = at;
    if (by_agent && question) {
      responses.push_back((at - *question).count());
      question.reset();
    }
  }
  return responses;
}

TEST_P(AnalyticsContract, BucketsOfASeasonAreThoseOfAModelAcrossDaylightSaving) {
  const Zone berlin = FindZone("Europe/Berlin");
  const Time from = *ParseIsoTime("2026-03-27T00:00"), until = *ParseIsoTime("2026-03-31T12:00");
  std::mt19937 random(3);
  std::vector<Script> scripts;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "r" + std::to_string(i);
    const Script script = scripts.emplace_back(RandomScript(random, from, until));
    std::vector<LedgerChange> changes = {Start(id, script.started), AddLedgerAgent{id, kLiv, false, script.started}};
    for (std::size_t line = 0; line < script.lines.size(); ++line) {
      const auto& [at, by_agent] = script.lines[line];
      changes.push_back(Says(id, id + "m" + std::to_string(line), at, by_agent ? &kLiv : nullptr));
    }
    if (script.ended) changes.push_back(CloseLedgerChat{id, *script.ended, "visitor"});
    Apply(std::move(changes));
  }

  std::vector<Time> edges = DayEdges(from, until, berlin);
  const std::vector<Time> hours = HourEdges(*ParseIsoTime("2026-03-29T12:00"), berlin);
  ASSERT_EQ(hours.size(), 24u) << "the day the clocks go forward";
  for (const std::vector<Time>& buckets : {edges, hours}) {
    const std::vector<ChatFigures> figures = OrFail(Await(analytics().ChatsOver(ChatScope(), buckets)));
    ASSERT_EQ(figures.size(), buckets.size() - 1);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      std::int64_t chats = 0, closed = 0, messages = 0, answered = 0;
      double first = 0, mean = 0, longest = 0;
      for (const Script& script : scripts) {
        if (script.started < buckets[i] || script.started >= buckets[i + 1]) continue;
        ++chats;
        closed += script.ended ? 1 : 0;
        messages += static_cast<std::int64_t>(script.lines.size());
        const std::vector<std::int64_t> responses = ResponsesOf(script);
        if (responses.empty()) continue;
        ++answered;
        first += static_cast<double>(responses.front());
        longest = std::max(longest, static_cast<double>(responses.front()));
        double sum = 0;
        for (const std::int64_t response : responses) sum += static_cast<double>(response);
        mean += sum / static_cast<double>(responses.size());
      }
      EXPECT_EQ(figures[i].chats, chats) << i;
      EXPECT_EQ(figures[i].closed, closed) << i;
      EXPECT_EQ(figures[i].serving, chats - closed) << i;
      EXPECT_EQ(figures[i].messages, messages) << i;
      EXPECT_EQ(figures[i].first_response.chats, answered) << i;
      EXPECT_EQ(figures[i].first_response.longest, longest) << i;
      EXPECT_NEAR(figures[i].first_response.sum, first, 0.001) << i;
      EXPECT_NEAR(figures[i].mean_response.sum, mean, 0.001) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, AnalyticsContract, testing::ValuesIn(AllEngines()), &NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
