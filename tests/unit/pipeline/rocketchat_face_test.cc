#include "pipeline/rocketchat_face.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../http/streams.h"
#include "json/json.h"
#include "things.h"

namespace parley::pipeline {
namespace {

using backend::CallerKind;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::Pair;

class RocketChat : public testing::Test {
 protected:
  http::Response Send(Sent sent) {
    Exchange exchange(sent.View(), things_.store.clock(), things_.store.generator(), std::chrono::seconds(30));
    http::Response response = test::Await(things_.rocketchat.Handle(exchange, *things_.serving));
    operation_ = exchange.operation != nullptr ? exchange.operation->id : "";
    principal_ = exchange.principal;
    deadline_ = exchange.deadline;
    return response;
  }
  const backend::Request& LastCall() { return things_.backend.calls.back(); }

  Things things_;
  std::string operation_, principal_;
  SteadyTime deadline_;
};

TEST(RocketChatFace, OwnsItsRootsOnly) {
  for (const char* path :
       {"/api/v1/login", "/api/info", "/api/", "/file-upload/x/y.png", "/avatar/john", "/livechat", "/livechat/x.js"})
    EXPECT_TRUE(RocketChatFace::Owns(path)) << path;
  for (const char* path : {"/", "/api", "/apis", "/avatars", "/livechats", "/agents", "/v2/api/", "/file-upload"})
    EXPECT_FALSE(RocketChatFace::Owns(path)) << path;
}

TEST_F(RocketChat, RequestsReachTheBackendAsTheyAre) {
  Sent sent(http::Method::kPost, "/api/v1/things.create?b=%20&a[]=1&a[]=2&b=", "{\"name\" :\"\\u00e4\"}\n");
  sent.Header("Content-Type", "application/json;charset=x").Header("X-Request-Id", "r-1");
  Send(std::move(sent));
  EXPECT_EQ(operation_, "POST things.create");
  EXPECT_EQ(LastCall().method, http::Method::kPost);
  EXPECT_EQ(LastCall().path, "things.create");
  EXPECT_EQ(LastCall().query, "b=%20&a[]=1&a[]=2&b=");
  EXPECT_EQ(LastCall().content_type, "application/json;charset=x");
  EXPECT_EQ(LastCall().body, "{\"name\" :\"\\u00e4\"}\n");
  EXPECT_EQ(LastCall().client_address, "192.0.2.7");
  EXPECT_EQ(LastCall().request_id, "r-1");
  EXPECT_EQ(LastCall().deadline, deadline_);
}

TEST_F(RocketChat, StreamedBodiesGoOnAsTheyAre) {
  http::test::ScriptedIncoming body(1, 10, http::test::ScriptedIncoming::Then::kEnds);
  const auto answer = std::make_shared<http::test::TextBody>("[]");
  things_.backend.answer->stream = answer;
  Sent sent(http::Method::kPost, "/api/v1/things.create");
  sent.request.incoming = &body;
  const http::Response response = Send(std::move(sent));
  EXPECT_EQ(LastCall().incoming, &body);
  EXPECT_TRUE(LastCall().may_stream);
  EXPECT_EQ(response.stream, answer);
  EXPECT_EQ(body.reads, 0u);
}

TEST_F(RocketChat, PathsKeepTheirEscapes) {
  Send(Get("/api/v1/livechat/room/a%2Fb%20c"));
  EXPECT_EQ(LastCall().path, "livechat/room/a%2Fb%20c");
  EXPECT_EQ(operation_, "GET livechat/room/{rid}");
}

TEST_F(RocketChat, PathsBesideTheApiAreWhole) {
  for (const char* path : {"/api/info", "/avatar/john", "/livechat", "/api/v1"}) {
    Send(Get(path));
    EXPECT_EQ(LastCall().path, path);
  }
}

TEST_F(RocketChat, EveryMethodPasses) {
  for (const http::Method method : {http::Method::kGet, http::Method::kHead, http::Method::kPut, http::Method::kDelete,
                                    http::Method::kPatch, http::Method::kOptions}) {
    Send(Sent(method, "/api/v1/unknown"));
    EXPECT_EQ(LastCall().method, method);
  }
}

TEST_F(RocketChat, SessionCredentialsTravelAsTheCaller) {
  Send(Get("/api/v1/me").Header("X-User-Id", "u1").Header("x-auth-token", "t1"));
  EXPECT_EQ(LastCall().caller.kind, CallerKind::kSession);
  EXPECT_EQ(LastCall().caller.user_id, "u1");
  EXPECT_EQ(LastCall().caller.auth_token, "t1");
  EXPECT_EQ(principal_, "u1");
}

TEST_F(RocketChat, HalfACredentialIsNone) {
  Send(Get("/api/v1/me").Header("X-User-Id", "u1"));
  EXPECT_EQ(LastCall().caller.kind, CallerKind::kAnonymous);
  Send(Get("/api/v1/me").Header("X-Auth-Token", "t1").Header("X-User-Id", ""));
  EXPECT_EQ(LastCall().caller.kind, CallerKind::kAnonymous);
  EXPECT_EQ(principal_, "");
}

TEST_F(RocketChat, NobodyBecomesTheServiceByAsking) {
  for (const char* id : {"service", "0", "kService"}) {
    Send(Get("/api/v1/me").Header("X-User-Id", id).Header("X-Auth-Token", "t"));
    EXPECT_EQ(LastCall().caller.kind, CallerKind::kSession);
  }
}

TEST_F(RocketChat, ARefusedTokenNamesNobodyInTheLog) {
  things_.backend.answer = backend::Response(401, R"({"status":"error"})");
  Send(Get("/api/v1/me").Header("X-User-Id", "someone-else").Header("X-Auth-Token", "wrong"));
  EXPECT_EQ(principal_, "");
}

TEST_F(RocketChat, HeadersARouteMayReadPassAndOthersStay) {
  Send(Get("/api/v1/me")
           .Header("X-Visitor-Token", "v")
           .Header("User-Agent", "probe/1")
           .Header("X-Forwarded-For", "198.51.100.1")
           .Header("X-Forwarded-For", "198.51.100.2")
           .Header("Authorization", "Basic secret")
           .Header("X-Parley-Admin-Key", "secret")
           .Header("X-Auth-Token", "t1")
           .Header("Connection", "close"));
  const auto& headers = LastCall().headers;
  EXPECT_THAT(headers, Contains(Pair("x-visitor-token", "v")));
  EXPECT_THAT(headers, Contains(Pair("user-agent", "probe/1")));
  EXPECT_THAT(headers, Contains(Pair("host", "parley.test")));
  EXPECT_THAT(headers, Contains(Pair("x-forwarded-for", "198.51.100.1")));
  EXPECT_THAT(headers, Contains(Pair("x-forwarded-for", "198.51.100.2")));
  EXPECT_THAT(headers, Contains(Pair("traceparent", testing::StartsWith("00-"))));
  for (const char* name : {"authorization", "x-parley-admin-key", "x-auth-token", "connection"})
    EXPECT_THAT(headers, Not(Contains(Pair(name, testing::_)))) << name;
}

TEST_F(RocketChat, AnswersComeBackAsTheyAre) {
  backend::Response answer(418, "\x01\x02");
  answer.content_type = "image/x";
  answer.headers = {{"X-RateLimit-Remaining", "9"}};
  things_.backend.answer = answer;
  const http::Response response = Send(Get("/api/v1/me"));
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, "\x01\x02");
  EXPECT_EQ(response.content_type, "image/x");
  EXPECT_THAT(response.headers, ElementsAre(Pair("X-RateLimit-Remaining", "9"), Pair("Cache-Control", "no-store"),
                                            Pair("Pragma", "no-cache")));
}

TEST_F(RocketChat, WhatMayBeKeptTheBackendSays) {
  backend::Response file(200, "x");
  file.headers = {{"cache-control", "max-age=60"}};
  things_.backend.answer = file;
  EXPECT_THAT(Send(Get("/file-upload/x/y")).headers, ElementsAre(Pair("cache-control", "max-age=60")));
}

TEST_F(RocketChat, WhatTheBackendDoesNotServeItRefusesItself) {
  things_.backend.answer = backend::Response(501, R"({"success":false,"error":"not built"})");
  const http::Response response = Send(Get("/api/v1/livechat/planned"));
  EXPECT_EQ(response.status, 501);
  EXPECT_EQ(response.body, R"({"success":false,"error":"not built"})");
  EXPECT_EQ(things_.backend.calls.size(), 1u);
}

TEST_F(RocketChat, ARouteNoSpecDescribesIsTheBackendsToRefuse) {
  things_.backend.answer = backend::Response(404, R"({"success":false})");
  EXPECT_EQ(Send(Get("/api/v1/nothing")).status, 404);
  EXPECT_EQ(operation_, "");
  EXPECT_EQ(things_.backend.calls.size(), 1u);
}

TEST_F(RocketChat, WithoutAnAnswerTheEnvelopeIsRocketChats) {
  Error busy = TooManyRequests("slow down", 42);
  busy.type = "error-too-many-requests";
  things_.backend.answer = busy;
  const http::Response response = Send(Get("/api/v1/me"));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body, R"({"success":false,"error":"slow down","errorType":"error-too-many-requests"})");
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "42");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
}

TEST_F(RocketChat, TheDetailOfAFailureStaysInside) {
  things_.backend.answer = StorageFailure("disk I/O error at /var/lib");
  EXPECT_EQ(Send(Get("/api/v1/me")).body, R"({"success":false,"error":"the store is not available"})");
}

}  // namespace
}  // namespace parley::pipeline
