#include "backend/embedded/two_factor.h"

#include "backend/embedded/token.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

Failure Required() {
  return FailCoded(
      "totp-required", "TOTP Required",
      Json::Of({{"method", "password"}, {"codeGenerated", false}, {"availableMethods", Json::MakeArray()}}));
}

Failure Invalid() {
  return FailCoded("totp-invalid", "TOTP Invalid", Json::Of({{"method", "password"}}));
}

bool IsRecent(const Call& call, std::optional<Time> moment) {
  const std::chrono::seconds remembered(call.settings().Integer("Accounts_TwoFactorAuthentication_RememberFor"));
  return moment && call.now < *moment + remembered;
}

Awaitable<Outcome<Done>> CheckPassword(const Call& call, Token token) {
  const std::string code = Lower(call.Header("x-2fa-code"));
  if (code.empty()) co_return Required();
  if (!EqualsIgnoreCase(call.Header("x-2fa-method"), "password")) co_return Invalid();
  const Result<bool> right = co_await call.services.workspace.passwords().Verify(call.user().password_hash, code);
  if (!right) co_return right.error();
  if (!*right) co_return Invalid();
  token.confirmed_at = call.now;
  storage::Changes changes;
  Save(token, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Done();
}

}  // namespace

Awaitable<Outcome<Done>> CheckSecondFactor(const Call& call, const Route& route) {
  const bool demanded =
      route.two_factor && !call.service && call.settings().Flag("Accounts_TwoFactorAuthentication_Enabled");
  // Who has no password has no factor to present.
  if (!demanded || call.user().password_hash.empty()) co_return Done();
  auto token = co_await Get<Token>(call.documents(), call.token_id);
  if (!token) co_return token.error();
  if (!*token) co_return Done();  // logged out meanwhile
  const bool trusted =
      (*token)->bypass_two_factor || IsRecent(call, call.user().created_at) || IsRecent(call, (*token)->confirmed_at);
  if (trusted) co_return Done();
  co_return co_await CheckPassword(call, std::move(**token));
}

}  // namespace parley::backend::embedded
