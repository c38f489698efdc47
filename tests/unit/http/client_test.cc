#include "http/client.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <future>
#include <optional>

#include "client_harness.h"
#include "scripted_backend.h"

namespace parley::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers every request of the connection with `answer`.
Script Answers(std::string answer) {
  return [answer](Peer& peer) {
    while (!peer.ReadRequest().empty()) peer.Send(answer);
  };
}
// Answers one request and ends the connection, cleanly.
Script AnswersOnce(std::string answer) {
  return [answer](Peer& peer) {
    peer.ReadRequest();
    peer.Send(answer);
  };
}
// Answers one request, reads the next and ends the connection instead of answering it.
Script DiesOnReuse() {
  return [](Peer& peer) {
    peer.ReadRequest();
    peer.Send(kOk);
    peer.ReadRequest();
  };
}

std::string BodyOf(const Result<ClientResponse>& response) {
  return response ? response->body : "error: " + response.error().message;
}
std::optional<ErrorCode> CodeOf(const Result<ClientResponse>& response) {
  return response ? std::nullopt : std::optional(response.error().code);
}

TEST(ParseOrigin, TakesSchemeHostAndPort) {
  const auto parsed = [](std::string_view url) {
    const auto origin = ParseOrigin(url);
    return origin ? (origin->tls ? "tls " : "plain ") + origin->host + " " + std::to_string(origin->port) + " " +
                        origin->Authority()
                  : std::string("refused");
  };
  EXPECT_EQ(parsed("http://a.example"), "plain a.example 80 a.example");
  EXPECT_EQ(parsed("https://a.example/"), "tls a.example 443 a.example");
  EXPECT_EQ(parsed("http://127.0.0.1:3000"), "plain 127.0.0.1 3000 127.0.0.1:3000");
  EXPECT_EQ(parsed("https://[::1]:8443"), "tls ::1 8443 [::1]:8443");
  EXPECT_EQ(parsed("http://[::1]"), "plain ::1 80 [::1]");
  for (const char* bad : {"", "a.example", "ftp://a", "http://", "http://a/path", "http://a?b", "http://u@a",
                          "http://a:0", "http://a:70000", "http://a:x", "http:/a"})
    EXPECT_EQ(parsed(bad), "refused") << bad;
}

TEST(Client, SendsTheRequestAsGiven) {
  std::string seen;
  ScriptedBackend backend({[&](Peer& peer) {
    seen = peer.ReadRequest();
    peer.Send(kOk);
  }});
  ClientHarness harness;
  ClientRequest request(Method::kPost, ClientHarness::At(backend.port()), "/a%20b?c=d");
  request.AddHeader("X-A", "1");
  request.AddHeader("X-Bad", "1\r\nX-C: 2");
  request.body = "hello";
  const auto response = harness.Send(request);
  EXPECT_EQ(BodyOf(response), "ok");
  EXPECT_EQ(seen, "POST /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(backend.port()) +
                      "\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(Client, RefusesATargetThatWouldBreakTheRequest) {
  ClientHarness harness;
  for (const std::string target : {"", "a", "/a b", "/a\r\nX: y", "/a#b"})
    EXPECT_EQ(CodeOf(harness.Get(1, target)), ErrorCode::kInvalidArgument) << target;
}

TEST(Client, GivesStatusHeadersAndBody) {
  ScriptedBackend backend({Answers("HTTP/1.1 404 Nope\r\nX-A:  one \r\nx-a: two\r\nContent-Length: 3\r\n\r\nabc")});
  ClientHarness harness;
  const auto response = harness.Get(backend.port());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->Header("X-a"), "one");
  EXPECT_EQ(response->headers.size(), 3u);
  EXPECT_EQ(response->body, "abc");
}

