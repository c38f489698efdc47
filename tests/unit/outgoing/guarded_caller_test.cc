#include "outgoing/guarded_caller.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/detached.hpp>
#include <cstdlib>
#include <optional>
#include <thread>

#include "../http/test_server.h"
#include "support/await.h"

namespace parley::outgoing {
namespace {

using http::test::Gate;
using http::test::TestServer;
using std::chrono::milliseconds;
using std::chrono::seconds;

AddressGuard Allowing(const std::vector<std::string>& entries) {
  return *AddressGuard::Create(entries);
}

OutgoingRequest Get(const std::string& url) {
  OutgoingRequest request;
  request.url = url;
  request.timeout = seconds(60);  // none of the tests waits for it
  return request;
}

std::string UrlOf(const TestServer& server, const std::string& path = "/", const std::string& host = "127.0.0.1") {
  return "http://" + host + ":" + std::to_string(server.port()) + path;
}

Result<OutgoingResponse> Send(Caller& caller, OutgoingRequest request) {
  return test::Await(caller.Send(std::move(request)));
}

ErrorCode CodeOf(const Result<OutgoingResponse>& answer) {
  EXPECT_FALSE(answer);
  return answer ? ErrorCode::kInternal : answer.error().code;
}

// A server that answers every request with `response`.
http::HandlerFactory Answering(http::Response response) {
  return [response](http::Shard&) -> http::Handler {
    return [response](const http::Request&) -> Awaitable<http::Response> { co_return response; };
  };
}

TEST(GuardedCaller, SendsTheRequestAndAnswersTheResponse) {
  std::string token;
  TestServer server({}, [&](http::Shard&) -> http::Handler {
    return [&](const http::Request& request) -> Awaitable<http::Response> {
      token = request.Header("x-token");
      http::Response response = http::test::EchoOf(request);
      response.status = 418;
      co_return response;
    };
  });
  GuardedCaller caller({Allowing({"127.0.0.0/8"})});
  OutgoingRequest request = Get(UrlOf(server, "/hook?a=1"));
  request.method = http::Method::kPost;
  request.headers = {{"X-Token", "secret"}, {"Content-Type", "application/json"}};
  request.body = R"({"a":1})";
  const auto answer = Send(caller, request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->body, R"(POST /hook?a=1|{"a":1})");
  EXPECT_FALSE(answer->truncated);
  EXPECT_EQ(token, "secret");
}

TEST(GuardedCaller, EveryMethodIsSentAsItself) {
  TestServer server;
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  for (const auto& [method, echo] : {std::pair(http::Method::kGet, "GET /|"), std::pair(http::Method::kPut, "PUT /|x"),
                                     std::pair(http::Method::kDelete, "DELETE /|")}) {
    OutgoingRequest request = Get(UrlOf(server));
    request.method = method;
    if (method == http::Method::kPut) request.body = "x";
    EXPECT_EQ(Send(caller, request)->body, echo);
  }
}

TEST(GuardedCaller, RefusesWhatIsNotPublicUnlessAllowed) {
  TestServer server;
  GuardedCaller caller;
  for (const char* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"})
    EXPECT_EQ(CodeOf(Send(caller, Get(UrlOf(server, "/", host)))), ErrorCode::kPermissionDenied) << host;
  EXPECT_EQ(server.handled(), 0);
}

TEST(GuardedCaller, AnAllowedHostNameDoesNotAllowItsAddress) {
  TestServer server;
  GuardedCaller caller({Allowing({"localhost"})});
  EXPECT_EQ(Send(caller, Get(UrlOf(server, "/", "LocalHost")))->status, 200);
  EXPECT_EQ(CodeOf(Send(caller, Get(UrlOf(server)))), ErrorCode::kPermissionDenied);
  EXPECT_EQ(server.handled(), 1);
}

TEST(GuardedCaller, FollowsNoRedirect) {
  TestServer target;
  http::Response elsewhere(302, "text/plain", "over there");
  elsewhere.headers = {{"Location", UrlOf(target)}};
  TestServer server({}, Answering(elsewhere));
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  const auto answer = Send(caller, Get(UrlOf(server)));
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->body, "over there");
  EXPECT_EQ(target.handled(), 0);
}

TEST(GuardedCaller, AnswersTheHeadersOfTheLastAnswer) {
  http::Response busy(503, "text/plain", "");
  busy.headers.emplace_back("Retry-After", "120");
  busy.headers.emplace_back("X-Long", std::string(kMostHeaderBytes, 'x'));
  TestServer server({}, Answering(busy));
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  const auto answer = Send(caller, Get(UrlOf(server)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.Get("retry-after"), "120");
  EXPECT_EQ(answer->headers.Get("x-long"), "");
}

class Connections final : public http::ServerObserver {
 public:
  void OnConnectionOpened() override { ++opened; }

  std::atomic<int> opened{0};
};

TEST(GuardedCaller, KeepsConnectionsWhenAskedTo) {
  Connections connections;
  TestServer server({}, nullptr, &connections);
  GuardedCaller fresh({Allowing({"127.0.0.1"})});
  GuardedCaller keeping({Allowing({"127.0.0.1"}), 256, true});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Send(fresh, Get(UrlOf(server))));
  EXPECT_EQ(connections.opened, 3);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Send(keeping, Get(UrlOf(server))));
  EXPECT_EQ(connections.opened, 4);
}

TEST(GuardedCaller, TellsBeforehandWhatMayBeCalled) {
  GuardedCaller caller({Allowing({"10.1.0.0/16", "localhost"})});
  const auto code_of = [&](const char* url) {
    const Status checked = test::Await(caller.Check(url));
    return checked ? std::string("ok") : std::string(NameOf(checked.error().code));
  };
  EXPECT_EQ(code_of("http://203.0.113.9/hook"), "permission_denied");  // documentation's
  EXPECT_EQ(code_of("http://8.8.8.8:8443/hook"), "ok");
  EXPECT_EQ(code_of("https://user:pass@10.1.2.3/"), "ok");
  EXPECT_EQ(code_of("http://10.2.0.1/"), "permission_denied");
  EXPECT_EQ(code_of("http://[::1]/"), "permission_denied");
  EXPECT_EQ(code_of("http://[::ffff:169.254.169.254]/latest"), "permission_denied");
  EXPECT_EQ(code_of("http://0x7f.1/"), "permission_denied");
  EXPECT_EQ(code_of("http://localhost/"), "ok");
  EXPECT_EQ(code_of("http://nobody.invalid/"), "ok");  // may come into being
  EXPECT_EQ(code_of("http://hooks.LocalHost/"), "permission_denied");
  EXPECT_EQ(code_of("ftp://8.8.8.8/"), "invalid_argument");
}

TEST(GuardedCaller, CutsOffALongAnswer) {
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  TestServer whole({}, Answering(http::Response(200, "text/plain", std::string(kMostBodyBytes, 'x'))));
  const auto fits = Send(caller, Get(UrlOf(whole)));
  EXPECT_EQ(fits->body.size(), kMostBodyBytes);
  EXPECT_FALSE(fits->truncated);
  TestServer longer({}, Answering(http::Response(201, "text/plain", std::string(kMostBodyBytes + 1, 'x'))));
  const auto cut = Send(caller, Get(UrlOf(longer)));
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->status, 201);
  EXPECT_EQ(cut->body.size(), kMostBodyBytes);
  EXPECT_TRUE(cut->truncated);
}

