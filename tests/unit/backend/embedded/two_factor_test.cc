// The second factor of changes (administration reference §2.8).
#include "base/text.h"
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class TwoFactor : public EmbeddedTest {
 protected:
  TwoFactor() {
    Set("Accounts_TwoFactorAuthentication_Enabled", true);
    const Answer made =
        Post("users.create",
             R"({"username":"ann","name":"Ann","email":"a@acme.test","password":"secret","roles":["admin","user"]})",
             Service());
    id_ = made.Text("user._id");
  }

  Caller LogIn() {
    const Answer answer = Post("login", R"({"user":"ann","password":"secret"})");
    return Caller(CallerKind::kSession, id_, answer.Text("data.authToken"));
  }
  Answer ChangeTitle(const Caller& caller, const std::string& code = {}, const std::string& method = "password") {
    Request request(http::Method::kPost, "settings/Livechat_title");
    request.body = R"({"value":"Acme"})";
    request.content_type = "application/json";
    request.caller = caller;
    if (!code.empty()) request.headers = {{"x-2fa-code", code}, {"x-2fa-method", method}};
    const auto response = Await(backend_.Call(request));
    Answer answer;
    answer.status = response->status;
    answer.body_text = response->body;
    answer.body = *ParseJson(response->body);
    return answer;
  }
  void Pass(std::chrono::seconds time) { store_.clock().Advance(time); }

  std::string id_;
};

constexpr const char* kRequired =
    R"({"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"password","codeGenerated":false,"availableMethods":[]}})";

TEST_F(TwoFactor, IsThePasswordAgain) {
  Pass(std::chrono::hours(1));
  const Caller ann = LogIn();
  EXPECT_EQ(ChangeTitle(ann).body_text, kRequired);
  EXPECT_EQ(ChangeTitle(ann).status, 400);
  EXPECT_EQ(ChangeTitle(ann, Sha256Hex("wrong")).Text("error"), "TOTP Invalid [totp-invalid]");
  EXPECT_EQ(ChangeTitle(ann, Sha256Hex("secret"), "email").Text("errorType"), "totp-invalid");
  EXPECT_EQ(ChangeTitle(ann, Sha256Hex("secret")).status, 200);
}

TEST_F(TwoFactor, IsRememberedForTheTokenForAWhile) {
  Pass(std::chrono::hours(1));
  const Caller ann = LogIn();
  ASSERT_EQ(ChangeTitle(ann, Sha256Hex("secret")).status, 200);
  Pass(std::chrono::seconds(1799));
  EXPECT_EQ(ChangeTitle(ann).status, 200);
  EXPECT_EQ(ChangeTitle(LogIn()).body_text, kRequired) << "another session has proven nothing";
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(ChangeTitle(ann).body_text, kRequired);
}

TEST_F(TwoFactor, IsNotAskedOfANewAccount) {
  const Caller ann = LogIn();
  Pass(std::chrono::seconds(1799));
  EXPECT_EQ(ChangeTitle(ann).status, 200);
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(ChangeTitle(ann).body_text, kRequired);
}

TEST_F(TwoFactor, IsBypassedByATokenMadeForIt) {
  const Caller ann = LogIn();
  const auto token = [&](const char* body) {
    const Answer made = Post("users.generatePersonalAccessToken", body, ann);
    return Caller(CallerKind::kSession, id_, made.Text("token"));
  };
  const Caller bypassing = token(R"({"tokenName":"b","bypassTwoFactor":true})");
  const Caller plain = token(R"({"tokenName":"p"})");
  Pass(std::chrono::hours(1));
  EXPECT_EQ(ChangeTitle(bypassing).status, 200);
  EXPECT_EQ(ChangeTitle(plain).body_text, kRequired);
}

TEST_F(TwoFactor, GuardsAccountsAndTokensToo) {
  Pass(std::chrono::hours(1));
  const Caller ann = LogIn();
  EXPECT_EQ(Post("users.update", R"({"userId":")" + id_ + R"(","data":{"name":"A"}})", ann).body_text, kRequired);
  EXPECT_EQ(Post("users.generatePersonalAccessToken", R"({"tokenName":"t"})", ann).body_text, kRequired);
  EXPECT_EQ(Post("users.removePersonalAccessToken", R"({"tokenName":"t"})", ann).body_text, kRequired);
  EXPECT_EQ(Post("settings", R"({"settings":[{"_id":"Livechat_title","value":"x"}]})", ann).body_text, kRequired);
  const std::string method = R"({"msg":"method","id":"1","method":"saveSetting","params":["Livechat_title","x"]})";
  const Answer called = Post("method.call/saveSetting", Print(Json::Of({{"message", method}})), ann);
  EXPECT_NE(called.Text("message").find("totp-required"), std::string::npos);
  EXPECT_EQ(Get("settings/Livechat_title", ann).status, 200) << "reading asks for nothing";
}

TEST_F(TwoFactor, IsOffUnlessDemanded) {
  Pass(std::chrono::hours(1));
  Set("Accounts_TwoFactorAuthentication_Enabled", false);
  EXPECT_EQ(ChangeTitle(LogIn()).status, 200);
}

}  // namespace
}  // namespace parley::backend::embedded::test
