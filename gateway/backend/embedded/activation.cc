#include "backend/embedded/activation.h"

#include <algorithm>

#include "backend/embedded/closing.h"
#include "backend/embedded/duty.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/token.h"

namespace parley::backend::embedded {
namespace {

constexpr const char* kAdminRole = "admin";

Awaitable<Result<bool>> IsLastActiveAdmin(const Call& call, const User& user) {
  if (!user.active || !user.HasRole(kAdminRole)) co_return false;
  const auto admins = co_await FindUsersInRole(call.documents(), kAdminRole);
  if (!admins) co_return admins.error();
  co_return std::none_of(admins->begin(), admins->end(),
                         [&](const User& admin) { return admin.active && admin.id != user.id; });
}

Awaitable<Status> CloseChatsOf(const Call& call, const User& user, storage::Changes& changes) {
  storage::Query query(storage::Collection::kSubscriptions);
  query.where.emplace_back("u._id", storage::Match::kEquals, Json(user.id));
  const auto seats = co_await Find<Subscription>(call.documents(), std::move(query));
  if (!seats) co_return seats.error();
  for (const Subscription& seat : seats->list) {
    auto room = co_await FindRoom(call, seat.room_id);
    if (!room) co_return room.error();
    if (!*room || !(*room)->open) continue;
    Result<Conversation> chat = co_await Continue(call, **std::move(room));
    if (!chat) co_return chat.error();
    Closing closing;
    closing.by = PersonOf(user);
    closing.login = user.Address();
    closing.comment = "Agent was deactivated";
    ClosingWishes none;
    const auto ended = co_await EndChat(call, *chat, std::move(closing), std::move(none));
    if (!ended) co_return ended.error();
    chat->FinishInto(changes);
  }
  co_return Status();
}

}  // namespace

Awaitable<Outcome<Done>> SetActive(const Call& call, bool active, User& user, storage::Changes& changes) {
  if (active) {
    const bool returns = !user.active && user.IsAgent();
    user.active = true;
    user.inactive_reason.clear();
    if (!returns) co_return Done();
    const Status placed = co_await PlaceInHours(call, user);
    if (!placed) co_return placed.error();
    co_return Done();
  }
  const Result<bool> last = co_await IsLastActiveAdmin(call, user);
  if (!last) co_return last.error();
  if (*last) {
    co_return FailCoded("error-action-not-allowed", "Leaving the app without an active admin is not allowed",
                        Json::Of({{"method", "removeUserFromRole"}, {"action", "Remove_last_admin"}}));
  }
  if (!user.active) co_return Done();
  const Status closed = co_await CloseChatsOf(call, user, changes);
  if (!closed) co_return closed.error();
  user.active = false;
  user.inactive_reason = "deactivated";
  if (user.IsAgent()) user.status_livechat = kNotAvailable;
  RemoveTokensOf(user.id, changes);
  co_return Done();
}

}  // namespace parley::backend::embedded
