// users.* (administration reference §2.3 to §2.7).
#include "base/text.h"
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class Users : public EmbeddedTest {
 protected:
  // A complete users.create body with some members replaced.
  static std::string Body(const std::string& more = "{}") {
    Json body =
        Json::Of({{"email", "ann@acme.test"}, {"name", "Ann Lee"}, {"password", "secret"}, {"username", "ann.lee"}});
    const Result<Json> replaced = ParseJson(more);
    for (const auto& [name, value] : *replaced->AsObject()) body.Set(name, value);
    return Print(body);
  }
  Answer Create(const std::string& more = "{}") { return Post("users.create", Body(more), Admin()); }
  Answer Update(const std::string& id, const std::string& data, const Caller& caller) {
    return Post("users.update", R"({"userId":")" + id + R"(","data":)" + data + "}", caller);
  }
};

// ---- users.create ---------------------------------------------------------------------------------------------------

TEST_F(Users, CreatedUserIsAnswered) {
  const Answer answer = Create();
  ASSERT_EQ(answer.status, 200) << answer.body_text;
  const std::string id = answer.Text("user._id");
  EXPECT_EQ(id.size(), 17u);
  EXPECT_EQ(
      Print(answer.At("user")),
      R"({"_id":")" + id +
          R"(","createdAt":"2026-01-05T10:15:30.000Z","username":"ann.lee","emails":[{"address":"ann@acme.test","verified":false}],"type":"user","status":"offline","statusConnection":"offline","active":true,"_updatedAt":"2026-01-05T10:15:30.000Z","name":"Ann Lee","roles":["user"],"settings":{},"requirePasswordChange":false})");
}

TEST_F(Users, GivenRolesReplaceTheDefault) {
  EXPECT_EQ(Create(R"({"roles":["livechat-agent"]})").Text("user.roles"), R"(["livechat-agent"])");
}

TEST_F(Users, AgentMadeByRestIsNotAvailable) {
  EXPECT_EQ(Create(R"({"roles":["livechat-agent"]})").Text("user.statusLivechat"), "not-available");
}

TEST_F(Users, RandomPasswordMustBeChanged) {
  EXPECT_EQ(Create(R"({"setRandomPassword":true,"password":""})").Text("user.requirePasswordChange"), "true");
}

TEST_F(Users, CreatorWithoutFullViewSeesLess) {
  ASSERT_EQ(Post("permissions.update", R"({"permissions":[{"_id":"create-user","roles":["user"]}]})", Admin()).status,
            200);
  AddUser("bob");
  const Answer answer = Post("users.create", Body(), As("bob-id"));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Text("user.username"), "ann.lee");
  EXPECT_EQ(answer.Text("user.emails"), "<absent>");
  EXPECT_EQ(answer.Text("user.roles"), "<absent>");
}

