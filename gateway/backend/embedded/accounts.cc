// login, logout, me (administration reference §2.1, §2.2).
#include "backend/embedded/call.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/profile.h"
#include "backend/embedded/sessions.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// One answer for every refusal of the login engine: nobody learns which part was wrong.
Reply Unauthorized() {
  return Reply(
      401, Json::Of({{"success", false}, {"error", "Unauthorized"}, {"status", "error"}, {"message", "Unauthorized"}}));
}

Reply RefuseLogin(std::string_view code, std::string_view message) {
  const Json details = Json::Of({{"function", "Accounts.validateLoginAttempt"}});
  return Reply(
      401,
      Json::Of({{"success", false}, {"error", code}, {"status", "error"}, {"details", details}, {"message", message}}));
}

// What the body presents as a password: the hexadecimal SHA-256 digest of it. Empty when it presents none.
std::string DigestOf(const Json& password) {
  if (const auto text = password.AsString()) return Sha256Hex(*text);
  if (const std::string_view hashed = password.Text("hashed"); !hashed.empty()) return Lower(hashed);
  if (password.Text("algorithm") == "sha-256") return Lower(password.Text("digest"));
  return {};
}

// Other members make the body a matter for other login services, of which there are none.
bool IsPasswordLogin(const Json& body) {
  if (body.Find("password") == nullptr) return false;
  const auto known = [](const Json::Member& member) {
    return member.first == "user" || member.first == "username" || member.first == "email" ||
           member.first == "password" || member.first == "code";
  };
  return std::all_of(body.AsObject()->begin(), body.AsObject()->end(), known);
}

struct Identity {
  std::string text;
  bool is_email = false;
};

Identity IdentityOf(const Json& body) {
  if (const auto user = body.Text("user"); !user.empty()) {
    return {std::string(user), user.find('@') != std::string_view::npos};
  }
  if (const auto username = body.Text("username"); !username.empty()) return {std::string(username), false};
  return {std::string(body.Text("email")), true};
}

Awaitable<FoundUser> FindByIdentity(storage::DocumentStore& documents, const Identity& identity) {
  if (identity.text.empty()) co_return std::optional<User>();
  if (identity.is_email) co_return co_await FindUserByEmail(documents, identity.text);
  co_return co_await FindUserByAnyCase(documents, identity.text);
}

// ---- too many failures ----------------------------------------------------------------------------------------------

class Attempts {
 public:
  Attempts(const Call& call, const Identity& identity)
      : guard_(call.services.workspace.login_guard()),
        now_(call.now),
        enabled_(call.settings().Flag("Block_Multiple_Failed_Logins_Enabled")),
        by_user_("user/" + Lower(identity.text)),
        by_address_("ip/" + call.request.client_address),
        user_limits_(Limits(call.settings(), "Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User",
                            "Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes")),
        address_limits_(Limits(call.settings(), "Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip",
                               "Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes")) {}

  bool AddressBlocked() const { return enabled_ && guard_.IsBlocked(by_address_, address_limits_, now_); }
  bool UserBlocked() const { return enabled_ && guard_.IsBlocked(by_user_, user_limits_, now_); }
  void Failed() {
    guard_.Failed(by_user_, user_limits_, now_);
    guard_.Failed(by_address_, address_limits_, now_);
  }
  void Succeeded() {
    guard_.Succeeded(by_user_);
    guard_.Succeeded(by_address_);
  }

 private:
  static LoginLimits Limits(const Settings& settings, std::string_view failures, std::string_view minutes) {
    return {settings.Integer(failures), std::chrono::minutes(settings.Integer(minutes))};
  }

  LoginGuard& guard_;
  const Time now_;
  const bool enabled_;
  const std::string by_user_, by_address_;
  const LoginLimits user_limits_, address_limits_;
};

