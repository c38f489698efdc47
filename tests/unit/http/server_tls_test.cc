// The server inside TLS: the same promises as without, and certificates that are replaced while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certificates.h"
#include "test_server.h"

namespace parley::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

// One server certificate on disk, as an operator would have it.
class Certified {
 public:
  Certified() { Renew(); }

  void Renew(const std::string& names = "DNS:localhost") {
    const Identity leaf = IssueLeaf(names, authority_);
    WriteFile(files_.certificate, PemOf(leaf));
    WriteFile(files_.key, KeyPemOf(leaf));
  }

  const TlsFiles& files() const { return files_; }
  const Identity& authority() const { return authority_; }
  SSL_CTX& trusting() { return *client_; }

  std::shared_ptr<ServerTls> Load() {
    Problems problems;
    return ServerTls::Load(files_, problems);
  }
  ServerOptions Options() {
    ServerOptions options;
    options.tls = Load();
    return options;
  }

 private:
  static std::string FileFor(const std::string& what) {
    const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
    return testing::TempDir() + "parley_" + test.test_suite_name() + "_" + test.name() + "_" + what + ".pem";
  }

  TlsFiles files_{FileFor("certificate"), FileFor("key")};
  Identity authority_ = IssueAuthority();
  TlsContext client_ = ClientTrusting(authority_);
};

// Every request is answered with "secure" or "plain", so that an answer shows what the handler was told.
HandlerFactory SayingHow() {
  return [](Shard&) -> Handler {
    return [](const Request& request) -> Awaitable<Response> {
      co_return Response(200, "text/plain", request.secure ? "secure" : "plain");
    };
  };
}

TEST(ServerTls, AnswersOnAConnectionThatIsVerifiedAndKept) {
  Certified certified;
  TestServer server(certified.Options());
  EXPECT_THAT(server.server().url(), StartsWith("https://127.0.0.1:"));
  RawClient client = server.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting()));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Ask(kGet).body, "GET /a|");
  EXPECT_EQ(client.Ask("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi").body, "POST /b|hi");
  client.Send(std::string(kGet) + std::string(kGet));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 200);
}

TEST(ServerTls, HandlersKnowHowARequestCame) {
  Certified certified;
  TestServer secure(certified.Options(), SayingHow());
  RawClient client = secure.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting()));
  EXPECT_EQ(client.Ask(kGet).body, "secure");
  TestServer plain({}, SayingHow());
  EXPECT_EQ(plain.Connect().Ask(kGet).body, "plain");
}

TEST(ServerTls, VersionsBefore12AreRefused) {
  Certified certified;
  TestServer server(certified.Options());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsContext context = ClientTrusting(certified.authority());
    SSL_CTX_set_max_proto_version(context.get(), version);
    RawClient client = server.Connect();
    ASSERT_TRUE(client.StartTls(*context)) << version;
    EXPECT_EQ(SSL_version(client.tls()), version);
    EXPECT_EQ(client.Ask(kGet).status, 200);
  }
  const TlsContext context = ClientTrusting(certified.authority());
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  RawClient old = server.Connect();
  EXPECT_FALSE(old.StartTls(*context));
}

TEST(ServerTls, TheWholeChainIsSent) {
  Certified certified;
  const Identity between = IssueAuthority(&certified.authority());
  const Identity leaf = IssueLeaf("DNS:localhost", between);
  WriteFile(certified.files().certificate, PemOf(leaf) + PemOf(between));
  WriteFile(certified.files().key, KeyPemOf(leaf));
  TestServer server(certified.Options());
  RawClient client = server.Connect();
  EXPECT_TRUE(client.StartTls(certified.trusting())) << "the client knows the authority only";
}

TEST(ServerTls, BodiesOfAnySizeGoBothWays) {
  Certified certified;
  ServerOptions options = certified.Options();
  options.limits.body_bytes = 64 << 20;
  TestServer server(options);
  RawClient client = server.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting()));
  // Lengths around a record's, one far beyond what sockets hold.
  for (const std::size_t length : {1u, 16000u, 16384u, 16385u, 40000u, 24u << 20}) {
    std::string body(length, 'x');
    for (std::size_t i = 0; i < length; i += 7) body[i] = static_cast<char>('a' + i % 26);
    client.Send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n");
    client.Send(body);
    server.Settle();  // the answer waits for the client to read
    EXPECT_TRUE(client.Read().body == "POST /b|" + body) << length;
  }
}

