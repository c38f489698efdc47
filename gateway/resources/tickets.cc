#include "resources/tickets.h"

#include <algorithm>
#include <array>

#include "base/ordered_id.h"
#include "base/text.h"
#include "json/members.h"
#include "resources/ticket_query.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using records::NewTicket;
using records::TicketAgent;
using records::TicketChange;
using storage::Collection;

constexpr std::array<std::string_view, 4> kStatuses = {"open", "pending", "solved", "spam"};

TicketAgent AgentOf(const Json& body, std::string_view member) {
  const Json* agent = body.Find(member);
  if (agent == nullptr) return {};
  return {std::string(agent->Text("login")), std::string(agent->Text("name"))};
}

std::string TextAt(const Json& body, std::string_view path) {
  const Json* member = body.FindPath(path);
  return member == nullptr ? std::string() : std::string(member->AsString().value_or(""));
}

Result<NewTicket> ReadNewTicket(const Json& body) {
  NewTicket ticket;
  ticket.mail = TextAt(body, "requester.mail");
  ticket.name = TextAt(body, "requester.name");
  ticket.message = body.Text("message");
  ticket.subject = body.Text("subject");
  ticket.groups = TextsOf(body, "groups");
  ticket.source_type = TextAt(body, "source.type");
  ticket.source_url = TextAt(body, "source.url");
  ticket.assignee = AgentOf(body, "assignee");
  ticket.by = AgentOf(body, "by");
  ticket.visitor_id = body.Text("visitor_id");
  std::vector<std::string> violations;
  if (ticket.message.empty()) violations.emplace_back("message is required");
  if (ticket.mail.empty()) violations.emplace_back("requester.mail is required");
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return ticket;
}

Result<TicketChange> ReadChange(const Json& body) {
  TicketChange change;
  if (body.Find("tags") != nullptr) change.tags = TextsOf(body, "tags");
  if (body.Find("assignee") != nullptr) change.assignee = AgentOf(body, "assignee");
  if (body.Find("status") != nullptr) change.status = body.Text("status");
  change.message = body.Text("message");
  change.is_private = body.Flag("is_private");
  change.by = AgentOf(body, "by");
  if (change.status && std::find(kStatuses.begin(), kStatuses.end(), *change.status) == kStatuses.end())
    return InvalidArgument("status must be open, pending, solved or spam");
  return change;
}

Json Envelope(const std::string& id, const Json& document) {
  Json envelope;
  envelope.Append("ticket", records::TicketJson(id, document));
  return envelope;
}

}  // namespace

Awaitable<Result<Json>> Tickets::List(ledger::Parameters parameters) {
  Result<storage::Query> query = ParseTicketQuery(parameters, account_zone_);
  if (!query) co_return query.error();
  Result<storage::Found> found = co_await documents_.Find(*std::move(query));
  if (!found) co_return found.error();
  Json list = Json::MakeArray();
  for (const storage::Document& document : found->documents) list.Push(records::TicketJson(document.id, document.body));
  Json page;
  page.Append("tickets", std::move(list));
  page.Append("total", static_cast<long long>(found->total));
  page.Append("pages", static_cast<long long>((found->total + kTicketsPerPage - 1) / kTicketsPerPage));
  co_return page;
}

Awaitable<Result<std::optional<Json>>> Tickets::Get(std::string id) {
  Result<std::optional<storage::Document>> read = co_await documents_.Get(Collection::kTickets, id);
  if (!read) co_return read.error();
  if (!*read) co_return std::optional<Json>();
  co_return std::optional<Json>(Envelope(id, (*read)->body));
}

Awaitable<Result<Json>> Tickets::Create(Json body) {
  Result<NewTicket> ticket = ReadNewTicket(body);
  if (!ticket) co_return ticket.error();
  ticket->at = clock_.Now();
  ticket->id = OrderedRoomId(ids_, ticket->at);
  storage::Changes changes;
  Json answer;
  answer.Append("ticket", records::AddTicket(*ticket, events::Source::kEmbedded, recorder_, changes));
  Status committed = co_await committer_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return answer;
}

Awaitable<Result<std::optional<Json>>> Tickets::Change(std::string id, Json body) {
  const Result<TicketChange> change = ReadChange(body);
  if (!change) co_return change.error();
  auto attempt = [this, &id, &change] { return ChangeOnce(id, *change); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<std::optional<Json>>> Tickets::ChangeOnce(const std::string& id, const TicketChange& change) {
  Result<std::optional<storage::Document>> read = co_await documents_.Get(Collection::kTickets, id);
  if (!read) co_return read.error();
  if (!*read) co_return std::optional<Json>();
  Json document = (*read)->body;
  if (records::ChangeTicket(document, change, clock_.Now())) {
    storage::Changes changes;
    changes.Update(Collection::kTickets, **read, document);
    Status committed = co_await committer_.Commit(std::move(changes));
    if (!committed) co_return committed.error();
  }
  co_return std::optional<Json>(Envelope(id, document));
}

}  // namespace parley::resources
