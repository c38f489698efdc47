// Reports over a made-up month, against figures worked out from the same seed in plain C++: the days of the zone are
// known here by their offset from UTC alone, and the clocks go forward on the 29th.
#include "resources/reports.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "support/test_store.h"

namespace parley::resources {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::LedgerAgent;
using test::Await;

const LedgerAgent kAgents[] = {{"u1", "liv", "Liv Berg", "liv@acme.test"},
                               {"u2", "nora", "Nora Quist", "nora@acme.test"}};
const Time kSpringForward = *ParseIsoTime("2026-03-29T01:00:00Z");

struct Chat {
  std::string id, department, engagement, rate;
  Time started{};
  const LedgerAgent* agent = nullptr;
  std::optional<Time> queued, taken, left, first_answer, second_answer, ended;
  std::optional<Time> second_question;
  bool vip = false;
  std::optional<Time> greeted;  // it came of a greeting
};

struct Goal {
  const Chat* chat = nullptr;  // null: reached without one
  Time at{};
  std::string id, type, price, currency;
};

struct Greeting {
  std::string id;
  Time at{};
};

// Visitors ask a second after they have come.
Time QuestionOf(const Chat& chat) {
  return chat.started + seconds(1);
}

// Berlin's clock in March, without any zone data.
struct Clockface {
  int day, hour;
};
Clockface BerlinIn(Time at) {
  const Time local = at + hours(at < kSpringForward ? 1 : 2);
  const auto since = std::chrono::duration_cast<hours>(local - *ParseIsoTime("2026-03-01T00:00:00Z")).count();
  return {static_cast<int>(since / 24) + 1, static_cast<int>(since % 24)};
}

std::string Day(int day) {
  return std::string("2026-03-") + (day < 10 ? "0" : "") + std::to_string(day);
}

class ReportsTest : public testing::Test {
 protected:
  ReportsTest() {
    store_.clock().SetNow(*ParseIsoTime("2026-04-15T12:00:00Z"));
    std::mt19937 random(11);
    for (int i = 0; i < 400; ++i) {
      chats_.push_back(MakeChat(i, random));
      Keep(chats_.back());
    }
    std::vector<storage::LedgerChange> changes;
    for (int i = 0; i < 2000; ++i) changes.emplace_back(Reach(i, random));
    for (int i = 0; i < 500; ++i) Greet(i, random, changes);
    Commit(std::move(changes));
  }

  // Goals are reached up to two days after their chats began, or without any.
  storage::AddLedgerGoal Reach(int number, std::mt19937& random) {
    const auto some = [&random](std::size_t below) { return random() % below; };
    const Chat* chat = some(5) == 0 ? nullptr : &chats_[some(chats_.size())];
    const Time earliest = chat == nullptr ? *ParseIsoTime("2026-03-01T00:00:00Z") : chat->started;
    Goal goal{chat, earliest + seconds(some(2 * 86400)), some(2) == 0 ? "g1" : "g2", "url", "", ""};
    if (some(3) == 0) goal.type = "sales_tracker";
    if (some(3) == 0) {
      goal.price = std::to_string(some(300)) + "." + std::to_string(10 + some(90));
      goal.currency = some(2) == 0 ? "EUR" : "USD";
    }
    storage::AddLedgerGoal hit;
    hit.hit_id = "h" + std::to_string(number);
    hit.chat_id = chat == nullptr ? "" : chat->id;
    hit.visitor_id = "v1";
    hit.goal = {goal.id, goal.id, goal.type, goal.at, "", "", goal.price, goal.currency};
    goals_.push_back(goal);
    return hit;
  }

  // A chat in five came of a greeting a minute before; others were ignored.
  void Greet(int number, std::mt19937& random, std::vector<storage::LedgerChange>& changes) {
    const auto index = static_cast<std::size_t>(number);
    Chat* chat = index < chats_.size() && random() % 5 == 0 ? &chats_[index] : nullptr;
    const Time at = chat != nullptr ? chat->started - minutes(1)
                                    : *ParseIsoTime("2026-02-27T12:00:00Z") + seconds(random() % (34 * 86400));
    const Greeting greeting{random() % 2 == 0 ? "gr1" : "gr2", at};
    const std::string id = "s" + std::to_string(number);
    changes.emplace_back(storage::AddLedgerGreeting{{id, greeting.id, "visit" + id, "", "", at}});
    if (chat != nullptr) {
      changes.emplace_back(storage::AcceptLedgerGreeting{id, chat->id, "v1", chat->started});
      chat->greeted = at;
    }
    greetings_.push_back(greeting);
  }

