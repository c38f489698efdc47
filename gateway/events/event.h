// What happened, in one vocabulary, whichever backend it came from.
//
// Purpose: the ledger, the reports and the relay read events and nothing else. The embedded backend records them in the
// transaction of the change; a remote workspace's come by webhook, pass-through or poll.
// Refuses to know: who consumes them, LiveChat, HTTP.
// Threading: plain values.
// Tests: tests/unit/events/
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/changes.h"
#include "storage/ledger.h"

namespace parley::events {

using storage::LedgerAgent;
using storage::LedgerVisitor;

struct ChatStarted {
  LedgerVisitor visitor;
  std::string department;
  std::string start_url, referrer;
  std::string engagement = "immediate_start";
  Json prechat_survey;
  std::string channel = {}, channel_label = {};  // as in storage::LedgerChat
};
struct ChatQueued {
  std::string department;
};
struct ChatTaken {
  LedgerAgent agent;
  bool supervising = false;
};
struct ChatMessage {
  std::string message_id;
  std::string user_type;  // visitor, agent, supervisor
  std::string author_id, author_name, agent_login;
  std::string text;
  std::vector<std::string> files;  // URLs; not empty: an attachment
  bool edited = false;
  std::string author_username;  // of agents and supervisors
};
struct ChatMessageRemoved {
  std::string message_id;
};
struct ChatTransferred {
  std::string scope;       // agent, department, queue
  std::string department;  // after the transfer
  std::string by_name, to_name;
  std::string comment;
  std::string old_department;  // before the transfer
  LedgerAgent old_agent;       // who served; nobody without an id
};
struct ChatTagged {
  std::vector<std::string> tags;  // the whole set
};
struct ChatRated {
  std::string rate;  // rated_good, rated_bad, not_rated
  std::string comment;
  Json postchat_survey;
};
struct ChatClosed {
  std::string closer;  // user, visitor, system
  std::string closed_by_name, closed_by_login;
  std::string message_id;
  std::string comment;
};
struct ChatRemoved {};
struct VisitorChanged {
  LedgerVisitor visitor;
};
struct AgentStatusChanged {
  LedgerAgent agent;
  bool accepting = false;
};
struct TicketCreated {
  Json ticket;  // LocalTicket of specs/local.yaml, as it was made
};
// Left by a stranger while nobody was there; mailed, and made a ticket.
struct OfflineMessage {
  std::string name, email, text, department, host;
};
// Of a goal the visitor reached: by a page, by a variable, or because a client said so.
struct GoalReached {
  std::string visitor_id;
  std::string goal_id, goal_name, goal_type;
  std::string order_id, order_description, order_price, order_currency;
};
// Of a showing, or of the chat that came of it.
struct GreetingShown {
  std::string greeting_id;
  std::string visit;
  std::string visitor_id;  // empty: nobody known yet
  std::string department;  // the visitor's; empty: none
};
struct GreetingAccepted {
  std::string showing_id;
  std::string greeting_id;
  std::string visitor_id;
};
struct CannedResponseChanged {
  std::string change;      // created, changed, removed
  std::string department;  // empty: everybody's
  std::string text;
  std::vector<std::string> tags;
};

// What is known of a chat was changed after it ended.
struct ChatEdited {};
// The visitor wrote an address or a number, and it was kept.
struct LeadCaptured {
  std::string message_id;
};
// The relay gave up on one it delivers to. `url` without credentials.
struct EndpointDisabled {
  std::string url, reason;
};

using Payload = std::variant<ChatStarted, ChatQueued, ChatTaken, ChatMessage, ChatMessageRemoved, ChatTransferred,
                             ChatTagged, ChatRated, ChatClosed, ChatRemoved, VisitorChanged, AgentStatusChanged,
                             TicketCreated, OfflineMessage, GoalReached, CannedResponseChanged, GreetingShown,
                             GreetingAccepted, ChatEdited, LeadCaptured, EndpointDisabled>;

enum class Source { kEmbedded, kWebhook, kPassThrough, kPoll, kFill };

struct Event {
  std::string id;  // deterministic where the source allows it, so that a second sighting is dropped
  Time at{};
  // Room id of chat events, visitor id, user id, ticket's id, canned response's id, endpoint's id, or the address of who
  // left a message. Goals are reached in a chat or by a visitor; greetings are shown to one, or in a visit of nobody known.
  std::string subject;
  Source source = Source::kEmbedded;
  Payload payload;
  bool recovered = false;  // whoever should have told of it did not; found by looking
};

std::string_view KindOf(const Payload& payload);  // "chat.closed"
// Where `kind` stands among Payload's alternatives; empty for an unknown one.
std::optional<std::size_t> KindIndex(std::string_view kind);
std::span<const std::string_view> AllKinds();
std::string_view NameOf(Source source);  // "pass_through"

// A round trip gives the same event; `deliverable` is false for first fills.
storage::OutboxEvent ToOutbox(const Event& event);
// Errors: kInvalidArgument for what ToOutbox did not write, an erased payload included.
Result<Event> FromOutbox(const storage::OutboxEvent& stored);

// Adds an event, and whatever follows from it in the ledger, to the change that causes it.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void Record(const Event& event, storage::Changes& changes) const = 0;
};

}  // namespace parley::events