// What stops a user whose password was right.
std::optional<Reply> Barred(const User& user, const Settings& settings) {
  if (!user.active) return RefuseLogin("error-user-is-not-activated", "User is not activated");
  if (user.type == "app") {
    return RefuseLogin("error-app-user-is-not-allowed-to-login", "App user is not allowed to login");
  }
  if (user.roles.empty()) return RefuseLogin("error-user-has-no-roles", "User has no roles");
  const bool verified = std::any_of(user.emails.begin(), user.emails.end(), [](const Email& e) { return e.verified; });
  if (settings.Flag("Accounts_EmailVerification") && !user.HasRole("admin") && !verified) {
    return Reply(401, Json::Of({{"success", false},
                                {"error", "error-invalid-email"},
                                {"status", "error"},
                                {"message", "Invalid email __email__"}}));
  }
  return std::nullopt;
}

Reply LoggedIn(const Call& call, const User& user, std::string_view token) {
  Json data = Json::Of({{"userId", user.id}, {"authToken", token}});
  data.Append("me", MyProfile(user, call.settings(), call.options()));
  return Reply(200, Json::Of({{"status", "success"}, {"data", std::move(data)}, {"success", true}}));
}

Awaitable<Reply> LoginWithPassword(Call& call) {
  const Identity identity = IdentityOf(call.body);
  Attempts attempts(call, identity);
  if (attempts.AddressBlocked()) {
    co_return RefuseLogin("error-login-blocked-for-ip", "Login has been temporarily blocked For IP");
  }
  if (attempts.UserBlocked()) {
    co_return RefuseLogin("error-login-blocked-for-user", "Login has been temporarily blocked For User");
  }
  const FoundUser found = co_await FindByIdentity(call.documents(), identity);
  if (!found) co_return found.error();
  const std::string stored = *found ? (*found)->password_hash : std::string();
  const Result<bool> right =
      co_await call.services.workspace.passwords().Verify(stored, DigestOf(*call.body.Find("password")));
  if (!right) co_return right.error();
  if (!*right) {
    attempts.Failed();
    co_return Unauthorized();
  }
  if (const auto barred = Barred(**found, call.settings())) co_return *barred;
  attempts.Succeeded();

  const std::string token = call.ids().Secret();
  const Outcome<User> user = co_await StartSession(call, **found, token);
  if (!user) co_return user.failure();
  co_return LoggedIn(call, *user, token);
}

// A token that is still good is answered as it is; none is issued.
Awaitable<Reply> ResumeSession(Call& call) {
  const std::string token(call.body.Text("resume"));
  const auto session = co_await FindSession(call, token);
  if (!session) co_return session.error();
  if (!*session) co_return Unauthorized();
  const FoundUser found = co_await FindUser(call.documents(), (*session)->user_id);
  if (!found) co_return found.error();
  if (!*found) co_return Unauthorized();
  if (const auto barred = Barred(**found, call.settings())) co_return *barred;
  const Outcome<User> user = co_await TouchLogin(call, **found);
  if (!user) co_return user.failure();
  co_return LoggedIn(call, *user, token);
}

Awaitable<Reply> Login(Call& call) {
  if (call.body.AsObject() == nullptr) co_return Unauthorized();
  if (IsPasswordLogin(call.body)) co_return co_await LoginWithPassword(call);
  if (!call.body.Text("resume").empty()) co_return co_await ResumeSession(call);
  co_return Unauthorized();
}

Awaitable<Reply> Logout(Call& call) {
  storage::Changes changes;
  if (!call.token_id.empty()) changes.Remove(storage::Collection::kTokens, call.token_id);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  const Json data = Json::Of({{"message", "You've been logged out!"}});
  co_return Reply(200, Json::Of({{"status", "success"}, {"data", data}}));
}

Awaitable<Reply> Me(Call& call) {
  co_return MyProfile(call.user(), call.settings(), call.options());
}

}  // namespace

Routes AccountRoutes() {
  return {
      {"GET logout", Logout},
      {"GET me", Me},
      {"POST login", Login, Checks::kNone},
      {"POST logout", Logout},
  };
}

}  // namespace parley::backend::embedded
