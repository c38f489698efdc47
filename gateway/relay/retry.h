// When a delivery has succeeded, when it is tried again, and when it is given up.
//
// Three rules: Parley's own, and those of either vendor for receivers that count on them. Source: LiveChat reference
// §13.4, Rocket.Chat reference §4.4; where Parley differs, docs/differences.md says so.
// Threading: pure functions. Tests: tests/unit/relay/retry_test.cc
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace parley::relay {

enum class RetryKind { kParley, kLiveChat, kRocketChat };
std::string_view NameOf(RetryKind kind);  // "parley"
std::optional<RetryKind> RetryNamed(std::string_view name);

// Parley's own, from the configuration.
struct RetryRules {
  std::vector<std::chrono::milliseconds> pauses = {
      std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30), std::chrono::hours(2),
      std::chrono::hours(5),   std::chrono::hours(10),  std::chrono::hours(10)};
  double jitter = 0.2;  // a pause is up to this part of it shorter or longer
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds longest_retry_after = std::chrono::hours(24);
};

// What came of one attempt.
struct AttemptResult {
  int status = 0;           // 0: there was no answer
  std::string error;        // why
  std::string retry_after;  // the header, as it came
};

enum class Verdict { kDelivered, kAgain, kGivenUp, kGone };

struct Judgement {
  Verdict verdict = Verdict::kDelivered;
  Time due{};          // with kAgain
  std::string reason;  // with everything but kDelivered
};

// `attempts`: how many there were, this one included. `chance`: uniform in [0, 1), for the jitter.
// `timeout`: of the attempt; Rocket.Chat's pause is four times as long.
Judgement Judge(RetryKind kind, const RetryRules& rules, int attempts, const AttemptResult& result, Time now,
                std::chrono::milliseconds timeout, double chance);

// Seconds or an HTTP date (RFC 9110, 10.2.3) as a pause from `now`; empty when it is neither.
std::optional<std::chrono::milliseconds> ReadRetryAfter(std::string_view header, Time now);

}  // namespace parley::relay
