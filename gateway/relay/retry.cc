#include "relay/retry.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"

namespace parley::relay {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::array<std::string_view, 3> kKinds = {"parley", "livechat", "rocketchat"};

constexpr int kGone = 410;
constexpr int kOk = 200;
// LiveChat tries at most ten times within six hours and does not say when: evenly is assumed.
constexpr int kLiveChatAttempts = 10;
constexpr minutes kLiveChatPause{40};
constexpr int kRocketChatAttempts = 5;
constexpr int kRocketChatPauseInTimeouts = 4;

std::string ReasonOf(const AttemptResult& result) {
  return result.status == 0 ? result.error : "answered " + std::to_string(result.status);
}

milliseconds Jittered(milliseconds pause, double jitter, double chance) {
  const double factor = 1 + jitter * (2 * chance - 1);
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(pause.count()) * factor));
}

Judgement JudgeOurs(const RetryRules& rules, int attempts, const AttemptResult& result, Time now, double chance) {
  if (result.status >= 200 && result.status < 300) return {};
  if (result.status == kGone) return {Verdict::kGone, now, "answered 410: not wanted any more"};
  if (attempts < 1 || static_cast<std::size_t>(attempts) > rules.pauses.size())
    return {Verdict::kGivenUp, now, ReasonOf(result)};
  milliseconds pause = Jittered(rules.pauses[static_cast<std::size_t>(attempts - 1)], rules.jitter, chance);
  const std::optional<milliseconds> asked = ReadRetryAfter(result.retry_after, now);
  if (asked) pause = std::max(pause, std::min(*asked, rules.longest_retry_after));
  return {Verdict::kAgain, now + pause, ReasonOf(result)};
}

Judgement JudgeAsLiveChat(int attempts, const AttemptResult& result, Time now) {
  if (result.status == kOk) return {};
  if (attempts >= kLiveChatAttempts) return {Verdict::kGivenUp, now, ReasonOf(result)};
  return {Verdict::kAgain, now + kLiveChatPause, ReasonOf(result)};
}

Judgement JudgeAsRocketChat(int attempts, const AttemptResult& result, Time now, milliseconds timeout) {
  if (result.status == kOk) return {};
  const bool worth_it = result.status == 0 || result.status == 429 || result.status >= 500;
  if (!worth_it || attempts >= kRocketChatAttempts) return {Verdict::kGivenUp, now, ReasonOf(result)};
  return {Verdict::kAgain, now + kRocketChatPauseInTimeouts * timeout, ReasonOf(result)};
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Time> ReadHttpDate(std::string_view text) {
  constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != kForm.size() || !text.ends_with(" GMT") || text.substr(3, 2) != ", ") return std::nullopt;
  const auto* month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  const std::string iso = std::string(text.substr(12, 4)) + (number < 10 ? "-0" : "-") + std::to_string(number) + "-" +
                          std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z";
  return ParseIsoTime(iso);
}

}  // namespace

std::string_view NameOf(RetryKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::optional<RetryKind> RetryNamed(std::string_view name) {
  const auto* found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<RetryKind>(found - kKinds.begin());
}

std::optional<milliseconds> ReadRetryAfter(std::string_view header, Time now) {
  const std::string_view text = Trim(header);
  if (const std::optional<std::int64_t> seconds = ParseInteger(text); seconds) {
    constexpr std::int64_t kMost = 1'000'000'000;
    if (*seconds < 0 || *seconds > kMost) return std::nullopt;
    return std::chrono::seconds(*seconds);
  }
  const std::optional<Time> date = ReadHttpDate(text);
  if (!date) return std::nullopt;
  return std::max(milliseconds(0), *date - now);
}

Judgement Judge(RetryKind kind, const RetryRules& rules, int attempts, const AttemptResult& result, Time now,
                milliseconds timeout, double chance) {
  switch (kind) {
    case RetryKind::kParley:
      return JudgeOurs(rules, attempts, result, now, chance);
    case RetryKind::kLiveChat:
      return JudgeAsLiveChat(attempts, result, now);
    case RetryKind::kRocketChat:
      return JudgeAsRocketChat(attempts, result, now, timeout);
  }
  return {};
}

}  // namespace parley::relay
