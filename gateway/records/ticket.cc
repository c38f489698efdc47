// A document of kTickets is a LocalTicket without its id, and beside it what tickets are found by:
//   mail        the requester's address in lower case
//   visitor     the requester's visitor id, when known
//   created_at  the time of the first event
//   activity    the times of all events
//   words       every text a person wrote, and the requester's name and address
#include "records/ticket.h"

#include <array>

#include "base/text.h"
#include "json/members.h"

namespace parley::records {
namespace {

constexpr std::array<const char*, 12> kShown = {
    "status", "subject",     "requester", "assignee",          "groups",      "tags",
    "source", "modified_at", "opened",    "first_response_at", "resolved_at", "events"};

Json Person(std::string_view id, std::string_view name) {
  return Json::Of({{"id", id}, {"name", name}});
}

Json AgentAuthor(const TicketAgent& agent) {
  Json author = Person(agent.login, agent.name);
  author.Append("type", "agent");
  return author;
}

Json EventAt(std::string_view type, Time at) {
  return Json::Of({{"type", type}, {"at", Millis(at)}});
}

Json SourceJson(const NewTicket& ticket) {
  Json source = Json::Of({{"type", ticket.source_type}});
  if (!ticket.source_url.empty()) source.Append("url", ticket.source_url);
  return source;
}

void AddWords(Json& document, std::string_view words) {
  std::string all(document.Text("words"));
  if (!all.empty()) all += '\n';
  all += words;
  document.Set("words", std::move(all));
}

void AddEvent(Json& document, Json event) {
  const Json at = *event.Find("at");
  document.Find("activity")->Push(at);
  document.Find("events")->Push(std::move(event));
  document.Set("modified_at", at);
}

// An event that names what was and what is; a null stands for nothing.
void AddTurn(Json& document, std::string_view type, Json from, Json to, const TicketAgent& by, Time at) {
  Json event = EventAt(type, at);
  if (!by.login.empty()) event.Append("author", AgentAuthor(by));
  if (!from.IsNull()) event.Append("from", std::move(from));
  if (!to.IsNull()) event.Append("to", std::move(to));
  AddEvent(document, std::move(event));
}

void AddRequest(Json& document, const NewTicket& ticket) {
  Json event = EventAt("message", ticket.at);
  Json author = Person(ticket.mail, ticket.name);
  author.Append("type", "client");
  event.Append("author", std::move(author));
  event.Append("message", ticket.message);
  event.Append("is_private", false);
  event.Append("source", SourceJson(ticket));
  AddEvent(document, std::move(event));
}

void SetTags(Json& document, const std::vector<std::string>& tags, const TicketAgent& by, Time at) {
  Json before = *document.Find("tags");
  Json after = TextsJson(tags);
  if (before == after) return;
  document.Set("tags", after);
  AddTurn(document, "tags_changed", std::move(before), std::move(after), by, at);
}

Json AssigneeOf(const Json& document) {
  const Json* assignee = document.Find("assignee");
  return assignee == nullptr ? Json() : Person(assignee->Text("login"), assignee->Text("name"));
}

void SetAssignee(Json& document, const TicketAgent& agent, const TicketAgent& by, Time at) {
  Json before = AssigneeOf(document);
  if (before.Text("id") == agent.login) return;
  if (agent.login.empty()) {
    document.Remove("assignee");
  } else {
    document.Set("assignee", Json::Of({{"login", agent.login}, {"name", agent.name}}));
  }
  AddTurn(document, "assignee_changed", std::move(before), AssigneeOf(document), by, at);
}

bool IsOver(std::string_view status) {
  return status == "solved" || status == "spam";
}

// A ticket is open in periods: the last one ends when it is over, and another begins when it is taken up again.
void MovePeriods(Json& document, bool over, Time at) {
  Json& opened = *document.Find("opened");
  if (over) {
    opened.AsArray()->back().Append("to_at", Millis(at));
  } else {
    opened.Push(Json::Of({{"from_at", Millis(at)}}));
  }
}

void SetStatus(Json& document, const std::string& status, const TicketAgent& by, Time at) {
  const std::string before(document.Text("status"));
  if (before == status) return;
  document.Set("status", status);
  if (IsOver(before) != IsOver(status)) MovePeriods(document, IsOver(status), at);
  if (status == "solved") {
    document.Set("resolved_at", Millis(at));
  } else {
    document.Remove("resolved_at");
  }
  AddTurn(document, "status_changed", before, status, by, at);
}

void AddAnswer(Json& document, const TicketChange& change, Time at) {
  Json event = EventAt("message", at);
  event.Append("author", AgentAuthor(change.by));
  event.Append("message", change.message);
  event.Append("is_private", change.is_private);
  AddEvent(document, std::move(event));
  AddWords(document, change.message);
  const bool first = document.Find("first_response_at") == nullptr;
  if (first && !change.is_private) document.Set("first_response_at", Millis(at));
}

Json DocumentOf(const NewTicket& ticket) {
  Json document;
  document.Append("status", "open");
  document.Append("subject", ticket.subject.empty() ? kNoSubject : ticket.subject);
  document.Append("requester", Json::Of({{"mail", ticket.mail}, {"name", ticket.name}}));
  document.Append("groups", TextsJson(ticket.groups));
  document.Append("tags", Json::MakeArray());
  document.Append("source", SourceJson(ticket));
  document.Append("opened", Json(Json::Array{Json::Of({{"from_at", Millis(ticket.at)}})}));
  document.Append("events", Json::MakeArray());
  document.Append("mail", Lower(ticket.mail));
  if (!ticket.visitor_id.empty()) document.Append("visitor", ticket.visitor_id);
  document.Append("created_at", Millis(ticket.at));
  document.Append("activity", Json::MakeArray());
  for (const std::string* words : {&ticket.subject, &ticket.name, &ticket.mail, &ticket.message})
    AddWords(document, *words);
  AddRequest(document, ticket);
  SetAssignee(document, ticket.assignee, ticket.by, ticket.at);
  return document;
}

}  // namespace

Json AddTicket(const NewTicket& ticket, events::Source source, const events::Recorder& recorder,
               storage::Changes& changes) {
  Json document = DocumentOf(ticket);
  events::Event event;
  event.id = ticket.id + ".created";
  event.at = ticket.at;
  event.subject = ticket.id;
  event.source = source;
  Json made = TicketJson(ticket.id, document);
  event.payload = events::TicketCreated{made};
  changes.Insert(storage::Collection::kTickets, ticket.id, std::move(document));
  recorder.Record(event, changes);
  return made;
}

bool ChangeTicket(Json& document, const TicketChange& change, Time at) {
  const std::size_t before = document.Find("events")->size();
  if (change.tags) SetTags(document, *change.tags, change.by, at);
  if (change.assignee) SetAssignee(document, *change.assignee, change.by, at);
  if (!change.message.empty()) AddAnswer(document, change, at);
  if (change.status) SetStatus(document, *change.status, change.by, at);
  return document.Find("events")->size() > before;
}

Json TicketJson(const std::string& id, const Json& document) {
  Json ticket;
  ticket.Append("id", id);
  for (const char* name : kShown) {
    if (const Json* member = document.Find(name)) ticket.Append(name, *member);
  }
  return ticket;
}

}  // namespace parley::records
