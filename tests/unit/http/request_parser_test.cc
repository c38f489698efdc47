#include "http/request_parser.h"

#include <gtest/gtest.h>

#include <random>

#include "framing_cases.h"

namespace parley::http {
namespace {

using test::AcceptedCase;
using test::FramingCase;

struct Parsed {
  int status = 0;  // 0: wants more bytes, 200: complete
  Request request;
  std::string body;
  std::size_t consumed = 0;
};

// Feeds `bytes` in pieces of `step` the way a connection does, without ever moving them.
Parsed Parse(const std::string& bytes, std::size_t step) {
  Parsed parsed;
  RequestParser parser({16 * 1024, 100}, parsed.request);
  const std::size_t start = bytes.starts_with("\r\n") ? 2 : 0;  // the connection skips it
  std::size_t begin = start;
  bool limited = false;
  for (std::size_t end = start; end < bytes.size();) {
    end = std::min(bytes.size(), end + step);
    const auto rest = [&] { return std::string_view(bytes).substr(begin, end - begin); };
    if (!parser.head_done()) begin += parser.ParseHead(rest());
    if (!parser.failed() && parser.head_done() && !limited) {
      limited = true;
      if (parser.content_length() > 1024 * 1024) {
        parsed.status = 413;
        return parsed;
      }
      parser.SetBodyLimit(1024 * 1024);
    }
    if (!parser.failed() && parser.head_done() && parser.chunked() && begin < end && !parser.body_done())
      begin += parser.ParseChunks(rest(), parsed.body);
    if (parser.failed()) {
      parsed.status = parser.status();
      return parsed;
    }
    if (!parser.head_done()) continue;
    if (parser.chunked()) {
      if (parser.body_done()) parsed.status = 200;
    } else if (end - begin >= parser.content_length()) {
      parsed.body = bytes.substr(begin, parser.content_length());
      begin += parser.content_length();
      parsed.status = 200;
    }
    if (parsed.status == 200) break;
  }
  parsed.consumed = begin;
  return parsed;
}

class RefusedRequest : public testing::TestWithParam<FramingCase> {};

TEST_P(RefusedRequest, IsRefusedHoweverItIsCutUp) {
  const std::string bytes = GetParam().bytes;
  for (const std::size_t step : {bytes.size(), std::size_t{1}, std::size_t{7}})
    EXPECT_EQ(Parse(bytes, step).status, GetParam().status) << "in pieces of " << step;
}

INSTANTIATE_TEST_SUITE_P(RequestParser, RefusedRequest, testing::ValuesIn(test::RefusedRequests()),
                         [](const auto& one) { return one.param.name; });

class AcceptedRequest : public testing::TestWithParam<AcceptedCase> {};

TEST_P(AcceptedRequest, IsAcceptedHoweverItIsCutUp) {
  const std::string bytes = GetParam().bytes;
  for (const std::size_t step : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    const Parsed parsed = Parse(bytes, step);
    EXPECT_EQ(parsed.status, 200) << "in pieces of " << step;
    EXPECT_EQ(parsed.consumed, bytes.size());
    EXPECT_EQ(GetParam().echo.substr(GetParam().echo.find('|') + 1), parsed.body);
  }
}

INSTANTIATE_TEST_SUITE_P(RequestParser, AcceptedRequest, testing::ValuesIn(test::AcceptedRequests()),
                         [](const auto& one) { return one.param.name; });

// Whatever arrives, in whatever pieces, gets a verdict without a crash. Deterministic, so a failure can be repeated.
TEST(RequestParser, SurvivesDamagedRequests) {
  std::vector<std::string> seeds;
  for (const AcceptedCase& one : test::AcceptedRequests()) seeds.push_back(one.bytes);
  for (const FramingCase& one : test::RefusedRequests()) seeds.push_back(one.bytes.substr(0, 600));
  constexpr std::string_view kSpice = "\r\n \t:;,0afx\0/#?\x7f\xff";
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = seeds[random() % seeds.size()];
    for (unsigned damage = random() % 4; damage > 0 && !bytes.empty(); --damage) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = kSpice[random() % kSpice.size()];
          break;
        case 1:
          bytes.erase(at, 1 + random() % 4);
          break;
        default:
          bytes.insert(at, 1, kSpice[random() % kSpice.size()]);
      }
    }
    if (!bytes.empty()) Parse(bytes, 1 + random() % (random() % 2 ? 3 : 60));
  }
}

TEST(RequestParser, GivesViewsIntoTheBytes) {
  const std::string bytes = "GET /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nX-Name:  value \r\n\r\n";
  const Parsed parsed = Parse(bytes, bytes.size());
  EXPECT_EQ(parsed.request.method, Method::kGet);
  EXPECT_EQ(parsed.request.path, "/a%20b");
  EXPECT_EQ(parsed.request.query, "x=1");
  EXPECT_EQ(parsed.request.Header("x-name"), "value");
  EXPECT_GE(parsed.request.path.data(), bytes.data());
  EXPECT_LT(parsed.request.path.data(), bytes.data() + bytes.size());
}

TEST(RequestParser, TrailersAreNotHeaders) {
  const std::string bytes = test::Chunked("0\r\nX-A: a\r\n\r\n");
  EXPECT_EQ(Parse(bytes, bytes.size()).request.Header("X-A"), "");
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  const std::string first = test::Post("Content-Length: 3\r\n", "abc");
  EXPECT_EQ(Parse(first + "GET /next", 1000).consumed, first.size());
  const std::string chunked = test::Chunked("3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(Parse(chunked + "GET /next", 1000).consumed, chunked.size());
}

TEST(RequestParser, HeadThatComesInPiecesIsLimitedAsAWhole) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 90; ++i) bytes += "X-" + std::to_string(i) + ": " + std::string(250, 'a') + "\r\n";
  EXPECT_EQ(Parse(bytes, 100).status, 431);
}

TEST(RequestParser, KeepAliveFollowsVersionAndConnection) {
  const auto keeps = [](const std::string& bytes) {
    Request request;
    RequestParser parser({16 * 1024, 100}, request);
    parser.ParseHead(bytes);
    EXPECT_TRUE(parser.head_done());
    return parser.keep_alive();
  };
  EXPECT_TRUE(keeps(test::Get("")));
  EXPECT_FALSE(keeps(test::Get("Connection: close\r\n")));
  EXPECT_FALSE(keeps(test::Get("Connection: keep-alive, Close\r\n")));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

TEST(IsHost, TakesNamesAndAddressesWithOptionalPort) {
  for (const char* good : {"a", "a.example", "a-b.example:80", "127.0.0.1:8080", "[::1]", "[fe80::1]:443"})
    EXPECT_TRUE(IsHost(good)) << good;
  for (const char* bad : {"", ":80", "a:", "a:x", "a:123456", "[]", "[::1", "[::1]x", "[g]", "a/b", "a@b", "a b"})
    EXPECT_FALSE(IsHost(bad)) << bad;
}

}  // namespace
}  // namespace parley::http
