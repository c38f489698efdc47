// The order of checks and the envelopes every route shares (omnichannel reference §1.3, §1.4, §1.6).
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

using Frame = EmbeddedTest;

TEST_F(Frame, EveryRouteIsDescribedInTheSpec) {
  for (const Route& route : AllRoutes()) {
    EXPECT_NE(RocketChatSpec().Find(route.operation), nullptr) << route.operation;
  }
}

TEST_F(Frame, UnknownPathDoesNotExist) {
  const Answer answer = Get("livechat/nothing.like.this", Admin());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body_text, R"({"status":"error","message":"API endpoint does not exist"})");
}

TEST_F(Frame, OtherMethodIsNotAllowedAndTheAllowedOnesAreNamed) {
  const Answer answer = Delete("livechat/agent.status", Admin());
  EXPECT_EQ(answer.status, 405);
  ASSERT_FALSE(answer.headers.empty());
  EXPECT_EQ(answer.headers.back(), std::make_pair(std::string("Allow"), std::string("POST")));
}

TEST_F(Frame, OperationNotBuiltYetSaysItsId) {
  const Answer answer = Get("livechat/sla", Admin());
  EXPECT_EQ(answer.status, 501);
  EXPECT_EQ(answer.Text("operation"), "GET livechat/sla");
}

TEST_F(Frame, AnswersAreNotToBeStored) {
  const Answer answer = Get("me", Admin());
  EXPECT_EQ(answer.headers[0], std::make_pair(std::string("Cache-Control"), std::string("no-store")));
  EXPECT_EQ(answer.headers[1], std::make_pair(std::string("Pragma"), std::string("no-cache")));
}

constexpr std::string_view kNotLoggedIn =
    R"({"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."})";

TEST_F(Frame, MissingCredentialsAreRefusedBeforeTheBodyIsLookedAt) {
  const Answer answer = Post("livechat/users/agent", "{}");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body_text, kNotLoggedIn);
}

TEST_F(Frame, TokenOfAnotherUserIsRefused) {
  AddUser("ann");
  const Caller admin = Admin();
  const Answer answer = Get("me", Caller(CallerKind::kSession, "ann-id", admin.auth_token));
  EXPECT_EQ(answer.status, 401);
}

TEST_F(Frame, SessionEndsAfterItsLife) {
  const Caller admin = Admin();
  store_.clock().Advance(std::chrono::hours(24 * 90) - std::chrono::milliseconds(1));
  EXPECT_EQ(Get("me", admin).status, 200);
  store_.clock().Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Get("me", admin).status, 401);
}