TEST(GuardedCaller, WaitsNoLongerThanTheTimeout) {
  Gate gate;
  TestServer silent({}, gate.Guarding());
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  OutgoingRequest request = Get(UrlOf(silent));
  request.timeout = milliseconds(20);
  EXPECT_EQ(CodeOf(Send(caller, request)), ErrorCode::kTimeout);
}

TEST(GuardedCaller, SaysWhenNobodyIsThere) {
  std::string url;
  {
    TestServer gone;
    url = UrlOf(gone);
  }
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  const auto answer = Send(caller, Get(url));
  EXPECT_EQ(CodeOf(answer), ErrorCode::kUnavailable);
  EXPECT_NE(answer.error().detail, "");
}

TEST(GuardedCaller, TakesHttpAndHttpsOnly) {
  GuardedCaller caller({Allowing({"0.0.0.0/0"})});
  for (const char* url : {"", "hooks.acme.test", "/hook", "ftp://acme.test/", "file:///etc/passwd",
                          "gopher://acme.test/", "http://", "http://a b/", "http://acme.test:99999/"})
    EXPECT_EQ(CodeOf(Send(caller, Get(url))), ErrorCode::kInvalidArgument) << url;
}

TEST(GuardedCaller, TakesNoHeaderThatIsMoreThanOne) {
  TestServer server;
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  for (const auto& header :
       {std::pair("X-Token", "a\r\nX-Admin: yes"), std::pair("X-A: b\r\nX-B", "c"), std::pair("", "x")}) {
    OutgoingRequest request = Get(UrlOf(server));
    request.headers = {{header.first, header.second}};
    EXPECT_EQ(CodeOf(Send(caller, request)), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(server.handled(), 0);
}

// A variable of the environment while a test runs.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(GuardedCaller, IgnoresTheProxiesOfTheEnvironment) {
  TestServer proxy;
  const Variable http_proxy("http_proxy", UrlOf(proxy));
  const Variable all_proxy("ALL_PROXY", UrlOf(proxy));
  TestServer server;
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  EXPECT_EQ(Send(caller, Get(UrlOf(server)))->status, 200);
  EXPECT_EQ(proxy.handled(), 0);
  EXPECT_EQ(server.handled(), 1);
}

Awaitable<> Keep(Caller& caller, OutgoingRequest request, std::vector<ErrorCode>& codes) {
  const auto answer = co_await caller.Send(std::move(request));
  codes.push_back(CodeOf(answer));
}

TEST(GuardedCaller, RefusesTooManyAtOnceAndStopsInTheMiddle) {
  Gate gate;
  TestServer silent({}, gate.Guarding());
  GuardedCaller caller({Allowing({"127.0.0.1"}), 1});
  std::vector<ErrorCode> codes;
  boost::asio::co_spawn(test::Loop(), Keep(caller, Get(UrlOf(silent)), codes), boost::asio::detached);
  test::Poll();
  gate.AwaitWaiter();
  EXPECT_EQ(CodeOf(Send(caller, Get(UrlOf(silent, "/free")))), ErrorCode::kUnavailable);
  EXPECT_TRUE(codes.empty());
  caller.Stop();
  test::Poll();
  EXPECT_EQ(codes, std::vector{ErrorCode::kUnavailable});
  EXPECT_EQ(CodeOf(Send(caller, Get(UrlOf(silent, "/free")))), ErrorCode::kUnavailable);
}

TEST(GuardedCaller, CarriesManyAtOnce) {
  Gate gate;
  TestServer server({}, gate.Guarding());
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  std::vector<ErrorCode> codes;
  boost::asio::co_spawn(test::Loop(), Keep(caller, Get(UrlOf(server)), codes), boost::asio::detached);
  test::Poll();
  gate.AwaitWaiter();
  EXPECT_EQ(Send(caller, Get(UrlOf(server, "/free")))->status, 200);
  EXPECT_TRUE(codes.empty());
  caller.Stop();
  test::Poll();
  EXPECT_EQ(codes, std::vector{ErrorCode::kUnavailable});
}

// As the relay uses it: no thread but the one of whoever calls.
TEST(GuardedCaller, IsCarriedByTheLoopOfWhoeverCalls) {
  TestServer server;
  GuardedCaller caller({Allowing({"127.0.0.1"}), 256, true}, test::Loop());
  EXPECT_EQ(Send(caller, Get(UrlOf(server)))->status, 200);
  // Somebody else's calls are carried by it as well.
  std::optional<Result<OutgoingResponse>> elsewhere;
  std::atomic<bool> done = false;
  std::thread other([&] {
    boost::asio::io_context loop(1);
    elsewhere.emplace(test::Await(loop, caller.Send(Get(UrlOf(server)))));
    done = true;
  });
  while (!done) test::Poll();
  other.join();
  EXPECT_EQ((*elsewhere)->status, 200);
  caller.Stop();
  test::Poll();
  EXPECT_EQ(CodeOf(Send(caller, Get(UrlOf(server)))), ErrorCode::kUnavailable);
}

TEST(GuardedCaller, SendsTheUserOfTheUrl) {
  std::string authorization;
  TestServer server({}, [&](http::Shard&) -> http::Handler {
    return [&](const http::Request& request) -> Awaitable<http::Response> {
      authorization = request.Header("authorization");
      co_return http::Response(200, "text/plain", "");
    };
  });
  GuardedCaller caller({Allowing({"127.0.0.1"})});
  ASSERT_TRUE(Send(caller, Get("http://ida:p%40ss@127.0.0.1:" + std::to_string(server.port()) + "/")));
  EXPECT_EQ(authorization, "Basic aWRhOnBAc3M=");
}

}  // namespace
}  // namespace parley::outgoing
