// Permissions, roles, settings, server information and the first users (administration reference §1, §3, §6.4).
#include <algorithm>

#include "base/text.h"
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class Administration : public EmbeddedTest {
 protected:
  explicit Administration(Options options = DefaultOptions()) : EmbeddedTest(std::move(options)) {}

  static Json Named(const Json::Array& list, std::string_view id) {
    for (const Json& item : list) {
      if (item.Text("_id") == id) return item;
    }
    return Json();
  }
};

// ---- permissions ----------------------------------------------------------------------------------------------------

TEST_F(Administration, PermissionsAreListedWithTheirRoles) {
  const Answer answer = Get("permissions.listAll", Admin());
  EXPECT_EQ(Print(*Named(answer.List("update"), "view-l-room").Find("roles")),
            R"(["livechat-agent","livechat-monitor","livechat-manager","admin"])");
  EXPECT_EQ(
      Print(Named(answer.List("update"), "change-setting-Livechat_enabled")),
      R"({"_id":"change-setting-Livechat_enabled","roles":[],"level":"settings","settingId":"Livechat_enabled","group":"Omnichannel","groupPermissionId":"change-setting-Omnichannel","sorter":1,"_updatedAt":"1970-01-01T00:00:00.000Z"})");
  EXPECT_EQ(answer.Text("remove"), "[]");
}

TEST_F(Administration, OnlyLaterChangesAreListedOnDemand) {
  ASSERT_EQ(Post("permissions.update", R"({"permissions":[{"_id":"create-c","roles":["admin"]}]})", Admin()).status,
            200);
  const Answer answer = Get("permissions.listAll?updatedSince=2026-01-01", Admin());
  ASSERT_EQ(answer.List("update").size(), 1u);
  EXPECT_EQ(answer.List("update")[0].Text("_id"), "create-c");
  EXPECT_EQ(Get("permissions.listAll?updatedSince=yesterday", Admin()).Text("errorType"), "error-roomId-param-invalid");
}

struct Refusal {
  const char* name;
  const char* body;
  const char* answer;
};

class PermissionRefusals : public Administration, public testing::WithParamInterface<Refusal> {};

TEST_P(PermissionRefusals, AreWorded) {
  const Answer answer = Post("permissions.update", GetParam().body, Admin());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body_text, GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, PermissionRefusals,
    testing::Values(
        Refusal{"UnknownPermission", R"({"permissions":[{"_id":"fly","roles":[]}]})",
                R"({"success":false,"error":"Invalid permission","errorType":"error-invalid-permission"})"},
        Refusal{"SameIdTwice",
                R"({"permissions":[{"_id":"create-c","roles":[]},{"_id":"create-c","roles":["admin"]}]})",
                R"({"success":false,"error":"Invalid permission","errorType":"error-invalid-permission"})"},
        Refusal{"UnknownRole", R"({"permissions":[{"_id":"create-c","roles":["captain"]}]})",
                R"({"success":false,"error":"Invalid role","errorType":"error-invalid-role"})"},
        Refusal{
            "SameItemTwice", R"({"permissions":[{"_id":"create-c","roles":[]},{"_id":"create-c","roles":[]}]})",
            R"({"success":false,"error":"must NOT have duplicate items (items ## 0 and 1 are identical) [invalid-params]","errorType":"invalid-params"})"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Administration, EmptyChangeSucceeds) {
  EXPECT_EQ(Post("permissions.update", R"({"permissions":[]})", Admin()).status, 200);
}

// ---- roles ----------------------------------------------------------------------------------------------------------

TEST_F(Administration, RolesAreListed) {
  EXPECT_EQ(
      Print(Named(Get("roles.list", Admin()).List("roles"), "livechat-agent")),
      R"({"_id":"livechat-agent","name":"livechat-agent","scope":"Users","description":"Livechat Agent","protected":true})");
}

TEST_F(Administration, RoleIsAddedWithoutWhatAgentsGet) {
  AddUser("ann");
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"ann","roleId":"livechat-agent"})", Admin()).Text("role._id"),
            "livechat-agent");
  EXPECT_TRUE(Stored("ann-id").IsAgent());
  EXPECT_FALSE(Stored("ann-id").status_livechat);
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"ann","roleId":"livechat-agent"})", Admin()).Text("error"),
            "User already in role [error-user-already-in-role]");
}

