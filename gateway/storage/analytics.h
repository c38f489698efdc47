// Figures over the ledger: chats counted and measured by whatever they are grouped by, and who was there to take them.
//
// Purpose: what the dashboards and reports of both APIs compute from. Every query walks the chats that started in the
// interval asked for, or the spells that lie in it, and nothing else.
// Refuses to know: the words of either API, dates and zones (base/calendar.h makes the edges).
// Threading: awaited on the shard; the work is done on the store's threads for heavy reads, bounded in time.
// Tests: tests/contract/storage/analytics_contract_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "storage/ledger.h"

namespace parley::storage {

// Which chats. All conditions must hold.
struct ChatScope {
  Time from{}, until{};                                               // started in [from, until)
  std::optional<Time> ended_before;                                   // also ended, before that
  std::string department;                                             // empty: any or none
  std::optional<bool> answered;                                       // false: the visitor has the last word
  std::chrono::milliseconds abandoned_after = std::chrono::hours(1);  // see ChatFigures::abandoned
};

enum class ChatKey {
  kNothing,     // one group of all chats, even when there are none
  kDepartment,  // empty key: none
  kAgent,       // who serves, or served last; chats without one are left out
  kResponder,   // who answered the visitor's latest question; chats without one are left out
  kChannel,     // the channel; chats of an unknown one are left out
  kTag,         // a chat counts under each of its tags; chats without one are left out
};

// Of the chats that have such a duration at all, in milliseconds.
struct Durations {
  std::int64_t chats = 0;
  std::int64_t positive = 0;  // how many are longer than nothing
  double sum = 0;
  double longest = 0;
  double shortest = 0;  // of the positive ones

  double mean() const { return chats == 0 ? 0 : sum / static_cast<double>(chats); }
  double positive_mean() const { return positive == 0 ? 0 : sum / static_cast<double>(positive); }
};

struct ChatFigures {
  std::string key;   // id of the department or agent, the channel, the tag
  std::string name;  // user name of the agent, label of the channel
  std::int64_t chats = 0;
  std::optional<Time> first, last;  // when the first and the last of them started
  std::int64_t serving = 0;         // open, an agent has it
  std::int64_t waiting = 0;         // open, nobody has it
  std::int64_t closed = 0;
  std::int64_t messages = 0;  // people's
  std::int64_t agent_messages = 0;
  std::int64_t abandoned = 0;  // closed by an agent that long after the visitor did not reply to their last word
  Durations first_response;    // from the first question, or from the start, to the first word of an agent
  Durations mean_response;     // of every chat, the mean over its answered questions
  Durations first_reaction;    // from the agent's taking it to the first word of an agent
  Durations duration;          // of closed chats
  Durations service;           // of closed chats, since the last agent took it
  Durations attention;         // from the agent's taking it to the last word of an agent
};

// A chat waiting (empty agent) or served. None: it still does.
struct ChatSpell {
  std::string chat_id, agent_id;
  std::string department;
  Time since{};
  std::optional<Time> until;
};

// An agent accepting chats.
struct AgentSpell {
  std::string agent_id, username, email;
  Time since{};
  std::optional<Time> until;
};

struct DepartmentCount {
  std::string department;  // empty: none
  std::int64_t count = 0;
};

class AnalyticsReader {
 public:
  virtual ~AnalyticsReader() = default;
  // By key, ascending. Errors of every call: StorageFailure; kTimeout for an interval that takes too long.
  virtual Awaitable<Result<std::vector<ChatFigures>>> Chats(ChatScope scope, ChatKey key) = 0;
  // One group for each interval between neighbouring edges, empty ones too; the scope's own interval is not used.
  virtual Awaitable<Result<std::vector<ChatFigures>>> ChatsOver(ChatScope scope, std::vector<Time> edges) = 0;
  // Chats of the scope in no group of `key`.
  virtual Awaitable<Result<std::int64_t>> ChatsWithout(ChatScope scope, ChatKey key) = 0;
  // Transfers that happened in the scope's interval, whenever their chats started, by the department the chat is in now.
  virtual Awaitable<Result<std::vector<DepartmentCount>>> Transfers(ChatScope scope) = 0;
  // Spells that began in [from, until), of one agent, or with an empty id the waiting ones; oldest first.
  virtual Awaitable<Result<std::vector<ChatSpell>>> Spells(std::string agent_id, Time from, Time until) = 0;
  // Spells that overlap [from, until), by agent and time.
  virtual Awaitable<Result<std::vector<AgentSpell>>> Presence(Time from, Time until) = 0;
};

}  // namespace parley::storage
