#include "backend/rocketchat/identity.h"

#include <gtest/gtest.h>

#include "../../http/streams.h"
#include "scripted_service.h"
#include "support/await.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;

constexpr const char* kOpened = R"({"status":"success","data":{"userId":"u1","authToken":"fresh"},"success":true})";

struct Account {
  explicit Account(Options with) : options(std::move(with)), shared(options), identity(workspace, shared, options) {}
  Result<Response> Call(http::Method method = http::Method::kGet, std::string path = "livechat/rooms") {
    const Request request = Own(method, std::move(path));
    return Await(identity.Call(request));
  }
  Options options;
  ScriptedService workspace;
  SharedIdentity shared;
  Identity identity;
};

Options WithToken() {
  Options options;
  options.user_id = "u1";
  options.auth_token = "pat";
  return options;
}
Options WithPassword() {
  Options options;
  options.username = "parley";
  options.password = "secret";
  return options;
}

std::string TokensSent(const ScriptedService& workspace) {
  std::string tokens;
  for (const Request& request : workspace.asked) tokens += request.path + ":" + request.caller.auth_token + " ";
  return tokens;
}

TEST(Identity, CallsOfTheGatewayAreMadeWithItsToken) {
  Account account(WithToken());
  account.workspace.Say(200);
  ASSERT_TRUE(account.Call());
  EXPECT_EQ(account.workspace.asked.front().caller.kind, CallerKind::kSession);
  EXPECT_EQ(account.workspace.asked.front().caller.user_id, "u1");
  EXPECT_EQ(TokensSent(account.workspace), "livechat/rooms:pat ");
}

TEST(Identity, OthersCallsPassAsTheyAre) {
  Account account(WithToken());
  account.workspace.Say(401);
  Request request(http::Method::kGet, "me");
  request.caller = Caller(CallerKind::kSession, "u9", "theirs");
  const Result<Response> answer = Await(account.identity.Call(request));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(TokensSent(account.workspace), "me:theirs ");
}

TEST(Identity, ASessionIsOpenedOnceAndKept) {
  Account account(WithPassword());
  account.workspace.Say({Always(200, kOpened), Always(200)});
  ASSERT_TRUE(account.Call());
  ASSERT_TRUE(account.Call());
  EXPECT_EQ(TokensSent(account.workspace), "login: livechat/rooms:fresh livechat/rooms:fresh ");
  EXPECT_EQ(account.workspace.asked.front().body, R"({"user":"parley","password":"secret"})");
}

TEST(Identity, ASessionThatEndedIsRenewedAndTheCallMadeAgain) {
  Account account(WithPassword());
  account.shared.Set(Caller(CallerKind::kSession, "u1", "old"));
  account.workspace.Say({Always(401), Always(200, kOpened), Always(200)});
  const Result<Response> answer = account.Call(http::Method::kPost, "users.create");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(TokensSent(account.workspace), "users.create:old login: users.create:fresh ");
}

TEST(Identity, AStreamedBodyIsSentOnce) {
  Account account(WithPassword());
  account.shared.Set(Caller(CallerKind::kSession, "u1", "old"));
  account.workspace.Say(401);
  http::test::ScriptedIncoming body(1, 10, http::test::ScriptedIncoming::Then::kEnds);
  Request request = Own(http::Method::kPost, "livechat/upload/R1");
  request.incoming = &body;
  const Result<Response> answer = Await(account.identity.Call(request));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(TokensSent(account.workspace), "livechat/upload/R1:old ");
}

TEST(Identity, AProofOfSomebodyElsesPasswordIsNotTheAccountsOwn) {
  Account account(WithToken());
  account.workspace.Say(401);
  const Result<Response> answer = account.Call(http::Method::kPost, "login");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(TokensSent(account.workspace), "login: ");
}

// As lines before 7.0 do.
TEST(Identity, APermissionThatLacksIsNoSessionThatHasEnded) {
  Account account(WithToken());
  account.workspace.Say(401, R"({"success":false,"error":"unauthorized"})");
  const Result<Response> answer = account.Call();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 403);
  account.workspace.Say(401, R"({"status":"error","message":"You must be logged in to do this."})");
  EXPECT_FALSE(account.Call());
}

TEST(Identity, RenewsOnceOnly) {
  Account account(WithPassword());
  account.workspace.Say({Always(200, kOpened), Always(401), Always(200, kOpened), Always(401)});
  const Result<Response> answer = account.Call();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(account.workspace.asked.size(), 4u);
}

TEST(Identity, AnInvalidTokenSaysWhatToDo) {
  Account account(WithToken());
  account.workspace.Say(401);
  const Result<Response> answer = account.Call();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().http_status, 503);
  EXPECT_EQ(answer.error().message,
            "the workspace refuses Parley's account: its token is not valid (any more); make one and set "
            "backend.auth_token");
}

TEST(Identity, AWrongPasswordSaysWhatToDo) {
  Account account(WithPassword());
  account.workspace.Say(401);
  const Result<Response> answer = account.Call();
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("backend.username and backend.password"), std::string::npos);
}

TEST(Identity, ASecondFactorIsNamed) {
  Account account(WithToken());
  account.workspace.Say(400,
                        R"({"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required"})");
  const Result<Response> answer = account.Call(http::Method::kPost, "users.update");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().http_status, 502);
  EXPECT_NE(answer.error().message.find("second factor"), std::string::npos);
}

TEST(Identity, ALoginThatIsNoneIsNamed) {
  for (const char* body : {"{}", R"({"data":{"userId":5,"authToken":[]}})", R"({"data":{"userId":"u1"}})", "nonsense",
                           R"({"data":{"userId":"","authToken":""}})"}) {
    Account account(WithPassword());
    account.workspace.Say(200, body);
    const Result<Response> answer = account.Call();
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code, ErrorCode::kBadGateway) << body;
    EXPECT_NE(answer.error().message.find("data.authToken"), std::string::npos);
  }
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
