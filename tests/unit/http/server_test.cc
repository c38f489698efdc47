#include "http/server.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

#include "test_server.h"

namespace parley::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

HandlerFactory Answering(Response response) {
  return [response = std::move(response)](Shard&) -> Handler {
    return [response](const Request&) -> Awaitable<Response> { co_return response; };
  };
}

TEST(Server, AnswersAndKeepsTheConnection) {
  TestServer server;
  RawClient client = server.Connect();
  for (int i = 0; i < 3; ++i) {
    const RawResponse response = client.Ask(kGet);
    EXPECT_EQ(response.status_line, "HTTP/1.1 200 OK");
    EXPECT_EQ(response.headers.at("date"), "Mon, 05 Jan 2026 10:15:30 GMT");
    EXPECT_EQ(response.headers.count("connection"), 0u);
    EXPECT_EQ(response.body, "GET /a|");
  }
}

TEST(Server, ChoosesAPortAndTellsIt) {
  TestServer server;
  EXPECT_NE(server.port(), 0);
  EXPECT_EQ(server.server().url(), "http://127.0.0.1:" + std::to_string(server.port()));
}

TEST(Server, RefusesAPortThatIsTaken) {
  TestServer server;
  ServerOptions options;
  options.port = server.port();
  const auto second = Server::Create(options, server.clock(), Answering(Response(200, "", "")));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST(Server, RefusesAnAddressThatIsNone) {
  parley::test::FakeClock clock;
  ServerOptions options;
  options.address = "example.test";
  const auto server = Server::Create(options, clock, Answering(Response(200, "", "")));
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  RawClient client = server.Connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";
    requests += i % 2 ? "ab" : "cd";
    requests +=
        "POST /c" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
  }
  client.Send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.Read().body, "POST /" + std::to_string(i) + (i % 2 ? "|ab" : "|cd"));
    EXPECT_EQ(client.Read().body, "POST /c" + std::to_string(i) + "|x");
  }
}

TEST(Server, PipelinedRequestWaitsForTheOneBeforeIt) {
  Gate gate;
  TestServer server({}, gate.Guarding());
  RawClient client = server.Connect();
  client.Send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /free HTTP/1.1\r\nHost: h\r\n\r\n");
  gate.AwaitWaiter();
  server.Settle();
  EXPECT_FALSE(client.Readable(milliseconds(0)));
  gate.Open();
  EXPECT_EQ(client.Read().body, "GET /slow|");
  EXPECT_EQ(client.Read().body, "GET /free|");
}

TEST(Server, HeadHasTheLengthAndNoBody) {
  TestServer server;
  RawClient client = server.Connect();
  const RawResponse response = client.Ask("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", true);
  EXPECT_EQ(response.headers.at("content-length"), "8");
  EXPECT_EQ(client.Ask(kGet).body, "GET /a|");
}

TEST(Server, RefusalAfterHeadHasItsBody) {
  TestServer server;
  RawClient client = server.Connect();
  client.Ask("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", true);
  EXPECT_EQ(client.Ask("nonsense\r\n\r\n").body,
            R"({"error":"malformed request","message":"malformed request","code":400})");
}

TEST(Server, NoContentAndNotModifiedHaveNoBody) {
  for (const int status : {204, 304}) {
    TestServer server({}, Answering(Response(status, "text/plain", "ignored")));
    RawClient client = server.Connect();
    for (int i = 0; i < 2; ++i) {
      const RawResponse response = client.Ask(kGet);
      EXPECT_EQ(response.status, status);
      EXPECT_EQ(response.headers.count("content-length"), 0u);
    }
  }
}

