#include "pipeline/livechat_face.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/json.h"
#include "things.h"

namespace parley::pipeline {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LiveChat : public testing::Test {
 protected:
  http::Response Send(Sent sent) {
    Exchange exchange(sent.View(), things_.store.clock(), things_.store.generator(), std::chrono::seconds(30));
    http::Response response = test::Await(things_.livechat.Handle(exchange, *things_.serving, nullptr));
    operation_ = exchange.operation != nullptr ? exchange.operation->id : "";
    principal_ = exchange.principal;
    return response;
  }
  http::Response SendAsOwner(Sent sent) { return Send(Things::AsOwner(sent)); }
  http::Response SendAsJohn(Sent sent) { return Send(sent.As("john@acme.test", Things::kJohnsKey)); }

  // "200 {...}"
  static std::string Said(const http::Response& response) {
    return std::to_string(response.status) + " " + response.body;
  }

  Things things_;
  std::string operation_, principal_;
};

std::string Failure(int status, const std::string& message) {
  Json body = Json::MakeObject();
  if (status == 400) {
    body.Set("errors", Json::Array{message});
  } else {
    body.Set("error", message);
  }
  body.Set("message", message);
  body.Set("code", status);
  return std::to_string(status) + " " + Print(body);
}

const std::string kNoRights =
    Failure(401, "You have no rights to access this data. Check your API Key and/or username");

// ---- routes

TEST_F(LiveChat, AnswersWithWhatTheMappingMakes) {
  const http::Response response = SendAsOwner(Get("/things?page=3&tag[]=a&tag%5B%5D=b"));
  EXPECT_EQ(Said(response), R"(200 {"page":3,"tags":["a","b"],"caller":"owner@acme.test","role":"owner"})");
  EXPECT_EQ(response.content_type, "application/json; charset=utf-8");
  EXPECT_EQ(operation_, "ThingsGet");
  EXPECT_EQ(principal_, "owner@acme.test");
}

TEST_F(LiveChat, AnUnknownPathIs404EvenWithoutCredentials) {
  EXPECT_EQ(Send(Get("/nothing")).status, 404);
  EXPECT_EQ(SendAsOwner(Get("/nothing")).status, 404);
  EXPECT_EQ(Send(Get("/")).status, 404);
  EXPECT_EQ(Send(Get("/v2")).status, 404);
  EXPECT_EQ(Send(Get("/v2/")).status, 404);
  EXPECT_EQ(Send(Get("/v2things")).status, 404);
  EXPECT_EQ(operation_, "");
}

TEST_F(LiveChat, TheSameResourcesAnswerUnderV2AndWithASlash) {
  for (const char* target : {"/things", "/things/", "/v2/things", "/v2/things/", "/things?&page=1"})
    EXPECT_EQ(SendAsOwner(Get(target)).status, 200) << target;
  EXPECT_EQ(SendAsOwner(Get("/v2/v2/things")).status, 404);
}

TEST_F(LiveChat, APathOfItsOwnUnderV2IsNotTheResourceWithAName) {
  EXPECT_EQ(Said(Send(Post("/v2/tickets/new", "{}"))), R"(200 {"caller":""})");
  EXPECT_EQ(operation_, "TicketsNew");
  EXPECT_EQ(Said(SendAsOwner(Get("/v2/tickets/ABCDE"))), R"(200 {"caller":"ABCDE"})");
  EXPECT_EQ(Said(SendAsOwner(Get("/tickets/new"))), R"(200 {"caller":"new"})");
  EXPECT_EQ(Send(Post("/tickets/new", "{}")).status, 405);
}

TEST_F(LiveChat, PagesOfAnySiteMayCallWhatTheSpecOpensToThemAndNothingElse) {
  const http::Response preflight = Send(Sent(http::Method::kOptions, "/v2/tickets/new"));
  EXPECT_EQ(Said(preflight), "200 {}");
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Headers"), "Content-Type, X-API-Version");
  EXPECT_EQ(HeaderOf(Send(Post("/v2/tickets/new", "{}")), "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderOf(Send(Post("/v2/tickets/new", "{")), "Access-Control-Allow-Origin"), "*") << "refusals too";
  EXPECT_EQ(HeaderOf(SendAsOwner(Get("/things")), "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(HeaderOf(SendAsOwner(Sent(http::Method::kOptions, "/things")), "Access-Control-Allow-Origin"), "");
}

TEST_F(LiveChat, AMethodThePathDoesNotHaveNamesThoseItHas) {
  const http::Response response = SendAsOwner(Sent(http::Method::kDelete, "/v2/things/"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(HeaderOf(response, "Allow"), "GET, POST");
  EXPECT_TRUE(ParseJson(response.body)->IsObject());
  EXPECT_EQ(Send(Sent(http::Method::kOptions, "/things")).status, 405);
  EXPECT_EQ(HeaderOf(SendAsOwner(Get("/things")), "Allow"), "");
}

TEST_F(LiveChat, PathsAreDecodedOnce) {
  EXPECT_EQ(Said(SendAsOwner(Get("/tickets/a%20b%2Fc%2525"))), R"(200 {"caller":"a b/c%25"})");
  EXPECT_EQ(SendAsOwner(Get("/tickets/%zz")).status, 400);
  EXPECT_EQ(SendAsOwner(Get("/tickets/%ff")).status, 400);
}

TEST_F(LiveChat, HeadIsAnsweredLikeGet) {
  const http::Response got = SendAsOwner(Get("/things?callback=f"));
  const http::Response head = SendAsOwner(Sent(http::Method::kHead, "/things?callback=f"));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, got.body);
  EXPECT_EQ(head.content_type, got.content_type);
}

// ---- credentials

TEST_F(LiveChat, NeedsCredentials) {
  EXPECT_EQ(Said(Send(Get("/things"))), kNoRights);
  EXPECT_EQ(Said(Send(Get("/things").As("owner@acme.test", "wrong"))), kNoRights);
  EXPECT_EQ(Said(Send(Get("/things").As("john@acme.test", Things::kOwnerKey))), kNoRights);
  EXPECT_EQ(principal_, "");
}

TEST_F(LiveChat, CredentialsComeBeforeVersionAndParameters) {
  EXPECT_EQ(Said(Send(Get("/things?since=never").Header("X-API-Version", "1"))), kNoRights);
}

TEST_F(LiveChat, ARoleThatIsNotEnoughIs403) {
  EXPECT_EQ(Said(SendAsJohn(Post("/things", "{}"))), Failure(403, "this needs the role administrator or owner"));
  EXPECT_TRUE(things_.backend.calls.empty());
  EXPECT_EQ(principal_, "john@acme.test");
}

TEST_F(LiveChat, OnesOwnAccountIsFoundInThePathHoweverItIsWritten) {
  EXPECT_EQ(SendAsJohn(Sent(http::Method::kPut, "/agents/john@acme.test")).status, 200);
  EXPECT_EQ(SendAsJohn(Sent(http::Method::kPut, "/agents/JOHN%40acme.test/")).status, 200);
  EXPECT_EQ(SendAsJohn(Sent(http::Method::kPut, "/agents/jane@acme.test")).status, 403);
  EXPECT_EQ(SendAsOwner(Sent(http::Method::kPut, "/agents/jane@acme.test")).status, 200);
}

TEST_F(LiveChat, AScopeThatIsMissingIs403) {
  const std::string token = *test::Await(
      things_.credentials.Add("john@acme.test", auth::Role::kOwner, auth::CredentialKind::kBearer, {"things_read"}));
  const std::string bearer = "Bearer " + token;
  EXPECT_EQ(Send(Get("/things").Header("Authorization", bearer)).status, 200);
  EXPECT_EQ(Said(Send(Post("/things", "{}").Header("Authorization", bearer))),
            Failure(403, "this needs the scope things_write"));
}

// ---- version

TEST_F(LiveChat, VersionHeaderMatrix) {
  for (const char* version : {"", "2", "2.0", " 2 ", "{}", "two", "{{version}}"})
    EXPECT_EQ(SendAsOwner(Get("/things").Header("x-api-VERSION", version)).status, 200) << version;
  for (const char* version : {"1", "3", "2.1", "0", "-2", "1.0"})
    EXPECT_EQ(Said(SendAsOwner(Get("/things").Header("X-API-Version", version))),
              Failure(400, "unsupported API version"))
        << version;
}

// ---- parameters

TEST_F(LiveChat, EveryViolationIsListed) {
  EXPECT_EQ(Said(SendAsOwner(Get("/things?since=INVALID"))),
            Failure(400, "since must be a date of the form YYYY-MM-DD"));
  EXPECT_EQ(Said(SendAsOwner(Post("/things", R"({"active":3})"))),
            R"(400 {"errors":["name is required","active must be one of: 0, 1"],"message":"name is required",)"
            R"("code":400})");
  EXPECT_TRUE(things_.backend.calls.empty());
}

TEST_F(LiveChat, LenientParametersFallBack) {
  for (const char* target : {"/things?page=0", "/things?page=x", "/things"})
    EXPECT_THAT(SendAsOwner(Get(target)).body, StartsWith(R"({"page":1,)")) << target;
}

TEST_F(LiveChat, ABadBodyNamesThePlace) {
  EXPECT_THAT(SendAsOwner(Post("/things", R"({"name":)")).body, HasSubstr("invalid JSON at byte 8"));
  EXPECT_EQ(Said(SendAsOwner(Post("/things", "[]"))), Failure(400, "the body must be a JSON object"));
}

TEST_F(LiveChat, AnIdThatCannotBeIsNotFound) {
  EXPECT_EQ(Said(SendAsOwner(Get("/things/abc"))), Failure(404, "thing not found"));
  EXPECT_EQ(Said(SendAsOwner(Get("/things/7"))), R"(200 {"page":7})");
}

TEST_F(LiveChat, AGetWithAContentTypeAndNoBodyIsFine) {
  EXPECT_EQ(SendAsOwner(Get("/things").Header("Content-Type", "application/json")).status, 200);
}

TEST_F(LiveChat, FormsMeanWhatJsonMeans) {
  things_.backend.answer = backend::Response(200, R"({"success":true,"thing":{"name":"lamp"}})");
  Sent form(http::Method::kPost, "/things", "name=lamp&active=1");
  form.Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(Said(SendAsOwner(std::move(form))), R"(200 {"name":"lamp"})");
  ASSERT_EQ(things_.backend.calls.size(), 1u);
  EXPECT_EQ(things_.backend.calls.back().body, R"({"name":"lamp","active":1})");
  EXPECT_EQ(Said(SendAsOwner(Post("/things", R"({"name":"lamp"})"))), R"(200 {"name":"lamp"})");
}

// ---- what is not served

TEST_F(LiveChat, APlannedOperationIs501NamingItWhateverTheParameters) {
  EXPECT_EQ(Said(SendAsOwner(Post("/planned", "{}"))), Failure(501, "operation PlannedPost is not supported"));
  EXPECT_EQ(Said(Send(Post("/planned", "{}"))), kNoRights);
}

TEST_F(LiveChat, AnUnsupportedOperationSaysWhy) {
  EXPECT_EQ(Said(SendAsOwner(Get("/never"))),
            Failure(501, "operation NeverGet is not supported: no backend knows these"));
}

// ---- local handlers

TEST_F(LiveChat, LocalHandlersSeeTheValidatedCall) {
  things_.handlers.emplace("LocalGet", [](const LocalCall& call) -> Awaitable<Result<std::string>> {
    if (call.in.Text("how") == "badly") co_return Conflict("changed meanwhile");
    co_return "\"" + call.principal.login + " " + std::string(call.in.Text("how")) + " " +
        call.invocation.account.host + "\"";
  });
  EXPECT_EQ(Said(SendAsOwner(Get("/local?how=well"))), R"(200 "owner@acme.test well parley.test")");
  EXPECT_EQ(Said(SendAsOwner(Get("/local?how=badly"))), Failure(409, "changed meanwhile"));
}

TEST_F(LiveChat, LinksFollowHowTheClientCame) {
  things_.handlers.emplace("LocalGet", [](const LocalCall& call) -> Awaitable<Result<std::string>> {
    co_return "\"" + call.invocation.account.scheme + "\"";
  });
  EXPECT_EQ(Said(SendAsOwner(Get("/local?how=well"))), R"(200 "http")");
  Sent secure = Get("/local?how=well");
  secure.request.secure = true;
  EXPECT_EQ(Said(SendAsOwner(std::move(secure))), R"(200 "https")");
  Sent behind_a_proxy = Get("/local?how=well");
  behind_a_proxy.Header("X-Forwarded-Proto", "https");
  EXPECT_EQ(Said(SendAsOwner(std::move(behind_a_proxy))), R"(200 "https")");
}

// ---- the backend's failures

TEST_F(LiveChat, WithoutAnAnswerFromTheBackendTheErrorIsOurs) {
  things_.backend.answer = DeadlineExceeded("the backend did not answer in time");
  EXPECT_EQ(Said(SendAsOwner(Post("/things", R"({"name":"lamp"})"))),
            Failure(504, "the backend did not answer in time"));
}

TEST_F(LiveChat, AnAnswerThatIsNoJsonIs502) {
  things_.backend.answer = backend::Response(200, "<html>");
  const http::Response response = SendAsOwner(Post("/things", R"({"name":"lamp"})"));
  EXPECT_EQ(response.status, 502);
  EXPECT_TRUE(ParseJson(response.body)->IsObject());
}

// ---- JSONP

TEST_F(LiveChat, AnyGetMayAskForAScript) {
  const http::Response response = SendAsOwner(Get("/things/7?callback=show"));
  EXPECT_EQ(Said(response), R"(200 show({"page":7});)");
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
}

TEST_F(LiveChat, AScriptCarriesErrorsWithTheirStatus) {
  EXPECT_EQ(Send(Get("/things?callback=show")).body, "show(" + kNoRights.substr(4) + ");");
  EXPECT_EQ(Send(Get("/things?callback=show")).status, 401);
  EXPECT_THAT(Send(Get("/nothing?callback=show")).body, StartsWith("show({\"error\":"));
}

TEST_F(LiveChat, OnlyGetsAreScripts) {
  EXPECT_THAT(SendAsOwner(Post("/things?callback=show", "{}")).body, StartsWith("{"));
}

// ---- never a crash

TEST_F(LiveChat, EveryRefusalIsAJsonObject) {
  const std::string targets[] = {"/things?%",
                                 "/things?tag[=1",
                                 "/things?" + std::string(5000, '&'),
                                 "/things?tag[9][x]=",
                                 "/%00",
                                 "//",
                                 "/things//7",
                                 "/v2//things",
                                 "/things/%2e%2e",
                                 "/things/" + std::string(10'000, '9')};
  for (const std::string& target : targets) {
    const http::Response response = SendAsOwner(Get(target));
    EXPECT_GE(response.status, 200) << target;
    EXPECT_LT(response.status, 500) << target;
    const Result<Json> body = ParseJson(response.body);
    ASSERT_TRUE(body) << target;
    EXPECT_TRUE(body->IsObject()) << target;
  }
}

}  // namespace
}  // namespace parley::pipeline
