#include "backend/rocketchat/knowledge.h"

#include <algorithm>

namespace parley::backend::rocketchat {

std::shared_ptr<const Findings> Knowledge::findings() const {
  const std::lock_guard lock(mutex_);
  return findings_;
}

std::shared_ptr<const Capabilities> Knowledge::capabilities() const {
  const std::lock_guard lock(mutex_);
  return capabilities_;
}

Status Knowledge::state() const {
  const std::lock_guard lock(mutex_);
  if (!tried_at_) return Unavailable("the workspace has not answered yet");
  if (failure_) return *failure_;
  return {};
}

void Knowledge::Note(Result<Findings> probed, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  tried_at_ = now;
  doubted_ = false;
  if (!probed) {
    failure_ = probed.error();
    return;
  }
  failure_.reset();
  capabilities_ = std::make_shared<const Capabilities>(probed->capabilities());
  findings_ = std::make_shared<const Findings>(*std::move(probed));
}

void Knowledge::Doubt() {
  const std::lock_guard lock(mutex_);
  doubted_ = true;
}

bool Knowledge::IsDue(SteadyTime now, std::chrono::milliseconds interval) const {
  const std::lock_guard lock(mutex_);
  if (!tried_at_) return true;
  const bool hurry = doubted_ || failure_;
  return now - *tried_at_ >= (hurry ? std::min(interval, kSoon) : interval);
}

}  // namespace parley::backend::rocketchat