TEST(Server, OldClientIsTakenAtItsWord) {
  TestServer server;
  RawClient keeps = server.Connect();
  EXPECT_EQ(keeps.Ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers.at("connection"), "keep-alive");
  EXPECT_EQ(keeps.Ask("GET / HTTP/1.0\r\n\r\n").headers.at("connection"), "close");
  EXPECT_EQ(keeps.ReadToEnd(), "");
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  TestServer server;
  RawClient client = server.Connect();
  const RawResponse response = client.Ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(Server, ContinuesOnlyForAClientThatWaits) {
  TestServer server;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  RawClient waits = server.Connect();
  EXPECT_EQ(waits.Ask(head).status, 100);
  EXPECT_EQ(waits.Ask("abc").body, "POST /|abc");

  RawClient sends = server.Connect();
  EXPECT_EQ(sends.Ask(head + "abc").status, 200);

  RawClient chunks = server.Connect();
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(chunks.Ask(chunked).status, 100);
  EXPECT_EQ(chunks.Ask("3\r\nabc\r\n0\r\n\r\n").body, "POST /|abc");
}

TEST(Server, DoesNotInviteABodyItWouldRefuse) {
  TestServer server;
  RawClient client = server.Connect();
  EXPECT_EQ(client.Ask("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n").status,
            413);
}

TEST(Server, ExceptionOfAHandlerIsA500) {
  TestServer server({}, [](Shard&) -> Handler {
    return [](const Request& request) -> Awaitable<Response> {
      if (request.path == "/int") throw 1;
      throw std::runtime_error("secret");
      co_return Response();
    };
  });
  RawClient client = server.Connect();
  for (const std::string path : {"/int", "/std"}) {
    const RawResponse response = client.Ask("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, R"({"error":"internal error","message":"internal error","code":500})");
  }
}

TEST(Server, HandlerSeesTheWholeRequest) {
  TestServer server({}, [](Shard&) -> Handler {
    return [](const Request& request) -> Awaitable<Response> {
      std::string seen(request.peer_address);
      for (const HeaderView& header : request.headers)
        seen.append(" ").append(header.name).append("=").append(header.value);
      co_return Response(200, "", seen);
    };
  });
  RawClient client = server.Connect();
  EXPECT_EQ(client.Ask("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-A: 2\r\n\r\n").body, "127.0.0.1 Host=h X-A=1 X-A=2");
}

// Larger than any socket buffer, so that both sides have to wait for each other.
TEST(Server, LargeBodiesPassInBothDirections) {
  ServerOptions options;
  options.limits.body_bytes = 32u << 20;
  TestServer server(options);
  const std::string body(20u << 20, 'x');
  for (const bool chunked : {false, true}) {
    RawClient client = server.Connect();
    std::thread sender([&] {
      if (chunked) {
        client.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1400000\r\n" + body +
                    "\r\n0\r\n\r\n");
      } else {
        client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
      }
    });
    sender.join();
    const RawResponse response = client.Read();
    EXPECT_EQ(response.body.size(), body.size() + 7);
    EXPECT_TRUE(response.body == "POST /|" + body);
    EXPECT_EQ(client.Ask(kGet).body, "GET /a|");
  }
}

TEST(Server, EveryShardAnswers) {
  ServerOptions options;
  options.shards = 2;
  TestServer server(options, [](Shard& shard) -> Handler {
    return [index = shard.index()](const Request&) -> Awaitable<Response> {
      co_return Response(200, "", std::to_string(index));
    };
  });
  std::set<std::string> seen;
  for (int i = 0; i < 200 && seen.size() < 2; ++i) seen.insert(server.Connect().Ask(kGet).body);
  EXPECT_EQ(seen.size(), 2u);
}

TEST(Server, ObserverHearsOfConnectionsAndResponses) {
  struct Counting final : ServerObserver {
    void OnConnectionOpened() override { ++opened; }
    void OnConnectionClosed() override { ++closed; }
    void OnResponse(Method, int status, std::chrono::nanoseconds, std::size_t in, std::size_t out,
                    bool from_handler) override {
      const std::lock_guard lock(mutex);
      responses.push_back(std::to_string(status) + (from_handler ? "" : " engine"));
      bytes_in += in;
      bytes_out += out;
    }
    std::atomic<int> opened{0}, closed{0};
    std::mutex mutex;
    std::vector<std::string> responses;
    std::size_t bytes_in = 0, bytes_out = 0;
  };
  Counting counting;
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  std::size_t received = 0;
  {
    TestServer server({}, nullptr, &counting);
    RawClient client = server.Connect();
    const RawResponse response = client.Ask(post);
    received = response.head.size() + response.body.size();
    const RawResponse refusal = client.Ask("BREW / HTTP/1.1\r\n\r\n");
    received += refusal.head.size() + refusal.body.size();
    client.FinishSending();
    client.ReadToEnd();
  }
  EXPECT_EQ(counting.opened, 1);
  EXPECT_EQ(counting.closed, 1);
  EXPECT_EQ(counting.responses, (std::vector<std::string>{"200", "501 engine"}));
  EXPECT_EQ(counting.bytes_out, received);
  EXPECT_GE(counting.bytes_in, post.size());
}

TEST(Server, WorkPostedToAShardRunsThere) {
  TestServer server;
  std::promise<std::thread::id> ran;
  server.server().shard(0).Post([&] { ran.set_value(std::this_thread::get_id()); });
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(Server, StopEndsWhatIsInFlight) {
  Gate gate;
  auto server = std::make_unique<TestServer>(ServerOptions{}, gate.Guarding());
  RawClient client = server->Connect();
  client.Send(kGet);
  gate.AwaitWaiter();
  server->server().Stop();
  server.reset();
  EXPECT_EQ(client.Read().status, 0);
}

// --- draining ---

TEST(Drain, AnswerInFlightIsFinishedAndTheConnectionClosed) {
  Gate gate;
  TestServer server({}, gate.Guarding());
  RawClient client = server.Connect();
  client.Send(kGet);
  gate.AwaitWaiter();
  auto drained = std::async(std::launch::async, [&] { return server.server().Drain(seconds(20)); });
  while (server.Connect().connected()) server.Settle();  // until it has stopped listening
  gate.Open();
  const RawResponse response = client.Read();
  EXPECT_EQ(response.body, "GET /a|");
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(client.ReadToEnd(), "");
  client.Close();
  EXPECT_TRUE(drained.get());
}

TEST(Drain, LargeAnswerIsSentToItsEnd) {
  const std::string body(20u << 20, 'x');
  TestServer server({}, Answering(Response(200, "", body)));
  RawClient client = server.Connect();
  client.Send(kGet);
  server.Settle();  // the handler is done, the socket is full
  auto drained = std::async(std::launch::async, [&] { return server.server().Drain(seconds(20)); });
  EXPECT_EQ(client.Read().body.size(), body.size());
  client.Close();
  EXPECT_TRUE(drained.get());
}

TEST(Drain, IdleConnectionsAreClosed) {
  TestServer server;
  RawClient client = server.Connect();
  client.Ask(kGet);
  EXPECT_TRUE(server.server().Drain(seconds(20)));
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(Drain, ClientThatHasJustConnectedGetsAMoment) {
  TestServer server;
  RawClient asks = server.Connect();
  RawClient silent = server.Connect();
  server.Settle();
  auto drained = std::async(std::launch::async, [&] { return server.server().Drain(seconds(20)); });
  while (server.Connect().connected()) server.Settle();
  const RawResponse response = asks.Ask(kGet);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.closes());
  asks.Close();
  EXPECT_TRUE(server.AdvanceUntilReadable(silent, milliseconds(500), seconds(20)));
  EXPECT_EQ(silent.ReadToEnd(), "");
  EXPECT_TRUE(drained.get());
}

TEST(Drain, SaysWhenSomethingIsLeft) {
  Gate gate;
  TestServer server({}, gate.Guarding());
  RawClient client = server.Connect();
  client.Send(kGet);
  gate.AwaitWaiter();
  EXPECT_FALSE(server.server().Drain(milliseconds(0)));
}

// Under load: whoever was connected and asked gets a whole answer.
TEST(Drain, DropsNoAnswerUnderLoad) {
  TestServer server;
  std::atomic<int> answered{0}, torn{0}, ready{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      RawClient client = server.Connect();
      bool counted = false;
      for (;;) {
        if (!client.Send(kGet)) break;
        const RawResponse response = client.Read();
        // A request sent after the server said it would close may go unanswered; a part of an answer never comes.
        if (response.status == 0) break;
        if (response.body != "GET /a|") ++torn;
        ++answered;
        if (!std::exchange(counted, true)) ++ready;
        if (response.closes()) break;
      }
    });
  }
  while (ready < 8) std::this_thread::yield();
  EXPECT_TRUE(server.server().Drain(seconds(20)));
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(torn, 0);
  EXPECT_GE(answered, 8);
}

}  // namespace
}  // namespace parley::http::test
