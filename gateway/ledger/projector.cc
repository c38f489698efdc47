#include "ledger/projector.h"

#include "records/ticket.h"

namespace parley::ledger {
namespace {

using events::Event;
using storage::LedgerEntry;

constexpr std::string_view kVisitor = "visitor";
constexpr std::string_view kAgent = "agent";

// Clients read text and user_type of every line, system lines included.
LedgerEntry SystemEntry(const Event& event, std::string_view event_type, std::string_view user_type, std::string text) {
  LedgerEntry entry;
  entry.id = event.id;
  entry.type = "event";
  entry.event_type = event_type;
  entry.user_type = user_type;
  entry.text = std::move(text);
  entry.at = event.at;
  return entry;
}

std::string ClosedText(const events::ChatClosed& closed) {
  if (!closed.closed_by_name.empty()) return closed.closed_by_name + " closed the chat.";
  return closed.closer == kVisitor ? "The visitor closed the chat." : "The chat was closed.";
}

std::string TransferredText(const events::ChatTransferred& transfer) {
  const std::string by =
      transfer.by_name.empty() ? "The chat was transferred" : transfer.by_name + " transferred the chat";
  if (transfer.scope == "queue") return by + " to the queue.";
  return transfer.to_name.empty() ? by + "." : by + " to " + transfer.to_name + ".";
}

// What follows in the ledger from one event, by kind.
class Consequences {
 public:
  Consequences(const Event& event, std::vector<storage::LedgerChange>& ledger) : event_(event), ledger_(ledger) {}

  void operator()(const events::ChatStarted& started) {
    storage::LedgerChat chat;
    chat.id = event_.subject;
    chat.visitor = started.visitor;
    chat.department = started.department;
    chat.started = event_.at;
    chat.start_url = started.start_url;
    chat.referrer = started.referrer;
    chat.engagement = started.engagement;
    chat.channel = started.channel;
    chat.channel_label = started.channel_label;
    chat.prechat_survey = started.prechat_survey;
    ledger_.push_back(storage::UpsertLedgerChat{std::move(chat)});
  }

  void operator()(const events::ChatQueued& queued) {
    ledger_.push_back(storage::SetLedgerQueued{event_.subject, event_.at, queued.department});
    if (!queued.department.empty()) {
      ledger_.push_back(storage::SetLedgerDepartment{event_.subject, queued.department});
    }
  }

  void operator()(const events::ChatTaken& taken) {
    ledger_.push_back(storage::AddLedgerAgent{event_.subject, taken.agent, taken.supervising, event_.at});
  }

  void operator()(const events::ChatMessage& message) {
    LedgerEntry entry;
    entry.id = message.message_id;
    entry.type = message.files.empty() ? "message" : "attachment";
    entry.text = message.text;
    entry.user_type = message.user_type;
    entry.author_id = message.author_id;
    entry.author_name = message.author_name;
    entry.author_username = message.author_username;
    entry.agent_login = message.agent_login;
    entry.at = event_.at;
    entry.files = message.files;
    ledger_.push_back(storage::PutLedgerEntry{event_.subject, std::move(entry)});
  }

  void operator()(const events::ChatMessageRemoved& removed) {
    ledger_.push_back(storage::RemoveLedgerEntry{event_.subject, removed.message_id});
  }

  void operator()(const events::ChatTransferred& transfer) {
    ledger_.push_back(storage::SetLedgerDepartment{event_.subject, transfer.department});
    ledger_.push_back(
        storage::PutLedgerEntry{event_.subject, SystemEntry(event_, "transferred", kAgent, TransferredText(transfer))});
  }

  void operator()(const events::ChatTagged& tagged) {
    ledger_.push_back(storage::SetLedgerTags{event_.subject, tagged.tags});
  }

  void operator()(const events::ChatRated& rated) {
    ledger_.push_back(storage::RateLedgerChat{event_.subject, rated.rate, rated.comment, rated.postchat_survey});
  }

  void operator()(const events::ChatClosed& closed) {
    const std::string_view user_type = closed.closer == kVisitor ? kVisitor : kAgent;
    LedgerEntry entry = SystemEntry(event_, "closed", user_type, ClosedText(closed));
    if (!closed.message_id.empty()) entry.id = closed.message_id;
    entry.agent_login = closed.closed_by_login;
    ledger_.push_back(storage::PutLedgerEntry{event_.subject, std::move(entry)});
    ledger_.push_back(storage::CloseLedgerChat{event_.subject, event_.at, closed.closer});
  }

  void operator()(const events::ChatRemoved&) { ledger_.push_back(storage::RemoveLedgerChat{event_.subject}); }

  void operator()(const events::VisitorChanged& changed) {
    ledger_.push_back(storage::SetLedgerVisitor{changed.visitor.id, changed.visitor});
  }

  void operator()(const events::AgentStatusChanged& changed) {
    ledger_.push_back(storage::SetLedgerPresence{changed.agent, changed.accepting, event_.at});
  }

  // What it means stands in the ticket, which is written where it is made. A message left makes one: see Record.
  void operator()(const events::TicketCreated&) {}
  void operator()(const events::OfflineMessage&) {}

  void operator()(const events::GoalReached& reached) {
    storage::AddLedgerGoal hit;
    hit.hit_id = event_.id;
    hit.chat_id = event_.subject == reached.visitor_id ? std::string() : event_.subject;
    hit.visitor_id = reached.visitor_id;
    hit.goal = {reached.goal_id,  reached.goal_name,         reached.goal_type,   event_.at,
                reached.order_id, reached.order_description, reached.order_price, reached.order_currency};
    ledger_.push_back(std::move(hit));
  }

  void operator()(const events::GreetingShown& shown) {
    ledger_.push_back(storage::AddLedgerGreeting{
        {event_.id, shown.greeting_id, shown.visit, shown.visitor_id, shown.department, event_.at}});
  }

  void operator()(const events::GreetingAccepted& accepted) {
    ledger_.push_back(
        storage::AcceptLedgerGreeting{accepted.showing_id, event_.subject, accepted.visitor_id, event_.at});
  }

  void operator()(const events::CannedResponseChanged&) {}
  void operator()(const events::ChatEdited&) {}
  void operator()(const events::LeadCaptured&) {}
  void operator()(const events::EndpointDisabled&) {}

 private:
  const Event& event_;
  std::vector<storage::LedgerChange>& ledger_;
};

records::NewTicket TicketOf(const Event& event, const events::OfflineMessage& left) {
  records::NewTicket ticket;
  ticket.id = event.id;
  ticket.at = event.at;
  ticket.mail = left.email;
  ticket.name = left.name;
  ticket.message = left.text;
  ticket.groups = {left.department};
  ticket.source_type = "chat-window";
  ticket.source_url = left.host;
  return ticket;
}

}  // namespace

void Project(const Event& event, std::vector<storage::LedgerChange>& ledger) {
  std::visit(Consequences(event, ledger), event.payload);
}

void Projector::Record(const Event& event, storage::Changes& changes) const {
  Project(event, changes.ledger);
  changes.events.push_back(events::ToOutbox(event));
  const auto* left = std::get_if<events::OfflineMessage>(&event.payload);
  if (left != nullptr) records::AddTicket(TicketOf(event, *left), event.source, *this, changes);
}

}  // namespace parley::ledger
