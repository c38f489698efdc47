#include "backend/embedded/contact_link.h"

#include <algorithm>

#include "backend/embedded/contact_fields.h"
#include "backend/embedded/contact_merge.h"
#include "backend/embedded/presence.h"
#include "base/ordered_id.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// The id of the user a visitor's contactManager names; empty when there is none.
Awaitable<Result<std::string>> FindManagerId(const Call& call, const Visitor& visitor) {
  std::string username(visitor.contact_manager.Text("username"));
  if (username.empty()) co_return std::string();
  FoundUser manager = co_await FindUserByName(call.documents(), std::move(username));
  if (!manager) co_return manager.error();
  co_return *manager ? (*manager)->id : std::string();
}

Awaitable<Result<ContactFacts>> ReadFacts(const Call& call, const Visitor& visitor, const Json& source) {
  ContactFacts facts = FactsOf(visitor);
  facts.channel = ChannelOf(visitor, source);
  auto manager_id = co_await FindManagerId(call, visitor);
  if (!manager_id) co_return manager_id.error();
  facts.manager_id = std::move(*manager_id);
  co_return facts;
}

Awaitable<Result<std::optional<Contact>>> FindPreRegistered(const Call& call, const ContactFacts& facts) {
  std::vector<std::string> keys;
  for (const std::string& address : facts.emails) keys.push_back(EmailKey(address));
  for (const std::string& number : facts.phones) keys.push_back(PhoneKey(number));
  auto contacts = co_await FindContactsBy(call.documents(), std::move(keys));
  if (!contacts) co_return contacts.error();
  for (Contact& contact : *contacts) {
    if (contact.pre_registered) co_return std::optional<Contact>(std::move(contact));
  }
  co_return std::optional<Contact>();
}

Awaitable<Result<Contact>> MakeContact(const Call& call, ContactFacts facts) {
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  facts.custom_fields = FittingContactFields(*fields, facts.custom_fields);
  Contact contact;
  contact.id = OrderedObjectId(call.ids(), call.now);
  contact.created = call.now;
  contact.unknown = facts.activity.empty();
  Merge(facts, contact);
  co_return contact;
}

}  // namespace

ContactChannel ChannelOf(const Visitor& visitor, const Json& source) {
  ContactChannel channel;
  const std::string_view label = source.Text("label");
  channel.name = label.empty() ? source.Text("type") : label;
  channel.visitor = ChannelVisitor::Of(visitor.id, source);
  channel.details = source;
  return channel;
}

Awaitable<Result<Contact>> ContactFor(const Call& call, const Visitor& visitor, const Json& source) {
  auto known = co_await FindContactOfChannel(call.documents(), ChannelVisitor::Of(visitor.id, source));
  if (!known) co_return known.error();
  if (*known) co_return std::move(**known);
  auto facts = co_await ReadFacts(call, visitor, source);
  if (!facts) co_return facts.error();
  auto waiting = co_await FindPreRegistered(call, *facts);
  if (!waiting) co_return waiting.error();
  if (!*waiting) co_return co_await MakeContact(call, std::move(*facts));
  Merge(*facts, **waiting);
  co_return std::move(**waiting);
}

Awaitable<Status> AdoptRooms(const Call& call, const Contact& contact, const std::string& visitor_id,
                             const Json& source, storage::Changes& changes) {
  const ChannelSource channel = ChannelVisitor::Of(visitor_id, source).source;
  storage::Query query(Room::kCollection);
  query.where.emplace_back("v._id", Match::kEquals, Json(visitor_id));
  query.where.emplace_back("contactId", Match::kMissing);
  query.where.emplace_back("source.type", Match::kEquals, Json(channel.type));
  if (!channel.id.empty()) query.where.emplace_back("source.id", Match::kEquals, Json(channel.id));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  for (Room& room : rooms->list) {
    room.contact_id = contact.id;
    Status called;
    if (contact.name.empty() || room.display_name == contact.name) {
      Save(room, call.now, changes);
    } else {
      called = co_await CallChat(call, std::move(room), contact.name, changes);
    }
    if (!called) co_return called;
  }
  co_return Status();
}

Awaitable<Result<Room>> WithContact(const Call& call, Room room) {
  if (!room.contact_id.empty()) co_return room;
  auto visitor = co_await FindVisitor(call, room.visitor.id);
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->disabled || room.source.Text("type").empty()) co_return room;
  auto contact = co_await ContactFor(call, **visitor, room.source);
  if (!contact) co_return contact.error();
  storage::Changes changes;
  const Status adopted = co_await AdoptRooms(call, *contact, (*visitor)->id, room.source, changes);
  if (!adopted) co_return adopted.error();
  SaveContact(*contact, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return OrReadAgain(committed.error());
  auto now = co_await FindRoom(call, room.id);
  if (!now) co_return now.error();
  if (!*now) co_return Conflict("the room was removed meanwhile");
  co_return std::move(**now);
}

Awaitable<Result<bool>> IsBlocked(const Call& call, const std::string& visitor_id, const Json& source) {
  const ChannelVisitor visitor = ChannelVisitor::Of(visitor_id, source);
  auto contact = co_await FindContactOfChannel(call.documents(), visitor);
  if (!contact) co_return contact.error();
  const ContactChannel* channel = *contact ? (*contact)->FindChannel(visitor) : nullptr;
  co_return channel != nullptr && channel->blocked;
}

void NoteLastChat(Contact& contact, const ChannelVisitor& visitor, const LastChat& chat) {
  contact.last_chat = chat;
  if (ContactChannel* channel = contact.FindChannel(visitor)) channel->last_chat = chat;
}

Awaitable<Status> TellContacts(const Call& call, std::string visitor_id, std::function<bool(Contact&)> change,
                               storage::Changes& changes) {
  auto contacts = co_await FindContactsOfVisitor(call.documents(), std::move(visitor_id));
  if (!contacts) co_return contacts.error();
  for (Contact& contact : *contacts) {
    if (change(contact)) SaveContact(contact, call.now, changes);
  }
  co_return Status();
}

Awaitable<Result<Json>> FindManagerByEmail(const Call& call, std::string address) {
  std::vector<std::string> keys{EmailKey(address)};
  auto contacts = co_await FindContactsBy(call.documents(), std::move(keys));
  if (!contacts) co_return contacts.error();
  const auto managed = std::find_if(contacts->begin(), contacts->end(),
                                    [](const Contact& contact) { return !contact.manager_id.empty(); });
  if (managed == contacts->end()) co_return Json();
  FoundUser manager = co_await FindUser(call.documents(), managed->manager_id);
  if (!manager) co_return manager.error();
  if (!*manager || !CanTakeChats(**manager, call.settings())) co_return Json();
  co_return Pick(ToAnswer(**manager), {"_id", "username", "name", "emails"});
}

}  // namespace parley::backend::embedded
