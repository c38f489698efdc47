// The client's TLS against a server whose certificates are made for each test.
#include <gtest/gtest.h>

#include "certificates.h"
#include "client_harness.h"
#include "scripted_backend.h"

namespace parley::http::test {
namespace {

class TlsBackend {
 public:
  explicit TlsBackend(const std::string& names)
      : authority_(IssueAuthority()),
        leaf_(IssueLeaf(names, authority_)),
        context_(SSL_CTX_new(TLS_server_method())),
        backend_({[this](Peer& peer) { Serve(peer); }}) {
    SSL_CTX_use_certificate(context_.get(), leaf_.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), leaf_.key.get());
  }

  std::uint16_t port() const { return backend_.port(); }
  int accepted() const { return backend_.accepted(); }
  std::string requested_name() const { return requested_name_; }

  // The authority's certificate as a file, the way an operator would give it.
  std::string CaFile() const {
    const std::string path = testing::TempDir() + "parley_http_test_ca_" + std::to_string(port()) + ".pem";
    WriteFile(path, PemOf(authority_));
    return path;
  }

  // The answer to every request; a connection ends without TLS's own end when it asks to close.
  void SetAnswer(std::string answer) { answer_ = std::move(answer); }

 private:
  void Serve(Peer& peer) {
    Tls tls(SSL_new(context_.get()));
    SSL_set_fd(tls.get(), peer.socket());
    if (SSL_accept(tls.get()) != 1) return;
    if (const char* const name = SSL_get_servername(tls.get(), TLSEXT_NAMETYPE_host_name)) requested_name_ = name;
    std::string received;
    char buffer[4096];
    for (int count; (count = SSL_read(tls.get(), buffer, sizeof buffer)) > 0;) {
      received.append(buffer, static_cast<std::size_t>(count));
      if (received.find("\r\n\r\n") == std::string::npos) continue;
      received.clear();
      SSL_write(tls.get(), answer_.data(), static_cast<int>(answer_.size()));
      if (answer_.find("Connection: close") != std::string::npos) return;
    }
  }

  Identity authority_;
  Identity leaf_;
  TlsContext context_;
  std::string requested_name_;
  std::string answer_ = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  ScriptedBackend backend_;
};

Result<ClientResponse> Get(ClientHarness& harness, const std::string& host, std::uint16_t port) {
  Origin origin;
  origin.tls = true;
  origin.host = host;
  origin.port = port;
  const ClientRequest request(Method::kGet, origin, "/");
  return harness.Send(request);
}

ClientOptions Trusting(const TlsBackend& backend) {
  ClientOptions options;
  options.ca_file = backend.CaFile();
  return options;
}

TEST(ClientTls, VerifiedBackendIsAnsweredAndKept) {
  TlsBackend backend("DNS:localhost");
  ClientHarness harness(Trusting(backend));
  for (int i = 0; i < 3; ++i) {
    const auto response = Get(harness, "localhost", backend.port());
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->body, "ok");
  }
  EXPECT_EQ(backend.accepted(), 1);
  EXPECT_EQ(backend.requested_name(), "localhost");
  harness.client().Close();
}

TEST(ClientTls, AddressIsVerifiedToo) {
  TlsBackend backend("IP:127.0.0.1");
  ClientHarness harness(Trusting(backend));
  EXPECT_TRUE(Get(harness, "127.0.0.1", backend.port()));
  EXPECT_EQ(backend.requested_name(), "");
  harness.client().Close();
}

TEST(ClientTls, WrongHostIsRefused) {
  for (const char* names : {"DNS:other.example", "IP:127.0.0.1", "DNS:localhost.example"}) {
    TlsBackend backend(names);
    ClientHarness harness(Trusting(backend));
    const auto response = Get(harness, "localhost", backend.port());
    ASSERT_FALSE(response) << names;
    EXPECT_EQ(response.error().code, ErrorCode::kBadGateway);
    EXPECT_EQ(response.error().message, "TLS with the backend failed");
  }
}

TEST(ClientTls, UnknownAuthorityIsRefused) {
  TlsBackend backend("DNS:localhost");
  TlsBackend other("DNS:localhost");
  ClientHarness harness(Trusting(other));
  EXPECT_FALSE(Get(harness, "localhost", backend.port()));
  ClientHarness system;
  EXPECT_FALSE(Get(system, "localhost", backend.port()));
}

TEST(ClientTls, PlainBackendIsRefused) {
  ScriptedBackend backend({[](Peer& peer) { peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n"); }});
  ClientHarness harness;
  const auto response = Get(harness, "127.0.0.1", backend.port());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kBadGateway);
}

// A body that lasts until the end is only complete when TLS says that it is the end.
TEST(ClientTls, TruncatedBodyIsRefused) {
  TlsBackend backend("DNS:localhost");
  backend.SetAnswer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab");
  ClientHarness harness(Trusting(backend));
  const auto response = Get(harness, "localhost", backend.port());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "the backend's response ended early");
}

TEST(ClientTls, UnreadableCaFileIsRefusedAtOnce) {
  parley::test::FakeClock clock;
  TimerWheel timers(clock.Steady());
  ClientOptions options;
  options.ca_file = "/nonexistent.pem";
  const auto client = Client::Create(options, parley::test::Loop(), timers, clock);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace parley::http::test