TEST_F(Users, CreatingNeedsAPermissionThatIsRefusedWith400) {
  AddUser("bob");
  const Answer answer = Post("users.create", Body(), As("bob-id"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(
      answer.body_text,
      R"({"success":false,"error":"Adding user is not allowed [error-action-not-allowed]","errorType":"error-action-not-allowed","details":{"method":"insertOrUpdateUser","action":"Adding_user"}})");
}

struct Refusal {
  const char* name;
  const char* more;
  const char* error;
};

class CreateRefusals : public Users, public testing::WithParamInterface<Refusal> {};

TEST_P(CreateRefusals, AreWorded) {
  AddUser("taken");
  const Answer answer = Create(GetParam().more);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, CreateRefusals,
    testing::Values(
        Refusal{"AngleInName", R"({"name":"<b>"})", "Name contains invalid characters"},
        Refusal{"EncodedSlashInName", R"({"name":"a%2Fb"})", "Name contains invalid characters"},
        Refusal{"UndecodableName", R"({"name":"50%"})", "Name contains invalid characters"},
        Refusal{"UnknownRole", R"({"roles":["captain"]})",
                "The field Roles consist invalid role id [error-action-not-allowed]"},
        Refusal{"BlankName", R"({"name":" "})", "The field Name is required [error-the-field-is-required]"},
        Refusal{"BlankUsername", R"({"username":" "})", "The field Username is required [error-the-field-is-required]"},
        Refusal{"BadUsername", R"({"username":"x <y"})",
                "x &lt;y is not a valid username [error-input-is-not-a-valid-field]"},
        Refusal{"NoPassword", R"({"password":""})", "The field Password is required [error-the-field-is-required]"},
        Refusal{"ReservedUsername", R"({"username":"Administrator"})",
                "Administrator is blocked and can't be used! [error-blocked-username]"},
        Refusal{"UsernameTakenInOtherCase", R"({"username":"TAKEN"})",
                "TAKEN is already in use :( [error-field-unavailable]"},
        Refusal{"EmailTakenInOtherCase", R"({"email":"Taken@ACME.test"})",
                "Taken@ACME.test is already in use :( [error-field-unavailable]"},
        Refusal{"NoEmail", R"({"email":"foo"})", "Invalid email foo [error-invalid-email]"},
        Refusal{"TwoAts", R"({"email":"a@b@c"})", "Invalid email a@b@c [error-invalid-email]"},
        Refusal{"UnknownMember", R"({"language":"de"})", "must NOT have additional properties [invalid-params]"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Users, EmptyPermissionToAssignAdminIsRefused) {
  ASSERT_EQ(Post("permissions.update", R"({"permissions":[{"_id":"assign-admin-role","roles":[]}]})", Admin()).status,
            200);
  EXPECT_EQ(Create(R"({"roles":["admin"]})").Text("error"),
            "Assigning admin is not allowed [error-action-not-allowed]");
}

TEST_F(Users, CustomFieldsFollowTheSetting) {
  Set("Accounts_CustomFields", R"({"team":{"required":true,"maxLength":3},"site":{"type":"select","options":["A"]}})");
  EXPECT_EQ(Create().Text("error"), "Field team is required [error-user-registration-custom-field]");
  EXPECT_EQ(Create(R"({"customFields":{"team":"blue"}})").Text("error"),
            "Max length of field team 3 [error-user-registration-custom-field]");
  EXPECT_EQ(Create(R"({"customFields":{"team":"red","site":"B"}})").Text("error"),
            "Value for field site is invalid [error-user-registration-custom-field]");
  EXPECT_EQ(Create(R"({"customFields":{"team":"red","site":"A"}})").Text("user.customFields"),
            R"({"team":"red","site":"A"})");
}

TEST_F(Users, ActivationInTheBodyNeedsItsPermissionButTheUserIsMade) {
  ASSERT_EQ(
      Post("permissions.update", R"({"permissions":[{"_id":"edit-other-user-active-status","roles":[]}]})", Admin())
          .status,
      200);
  EXPECT_EQ(Create(R"({"active":false})").Text("error"), "Not allowed [error-not-allowed]");
  EXPECT_EQ(Get("users.info?username=ann.lee", Admin()).Text("user.active"), "true");
}

// ---- users.update ---------------------------------------------------------------------------------------------------

TEST_F(Users, ChangeIsAnsweredWhole) {
  const std::string id = Create().Text("user._id");
  const Answer answer = Update(
      id, R"({"name":"Ann Bee","username":"ann.bee","email":"bee@acme.test","bio":"Hi","nickname":null})", Admin());
  ASSERT_EQ(answer.status, 200) << answer.body_text;
  EXPECT_EQ(answer.Text("user.name"), "Ann Bee");
  EXPECT_EQ(answer.Text("user.username"), "ann.bee");
  EXPECT_EQ(answer.Text("user.emails"), R"([{"address":"bee@acme.test","verified":false}])");
  EXPECT_EQ(answer.Text("user.bio"), "Hi");
  EXPECT_EQ(answer.Text("user.passwordHash"), "<absent>");
}

class UpdateRefusals : public Users, public testing::WithParamInterface<Refusal> {};

TEST_P(UpdateRefusals, AreWorded) {
  AddUser("taken");
  const std::string id = Create().Text("user._id");
  const Answer answer = Update(id, GetParam().more, Admin());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, UpdateRefusals,
    testing::Values(
        Refusal{"Name", R"({"name":"a/b"})", "Name contains invalid characters"},
        Refusal{"UsernameTaken", R"({"username":"Taken"})",
                "Could not save user identity [error-could-not-save-identity]"},
        Refusal{"UsernameShape", R"({"username":"a b"})",
                "a b is not a valid username [error-input-is-not-a-valid-field]"},
        Refusal{"EmailTaken", R"({"email":"TAKEN@acme.test"})",
                "TAKEN@acme.test is already in use :( [error-field-unavailable]"},
        Refusal{"WeakPassword", R"({"password":"short"})",
                "The password provided does not meet the server's password policy. [error-password-policy-not-met]"},
        Refusal{"UnknownMember", R"({"language":"de"})", "must NOT have additional properties [invalid-params]"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Users, ChangingOthersNeedsThePermission) {
  const std::string id = Create().Text("user._id");
  AddUser("bob");
  EXPECT_EQ(Update(id, R"({"name":"X"})", As("bob-id")).Text("error"),
            "Editing user is not allowed [error-action-not-allowed]");
  EXPECT_EQ(Update("bob-id", R"({"name":"Bobby"})", As("bob-id")).Text("user.name"), "Bobby");
  EXPECT_EQ(Update("bob-id", R"({"verified":true})", As("bob-id")).Text("error"),
            "Editing email verification is not allowed [error-action-not-allowed]");
  EXPECT_EQ(Update("bob-id", R"({"roles":["user","livechat-agent"]})", As("bob-id")).Text("error"),
            "Assign roles is not allowed [error-action-not-allowed]");
  EXPECT_EQ(Update("bob-id", R"({"roles":["user"]})", As("bob-id")).status, 200) << "the same set is no change";
}

TEST_F(Users, UnknownUserCannotBeChanged) {
  EXPECT_EQ(Update("nobody", R"({"name":"X"})", Admin()).Text("error"), "User not found [error-user-not-found]");
}

TEST_F(Users, SwitchesBindThoseWhoMayNotEditEverybody) {
  AddUser("bob");
  Set("Accounts_AllowUsernameChange", false);
  EXPECT_EQ(Update("bob-id", R"({"username":"bobby"})", As("bob-id")).Text("error"),
            "Edit username is not allowed [error-action-not-allowed]");
  EXPECT_EQ(Update("bob-id", R"({"username":"bobby"})", Admin()).status, 200);
}

struct Switch {
  const char* name;
  const char* setting;
  const char* data;
  const char* refusal;
};

class Switches : public Users, public testing::WithParamInterface<Switch> {};

TEST_P(Switches, BindEverybodyInTheirOwnAccountAlone) {
  Set(GetParam().setting, false);
  AddUser("ann");
  const auto update = [&](const std::string& id) {
    return Post("users.update", R"({"userId":")" + id + R"(","data":)" + GetParam().data + "}", Admin());
  };
  EXPECT_EQ(update("admin-id").Text("error"), std::string(GetParam().refusal) + " [error-action-not-allowed]");
  EXPECT_EQ(update("ann-id").status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, Switches,
    testing::Values(
        Switch{"Username", "Accounts_AllowUsernameChange", R"({"username":"new"})", "Edit username is not allowed"},
        Switch{"Status", "Accounts_AllowUserStatusMessageChange", R"({"statusText":"new"})",
               "Edit user status is not allowed"},
        Switch{"Name", "Accounts_AllowRealNameChange", R"({"name":"new"})", "Edit user real name is not allowed"},
        Switch{"Email", "Accounts_AllowEmailChange", R"({"email":"new@acme.test"})", "Edit user email is not allowed"},
        Switch{"Password", "Accounts_AllowPasswordChange", R"({"password":"A-long-enough-1"})",
               "Edit user password is not allowed"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Users, NewPasswordEndsEverySession) {
  const std::string id = Create().Text("user._id");
  const Caller ann = As(id);
  ASSERT_EQ(Update(id, R"({"password":"Longer-Secret-1"})", Admin()).status, 200);
  EXPECT_EQ(Get("me", ann).status, 401);
  EXPECT_EQ(Post("login", R"({"user":"ann.lee","password":"Longer-Secret-1"})").status, 200);
  EXPECT_EQ(Post("login", R"({"user":"ann.lee","password":"secret"})").status, 401);
}

TEST_F(Users, PasswordOfSomebodyWithoutThePermissionIsIgnored) {
  const std::string id = Create().Text("user._id");
  ASSERT_EQ(Update(id, R"({"password":"Longer-Secret-1"})", As(id)).status, 200);
  EXPECT_EQ(Post("login", R"({"user":"ann.lee","password":"secret"})").status, 200);
}

TEST_F(Users, RolesMakeAndUnmakeAgents) {
  const std::string id = Create().Text("user._id");
  ASSERT_EQ(Update(id, R"({"roles":["user","livechat-agent"]})", Admin()).status, 200);
  EXPECT_EQ(Stored(id).status_livechat, "not-available");
  ASSERT_EQ(Update(id, R"({"roles":["user"]})", Admin()).status, 200);
  EXPECT_FALSE(Stored(id).status_livechat);
}

TEST_F(Users, NewNameReachesTheDepartmentsRows) {
  AddAgent("ann");
  const Answer department = Post(
      "livechat/department",
      R"({"department":{"enabled":true,"name":"Sales","email":"s@acme.test","showOnRegistration":true,"showOnOfflineForm":true},"agents":[{"agentId":"ann-id"}]})",
      Admin());
  ASSERT_EQ(Update("ann-id", R"({"username":"anna"})", Admin()).status, 200);
  EXPECT_EQ(Get("livechat/department/" + department.Text("department._id") + "/agents", Admin())
                .List("agents")[0]
                .Text("username"),
            "anna");
}

// ---- reading --------------------------------------------------------------------------------------------------------

TEST_F(Users, InfoShowsMoreToThoseWhoMaySeeIt) {
  AddUser("ann");
  AddUser("bob");
  const Answer full = Get("users.info?userId=ann-id", Admin());
  EXPECT_EQ(full.Text("user.roles"), R"(["user"])");
  EXPECT_EQ(full.Text("user.canViewAllInfo"), "true");
  const Answer other = Get("users.info?username=ann", As("bob-id"));
  EXPECT_EQ(other.Text("user.emails"), "<absent>");
  EXPECT_EQ(other.Text("user.canViewAllInfo"), "false");
  const Answer own = Get("users.info?userId=bob-id", As("bob-id"));
  EXPECT_EQ(own.Text("user.roles"), R"(["user"])");
  EXPECT_EQ(own.Text("user.passwordHash"), "<absent>");
}

TEST_F(Users, InfoFindsByIdOrNameWhicheverIsGiven) {
  AddUser("ann");
  EXPECT_EQ(Get("users.info?userId=ann", Admin()).Text("user._id"), "ann-id");
  EXPECT_EQ(Get("users.info?username=ann-id", Admin()).Text("user._id"), "ann-id");
  EXPECT_EQ(Get("users.info?userId=nobody", Admin()).body_text, R"({"success":false,"error":"User not found."})");
  EXPECT_EQ(Get("users.info", Admin()).Text("error"), "Invalid search query.");
}

TEST_F(Users, ListHidesEmailsFromOthers) {
  AddUser("ann");
  EXPECT_EQ(
      Print(Get("users.list", Admin()).List("users")[1]),
      R"({"_id":"ann-id","name":"User ann","username":"ann","status":"offline","active":true,"type":"user","emails":[{"address":"ann@acme.test","verified":true}],"roles":["user"],"nameInsensitive":"user ann"})");
  EXPECT_EQ(Get("users.list", As("ann-id")).List("users")[0].Find("emails"), nullptr);
}

TEST_F(Users, ListCanBeLimitedToThoseWhoSeeOutside) {
  AddUser("guest", {"guest"});
  EXPECT_EQ(Get("users.list", As("guest-id")).status, 200);
  Set("API_Apply_permission_view-outside-room_on_users-list", true);
  const Answer answer = Get("users.list", As("guest-id"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.Text("error"), "unauthorized");
}

struct Filter {
  const char* name;
  const char* query;
  const char* usernames;
};

class ListByStatus : public Users, public testing::WithParamInterface<Filter> {};

TEST_P(ListByStatus, Selects) {
  AddUser("ann");
  AddUser("bea", {"user", "livechat-agent"});
  ASSERT_EQ(Post("users.setActiveStatus", R"({"userId":"bea-id","activeStatus":false})", Admin()).status, 200);
  std::string found;
  for (const Json& user : Get(std::string("users.listByStatus?") + GetParam().query, Admin()).List("users")) {
    found += std::string(user.Text("username")) + " ";
  }
  EXPECT_EQ(found, GetParam().usernames);
}

INSTANTIATE_TEST_SUITE_P(Queries, ListByStatus,
                         testing::Values(Filter{"All", "", "admin ann bea "},
                                         Filter{"Active", "status=active", "admin ann "},
                                         Filter{"Deactivated", "status=deactivated", "bea "},
                                         Filter{"Role", "roles[]=livechat-agent", "bea "},
                                         Filter{"Reason", "inactiveReason[]=deactivated", "bea "},
                                         Filter{"Term", "searchTerm=ANN@", "ann "},
                                         Filter{"NeverLoggedIn", "hasLoggedIn=true", ""}),
                         [](const auto& tested) { return tested.param.name; });

// ---- presence -------------------------------------------------------------------------------------------------------

TEST_F(Users, StatusIsWrittenStraightAndLeavesAvailabilityAlone) {
  AddAgent("ann");
  const Caller ann = As("ann-id");
  EXPECT_EQ(Post("users.setStatus", R"({"status":"busy","message":"  in a call ","extra":1})", ann).body_text,
            R"({"success":true})");
  const User stored = Stored("ann-id");
  EXPECT_EQ(stored.status, "busy");
  EXPECT_EQ(stored.status_default, "busy");
  EXPECT_EQ(stored.status_text, "in a call");
  EXPECT_EQ(stored.status_connection, "offline");
  EXPECT_EQ(stored.status_livechat, "available");
  EXPECT_EQ(Get("users.getStatus", ann).body_text,
            R"({"_id":"ann-id","status":"busy","connectionStatus":"offline","success":true})");
  EXPECT_EQ(Get("users.getStatus?username=ann", Admin()).body_text,
            R"({"_id":"ann-id","status":"busy","success":true})");
  EXPECT_EQ(Get("users.getPresence?userId=ann-id", Admin()).body_text, R"({"presence":"busy","success":true})");
}

class StatusRefusals : public Users, public testing::WithParamInterface<Refusal> {};

TEST_P(StatusRefusals, AreWorded) {
  const Answer answer = Post("users.setStatus", GetParam().more, Admin());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, StatusRefusals,
    testing::Values(Refusal{"Nothing", "{}",
                            "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation"},
                    Refusal{"WrongType", R"({"status":1})", "Match error: Expected string, got number in field status"},
                    Refusal{"Unknown", R"({"status":"sleeping"})",
                            "Valid status types include online, away, offline, and busy. [error-invalid-status]"},
                    Refusal{"UnknownUser", R"({"status":"online","userId":"nobody"})",
                            "The required \"userId\" or \"username\" param provided does not match any users "
                            "[error-invalid-user]"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Users, MessageStaysWhenTheStatusIsRefused) {
  EXPECT_EQ(Post("users.setStatus", R"({"status":"sleeping","message":"zzz"})", Admin()).status, 400);
  EXPECT_EQ(Stored("admin-id").status_text, "zzz");
  EXPECT_EQ(Stored("admin-id").status, "offline");
}

TEST_F(Users, StatusOfOthersNeedsThePermission) {
  AddUser("bob");
  EXPECT_EQ(Post("users.setStatus", R"({"status":"away","userId":"admin-id"})", As("bob-id")).status, 403);
}

TEST_F(Users, PresenceListsThoseWhoAreThere) {
  AddUser("ann");
  ASSERT_EQ(Post("users.setStatus", R"({"status":"away"})", As("ann-id")).status, 200);
  const Answer answer = Get("users.presence", Admin());
  EXPECT_EQ(answer.Text("users"), R"([{"_id":"ann-id","username":"ann","name":"User ann","status":"away"}])");
  EXPECT_EQ(answer.Text("full"), "true");
}

TEST_F(Users, PreferencesAreMergedOverTheDefaults) {
  const Answer answer = Post("users.setPreferences", R"({"data":{"language":"de"}})", Admin());
  EXPECT_EQ(answer.body_text,
            R"({"user":{"_id":"admin-id","settings":{"preferences":{"language":"de"}}},"success":true})");
  EXPECT_EQ(Get("users.getPreferences", Admin()).Text("preferences.language"), "de");
  EXPECT_EQ(Get("users.getPreferences", Admin()).Text("preferences.omnichannelTranscriptPDF"), "false");
}

// ---- activation and removal -----------------------------------------------------------------------------------------

class UserLifecycle : public Users {
 protected:
  // A chat served by the only available agent.
  std::string OpenRoom() {
    EXPECT_EQ(Post("livechat/visitor", R"({"visitor":{"token":"vt-1","name":"Bob"}})").status, 200);
    return Get("livechat/room?token=vt-1").Text("room._id");
  }
};

TEST_F(UserLifecycle, DeactivatedAgentsChatsAreClosed) {
  AddAgent("ann");
  const Caller ann = As("ann-id");
  const std::string room = OpenRoom();
  ASSERT_EQ(Get("livechat/rooms?open=true", Admin()).List("rooms").size(), 1u);
  EXPECT_EQ(Post("users.setActiveStatus", R"({"userId":"ann-id","activeStatus":false})", Admin()).body_text,
            R"({"user":{"_id":"ann-id","active":false},"success":true})");
  EXPECT_TRUE(Get("livechat/rooms?open=true", Admin()).List("rooms").empty());
  const auto stored = Await(store_.documents().Get(storage::Collection::kRooms, room));
  EXPECT_EQ((*stored)->body.FindPath("closedBy.username")->AsString(), "ann");
  EXPECT_EQ(Stored("ann-id").status_livechat, "not-available");
  EXPECT_EQ(Stored("ann-id").inactive_reason, "deactivated");
  EXPECT_EQ(Get("me", ann).status, 401);
  ASSERT_EQ(Post("users.setActiveStatus", R"({"userId":"ann-id","activeStatus":true})", Admin()).status, 200);
  EXPECT_EQ(Stored("ann-id").status_livechat, "not-available") << "availability is not raised";
}

TEST_F(UserLifecycle, LastActiveAdminStays) {
  EXPECT_EQ(Post("users.setActiveStatus", R"({"userId":"admin-id","activeStatus":false})", Admin()).Text("error"),
            "Leaving the app without an active admin is not allowed [error-action-not-allowed]");
  EXPECT_EQ(Post("users.setActiveStatus", R"({"userId":"nobody","activeStatus":false})", Admin()).Text("error"),
            "User not found");
}

TEST_F(UserLifecycle, ModeratorPassesTheGateButNotTheAction) {
  ASSERT_EQ(
      Post("permissions.update", R"({"permissions":[{"_id":"manage-moderation-actions","roles":["user"]}]})", Admin())
          .status,
      200);
  AddUser("bob");
  EXPECT_EQ(Post("users.setActiveStatus", R"({"userId":"admin-id","activeStatus":false})", As("bob-id")).Text("error"),
            "Not allowed [error-not-allowed]");
}

TEST_F(UserLifecycle, DeletedUserIsGoneWithTokensAndMemberships) {
  AddAgent("ann");
  const Caller ann = As("ann-id");
  EXPECT_EQ(Post("users.delete", R"({"userId":"ann-id"})", Admin()).body_text, R"({"deletedRooms":[],"success":true})");
  EXPECT_EQ(Get("users.info?userId=ann-id", Admin()).status, 400);
  EXPECT_EQ(Get("me", ann).status, 401);
  EXPECT_EQ(ReadDirectory()->AgentById("ann-id"), nullptr);
}

TEST_F(UserLifecycle, LastOneInAChatIsRemovedOnlyWithConsent) {
  AddAgent("ann");
  const std::string room = OpenRoom();
  const Answer refused = Post("users.delete", R"({"username":"ann"})", Admin());
  EXPECT_EQ(
      refused.body_text,
      R"({"success":false,"error":"[user-last-owner]","errorType":"user-last-owner","details":{"shouldBeRemoved":["Bob"],"shouldChangeOwner":[]}})");
  const Answer done = Post("users.delete", R"({"username":"ann","confirmRelinquish":true})", Admin());
  EXPECT_EQ(done.Text("deletedRooms"), R"([")" + room + R"("])");
  EXPECT_TRUE(Get("livechat/rooms", Admin()).List("rooms").empty());
}

TEST_F(UserLifecycle, DeletingSaysWhatIsMissing) {
  EXPECT_EQ(Post("users.delete", "{}", Admin()).Text("errorType"), "error-user-param-not-provided");
  EXPECT_EQ(Post("users.delete", R"({"user":"nobody"})", Admin()).Text("errorType"), "error-invalid-user");
}

}  // namespace
}  // namespace parley::backend::embedded::test
