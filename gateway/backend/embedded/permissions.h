// Permissions and roles: the built-in tables, and a snapshot of who may what.
//
// Only changed permissions are stored (Collection::kPermissions, {roles, _updatedAt}) and only roles somebody made
// (Collection::kRoles). Every visible setting has a permission of its own, `change-setting-<id>`, held by nobody.
// Admins have no implicit power: a permission without roles refuses them too.
// Threading: the tables are constant; a Permissions is immutable.
// Tests: tests/unit/backend/embedded/administration_test.cc
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/options.h"
#include "base/clock.h"
#include "json/json.h"
#include "storage/documents.h"

namespace parley::backend::embedded {

struct PermissionInfo {
  std::string_view id;
  std::vector<std::string_view> roles;
};

struct Role {
  static constexpr storage::Collection kCollection = storage::Collection::kRoles;

  std::string id;
  std::int64_t version = 0;
  Json extra;
  std::string name;
  std::string scope = "Users";
  std::string description;
  bool is_protected = false;
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("scope", self.scope);
    visit.Always("description", self.description);
    visit("protected", self.is_protected);
    visit("_updatedAt", self.updated_at);
  }
};

// Sorted by id.
const std::vector<PermissionInfo>& BuiltInPermissions();
const std::vector<Role>& BuiltInRoles();

class Permissions {
 public:
  struct Entry {
    std::string id;
    std::vector<std::string> roles;
    Time updated_at{};    // the epoch: never changed
    std::string setting;  // of a setting permission, else empty
  };

  // The Community edition has no role of monitors.
  Permissions(Edition edition, const std::vector<storage::Document>& changed,
              const std::vector<storage::Document>& custom_roles);

  // Whether any of `roles` holds the permission. An unknown permission is held by nobody.
  bool Allows(const std::vector<std::string>& roles, std::string_view permission) const;
  const Entry* Find(std::string_view permission) const;
  const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

  const Role* FindRole(std::string_view id) const;
  const std::vector<Role>& roles() const { return roles_; }  // sorted by id

 private:
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<Role> roles_;
};

}  // namespace parley::backend::embedded
