// users.create and users.update (administration reference §2.3, §2.4).
#include <algorithm>

#include "backend/embedded/activation.h"
#include "backend/embedded/call.h"
#include "backend/embedded/duty.h"
#include "backend/embedded/memberships.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/profile.h"
#include "backend/embedded/token.h"
#include "backend/embedded/user_rules.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr std::string_view kSaveMethod = "insertOrUpdateUser";

// A text member that is present and not null.
std::optional<std::string> TextIn(const Json& object, std::string_view member) {
  const Json* value = object.Find(member);
  if (value == nullptr || !value->IsString()) return std::nullopt;
  return std::string(*value->AsString());
}

std::optional<bool> FlagIn(const Json& object, std::string_view member) {
  const Json* value = object.Find(member);
  return value == nullptr ? std::nullopt : value->AsBoolean();
}

std::optional<std::vector<std::string>> ListIn(const Json& object, std::string_view member) {
  const Json* value = object.Find(member);
  if (value == nullptr || !value->IsArray()) return std::nullopt;
  return Texts(object, member);
}

Failure FieldRequired(std::string_view field) {
  return FailCoded("error-the-field-is-required", "The field " + std::string(field) + " is required",
                   Json::Of({{"method", kSaveMethod}, {"field", field}}));
}

// Which of two users holding a unique value was refused by the store.
std::optional<Failure> TakenMeanwhile(const Error& error, const User& user) {
  if (error.code != ErrorCode::kAlreadyExists) return std::nullopt;
  if (error.message.find("username") != std::string::npos) return AlreadyInUse(user.username, "method", kSaveMethod);
  return AlreadyInUse(user.Address(), "method", kSaveMethod);
}

std::vector<std::string> StandardRoles(const Settings& settings) {
  std::vector<std::string> roles;
  for (const std::string_view role : Split(settings.Text("Accounts_Registration_Users_Default_Roles"), ',')) {
    if (!Trim(role).empty()) roles.emplace_back(Trim(role));
  }
  return roles;
}

// ---- creating -------------------------------------------------------------------------------------------------------

std::optional<Failure> CheckNewUser(const Call& call) {
  const Json& body = call.body;
  if (auto failure = CheckName(body.Text("name"))) return failure;
  const Json* fields = body.Find("customFields");
  if (auto failure = CheckCustomFields(call, fields == nullptr ? Json::MakeObject() : *fields)) return failure;
  if (!call.May("create-user")) return ActionNotAllowed("Adding user is not allowed", "Adding_user", kSaveMethod);
  if (auto failure = CheckRoles(call, Texts(body, "roles"))) return failure;
  const bool blank_name = Trim(body.Text("name")).empty();
  if (blank_name && call.settings().Flag("Accounts_RequireNameForSignUp")) return FieldRequired("Name");
  if (Trim(body.Text("username")).empty()) return FieldRequired("Username");
  if (auto failure = CheckUsername(call, body.Text("username"))) return failure;
  if (body.Text("password").empty() && !body.Flag("setRandomPassword")) return FieldRequired("Password");
  return CheckReserved(call, body.Text("username"));
}

Awaitable<Outcome<Done>> CheckUnused(const Call& call) {
  const std::string username(call.body.Text("username"));
  const FoundUser same_name = co_await FindUserByAnyCase(call.documents(), username);
  if (!same_name) co_return same_name.error();
  if (*same_name) co_return AlreadyInUse(username, "method", kSaveMethod);
  const std::string address(call.body.Text("email"));
  const FoundUser same_address = co_await FindUserByEmail(call.documents(), address);
  if (!same_address) co_return same_address.error();
  if (*same_address) co_return AlreadyInUse(address, "method", kSaveMethod);
  if (const auto failure = CheckEmail(call, address)) co_return *failure;
  co_return Done();
}

User NewUser(const Call& call) {
  const Json& body = call.body;
  User user;
  user.id = call.ids().RoomId();
  user.created_at = call.now;
  user.username = body.Text("username");
  user.name = body.Text("name");
  user.nickname = body.Text("nickname");
  user.bio = body.Text("bio");
  user.emails.push_back({std::string(body.Text("email")), body.Flag("verified")});
  user.roles = ListIn(body, "roles").value_or(StandardRoles(call.settings()));
  user.require_password_change = body.Flag("requirePasswordChange") || body.Flag("setRandomPassword");
  user.active = !call.settings().Flag("Accounts_ManuallyApproveNewUsers");
  if (const auto active = FlagIn(body, "active"); active && call.May("edit-other-user-active-status")) {
    user.active = *active;
  }
  if (const Json* fields = body.Find("customFields")) user.custom_fields = *fields;
  if (user.IsAgent()) BecomeAgent(user);
  return user;
}

