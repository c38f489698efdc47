#include "auth/access.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::auth {
namespace {

constexpr Role kEveryRole[] = {Role::kNormal, Role::kAdministrator, Role::kOwner};

Principal Agent(Role role, std::vector<std::string> scopes = {}) {
  Principal principal;
  principal.login = "john@acme.test";
  principal.role = role;
  principal.scopes = std::move(scopes);
  return principal;
}

specs::Access Needs(std::string role, std::vector<std::string> scopes = {}) {
  specs::Access access;
  access.role = std::move(role);
  access.scopes = std::move(scopes);
  return access;
}

// The roles that may, "normal administrator owner" when all do.
std::string WhoMay(const std::string& needed, std::string_view subject) {
  std::vector<std::string> allowed;
  for (const Role role : kEveryRole)
    if (CheckAccess(Needs(needed), Agent(role), subject)) allowed.emplace_back(NameOf(role));
  return Join(allowed, " ");
}

TEST(Roles, Matrix) {
  const std::string_view nobody, self = "JOHN@acme.test", another = "jane@acme.test";
  EXPECT_EQ(WhoMay("", nobody), "normal administrator owner");
  EXPECT_EQ(WhoMay("owner", nobody), "owner");
  EXPECT_EQ(WhoMay("administrator", nobody), "administrator owner");
  EXPECT_EQ(WhoMay("administrator", self), "administrator owner");
  EXPECT_EQ(WhoMay("self-or-administrator", self), "normal administrator owner");
  EXPECT_EQ(WhoMay("self-or-administrator", another), "administrator owner");
  EXPECT_EQ(WhoMay("self-or-administrator", nobody), "administrator owner");
  EXPECT_EQ(WhoMay("self", self), "normal administrator owner");
  EXPECT_EQ(WhoMay("self", another), "");
  EXPECT_EQ(WhoMay("self", nobody), "");
}

TEST(Roles, AnUnknownOneIsNotForEverybody) {
  EXPECT_EQ(WhoMay("supervisor", "john@acme.test"), "administrator owner");
}

TEST(Roles, TheRefusalNamesWhatIsMissing) {
  const auto refusal = [](const std::string& needed) {
    const Status status = CheckAccess(Needs(needed), Agent(Role::kNormal), "jane@acme.test");
    EXPECT_EQ(status.error().http_status, 403);
    return status.error().message;
  };
  EXPECT_EQ(refusal("owner"), "this needs the role owner");
  EXPECT_EQ(refusal("administrator"), "this needs the role administrator or owner");
  EXPECT_EQ(refusal("self-or-administrator"), "this needs the role administrator or owner");
  EXPECT_EQ(refusal("self"), "this is allowed for one's own account only");
}

bool ScopesSuffice(std::vector<std::string> needed, std::vector<std::string> held) {
  return CheckAccess(Needs("", std::move(needed)), Agent(Role::kOwner, std::move(held)), "").ok();
}

TEST(Scopes, AnyOneEntrySuffices) {
  EXPECT_TRUE(ScopesSuffice({"agents--all:ro", "agents_read"}, {"agents_read"}));
  EXPECT_TRUE(ScopesSuffice({"agents--all:ro", "agents_read"}, {"tags_read", "agents--all:ro"}));
  EXPECT_FALSE(ScopesSuffice({"agents--all:ro", "agents_read"}, {"tags_read"}));
}

TEST(Scopes, OfOneEntryAreAllNeeded) {
  EXPECT_TRUE(ScopesSuffice({"accounts--all:r agents--all:rw"}, {"agents--all:rw", "accounts--all:r"}));
  EXPECT_FALSE(ScopesSuffice({"accounts--all:r agents--all:rw"}, {"agents--all:rw"}));
}

TEST(Scopes, AreComparedWhole) {
  EXPECT_FALSE(ScopesSuffice({"agents_read"}, {"agents"}));
  EXPECT_FALSE(ScopesSuffice({"agents_read"}, {"Agents_Read"}));
  EXPECT_FALSE(ScopesSuffice({"agents_read"}, {""}));
}

TEST(Scopes, DoNotMatterWhereNoneAreNeededOrHeld) {
  EXPECT_TRUE(ScopesSuffice({}, {"tags_read"}));
  EXPECT_TRUE(ScopesSuffice({"agents_read"}, {}));
}

TEST(Scopes, NeverReplaceTheRole) {
  EXPECT_FALSE(CheckAccess(Needs("administrator", {"tags_write"}), Agent(Role::kNormal, {"tags_write"}), ""));
}

TEST(Scopes, TheRefusalNamesTheScope) {
  const Status refused = CheckAccess(Needs("", {"tags_write"}), Agent(Role::kOwner, {"tags_read"}), "");
  EXPECT_EQ(refused.error().http_status, 403);
  EXPECT_EQ(refused.error().message, "this needs the scope tags_write");
}

}  // namespace
}  // namespace parley::auth
