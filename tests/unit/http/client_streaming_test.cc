// Bodies that pass through the client: responses read as they arrive, requests sent as their source gives them.
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <future>

#include "client_harness.h"
#include "scripted_backend.h"
#include "streams.h"

namespace parley::http::test {
namespace {

using parley::test::Await;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::size_t kMegabyte = 1 << 20;

std::string OkOf(std::size_t length) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

Script Answers(std::string answer) {
  return [answer](Peer& peer) {
    while (!peer.ReadRequest().empty()) peer.Send(answer);
  };
}
Script AnswersOnce(std::string answer) {
  return [answer](Peer& peer) {
    peer.ReadRequest();
    peer.Send(answer);
  };
}

struct Drained {
  Seen seen;
  std::optional<Error> error;
};
Drained Drain(BodySource& source) {
  Drained drained;
  for (;;) {
    const Result<std::string_view> part = Await(source.Read());
    if (!part) {
      drained.error = part.error();
      return drained;
    }
    if (part->empty()) return drained;
    drained.seen.Take(*part);
  }
}

// A client and the backend it asks, which follows a script; the client goes first.
class Pair {
 public:
  using Following = std::function<void(Peer&, ClientHarness&)>;
  explicit Pair(Script script, ClientOptions options = {})
      : backend_({std::move(script)}), harness_(std::move(options)) {}
  explicit Pair(std::vector<Script> scripts) : backend_(std::move(scripts)) {}
  explicit Pair(Following script)
      : backend_({[this, script = std::move(script)](Peer& peer) { script(peer, harness_); }}) {}

  Result<ClientResponse> Get(Method method = Method::kGet) {
    ClientRequest request(method, ClientHarness::At(backend_.port()), "/");
    request.streams = true;
    return harness_.Send(request);
  }
  Result<ClientResponse> Upload(IncomingBody& source, Method method = Method::kPost) {
    ClientRequest request(method, ClientHarness::At(backend_.port()), "/up");
    request.source = &source;
    request.streams = true;
    request.may_repeat = method == Method::kPut;
    return harness_.Send(request);
  }
  void Advance(milliseconds by) { harness_.Advance(by); }
  std::size_t idle() { return harness_.client().idle_connections(); }
  std::size_t open() { return harness_.client().open_connections(); }
  int accepted() const { return backend_.accepted(); }

