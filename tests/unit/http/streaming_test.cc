// Bodies that pass through the server: requests given to a handler as they arrive, answers written as they are made.
#include <gtest/gtest.h>

#include "streams.h"
#include "test_server.h"

namespace parley::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::size_t kMegabyte = 1 << 20;

std::string Post(std::string_view fields) {
  return "POST /up HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}
std::string PostOf(std::size_t length) {
  return Post("Content-Length: " + std::to_string(length) + "\r\n");
}

ServerOptions Streaming(std::size_t body_limit = 64 * kMegabyte) {
  ServerOptions options;
  options.limits.body_bytes = body_limit;
  options.streams = [](const Request& head) { return head.path == "/up"; };
  return options;
}

// ---- requests

// Reads what comes and says what it was like: "bytes right", or the status and words of the source's error.
class Reader {
 public:
  HandlerFactory Reading() {
    return [this](Shard&) -> Handler { return [this](const Request& request) { return Read(request); }; };
  }

  Seen seen;
  std::atomic<std::size_t> taken{0};
  std::atomic<bool> whole{false};
  std::atomic<int> failed{0};

 private:
  Awaitable<Response> Read(const Request& request) {
    whole = request.incoming == nullptr;
    if (whole) co_return EchoOf(request);
    seen = Seen();
    for (;;) {
      const Result<std::string_view> part = co_await request.incoming->Read();
      if (!part) {
        ++failed;
        co_return Response(part.error().http_status, "text/plain", part.error().message);
      }
      if (part->empty()) break;
      seen.Take(*part);
      taken = seen.bytes;
      taken.notify_all();
    }
    co_return Response(200, "text/plain", std::to_string(seen.bytes) + (seen.right ? " right" : " wrong"));
  }
};

TEST(StreamedRequest, IsReadPartByPartInOneBuffer) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  constexpr std::size_t kSize = 32 * kMegabyte;
  client.Send(PostOf(kSize));
  for (std::size_t sent = 0; sent < kSize; sent += kMegabyte) client.Send(Pattern(sent, kMegabyte));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.body, std::to_string(kSize) + " right");
  EXPECT_FALSE(response.closes());
  // The server's own buffer, and never more.
  EXPECT_LE(reader.seen.largest, 16 * 1024 + 4096);
  EXPECT_EQ(client.Ask(kGet).body, "GET /a|");
}

