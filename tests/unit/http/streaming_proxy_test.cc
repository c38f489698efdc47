// Bodies that pass through both sides of the engine: a client, the proxy and a server behind it.
#include <gtest/gtest.h>

#include <thread>

#include "certificates.h"
#include "http/proxy.h"
#include "http/response_head.h"
#include "scripted_backend.h"
#include "streams.h"
#include "test_server.h"

namespace parley::http::test {
namespace {

constexpr std::size_t kSize = 6 * 1024 * 1024 + 11;

// The body of a request as that of its answer.
class EchoBody final : public BodySource {
 public:
  explicit EchoBody(IncomingBody& from) : from_(from) {}
  Awaitable<Result<std::string_view>> Read() override {
    const Result<std::string_view> part = co_await from_.Read();
    if (part) bytes_read_ += part->size();
    co_return part;
  }
  std::optional<std::uint64_t> Length() const override { return from_.Length(); }

 private:
  IncomingBody& from_;
};

// Echoes as it reads, or when it has read all.
Handler Echoing() {
  return [](const Request& request) -> Awaitable<Response> {
    if (request.incoming == nullptr) co_return EchoOf(request);
    if (request.path == "/refused") co_return Response(401, "text/plain", "who");
    Response response(200, "application/octet-stream", {});
    if (request.path == "/at-once") {
      response.stream = std::make_shared<EchoBody>(*request.incoming);
      co_return response;
    }
    const Result<std::string> whole = co_await ReadWhole(*request.incoming, 2 * kSize);
    if (!whole) co_return EngineError(whole.error().http_status, whole.error().message);
    response.body = *whole;
    co_return response;
  };
}

// Authority and certificates of both servers.
struct Certificates {
  explicit Certificates(const std::string& where)
      : authority(IssueAuthority()), files{where + "_leaf.pem", where + "_key.pem"}, ca_file(where + "_ca.pem") {
    const Identity leaf = IssueLeaf("DNS:localhost", authority);
    WriteFile(files.certificate, PemOf(leaf));
    WriteFile(files.key, KeyPemOf(leaf));
    WriteFile(ca_file, PemOf(authority));
  }
  Identity authority;
  TlsFiles files;
  std::string ca_file;
};

class Chain {
 public:
  explicit Chain(const Certificates* certificates)
      : certificates_(certificates),
        behind_(Options(), [](Shard&) { return Echoing(); }),
        proxy_(Options(), [this](Shard& shard) { return Passing(shard); }) {}

  RawClient Connect() {
    RawClient client = proxy_.Connect();
    if (certificates_ != nullptr) client.StartTls(*trusting());
    return client;
  }

 private:
  ServerOptions Options() const {
    ServerOptions options;
    options.limits.body_bytes = 2 * kSize;
    options.streams = [](const Request&) { return true; };
    if (certificates_ == nullptr) return options;
    Problems problems;
    options.tls = ServerTls::Load(certificates_->files, problems);
    options.client.ca_file = certificates_->ca_file;
    return options;
  }
  Handler Passing(Shard& shard) {
    ProxyOptions options;
    options.origin.tls = certificates_ != nullptr;
    options.origin.host = "localhost";
    options.origin.port = behind_.port();
    return MakeProxy(shard.client(), clock_, options);
  }
  SSL_CTX* trusting() {
    if (!trusting_) trusting_ = ClientTrusting(certificates_->authority);
    return trusting_.get();
  }