 private:
  ScriptedBackend backend_;
  ClientHarness harness_;
};

// ---- responses

TEST(ClientStreaming, LongResponsesComePartByPartAndTheConnectionIsKept) {
  constexpr std::size_t kSize = 8 * kMegabyte + 1;
  std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < kSize; at += 100'000)
    chunked += Chunk(Pattern(at, std::min<std::size_t>(100'000, kSize - at)));
  chunked += "0\r\nX-Sum: 1\r\n\r\n";
  for (const std::string& answer : {OkOf(kSize) + Pattern(0, kSize), chunked}) {
    Pair pair(Answers(answer));
    for (int round = 0; round < 2; ++round) {
      Result<ClientResponse> response = pair.Get();
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body, "");
      ASSERT_NE(response->stream, nullptr);
      EXPECT_EQ(response->stream->Length(), answer == chunked ? std::nullopt : std::optional<std::uint64_t>(kSize));
      EXPECT_EQ(pair.idle(), 0U);
      const Drained drained = Drain(*response->stream);
      EXPECT_FALSE(drained.error);
      EXPECT_EQ(drained.seen.bytes, kSize);
      EXPECT_TRUE(drained.seen.right);
      EXPECT_LE(drained.seen.largest, 16 * 1024U);
      EXPECT_EQ(pair.idle(), 1U);
    }
    EXPECT_EQ(pair.accepted(), 1);
  }
}

TEST(ClientStreaming, ResponsesThatAreShortOrRefusalsAreWhole) {
  const std::string refusal(70'000, 'r');
  for (const std::string& answer :
       {OkOf(65'536) + Pattern(0, 65'536), std::string(kOk),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunk("abc") + "0\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunk(refusal) + "0\r\n\r\n",
        std::string("HTTP/1.1 204 No Content\r\n\r\n"), std::string("HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")}) {
    Pair pair(Answers(answer));
    const Result<ClientResponse> response = pair.Get();
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->stream, nullptr) << answer.substr(0, 60);
    EXPECT_TRUE(answer.find(response->body) != std::string::npos);
    EXPECT_EQ(pair.idle(), 1U);
  }
}

TEST(ClientStreaming, HeadHasALengthAndNoBody) {
  Pair pair(Answers(OkOf(5'000'000)));
  const Result<ClientResponse> response = pair.Get(Method::kHead);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->Header("Content-Length"), "5000000");
  EXPECT_EQ(response->stream, nullptr);
  EXPECT_EQ(pair.idle(), 1U);
}

TEST(ClientStreaming, AHeadIsNotKeptWaitingByItsBody) {
  std::promise<void> go_on;
  Pair pair([&](Peer& peer) {
    peer.ReadRequest();
    peer.Send(OkOf(100'000));
    go_on.get_future().wait();
    peer.Send(Pattern(0, 100'000));
  });
  const Result<ClientResponse> response = pair.Get();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  go_on.set_value();
  EXPECT_EQ(Drain(*response->stream).seen.bytes, 100'000U);
}

TEST(ClientStreaming, ABodyMayLastUntilACleanEndOnly) {
  Pair pair(AnswersOnce("HTTP/1.1 200 OK\r\n\r\n" + Pattern(0, 90'000)));
  const Result<ClientResponse> response = pair.Get();
  ASSERT_TRUE(response);
  const Drained drained = Drain(*response->stream);
  EXPECT_FALSE(drained.error);
  EXPECT_EQ(drained.seen.bytes, 90'000U);
  EXPECT_EQ(pair.idle(), 0U);
  EXPECT_EQ(pair.open(), 0U);
}

TEST(ClientStreaming, WhatBreaksOffSaysSo) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunk(Pattern(0, 90'000));
  for (const std::string& answer : {OkOf(100'000) + Pattern(0, 90'000), chunked, chunked + "zz\r\n"}) {
    Pair pair(AnswersOnce(answer));
    const Result<ClientResponse> response = pair.Get();
    ASSERT_TRUE(response);
    const Drained drained = Drain(*response->stream);
    ASSERT_TRUE(drained.error);
    EXPECT_EQ(drained.error->code, ErrorCode::kBadGateway);
    EXPECT_LE(drained.seen.bytes, 90'000U);
    EXPECT_TRUE(drained.seen.right);
  }
}

TEST(ClientStreaming, AResetIsNoEnd) {
  Pair pair([](Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\n\r\n" + Pattern(0, 90'000));
    peer.Reset();
  });
  const Result<ClientResponse> response = pair.Get();
  ASSERT_TRUE(response);
  const Drained drained = Drain(*response->stream);
  ASSERT_TRUE(drained.error);
  EXPECT_EQ(drained.error->code, ErrorCode::kBadGateway);
}

// A Read that is under way, on this thread's loop.
class Reading {
 public:
  explicit Reading(BodySource& source) {
    boost::asio::co_spawn(parley::test::Loop(), Keep(source, part_), boost::asio::detached);
    parley::test::Poll();
  }
  bool over() const { return part_.has_value(); }
  const Result<std::string_view>& Await() {
    parley::test::Loop().restart();
    while (!over()) parley::test::Loop().run_one();
    return *part_;
  }

 private:
  static Awaitable<> Keep(BodySource& source, std::optional<Result<std::string_view>>& part) {
    part.emplace(co_await source.Read());
  }
  std::optional<Result<std::string_view>> part_;
};

TEST(ClientStreaming, StandingStillEndsIt) {
  std::promise<void> more;
  Pair pair([&](Peer& peer) {
    peer.ReadRequest();
    peer.Send(OkOf(100'000));
    more.get_future().wait();
    peer.Send(Pattern(0, 10));
    peer.AwaitEnd();
  });
  const Result<ClientResponse> response = pair.Get();
  ASSERT_TRUE(response);
  {
    Reading first(*response->stream);
    pair.Advance(seconds(29));
    EXPECT_FALSE(first.over());
    more.set_value();
    ASSERT_TRUE(first.Await());
  }
  Reading second(*response->stream);
  pair.Advance(seconds(29));
  EXPECT_FALSE(second.over());
  pair.Advance(seconds(2));
  const Result<std::string_view>& part = second.Await();
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, ErrorCode::kTimeout);
}

TEST(ClientStreaming, WhoeverLosesInterestEndsTheConnection) {
  std::promise<void> ended;
  Pair pair([&](Peer& peer) {
    peer.ReadRequest();
    peer.Send(OkOf(100'000) + Pattern(0, 10));
    peer.AwaitEnd();
    ended.set_value();
  });
  {
    const Result<ClientResponse> response = pair.Get();
    ASSERT_TRUE(response);
    EXPECT_EQ(pair.open(), 1U);
  }
  ended.get_future().wait();
  EXPECT_EQ(pair.open(), 0U);
}

TEST(ClientStreaming, LongAnswersLeaveConnectionsForShortOnes) {
  const Script serves = [](Peer& peer) {
    for (std::string request; !(request = peer.ReadRequest()).empty();)
      peer.Send(request.starts_with("HEAD") ? OkOf(2) : OkOf(100'000) + Pattern(0, 10));
  };
  ClientOptions options;
  options.connections_per_origin = 4;
  Pair pair(serves, options);
  std::vector<Result<ClientResponse>> long_ones;
  for (int i = 0; i < 3; ++i) long_ones.push_back(pair.Get());
  for (const auto& one : long_ones) ASSERT_TRUE(one && one->stream != nullptr);
  const Result<ClientResponse> fourth = pair.Get();
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().code, ErrorCode::kUnavailable);
  ScriptedIncoming source(1, 10, ScriptedIncoming::Then::kEnds);
  EXPECT_FALSE(pair.Upload(source));
  EXPECT_EQ(source.reads, 0U);
  EXPECT_TRUE(pair.Get(Method::kHead));
  long_ones.pop_back();
  EXPECT_TRUE(pair.Get());
}

// ---- requests

using Then = ScriptedIncoming::Then;

TEST(ClientStreaming, RequestsAreSentAsTheyAreFramed) {
  std::string seen;
  Pair pair([&](Peer& peer) {
    for (;;) {
      seen = peer.ReadRequest();
      if (seen.empty()) return;
      if (seen.find("chunked") != std::string::npos) seen += peer.ReadUntil("\r\n0\r\n\r\n");
      peer.Send(kOk);
    }
  });
  ScriptedIncoming known(20, 10'000, Then::kEnds);
  known.length = 200'000;
  ASSERT_TRUE(pair.Upload(known));
  EXPECT_TRUE(seen.starts_with("POST /up HTTP/1.1\r\n"));
  EXPECT_NE(seen.find("\r\nContent-Length: 200000\r\n"), std::string::npos);
  EXPECT_EQ(seen.find("chunked"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + Pattern(0, 200'000)));

  ScriptedIncoming unknown(20, 10'000, Then::kEnds);
  ASSERT_TRUE(pair.Upload(unknown));
  EXPECT_NE(seen.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(seen.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(Dechunk(seen.substr(seen.find("\r\n\r\n") + 4)) == Pattern(0, 200'000));
  EXPECT_EQ(pair.accepted(), 1);
  EXPECT_EQ(pair.idle(), 1U);
}

TEST(ClientStreaming, AnEarlyRefusalPassesAndEndsTheSending) {
  for (const bool sends_more : {false, true}) {
    Pair pair([](Peer& peer) {
      peer.ReadHead();
      peer.Send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig");
      peer.AwaitEnd();
    });
    ScriptedIncoming source(sends_more ? 2000 : 1, 65'536, Then::kWaits);
    source.length = std::size_t{1} << 40;
    const Result<ClientResponse> response = pair.Upload(source);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 413);
    EXPECT_EQ(response->body, "big");
    EXPECT_TRUE(source.cancelled);
    EXPECT_EQ(pair.open(), 0U);
  }
}

TEST(ClientStreaming, ARefusalIsHeardOfABackendThatHasHungUp) {
  Pair pair([](Peer& peer) {
    peer.ReadHead();
    peer.Send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nwho");
    peer.Close();
  });
  ScriptedIncoming source(2000, 65'536, Then::kWaits);
  source.length = std::size_t{1} << 40;
  const Result<ClientResponse> response = pair.Upload(source);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 401);
}

TEST(ClientStreaming, BothWaysAtOnce) {
  constexpr std::size_t kSize = 200 * 65'536;
  Pair pair([](Peer& peer) {
    peer.ReadHead();
    peer.Send(OkOf(kSize));
    for (std::size_t passed = 0; passed < kSize;) {
      const std::string some = peer.ReadSome();
      if (some.empty()) return;
      peer.Send(some);
      passed += some.size();
    }
    peer.AwaitEnd();
  });
  ScriptedIncoming source(200, 65'536, Then::kEnds);
  source.length = kSize;
  const Result<ClientResponse> response = pair.Upload(source);
  ASSERT_TRUE(response) << response.error().message;
  const Drained drained = Drain(*response->stream);
  EXPECT_FALSE(drained.error);
  EXPECT_EQ(drained.seen.bytes, kSize);
  EXPECT_TRUE(drained.seen.right);
  EXPECT_EQ(pair.idle(), 1U);
  EXPECT_FALSE(source.cancelled);
}

TEST(ClientStreaming, WhatItsSourceCannotCompleteNeverLooksComplete) {
  for (const bool known : {true, false}) {
    std::string seen;
    std::promise<void> ended;
    Pair pair([&](Peer& peer) {
      seen = peer.ReadToEnd();
      ended.set_value();
    });
    ScriptedIncoming source(3, 1000, Then::kFails);
    if (known) source.length = 9000;
    const Result<ClientResponse> response = pair.Upload(source);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(response.error().message, "the client is gone");
    ended.get_future().wait();
    EXPECT_EQ(pair.open(), 0U);
    EXPECT_FALSE(seen.ends_with("0\r\n\r\n"));
    EXPECT_LT(seen.size(), 4000U);
  }
}

TEST(ClientStreaming, IsSentOnce) {
  const Script dies = [](Peer& peer) {
    peer.ReadRequest();
    peer.Send(kOk);
    peer.ReadHead();  // and no answer
  };
  Pair pair({dies, Answers(std::string(kOk))});
  ASSERT_TRUE(pair.Get());
  ScriptedIncoming source(3, 1000, Then::kEnds);
  source.length = 3000;
  const Result<ClientResponse> response = pair.Upload(source, Method::kPut);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kBadGateway);
  EXPECT_EQ(pair.accepted(), 1);
}

TEST(ClientStreaming, ABackendThatDoesNotReadSlowsDownTheSourceAndIsLeft) {
  ScriptedIncoming source(2000, 65'536, Then::kEnds);
  source.length = std::size_t{2000} * 65'536;
  Pair pair([&](Peer& peer, ClientHarness& harness) {
    peer.ReadHead();
    // On the client's loop each time, so that nothing it could still send is left.
    for (std::size_t before = 0; before != source.reads || before == 0;) {
      before = source.reads;
      harness.AdvanceFromElsewhere(milliseconds(0));
    }
    harness.AdvanceFromElsewhere(seconds(29));
    harness.AdvanceFromElsewhere(seconds(2));
    peer.AwaitEnd();
  });
  const Result<ClientResponse> response = pair.Upload(source);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
  EXPECT_LT(source.bytes_read(), 24 * kMegabyte);
}

TEST(ClientStreaming, TheDeadlineOfTheHeadBeginsWhenAllIsSent) {
  Pair pair([&](Peer& peer, ClientHarness& harness) {
    peer.ReadRequest();
    harness.AdvanceFromElsewhere(seconds(29));
    harness.AdvanceFromElsewhere(seconds(2));
    peer.AwaitEnd();
  });
  ScriptedIncoming source(1, 1000, Then::kEnds);
  source.length = 1000;
  const Result<ClientResponse> response = pair.Upload(source);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
}

TEST(ClientStreaming, AnUploadMayTakeLongerThanTheDeadline) {
  ScriptedIncoming source(1, 1000, Then::kWaits);
  source.length = 9000;
  Pair pair([&](Peer& peer, ClientHarness& harness) {
    peer.ReadHead();
    harness.AdvanceFromElsewhere(seconds(100));
    peer.Send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    peer.AwaitEnd();
  });
  const Result<ClientResponse> response = pair.Upload(source);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 400);
}

}  // namespace
}  // namespace parley::http::test