Awaitable<Reply> Create(Call& call) {
  if (const auto failure = CheckNewUser(call)) co_return *failure;
  const Outcome<Done> unused = co_await CheckUnused(call);
  if (!unused) co_return unused.failure();
  User user = NewUser(call);
  const std::string password =
      call.body.Flag("setRandomPassword") ? call.ids().Secret() : std::string(call.body.Text("password"));
  auto hash = co_await call.services.workspace.passwords().Hash(Sha256Hex(password));
  if (!hash) co_return hash.error();
  user.password_hash = *std::move(hash);
  if (user.IsAgent()) {
    const Status placed = co_await PlaceInHours(call, user);
    if (!placed) co_return placed.error();
  }
  storage::Changes changes;
  SaveUser(call, nullptr, user, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) {
    if (const auto failure = TakenMeanwhile(status.error(), user)) co_return *failure;
    co_return status.error();
  }
  // The user is there by now, as with a workspace.
  if (FlagIn(call.body, "active") && !call.May("edit-other-user-active-status")) {
    co_return FailCoded("error-not-allowed", "Not allowed", MethodDetails("setUserActiveStatus"));
  }
  co_return Json::Of({{"user", FullRecord(user, call.May("view-full-other-user-info"))}});
}

// ---- changing -------------------------------------------------------------------------------------------------------

// Reads what a change asks for; a null member asks for nothing.
struct Wanted {
  explicit Wanted(const Json& data)
      : name(TextIn(data, "name")),
        username(TextIn(data, "username")),
        email(TextIn(data, "email")),
        password(TextIn(data, "password")),
        bio(TextIn(data, "bio")),
        nickname(TextIn(data, "nickname")),
        status_text(TextIn(data, "statusText")),
        active(FlagIn(data, "active")),
        verified(FlagIn(data, "verified")),
        require_password_change(FlagIn(data, "requirePasswordChange")),
        roles(ListIn(data, "roles")) {
    if (const Json* fields = data.Find("customFields"); fields != nullptr && fields->IsObject())
      custom_fields = *fields;
  }

  std::optional<std::string> name, username, email, password, bio, nickname, status_text;
  std::optional<bool> active, verified, require_password_change;
  std::optional<std::vector<std::string>> roles;
  std::optional<Json> custom_fields;
};

