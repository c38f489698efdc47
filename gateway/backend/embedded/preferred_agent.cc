#include "backend/embedded/preferred_agent.h"

#include "backend/embedded/presence.h"
#include "backend/embedded/routing.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

Awaitable<Maybe<User>> FindManager(const Call& call, const Contact& contact) {
  if (contact.manager_id.empty() || !call.settings().Flag("Omnichannel_contact_manager_routing")) {
    co_return std::optional<User>();
  }
  FoundUser manager = co_await FindUser(call.documents(), contact.manager_id);
  if (!manager) co_return manager.error();
  const bool absence_is_fine = call.settings().Flag("Livechat_accept_chats_with_no_agents");
  const bool meant = *manager && (*manager)->IsAgent() && (absence_is_fine || CanTakeChats(**manager, call.settings()));
  if (!meant) co_return std::optional<User>();
  co_return manager;
}

Awaitable<Maybe<User>> FindAvailableByName(const Call& call, std::string username) {
  if (username.empty()) co_return std::optional<User>();
  FoundUser agent = co_await FindUserByName(call.documents(), std::move(username));
  if (!agent) co_return agent.error();
  if (!*agent || !CanTakeChats(**agent, call.settings())) co_return std::optional<User>();
  co_return agent;
}

// Of the last chat that had an agent: what is known of visitors from before their agents were noted.
Awaitable<Result<std::string>> FindAgentOfLastChat(const Call& call, const Visitor& visitor) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("v.token", Match::kEquals, Json(visitor.token));
  query.where.emplace_back("closedAt", Match::kExists);
  query.where.emplace_back("servedBy", Match::kExists);
  query.sort.emplace_back("closedAt", true);
  query.limit = 1;
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  co_return rooms->list.empty() ? std::string() : rooms->list.front().served_by->username;
}

Awaitable<Maybe<User>> FindLastAgent(const Call& call, const Visitor& visitor) {
  if (visitor.last_agent) {
    auto noted = co_await FindAvailableByName(call, visitor.last_agent->username);
    if (!noted || *noted) co_return noted;
  }
  auto username = co_await FindAgentOfLastChat(call, visitor);
  if (!username) co_return username.error();
  co_return co_await FindAvailableByName(call, std::move(*username));
}

}  // namespace

Awaitable<Maybe<User>> FindPreferredAgent(const Call& call, const Visitor& visitor, const Contact& contact) {
  auto manager = co_await FindManager(call, contact);
  if (!manager || *manager) co_return manager;
  if (!call.settings().Flag("Livechat_last_chatted_agent_routing")) co_return std::optional<User>();
  co_return co_await FindLastAgent(call, visitor);
}

bool RemembersAgents(const Settings& settings) {
  return settings.Flag("Livechat_last_chatted_agent_routing") &&
         AssignsByItself(ParseRoutingMethod(settings.Text("Livechat_Routing_Method")));
}

void NoteAgent(const Call& call, const Room& room, Visitor& visitor) {
  if (!room.served_by || !RemembersAgents(call.settings())) return;
  visitor.last_agent = LastAgent{room.served_by->agent_id, room.served_by->username, call.now};
}

Awaitable<Status> NoteAgentOf(const Call& call, Conversation& chat) {
  if (!chat.room().served_by || !RemembersAgents(call.settings())) co_return Status();
  auto visitor = co_await FindVisitor(call, chat.room().visitor.id);
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->disabled) co_return Status();
  NoteAgent(call, chat.room(), **visitor);
  Save(**visitor, call.now, chat.changes());
  co_return Status();
}

}  // namespace parley::backend::embedded
