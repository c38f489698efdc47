#include "relay/retry.h"

#include <gtest/gtest.h>

namespace parley::relay {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Time kNow = FromUnixMillis(1'767'608'130'000);
constexpr milliseconds kTimeout{5'000};
constexpr double kMiddle = 0.5;  // no jitter

AttemptResult Answered(int status, std::string retry_after = {}) {
  AttemptResult result;
  result.status = status;
  result.retry_after = std::move(retry_after);
  return result;
}

AttemptResult Unanswered() {
  AttemptResult result;
  result.error = "the service cannot be reached";
  return result;
}

Judgement Ours(int attempts, const AttemptResult& result, double chance = kMiddle) {
  return Judge(RetryKind::kParley, {}, attempts, result, kNow, kTimeout, chance);
}

TEST(Retry, AnySuccessIsOne) {
  for (const int status : {200, 201, 202, 204, 299}) EXPECT_EQ(Ours(1, Answered(status)).verdict, Verdict::kDelivered);
  for (const int status : {199, 300, 302, 400, 404, 500}) EXPECT_EQ(Ours(1, Answered(status)).verdict, Verdict::kAgain);
}

TEST(Retry, ThePausesGrowOverADayAndThenItIsGivenUp) {
  const milliseconds pauses[] = {seconds(5), minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(10)};
  int attempts = 0;
  for (const milliseconds pause : pauses) {
    const Judgement judgement = Ours(++attempts, Unanswered());
    EXPECT_EQ(judgement.verdict, Verdict::kAgain);
    EXPECT_EQ(judgement.due - kNow, pause) << attempts;
    EXPECT_EQ(judgement.reason, "the service cannot be reached");
  }
  const Judgement last = Ours(++attempts, Answered(503));
  EXPECT_EQ(last.verdict, Verdict::kGivenUp);
  EXPECT_EQ(last.reason, "answered 503");
}

TEST(Retry, ThePausesAreJitteredByAFifth) {
  EXPECT_EQ(Ours(1, Answered(500), 0).due - kNow, milliseconds(4'000));
  EXPECT_EQ(Ours(1, Answered(500), 0.75).due - kNow, milliseconds(5'500));
}

TEST(Retry, GoneIsGone) {
  const Judgement judgement = Ours(1, Answered(410));
  EXPECT_EQ(judgement.verdict, Verdict::kGone);
  EXPECT_EQ(judgement.reason, "answered 410: not wanted any more");
}

TEST(Retry, RetryAfterLengthensAPauseWithinBounds) {
  EXPECT_EQ(Ours(1, Answered(429, "120")).due - kNow, seconds(120));
  EXPECT_EQ(Ours(1, Answered(503, "1")).due - kNow, seconds(5));
  EXPECT_EQ(Ours(1, Answered(503, "99999999")).due - kNow, hours(24));
  EXPECT_EQ(Ours(1, Answered(503, "soon")).due - kNow, seconds(5));
}

TEST(Retry, ReadsBothFormsOfRetryAfter) {
  EXPECT_EQ(ReadRetryAfter(" 7 ", kNow), seconds(7));
  EXPECT_EQ(ReadRetryAfter("Mon, 05 Jan 2026 10:16:30 GMT", kNow), seconds(60));
  EXPECT_EQ(ReadRetryAfter("Mon, 05 Jan 2026 10:00:00 GMT", kNow), seconds(0));
  for (const char* text : {"", "-1", "1.5", "later", "Mon, 05 Jam 2026 10:16:30 GMT", "Mon, 99 Jan 2026 10:16:30 GMT",
                           "Mon, 05 Jan 2026 10:16:30", "99999999999999999999"})
    EXPECT_EQ(ReadRetryAfter(text, kNow), std::nullopt) << text;
}

TEST(Retry, AsLiveChatOnly200IsSuccessAndTenAttemptsWithinSixHoursAreMade) {
  const auto judge = [](int attempts, const AttemptResult& result) {
    return Judge(RetryKind::kLiveChat, {}, attempts, result, kNow, kTimeout, kMiddle);
  };
  EXPECT_EQ(judge(1, Answered(200)).verdict, Verdict::kDelivered);
  milliseconds total{0};
  for (int attempts = 1; attempts < 10; ++attempts) {
    const Judgement judgement = judge(attempts, Answered(attempts % 2 == 0 ? 201 : 410));
    EXPECT_EQ(judgement.verdict, Verdict::kAgain);
    total += judgement.due - kNow;
  }
  EXPECT_LE(total, hours(6));
  EXPECT_EQ(judge(10, Unanswered()).verdict, Verdict::kGivenUp);
}

TEST(Retry, AsRocketChatOnlySomeFailuresAreTriedAgain) {
  const auto judge = [](int attempts, const AttemptResult& result) {
    return Judge(RetryKind::kRocketChat, {}, attempts, result, kNow, kTimeout, kMiddle);
  };
  EXPECT_EQ(judge(1, Answered(200)).verdict, Verdict::kDelivered);
  for (const int status : {201, 302, 400, 404, 410}) EXPECT_EQ(judge(1, Answered(status)).verdict, Verdict::kGivenUp);
  for (const AttemptResult& result : {Answered(429), Answered(500), Answered(503), Unanswered()}) {
    const Judgement judgement = judge(4, result);
    EXPECT_EQ(judgement.verdict, Verdict::kAgain);
    EXPECT_EQ(judgement.due - kNow, 4 * kTimeout);
    EXPECT_EQ(judge(5, result).verdict, Verdict::kGivenUp);
  }
}

}  // namespace
}  // namespace parley::relay
