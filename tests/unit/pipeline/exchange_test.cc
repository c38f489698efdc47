#include "pipeline/exchange.h"

#include <gtest/gtest.h>

#include "json/json.h"
#include "support/fake_clock.h"

namespace parley::pipeline {
namespace {

constexpr std::string_view kTrace = "0af7651916cd43dd8448eb211c80319c";

// An exchange of a request with the given headers, and what it was made of.
struct Opened {
  explicit Opened(std::vector<http::HeaderView> headers = {}) {
    request.method = http::Method::kPost;
    request.path = "/agents/john@acme.test";
    request.body = "12345";
    request.peer_address = "192.0.2.7";
    request.headers = std::move(headers);
    exchange.emplace(request, clock, *ids, std::chrono::seconds(30));
  }

  test::FakeClock clock;
  std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(1);
  http::Request request;
  std::optional<Exchange> exchange;
};

std::string RequestId(std::string_view given) {
  return Opened({{"x-request-id", given}}).exchange->request_id;
}

std::string Traceparent(std::string_view given) {
  return Opened({{"Traceparent", given}}).exchange->traceparent;
}

TEST(RequestId, IsTheClientsWhenItIsUsable) {
  for (const char* id : {"a", "2f1c-6f7a:1.b_C", "0"}) EXPECT_EQ(RequestId(id), id);
  EXPECT_EQ(RequestId(std::string(128, 'a')), std::string(128, 'a'));
}

TEST(RequestId, IsOursOtherwise) {
  for (const std::string& id : {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a\"b"),
                                std::string("\u00E4"), std::string("a/b"), std::string("<x>")}) {
    const std::string made = RequestId(id);
    EXPECT_NE(made, id);
    EXPECT_EQ(made.size(), 32u);
  }
}

TEST(Traceparent, KeepsTheClientsTraceAndFlagsUnderASpanOfOurs) {
  const std::string given = "00-" + std::string(kTrace) + "-b7ad6b7169203331-00";
  const std::string ours = Traceparent(given);
  EXPECT_EQ(ours.size(), 55u);
  EXPECT_EQ(ours.substr(0, 36), given.substr(0, 36));
  EXPECT_NE(ours.substr(36, 16), "b7ad6b7169203331");
  EXPECT_EQ(ours.substr(52), "-00");
}

TEST(Traceparent, OfALaterVersionIsReadAsFarAsItIsKnown) {
  const std::string ours = Traceparent("cc-" + std::string(kTrace) + "-b7ad6b7169203331-01-what-comes-then");
  EXPECT_EQ(ours.substr(0, 36), "00-" + std::string(kTrace) + "-");
  EXPECT_EQ(ours.size(), 55u);
}

TEST(Traceparent, StartsATraceWhenThereIsNoneToFollow) {
  const std::string trace(kTrace);
  const std::string others[] = {std::string(),
                                std::string("x"),
                                "ff-" + trace + "-b7ad6b7169203331-01",
                                "00-" + trace + "-b7ad6b7169203331-01-x",
                                "00-" + std::string(32, '0') + "-b7ad6b7169203331-01",
                                "00-" + trace + "-0000000000000000-01",
                                "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                "00-" + trace + "-b7ad6b7169203331-0g",
                                "00_" + trace + "-b7ad6b7169203331-01",
                                "00-" + trace + "-b7ad6b7169203331"};
  for (const std::string& given : others) {
    const std::string ours = Traceparent(given);
    EXPECT_EQ(ours.size(), 55u) << given;
    EXPECT_EQ(ours.find(trace), std::string::npos) << given;
    EXPECT_TRUE(ours.starts_with("00-")) << given;
    EXPECT_TRUE(ours.ends_with("-01")) << given;
  }
}

TEST(Exchange, HasADeadline) {
  const Opened opened;
  EXPECT_EQ(opened.exchange->deadline - opened.clock.Steady(), std::chrono::seconds(30));
  EXPECT_EQ(opened.exchange->at, opened.clock.Now());
}

TEST(LogLine, SaysWhatHappenedUnderTheRoutesTemplate) {
  Opened opened({{"X-Request-Id", "r-1"}, {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  specs::Operation operation;
  operation.id = "AgentsPut";
  operation.path = "/agents/{login}";
  opened.exchange->face = "livechat";
  opened.exchange->operation = &operation;
  opened.exchange->principal = "owner@acme.test";
  opened.clock.Advance(std::chrono::milliseconds(3));
  EXPECT_EQ(LogLineOf(*opened.exchange, 200, 17, opened.clock.Steady()),
            R"({"time":"2026-01-05T10:15:30.000Z","level":"info","event":"request","face":"livechat","method":"POST",)"
            R"("operation":"AgentsPut","route":"/agents/{login}","status":200,"micros":3000,"bytes_in":5,)"
            R"("bytes_out":17,"request_id":"r-1","trace_id":"0af7651916cd43dd8448eb211c80319c",)"
            R"("principal":"owner@acme.test","client":"192.0.2.7"})");
}

TEST(LogLine, NamesTheErrorAndItsDetail) {
  Opened opened;
  opened.exchange->Fail(Internal("disk \"a\" is full"));
  const Result<Json> line = ParseJson(LogLineOf(*opened.exchange, 500, 0, opened.clock.Steady()));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->Text("error"), "internal");
  EXPECT_EQ(line->Text("detail"), "disk \"a\" is full");
  opened.exchange->Fail(NotFound("group"));
  EXPECT_EQ(opened.exchange->detail, "group not found");
}

TEST(LogLine, OfAnUnmatchedRequestDoesNotRepeatItsPath) {
  Opened opened;
  const std::string line = LogLineOf(*opened.exchange, 404, 0, opened.clock.Steady());
  EXPECT_EQ(line.find("john"), std::string::npos);
  EXPECT_TRUE(ParseJson(line));
}

}  // namespace
}  // namespace parley::pipeline
