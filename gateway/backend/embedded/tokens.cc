// Sessions and personal access tokens of users (administration reference §2.1, §2.8).
#include <algorithm>

#include "backend/embedded/call.h"
#include "backend/embedded/sessions.h"
#include "backend/embedded/token.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// ---- sessions -------------------------------------------------------------------------------------------------------

Awaitable<Reply> LogoutUser(Call& call) {
  const std::string_view named = call.body.Text("userId");
  const std::string id(named.empty() ? call.user().id : named);
  if (id != call.user().id && !call.May("logout-other-user")) co_return Forbidden();
  storage::Changes changes;
  RemoveTokensOf(id, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"message", "User " + id + " has been logged out!"}});
}

Awaitable<Reply> LogoutOtherClients(Call& call) {
  const auto tokens = co_await FindTokensOf(call.documents(), call.user().id);
  if (!tokens) co_return tokens.error();
  storage::Changes changes;
  std::string expires;
  for (const Token& token : *tokens) {
    if (token.id == call.token_id && !token.IsPersonal()) expires = IsoTime(ExpiryOf(token, call.settings()));
    if (!token.IsPersonal() && token.id != call.token_id) Remove(token, changes);
  }
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"token", call.request.caller.auth_token}, {"tokenExpires", expires}});
}

Awaitable<Reply> CreateToken(Call& call) {
  const FoundUser user = co_await FindUser(call.documents(), std::string(call.body.Text("userId")));
  if (!user) co_return user.error();
  if (!*user)
    co_return FailCoded("error-invalid-user", "The required \"userId\" param provided does not match any users");
  const std::string& secret = call.options().create_token_secret;
  if (secret.empty() || !SecureEquals(secret, call.body.Text("secret"))) {
    co_return FailCoded("error-not-authorized", "Not authorized");
  }
  const std::string token = call.ids().Secret();
  storage::Changes changes;
  const Status added = co_await AddSession(call, (*user)->id, token, changes);
  if (!added) co_return added.error();
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"data", Json::Of({{"userId", (*user)->id}, {"authToken", token}})}});
}

// ---- personal access tokens -----------------------------------------------------------------------------------------

constexpr std::string_view kPermission = "create-personal-access-tokens";

Failure NotAuthorized(std::string_view method) {
  return FailCoded("not-authorized", "Not Authorized", MethodDetails(method));
}

Failure NoSuchToken(std::string_view method) {
  return FailCoded("error-token-does-not-exists", "Token does not exist", MethodDetails(method));
}

Awaitable<Result<std::optional<Token>>> FindPersonalToken(const Call& call) {
  auto tokens = co_await FindTokensOf(call.documents(), call.user().id);
  if (!tokens) co_return tokens.error();
  for (Token& token : *tokens) {
    if (token.IsPersonal() && token.name == call.body.Text("tokenName"))
      co_return std::optional<Token>(std::move(token));
  }
  co_return std::optional<Token>();
}

Awaitable<Reply> Issue(Call& call, bool bypass_two_factor, storage::Changes changes) {
  const std::string token = call.ids().Secret();
  AddToken(token, call.user().id, call.now, changes, std::string(call.body.Text("tokenName")), bypass_two_factor);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"token", token}});
}

Awaitable<Reply> Generate(Call& call) {
  constexpr std::string_view kMethod = "personalAccessTokens:generateToken";
  if (call.body.Text("tokenName").empty()) co_return Fail("The 'tokenName' param is required");
  if (!call.May(kPermission)) co_return NotAuthorized(kMethod);
  const auto existing = co_await FindPersonalToken(call);
  if (!existing) co_return existing.error();
  if (*existing) {
    co_return FailCoded("error-token-already-exists", "A token with this name already exists", MethodDetails(kMethod));
  }
  co_return co_await Issue(call, call.body.Flag("bypassTwoFactor"), storage::Changes());
}

Awaitable<Reply> Regenerate(Call& call) {
  constexpr std::string_view kMethod = "personalAccessTokens:regenerateToken";
  if (call.body.Text("tokenName").empty()) co_return Fail("The 'tokenName' param is required");
  if (!call.May(kPermission)) co_return NotAuthorized(kMethod);
  const auto existing = co_await FindPersonalToken(call);
  if (!existing) co_return existing.error();
  if (!*existing) co_return NoSuchToken(kMethod);
  storage::Changes changes;
  Remove(**existing, changes);
  co_return co_await Issue(call, (*existing)->bypass_two_factor, std::move(changes));
}

Awaitable<Reply> RemoveToken(Call& call) {
  constexpr std::string_view kMethod = "personalAccessTokens:removeToken";
  if (call.body.Text("tokenName").empty()) co_return Fail("The 'tokenName' param is required");
  if (!call.May(kPermission)) co_return NotAuthorized(kMethod);
  const auto existing = co_await FindPersonalToken(call);
  if (!existing) co_return existing.error();
  if (!*existing) co_return NoSuchToken(kMethod);
  storage::Changes changes;
  Remove(**existing, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Reply::Empty();
}

Awaitable<Reply> ListTokens(Call& call) {
  auto tokens = co_await FindTokensOf(call.documents(), call.user().id);
  if (!tokens) co_return tokens.error();
  std::sort(tokens->begin(), tokens->end(), [](const Token& a, const Token& b) { return a.created_at < b.created_at; });
  Json items = Json::MakeArray();
  for (const Token& token : *tokens) {
    if (!token.IsPersonal()) continue;
    items.Push(Json::Of({{"name", token.name},
                         {"createdAt", IsoTime(token.created_at)},
                         {"lastTokenPart", token.last_part},
                         {"bypassTwoFactor", token.bypass_two_factor}}));
  }
  co_return Json::Of({{"tokens", std::move(items)}});
}

}  // namespace

Routes TokenRoutes() {
  constexpr bool kTwoFactor = true;
  return {
      {"GET users.getPersonalAccessTokens", ListTokens},
      {"POST users.createToken", CreateToken},
      {"POST users.generatePersonalAccessToken", Generate, Checks::kClassic, kTwoFactor},
      {"POST users.logout", LogoutUser},
      {"POST users.logoutOtherClients", LogoutOtherClients},
      {"POST users.regeneratePersonalAccessToken", Regenerate, Checks::kClassic, kTwoFactor},
      {"POST users.removePersonalAccessToken", RemoveToken, Checks::kClassic, kTwoFactor},
  };
}

}  // namespace parley::backend::embedded
