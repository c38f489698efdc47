// Sizes and numbers the server holds to, whatever comes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "test_server.h"

namespace parley::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

std::string PostOf(std::size_t size) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

TEST(Limits, HeadOfTheLargestSizeIsAccepted) {
  ServerOptions options;
  options.limits.head_bytes = 1000;
  TestServer server(options);
  const auto request = [](std::size_t size) {
    std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX-A: ";
    return head + std::string(size - head.size() - 4, 'a') + "\r\n\r\n";
  };
  EXPECT_EQ(server.Connect().Ask(request(1000)).status, 200);
  EXPECT_EQ(server.Connect().Ask(request(1001)).status, 431);
}

TEST(Limits, BodyOfTheLargestSizeIsAccepted) {
  ServerOptions options;
  options.limits.body_bytes = 100000;
  TestServer server(options);
  EXPECT_EQ(server.Connect().Ask(PostOf(100000)).status, 200);
  EXPECT_EQ(server.Connect().Ask(PostOf(100001)).status, 413);
}

TEST(Limits, ChunksAreSummed) {
  ServerOptions options;
  options.limits.body_bytes = 100;
  TestServer server(options);
  const auto request = [](int chunks) {
    std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < chunks; ++i) bytes += "a\r\n0123456789\r\n";
    return bytes + "0\r\n\r\n";
  };
  EXPECT_EQ(server.Connect().Ask(request(10)).status, 200);
  EXPECT_EQ(server.Connect().Ask(request(11)).status, 413);
}

TEST(Limits, EndlessChunkHeaderIsRefused) {
  TestServer server;
  RawClient client = server.Connect();
  const RawResponse response =
      client.Ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=" + std::string(40000, 'b'));
  EXPECT_EQ(response.status, 431);
  EXPECT_TRUE(response.closes());
}

TEST(Limits, BodyLimitMayDependOnTheRequest) {
  ServerOptions options;
  options.limits.body_bytes = 10;
  options.body_limit = [](const Request& head) -> std::size_t { return head.path == "/upload" ? 1000 : 10; };
  TestServer server(options);
  const auto request = [](const std::string& path) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n" + std::string(500, 'x');
  };
  EXPECT_EQ(server.Connect().Ask(request("/upload")).status, 200);
  EXPECT_EQ(server.Connect().Ask(request("/other")).status, 413);
}

// The answer must survive the client's habit of sending all of its body before it reads.
TEST(Limits, RefusedBodyIsDiscardedSoThatTheAnswerArrives) {
  TestServer server;
  RawClient client = server.Connect();
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n");
  client.Send(std::string(200000, 'x'));
  client.FinishSending();
  EXPECT_EQ(client.Read().status, 413);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(Limits, ConnectionTooManyIs503) {
  ServerOptions options;
  options.limits.connections_per_shard = 2;
  TestServer server(options);
  RawClient first = server.Connect();
  RawClient second = server.Connect();
  EXPECT_EQ(first.Ask(kGet).status, 200);
  EXPECT_EQ(second.Ask(kGet).status, 200);
  RawClient third = server.Connect();
  const RawResponse response = third.Read();
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(first.Ask(kGet).status, 200);

  second.Close();
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (server.Connect().Ask(kGet).status == 200) return;
    server.Settle();
  }
  FAIL() << "the place of the closed connection was not given away";
}

// Raises the soft limit of open files as far as a test needs it, and puts it back.
class FileLimit {
 public:
  explicit FileLimit(rlim_t files) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit wanted = before_;
    wanted.rlim_cur = std::min(files, before_.rlim_max);
    ok_ = ::setrlimit(RLIMIT_NOFILE, &wanted) == 0 && wanted.rlim_cur == files;
  }
  ~FileLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  bool ok() const { return ok_; }

 private:
  rlimit before_{};
  bool ok_;
};

TEST(Limits, TwoThousandIdleConnectionsAreHeldAndThenClosed) {
  const FileLimit files(4300);
  if (!files.ok()) GTEST_SKIP() << "this machine allows too few open files";
  TestServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 2000; ++i) {
    clients.push_back(server.Connect());
    ASSERT_TRUE(clients.back().connected());
  }
  for (std::size_t i = 0; i < clients.size(); i += 50) EXPECT_EQ(clients[i].Ask(kGet).status, 200);
  server.Advance(seconds(74));
  for (std::size_t i = 0; i < clients.size(); i += 50) EXPECT_EQ(clients[i].Ask(kGet).status, 200);
  server.Advance(seconds(76));
  server.Settle();
  for (RawClient& client : clients) ASSERT_EQ(client.ReadToEnd(), "");
}

// With no descriptor left the client is told so at once, and afterwards everything goes on.
TEST(Limits, WithoutDescriptorsClientsAreRefusedNotLeftWaiting) {
  TestServer server;
  RawClient before = server.Connect();
  EXPECT_EQ(before.Ask(kGet).status, 200);
  const int prepared[] = {::socket(AF_INET, SOCK_STREAM, 0), ::socket(AF_INET, SOCK_STREAM, 0)};
  const int next_free = ::open("/dev/null", O_RDONLY);
  ::close(next_free);
  {
    const FileLimit none(static_cast<rlim_t>(next_free));
    ASSERT_TRUE(none.ok());
    RawClient first(prepared[0], server.port());
    EXPECT_EQ(first.Read().status, 503);
    EXPECT_EQ(first.ReadToEnd(), "");
    RawClient second(prepared[1], server.port());
    EXPECT_EQ(second.Read().status, 503);
    EXPECT_EQ(before.Ask(kGet).status, 200);
  }
  EXPECT_EQ(server.Connect().Ask(kGet).status, 200);
}

}  // namespace
}  // namespace parley::http::test
