// The framing matrix against a running server: each malformed request gets its status and an end, and nothing behind it
// is ever taken for a request.
#include <gtest/gtest.h>

#include "framing_cases.h"
#include "test_server.h"

namespace parley::http::test {
namespace {

constexpr std::string_view kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

class Refused : public testing::TestWithParam<FramingCase> {};

TEST_P(Refused, GetsItsStatusAndAnEnd) {
  TestServer server;
  RawClient client = server.Connect();
  client.Send(GetParam().bytes + std::string(kSmuggled));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_TRUE(response.closes());
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_TRUE(response.body.starts_with("{\"error\":")) << response.body;
  client.FinishSending();
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_EQ(server.handled(), 0);
}

INSTANTIATE_TEST_SUITE_P(Framing, Refused, testing::ValuesIn(RefusedRequests()),
                         [](const auto& one) { return one.param.name; });

class Accepted : public testing::TestWithParam<AcceptedCase> {};

TEST_P(Accepted, IsAnsweredAndSoIsTheNextRequest) {
  TestServer server;
  RawClient client = server.Connect();
  client.Send(GetParam().bytes);
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, GetParam().echo);
  if (!response.closes()) {
    EXPECT_EQ(client.Ask("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body, "GET /next|");
  }
}

INSTANTIATE_TEST_SUITE_P(Framing, Accepted, testing::ValuesIn(AcceptedRequests()),
                         [](const auto& one) { return one.param.name; });

TEST(Framing, RequestCutOffByTheClientReachesNobody) {
  TestServer server;
  for (const std::string bytes : {"GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc",
                                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
    RawClient client = server.Connect();
    client.Send(bytes);
    client.FinishSending();
    EXPECT_EQ(client.ReadToEnd(), "") << bytes;
  }
  EXPECT_EQ(server.handled(), 0);
}

}  // namespace
}  // namespace parley::http::test
