#include "auth/access.h"

#include <algorithm>

#include "base/text.h"

namespace parley::auth {
namespace {

// One entry may name several scopes, all of which are needed then.
bool Grants(const std::vector<std::string>& held, std::string_view entry) {
  const auto scopes = Split(entry, ' ');
  return std::all_of(scopes.begin(), scopes.end(),
                     [&](std::string_view scope) { return std::find(held.begin(), held.end(), scope) != held.end(); });
}

bool RoleSuffices(std::string_view needed, const Principal& principal, std::string_view subject_login) {
  const bool self = EqualsIgnoreCase(principal.login, subject_login);
  if (needed.empty()) return true;
  if (needed == "self") return self;
  if (needed == "owner") return principal.role == Role::kOwner;
  return principal.role >= Role::kAdministrator || (needed == "self-or-administrator" && self);
}

Error RoleMissing(std::string_view needed) {
  if (needed == "self") return PermissionDenied("this is allowed for one's own account only");
  if (needed == "owner") return PermissionDenied("this needs the role owner");
  return PermissionDenied("this needs the role administrator or owner");
}

}  // namespace

Status CheckAccess(const specs::Access& access, const Principal& principal, std::string_view subject_login) {
  if (!RoleSuffices(access.role, principal, subject_login)) return RoleMissing(access.role);
  // Credentials without scopes may do whatever their role may.
  if (principal.scopes.empty() || access.scopes.empty()) return {};
  const bool granted = std::any_of(access.scopes.begin(), access.scopes.end(),
                                   [&](const std::string& entry) { return Grants(principal.scopes, entry); });
  if (!granted) return PermissionDenied("this needs the scope " + access.scopes.front());
  return {};
}

}  // namespace parley::auth
