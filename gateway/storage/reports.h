// What LiveChat's reports are made of: chats of the ledger tallied over intervals, and the spells of serving.
//
// Purpose: sums that can be added up, so that whoever asks may put intervals together (an hour that comes twice).
// Every query walks what began or happened in the interval asked for (chats, spells, goals, greetings), and nothing else.
// Refuses to know: averages, names of buckets, dates and zones.
// Threading: awaited on the shard; the work is done on the store's threads for heavy reads, bounded in time.
// Tests: tests/contract/storage/reports_contract_test.cc
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "storage/analytics.h"

namespace parley::storage {

// Which chats, besides when. All conditions must hold. A chat that left the queue without having met an agent is none.
struct ReportScope {
  std::vector<std::string> departments;  // one of them; an empty text means none. Empty: any or none
  std::vector<std::string> agents;       // logins, one of whom took part. Empty: whoever
  std::vector<std::string> tags;         // all of them
};

// Of something that has a length: how often, and milliseconds.
struct Lengths {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t shortest = 0, longest = 0;  // 0 without any

  void Add(const Lengths& more);
};

struct ChatTally {
  std::int64_t chats = 0;
  std::int64_t auto_invites = 0, manual_invites = 0, immediate_starts = 0;
  std::int64_t not_replied = 0;  // ended without a word of an agent
  std::int64_t rated_good = 0, rated_bad = 0;
  Lengths first_responses;  // from the first question, or from the start
  Lengths responses;        // to every question; sum and count alone
  Lengths durations;        // of ended chats; sum and count alone

  void Add(const ChatTally& more);
};

// Waiting for an agent, by how it ended; who still waits is in neither.
struct WaitTally {
  Lengths entered, left;

  void Add(const WaitTally& more);
};

struct AgentRatings {
  std::string login;
  std::int64_t good = 0, bad = 0;
};

// Goals that were reached, whenever their chats started. Departments, agents and tags are those of the chat: asked for,
// they leave out what visitors reached without one.
struct GoalScope {
  ReportScope chats;
  std::string goal;      // its id; empty: any
  bool sales = false;    // what sales trackers saw, instead of everything else
  std::string currency;  // of an order; empty: with or without
};

struct Sales {
  std::int64_t count = 0;
  double value = 0;
};

struct GoalTally {
  std::int64_t goals = 0;
  std::map<std::string, Sales> by_currency;  // orders that have a price; in capitals

  void Add(const GoalTally& more);
};

// Greetings by when they were shown, the chats that came of them by when they started, and the goals reached in those
// chats. A greeting is of its chat's department, or without a chat of the visitor's; tags are the chat's.
struct GreetingScope {
  ReportScope chats;     // agents are not asked for
  std::string greeting;  // its id; empty: any
  std::string goal;      // counts this one alone; empty: all but sales
};

struct GreetingTally {
  std::int64_t shown = 0, accepted = 0, goals = 0;

  void Add(const GreetingTally& more);
};

class ReportReader {
 public:
  virtual ~ReportReader() = default;
  // When the first chat of the ledger started.
  virtual Awaitable<Result<std::optional<Time>>> FirstChat() = 0;
  // When the first goal was reached, the first greeting shown.
  virtual Awaitable<Result<std::optional<Time>>> FirstGoal() = 0;
  virtual Awaitable<Result<std::optional<Time>>> FirstGreeting() = 0;
  // One for each interval between neighbouring edges: of chats that started in it, of waits that began in it.
  virtual Awaitable<Result<std::vector<ChatTally>>> Tally(ReportScope scope, std::vector<Time> edges) = 0;
  virtual Awaitable<Result<std::vector<WaitTally>>> TallyWaits(ReportScope scope, std::vector<Time> edges) = 0;
  virtual Awaitable<Result<std::vector<GoalTally>>> TallyGoals(GoalScope scope, std::vector<Time> edges) = 0;
  virtual Awaitable<Result<std::vector<GreetingTally>>> TallyGreetings(GreetingScope scope,
                                                                       std::vector<Time> edges) = 0;
  // Of rated chats that started in [from, until), by whoever served them last; ordered by login.
  virtual Awaitable<Result<std::vector<AgentRatings>>> Ratings(ReportScope scope, Time from, Time until) = 0;
  // Spells of serving that overlap [from, until), oldest first.
  virtual Awaitable<Result<std::vector<ChatSpell>>> Serving(ReportScope scope, Time from, Time until) = 0;
};

}  // namespace parley::storage