bool SameSet(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

std::optional<Failure> CheckMayEdit(const Call& call, const Wanted& wanted, bool own) {
  if (own && wanted.verified.value_or(false)) {
    return ActionNotAllowed("Editing email verification is not allowed", "Editing_user", kSaveMethod);
  }
  if (!own && !call.May("edit-other-user-info")) {
    return ActionNotAllowed("Editing user is not allowed", "Editing_user", kSaveMethod);
  }
  if (wanted.roles) {
    if (auto failure = CheckRoles(call, *wanted.roles)) return failure;
  }
  if (wanted.username) return CheckUsername(call, *wanted.username);
  return std::nullopt;
}

// A change a switch of the Accounts settings can forbid: to everybody in their own account, and in others' to those
// who may not edit users at all.
struct Switched {
  bool changes;
  std::string_view setting;
  bool may_edit_others;
  std::string_view what;
};

bool Differs(const std::optional<std::string>& wanted, std::string_view before) {
  return wanted && *wanted != before;
}

std::optional<Failure> CheckSwitches(const Call& call, const Wanted& wanted, const User& before) {
  const bool own = before.id == call.user().id && !call.service;
  const bool others = call.May("edit-other-user-info");
  const bool passwords = call.May("edit-other-user-password");
  if (!call.settings().Flag("Accounts_AllowUserProfileChange") && !others && !passwords) {
    return ActionNotAllowed("Edit user profile is not allowed", "Update_user", kSaveMethod);
  }
  const bool password = wanted.password && !wanted.password->empty();
  const Switched switches[] = {
      {Differs(wanted.username, before.username), "Accounts_AllowUsernameChange", others, "username"},
      {Differs(wanted.status_text, before.status_text), "Accounts_AllowUserStatusMessageChange", others, "user status"},
      {Differs(wanted.name, before.name), "Accounts_AllowRealNameChange", others, "user real name"},
      {Differs(wanted.email, before.Address()), "Accounts_AllowEmailChange", others, "user email"},
      {password, "Accounts_AllowPasswordChange", passwords, "user password"},
  };
  for (const Switched& one : switches) {
    if (!one.changes || call.settings().Flag(one.setting) || (one.may_edit_others && !own)) continue;
    return ActionNotAllowed("Edit " + std::string(one.what) + " is not allowed", "Update_user", kSaveMethod);
  }
  return std::nullopt;
}

Awaitable<Outcome<Done>> CheckIdentity(const Call& call, const Wanted& wanted, const User& before) {
  if (wanted.username && *wanted.username != before.username) {
    if (const auto failure = CheckReserved(call, *wanted.username)) co_return *failure;
    const FoundUser same = co_await FindUserByAnyCase(call.documents(), *wanted.username);
    if (!same) co_return same.error();
    if (*same && (*same)->id != before.id) {
      co_return FailCoded("error-could-not-save-identity", "Could not save user identity", MethodDetails("saveUser"));
    }
  }
  if (wanted.email && *wanted.email != before.Address()) {
    if (const auto failure = CheckEmail(call, *wanted.email)) co_return *failure;
    const FoundUser same = co_await FindUserByEmail(call.documents(), *wanted.email);
    if (!same) co_return same.error();
    if (*same && (*same)->id != before.id) co_return AlreadyInUse(*wanted.email, "function", "_setEmail");
  }
  co_return Done();
}

void ApplyWanted(const Wanted& wanted, User& user) {
  if (wanted.name) user.name = *wanted.name;
  if (wanted.username) user.username = *wanted.username;
  if (wanted.bio) user.bio = *wanted.bio;
  if (wanted.nickname) user.nickname = *wanted.nickname;
  if (wanted.status_text) user.status_text = *wanted.status_text;
  if (wanted.require_password_change) user.require_password_change = *wanted.require_password_change;
  if (wanted.roles) user.roles = *wanted.roles;
  if (wanted.custom_fields) user.custom_fields = *wanted.custom_fields;
  if (wanted.email) user.emails = {{*wanted.email, wanted.verified.value_or(false)}};
  if (!wanted.email && wanted.verified && !user.emails.empty()) user.emails.front().verified = *wanted.verified;
}

// A password somebody may not set is ignored; one that is set ends every session.
Awaitable<Outcome<Done>> ApplyPassword(const Call& call, const Wanted& wanted, User& user, storage::Changes& changes) {
  const bool random = call.body.Find("data")->Flag("setRandomPassword");
  const bool chosen = wanted.password && !wanted.password->empty();
  if ((!random && !chosen) || !call.May("edit-other-user-password")) co_return Done();
  if (!random) {
    if (const auto failure = CheckPasswordPolicy(call, *wanted.password)) co_return *failure;
  }
  const std::string password = random ? call.ids().Secret() : *wanted.password;
  auto hash = co_await call.services.workspace.passwords().Hash(Sha256Hex(password));
  if (!hash) co_return hash.error();
  user.password_hash = *std::move(hash);
  if (random) user.require_password_change = true;
  RemoveTokensOf(user.id, changes);
  co_return Done();
}

// The rows of an agent's departments repeat the user name.
Awaitable<Status> RenameMemberships(const Call& call, const User& user, storage::Changes& changes) {
  auto rows = co_await FindMembershipsOf(call.documents(), user.id);
  if (!rows) co_return rows.error();
  for (DepartmentAgent& row : *rows) {
    row.username = user.username;
    Save(row, call.now, changes);
  }
  co_return Status();
}

// The user as they are, when everything asked for may be done.
Awaitable<Outcome<User>> CheckUpdate(const Call& call, const Wanted& wanted) {
  const std::string id(call.body.Text("userId"));
  if (wanted.name) {
    if (const auto failure = CheckName(*wanted.name)) co_return *failure;
  }
  if (const auto failure = CheckMayEdit(call, wanted, id == call.user().id)) co_return *failure;
  const FoundUser found = co_await FindUser(call.documents(), id);
  if (!found) co_return found.error();
  if (!*found) co_return FailCoded("error-user-not-found", "User not found", MethodDetails("saveUser"));
  const User& before = **found;
  if (wanted.roles && !SameSet(*wanted.roles, before.roles) && !call.May("assign-roles")) {
    co_return ActionNotAllowed("Assign roles is not allowed", "Assign_role", kSaveMethod);
  }
  if (const auto failure = CheckSwitches(call, wanted, before)) co_return *failure;
  const Outcome<Done> identity = co_await CheckIdentity(call, wanted, before);
  if (!identity) co_return identity.failure();
  co_return before;
}

// The user as they shall be, with what follows from it added to `changes`.
Awaitable<Outcome<User>> MakeUpdate(const Call& call, const Wanted& wanted, const User& before,
                                    storage::Changes& changes) {
  User after = before;
  const Outcome<Done> password = co_await ApplyPassword(call, wanted, after, changes);
  if (!password) co_return password.failure();
  ApplyWanted(wanted, after);
  const Status roles = co_await ApplyRoleChange(call, before, after, changes);
  if (!roles) co_return roles.error();
  if (after.username != before.username && before.IsAgent() && after.IsAgent()) {
    const Status renamed = co_await RenameMemberships(call, after, changes);
    if (!renamed) co_return renamed.error();
  }
  if (wanted.active) {
    const Outcome<Done> activated = co_await SetActive(call, *wanted.active, after, changes);
    if (!activated) co_return activated.failure();
  }
  SaveUser(call, &before, after, changes);
  co_return after;
}

Awaitable<Reply> Update(Call& call) {
  const Wanted wanted(*call.body.Find("data"));
  const Outcome<User> before = co_await CheckUpdate(call, wanted);
  if (!before) co_return before.failure();
  storage::Changes changes;
  const Outcome<User> after = co_await MakeUpdate(call, wanted, *before, changes);
  if (!after) co_return after.failure();
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) {
    if (const auto failure = TakenMeanwhile(status.error(), *after)) co_return *failure;
    co_return status.error();
  }
  co_return Json::Of({{"user", FullRecord(*after, call.May("view-full-other-user-info"))}});
}

}  // namespace

Routes UserRoutes() {
  return {
      {"POST users.create", Create},
      {"POST users.update", Update, Checks::kClassic, true},
  };
}

}  // namespace parley::backend::embedded
