#include "base/breaker.h"

#include <algorithm>

namespace parley {

Breakers::State Breakers::StateOf(const std::string& host, Time now) const {
  const auto found = hosts_.find(host);
  if (found == hosts_.end() || found->second.failures < kFailuresToOpen) return State::kClosed;
  return now < found->second.open_until ? State::kOpen : State::kHalfOpen;
}

void Breakers::Note(const std::string& host, bool answered, Time now) {
  if (answered) {
    hosts_.erase(host);
    return;
  }
  Host& failing = hosts_[host];
  ++failing.failures;
  // Calls that were under way when it opened say nothing new.
  if (failing.failures < kFailuresToOpen || now < failing.open_until) return;
  failing.pause = failing.pause.count() == 0 ? kFirstPause : std::min(2 * failing.pause, kLongestPause);
  failing.open_until = now + failing.pause;
}

}  // namespace parley