TEST(StreamedRequest, ReachesTheHandlerBeforeItIsComplete) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  client.Send(PostOf(100'000) + Pattern(0, 10));
  reader.taken.wait(0);
  client.Send(Pattern(10, 100'000 - 10));
  EXPECT_EQ(client.Read().body, "100000 right");
}

TEST(StreamedRequest, WithChunksAndTrailersLeavesTheNextRequestAlone) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  std::string bytes = Post("Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n");
  std::size_t at = 0;
  for (const std::size_t size : {1, 70'000, 3, 16'384, 200'000}) {
    bytes += Chunk(Pattern(at, size));
    at += size;
  }
  bytes += "0\r\nX-Sum: 9\r\n\r\n";
  client.Send(bytes + std::string(kGet) + PostOf(70'000) + Pattern(0, 70'000) + std::string(kGet));
  EXPECT_EQ(client.Read().body, std::to_string(at) + " right");
  EXPECT_EQ(client.Read().body, "GET /a|");
  EXPECT_EQ(client.Read().body, "70000 right");
  EXPECT_EQ(client.Read().body, "GET /a|");
}

TEST(StreamedRequest, ByteByByteIsTheSame) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  for (const char c : Post("Transfer-Encoding: chunked\r\n") + Chunk(Pattern(0, 20)) + "0\r\n\r\n") {
    client.Send(std::string_view(&c, 1));
    server.Settle();
  }
  EXPECT_EQ(client.Read().body, "20 right");
}

TEST(StreamedRequest, WhatIsSmallOrNotAskedForIsWhole) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  EXPECT_EQ(client.Ask(PostOf(3) + "abc").body, "POST /up|abc");
  EXPECT_TRUE(reader.whole);
  const std::string large(70'000, 'x');
  EXPECT_EQ(client.Ask("POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n" + large).body,
            "POST /other|" + large);
  EXPECT_TRUE(reader.whole);
}

TEST(StreamedRequest, LimitsHold) {
  Reader reader;
  TestServer server(Streaming(100'000), reader.Reading());
  RawClient declared = server.Connect();
  EXPECT_EQ(declared.Ask(PostOf(100'001)).status, 413);
  EXPECT_EQ(reader.taken, 0U);
  RawClient chunked = server.Connect();
  chunked.Send(Post("Transfer-Encoding: chunked\r\n") + Chunk(Pattern(0, 90'000)) + Chunk(Pattern(90'000, 10'001)));
  const RawResponse response = chunked.Read();
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.body, "request body too large");
  EXPECT_TRUE(response.closes());
  EXPECT_LE(reader.taken, 100'000U);
}

TEST(StreamedRequest, BrokenChunksAreRefused) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  for (const std::string bad : {"zz\r\nab\r\n", "2\r\nabc\r\n", "-1\r\n", "fffffffffffffffff\r\n"}) {
    RawClient client = server.Connect();
    client.Send(Post("Transfer-Encoding: chunked\r\n") + Chunk("first") + bad + "0\r\n\r\n" + std::string(kGet));
    const RawResponse response = client.Read();
    EXPECT_EQ(response.status, 400) << bad;
    EXPECT_TRUE(response.closes());
    EXPECT_EQ(client.ReadToEnd(), "");
  }
  EXPECT_EQ(reader.failed, 4);
}

// Waits at a gate before it reads; `read`: whether it reads at all.
HandlerFactory ReadingLater(Gate& gate, Reader& reader, bool read) {
  return [&gate, &reader, read](Shard& shard) -> Handler {
    const Handler next = reader.Reading()(shard);
    return [&gate, &shard, next, read](const Request& request) -> Awaitable<Response> {
      co_await gate.Wait(shard);
      if (read) co_return co_await next(request);
      co_return Response(401, "text/plain", "who");
    };
  };
}

TEST(StreamedRequest, IsNotReadFasterThanTheHandlerDoes) {
  Gate gate;
  Reader reader;
  TestServer server(Streaming(), ReadingLater(gate, reader, true));
  RawClient client = server.Connect();
  constexpr std::size_t kSize = 48 * kMegabyte;
  client.Send(PostOf(kSize));
  gate.AwaitWaiter();
  // As much as the sockets hold. Whoever read on would take more in each of these turns.
  std::size_t sent = 0;
  for (int full = 0; full < 10 && sent < kSize;) {
    const std::string bytes = Pattern(sent, std::min<std::size_t>(65'536, kSize - sent));
    const std::size_t taken = client.SendNow(bytes);
    sent += taken;
    full = taken == 0 ? full + 1 : 0;
    if (taken == 0) server.Settle();
  }
  EXPECT_LT(sent, 24 * kMegabyte);
  gate.Open();
  for (std::size_t at = sent; at < kSize; at += kMegabyte) client.Send(Pattern(at, std::min(kMegabyte, kSize - at)));
  EXPECT_EQ(client.Read().body, std::to_string(kSize) + " right");
}

TEST(StreamedRequest, AnsweredEarlyClosesTheConnection) {
  Gate gate;
  Reader reader;
  TestServer server(Streaming(), ReadingLater(gate, reader, false));
  RawClient client = server.Connect();
  client.Send(PostOf(100'000) + Pattern(0, 5));
  gate.AwaitWaiter();
  gate.Open();
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(StreamedRequest, LeaveIsGivenWhenTheBodyIsWanted) {
  Gate gate;
  Reader reader;
  TestServer server(Streaming(), ReadingLater(gate, reader, true));
  RawClient client = server.Connect();
  client.Send(Post("Content-Length: 70000\r\nExpect: 100-continue\r\n"));
  gate.AwaitWaiter();
  EXPECT_FALSE(client.Readable(milliseconds(0)));
  gate.Open();
  EXPECT_EQ(client.Read().status, 100);
  client.Send(Pattern(0, 70'000));
  EXPECT_EQ(client.Read().body, "70000 right");
}

TEST(StreamedRequest, WhatIsNotWantedIsRefusedWithoutLeave) {
  Gate gate;
  Reader reader;
  TestServer server(Streaming(), ReadingLater(gate, reader, false));
  RawClient client = server.Connect();
  client.Send(Post("Content-Length: 70000\r\nExpect: 100-continue\r\n"));
  gate.AwaitWaiter();
  gate.Open();
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.closes());
}

TEST(StreamedRequest, SilenceIs408) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  client.Send(PostOf(100'000) + Pattern(0, 10));
  reader.taken.wait(0);
  server.Advance(seconds(29));
  EXPECT_FALSE(client.Readable(milliseconds(0)));
  ASSERT_TRUE(server.AdvanceUntilReadable(client, seconds(1), seconds(10)));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(response.body, "request body took too long");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(StreamedRequest, MayTakeLongAsLongAsItGoesOn) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  client.Send(PostOf(100'000));
  std::size_t sent = 0;
  while (sent < 100'000) {
    client.Send(Pattern(sent, 5'000));
    sent += 5'000;
    while (reader.taken < sent) server.Settle();
    server.Advance(seconds(20));
  }
  EXPECT_EQ(client.Read().body, "100000 right");
}

TEST(StreamedRequest, DrippingIsNoExcuse) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  RawClient client = server.Connect();
  client.Send(PostOf(100'000));
  int drips = 0;
  while (drips < 50 && !client.Readable(milliseconds(20))) {
    client.Send(Pattern(static_cast<std::size_t>(drips++), 1));
    server.Advance(seconds(5));
  }
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_LE(drips, 9);
}

TEST(StreamedRequest, OfAClientThatGoesFailsForItsReader) {
  Reader reader;
  TestServer server(Streaming(), reader.Reading());
  for (int round = 0; round < 2; ++round) {
    RawClient client = server.Connect();
    client.Send(PostOf(100'000) + Pattern(0, 10));
    reader.taken.wait(0);
    reader.taken = 0;
    if (round == 0) client.Reset();
    if (round == 1) client.Close();
    while (reader.failed == round) server.Settle();
  }
  EXPECT_EQ(server.Connect().Ask(kGet).body, "GET /a|");
}

// ---- answers

HandlerFactory Answering(std::function<std::shared_ptr<PatternBody>(Shard&)> make) {
  return [make](Shard& shard) -> Handler {
    return [make, &shard](const Request& request) -> Awaitable<Response> {
      if (request.path != "/down") co_return EchoOf(request);
      Response response(200, "application/octet-stream", {});
      response.stream = make(shard);
      co_return response;
    };
  };
}

HandlerFactory Answering(std::size_t size, bool says_length, bool fails = false) {
  return Answering([=](Shard&) {
    auto body = std::make_shared<PatternBody>(size, 50'000);
    if (says_length) body->length = fails ? size + 1 : size;
    body->fails = fails;
    return body;
  });
}

constexpr std::string_view kDown = "GET /down HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kDownAndClose = "GET /down HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST(StreamedAnswer, OfKnownLengthIsFollowedByTheNext) {
  constexpr std::size_t kSize = 5 * kMegabyte + 7;
  TestServer server({}, Answering(kSize, true));
  RawClient client = server.Connect();
  client.Send(std::string(kDown) + std::string(kGet));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.headers.at("content-length"), std::to_string(kSize));
  EXPECT_FALSE(response.headers.contains("transfer-encoding"));
  EXPECT_TRUE(response.body == Pattern(0, kSize));
  EXPECT_EQ(client.Read().body, "GET /a|");
}

TEST(StreamedAnswer, OfUnknownLengthGoesInChunks) {
  constexpr std::size_t kSize = kMegabyte + 7;
  TestServer server({}, Answering(kSize, false));
  RawClient client = server.Connect();
  client.Send(kDownAndClose);
  const RawResponse head = client.Read(true);
  EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
  EXPECT_FALSE(head.headers.contains("content-length"));
  const auto rest = client.ReadToEnd();
  ASSERT_TRUE(rest);
  EXPECT_TRUE(Dechunk(*rest) == Pattern(0, kSize));
}

TEST(StreamedAnswer, AfterChunksComesTheNext) {
  TestServer server({}, Answering(3, false));
  RawClient client = server.Connect();
  client.Send(std::string(kDown) + "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.Read(true).status, 200);
  const std::string rest = client.ReadToEnd().value_or("");
  EXPECT_TRUE(rest.starts_with("3\r\n" + Pattern(0, 3) + "\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(rest.ends_with("GET /a|"));
}

TEST(StreamedAnswer, WithoutAByteIsAProperAnswer) {
  TestServer server({}, Answering(0, false));
  RawClient client = server.Connect();
  client.Send(kDownAndClose);
  client.Read(true);
  EXPECT_EQ(client.ReadToEnd(), "0\r\n\r\n");
}

TEST(StreamedAnswer, ToHttp10EndsWithTheConnection) {
  TestServer server({}, Answering(200'000, false));
  RawClient client = server.Connect();
  client.Send("GET /down HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const RawResponse head = client.Read(true);
  EXPECT_TRUE(head.closes());
  EXPECT_FALSE(head.headers.contains("transfer-encoding"));
  EXPECT_TRUE(client.ReadToEnd() == Pattern(0, 200'000));
}

TEST(StreamedAnswer, ToHeadIsItsLengthAlone) {
  std::atomic<std::size_t> made{0};
  TestServer server({}, Answering([&](Shard&) {
                      auto body = std::make_shared<PatternBody>(9, 9);
                      body->length = 9;
                      body->made = &made;
                      return body;
                    }));
  RawClient client = server.Connect();
  const RawResponse response = client.Ask("HEAD /down HTTP/1.1\r\nHost: h\r\n\r\n", true);
  EXPECT_EQ(response.headers.at("content-length"), "9");
  EXPECT_EQ(client.Ask(kGet).body, "GET /a|");
  EXPECT_EQ(made, 0U);
}

TEST(StreamedAnswer, HeadComesBeforeTheFirstPart) {
  Gate gate;
  TestServer server({}, Answering([&](Shard& shard) {
                      auto body = std::make_shared<PatternBody>(3, 3);
                      body->length = 3;
                      body->before_part = [&, waited = false]() mutable -> Awaitable<void> {
                        if (!std::exchange(waited, true)) co_await gate.Wait(shard);
                      };
                      return body;
                    }));
  RawClient client = server.Connect();
  client.Send(kDown);
  EXPECT_EQ(client.Read(true).status, 200);
  gate.AwaitWaiter();
  gate.Open();
  client.Send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.ReadToEnd().value_or("").starts_with(Pattern(0, 3) + "HTTP/1.1 200 OK"));
}

// Never something that looks complete.
TEST(StreamedAnswer, ThatCannotBeCompletedIsCut) {
  for (const bool says_length : {true, false}) {
    TestServer server({}, Answering(100'000, says_length, true));
    RawClient client = server.Connect();
    client.Send(std::string(kDown) + std::string(kGet));
    const RawResponse head = client.Read(true);
    const auto rest = client.ReadToEnd();
    ASSERT_TRUE(rest);
    if (says_length) {
      EXPECT_EQ(head.headers.at("content-length"), "100001");
      EXPECT_TRUE(*rest == Pattern(0, 100'000));
    } else {
      EXPECT_FALSE(Dechunk(*rest));
      EXPECT_TRUE(Dechunk(*rest + "\r\n0\r\n\r\n") == Pattern(0, 100'000));
    }
  }
}

TEST(StreamedAnswer, CutForHttp10IsAReset) {
  TestServer server({}, Answering(10, false, true));
  RawClient client = server.Connect();
  client.Send("GET /down HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.Read(true).status, 200);
  errno = 0;
  client.ReadToEnd();
  EXPECT_EQ(errno, ECONNRESET);
}

TEST(StreamedAnswer, IsHeldToItsLength) {
  for (const std::uint64_t said : {99'999, 100'001}) {
    TestServer server({}, Answering([&](Shard&) {
                        auto body = std::make_shared<PatternBody>(100'000, 50'000);
                        body->length = said;
                        return body;
                      }));
    RawClient client = server.Connect();
    client.Send(std::string(kDown) + std::string(kGet));
    client.Read(true);
    const std::string rest = client.ReadToEnd().value_or("");
    EXPECT_TRUE(rest == Pattern(0, rest.size())) << said;
    EXPECT_LT(rest.size(), said);
  }
}

struct Endless {
  std::atomic<std::size_t> made{0};
  std::atomic<bool> gone{false};
  HandlerFactory Answers() {
    return Answering([this](Shard&) {
      auto body = std::make_shared<PatternBody>(std::size_t{1} << 40, 65'536);
      body->made = &made;
      body->gone = &gone;
      return body;
    });
  }
  // Until nothing moves any more.
  void AwaitStandstill(TestServer& server) {
    for (std::size_t before = 1; before != made || before == 0;) {
      before = made;
      server.Settle();
    }
  }
};

TEST(StreamedAnswer, IsMadeAsFastAsItIsReadAndDroppedWhenItIsNot) {
  Endless endless;
  TestServer server({}, endless.Answers());
  RawClient client = server.Connect();
  client.Send(kDown);
  client.Read(true);
  endless.AwaitStandstill(server);
  EXPECT_LT(endless.made, 24 * kMegabyte);
  server.Advance(seconds(29));
  EXPECT_FALSE(endless.gone);
  for (int i = 0; i < 10 && !endless.gone; ++i) server.Advance(seconds(1));
  EXPECT_TRUE(endless.gone);
}

TEST(StreamedAnswer, EndsWithItsClient) {
  Endless endless;
  TestServer server({}, endless.Answers());
  {
    RawClient client = server.Connect();
    client.Send(kDown);
    client.Read(true);
    client.Reset();
  }
  while (!endless.gone) server.Settle();
  EXPECT_EQ(server.Connect().Ask(kGet).body, "GET /a|");
}

}  // namespace
}  // namespace parley::http::test
