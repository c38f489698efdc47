// Every phase of a connection ends in time, and bytes that drip in do not extend it. The clock is moved by hand.
#include <gtest/gtest.h>

#include "test_server.h"

namespace parley::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(Timeouts, SlowHeaderIs408) {
  TestServer server;
  RawClient client = server.Connect();
  client.Send("GET / HTTP/1.1\r\nHo");
  server.Advance(milliseconds(9900));
  EXPECT_FALSE(client.Readable(milliseconds(20)));
  ASSERT_TRUE(server.AdvanceUntilReadable(client, milliseconds(500), seconds(20)));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 408);
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(Timeouts, DrippingHeaderIsNoExcuse) {
  TestServer server;
  RawClient client = server.Connect();
  int drips = 0;
  client.Send("GET / HTTP/1.1\r\nX-");
  while (drips < 20 && !client.Readable(milliseconds(20))) {
    ++drips;
    client.Send("a");
    server.Advance(seconds(4));
  }
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_LE(drips, 4);
}

TEST(Timeouts, SlowBodyIs408) {
  for (const std::string framing : {"Content-Length: 5\r\n\r\nabc", "Content-Length: 500000\r\n\r\nabc",
                                    "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
    TestServer server;
    RawClient client = server.Connect();
    client.Send("POST / HTTP/1.1\r\nHost: h\r\n" + framing);
    server.Advance(seconds(29));
    EXPECT_FALSE(client.Readable(milliseconds(20))) << framing;
    ASSERT_TRUE(server.AdvanceUntilReadable(client, seconds(1), seconds(60))) << framing;
    EXPECT_EQ(client.Read().status, 408);
    EXPECT_EQ(client.ReadToEnd(), "");
    EXPECT_EQ(server.handled(), 0);
  }
}

TEST(Timeouts, DrippingBodyIsNoExcuse) {
  TestServer server;
  RawClient client = server.Connect();
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
  int drips = 0;
  while (drips < 20 && !client.Readable(milliseconds(20))) {
    ++drips;
    client.Send("a");
    server.Advance(seconds(10));
  }
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_LE(drips, 4);
}

TEST(Timeouts, IdleConnectionIsClosedWithoutAnAnswer) {
  TestServer server;
  RawClient used = server.Connect();
  RawClient unused = server.Connect();
  used.Ask(kGet);
  server.Advance(seconds(74));
  EXPECT_FALSE(used.Readable(milliseconds(20)));
  ASSERT_TRUE(server.AdvanceUntilReadable(used, seconds(1), seconds(20)));
  EXPECT_EQ(used.ReadToEnd(), "");
  EXPECT_EQ(unused.ReadToEnd(), "");
}

TEST(Timeouts, EachRequestBeginsAnew) {
  TestServer server;
  RawClient client = server.Connect();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.Ask(kGet).status, 200);
    server.Advance(seconds(60));
  }
}

TEST(Timeouts, HandlerMayTakeLongerThanAClient) {
  Gate gate;
  TestServer server({}, gate.Guarding());
  RawClient client = server.Connect();
  client.Send(kGet);
  gate.AwaitWaiter();
  server.Advance(seconds(600));
  gate.Open();
  EXPECT_EQ(client.Read().status, 200);
}

TEST(Timeouts, ClientThatDoesNotReadIsCutOff) {
  TestServer server({}, [](Shard&) -> Handler {
    return [](const Request&) -> Awaitable<Response> { co_return Response(200, "", std::string(64u << 20, 'x')); };
  });
  RawClient client = server.Connect();
  client.Send(kGet);
  ASSERT_TRUE(client.Readable(seconds(20)));
  server.Advance(seconds(31));
  server.Settle();
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 200);
  EXPECT_LT(response.body.size(), 64u << 20);
}

TEST(Timeouts, RefusedClientThatStaysIsCutOff) {
  TestServer server;
  RawClient client = server.Connect();
  EXPECT_EQ(client.Ask("BREW / HTTP/1.1\r\n\r\n").status, 501);
  EXPECT_EQ(client.ReadToEnd(), "");  // the server's side has ended, the client's has not
  server.Advance(seconds(3));
  server.Settle();
  EXPECT_TRUE(server.server().Drain(seconds(20)));
}

}  // namespace
}  // namespace parley::http::test
