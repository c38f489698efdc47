// Permissions and roles (administration reference §1).
#include <algorithm>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {
namespace {

// ---- permissions ----------------------------------------------------------------------------------------------------

Json Shown(const Permissions::Entry& entry) {
  Json shown = Json::Of({{"_id", entry.id}, {"roles", Json(Json::Array(entry.roles.begin(), entry.roles.end()))}});
  if (const SettingInfo* setting = entry.setting.empty() ? nullptr : FindSetting(entry.setting)) {
    shown.Append("level", "settings");
    shown.Append("settingId", entry.setting);
    shown.Append("group", setting->group);
    shown.Append("groupPermissionId", "change-setting-" + std::string(setting->group));
    shown.Append("sorter", 1);
  }
  shown.Append("_updatedAt", IsoTime(entry.updated_at));
  return shown;
}

Awaitable<Reply> ListPermissions(Call& call) {
  std::optional<Time> since;
  if (const std::string_view text = call.query.Text("updatedSince"); !text.empty()) {
    since = ParseIsoTime(text);
    if (!since) {
      co_return FailCoded("error-roomId-param-invalid", "The \"updatedSince\" query parameter must be a valid date.");
    }
  }
  Json update = Json::MakeArray();
  for (const auto& [id, entry] : call.permissions().entries()) {
    if (!since || entry.updated_at > *since) update.Push(Shown(entry));
  }
  co_return Json::Of({{"update", std::move(update)}, {"remove", Json::MakeArray()}});
}

// The published schema forbids repetition, which the spec's schemas cannot say.
template <class Same>
std::optional<Failure> FindRepetition(std::size_t size, Same same) {
  for (std::size_t later = size; later-- > 0;) {
    for (std::size_t earlier = later; earlier-- > 0;) {
      if (!same(earlier, later)) continue;
      return FailCoded("invalid-params", "must NOT have duplicate items (items ## " + std::to_string(earlier) +
                                             " and " + std::to_string(later) + " are identical)");
    }
  }
  return std::nullopt;
}

std::optional<Failure> CheckRepetitions(const Json::Array& changes) {
  auto failure = FindRepetition(changes.size(), [&](std::size_t a, std::size_t b) { return changes[a] == changes[b]; });
  if (failure) return failure;
  for (const Json& change : changes) {
    const std::vector<std::string> roles = Texts(change, "roles");
    failure = FindRepetition(roles.size(), [&](std::size_t a, std::size_t b) { return roles[a] == roles[b]; });
    if (failure) return failure;
  }
  return std::nullopt;
}

// Ids are compared by count: one that is named twice fails too.
bool AllExistOnce(const Permissions& permissions, const Json::Array& changes) {
  std::vector<std::string_view> ids;
  for (const Json& change : changes) ids.push_back(change.Text("_id"));
  std::sort(ids.begin(), ids.end());
  const bool repeated = std::adjacent_find(ids.begin(), ids.end()) != ids.end();
  return !repeated &&
         std::all_of(ids.begin(), ids.end(), [&](std::string_view id) { return permissions.Find(id) != nullptr; });
}

bool AllRolesExist(const Permissions& permissions, const Json::Array& changes) {
  for (const Json& change : changes) {
    for (const std::string& role : Texts(change, "roles")) {
      if (permissions.FindRole(role) == nullptr) return false;
    }
  }
  return true;
}

Awaitable<Reply> UpdatePermissions(Call& call) {
  const Json::Array& changed = *call.body.Find("permissions")->AsArray();
  if (const auto failure = CheckRepetitions(changed)) co_return *failure;
  if (!AllExistOnce(call.permissions(), changed)) {
    co_return Failure(400, "Invalid permission", "error-invalid-permission");
  }
  if (!AllRolesExist(call.permissions(), changed)) co_return Failure(400, "Invalid role", "error-invalid-role");
  storage::Changes changes;
  for (const Json& change : changed) {
    Json body = Json::Of({{"roles", *change.Find("roles")}, {"_updatedAt", UnixMillis(call.now)}});
    changes.Put(storage::Collection::kPermissions, std::string(change.Text("_id")), std::move(body));
  }
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  const auto now = co_await call.services.workspace.GetPermissions(call.documents());
  if (!now) co_return now.error();
  Json all = Json::MakeArray();
  for (const auto& [id, entry] : (*now)->entries()) all.Push(Shown(entry));
  co_return Json::Of({{"permissions", std::move(all)}});
}

// ---- roles ----------------------------------------------------------------------------------------------------------

Json Shown(const Role& role) {
  Json shown = ToAnswer(role);
  shown.Remove("_updatedAt");
  return shown;
}

Awaitable<Reply> ListRoles(Call& call) {
  Json roles = Json::MakeArray();
  for (const Role& role : call.permissions().roles()) roles.Push(Shown(role));
  co_return Json::Of({{"roles", std::move(roles)}});
}

Awaitable<Reply> SaveRoles(Call& call, const User& before, User after, const Role& role) {
  storage::Changes changes;
  SaveUser(call, &before, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"role", Shown(role)}});
}

