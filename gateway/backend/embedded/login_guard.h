// Refuses logins for a while after too many failures, by user name and by address.
//
// Source: administration reference §2.1.
// Threading: thread-safe. Kept in memory: a restart forgets.
// Tests: tests/unit/backend/embedded/accounts_test.cc
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace parley::backend::embedded {

struct LoginLimits {
  std::int64_t failures = 0;
  std::chrono::minutes block{};
};

class LoginGuard {
 public:
  // `key`: "user/ann" or "ip/10.0.0.7".
  bool IsBlocked(const std::string& key, const LoginLimits& limits, Time now) const;
  void Failed(const std::string& key, const LoginLimits& limits, Time now);
  void Succeeded(const std::string& key);

 private:
  struct Failures {
    std::int64_t count = 0;
    Time last{};
  };
  static constexpr std::size_t kMostKeys = 100'000;

  mutable std::mutex mutex_;
  std::map<std::string, Failures> failures_;
};

}  // namespace parley::backend::embedded