TEST(ServerTls, ARequestThatIsSlowInsideTlsIs408) {
  Certified certified;
  TestServer server(certified.Options());
  RawClient client = server.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting()));
  EXPECT_EQ(client.Ask(kGet).status, 200);  // and with it all that TLS itself had to say
  client.Send("GET / HTTP/1.1\r\nHo");
  ASSERT_TRUE(server.AdvanceUntilReadable(client, milliseconds(500), seconds(20)));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 408);
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(client.end_was_announced());
}

TEST(ServerTls, AHandshakeHasTheTimeOfAHead) {
  Certified certified;
  TestServer server(certified.Options());
  RawClient silent = server.Connect();
  RawClient dripping = server.Connect();
  // The beginning of a record that promises a ClientHello of 512 bytes.
  dripping.Send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  for (int second = 0; second < 9; ++second) {
    server.Advance(seconds(1));
    dripping.Send(std::string_view("\0", 1));
  }
  EXPECT_FALSE(silent.Readable(milliseconds(20)));
  EXPECT_TRUE(server.AdvanceUntilReadable(silent, milliseconds(500), seconds(3)));
  EXPECT_EQ(silent.ReadToEnd(), "");
  EXPECT_TRUE(dripping.ReadToEnd());
}

TEST(ServerTls, AnIdleConnectionIsEndedWithNotice) {
  Certified certified;
  TestServer server(certified.Options());
  RawClient client = server.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting()));
  client.Ask(kGet);
  server.Advance(seconds(74));
  EXPECT_EQ(client.Ask(kGet).status, 200);
  ASSERT_TRUE(server.AdvanceUntilReadable(client, seconds(1), seconds(80)));
  client.ReadToEnd();
  EXPECT_TRUE(client.end_was_announced());
}

TEST(ServerTls, PlainHttpIsToldSoAndEnded) {
  Certified certified;
  TestServer server(certified.Options());
  for (const std::string& request :
       {std::string(kGet), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'x')}) {
    RawClient client = server.Connect();
    const RawResponse response = client.Ask(request);
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("HTTPS"));
    EXPECT_TRUE(response.closes());
    EXPECT_EQ(client.ReadToEnd(), "");
  }
  EXPECT_EQ(server.handled(), 0);
}

TEST(ServerTls, WhateverIsNoHandshakeIsEnded) {
  Certified certified;
  TestServer server(certified.Options());
  for (const std::string& bytes : {std::string("SSH-2.0-OpenSSH\r\n\r\n"), std::string(5000, '\0'),
                                   std::string("\x16\x03\x01\x00\x05hello", 10)}) {
    RawClient client = server.Connect();
    client.Send(bytes);
    EXPECT_TRUE(client.ReadToEnd());
  }
  RawClient gone = server.Connect();
  gone.Send("\x16\x03");
  gone.Reset();
  RawClient client = server.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting())) << "others are served as before";
  EXPECT_EQ(client.Ask(kGet).status, 200);
}

TEST(ServerTls, OneConnectionTooManyIsEndedWithoutAWord) {
  Certified certified;
  ServerOptions options = certified.Options();
  options.limits.connections_per_shard = 1;
  TestServer server(options);
  RawClient first = server.Connect();
  ASSERT_TRUE(first.StartTls(certified.trusting()));
  EXPECT_EQ(first.Ask(kGet).status, 200);
  RawClient second = server.Connect();
  EXPECT_EQ(second.ReadToEnd(), "");
}

