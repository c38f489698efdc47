#include "backend/embedded/leaving.h"

#include "backend/embedded/closing.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/preferred_agent.h"
#include "backend/embedded/presence.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

std::string_view ActionOf(const Settings& settings) {
  return settings.Text("Livechat_agent_leave_action");
}

bool IsThere(const User& user) {
  return user.IsAgent() && user.active && user.status_livechat == kAvailable && user.status != "offline";
}

Awaitable<Result<std::vector<User>>> FindAway(const Call& call) {
  storage::Query query(User::kCollection);
  query.where.emplace_back("awaySince", Match::kExists);
  auto found = co_await Find<User>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Result<std::vector<Room>>> FindOpenChatsOf(const Call& call, const User& agent) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("servedBy._id", Match::kEquals, Json(agent.id));
  query.where.emplace_back("open", Match::kEquals, Json(true));
  auto found = co_await Find<Room>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

std::string CommentOf(const Call& call) {
  return std::string(call.settings().Text("Livechat_agent_leave_comment"));
}

Awaitable<Status> CloseFor(const Call& call, const User& agent, Room room) {
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  Closing closing;
  closing.by = PersonOf(agent);
  closing.login = LedgerAgentOf(agent).email;
  closing.comment = CommentOf(call);
  ClosingWishes none;
  const auto ended = co_await EndChat(call, *chat, std::move(closing), std::move(none));
  if (!ended) co_return ended.error();
  co_return co_await call.Commit(chat->Finish());
}

// Where the chat of a visitor goes whose agent has left; nowhere when the visitor has no department.
Awaitable<Maybe<Department>> FindDepartmentOfVisitor(const Call& call, const Room& room) {
  auto visitor = co_await FindVisitor(call, room.visitor.id);
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->department.empty()) co_return std::optional<Department>();
  co_return co_await FindDepartment(call.documents(), (*visitor)->department);
}

// To somebody else of the department, or into its queue.
Awaitable<Status> ForwardFor(const Call& call, const User& agent, Room room) {
  auto department = co_await FindDepartmentOfVisitor(call, room);
  if (!department) co_return department.error();
  if (!*department) co_return Status();
  auto seat = co_await FindSeat(call, room.id, agent.id);
  if (!seat) co_return seat.error();
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  if (!chat->inquiry()) co_return Status();
  Transfer transfer;
  transfer.scope = "department";
  transfer.by = PersonOf(agent);
  transfer.by_type = "agent";
  transfer.comment = CommentOf(call);
  transfer.department = (*department)->id;
  transfer.department_name = (*department)->name;
  chat->TellTransfer(transfer);
  chat->Release(*seat);
  chat->SetDepartment((*department)->id);
  auto assigned = co_await AssignNext(call, *chat, agent.id);
  if (!assigned) co_return assigned.error();
  if (!*assigned) chat->Queue(std::nullopt);
  const Status noted = co_await NoteAgentOf(call, *chat);
  if (!noted) co_return noted;
  co_return co_await call.Commit(chat->Finish());
}

Awaitable<Status> Forget(const Call& call, User agent) {
  agent.away_since.reset();
  storage::Changes changes;
  Save(agent, call.now, changes);
  co_return co_await call.Commit(std::move(changes));
}

// The mark goes last: what a failure leaves undone is done by the next pass.
Awaitable<Status> DealWith(const Call& call, User agent) {
  auto chats = co_await FindOpenChatsOf(call, agent);
  if (!chats) co_return chats.error();
  const bool closes = ActionOf(call.settings()) == "close";
  for (Room& room : *chats) {
    Status done;
    if (closes) {
      done = co_await CloseFor(call, agent, std::move(room));
    } else {
      done = co_await ForwardFor(call, agent, std::move(room));
    }
    if (!done) co_return done;
  }
  co_return co_await Forget(call, std::move(agent));
}

}  // namespace

void NoteLeaving(const Settings& settings, const User* before, User& after, Time now) {
  if (ActionOf(settings) == "none" || !after.IsAgent() || IsThere(after)) {
    after.away_since.reset();
    return;
  }
  if (before != nullptr && IsThere(*before)) after.away_since = now;
}

Awaitable<Status> FollowLeavers(const Call& call) {
  auto away = co_await FindAway(call);
  if (!away) co_return away.error();
  const bool acts = ActionOf(call.settings()) != "none";
  const std::chrono::seconds patience(call.settings().Integer("Livechat_agent_leave_action_timeout"));
  for (User& agent : *away) {
    if (acts && *agent.away_since + patience > call.now) continue;
    Status done;
    if (acts) {
      done = co_await DealWith(call, std::move(agent));
    } else {
      done = co_await Forget(call, std::move(agent));
    }
    if (!done) co_return done;
  }
  co_return Status();
}

}  // namespace parley::backend::embedded
