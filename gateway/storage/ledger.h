// The ledger's tables: chats as facts. Written by ledger::Projector from events, read by the archive and the reports.
//
// Ids here are the backend's (room id, user id, department id); LiveChat ids are put on at the border.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "json/json.h"

namespace parley::storage {

struct LedgerVisitor {
  std::string id;
  std::string name;
  std::string email;
  std::string ip;
  std::string user_agent;
  std::string city, region, country, country_code, timezone;
  Json custom_variables;  // [{key, value}], null when none
};

struct LedgerAgent {
  std::string id;
  std::string username;
  std::string name;
  std::string email;  // the LiveChat login
};

// One line of a chat, in order: a message, an attachment or a system event.
struct LedgerEntry {
  std::string id;          // message id; the same id written again replaces the text (an edit)
  std::string type;        // message, attachment, event
  std::string event_type;  // of an event: closed, transferred, ...
  std::string text;
  std::string user_type;  // visitor, agent, supervisor
  std::string author_id;
  std::string author_name;
  std::string agent_login;  // of agents and supervisors, else empty
  Time at{};
  std::vector<std::string> files;    // of an attachment: URLs
  std::string author_username = {};  // of agents and supervisors; written, not read back
};

// A goal a visitor reached, with the order that came of it.
struct LedgerGoal {
  std::string goal_id;
  std::string name;
  std::string type;  // custom_variable, url, api; sales_tracker: a sale
  Time at{};
  std::string order_id, order_description, order_price, order_currency;  // empty: without an order
};

// A greeting that was shown to a visitor.
struct LedgerGreeting {
  std::string id;  // of the showing
  std::string greeting_id;
  std::string visit;       // of the visitor to the site
  std::string visitor_id;  // empty: nobody known yet
  std::string department;  // the visitor's; empty: none
  Time at{};
};

struct LedgerChat {
  std::string id;
  LedgerVisitor visitor;
  std::string department;  // empty: none
  Time started{};
  std::optional<Time> ended;  // none: pending
  std::optional<Time> queued, taken;
  std::string start_url, referrer;
  std::string engagement = "immediate_start";
  std::string channel;             // the channel: api, widget, email, sms, app, other; empty: unknown
  std::string channel_label;       // what the channel calls itself, else empty
  std::string rate = "not_rated";  // rated_good, rated_bad
  std::string rate_comment;
  Json prechat_survey, postchat_survey;  // [{key, value, id}], null when none
  std::vector<LedgerAgent> agents;       // in order of joining
  std::vector<LedgerAgent> supervisors;
  std::vector<std::string> tags;
  std::vector<LedgerGoal> goals;     // oldest first
  std::vector<LedgerEntry> entries;  // oldest first; filled by Get and by List
};

// ---- changes
// ----------------------------------------------------------------------------------------------------------

// Inserts the chat, or overwrites those members of one that is there which are not empty here; of `ended`, `queued` and
// `taken` the first known stands. Agents, tags and entries are not touched.
struct UpsertLedgerChat {
  LedgerChat chat;
};
struct SetLedgerVisitor {
  std::string visitor_id;  // in every chat of this visitor, where a member is not empty
  LedgerVisitor visitor;
};
struct SetLedgerDepartment {
  std::string chat_id;
  std::string department;
};
// The chat waits for an agent from now on; whoever served it does no longer. Only a chat that no agent had before
// counts as `queued`.
struct SetLedgerQueued {
  std::string chat_id;
  Time at;
  std::string department = {};  // where it waits; empty: the chat's own
};
struct AddLedgerAgent {
  std::string chat_id;
  LedgerAgent agent;
  bool supervisor = false;
  Time at;  // also the chat's `taken` when it is the first agent
};
// The first writing of a message also moves the chat's measurements (storage/analytics.h).
struct PutLedgerEntry {
  std::string chat_id;
  LedgerEntry entry;
};
struct RemoveLedgerEntry {
  std::string chat_id;
  std::string entry_id;
};
struct SetLedgerTags {
  std::string chat_id;
  std::vector<std::string> tags;  // the whole set, order kept
};
struct CloseLedgerChat {
  std::string chat_id;
  Time at;
  std::string closer = {};  // user, visitor, system; empty: unknown
};
struct RateLedgerChat {
  std::string chat_id;
  std::string rate;
  std::string comment;
  Json postchat_survey;
};
// Also erases the payloads of its events in the outbox.
struct RemoveLedgerChat {
  std::string chat_id;
};
// Erases the payloads of the events of something that is no chat.
struct EraseEvents {
  std::string subject;
};
// The agent begins or ceases to accept chats. What is the case already is not noted again.
struct SetLedgerPresence {
  LedgerAgent agent;
  bool accepting = false;
  Time at;
};

// Of a visitor who reached it without a chat, `chat_id` is empty. The same hit again changes nothing.
struct AddLedgerGoal {
  std::string hit_id;
  std::string chat_id;
  std::string visitor_id;
  LedgerGoal goal;
};
// The same showing again changes nothing.
struct AddLedgerGreeting {
  LedgerGreeting greeting;
};
// A chat came of a showing; the first one stands. Its visitor is whom every greeting of that visit was shown to.
struct AcceptLedgerGreeting {
  std::string showing_id;
  std::string chat_id;
  std::string visitor_id;
  Time at;
};
// What is known of a visitor beside their chats, payloads in the outbox included.
struct RemoveLedgerVisitor {
  std::string visitor_id;
};

using LedgerChange = std::variant<UpsertLedgerChat, SetLedgerVisitor, SetLedgerDepartment, SetLedgerQueued,
                                  AddLedgerAgent, PutLedgerEntry, RemoveLedgerEntry, SetLedgerTags, CloseLedgerChat,
                                  RateLedgerChat, RemoveLedgerChat, EraseEvents, SetLedgerPresence, AddLedgerGoal,
                                  AddLedgerGreeting, AcceptLedgerGreeting, RemoveLedgerVisitor>;

// ---- reading
// ----------------------------------------------------------------------------------------------------------

// All conditions must hold; empty members do not filter.
struct ChatFilter {
  std::optional<Time> from, until;  // started in [from, until)
  std::string visitor_id;
  std::string text;  // every word begins one of a message, the visitor's name or e-mail
  std::string agent_login;
  std::optional<std::string> department;  // an empty text means chats without one
  std::optional<bool> queued;
  std::string rate;  // rated, not_rated, rated_good, rated_bad
  bool include_pending = false;
  std::vector<std::string> tags;  // all of them
  std::optional<bool> tagged;
  std::optional<bool> commented;
  std::string goal;              // a goal that was reached
  std::optional<bool> has_goal;  // any goal but a sale
  std::string sale;              // a sales tracker that saw a sale
  std::optional<bool> has_sale;
  std::string city, region, country;
};

// Filtered by anything but days, List reaches no further than this many of the newest matches, and counts no further
// either: so its cost does not grow with the archive. By days alone it reaches and counts everything.
inline constexpr std::int64_t kNewestListed = 25'000;

struct ChatPage {
  std::vector<LedgerChat> chats;  // newest first, by start then id
  std::int64_t total = 0;         // all matches; see kNewestListed
};

// How many chats, running or ended, of a department carry a tag.
struct TagCount {
  std::string tag;
  std::string department;  // empty: none
  std::int64_t chats = 0;
};

// How often a visitor was greeted, and how often a chat came of it.
struct GreetedVisitor {
  std::string visitor_id;
  std::int64_t shown = 0, accepted = 0;
};

class LedgerReader {
 public:
  virtual ~LedgerReader() = default;
  virtual Awaitable<Result<ChatPage>> List(ChatFilter filter, std::int64_t offset, std::int64_t limit) = 0;
  virtual Awaitable<Result<std::optional<LedgerChat>>> Get(std::string chat_id) = 0;
  // One row per tag and department that has any.
  virtual Awaitable<Result<std::vector<TagCount>>> CountTags(std::vector<std::string> tags) = 0;
  // Those of these showings that happened, in no order.
  virtual Awaitable<Result<std::vector<LedgerGreeting>>> Greetings(std::vector<std::string> showing_ids) = 0;
  // One for each of these visitors who was ever greeted, by id.
  virtual Awaitable<Result<std::vector<GreetedVisitor>>> CountGreetings(std::vector<std::string> visitor_ids) = 0;
};

}  // namespace parley::storage