TEST(Client, ReadsEveryFramingOfABody) {
  const struct {
    const char* name;
    std::string answer, body;
  } cases[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\nX: y\r\n\r\n",
       "abc"},
      {"no chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""},
      {"until the end", "HTTP/1.1 200 OK\r\n\r\nabc", "abc"},
      {"old version", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"none", "HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ""},
      {"after interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n" + std::string(kOk), "ok"},
  };
  for (const auto& one : cases) {
    // In one piece, then byte by byte.
    ScriptedBackend backend({AnswersOnce(one.answer), [&](Peer& peer) {
                               peer.ReadRequest();
                               for (const char byte : one.answer) peer.Send({&byte, 1});
                             }});
    ClientHarness first, second;
    EXPECT_EQ(BodyOf(first.Get(backend.port())), one.body) << one.name;
    EXPECT_EQ(BodyOf(second.Get(backend.port())), one.body) << one.name;
  }
}

TEST(Client, AnswerToHeadHasNoBody) {
  ScriptedBackend backend({Answers("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")});
  ClientHarness harness;
  const ClientRequest request(Method::kHead, ClientHarness::At(backend.port()), "/");
  for (int i = 0; i < 2; ++i) {
    const auto response = harness.Send(request);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->Header("Content-Length"), "1000");
    EXPECT_EQ(response->body, "");
  }
  EXPECT_EQ(backend.accepted(), 1);
}

TEST(Client, LargeBodiesPassInBothDirections) {
  const std::string large(5u << 20, 'x');
  std::size_t seen = 0;
  ScriptedBackend backend({[&](Peer& peer) {
    seen = peer.ReadRequest().size();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large);
  }});
  ClientHarness harness;
  const auto response = harness.Post(backend.port(), large);
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body == large);
  EXPECT_GT(seen, large.size());
}

TEST(Client, ResponseHeadMayBeLargerThanTheFirstBuffer) {
  ScriptedBackend backend({Answers("HTTP/1.1 200 OK\r\nX-First: 1\r\nX-A: " + std::string(40000, 'a') +
                                   "\r\nX-Last: 2\r\nContent-Length: 2\r\n\r\nok")});
  ClientHarness harness;
  const auto response = harness.Get(backend.port());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->Header("X-First"), "1");
  EXPECT_EQ(response->Header("X-A").size(), 40000u);
  EXPECT_EQ(response->Header("X-Last"), "2");
}

// --- keep-alive ---

TEST(ClientPool, ConnectionIsUsedAgain) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientHarness harness;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(backend.accepted(), 1);
  EXPECT_EQ(harness.client().open_connections(), 1u);
  EXPECT_EQ(harness.client().idle_connections(), 1u);
}

TEST(ClientPool, ConnectionIsNotUsedAgainWhen) {
  const std::string cases[] = {
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
  };
  for (const std::string& answer : cases) {
    ScriptedBackend backend({Answers(answer)});
    ClientHarness harness;
    for (int i = 0; i < 2; ++i) EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok") << answer;
    EXPECT_EQ(backend.accepted(), 2) << answer;
    EXPECT_EQ(harness.client().open_connections(), 0u);
  }
}

TEST(ClientPool, IdleConnectionIsClosedBeforeTheBackendWould) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientHarness harness;
  EXPECT_TRUE(harness.Get(backend.port()));
  harness.Advance(milliseconds(3500));
  EXPECT_EQ(harness.client().idle_connections(), 1u);
  harness.Advance(milliseconds(1000));
  EXPECT_EQ(harness.client().idle_connections(), 0u);
  EXPECT_EQ(harness.client().open_connections(), 0u);
}

TEST(ClientPool, ConnectionsHaveABound) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientOptions options;
  options.connections_per_origin = 0;
  ClientHarness harness(options);
  EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kUnavailable);
}

TEST(ClientPool, ClosedClientRefuses) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientHarness harness;
  EXPECT_TRUE(harness.Get(backend.port()));
  harness.client().Close();
  EXPECT_EQ(harness.client().idle_connections(), 0u);
  EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kUnavailable);
}

// --- stale connections ---

