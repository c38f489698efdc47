#include "backend/embedded/erasing.h"

#include <set>

#include "backend/embedded/registering.h"
#include "records/visit.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

Visitor Emptied(const Visitor& visitor) {
  Visitor erased;
  erased.id = visitor.id;
  erased.version = visitor.version;
  erased.username = visitor.username;
  erased.registered = visitor.registered;
  erased.status = "offline";
  erased.disabled = true;
  return erased;
}

// Its keys stay known, so that saving removes them.
void Empty(Contact& contact) {
  contact.name.clear();
  contact.emails.clear();
  contact.phones.clear();
  contact.manager_id.clear();
  contact.conflicts.reset();
  contact.custom_fields = Json::MakeObject();
  contact.channels.clear();
  contact.last_chat.reset();
  contact.activity.clear();
  contact.pre_registered = false;
  contact.erased = true;
}

// Tickets the visitor wrote, known by the visitor or by an address, and every word of them that waits to be delivered.
Awaitable<Status> EraseTickets(const Call& call, const Visitor& visitor, storage::Changes& changes) {
  std::vector<storage::Condition> theirs{{"visitor", Match::kEquals, Json(visitor.id)}};
  for (const EmailEntry& email : visitor.emails) {
    theirs.emplace_back("mail", Match::kEquals, Json(email.address));
    changes.ledger.emplace_back(storage::EraseEvents{email.address});
  }
  storage::Query query(storage::Collection::kTickets);
  query.where.push_back(storage::Condition::AnyOf(std::move(theirs)));
  auto found = co_await call.documents().Find(std::move(query));
  if (!found) co_return found.error();
  for (const storage::Document& ticket : found->documents) {
    changes.Remove(storage::Collection::kTickets, ticket.id);
    changes.ledger.emplace_back(storage::EraseEvents{ticket.id});
  }
  co_return Status();
}

}  // namespace

Awaitable<Status> EraseVisitor(const Call& call, Visitor visitor, storage::Changes& changes) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("v._id", Match::kEquals, Json(visitor.id));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  for (const Room& room : rooms->list) RemoveChat(call, room, changes);
  if (!visitor.token.empty()) {
    changes.Sweep(Message::kCollection, "navigation.token", Json(visitor.token));
    changes.Remove(storage::Collection::kVisits, records::VisitIdOf(visitor.token));
  }
  for (std::string& mark : AddressMarks(visitor.emails, visitor.phones)) {
    changes.Remove(storage::Collection::kContactKeys, std::move(mark));
  }
  const Status tickets = co_await EraseTickets(call, visitor, changes);
  if (!tickets) co_return tickets;
  changes.ledger.push_back(storage::RemoveLedgerVisitor{visitor.id});
  Visitor erased = Emptied(visitor);
  Save(erased, call.now, changes);
  co_return Status();
}

Awaitable<Status> EraseContacts(const Call& call, std::vector<Contact> contacts, storage::Changes& changes) {
  std::set<std::string> visitor_ids;
  for (Contact& contact : contacts) {
    for (const ContactChannel& channel : contact.channels) visitor_ids.insert(channel.visitor.visitor_id);
    Empty(contact);
    SaveContact(contact, call.now, changes);
  }
  for (const std::string& id : visitor_ids) {
    auto visitor = co_await FindVisitor(call, id);
    if (!visitor) co_return visitor.error();
    if (!*visitor || (*visitor)->disabled) continue;
    const Status erased = co_await EraseVisitor(call, std::move(**visitor), changes);
    if (!erased) co_return erased;
  }
  co_return Status();
}

}  // namespace parley::backend::embedded
