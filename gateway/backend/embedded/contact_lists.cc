// Contacts in lists: searching, their chats, their channels. Source: administration reference §5.1.
#include <algorithm>
#include <map>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// ---- searching ------------------------------------------------------------------------------------------------------

// The contacts' managers as lists show them, by id.
Awaitable<Result<std::map<std::string, Json>>> FindManagers(const Call& call, const std::vector<Contact>& contacts) {
  std::map<std::string, Json> managers;
  for (const Contact& contact : contacts) {
    if (contact.manager_id.empty() || managers.contains(contact.manager_id)) continue;
    FoundUser manager = co_await FindUser(call.documents(), contact.manager_id);
    if (!manager) co_return manager.error();
    managers[contact.manager_id] = *manager ? Pick(ToAnswer(**manager), {"_id", "name", "username"}) : Json();
  }
  co_return managers;
}

Awaitable<Reply> SearchContacts(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("name")});
  if (!paging) co_return paging.failure();
  storage::Query query(Contact::kCollection);
  query.where.emplace_back("unknown", Match::kEquals, Json(call.query.Flag("unknown")));
  query.where.emplace_back("erased", Match::kMissing);
  if (const std::string_view text = call.query.Text("searchText"); !text.empty()) {
    query.where.push_back(ContactContains(text));
  }
  paging->ApplyTo(query);
  auto found = co_await Find<Contact>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  auto managers = co_await FindManagers(call, found->list);
  if (!managers) co_return managers.error();
  Json items = Json::MakeArray();
  for (const Contact& contact : found->list) {
    Json item = ToAnswer(contact);
    item.Remove("contactManager");
    if (const Json& manager = (*managers)[contact.manager_id]; !manager.IsNull())
      item.Append("contactManager", manager);
    items.Push(std::move(item));
  }
  Json page = PageOf("contacts", std::move(items), *paging, found->total);
  page.Set("count", paging->count.value_or(0));  // what was asked for
  co_return page;
}

// ---- of one contact -------------------------------------------------------------------------------------------------

Awaitable<Reply> ListChats(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("closedAt", true)});
  if (!paging) co_return paging.failure();
  auto contact = co_await FindContact(call.documents(), std::string(call.query.Text("contactId")));
  if (!contact) co_return contact.error();
  if (!*contact) co_return Fail("error-contact-not-found");
  storage::Query query(Room::kCollection);
  query.where.emplace_back("contactId", Match::kEquals, Json((*contact)->id));
  query.where.emplace_back("closedAt", Match::kExists);
  const std::string_view source = call.query.Text("source");
  if (!source.empty() && call.options().edition == Edition::kPremium) {
    query.where.emplace_back("source.type", Match::kEquals, Json(source));
  }
  paging->ApplyTo(query);
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  Json items = Json::MakeArray();
  for (const Room& room : rooms->list) {
    items.Push(Pick(ToAnswer(room), {"_id", "fname", "ts", "v", "msgs", "servedBy", "closedAt", "closedBy", "closer",
                                     "tags", "source", "lastMessage", "verified"}));
  }
  co_return PageOf("history", std::move(items), *paging, rooms->total);
}

Time LastUseOf(const ContactChannel& channel) {
  return channel.last_chat ? channel.last_chat->at : Time();
}

// One channel for each name: the one used last.
std::vector<ContactChannel> LastOfEachName(const std::vector<ContactChannel>& channels) {
  std::vector<ContactChannel> last;
  for (const ContactChannel& channel : channels) {
    const auto known =
        std::find_if(last.begin(), last.end(), [&](const ContactChannel& other) { return other.name == channel.name; });
    if (known == last.end()) {
      last.push_back(channel);
    } else if (LastUseOf(channel) > LastUseOf(*known)) {
      *known = channel;
    }
  }
  return last;
}

Awaitable<Reply> ListChannels(Call& call) {
  auto contact = co_await FindContact(call.documents(), std::string(call.query.Text("contactId")));
  if (!contact) co_return contact.error();
  Json items = Json::MakeArray();
  if (*contact) items = MemberWriter::Write(LastOfEachName((*contact)->channels), Form::kAnswer);
  co_return Json::Of({{"channels", std::move(items)}});
}

}  // namespace

Routes ContactListRoutes() {
  return {
      {"GET omnichannel/contacts.search", &SearchContacts},
      {"GET omnichannel/contacts.history", &ListChats},
      {"GET omnichannel/contacts.channels", &ListChannels},
  };
}

}  // namespace parley::backend::embedded