TEST(ClientPool, NothingIsKeptWhereThatIsNotAsked) {
  ScriptedBackend backend({Answers(std::string(kOk)), Answers(std::string(kOk))});
  ClientOptions options;
  options.keep_connections = false;
  ClientHarness harness(options);
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(harness.client().open_connections(), 0u);
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
}

TEST(ClientPool, AbortEndsWhatIsInFlight) {
  std::promise<void> asked;
  std::promise<void> over;
  ScriptedBackend backend({[&](Peer& peer) {
    peer.ReadRequest();
    asked.set_value();
    over.get_future().wait();
  }});
  ClientHarness harness;
  std::optional<Result<ClientResponse>> answer;
  const ClientRequest request(Method::kGet, ClientHarness::At(backend.port()), "/");
  boost::asio::co_spawn(
      parley::test::Loop(),
      [&]() -> Awaitable<> { answer.emplace(co_await harness.client().Send(request, SteadyTime::max())); },
      boost::asio::detached);
  auto came = asked.get_future();
  while (came.wait_for(std::chrono::seconds(0)) != std::future_status::ready) parley::test::Poll();
  harness.client().Abort();
  while (!answer) parley::test::Poll();
  EXPECT_EQ(CodeOf(*answer), ErrorCode::kBadGateway);
  over.set_value();
}

TEST(StaleRule, ReusedConnectionThatDiesIsReplacedOnce) {
  ScriptedBackend backend({DiesOnReuse(), Answers(std::string(kOk))});
  ClientHarness harness;
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(backend.accepted(), 2);
}

TEST(StaleRule, SecondFailureIsFinal) {
  ScriptedBackend backend({DiesOnReuse(), [](Peer& peer) { peer.ReadRequest(); }});
  ClientHarness harness;
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kBadGateway);
  EXPECT_EQ(backend.accepted(), 2);
}

TEST(StaleRule, NewConnectionThatDiesIsNotReplaced) {
  ScriptedBackend backend({[](Peer& peer) { peer.ReadRequest(); }});
  ClientHarness harness;
  EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kBadGateway);
  EXPECT_EQ(backend.accepted(), 1);
}

TEST(StaleRule, PostAndPatchAreNeverSentTwice) {
  for (const Method method : {Method::kPost, Method::kPatch}) {
    ScriptedBackend backend({DiesOnReuse(), Answers(std::string(kOk))});
    ClientHarness harness;
    EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
    const ClientRequest request(method, ClientHarness::At(backend.port()), "/");
    EXPECT_EQ(CodeOf(harness.Send(request)), ErrorCode::kBadGateway);
    EXPECT_EQ(backend.accepted(), 1);
  }
}

TEST(StaleRule, PostThatMayBeRepeatedIs) {
  ScriptedBackend backend({DiesOnReuse(), Answers(std::string(kOk))});
  ClientHarness harness;
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  ClientRequest request(Method::kPost, ClientHarness::At(backend.port()), "/");
  request.body = "once or twice";
  request.may_repeat = true;
  EXPECT_EQ(BodyOf(harness.Send(request)), "ok");
}

TEST(StaleRule, PostAvoidsAConnectionThatHasEnded) {
  std::promise<void> ended;
  ScriptedBackend backend({[&](Peer& peer) {
                             peer.ReadRequest();
                             peer.Send(kOk);
                             peer.Close();
                             ended.set_value();
                           },
                           Answers(std::string(kOk))});
  ClientHarness harness;
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  ended.get_future().wait();
  EXPECT_EQ(BodyOf(harness.Post(backend.port(), "x")), "ok");
  EXPECT_EQ(backend.accepted(), 2);
}

TEST(StaleRule, AfterTheFirstByteNothingIsRepeated) {
  ScriptedBackend backend({[](Peer& peer) {
                             peer.ReadRequest();
                             peer.Send(kOk);
                             peer.ReadRequest();
                             peer.Send("HTTP/1.1 2");
                           },
                           Answers(std::string(kOk))});
  ClientHarness harness;
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kBadGateway);
  EXPECT_EQ(backend.accepted(), 1);
}

