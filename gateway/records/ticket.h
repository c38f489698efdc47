// Tickets: messages that are answered later, kept as documents.
//
// Purpose: what a new ticket holds and what each change means for it, whoever causes it: a client by way of
// local/tickets, or a message left while nobody was there. Whatever happens to a ticket is one of its events, with who
// did it. Refuses to know: LiveChat's ids and dates, HTTP, who may do it.
// Threading: pure functions. Tests: tests/unit/resources/tickets_test.cc, tests/unit/ledger/projector_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/event.h"

namespace parley::records {

inline constexpr const char* kNoSubject = "(no subject)";

struct TicketAgent {
  std::string login;  // empty: nobody
  std::string name;
};

struct NewTicket {
  std::string id;
  Time at{};
  std::string mail, name;  // of the requester
  std::string subject, message;
  std::vector<std::string> groups;  // department ids; an empty text stands for everybody's group
  std::string source_type = "lc2";
  std::string source_url;
  TicketAgent assignee;
  TicketAgent by;          // who enters it for the requester
  std::string visitor_id;  // the requester as a visitor, else empty
};

// Puts the ticket into the change, and its event for subscribers. Answers it as TicketJson does.
Json AddTicket(const NewTicket& ticket, events::Source source, const events::Recorder& recorder,
               storage::Changes& changes);

struct TicketChange {
  std::optional<std::vector<std::string>> tags;  // the whole set
  std::optional<std::string> status;             // open, pending, solved, spam
  std::optional<TicketAgent> assignee;           // one without a login: nobody any more
  std::string message;                           // what an agent answers; empty: nothing
  bool is_private = false;                       // the message is a note for other agents
  TicketAgent by;
};

// Applies what differs to a document of kTickets, an event for each. False when nothing did: it was left alone.
bool ChangeTicket(Json& document, const TicketChange& change, Time at);

// LocalTicket of specs/local.yaml.
Json TicketJson(const std::string& id, const Json& document);

}  // namespace parley::records
