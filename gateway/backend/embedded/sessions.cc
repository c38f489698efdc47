#include "backend/embedded/sessions.h"

#include <algorithm>

#include "backend/embedded/presence.h"
#include "storage/transact.h"

namespace parley::backend::embedded {
namespace {

constexpr std::size_t kMostSessions = 50;

// An agent who was switched off by the system comes back with the login; within business hours everybody does.
void ApplyLoginTo(User& user, Time now, const Settings& settings) {
  user.last_login = now;
  if (!user.IsAgent() || user.HasRole(kBotRole) || user.status_default == "offline") return;
  const bool in_hours = user.open_business_hours && !user.open_business_hours->empty();
  const bool comes_back =
      settings.Flag("Livechat_enable_business_hours") ? in_hours : user.livechat_status_system_modified.value_or(false);
  if (comes_back) user.status_livechat = kAvailable;
}

// Notes a login beside `changes`. When others keep changing the user, the login stands without the note: it must not
// fail because the same account logs in many times at once.
Awaitable<Outcome<User>> CommitLogin(const Call& call, User user, storage::Changes changes) {
  auto attempt = [&]() -> Awaitable<Result<User>> {
    FoundUser found = co_await FindUser(call.documents(), user.id);
    if (!found) co_return found.error();
    if (!*found) co_return Conflict("the user is gone");
    const User before = **found;
    User after = before;
    ApplyLoginTo(after, call.now, call.settings());
    storage::Changes all = changes;
    SaveUser(call, &before, after, all);
    const Status status = co_await call.Commit(std::move(all));
    if (!status) co_return status.error();
    co_return after;
  };
  Result<User> noted = co_await storage::Retrying(std::move(attempt));
  if (noted) co_return *std::move(noted);
  if (noted.error().code != ErrorCode::kConflict) co_return noted.error();
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return user;
}

}  // namespace

Time ExpiryOf(const Token& token, const Settings& settings) {
  constexpr std::int64_t kStandardDays = 90;
  const std::int64_t days = settings.Integer("Accounts_LoginExpiration");
  return token.created_at + std::chrono::hours(24 * (days > 0 ? days : kStandardDays));
}

Awaitable<Result<std::optional<Token>>> FindSession(const Call& call, const std::string& token) {
  auto found = co_await Get<Token>(call.documents(), TokenId(token));
  if (!found || !*found) co_return found;
  const bool expired = !(*found)->IsPersonal() && call.now >= ExpiryOf(**found, call.settings());
  if (expired) co_return std::optional<Token>();
  co_return found;
}

Awaitable<Status> AddSession(const Call& call, const std::string& user_id, const std::string& token,
                             storage::Changes& changes) {
  auto tokens = co_await FindTokensOf(call.documents(), user_id);
  if (!tokens) co_return tokens.error();
  std::erase_if(*tokens, [](const Token& existing) { return existing.IsPersonal(); });
  std::sort(tokens->begin(), tokens->end(), [](const Token& a, const Token& b) { return a.created_at > b.created_at; });
  for (std::size_t i = kMostSessions - 1; i < tokens->size(); ++i) {
    changes.Remove(storage::Collection::kTokens, (*tokens)[i].id);
  }
  AddToken(token, user_id, call.now, changes);
  co_return Status();
}

Awaitable<Outcome<User>> StartSession(const Call& call, User user, std::string token) {
  storage::Changes changes;
  const Status added = co_await AddSession(call, user.id, token, changes);
  if (!added) co_return added.error();
  co_return co_await CommitLogin(call, std::move(user), std::move(changes));
}

Awaitable<Outcome<User>> TouchLogin(const Call& call, User user) {
  co_return co_await CommitLogin(call, std::move(user), storage::Changes());
}

}  // namespace parley::backend::embedded