// --- what is not an acceptable response ---

TEST(UntrustedBackend, MalformedResponseIsBadGateway) {
  const std::string cases[] = {
      "hello\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX-A\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX-A:\r\n b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyzzy\r\n",
      "HTTP/1.1 101 Switching\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      // Cut off
      "",
      "HTTP/1.1 200 O",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
  };
  for (const std::string& answer : cases) {
    ScriptedBackend backend({AnswersOnce(answer)});
    ClientHarness harness;
    EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kBadGateway) << answer;
    EXPECT_EQ(harness.client().open_connections(), 0u);
  }
}

TEST(UntrustedBackend, OversizedResponseIsBadGateway) {
  ClientOptions options;
  options.body_bytes = 1000;
  options.head_bytes = 20000;
  const std::string body(1001, 'x');
  const std::string cases[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + body,
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n",
      "HTTP/1.1 200 OK\r\n\r\n" + body,
      "HTTP/1.1 200 OK\r\nX-A: " + std::string(30000, 'a') + "\r\nContent-Length: 0\r\n\r\n",
  };
  for (const std::string& answer : cases) {
    ScriptedBackend backend({AnswersOnce(answer)});
    ClientHarness harness(options);
    EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kBadGateway) << answer.substr(0, 60);
  }
  ScriptedBackend backend({AnswersOnce("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'))});
  ClientHarness harness(options);
  EXPECT_TRUE(harness.Get(backend.port()));
}

TEST(UntrustedBackend, OversizedResponseIsCutOffWhereThatIsAsked) {
  ClientOptions options;
  options.body_bytes = 4;
  options.cut_long_bodies = true;
  ScriptedBackend backend({
      Answers("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"),
      Answers("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x')),
      Answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"),
  });
  ClientHarness harness(options);
  const auto whole = harness.Get(backend.port());
  EXPECT_EQ(BodyOf(whole), "abcd");
  EXPECT_FALSE(whole->truncated);
  harness.Advance(seconds(5));  // so that the next connection is a new one
  const auto by_length = harness.Get(backend.port());
  EXPECT_EQ(BodyOf(by_length), "xxxx");
  EXPECT_TRUE(by_length->truncated);
  // What is left of the answer is of no use, and so is the connection.
  EXPECT_EQ(harness.client().open_connections(), 0u);
  const auto chunked = harness.Get(backend.port());
  EXPECT_EQ(BodyOf(chunked), "abcd");
  EXPECT_TRUE(chunked->truncated);
}

TEST(UntrustedBackend, NobodyListeningIsBadGateway) {
  std::uint16_t port;
  {
    ScriptedBackend backend({Answers("")});
    port = backend.port();
  }
  ClientHarness harness;
  const auto response = harness.Get(port);
  EXPECT_EQ(CodeOf(response), ErrorCode::kBadGateway);
  EXPECT_EQ(response.error().message, "the backend cannot be reached");
}

// --- deadlines and names ---

TEST(ClientDeadline, EndsWaitingForAResponse) {
  for (const std::string said :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "HTTP/1.1 200 OK\r\n\r\nabc"}) {
    ClientHarness harness;
    ScriptedBackend backend({[&](Peer& peer) {
      peer.ReadRequest();
      peer.Send(said);
      harness.AdvanceFromElsewhere(seconds(31));
      peer.AwaitEnd();
    }});
    EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kTimeout) << said;
    EXPECT_EQ(harness.client().open_connections(), 0u);
  }
}

TEST(ClientDeadline, IsNotMistakenForAStaleConnection) {
  ClientHarness harness;
  ScriptedBackend backend({[&](Peer& peer) {
                             peer.ReadRequest();
                             peer.Send(kOk);
                             peer.ReadRequest();
                             harness.AdvanceFromElsewhere(seconds(31));
                             peer.AwaitEnd();
                           },
                           Answers(std::string(kOk))});
  EXPECT_EQ(BodyOf(harness.Get(backend.port())), "ok");
  EXPECT_EQ(CodeOf(harness.Get(backend.port())), ErrorCode::kTimeout);
  EXPECT_EQ(backend.accepted(), 1);
}

TEST(ClientNames, LocalhostNeedsNoNameService) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientHarness harness;
  for (const char* name : {"localhost", "LocalHost", "chat.localhost"}) {
    Origin origin = ClientHarness::At(backend.port());
    origin.host = name;
    EXPECT_EQ(BodyOf(harness.Send(ClientRequest(Method::kGet, origin, "/"))), "ok") << name;
  }
}

