#include "backend/embedded/permissions.h"

#include <algorithm>

#include "backend/embedded/record.h"
#include "backend/embedded/settings.h"

namespace parley::backend::embedded {
namespace {

using RoleList = std::vector<std::string_view>;

constexpr std::string_view kAdmin = "admin";
constexpr std::string_view kManager = "livechat-manager";
constexpr std::string_view kMonitor = "livechat-monitor";
constexpr std::string_view kAgent = "livechat-agent";

void Grant(std::vector<PermissionInfo>& table, const RoleList& roles,
           const std::vector<std::string_view>& permissions) {
  for (const std::string_view permission : permissions) table.push_back({permission, roles});
}

void GrantAdministration(std::vector<PermissionInfo>& table) {
  Grant(table, {kAdmin},
        {"access-permissions",
         "access-setting-permissions",
         "assign-roles",
         "assign-admin-role",
         "manage-selected-settings",
         "create-user",
         "delete-user",
         "bulk-register-user",
         "edit-other-user-info",
         "edit-other-user-password",
         "edit-other-user-active-status",
         "edit-other-user-avatar",
         "edit-other-user-totp",
         "logout-other-user",
         "view-full-other-user-info",
         "view-user-administration",
         "view-other-user-channels",
         "user-generate-access-token",
         "view-statistics",
         "view-privileged-setting",
         "edit-privileged-setting",
         "view-room-administration",
         "manage-cloud",
         "get-server-info",
         "test-admin-options",
         "restart-server",
         "view-logs",
         "manage-email-inbox",
         "send-mail",
         "access-mailer",
         "mail-messages",
         "view-moderation-console",
         "manage-moderation-actions"});
  Grant(table, {kAdmin, "user"}, {"create-personal-access-tokens"});
}

void GrantRoomsAndMessages(std::vector<PermissionInfo>& table) {
  Grant(table, {kAdmin, "user", "federated-external", "bot", "app", "guest"}, {"view-d-room"});
  Grant(table, {kAdmin, "user", "federated-external", "bot", "app", "anonymous"}, {"view-c-room"});
  Grant(table, {kAdmin, "user", "federated-external", "anonymous", "guest"}, {"view-p-room"});
  Grant(table, {"guest", "bot", "app", "anonymous"}, {"view-joined-room"});
  Grant(table, {kAdmin, "owner", "moderator", "user", "federated-external"}, {"view-outside-room"});
  Grant(table, {kAdmin, "user", "federated-external", "bot", "app"}, {"create-c", "create-d", "create-p"});
  Grant(table, {kAdmin, "owner", "moderator"}, {"edit-message", "delete-message", "post-readonly"});
  Grant(table, {kAdmin, "user", "federated-external"}, {"delete-own-message"});
  Grant(table, {kAdmin, "owner"}, {"force-delete-message"});
  Grant(table, {"bot", "app"}, {"bypass-time-limit-edit-and-delete", "message-impersonate"});
  Grant(table, {kAdmin, "bot", "app"}, {"send-many-messages", "api-bypass-rate-limit"});
}

void GrantOmnichannel(std::vector<PermissionInfo>& table) {
  const RoleList everybody = {kAgent, kMonitor, kManager, kAdmin};
  const RoleList leads = {kManager, kMonitor, kAdmin};
  const RoleList managers = {kManager, kAdmin};
  Grant(table, everybody,
        {"view-l-room", "close-livechat-room", "on-hold-livechat-room", "view-livechat-queue",
         "edit-livechat-room-customfields", "view-livechat-room-customfields", "create-livechat-contact",
         "update-livechat-contact", "view-livechat-contact", "view-livechat-contact-history",
         "view-omnichannel-contact-center", "view-canned-responses", "save-canned-responses", "remove-canned-responses",
         "request-pdf-transcript", "block-livechat-contact", "unblock-livechat-contact", "outbound.send-messages"});
  Grant(table, leads,
        {"view-livechat-manager", "view-livechat-rooms", "close-others-livechat-room", "save-others-livechat-room-info",
         "on-hold-others-livechat-room", "transfer-livechat-guest", "manage-livechat-agents",
         "manage-livechat-departments", "view-livechat-departments", "add-livechat-department-agents",
         "remove-closed-livechat-rooms", "view-livechat-analytics", "view-livechat-business-hours",
         "view-livechat-real-time-monitoring", "view-livechat-room-closed-same-department",
         "view-livechat-room-closed-by-another-agent", "view-livechat-reports", "manage-livechat-canned-responses",
         "outbound.can-assign-any-agent"});
  Grant(
      table, managers,
      {"manage-livechat-managers", "remove-livechat-department", "remove-closed-livechat-room",
       "delete-livechat-contact", "view-livechat-triggers", "view-livechat-customfields", "view-livechat-installation",
       "view-livechat-appearance", "view-livechat-webhooks", "send-omnichannel-chat-transcript",
       "view-all-canned-responses", "save-all-canned-responses", "manage-livechat-units", "manage-livechat-monitors",
       "manage-livechat-tags", "manage-livechat-priorities", "manage-livechat-sla", "outbound.can-assign-queues"});
  Grant(table, {kManager, kAgent, kAdmin}, {"edit-omnichannel-contact", "change-livechat-room-visitor"});
  Grant(table, {kMonitor}, {"save-department-canned-responses"});
  Grant(table, {kAgent}, {"view-agent-canned-responses", "outbound.can-assign-self-only"});
}

std::vector<PermissionInfo> SortedPermissions() {
  std::vector<PermissionInfo> table;
  GrantAdministration(table);
  GrantRoomsAndMessages(table);
  GrantOmnichannel(table);
  std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return table;
}

Role BuiltIn(std::string id, std::string scope, std::string description) {
  Role role;
  role.name = id;
  role.id = std::move(id);
  role.scope = std::move(scope);
  role.description = std::move(description);
  role.is_protected = true;
  return role;
}

bool ById(const Role& a, const Role& b) {
  return a.id < b.id;
}

std::vector<Role> SortedRoles() {
  std::vector<Role> roles = {
      BuiltIn("admin", "Users", "Admin"),
      BuiltIn("anonymous", "Users", ""),
      BuiltIn("app", "Users", ""),
      BuiltIn("bot", "Users", ""),
      BuiltIn("federated-external", "Users", ""),
      BuiltIn("guest", "Users", ""),
      BuiltIn("leader", "Subscriptions", "Leader"),
      BuiltIn("livechat-agent", "Users", "Livechat Agent"),
      BuiltIn("livechat-manager", "Users", "Livechat Manager"),
      BuiltIn("livechat-monitor", "Users", "Livechat Monitor"),
      BuiltIn("moderator", "Subscriptions", "Moderator"),
      BuiltIn("owner", "Subscriptions", "Owner"),
      BuiltIn("user", "Users", ""),
  };
  std::sort(roles.begin(), roles.end(), ById);
  return roles;
}

}  // namespace

const std::vector<PermissionInfo>& BuiltInPermissions() {
  static const std::vector<PermissionInfo> table = SortedPermissions();
  return table;
}

const std::vector<Role>& BuiltInRoles() {
  static const std::vector<Role> roles = SortedRoles();
  return roles;
}

Permissions::Permissions(Edition edition, const std::vector<storage::Document>& changed,
                         const std::vector<storage::Document>& custom_roles)
    : roles_(BuiltInRoles()) {
  if (edition == Edition::kCommunity) std::erase_if(roles_, [](const Role& role) { return role.id == kMonitor; });
  for (const PermissionInfo& info : BuiltInPermissions()) {
    Entry entry;
    entry.id = info.id;
    entry.roles.assign(info.roles.begin(), info.roles.end());
    entries_.emplace(entry.id, std::move(entry));
  }
  for (const SettingInfo& setting : AllSettings()) {
    if (setting.hidden) continue;
    Entry entry;
    entry.id = "change-setting-" + std::string(setting.id);
    entry.setting = setting.id;
    entries_.emplace(entry.id, std::move(entry));
  }
  for (const storage::Document& document : changed) {
    Entry& entry = entries_[document.id];
    entry.id = document.id;
    MemberReader reader(document.body);
    reader("roles", entry.roles);
    reader("_updatedAt", entry.updated_at);
  }
  for (const storage::Document& document : custom_roles) roles_.push_back(FromDocument<Role>(document));
  std::sort(roles_.begin(), roles_.end(), ById);
}

bool Permissions::Allows(const std::vector<std::string>& roles, std::string_view permission) const {
  const Entry* entry = Find(permission);
  if (entry == nullptr) return false;
  return std::any_of(entry->roles.begin(), entry->roles.end(), [&](const std::string& role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  });
}

const Permissions::Entry* Permissions::Find(std::string_view permission) const {
  const auto found = entries_.find(permission);
  return found == entries_.end() ? nullptr : &found->second;
}

const Role* Permissions::FindRole(std::string_view id) const {
  const auto found = std::find_if(roles_.begin(), roles_.end(), [&](const Role& role) { return role.id == id; });
  return found == roles_.end() ? nullptr : &*found;
}

}  // namespace parley::backend::embedded