TEST(ServerTls, DrainingFinishesWhatIsInFlight) {
  Certified certified;
  Gate gate;
  TestServer server(certified.Options(), gate.Guarding());
  RawClient busy = server.Connect();
  RawClient idle = server.Connect();
  RawClient silent = server.Connect();
  ASSERT_TRUE(busy.StartTls(certified.trusting()));
  ASSERT_TRUE(idle.StartTls(certified.trusting()));
  EXPECT_EQ(idle.Ask("GET /free HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
  busy.Send(kGet);
  gate.AwaitWaiter();
  EXPECT_FALSE(server.server().Drain(milliseconds(0)));
  idle.ReadToEnd();
  EXPECT_TRUE(idle.end_was_announced());
  server.Advance(seconds(2));
  EXPECT_EQ(silent.ReadToEnd(), "") << "a handshake that has not begun is not waited for";
  gate.Open();
  const RawResponse response = busy.Read();
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(busy.ReadToEnd(), "");
  busy.Close();
  EXPECT_TRUE(server.server().Drain(seconds(20)));
}

// ---- certificates

std::string NamesOf(const RawClient& client) {
  const Certificate certificate(SSL_get1_peer_certificate(client.tls()));
  const Memory memory(BIO_new(BIO_s_mem()));
  X509V3_extensions_print(memory.get(), "", X509_get0_extensions(certificate.get()), 0, 0);
  return TakeText(memory.get());
}

TEST(ServerTls, ANewCertificateIsForNewConnections) {
  Certified certified;
  const ServerOptions options = certified.Options();
  TestServer server(options);
  RawClient old = server.Connect();
  ASSERT_TRUE(old.StartTls(certified.trusting()));

  certified.Renew("DNS:localhost,DNS:renewed.test");
  Problems problems;
  ASSERT_TRUE(options.tls->Reload(problems));
  RawClient later = server.Connect();
  ASSERT_TRUE(later.StartTls(certified.trusting()));
  EXPECT_THAT(NamesOf(later), HasSubstr("renewed.test"));
  EXPECT_EQ(later.Ask(kGet).status, 200);
  EXPECT_EQ(old.Ask(kGet).status, 200) << "whoever is connected stays so";
}

TEST(ServerTls, ABrokenNewCertificateChangesNothing) {
  Certified certified;
  const ServerOptions options = certified.Options();
  TestServer server(options);
  WriteFile(certified.files().certificate, "half of a fi");
  Problems problems;
  EXPECT_FALSE(options.tls->Reload(problems));
  EXPECT_THAT(Format(problems.list().at(0)), HasSubstr(certified.files().certificate));
  RawClient client = server.Connect();
  ASSERT_TRUE(client.StartTls(certified.trusting()));
  EXPECT_EQ(client.Ask(kGet).status, 200);
}

struct BadFiles {
  std::string name;
  std::function<void(const TlsFiles&, const Identity& authority)> spoil;
  bool of_key;  // else of the certificate
  std::string says;
};

class ServerTlsFiles : public testing::TestWithParam<BadFiles> {};

TEST_P(ServerTlsFiles, AreRefusedWithTheReason) {
  const Identity authority = IssueAuthority();
  const Identity leaf = IssueLeaf("DNS:localhost", authority);
  const std::string stem = testing::TempDir() + "parley_tls_files_" + GetParam().name;
  const TlsFiles files{stem + "_certificate.pem", stem + "_key.pem"};
  WriteFile(files.certificate, PemOf(leaf));
  WriteFile(files.key, KeyPemOf(leaf));
  GetParam().spoil(files, authority);
  Problems problems;
  EXPECT_EQ(ServerTls::Load(files, problems), nullptr);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(Format(problems.list().at(0)),
              AllOf(StartsWith(GetParam().of_key ? files.key : files.certificate), HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Spoilt, ServerTlsFiles,
    testing::Values(
        BadFiles{"NoCertificate", [](auto& files, auto&) { std::remove(files.certificate.c_str()); }, false,
                 "No such file"},
        BadFiles{"NoKey", [](auto& files, auto&) { std::remove(files.key.c_str()); }, true, "No such file"},
        BadFiles{"EmptyCertificate", [](auto& files, auto&) { WriteFile(files.certificate, ""); }, false, "is empty"},
        BadFiles{"NoPem", [](auto& files, auto&) { WriteFile(files.certificate, "hello"); }, false,
                 "not a PEM file of a certificate"},
        BadFiles{"KeyIsNoKey", [](auto& files, auto& other) { WriteFile(files.key, PemOf(other)); }, true,
                 "not a PEM file of a private key"},
        BadFiles{"KeyOfAnother", [](auto& files, auto& other) { WriteFile(files.key, KeyPemOf(other)); }, true,
                 "is not the key of the certificate in"},
        BadFiles{"KeyWithPassword", [](auto& files, auto& other) { WriteFile(files.key, KeyPemOf(other, "secret")); },
                 true, "without a password"}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace parley::http::test
