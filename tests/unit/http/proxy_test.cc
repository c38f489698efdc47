#include "http/proxy.h"

#include <gtest/gtest.h>

#include "scripted_backend.h"
#include "test_server.h"

namespace parley::http::test {
namespace {

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// A server in front of a backend that follows a script.
class Proxied {
 public:
  explicit Proxied(Script script) : backend_({std::move(script)}), server_({}, Factory()) {}

  RawClient Connect() const { return server_.Connect(); }

 private:
  HandlerFactory Factory() {
    return [this](Shard& shard) -> Handler {
      ProxyOptions options;
      options.origin.host = "127.0.0.1";
      options.origin.port = backend_.port();
      return MakeProxy(shard.client(), clock_, options);
    };
  }

  parley::test::FakeClock clock_;
  ScriptedBackend backend_;
  TestServer server_;
};

TEST(Proxy, PassesTargetBodyAndListedFields) {
  std::string seen;
  Proxied proxied([&](Peer& peer) {
    seen = peer.ReadRequest();
    peer.Send(kOk);
  });
  RawClient client = proxied.Connect();
  const RawResponse response = client.Ask(
      "POST /api/v1/a%2Fb?x[]=1&x[]=2 HTTP/1.1\r\nHost: h\r\nX-Auth-Token: t\r\nX-Other: o\r\nConnection: "
      "X-Auth-Token\r\n"
      "TE: trailers\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(response.body, "ok");
  EXPECT_TRUE(seen.starts_with("POST /api/v1/a%2Fb?x[]=1&x[]=2 HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
  EXPECT_NE(seen.find("X-Auth-Token: t\r\n"), std::string::npos);
  EXPECT_NE(seen.find("X-Forwarded-For: 127.0.0.1\r\n"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("\r\n\r\nabc"));
  for (const char* hop : {"X-Other", "Connection", "TE:", "Upgrade", "Host: h"})
    EXPECT_EQ(seen.find(hop), std::string::npos) << hop;
}

TEST(Proxy, PassesStatusTypeBodyAndListedFieldsBack) {
  Proxied proxied([](Peer& peer) {
    peer.ReadRequest();
    peer.Send(
        "HTTP/1.1 429 Slow\r\nContent-Type: application/json\r\nX-RateLimit-Limit: 10\r\nSet-Cookie: "
        "a=1\r\nSet-Cookie: "
        "b=2\r\nServer: x\r\nKeep-Alive: timeout=5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  });
  RawClient client = proxied.Connect();
  const RawResponse response = client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_EQ(response.headers.at("content-length"), "2");
  EXPECT_EQ(response.headers.at("x-ratelimit-limit"), "10");
  EXPECT_NE(response.head.find("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"), std::string::npos);
  for (const char* hop : {"server", "keep-alive", "transfer-encoding"})
    EXPECT_EQ(response.headers.count(hop), 0u) << hop;
  EXPECT_EQ(response.body, "{}");
}

TEST(Proxy, HeadPasses) {
  Proxied proxied([](Peer& peer) {
    while (!peer.ReadRequest().empty()) peer.Send("HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 99\r\n\r\n");
  });
  RawClient client = proxied.Connect();
  for (int i = 0; i < 2; ++i) {
    const RawResponse response = client.Ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", true);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.at("content-type"), "a/b");
  }
}

TEST(Proxy, FailureIsAnsweredWithItsStatus) {
  Proxied proxied([](Peer& peer) {
    peer.ReadRequest();
    peer.Send("nonsense\r\n\r\n");
  });
  RawClient client = proxied.Connect();
  const RawResponse response = client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(
      response.body,
      R"({"error":"the backend sent a malformed response","message":"the backend sent a malformed response","code":502})");
  EXPECT_FALSE(response.closes());
}

}  // namespace
}  // namespace parley::http::test
