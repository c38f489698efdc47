#include "backend/rocketchat/http_service.h"

#include <gtest/gtest.h>

#include "../../http/client_harness.h"
#include "../../http/scripted_backend.h"
#include "../../http/streams.h"
#include "support/await.h"

namespace parley::backend::rocketchat::test {
namespace {

using http::test::ClientHarness;
using http::test::Peer;
using http::test::ScriptedBackend;
using parley::test::Await;

// One exchange with a workspace that says these bytes.
struct Exchange {
  explicit Exchange(std::string answer)
      : workspace({[this, answer](Peer& peer) {
          seen = peer.ReadRequest();
          peer.Send(answer);
        }}) {
    options.origin = ClientHarness::At(workspace.port());
  }
  Result<Response> Call(Request request) {
    HttpService service(harness.client(), options);
    request.deadline = SteadyTime::max();
    return Await(service.Call(request));
  }

  std::string seen;
  Options options;
  ScriptedBackend workspace;
  ClientHarness harness;
};

std::string Says(std::string_view status, std::string_view type, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type) +
         "\r\nX-RateLimit-Remaining: 9\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

const std::string kOk = Says("200 OK", "application/json; charset=utf-8", R"({"success":true})");

bool Has(const std::string& seen, std::string_view line) {
  return seen.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

TEST(HttpService, SendsMethodPathQueryBodyAndCredentials) {
  Exchange exchange(kOk);
  Request request(http::Method::kPost, "livechat/message");
  request.query = "a[]=1&a[]=%20";
  request.content_type = "application/json";
  request.body = R"({"rid":"r"})";
  request.caller = Caller(CallerKind::kSession, "u1", "secret");
  request.request_id = "req-1";
  request.client_address = "203.0.113.9";
  request.headers = {{"x-2fa-code", "123"}, {"cookie", "rc_room_type=l"}};
  const Result<Response> answer = exchange.Call(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"success":true})");
  EXPECT_TRUE(exchange.seen.starts_with("POST /api/v1/livechat/message?a[]=1&a[]=%20 HTTP/1.1\r\n"));
  for (const char* line : {"X-User-Id: u1", "X-Auth-Token: secret", "X-Request-Id: req-1", "X-Real-Ip: 203.0.113.9",
                           "x-2fa-code: 123", "cookie: rc_room_type=l", "Content-Type: application/json"})
    EXPECT_TRUE(Has(exchange.seen, line)) << line << "\n" << exchange.seen;
  EXPECT_TRUE(exchange.seen.ends_with("\r\n\r\n{\"rid\":\"r\"}"));
}

TEST(HttpService, WhatBelongsToOneConnectionOrWouldLieStaysHere) {
  Exchange exchange(kOk);
  Request request(http::Method::kGet, "/file-upload/1/a.png");
  for (const char* name : {"connection", "transfer-encoding", "content-length", "host", "te", "upgrade", "x-real-ip",
                           "x-forwarded-for", "x-user-id", "x-auth-token", "accept-encoding", "expect"})
    request.headers.emplace_back(name, "evil");
  ASSERT_TRUE(exchange.Call(request));
  EXPECT_TRUE(exchange.seen.starts_with("GET /file-upload/1/a.png HTTP/1.1\r\n"));
  EXPECT_EQ(exchange.seen.find("evil"), std::string::npos) << exchange.seen;
}

TEST(HttpService, TellsTheClientsAddressAsConfigured) {
  const auto seen = [](ClientAddress how) {
    Exchange exchange(kOk);
    exchange.options.client_address = how;
    Request request(http::Method::kGet, "/api/info");
    request.client_address = "203.0.113.9";
    EXPECT_TRUE(exchange.Call(request));
    return exchange.seen;
  };
  EXPECT_TRUE(Has(seen(ClientAddress::kForwardedFor), "X-Forwarded-For: 203.0.113.9"));
  EXPECT_TRUE(Has(seen(ClientAddress::kRealIp), "X-Real-Ip: 203.0.113.9"));
  EXPECT_EQ(seen(ClientAddress::kNone).find("203.0.113.9"), std::string::npos);
}

TEST(HttpService, AnswersComeBackWithTheirHeadersAndWithoutTheConnections) {
  Exchange exchange(kOk);
  const Result<Response> answer = exchange.Call(Request(http::Method::kGet, "me"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->content_type, "application/json; charset=utf-8");
  ASSERT_EQ(answer->headers.size(), 1u);
  EXPECT_EQ(answer->headers.front().first, "X-RateLimit-Remaining");
}

TEST(HttpService, APageWhereJsonBelongsIsNoAnswer) {
  for (const char* status : {"200 OK", "502 Bad Gateway", "301 Moved Permanently"}) {
    Exchange exchange(Says(status, "text/html; charset=utf-8", "<html><h1>nginx</h1>"));
    const Result<Response> answer = exchange.Call(Request(http::Method::kGet, "livechat/rooms"));
    ASSERT_FALSE(answer) << status;
    EXPECT_EQ(answer.error().http_status, 502);
    EXPECT_EQ(answer.error().message, "the workspace answered GET livechat/rooms with " +
                                          std::string(status).substr(0, 3) + " and text/html instead of JSON");
    EXPECT_EQ(answer.error().detail, "<html><h1>nginx</h1>");
  }
}

TEST(HttpService, APathTheWorkspaceDoesNotHaveIsARefusalOfOneForm) {
  Exchange exchange(Says("404 Not Found", "text/html", "<html>"));
  const Result<Response> answer = exchange.Call(Request(http::Method::kGet, "livechat/nothing"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->content_type, "application/json");
}

TEST(HttpService, FilesAndProvidersAnswersAreWhatTheyAre) {
  for (const char* path : {"/file-upload/1/a.png", "/avatar/ann", "livechat/sms-incoming/twilio"}) {
    Exchange exchange(Says("200 OK", "text/xml", "<Response/>"));
    const Result<Response> answer = exchange.Call(Request(http::Method::kGet, path));
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->body, "<Response/>");
  }
}

TEST(HttpService, ABodyThatEndsEarlyIsNoAnswer) {
  Exchange exchange("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"succ");
  const Result<Response> answer = exchange.Call(Request(http::Method::kPost, "livechat/message"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().http_status, 502);
  EXPECT_EQ(answer.error().message, "the workspace gave no usable answer to POST livechat/message");
}

// ---- what passes through

TEST(HttpService, LongAnswersAreStreamedToWhoeverPassesThemOn) {
  const std::string file = http::test::Pattern(0, 70'000);
  for (const bool may_stream : {true, false}) {
    Exchange exchange(Says("200 OK", "image/png", file));
    Request request(http::Method::kGet, "/file-upload/1/a.png");
    request.may_stream = may_stream;
    const Result<Response> answer = exchange.Call(request);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->content_type, "image/png");
    ASSERT_EQ(answer->stream != nullptr, may_stream);
    if (!may_stream) {
      EXPECT_TRUE(answer->body == file);
      continue;
    }
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(answer->stream->Length(), 70'000u);
    const Result<std::string> whole = Await(http::ReadWhole(*answer->stream, 70'000));
    ASSERT_TRUE(whole);
    EXPECT_TRUE(*whole == file);
  }
}

TEST(HttpService, AnAnswerToHeadHasItsLength) {
  Exchange exchange("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 70000\r\n\r\n");
  Request request(http::Method::kHead, "/file-upload/1/a.png");
  request.may_stream = true;
  const Result<Response> answer = exchange.Call(request);
  ASSERT_TRUE(answer);
  ASSERT_NE(answer->stream, nullptr);
  EXPECT_EQ(answer->stream->Length(), 70'000u);
}

TEST(HttpService, ALongPageWhereJsonBelongsIsNoAnswerEither) {
  Exchange exchange(Says("200 OK", "text/html", "<html>" + std::string(100'000, 'x')));
  Request request(http::Method::kGet, "livechat/rooms");
  request.may_stream = true;
  const Result<Response> answer = exchange.Call(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().http_status, 502);
  EXPECT_TRUE(answer.error().detail.starts_with("<html>xxx"));
  EXPECT_LE(answer.error().detail.size(), 300u);
}

TEST(HttpService, StreamedRequestsKeepTheirFraming) {
  Exchange exchange(kOk);
  http::test::ScriptedIncoming body(7, 10'000, http::test::ScriptedIncoming::Then::kEnds);
  body.length = 70'000;
  Request request(http::Method::kPost, "livechat/upload/R1");
  request.content_type = "multipart/form-data; boundary=b";
  request.incoming = &body;
  ASSERT_TRUE(exchange.Call(request));
  EXPECT_TRUE(Has(exchange.seen, "Content-Length: 70000"));
  EXPECT_TRUE(Has(exchange.seen, "Content-Type: multipart/form-data; boundary=b"));
  EXPECT_TRUE(exchange.seen.ends_with("\r\n\r\n" + http::test::Pattern(0, 70'000)));
}

TEST(HttpService, WhatEndedTheRequestsBodyIsTheError) {
  Exchange exchange(kOk);
  http::test::ScriptedIncoming body(1, 10, http::test::ScriptedIncoming::Then::kFails);
  body.length = 70'000;
  Request request(http::Method::kPost, "livechat/upload/R1");
  request.incoming = &body;
  const Result<Response> answer = exchange.Call(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().origin, ErrorOrigin::kClient);
  EXPECT_EQ(answer.error().message, "the client is gone");
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