TEST(ClientNames, AreLookedUpAsTheOwnerSays) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientOptions options;
  std::string asked;
  options.look_up = [&](std::string host) -> Awaitable<Result<std::vector<boost::asio::ip::address>>> {
    asked = host;
    co_return std::vector{boost::asio::ip::make_address("127.0.0.1")};
  };
  ClientHarness harness(options);
  Origin origin = ClientHarness::At(backend.port());
  origin.host = "backend.test";
  EXPECT_EQ(BodyOf(harness.Send(ClientRequest(Method::kGet, origin, "/"))), "ok");
  EXPECT_EQ(asked, "backend.test");
}

TEST(ClientNames, OnlyAddressesThatMayBeAreConnectedTo) {
  ScriptedBackend backend({Answers(std::string(kOk))});
  ClientOptions options;
  std::vector<std::string> judged;
  options.look_up = [](std::string) -> Awaitable<Result<std::vector<boost::asio::ip::address>>> {
    co_return std::vector{boost::asio::ip::make_address("127.0.0.9"), boost::asio::ip::make_address("127.0.0.1")};
  };
  std::string allowed = "127.0.0.1";
  options.may_connect = [&](const boost::asio::ip::address& address, std::string_view host) {
    judged.push_back(std::string(host) + " " + address.to_string());
    return address.to_string() == allowed;
  };
  ClientHarness harness(options);
  Origin origin = ClientHarness::At(backend.port());
  origin.host = "backend.test";
  EXPECT_EQ(BodyOf(harness.Send(ClientRequest(Method::kGet, origin, "/"))), "ok");
  EXPECT_EQ(judged, (std::vector<std::string>{"backend.test 127.0.0.9", "backend.test 127.0.0.1"}));
  allowed = "none";
  origin.host = "other.test";
  EXPECT_EQ(CodeOf(harness.Send(ClientRequest(Method::kGet, origin, "/"))), ErrorCode::kPermissionDenied);
}

TEST(ClientNames, UnknownNameIsBadGateway) {
  ClientHarness harness;
  Origin origin;
  origin.host = "nobody.invalid";
  const ClientRequest request(Method::kGet, origin, "/");
  EXPECT_EQ(CodeOf(harness.Send(request)), ErrorCode::kBadGateway);
}

TEST(ClientObserver, HearsOfEveryExchange) {
  struct Remembering final : ClientObserver {
    void OnExchange(const ClientRequest& request, int status, std::string_view error, std::chrono::nanoseconds,
                    bool reused) override {
      heard.push_back(std::string(NameOf(request.method)) + " " + std::to_string(status) + " " + std::string(error) +
                      (reused ? "reused" : ""));
    }
    std::vector<std::string> heard;
  };
  Remembering remembering;
  ScriptedBackend backend({DiesOnReuse()});
  ClientHarness harness({}, &remembering);
  EXPECT_TRUE(harness.Get(backend.port()));
  EXPECT_FALSE(harness.Post(backend.port(), "x"));
  EXPECT_EQ(remembering.heard, (std::vector<std::string>{"GET 200 ", "POST 0 bad_gatewayreused"}));
}

}  // namespace
}  // namespace parley::http::test