  void Commit(std::vector<storage::LedgerChange> ledger_changes) {
    storage::Changes changes;
    changes.ledger = std::move(ledger_changes);
    ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }

  static Chat MakeChat(int number, std::mt19937& random) {
    const auto some = [&random](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    Chat chat;
    chat.id = "r" + std::to_string(number);
    chat.department = some(3) == 0 ? "" : some(2) == 0 ? "sales" : "support";
    chat.engagement = some(5) == 0 ? "auto_invite" : some(7) == 0 ? "manual_invite" : "immediate_start";
    chat.started = *ParseIsoTime("2026-02-27T12:00:00Z") + seconds(some(34 * 86400));
    Time now = chat.started;
    if (some(3) == 0) {
      chat.queued = now;
      now += seconds(1 + some(300));
      if (some(3) == 0) {
        chat.left = chat.ended = now;
        return chat;
      }
    }
    chat.agent = &kAgents[some(2)];
    chat.taken = now;
    if (some(6) > 0) {
      chat.first_answer = now += seconds(2 + some(90));
      if (some(2) == 0) {
        chat.second_question = now += seconds(5);
        chat.second_answer = now += seconds(1 + some(40));
      }
    }
    now += seconds(10 + some(7200));
    chat.ended = now;
    chat.rate = some(2) == 0 ? "" : some(4) == 0 ? "rated_bad" : "rated_good";
    chat.vip = some(4) == 0;
    return chat;
  }

  static storage::PutLedgerEntry Line(const Chat& chat, const std::string& id, Time at, bool of_agent) {
    storage::LedgerEntry entry;
    entry.id = chat.id + id;
    entry.type = "message";
    entry.text = "x";
    entry.user_type = of_agent ? "agent" : "visitor";
    entry.author_id = of_agent ? chat.agent->id : "v1";
    entry.author_username = of_agent ? chat.agent->username : "";
    entry.at = at;
    return {chat.id, entry};
  }

  void Keep(const Chat& chat) {
    storage::Changes changes;
    storage::UpsertLedgerChat start;
    start.chat.id = chat.id;
    start.chat.visitor.id = "v1";
    start.chat.started = chat.started;
    start.chat.department = chat.department;
    start.chat.engagement = chat.engagement;
    changes.ledger.emplace_back(start);
    if (chat.queued) changes.ledger.emplace_back(storage::SetLedgerQueued{chat.id, *chat.queued});
    changes.ledger.emplace_back(Line(chat, "a", QuestionOf(chat), false));
    if (chat.agent != nullptr)
      changes.ledger.emplace_back(storage::AddLedgerAgent{chat.id, *chat.agent, false, *chat.taken});
    if (chat.first_answer) changes.ledger.emplace_back(Line(chat, "b", *chat.first_answer, true));
    if (chat.second_question) changes.ledger.emplace_back(Line(chat, "c", *chat.second_question, false));
    if (chat.second_answer) changes.ledger.emplace_back(Line(chat, "d", *chat.second_answer, true));
    if (chat.vip) changes.ledger.emplace_back(storage::SetLedgerTags{chat.id, {"vip"}});
    changes.ledger.emplace_back(storage::CloseLedgerChat{chat.id, *chat.ended, "user"});
    if (!chat.rate.empty()) changes.ledger.emplace_back(storage::RateLedgerChat{chat.id, chat.rate, "", {}});
    ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }

  Json Report(const std::string& name,
              ledger::Parameters parameters = {{"date_from", "2026-03-01"}, {"date_to", "2026-03-31"}}) {
    auto report = Await(reports_.Get(name, std::move(parameters)));
    EXPECT_TRUE(report) << report.error().message;
    if (!report || !*report) return Json();
    return *(*report)->Find("report");
  }

  // By day of March, for the chats that `counts`; which started then, in Berlin.
  template <class Counts>
  std::map<int, std::vector<const Chat*>> ByDay(Counts counts) const {
    std::map<int, std::vector<const Chat*>> days;
    for (int day = 1; day <= 31; ++day) days[day];
    for (const Chat& chat : chats_) {
      const int day = BerlinIn(chat.started).day;
      const bool in_march = chat.started >= *ParseIsoTime("2026-02-28T23:00:00Z") && day <= 31;
      if (in_march && counts(chat)) days[day].push_back(&chat);
    }
    return days;
  }
  std::map<int, std::vector<const Chat*>> TakenByDay() const {
    return ByDay([](const Chat& chat) { return chat.agent != nullptr; });
  }

  // The day of March, in Berlin; 0 of another month.
  static int DayOf(Time at) {
    const int day = BerlinIn(at).day;
    return at < *ParseIsoTime("2026-02-28T23:00:00Z") || day > 31 ? 0 : day;
  }

  template <class Row>
  void ExpectDays(const Json& report, const std::map<int, std::vector<const Chat*>>& days, Row row) {
    ASSERT_EQ(report.AsObject()->size(), 31u);
    for (const auto& [day, chats] : days) EXPECT_EQ(Print(*report.Find(Day(day))), row(chats)) << Day(day);
  }

  test::TestStore store_;
  std::vector<Chat> chats_;
  std::vector<Goal> goals_;
  std::vector<Greeting> greetings_;
  Reports reports_{store_.stores(), store_.clock(), FindZone("Europe/Berlin")};
};

std::string Text(double value) {
  const double rounded = std::round(value * 100) / 100;
  if (rounded == std::floor(rounded)) return std::to_string(static_cast<std::int64_t>(rounded));
  return Print(Json(rounded));
}

std::string Mean(double sum_of_millis, std::size_t count) {
  return R"({"count":)" + std::to_string(count) + R"(,"seconds":)" +
         (count == 0 ? "null" : Text(sum_of_millis / static_cast<double>(count) / 1000)) + "}";
}

std::size_t Count(const std::vector<const Chat*>& chats, bool (*counts)(const Chat&)) {
  return static_cast<std::size_t>(
      std::count_if(chats.begin(), chats.end(), [=](const Chat* chat) { return counts(*chat); }));
}

TEST_F(ReportsTest, TotalChats) {
  ExpectDays(Report("total_chats"), TakenByDay(),
             [](const auto& chats) { return R"({"chats":)" + std::to_string(chats.size()) + "}"; });
}

TEST_F(ReportsTest, Engagement) {
  ExpectDays(Report("engagement"), TakenByDay(), [](const auto& chats) {
    const auto of = [&](bool (*counts)(const Chat&)) { return std::to_string(Count(chats, counts)); };
    return R"({"chats_from_auto_invite":)" + of([](const Chat& chat) { return chat.engagement == "auto_invite"; }) +
           R"(,"chats_from_immediate_start":)" +
           of([](const Chat& chat) { return chat.engagement == "immediate_start"; }) +
           R"(,"chats_from_manual_invite":)" + of([](const Chat& chat) { return chat.engagement == "manual_invite"; }) +
           "}";
  });
}

TEST_F(ReportsTest, ChatsNobodyReplied) {
  ExpectDays(Report("not_replied_chats"), TakenByDay(), [](const auto& chats) {
    return R"({"not_replied":)" + std::to_string(Count(chats, [](const Chat& chat) { return !chat.first_answer; })) +
           "}";
  });
}

TEST_F(ReportsTest, RatingsAndTheOldPathByHourOfTheShortDay) {
  std::map<std::string, std::pair<int, int>> good_and_all;
  for (const Chat& chat : chats_) {
    const Clockface clock = BerlinIn(chat.started);
    if (clock.day != 29 || chat.started < *ParseIsoTime("2026-03-01T00:00:00Z") || chat.agent == nullptr) continue;
    auto& [good, all] = good_and_all[(clock.hour < 10 ? "0" : "") + std::to_string(clock.hour) + ":00"];
    good += chat.rate == "rated_good" ? 1 : 0;
    ++all;
  }
  const Json report = Report("ratings", {{"date_from", "2026-03-29"}, {"date_to", "2026-03-29"}});
  ASSERT_EQ(report.AsObject()->size(), 24u);
  ASSERT_GT(good_and_all.size(), 3u);
  EXPECT_EQ(good_and_all.count("02:00"), 0u);
  for (const auto& [hour, row] : *report.AsObject()) {
    EXPECT_EQ(row.Integer("good"), good_and_all[hour].first) << hour;
    EXPECT_EQ(row.Integer("chats"), good_and_all[hour].second) << hour;
  }
}

TEST_F(ReportsTest, ResponseTimes) {
  ExpectDays(Report("first_response_time"), TakenByDay(), [](const auto& chats) {
    double sum = 0;
    std::size_t count = 0;
    for (const Chat* chat : chats) {
      if (!chat->first_answer) continue;
      sum += static_cast<double>((*chat->first_answer - QuestionOf(*chat)).count());
      ++count;
    }
    return R"({"first_response_time":)" + Mean(sum, count) + "}";
  });
  ExpectDays(Report("response_time"), TakenByDay(), [](const auto& chats) {
    double sum = 0;
    std::size_t count = 0;
    for (const Chat* chat : chats) {
      if (chat->first_answer) sum += static_cast<double>((*chat->first_answer - QuestionOf(*chat)).count());
      if (chat->second_answer) sum += static_cast<double>((*chat->second_answer - *chat->second_question).count());
      count += (chat->first_answer ? 1u : 0u) + (chat->second_answer ? 1u : 0u);
    }
    return R"({"avg_response_time":)" + Mean(sum, count) + "}";
  });
}

TEST_F(ReportsTest, FiltersCombine) {
  const auto expected =
      ByDay([](const Chat& chat) { return chat.agent == &kAgents[0] && chat.department == "sales" && chat.vip; });
  const Json report = Report("total_chats", {{"date_from", "2026-03-01"},
                                             {"date_to", "2026-03-31"},
                                             {"department[]", "sales"},
                                             {"agent[]", "LIV@acme.test"},
                                             {"tag[]", "vip"}});
  ExpectDays(report, expected, [](const auto& chats) { return R"({"chats":)" + std::to_string(chats.size()) + "}"; });
}

TEST_F(ReportsTest, TheMonthAsOne) {
  std::size_t all = 0;
  for (const auto& [day, chats] : TakenByDay()) all += chats.size();
  EXPECT_EQ(
      Print(Report("total_chats", {{"date_from", "2026-03-01"}, {"date_to", "2026-03-31"}, {"group_by", "month"}})),
      R"({"2026-03":{"chats":)" + std::to_string(all) + R"(,"begin":"2026-03-01","end":"2026-03-31"}})");
}

struct GoalRow {
  int goals = 0;
  std::map<std::string, std::pair<int, double>> sold;

