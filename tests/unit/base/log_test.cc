#include "base/log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "json/json.h"

namespace parley {
namespace {

// Collects lines for the length of a test.
class LogLines : public testing::Test {
 protected:
  LogLines() {
    SetLogSink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~LogLines() override {
    SetLogSink({});
    SetLogLevel(LogLevel::kInfo);
  }

  // The only line, as JSON.
  Json Line() {
    EXPECT_EQ(lines_.size(), 1u);
    if (lines_.empty()) return {};
    const Result<Json> parsed = ParseJson(lines_.front());
    EXPECT_TRUE(parsed) << lines_.front();
    return parsed ? *parsed : Json();
  }

  std::vector<std::string> lines_;
};

TEST_F(LogLines, AreOneJsonObjectEach) {
  Log(LogLevel::kWarning, "store.slow_commit",
      {{"millis", std::int64_t{812}}, {"ratio", 0.5}, {"again", true}, {"path", std::string("a.db")}});
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(lines_[0].back(), '\n');
  EXPECT_EQ(lines_[0].find('\n'), lines_[0].size() - 1);
  Json line = Line();
  ASSERT_TRUE(line.Remove("time"));
  EXPECT_EQ(Print(line),
            R"({"level":"warning","event":"store.slow_commit","millis":812,"ratio":0.5,"again":true,"path":"a.db"})");
}

TEST_F(LogLines, StayOneLineWhateverAClientSends) {
  const std::string hostile("a\"b\\c\n{\"level\":\"error\"}\r\t\x01\x1f\0z", 29);
  Log(LogLevel::kInfo, "x", {{"text", hostile}});
  EXPECT_EQ(lines_[0].find('\n'), lines_[0].size() - 1);
  EXPECT_EQ(Line().Text("text"), hostile);
}

TEST_F(LogLines, StayJsonWhenTextIsNotUtf8) {
  Log(LogLevel::kInfo, "x", {{"text", std::string("caf\xC3\xA9 \xff\xC3 \xED\xA0\x80.")}});
  EXPECT_EQ(Line().Text("text"), "caf\u00E9 \uFFFD\uFFFD \uFFFD\uFFFD\uFFFD.");
}

TEST_F(LogLines, StayJsonWhateverANumberIs) {
  const double infinity = std::numeric_limits<double>::infinity();
  Log(LogLevel::kInfo, "x", {{"huge", 1e300}, {"infinite", infinity}, {"none", std::nan("")}, {"small", -1e-9}});
  const Json line = Line();
  EXPECT_EQ(line.Find("huge")->AsNumber(), 1e300);
  EXPECT_TRUE(line.Find("infinite")->IsNull());
  EXPECT_TRUE(line.Find("none")->IsNull());
  EXPECT_TRUE(line.Find("small")->IsNumber());
}

TEST_F(LogLines, BelowTheLevelAreNotWritten) {
  Log(LogLevel::kDebug, "quiet");
  EXPECT_TRUE(lines_.empty());
  SetLogLevel(LogLevel::kDebug);
  EXPECT_TRUE(LogEnabled(LogLevel::kDebug));
  Log(LogLevel::kDebug, "heard");
  EXPECT_EQ(lines_.size(), 1u);
  SetLogLevel(LogLevel::kError);
  EXPECT_FALSE(LogEnabled(LogLevel::kWarning));
  LogLine(LogLevel::kWarning, "{}");
  EXPECT_EQ(lines_.size(), 1u);
}

TEST_F(LogLines, RenderedElsewhereAreWrittenAsTheyAre) {
  LogLine(LogLevel::kInfo, R"({"event":"request"})");
  EXPECT_EQ(lines_, std::vector<std::string>{"{\"event\":\"request\"}\n"});
}

TEST_F(LogLines, OfManyThreadsDoNotMix) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int k = 0; k < 250; ++k) Log(LogLevel::kInfo, "x", {{"text", std::string(100, 'a')}});
    });
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(lines_.size(), 1000u);
  for (const std::string& line : lines_) EXPECT_TRUE(ParseJson(line)) << line;
}

}  // namespace
}  // namespace parley
