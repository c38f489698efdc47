#include "backend/embedded/login_guard.h"

namespace parley::backend::embedded {

bool LoginGuard::IsBlocked(const std::string& key, const LoginLimits& limits, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(key);
  if (found == failures_.end()) return false;
  return found->second.count >= limits.failures && now < found->second.last + limits.block;
}

void LoginGuard::Failed(const std::string& key, const LoginLimits& limits, Time now) {
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= kMostKeys) {
    std::erase_if(failures_, [&](const auto& entry) { return now >= entry.second.last + limits.block; });
    if (failures_.size() >= kMostKeys) return;
  }
  Failures& failures = failures_[key];
  if (now >= failures.last + limits.block) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

void LoginGuard::Succeeded(const std::string& key) {
  const std::lock_guard lock(mutex_);
  failures_.erase(key);
}

}  // namespace parley::backend::embedded