  std::string Text() const {
    std::string value;
    for (const auto& [currency, sales] : sold) {
      value += (value.empty() ? "\"" : ",\"") + currency + R"(":{"sales_count":)" + std::to_string(sales.first) +
               R"(,"value":)" + resources::Text(sales.second) + "}";
    }
    return R"({"goals":)" + std::to_string(goals) + R"(,"value":{)" + value + "}}";
  }
};

template <class Counts>
std::map<int, GoalRow> GoalsByDay(const std::vector<Goal>& goals, int (*day_of)(Time), Counts counts) {
  std::map<int, GoalRow> days;
  for (const Goal& goal : goals) {
    if (!counts(goal)) continue;
    GoalRow& row = days[day_of(goal.at)];
    ++row.goals;
    if (goal.price.empty()) continue;
    ++row.sold[goal.currency].first;
    row.sold[goal.currency].second += std::stod(goal.price);
  }
  return days;
}

TEST_F(ReportsTest, GoalsAndWhatTheyWereWorth) {
  auto days = GoalsByDay(goals_, DayOf, [](const Goal& goal) { return goal.type != "sales_tracker"; });
  const Json report = Report("goals");
  ASSERT_EQ(report.AsObject()->size(), 31u);
  for (int day = 1; day <= 31; ++day) EXPECT_EQ(Print(*report.Find(Day(day))), days[day].Text()) << day;
}

TEST_F(ReportsTest, SalesOfAGroupsAgentByGoalTagAndCurrency) {
  auto days = GoalsByDay(goals_, DayOf, [](const Goal& goal) {
    return goal.type == "sales_tracker" && goal.id == "g2" && goal.currency == "EUR" && goal.chat != nullptr &&
           goal.chat->department == "sales" && goal.chat->agent == &kAgents[0];
  });
  GoalRow month;
  for (const auto& [day, row] : days) {
    if (day == 0) continue;
    month.goals += row.goals;
    for (const auto& [currency, sales] : row.sold) {
      month.sold[currency].first += sales.first;
      month.sold[currency].second += sales.second;
    }
  }
  ASSERT_GT(month.goals, 0);
  const Json report = Report("goals", {{"date_from", "2026-03-01"},
                                       {"date_to", "2026-03-31"},
                                       {"group_by", "month"},
                                       {"department[]", "sales"},
                                       {"agent[]", "liv@acme.test"},
                                       {"goal", "g2"},
                                       {"sales_tracker", "1"},
                                       {"currency", "eur"}});
  std::string expected = month.Text();
  expected.insert(expected.size() - 1, R"(,"begin":"2026-03-01","end":"2026-03-31")");
  EXPECT_EQ(Print(*report.Find("2026-03")), expected);
}

TEST_F(ReportsTest, GreetingsAreFollowedToChatsAndGoals) {
  std::map<int, std::array<int, 3>> days;
  for (const Greeting& greeting : greetings_) ++days[DayOf(greeting.at)][0];
  for (const Chat& chat : chats_) {
    if (chat.greeted) ++days[DayOf(chat.started)][1];
  }
  for (const Goal& goal : goals_) {
    if (goal.type != "sales_tracker" && goal.chat != nullptr && goal.chat->greeted) ++days[DayOf(goal.at)][2];
  }
  const Json report = Report("greetings");
  ASSERT_EQ(report.AsObject()->size(), 31u);
  for (int day = 1; day <= 31; ++day) {
    const auto [shown, accepted, goals] = days[day];
    EXPECT_EQ(Print(*report.Find(Day(day))), R"({"displayed":)" + std::to_string(shown) + R"(,"accepted":)" +
                                                 std::to_string(accepted) + R"(,"goals":)" + std::to_string(goals) +
                                                 "}")
        << day;
  }
}

TEST_F(ReportsTest, WithoutAFirstDayTheyBeginWithTheFirstOfTheirOwn) {
  const auto first_day = [this](const char* name) { return Report(name, {}).AsObject()->front().first; };
  Time first_goal = goals_.front().at, first_greeting = greetings_.front().at;
  for (const Goal& goal : goals_) first_goal = std::min(first_goal, goal.at);
  for (const Greeting& greeting : greetings_) first_greeting = std::min(first_greeting, greeting.at);
  EXPECT_EQ(first_day("goals"), IsoTime(first_goal + hours(1)).substr(0, 10));
  EXPECT_EQ(first_day("greetings"), IsoTime(first_greeting + hours(1)).substr(0, 10));
}

TEST_F(ReportsTest, WaitsByHowTheyEnded) {
  const auto waited = ByDay([](const Chat& chat) { return chat.queued.has_value(); });
  ExpectDays(Report("waiting_times"), waited, [](const auto& chats) {
    const auto row = [&](bool entered, bool left) {
      std::vector<double> waits;
      for (const Chat* chat : chats) {
        if (chat->taken && entered) waits.push_back(static_cast<double>((*chat->taken - *chat->queued).count()) / 1000);
        if (chat->left && left) waits.push_back(static_cast<double>((*chat->left - *chat->queued).count()) / 1000);
      }
      const auto length = [&](double value) { return R"({"seconds":)" + (waits.empty() ? "null" : Text(value)) + "}"; };
      double sum = 0, shortest = 1e9, longest = 0;
      for (const double wait : waits) {
        sum += wait;
        shortest = std::min(shortest, wait);
        longest = std::max(longest, wait);
      }
      return R"({"count":)" + std::to_string(waits.size()) + R"(,"min":)" + length(shortest) + R"(,"max":)" +
             length(longest) + R"(,"average":)" + length(sum / static_cast<double>(waits.size())) + "}";
    };
    return R"({"queued":)" + row(true, true) + R"(,"left_queue":)" + row(false, true) + R"(,"entered_chat":)" +
           row(true, false) + "}";
  });
  const Json counts = Report("queued_visitors");
  for (const auto& [day, chats] : waited) {
    EXPECT_EQ(counts.FindPath(Day(day))->Find("queued")->Integer("count"), static_cast<std::int64_t>(chats.size()));
  }
}

TEST_F(ReportsTest, RankingByTheLowerBound) {
  std::map<std::string, std::pair<double, double>> good_and_all;
  for (const auto& [day, chats] : TakenByDay()) {
    for (const Chat* chat : chats) {
      if (chat->rate.empty()) continue;
      good_and_all[chat->agent->email].first += chat->rate == "rated_good" ? 1 : 0;
      good_and_all[chat->agent->email].second += 1;
    }
  }
  const Json ranking = Report("ranking");
  const Json::Array& rows = *ranking.Find("ranking")->AsArray();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_GE(*rows[0].Find("score")->AsNumber(), *rows[1].Find("score")->AsNumber());
  for (const Json& row : rows) {
    const auto [good, all] = good_and_all[std::string(row.Text("name"))];
    EXPECT_EQ(row.Integer("good"), static_cast<std::int64_t>(good));
    EXPECT_EQ(row.Integer("total"), static_cast<std::int64_t>(all));
    EXPECT_LT(*row.Find("score")->AsNumber(), good / all);
  }
}

TEST(ReportScores, AreThePublishedOnes) {
  // 90 of 100: the sample of the reference.
  test::TestStore store;
  storage::Changes changes;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "r" + std::to_string(i);
    storage::UpsertLedgerChat start;
    start.chat.id = id;
    start.chat.visitor.id = "v1";
    start.chat.started = store.clock().Now();
    changes.ledger.emplace_back(start);
    changes.ledger.emplace_back(storage::AddLedgerAgent{id, kAgents[0], false, store.clock().Now()});
    changes.ledger.emplace_back(storage::RateLedgerChat{id, i < 90 ? "rated_good" : "rated_bad", "", {}});
  }
  ASSERT_TRUE(Await(store.committer().Commit(std::move(changes))));
  Reports reports(store.stores(), store.clock(), FindZone("UTC"));
  const auto report = Await(reports.Get("ranking", {}));
  const Json& row = report->value().FindPath("report.ranking")->AsArray()->front();
  EXPECT_NEAR(*row.Find("score")->AsNumber(), 0.7908, 0.0001);
}

TEST_F(ReportsTest, TimeSpentChatting) {
  // Minute by minute would miss seconds: every second of the month that some chat of liv's covers.
  std::map<int, std::int64_t> covered;
  std::vector<bool> busy(static_cast<std::size_t>(32 * 86400), false);
  const Time begin = *ParseIsoTime("2026-02-28T23:00:00Z");
  for (const Chat& chat : chats_) {
    if (chat.agent != &kAgents[0]) continue;
    for (Time at = *chat.taken; at < *chat.ended; at += seconds(1)) {
      const auto second = (at - begin) / seconds(1);
      if (second >= 0 && static_cast<std::size_t>(second) < busy.size()) busy[static_cast<std::size_t>(second)] = true;
    }
  }
  for (std::size_t second = 0; second < busy.size(); ++second) {
    if (busy[second]) ++covered[BerlinIn(begin + seconds(second)).day];
  }
  const Json report =
      Report("chatting_time", {{"date_from", "2026-03-01"}, {"date_to", "2026-03-31"}, {"agent", "liv@acme.test"}});
  ASSERT_EQ(report.AsObject()->size(), 31u);
  for (int day = 1; day <= 31; ++day) {
    EXPECT_EQ(Print(*report.Find(Day(day))), R"({"hours":)" + Text(static_cast<double>(covered[day]) / 3600) + "}")
        << day;
  }
}

TEST_F(ReportsTest, AvailabilityIsTheTimeSomebodyAcceptedChats) {
  const auto at = [](const char* text) { return *ParseIsoTime(text); };
  storage::Changes changes;
  const auto note = [&](const LedgerAgent& agent, bool accepting, Time when) {
    changes.ledger.emplace_back(storage::SetLedgerPresence{agent, accepting, when});
  };
  note(kAgents[0], true, at("2026-03-10T08:00:00Z"));
  note(kAgents[1], true, at("2026-03-10T08:30:00Z"));
  note(kAgents[0], false, at("2026-03-10T09:00:00Z"));
  note(kAgents[1], false, at("2026-03-10T09:15:00Z"));
  note(kAgents[0], true, at("2026-03-10T22:30:00Z"));
  note(kAgents[0], false, at("2026-03-11T00:00:00Z"));
  ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  const Json days = Report("availability", {{"date_from", "2026-03-10"}, {"date_to", "2026-03-11"}});
  EXPECT_EQ(Print(days), R"({"2026-03-10":{"hours":1.75},"2026-03-11":{"hours":1}})");
  const Json by_hour =
      Report("availability", {{"date_from", "2026-03-10"}, {"date_to", "2026-03-10"}, {"agent", "nora@acme.test"}});
  EXPECT_EQ(Print(*by_hour.Find("09:00")), R"({"minutes":30})");
  EXPECT_EQ(Print(*by_hour.Find("10:00")), R"({"minutes":15})");
  EXPECT_EQ(Print(*by_hour.Find("23:00")), R"({"minutes":0})");
  const Json nobody =
      Report("availability", {{"date_from", "2026-03-10"}, {"date_to", "2026-03-11"}, {"department", "empty"}});
  EXPECT_EQ(Print(*nobody.Find("2026-03-10")), R"({"hours":0})");
}

TEST_F(ReportsTest, OccupancyOfTheLatestFourSuchDays) {
  store_.clock().SetNow(*ParseIsoTime("2026-03-30T12:00:00Z"));  // a Monday
  const Json report = Report("agents_occupancy", {{"weekday", "mon"}});
  ASSERT_EQ(report.AsObject()->size(), 96u);
  EXPECT_EQ(report.AsObject()->front().first, "2026-03-09 00:00");
  EXPECT_EQ(report.AsObject()->back().first, "2026-03-30 23:00");
  int highest = 0;
  for (const Chat& chat : chats_) {
    if (chat.agent == nullptr) continue;
    const Clockface clock = BerlinIn(*chat.taken);
    if (clock.day != 16) continue;
    int at_once = 0;
    for (const Chat& other : chats_) {
      at_once += other.agent != nullptr && *other.taken <= *chat.taken && *chat.taken < *other.ended ? 1 : 0;
    }
    const std::string key =
        "2026-03-16 " + std::string(clock.hour < 10 ? "0" : "") + std::to_string(clock.hour) + ":00";
    EXPECT_GE(report.Find(key)->AsInteger().value_or(-1), at_once) << key;
    highest = std::max(highest, at_once);
  }
  std::int64_t most = 0;
  for (const auto& [key, count] : *report.AsObject()) {
    if (key.starts_with("2026-03-16")) most = std::max(most, count.AsInteger().value_or(0));
  }
  EXPECT_GE(most, highest);
  EXPECT_GT(most, 0);
  const auto refused = Await(reports_.Get("agents_occupancy", {{"weekday", "monday"}}));
  EXPECT_EQ(refused.error().message, "weekday must be mon, tue, wed, thu, fri, sat or sun");
}

TEST_F(ReportsTest, UnknownOnesAreNone) {
  EXPECT_FALSE(*Await(reports_.Get("weather", {})));
}

}  // namespace
}  // namespace parley::resources