  const Certificates* const certificates_;
  TlsContext trusting_;
  parley::test::FakeClock clock_;
  TestServer behind_;
  TestServer proxy_;
};

class StreamingProxy : public testing::TestWithParam<bool> {
 protected:
  StreamingProxy() {
    if (GetParam()) certificates_.emplace(testing::TempDir() + "parley_streaming_proxy");
  }
  std::optional<Certificates> certificates_;
  Chain chain_{certificates_ ? &*certificates_ : nullptr};
};
INSTANTIATE_TEST_SUITE_P(, StreamingProxy, testing::Bool(),
                         [](const auto& given) { return given.param ? "Tls" : "Plain"; });

std::string Post(std::string_view path, std::string_view fields) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

TEST_P(StreamingProxy, UpThenDownOverOneConnection) {
  RawClient client = chain_.Connect();
  for (int round = 0; round < 2; ++round) {
    client.Send(Post("/later", "Content-Length: " + std::to_string(kSize) + "\r\n") + Pattern(0, kSize));
    const RawResponse response = client.Read();
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.body == Pattern(0, kSize));
    EXPECT_EQ(client.Ask(Post("/small", "Content-Length: 2\r\n") + "hi").body, "POST /small|hi");
  }
}

TEST_P(StreamingProxy, ChunksUpWithTrailersAndPipelinedBehindThem) {
  RawClient client = chain_.Connect();
  std::string bytes = Post("/later", "Transfer-Encoding: chunked\r\n");
  for (std::size_t at = 0; at < kSize; at += 100'000)
    bytes += Chunk(Pattern(at, std::min<std::size_t>(100'000, kSize - at)));
  client.Send(bytes + "0\r\nX-Sum: 1\r\n\r\n" + Post("/small", "Content-Length: 2\r\n") + "hi");
  EXPECT_TRUE(client.Read().body == Pattern(0, kSize));
  EXPECT_EQ(client.Read().body, "POST /small|hi");
}

// The client has sent a part, and waits.
TEST_P(StreamingProxy, AnEarlyRefusalIsPassedOn) {
  RawClient client = chain_.Connect();
  client.Send(Post("/refused", "Content-Length: " + std::to_string(kSize) + "\r\n") + Pattern(0, 1000));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body, "who");
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(client.ReadToEnd(), "");
}

// A few bytes come back before more are sent, from one end to the other.
TEST_P(StreamingProxy, BothWaysAtOnce) {
  constexpr std::size_t kParts = 40, kPart = 30'000;
  RawClient client = chain_.Connect();
  client.Send(Post("/at-once", "Content-Length: " + std::to_string(kParts * kPart) + "\r\n"));
  EXPECT_EQ(client.Read(true).headers.at("content-length"), std::to_string(kParts * kPart));
  for (std::size_t i = 0; i < kParts; ++i) {
    client.Send(Pattern(i * kPart, kPart));
    ASSERT_TRUE(client.ReadBytes(kPart) == Pattern(i * kPart, kPart)) << i;
  }
}

TEST_P(StreamingProxy, BothWaysAtOnceInChunks) {
  constexpr std::size_t kParts = 40, kPart = 30'000;
  RawClient client = chain_.Connect();
  client.Send(Post("/at-once", "Connection: close\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_EQ(client.Read(true).headers.at("transfer-encoding"), "chunked");
  for (std::size_t i = 0; i < kParts; ++i) client.Send(Chunk(Pattern(i * kPart, kPart)));
  client.Send("0\r\n\r\n");
  const std::optional<std::string> rest = client.ReadToEnd();
  ASSERT_TRUE(rest);
  EXPECT_TRUE(Dechunk(*rest) == Pattern(0, kParts * kPart));
}

// Whoever stands between two that do not wait for each other holds no more than buffers; both must go on.
TEST_P(StreamingProxy, BothWaysWithoutWaiting) {
  RawClient client = chain_.Connect();
  client.Send(Post("/at-once", "Content-Length: " + std::to_string(kSize) + "\r\n"));
  client.Read(true);
  if (GetParam()) {
    // One thread at a time may use a TLS connection of the test's.
    std::size_t received = 0;
    for (std::size_t sent = 0; sent < kSize;) {
      const std::size_t some = std::min<std::size_t>(200'000, kSize - sent);
      client.Send(Pattern(sent, some));
      sent += some;
      while (received + 150'000 < sent || (sent == kSize && received < kSize)) {
        const std::size_t wanted = std::min<std::size_t>(50'000, kSize - received);
        ASSERT_TRUE(client.ReadBytes(wanted) == Pattern(received, wanted)) << received;
        received += wanted;
      }
    }
    return;
  }
  std::thread sender([&] { client.Send(Pattern(0, kSize)); });
  const std::string back = client.ReadBytes(kSize);
  sender.join();
  EXPECT_TRUE(back == Pattern(0, kSize));
}

}  // namespace
}  // namespace parley::http::test
