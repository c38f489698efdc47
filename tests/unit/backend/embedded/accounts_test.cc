// login, logout, me and tokens (administration reference §2.1, §2.2, §2.8).
#include "base/text.h"
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class Accounts : public EmbeddedTest {
 protected:
  Accounts() {
    const Answer answer =
        Post("users.create",
             R"({"email":"Ann@Acme.test","name":"Ann Lee","password":"secret","username":"ann.lee","verified":true})",
             Admin());
    id_ = answer.Text("user._id");
  }

  Answer Login(const std::string& body) { return Post("login", body); }
  static Caller CallerOf(const Answer& login) {
    return Caller(CallerKind::kSession, login.Text("data.userId"), login.Text("data.authToken"));
  }

  std::string id_;
};

constexpr std::string_view kUnauthorized =
    R"({"success":false,"error":"Unauthorized","status":"error","message":"Unauthorized"})";

struct Credentials {
  const char* name;
  const char* body;
};

class GoodLogins : public Accounts, public testing::WithParamInterface<Credentials> {};

TEST_P(GoodLogins, GiveATokenThatWorks) {
  const Answer login = Login(GetParam().body);
  ASSERT_EQ(login.status, 200) << login.body_text;
  EXPECT_EQ(login.Text("status"), "success");
  EXPECT_EQ(login.Text("success"), "true");
  EXPECT_EQ(login.Text("data.userId"), id_);
  EXPECT_EQ(login.Text("data.authToken").size(), 43u);
  EXPECT_EQ(login.Text("data.me.username"), "ann.lee");
  EXPECT_EQ(Get("me", CallerOf(login)).Text("_id"), id_);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, GoodLogins,
    testing::Values(
        Credentials{"Username", R"({"user":"ann.lee","password":"secret"})"},
        Credentials{"OtherCase", R"({"username":"ANN.Lee","password":"secret"})"},
        Credentials{"EmailInUser", R"({"user":"ann@acme.test","password":"secret"})"},
        Credentials{"Email", R"({"email":"ANN@ACME.TEST","password":"secret"})"},
        Credentials{
            "Digest",
            R"({"user":"ann.lee","password":{"digest":"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b","algorithm":"sha-256"}})"},
        Credentials{
            "Hashed",
            R"({"user":"ann.lee","password":{"hashed":"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"}})"}),
    [](const auto& tested) { return tested.param.name; });

class BadLogins : public Accounts, public testing::WithParamInterface<Credentials> {};