TEST_F(Frame, PermissionIsCheckedBeforeTheBody) {
  AddUser("bob");
  const Answer answer = Post("livechat/users/agent", "{}", As("bob-id"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(
      answer.body_text,
      R"({"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"})");
}

TEST_F(Frame, EmptiedPermissionRefusesEvenTheAdmin) {
  const Caller admin = Admin();
  EXPECT_EQ(Get("livechat/department", admin).status, 200);
  const Answer update = Post(
      "permissions.update",
      R"({"permissions":[{"_id":"view-livechat-departments","roles":[]},{"_id":"view-l-room","roles":[]}]})", admin);
  ASSERT_EQ(update.status, 200);
  EXPECT_EQ(Get("livechat/department", admin).status, 403);
}

TEST_F(Frame, GatewayItselfHoldsEveryPermission) {
  EXPECT_EQ(Get("livechat/department", Service()).status, 200);
  EXPECT_EQ(Get("me", Service()).Text("_id"), "rocket.cat");
}

TEST_F(Frame, GatewayActsAsTheUserItNames) {
  AddUser("ann");
  EXPECT_EQ(Get("me", Caller(CallerKind::kService, "ann-id")).Text("username"), "ann");
}

struct BadBody {
  const char* name;
  const char* target;
  const char* body;
  const char* error;
};

class FrameSchema : public EmbeddedTest, public testing::WithParamInterface<BadBody> {};

TEST_P(FrameSchema, RefusesInTheValidatorsWords) {
  const Answer answer = Post(GetParam().target, GetParam().body, Admin());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body_text, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, FrameSchema,
    testing::Values(
        BadBody{
            "Missing", "livechat/users/agent", "{}",
            R"({"success":false,"error":"must have required property 'username' [invalid-params]","errorType":"invalid-params"})"},
        BadBody{
            "BrokenJsonCountsAsEmpty", "livechat/users/agent", "{\"username\":",
            R"({"success":false,"error":"must have required property 'username' [invalid-params]","errorType":"invalid-params"})"},
        BadBody{"WrongType", "livechat/users/agent", R"({"username":[5]})",
                R"({"success":false,"error":"must be string [invalid-params]","errorType":"invalid-params"})"},
        BadBody{
            "UnknownKey", "livechat/users/agent", R"({"username":"a","x":1})",
            R"({"success":false,"error":"must NOT have additional properties [invalid-params]","errorType":"invalid-params"})"},
        BadBody{"NotAnObject", "livechat/users/agent", "[1]",
                R"({"success":false,"error":"must be object [invalid-params]","errorType":"invalid-params"})"},
        BadBody{
            "Enumeration", "livechat/agent.status", R"({"status":"maybe"})",
            R"({"success":false,"error":"must be equal to one of the allowed values [invalid-params]","errorType":"invalid-params"})"},
        BadBody{
            "TypedRouteHasNoSuffix", "livechat/agents.saveInfo", R"({"agentId":"a","agentData":{}})",
            R"({"success":false,"error":"must have required property 'agentDepartments'","errorType":"invalid-params"})"}),
    [](const auto& tested) { return tested.param.name; });

struct BadQuery {
  const char* name;
  const char* target;
  const char* error;
};

class FrameQuery : public EmbeddedTest, public testing::WithParamInterface<BadQuery> {};

TEST_P(FrameQuery, IsRefused) {
  const Answer answer = Get(GetParam().target, Admin());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, FrameQuery,
    testing::Values(
        BadQuery{"Unknown", "livechat/department?cache=1", "must NOT have additional properties [invalid-params]"},
        BadQuery{"NotANumber", "livechat/department?count=many", "must be number [invalid-params]"},
        BadQuery{"NotABoolean", "livechat/users/agent?onlyAvailable=perhaps", "must be boolean [invalid-params]"},
        BadQuery{"BrokenEscape", "livechat/department?text=%zz", "Invalid query parameters"},
        BadQuery{"SortIsNoJson", "livechat/department?sort=name",
                 "Invalid sort parameter provided: \"name\" [error-invalid-sort]"},
        BadQuery{"SortByText", "livechat/department?sort=%7B%22name%22%3A%22asc%22%7D",
                 "Invalid sort parameter provided: \"{\"name\":\"asc\"}\" [error-invalid-sort]"},
        BadQuery{"SortByHostilePath", "livechat/department?sort=%7B%22a'b%22%3A1%7D",
                 "Invalid sort parameter provided: \"{\"a'b\":1}\" [error-invalid-sort]"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(Frame, PagesFollowTheSettings) {
  for (const char* name : {"a", "b", "c"}) AddUser(name);
  const Caller admin = Admin();
  const Answer page = Get("users.list?count=2&offset=1", admin);
  EXPECT_EQ(page.Text("count"), "2");
  EXPECT_EQ(page.Text("offset"), "1");
  EXPECT_EQ(page.Text("total"), "4");
  EXPECT_EQ(page.List("users").front().Text("username"), "admin");

  Set("API_Upper_Count_Limit", 1);
  EXPECT_EQ(Get("users.list?count=50", admin).Text("count"), "1");
  EXPECT_EQ(Get("users.list?count=0", admin).Text("count"), "4");
  Set("API_Allow_Infinite_Count", false);
  EXPECT_EQ(Get("users.list?count=0", admin).Text("count"), "1");
}

TEST_F(Frame, FormBodyIsReadToo) {
  AddUser("ann");
  Request request(http::Method::kPost, "livechat/users/agent");
  request.content_type = "application/x-www-form-urlencoded";
  request.body = "username=ann";
  request.caller = Admin();
  const auto response = Await(backend_.Call(request));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
}

TEST_F(Frame, BodyWithoutContentTypeIsLost) {
  AddUser("ann");
  Request request(http::Method::kPost, "livechat/users/agent");
  request.body = R"({"username":"ann"})";
  request.caller = Admin();
  const auto response = Await(backend_.Call(request));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
}

}  // namespace
}  // namespace parley::backend::embedded::test