TEST_F(Administration, AddingARoleIsRefusedInOrder) {
  AddUser("bob");
  const Caller bob = As("bob-id");
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"nobody"})", bob).Text("errorType"), "error-invalid-user");
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"bob"})", bob).Text("error"), "error-invalid-role-properties");
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"bob","roleId":"captain"})", bob).body_text,
            R"({"success":false,"error":"error-role-not-found","errorType":"Role not found"})");
  EXPECT_EQ(Post("roles.addUserToRole", R"({"username":"bob","roleId":"admin"})", bob).Text("error"),
            "Accessing permissions is not allowed [error-action-not-allowed]");
}

TEST_F(Administration, LastAdminCannotBeRemoved) {
  EXPECT_EQ(Post("roles.removeUserFromRole", R"({"username":"admin","roleId":"admin"})", Admin()).Text("error"),
            "You need to have at least one admin [error-admin-required]");
  AddUser("second", {"admin"});
  EXPECT_EQ(Post("roles.removeUserFromRole", R"({"username":"second","roleId":"admin"})", Admin()).status, 200);
}

TEST_F(Administration, UsersOfARoleAreListed) {
  AddUser("ann");
  const Answer answer = Get("roles.getUsersInRole?role=user", Admin());
  EXPECT_EQ(answer.Text("total"), "1");
  EXPECT_EQ(answer.Text("count"), "<absent>");
  EXPECT_EQ(answer.List("users")[0].Text("username"), "ann");
  EXPECT_EQ(Get("roles.getUsersInRole?role=captain", Admin()).Text("error"), "[error-invalid-roleId]");
}

TEST_F(Administration, ProtectedRolesAreNotDeleted) {
  EXPECT_EQ(Post("roles.delete", R"({"roleId":"user"})", Admin()).Text("error"),
            "Cannot delete a protected role [error-role-protected]");
  EXPECT_EQ(Post("roles.delete", R"({"roleId":"captain"})", Admin()).Text("error"),
            "This role does not exist [error-invalid-roleId]");
}

// ---- settings -------------------------------------------------------------------------------------------------------

TEST_F(Administration, SettingIsItsDefaultUntilChanged) {
  EXPECT_EQ(Get("settings/Livechat_title", Admin()).body_text,
            R"({"_id":"Livechat_title","value":"Rocket.Chat","success":true})");
  EXPECT_EQ(Post("settings/Livechat_title", R"({"value":"Acme"})", Admin()).body_text, R"({"success":true})");
  EXPECT_EQ(Get("settings/Livechat_title", Admin()).Text("value"), "Acme");
}

TEST_F(Administration, HiddenAndUnknownSettingsDoNotExist) {
  const std::string bare = R"({"success":false})";
  EXPECT_EQ(Get("settings/Livechat_guest_count", Admin()).body_text, bare);
  EXPECT_EQ(Get("settings/Nothing", Admin()).body_text, bare);
  EXPECT_EQ(Post("settings/Nothing", R"({"value":1})", Admin()).body_text, bare);
  EXPECT_EQ(Post("settings/Livechat_title", "{}", Admin()).body_text, bare);
  EXPECT_EQ(Get("settings/Nothing", Admin()).status, 400);
}

struct Coercion {
  const char* name;
  const char* setting;
  const char* sent;
  const char* stored;  // empty: refused
};

class SettingValues : public Administration, public testing::WithParamInterface<Coercion> {};

TEST_P(SettingValues, AreConvertedOrRefused) {
  const Coercion& coercion = GetParam();
  const std::string target = std::string("settings/") + coercion.setting;
  const Answer answer = Post(target, std::string(R"({"value":)") + coercion.sent + "}", Admin());
  if (*coercion.stored == '\0') {
    EXPECT_EQ(answer.body_text, R"({"success":false,"error":"error-invalid-setting-value"})");
    return;
  }
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Print(Get(target, Admin()).At("value")), coercion.stored);
}