TEST_P(BadLogins, AreAllTheSame) {
  const Answer login = Login(GetParam().body);
  EXPECT_EQ(login.status, 401);
  EXPECT_EQ(login.body_text, kUnauthorized);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, BadLogins,
    testing::Values(Credentials{"WrongPassword", R"({"user":"ann.lee","password":"Secret"})"},
                    Credentials{"UnknownUser", R"({"user":"bob","password":"secret"})"},
                    Credentials{"UserWithoutPassword", R"({"user":"admin","password":""})"}, Credentials{"Empty", "{}"},
                    Credentials{"Array", "[]"}, Credentials{"NumberAsPassword", R"({"user":"ann.lee","password":5})"},
                    Credentials{"NumberAsUser", R"({"user":5,"password":"secret"})"},
                    Credentials{"OtherAlgorithm", R"({"user":"ann.lee","password":{"digest":"x","algorithm":"md5"}})"},
                    Credentials{"UnknownMember", R"({"user":"ann.lee","password":"secret","x":1})"},
                    Credentials{"UnknownResume", R"({"resume":"nonsense"})"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Accounts, ResumeAnswersTheSameToken) {
  const Answer login = Login(R"({"user":"ann.lee","password":"secret"})");
  const std::string token = login.Text("data.authToken");
  const Answer resumed = Login(R"({"resume":")" + token + R"("})");
  EXPECT_EQ(resumed.status, 200);
  EXPECT_EQ(resumed.Text("data.authToken"), token);
  store_.clock().Advance(std::chrono::hours(24 * 91));
  EXPECT_EQ(Login(R"({"resume":")" + token + R"("})").body_text, kUnauthorized);
}

TEST_F(Accounts, OnlyTheHashOfATokenIsStored) {
  const Answer login = Login(R"({"user":"ann.lee","password":"secret"})");
  const std::string token = login.Text("data.authToken");
  const auto tokens = Await(store_.documents().Find(storage::Query(storage::Collection::kTokens)));
  ASSERT_TRUE(tokens);
  bool found = false;
  for (const storage::Document& document : tokens->documents) {
    found = found || document.id == Sha256Hex(token);
    EXPECT_EQ(Print(document.body).find(token), std::string::npos);
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(Stored(id_).password_hash.substr(0, 9), "$argon2id");
}

TEST_F(Accounts, DeactivatedUserIsToldSoAfterTheRightPassword) {
  ASSERT_EQ(Post("users.setActiveStatus", R"({"userId":")" + id_ + R"(","activeStatus":false})", Admin()).status, 200);
  const Answer right = Login(R"({"user":"ann.lee","password":"secret"})");
  EXPECT_EQ(right.status, 401);
  EXPECT_EQ(
      right.body_text,
      R"({"success":false,"error":"error-user-is-not-activated","status":"error","details":{"function":"Accounts.validateLoginAttempt"},"message":"User is not activated"})");
  EXPECT_EQ(Login(R"({"user":"ann.lee","password":"wrong"})").body_text, kUnauthorized);
}

TEST_F(Accounts, TooManyFailuresBlockTheUserForAWhile) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Login(R"({"user":"ann.lee","password":"wrong"})").body_text, kUnauthorized);
  EXPECT_EQ(Login(R"({"user":"ann.lee","password":"secret"})").Text("error"), "error-login-blocked-for-user");
  store_.clock().Advance(std::chrono::minutes(5));
  EXPECT_EQ(Login(R"({"user":"ann.lee","password":"secret"})").status, 200);
}

TEST_F(Accounts, FiftySessionsAreKept) {
  const Answer first = Login(R"({"user":"ann.lee","password":"secret"})");
  Answer last;
  for (int i = 0; i < 50; ++i) {
    store_.clock().Advance(std::chrono::seconds(1));
    last = Login(R"({"user":"ann.lee","password":"secret"})");
  }
  EXPECT_EQ(Get("me", CallerOf(first)).status, 401);
  EXPECT_EQ(Get("me", CallerOf(last)).status, 200);
}

TEST_F(Accounts, LoginNotesTheTimeAndLeavesPresenceAlone) {
  store_.clock().Advance(std::chrono::hours(1));
  ASSERT_EQ(Login(R"({"user":"ann.lee","password":"secret"})").status, 200);
  EXPECT_EQ(Stored(id_).last_login, store_.clock().Now());
  EXPECT_EQ(Stored(id_).status, "offline");
}

TEST_F(Accounts, LogoutForgetsThePresentedTokenAlone) {
  const Caller first = CallerOf(Login(R"({"user":"ann.lee","password":"secret"})"));
  const Caller second = CallerOf(Login(R"({"user":"ann.lee","password":"secret"})"));
  EXPECT_EQ(Post("logout", "", first).body_text,
            R"({"status":"success","data":{"message":"You've been logged out!"}})");
  EXPECT_EQ(Get("me", first).status, 401);
  EXPECT_EQ(Get("me", second).status, 200);
  EXPECT_EQ(Get("logout", second).status, 200);
  EXPECT_EQ(Get("me", second).status, 401);
}

TEST_F(Accounts, MeShowsTheCaller) {
  const Answer me = Get("me", As(id_));
  EXPECT_EQ(me.status, 200);
  EXPECT_EQ(me.Text("username"), "ann.lee");
  EXPECT_EQ(me.Text("email"), "Ann@Acme.test");
  EXPECT_EQ(me.Text("avatarUrl"), "https://chat.acme.test/avatar/ann.lee");
  EXPECT_EQ(me.Text("services"), R"({"password":{"exists":true}})");
  EXPECT_EQ(me.Text("settings.preferences.omnichannelTranscriptEmail"), "false");
  EXPECT_EQ(me.Text("createdAt"), "<absent>");
  EXPECT_EQ(me.Text("passwordHash"), "<absent>");
  EXPECT_EQ(me.Text("success"), "true");
}

// ---- tokens ---------------------------------------------------------------------------------------------------------

TEST_F(Accounts, PersonalTokenWorksForEver) {
  const Caller ann = As(id_);
  const Answer made = Post("users.generatePersonalAccessToken", R"({"tokenName":"bot"})", ann);
  ASSERT_EQ(made.status, 200);
  const Caller personal(CallerKind::kSession, id_, made.Text("token"));
  store_.clock().Advance(std::chrono::hours(24 * 1000));
  EXPECT_EQ(Get("me", personal).status, 200);
  const Answer list = Get("users.getPersonalAccessTokens", personal);
  ASSERT_EQ(list.List("tokens").size(), 1u);
  EXPECT_EQ(list.List("tokens")[0].Text("lastTokenPart"), made.Text("token").substr(37));
  EXPECT_FALSE(list.List("tokens")[0].Flag("bypassTwoFactor", true));
}

TEST_F(Accounts, PersonalTokensHaveNames) {
  const Caller ann = As(id_);
  ASSERT_EQ(Post("users.generatePersonalAccessToken", R"({"tokenName":"bot"})", ann).status, 200);
  EXPECT_EQ(Post("users.generatePersonalAccessToken", R"({"tokenName":"bot"})", ann).Text("error"),
            "A token with this name already exists [error-token-already-exists]");
  EXPECT_EQ(Post("users.generatePersonalAccessToken", R"({"tokenName":""})", ann).Text("error"),
            "The 'tokenName' param is required");
  EXPECT_EQ(Post("users.removePersonalAccessToken", R"({"tokenName":"bot"})", ann).body_text, R"({"success":true})");
  EXPECT_EQ(Post("users.removePersonalAccessToken", R"({"tokenName":"bot"})", ann).Text("errorType"),
            "error-token-does-not-exists");
}

TEST_F(Accounts, RegeneratedTokenReplacesTheOldOne) {
  const Caller ann = As(id_);
  const Answer first = Post("users.generatePersonalAccessToken", R"({"tokenName":"bot","bypassTwoFactor":true})", ann);
  const Answer second = Post("users.regeneratePersonalAccessToken", R"({"tokenName":"bot"})", ann);
  ASSERT_EQ(second.status, 200);
  EXPECT_EQ(Get("me", Caller(CallerKind::kSession, id_, first.Text("token"))).status, 401);
  EXPECT_EQ(Get("me", Caller(CallerKind::kSession, id_, second.Text("token"))).status, 200);
  EXPECT_TRUE(Get("users.getPersonalAccessTokens", ann).List("tokens")[0].Flag("bypassTwoFactor"));
}

TEST_F(Accounts, PersonalTokensNeedThePermission) {
  AddUser("guest", {"guest"});
  EXPECT_EQ(Post("users.generatePersonalAccessToken", R"({"tokenName":"bot"})", As("guest-id")).Text("error"),
            "Not Authorized [not-authorized]");
  EXPECT_EQ(Get("users.getPersonalAccessTokens", As("guest-id")).status, 403);
}

TEST_F(Accounts, OtherClientsAreLoggedOut) {
  const Caller first = As(id_);
  const Caller second = As(id_);
  const Answer answer = Post("users.logoutOtherClients", "", first);
  EXPECT_EQ(answer.Text("token"), first.auth_token);
  EXPECT_EQ(answer.Text("tokenExpires"), "2026-04-05T10:15:30.000Z");
  EXPECT_EQ(Get("me", first).status, 200);
  EXPECT_EQ(Get("me", second).status, 401);
}

TEST_F(Accounts, LoggingOutOthersNeedsThePermission) {
  AddUser("bob");
  const Caller ann = As(id_);
  EXPECT_EQ(Post("users.logout", R"({"userId":")" + id_ + R"("})", As("bob-id")).Text("error"), "unauthorized");
  EXPECT_EQ(Post("users.logout", R"({"userId":")" + id_ + R"("})", Admin()).Text("message"),
            "User " + id_ + " has been logged out!");
  EXPECT_EQ(Get("me", ann).status, 401);
}

TEST_F(Accounts, CreateTokenIsRefusedWithoutAConfiguredSecret) {
  EXPECT_EQ(Post("users.createToken", R"({"userId":")" + id_ + R"(","secret":"x"})", Admin()).Text("error"),
            "Not authorized [error-not-authorized]");
}

class CreateToken : public EmbeddedTest {
 protected:
  static Options WithSecret() {
    Options options = DefaultOptions();
    options.create_token_secret = "very secret";
    return options;
  }
  CreateToken() : EmbeddedTest(WithSecret()) {}
};

TEST_F(CreateToken, MakesASessionForAnotherUser) {
  AddUser("ann");
  const Answer answer = Post("users.createToken", R"({"userId":"ann-id","secret":"very secret"})", Admin());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(Get("me", Caller(CallerKind::kSession, "ann-id", answer.Text("data.authToken"))).status, 200);
  EXPECT_EQ(Post("users.createToken", R"({"userId":"ann-id","secret":"wrong"})", Admin()).status, 400);
}

}  // namespace
}  // namespace parley::backend::embedded::test
