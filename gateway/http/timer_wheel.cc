#include "http/timer_wheel.h"

#include <algorithm>

namespace parley::http {

void TimerWheel::Node::Unlink() {
  previous->next = next;
  next->previous = previous;
  previous = next = this;
}

void TimerWheel::Node::InsertBefore(Node& other) {
  previous = other.previous;
  next = &other;
  previous->next = this;
  other.previous = this;
}

TimerWheel::TimerWheel(SteadyTime now) : now_(now), current_(TickAtOrAfter(now)) {}

std::int64_t TimerWheel::TickAtOrAfter(SteadyTime time) {
  const auto since = time.time_since_epoch();
  const std::int64_t tick = since / kTick;
  return since % kTick > SteadyTime::duration::zero() ? tick + 1 : tick;
}

void TimerWheel::Timer::Arm(SteadyTime due) {
  due_ = due;
  if (due == SteadyTime::max()) return;
  if (!linked() || TickAtOrAfter(due) < tick_) wheel_.Link(*this);
}

void TimerWheel::Link(Timer& timer) {
  timer.Unlink();
  timer.tick_ = std::clamp(TickAtOrAfter(timer.due_), current_ + 1, current_ + kBuckets - 1);
  timer.InsertBefore(buckets_[static_cast<std::size_t>(timer.tick_ % kBuckets)]);
}

void TimerWheel::Advance(SteadyTime now) {
  now_ = now;
  const std::int64_t until = now.time_since_epoch() / kTick;
  // One turn looks at every bucket, so a longer jump needs no second one.
  std::int64_t tick = std::max(current_ + 1, until - kBuckets + 1);
  for (; tick <= until; ++tick) {
    current_ = tick;
    Sweep(buckets_[static_cast<std::size_t>(tick % kBuckets)], now);
  }
}

void TimerWheel::Sweep(Node& bucket, SteadyTime now) {
  // Taken off first: callbacks may destroy neighbours, and may arm timers into this very bucket.
  Node taken;
  while (bucket.linked()) {
    Node& node = *bucket.next;
    node.Unlink();
    node.InsertBefore(taken);
  }
  while (taken.linked()) {
    auto& timer = static_cast<Timer&>(*taken.next);
    timer.Unlink();
    if (!timer.armed()) continue;
    if (timer.due_ > now) {
      Link(timer);
    } else {
      timer.Disarm();
      timer.on_expire_();
    }
  }
}

}  // namespace parley::http
