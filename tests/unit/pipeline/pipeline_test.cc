#include "pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../http/streams.h"
#include "base/log.h"
#include "json/json.h"
#include "things.h"

namespace parley::pipeline {
namespace {

using testing::HasSubstr;

constexpr const char* kAdminKey = "an admin key of some length";

class WholePipeline : public testing::Test {
 protected:
  WholePipeline() {
    serving_ = std::make_shared<Serving>(*things_.serving);
    labels_ = MetricsLabels(*serving_);
    metrics_.emplace(labels_.size());
    slot_.Set(serving_);
    SetLogSink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~WholePipeline() override { SetLogSink({}); }

  http::Response Send(Sent sent, const std::string& admin_key = kAdminKey) { return Answer(sent, admin_key); }
  // `sent` lives as long as the answer.
  http::Response Answer(Sent& sent, const std::string& admin_key = kAdminKey) {
    lines_.clear();
    PipelineOptions options;
    options.admin_key = admin_key;
    Pipeline pipeline(things_.livechat, things_.rocketchat, slot_, *metrics_, things_.store.clock(),
                      things_.store.generator(), options);
    return test::Await(pipeline.Handle(sent.View()));
  }

  // The only line of the last request.
  Json Line() {
    EXPECT_EQ(lines_.size(), 1u);
    const Result<Json> line = lines_.empty() ? Json() : ParseJson(lines_.front());
    EXPECT_TRUE(line);
    return line ? *line : Json();
  }

  // How often an operation ended with a status.
  std::uint64_t Counted(std::string_view operation, int status) {
    const auto row =
        std::find_if(labels_.begin(), labels_.end(), [&](const auto& l) { return l.operation == operation; });
    const auto at = std::find(metrics::kStatuses.begin(), metrics::kStatuses.end(), status);
    const metrics::Histogram* histogram = metrics_->Request(static_cast<std::size_t>(row - labels_.begin()),
                                                            static_cast<std::size_t>(at - metrics::kStatuses.begin()));
    std::uint64_t count = 0;
    for (std::size_t bucket = 0; histogram != nullptr && bucket <= metrics::kDurationBuckets.size(); ++bucket)
      count += histogram->Count(bucket);
    return count;
  }

  Things things_;
  std::shared_ptr<Serving> serving_;
  std::vector<metrics::OperationLabels> labels_;
  std::optional<metrics::ShardMetrics> metrics_;
  ServingSlot slot_;
  std::vector<std::string> lines_;
};

// ---- answers that pass through

class StreamedAnswers : public WholePipeline {
 protected:
  // What is answered to a GET, `read` parts of it read.
  void Pass(int read, bool fails = false) {
    auto body = std::make_shared<http::test::PatternBody>(2500, 1000);
    body->fails = fails;
    things_.backend.answer->stream = std::move(body);
    Sent sent = Get("/api/v1/livechat/room/r1");
    http::Response response = Answer(sent);
    things_.backend.answer->stream.reset();
    EXPECT_TRUE(lines_.empty());
    ASSERT_NE(response.stream, nullptr);
    for (int i = 0; i < read; ++i) static_cast<void>(test::Await(response.stream->Read()));
    things_.store.clock().Advance(std::chrono::milliseconds(7));
  }
};

TEST_F(StreamedAnswers, AreLoggedWhenTheyHaveGone) {
  Pass(4);
  const Json line = Line();
  EXPECT_EQ(line.Integer("bytes_out"), 2500);
  EXPECT_EQ(line.Integer("micros"), 7000);
  EXPECT_EQ(line.Integer("status"), 200);
  EXPECT_EQ(line.Text("operation"), "GET livechat/room/{rid}");
  EXPECT_EQ(line.Text("error"), "");
  EXPECT_EQ(Counted("GET livechat/room/{rid}", 200), 1u);
}

TEST_F(StreamedAnswers, ThatWereCutSayWhy) {
  Pass(4, true);
  EXPECT_EQ(Line().Text("error"), "bad_gateway");
  EXPECT_EQ(Line().Integer("bytes_out"), 2500);
  Pass(2);
  EXPECT_EQ(Line().Text("error"), "incomplete");
  EXPECT_EQ(Line().Integer("bytes_out"), 2000);
}

TEST_F(StreamedAnswers, ToHeadAreLoggedAtOnce) {
  things_.backend.answer->stream = std::make_shared<http::UnsentBody>(9);
  const http::Response response = Send(Sent(http::Method::kHead, "/api/v1/livechat/room/r1"));
  EXPECT_EQ(Line().Integer("status"), 200);
  EXPECT_EQ(response.stream->Length(), 9u);
}

TEST_F(WholePipeline, StreamedRequestsAreLoggedWithWhatWasReadOfThem) {
  http::test::ScriptedIncoming body(3, 1000, http::test::ScriptedIncoming::Then::kEnds);
  static_cast<void>(test::Await(body.Read()));
  static_cast<void>(test::Await(body.Read()));
  Sent sent(http::Method::kPost, "/api/v1/things.create");
  sent.request.incoming = &body;
  Send(sent);
  EXPECT_EQ(Line().Integer("bytes_in"), 2000);
}

Sent Explained(Sent sent, const std::string& key) {
  Things::AsOwner(sent).Header("X-Parley-Explain", "1").Header("X-Parley-Admin-Key", key);
  return sent;
}

TEST_F(WholePipeline, PathsDecideTheFace) {
  Sent things = Get("/things");
  EXPECT_EQ(Send(Things::AsOwner(things)).status, 200);
  EXPECT_EQ(Line().Text("face"), "livechat");
  Send(Get("/api/v1/livechat/room/r1"));
  EXPECT_EQ(Line().Text("face"), "rocketchat");
  EXPECT_EQ(things_.backend.calls.size(), 1u);
}

TEST_F(WholePipeline, EveryPathOutLeavesOneLineAndOneCount) {
  struct Case {
    Sent sent;
    const char* operation;
    int status;
    const char* error;
  };
  Sent good = Get("/things"), bad = Get("/things?since=x"), planned = Post("/planned", "{}");
  const Case cases[] = {{Things::AsOwner(good), "ThingsGet", 200, ""},
                        {Get("/things"), "ThingsGet", 401, "unauthenticated"},
                        {Things::AsOwner(bad), "ThingsGet", 400, "invalid_argument"},
                        {Things::AsOwner(planned), "PlannedPost", 501, "unsupported"},
                        {Get("/nothing"), "unmatched", 404, "not_found"},
                        {Sent(http::Method::kPatch, "/things"), "unmatched", 405, "method_not_allowed"},
                        {Get("/api/v1/livechat/room/r1"), "GET livechat/room/{rid}", 200, ""},
                        {Get("/api/v1/nothing"), "unmatched", 200, ""}};
  for (const Case& expected : cases) {
    const std::uint64_t before = Counted(expected.operation, expected.status);
    EXPECT_EQ(Send(expected.sent).status, expected.status) << expected.sent.target;
    const Json line = Line();
    EXPECT_EQ(line.Integer("status"), expected.status);
    EXPECT_EQ(line.Text("operation", "unmatched"), expected.operation);
    EXPECT_EQ(line.Text("error"), expected.error);
    EXPECT_EQ(Counted(expected.operation, expected.status), before + 1) << expected.sent.target;
  }
}

TEST_F(WholePipeline, WhatTheBackendDoesNotServeCountsAsUnsupported) {
  things_.backend.answer = backend::Response(501, R"({"success":false})");
  EXPECT_EQ(Send(Get("/api/v1/livechat/planned")).status, 501);
  EXPECT_EQ(Line().Text("error"), "unsupported");
  EXPECT_EQ(Counted("GET livechat/planned", 501), 1u);
}

TEST_F(WholePipeline, WhatALibraryThrowsIsA500LikeAnyOther) {
  things_.backend.throws = true;
  const http::Response response = Send(Get("/api/v1/livechat/room/r1"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"success":false,"error":"internal error"})");
  EXPECT_EQ(Line().Text("detail"), "the backend fell over");
  EXPECT_EQ(Counted("GET livechat/room/{rid}", 500), 1u);

  things_.handlers.emplace("LocalGet", [](const LocalCall&) -> Awaitable<Result<std::string>> {
    throw std::runtime_error("a handler fell over");
    co_return "";
  });
  Sent local = Get("/local");
  EXPECT_EQ(Send(Things::AsOwner(local)).body, R"({"error":"internal error","message":"internal error","code":500})");
  EXPECT_EQ(Line().Text("operation"), "LocalGet");
}

TEST_F(WholePipeline, SecretsStayOutOfTheLog) {
  Sent sent = Post("/things?license=secret-query", R"({"name":"secret-body"})");
  Send(Things::AsOwner(sent));
  for (const char* secret : {"secret-query", "secret-body", Things::kOwnerKey, "Basic"})
    EXPECT_THAT(lines_.front(), testing::Not(HasSubstr(secret)));
}

TEST_F(WholePipeline, AnswersCarryTheRequestsIdAndTrace) {
  const http::Response response =
      Send(Get("/nothing")
               .Header("X-Request-Id", "r-1")
               .Header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  EXPECT_EQ(HeaderOf(response, "X-Request-Id"), "r-1");
  EXPECT_THAT(HeaderOf(response, "traceparent"), testing::StartsWith("00-0af7651916cd43dd8448eb211c80319c-"));
  EXPECT_EQ(Line().Text("request_id"), "r-1");
  EXPECT_EQ(Line().Text("trace_id"), "0af7651916cd43dd8448eb211c80319c");
}

TEST_F(WholePipeline, TheTraceIsForHoldersOfTheAdminKey) {
  things_.backend.answer = backend::Response(200, R"({"success":true,"thing":{"name":"lamp"}})");
  const http::Response response = Send(Explained(Post("/things", R"({"name":"lamp"})"), kAdminKey));
  EXPECT_EQ(response.body, R"({"name":"lamp"})");
  const Result<Json> trace = ParseJson(HeaderOf(response, "X-Parley-Explain"));
  ASSERT_TRUE(trace);
  ASSERT_EQ(trace->size(), 1u);
  const Json& step = trace->AsArray()->front();
  EXPECT_EQ(step.Text("step"), "made");
  EXPECT_EQ(step.Text("call"), "POST things.create");
  EXPECT_EQ(step.Integer("status"), 200);
}

TEST_F(WholePipeline, TheTraceIsForNobodyElse) {
  for (const char* key : {"", "wrong", "an admin key of some lengtH", "an admin key of some length "})
    EXPECT_EQ(HeaderOf(Send(Explained(Get("/things"), key)), "X-Parley-Explain"), "") << key;
  Sent unasked = Get("/things");
  Things::AsOwner(unasked).Header("X-Parley-Admin-Key", kAdminKey);
  EXPECT_EQ(HeaderOf(Send(std::move(unasked)), "X-Parley-Explain"), "");
}

TEST_F(WholePipeline, WithoutAnAdminKeyThereIsNoTrace) {
  EXPECT_EQ(HeaderOf(Send(Explained(Get("/things"), ""), ""), "X-Parley-Explain"), "");
}

TEST_F(WholePipeline, AReloadDuringARequestDoesNotPullItsOperationAway) {
  std::weak_ptr<const Serving> old;
  things_.handlers.emplace("LocalGet", [&](const LocalCall&) -> Awaitable<Result<std::string>> {
    old = serving_;
    serving_ = nullptr;
    things_.serving = nullptr;
    auto fresh = std::make_shared<Serving>(*LoadThings());
    MetricsLabels(*fresh);
    slot_.Set(fresh);
    EXPECT_FALSE(old.expired());
    co_return "{}";
  });
  Sent local = Get("/local");
  EXPECT_EQ(Send(Things::AsOwner(local)).status, 200);
  EXPECT_EQ(Line().Text("operation"), "LocalGet");
  EXPECT_TRUE(old.expired());
}

}  // namespace
}  // namespace parley::pipeline