std::optional<Failure> CheckMayAssign(const Call& call, const Role& role) {
  constexpr std::string_view kMethod = "authorization:addUserToRole";
  const auto refuse = [&](std::string reason, std::string_view action) {
    return FailCoded("error-action-not-allowed", std::move(reason),
                     Json::Of({{"method", kMethod}, {"action", action}}));
  };
  if (!call.May("access-permissions")) {
    return refuse("Accessing permissions is not allowed", "Accessing_permissions");
  }
  if (role.id == "admin" && !call.May("assign-admin-role")) {
    return refuse("Assigning admin is not allowed", "Assign_admin");
  }
  return std::nullopt;
}

// Only the role is added here: what else becoming an agent brings belongs to livechat/users/agent.
Awaitable<Reply> AddUserToRole(Call& call) {
  const FoundUser user = co_await FindUserByName(call.documents(), std::string(call.body.Text("username")));
  if (!user) co_return user.error();
  if (!*user) {
    co_return FailCoded("error-invalid-user",
                        "The required \"userId\" or \"username\" param provided does not match any users");
  }
  const std::string_view id = call.body.Text("roleId");
  if (id.empty()) co_return Fail("error-invalid-role-properties");
  const Role* role = call.permissions().FindRole(id);
  if (role == nullptr) co_return Failure(400, "error-role-not-found", "Role not found");
  if ((*user)->HasRole(id)) co_return FailCoded("error-user-already-in-role", "User already in role");
  if (const auto failure = CheckMayAssign(call, *role)) co_return *failure;
  if (role->scope == "Subscriptions") {
    co_return FailCoded("error-invalid-user", "User is not part of given room",
                        MethodDetails("authorization:addUserToRole"));
  }
  User after = **user;
  after.roles.emplace_back(id);
  co_return co_await SaveRoles(call, **user, std::move(after), *role);
}

Awaitable<Result<bool>> IsLastAdmin(const Call& call, std::string_view role) {
  if (role != "admin") co_return false;
  const auto admins = co_await FindUsersInRole(call.documents(), std::string(role));
  if (!admins) co_return admins.error();
  co_return admins->size() <= 1;
}

Awaitable<Reply> RemoveUserFromRole(Call& call) {
  const std::string_view id = call.body.Text("roleId");
  if (id.empty()) co_return Fail("error-invalid-role-properties");
  const FoundUser user = co_await FindUserByName(call.documents(), std::string(call.body.Text("username")));
  if (!user) co_return user.error();
  if (!*user) co_return FailCoded("error-invalid-user", "There is no user with this username");
  const Role* role = call.permissions().FindRole(id);
  if (role == nullptr) co_return FailCoded("error-invalid-roleId", "This role does not exist");
  if (!(*user)->HasRole(id)) co_return FailCoded("error-user-not-in-role", "User is not in this role");
  const auto last = co_await IsLastAdmin(call, id);
  if (!last) co_return last.error();
  if (*last) co_return FailCoded("error-admin-required", "You need to have at least one admin");
  User after = **user;
  std::erase(after.roles, id);
  co_return co_await SaveRoles(call, **user, std::move(after), *role);
}

Awaitable<Reply> UsersInRole(Call& call) {
  if (!call.query.Text("roomId").empty() && !call.May("view-other-user-channels")) {
    co_return FailCoded("error-not-allowed", "Not allowed");
  }
  const std::string_view role = call.query.Text("role");
  if (call.permissions().FindRole(role) == nullptr) co_return FailCoded("error-invalid-roleId");
  auto paging = ReadPaging(call, {storage::SortKey("username")});
  if (!paging) co_return paging.failure();
  storage::Query query(storage::Collection::kUsers);
  query.where.emplace_back("roles", storage::Match::kHasAny, Json(Json::Array{Json(role)}));
  paging->ApplyTo(query);
  const auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  Json items = Json::MakeArray();
  for (const User& user : users->list) {
    items.Push(Pick(ToAnswer(user), {"_id", "name", "username", "emails", "avatarETag", "createdAt", "_updatedAt"}));
  }
  co_return Json::Of({{"users", std::move(items)}, {"total", users->total}});
}

Awaitable<Reply> DeleteRole(Call& call) {
  const std::string id(call.body.Text("roleId"));
  const Role* role = call.permissions().FindRole(id);
  if (role == nullptr) co_return FailCoded("error-invalid-roleId", "This role does not exist");
  if (role->is_protected) co_return FailCoded("error-role-protected", "Cannot delete a protected role");
  const auto holders = co_await FindUsersInRole(call.documents(), id);
  if (!holders) co_return holders.error();
  if (!holders->empty()) co_return FailCoded("error-role-in-use", "Cannot delete role because it's in use");
  storage::Changes changes;
  changes.Remove(storage::Collection::kRoles, id);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Reply::Empty();
}

}  // namespace

Routes RoleRoutes() {
  return {
      {"GET permissions.listAll", ListPermissions},
      {"GET roles.getUsersInRole", UsersInRole},
      {"GET roles.list", ListRoles},
      {"POST permissions.update", UpdatePermissions},
      {"POST roles.addUserToRole", AddUserToRole},
      {"POST roles.delete", DeleteRole},
      {"POST roles.removeUserFromRole", RemoveUserFromRole},
  };
}

}  // namespace parley::backend::embedded