INSTANTIATE_TEST_SUITE_P(Types, SettingValues,
                         testing::Values(Coercion{"Boolean", "Livechat_enabled", "false", "false"},
                                         Coercion{"BooleanText", "Livechat_enabled", "\"false\"", "false"},
                                         Coercion{"NoBoolean", "Livechat_enabled", "\"maybe\"", ""},
                                         Coercion{"IntegerText", "API_Default_Count", "\"5\"", "5"},
                                         Coercion{"NoInteger", "API_Default_Count", "1.5", ""},
                                         Coercion{"NumberAsText", "Livechat_title", "5", ""},
                                         Coercion{"Select", "Livechat_Routing_Method", "\"Manual_Selection\"",
                                                  "\"Manual_Selection\""},
                                         Coercion{"NoChoice", "Livechat_Routing_Method", "\"Dice\"", ""},
                                         Coercion{"Null", "Livechat_title", "null", ""}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(Administration, SeveralSettingsChangeTogetherOrNotAtAll) {
  const auto change = [&](const char* settings, const Caller& caller) {
    return Post("settings", std::string(R"({"settings":)") + settings + "}", caller);
  };
  const char* both = R"([{"_id":"Livechat_title","value":"Acme"},{"_id":"Livechat_enabled","value":false}])";
  EXPECT_EQ(change(both, Admin()).body_text, R"({"success":true})");
  EXPECT_EQ(Get("settings/Livechat_title", Admin()).Text("value"), "Acme");
  EXPECT_EQ(Get("settings/Livechat_enabled", Admin()).Text("value"), "false");
  const char* one_wrong = R"([{"_id":"Livechat_title","value":"Best"},{"_id":"Livechat_enabled","value":5}])";
  EXPECT_EQ(change(one_wrong, Admin()).Text("error"), "error-invalid-setting-value");
  EXPECT_EQ(Get("settings/Livechat_title", Admin()).Text("value"), "Acme");
  EXPECT_EQ(change(R"([{"_id":"Livechat_guest_count","value":5}])", Admin()).Text("error"), "invalid-setting");
  EXPECT_EQ(change("[]", Admin()).Text("errorType"), "invalid-params");
}

TEST_F(Administration, SelectedSettingsMayBeChangedWithTheirOwnPermission) {
  AddUser("bob");
  const Caller bob = As("bob-id");
  const std::string both =
      R"({"settings":[{"_id":"Livechat_title","value":"Acme"},{"_id":"Livechat_enabled","value":true}]})";
  EXPECT_EQ(Post("settings", both, bob).status, 403);
  const std::string granted = R"({"permissions":[{"_id":"manage-selected-settings","roles":["user"]},)"
                              R"({"_id":"change-setting-Livechat_title","roles":["user"]}]})";
  ASSERT_EQ(Post("permissions.update", granted, Admin()).status, 200);
  EXPECT_EQ(
      Post("settings", both, bob).body_text,
      R"({"success":false,"error":"Editing settings is not allowed [error-action-not-allowed]","errorType":"error-action-not-allowed","details":{"method":"saveSettings","settingIds":["Livechat_enabled"]}})");
  EXPECT_EQ(Post("settings", R"({"settings":[{"_id":"Livechat_title","value":"Acme"}]})", bob).status, 200);
}

TEST_F(Administration, SettingsNeedTheirPermissions) {
  AddUser("bob");
  EXPECT_EQ(Get("settings/Livechat_title", As("bob-id")).status, 403);
  EXPECT_EQ(Post("settings/Livechat_title", R"({"value":"x"})", As("bob-id")).status, 403);
}

TEST_F(Administration, PublicSettingsAreEverybodys) {
  const Answer some = Get("settings.public?_id=Livechat_title,SMTP_Host,Nothing");
  EXPECT_EQ(
      some.body_text,
      R"({"settings":[{"_id":"Livechat_title","value":"Rocket.Chat","enterprise":false}],"count":1,"offset":0,"total":1,"success":true})");
  AddUser("bob");
  const Answer bobs = Get("settings?count=0", As("bob-id"));
  EXPECT_TRUE(Named(bobs.List("settings"), "SMTP_Host").IsNull());
  const Answer admins = Get("settings?count=0&includeDefaults=true", Admin());
  EXPECT_EQ(Named(admins.List("settings"), "SMTP_Protocol").Text("packageValue"), "smtp");
  EXPECT_TRUE(Named(admins.List("settings"), "Livechat_guest_count").IsNull());
}

TEST_F(Administration, EverySettingOfTheTablesHasADefaultOfItsType) {
  for (const SettingInfo& info : AllSettings()) {
    EXPECT_TRUE(CoerceSetting(info, info.standard)) << info.id;
  }
}

// What has a default is none, whatever Rocket.Chat calls it.
bool IsSecretText(const SettingInfo& info) {
  const bool named =
      info.secret || info.type == SettingType::kPassword || Lower(info.id).find("token") != std::string::npos;
  return named && info.standard == Json("");
}

TEST_F(Administration, SecretsAmongTheSettingsAreSealed) {
  const storage::CollectionInfo& settings = storage::InfoOf(storage::Collection::kSettings);
  ASSERT_EQ(settings.sealed.size(), 1u);
  EXPECT_EQ(settings.sealed[0].path, "value");
  const std::vector<std::string_view> sealed = Split(settings.sealed[0].ids, ',');
  for (const SettingInfo& info : AllSettings()) {
    const bool is_sealed = std::find(sealed.begin(), sealed.end(), info.id) != sealed.end();
    EXPECT_TRUE(is_sealed || !IsSecretText(info)) << info.id;
  }
  for (const std::string_view id : sealed) EXPECT_NE(FindSetting(id), nullptr) << id;
}

class CommunityEdition : public Administration {
 protected:
  static Options Community() {
    Options options = DefaultOptions();
    options.edition = Edition::kCommunity;
    return options;
  }
  CommunityEdition() : Administration(Community()) {}
};

TEST_F(CommunityEdition, PremiumSettingsShowTheirUnlicensedValue) {
  ASSERT_EQ(Post("settings/Livechat_waiting_queue", R"({"value":true})", Admin()).status, 200);
  const Answer answer = Get("settings.public?_id=Livechat_waiting_queue");
  EXPECT_EQ(
      Print(answer.List("settings")[0]),
      R"({"_id":"Livechat_waiting_queue","value":false,"enterprise":true,"invalidValue":false,"modules":["livechat-enterprise"]})");
  EXPECT_EQ(Get("settings/Livechat_waiting_queue", Admin()).Text("value"), "true") << "the stored value";
}

TEST_F(CommunityEdition, HasNoModules) {
  const Answer answer = Get("licenses.info", Admin());
  EXPECT_EQ(answer.Text("license.activeModules"), "[]");
  EXPECT_EQ(answer.Text("license.hasValidLicense"), "false");
}

// ---- the server -----------------------------------------------------------------------------------------------------

TEST_F(Administration, VersionIsShortForStrangers) {
  EXPECT_EQ(Get("/api/info").body_text,
            R"({"version":"8.3","minimumClientVersions":{"desktop":"3.9.6","mobile":"4.39.0"},"success":true})");
  EXPECT_EQ(Get("/api/info", Admin()).Text("info.version"), "8.3.0");
}

TEST_F(Administration, PremiumEditionNamesItsModules) {
  EXPECT_EQ(Get("licenses.info", Admin()).Text("license.activeModules"),
            R"(["livechat-enterprise","canned-responses"])");
}

// ---- the first users ------------------------------------------------------------------------------------------------

TEST_F(Administration, BootstrapMakesAdministratorAndOwnerOnce) {
  FirstAdministrator admin;
  admin.username = "root";
  admin.email = "root@acme.test";
  FirstOwner owner;
  owner.login = "owner@acme.test";
  owner.username = "owner";
  owner.name = "Olga Owner";
  const auto first = Await(Bootstrap(services_, admin, owner));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->generated_password.size(), 43u);
  const std::string login = R"({"user":"root","password":")" + first->generated_password + R"("})";
  EXPECT_EQ(Post("login", login).Text("data.userId"), first->admin_id);
  const DirectoryAgent* agent = ReadDirectory()->AgentByLogin("owner@acme.test");
  ASSERT_NE(agent, nullptr);
  EXPECT_TRUE(agent->accepting);
  EXPECT_EQ(agent->roles, (std::vector<std::string>{"admin", "livechat-manager", "livechat-agent"}));
  EXPECT_EQ(Stored("rocket.cat").type, "bot");

  const auto second = Await(Bootstrap(services_, admin, owner));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->admin_id, first->admin_id);
  EXPECT_EQ(second->owner_id, first->owner_id);
  EXPECT_EQ(second->generated_password, "");
}

}  // namespace
}  // namespace parley::backend::embedded::test
