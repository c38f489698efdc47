// Deadlines of one shard: thousands of timers, almost all of which are moved or disarmed before they fire.
//
// Purpose: arming is a store. A timer stands in the bucket of its first deadline and is looked at again only when that
// bucket comes round (or when a new deadline is earlier).
// Refuses to know: where time comes from. Advance() is given the time, so tests move it by hand.
// Precision: a timer fires at the first Advance() at or after its deadline, never before it.
// Threading: one thread, the shard's.
// Tests: tests/unit/http/timer_wheel_test.cc
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>

#include "base/clock.h"

namespace parley::http {

class TimerWheel {
  // A doubly linked ring; a lone node points to itself.
  struct Node {
    Node() : previous(this), next(this) {}
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    void Unlink();
    void InsertBefore(Node& other);
    bool linked() const { return next != this; }
    Node* previous;
    Node* next;
  };

 public:
  static constexpr std::chrono::milliseconds kTick{250};

  // One deadline with what happens when it passes. Must not outlive its wheel.
  class Timer : private Node {
   public:
    // `on_expire` runs inside Advance(); it may arm, disarm or destroy this and any other timer.
    Timer(TimerWheel& wheel, std::function<void()> on_expire) : wheel_(wheel), on_expire_(std::move(on_expire)) {}
    ~Timer() { Unlink(); }

    void Arm(SteadyTime due);
    // As Arm(now + timeout), up to two ticks later, without reading the clock.
    void ArmAfter(std::chrono::milliseconds timeout) { Arm(wheel_.now_ + timeout + kTick); }
    void Disarm() { due_ = SteadyTime::max(); }
    bool armed() const { return due_ != SteadyTime::max(); }

   private:
    friend class TimerWheel;
    TimerWheel& wheel_;
    std::function<void()> on_expire_;
    SteadyTime due_ = SteadyTime::max();
    std::int64_t tick_ = 0;  // of the bucket it stands in, while linked
  };

  explicit TimerWheel(SteadyTime now);

  // Fires everything due at `now`, earliest bucket first. `now` never goes back.
  void Advance(SteadyTime now);

 private:
  static constexpr std::int64_t kBuckets = 256;  // 64 s; later deadlines are relinked on the way

  static std::int64_t TickAtOrAfter(SteadyTime time);
  void Link(Timer& timer);
  void Sweep(Node& bucket, SteadyTime now);

  SteadyTime now_;        // as of the last Advance
  std::int64_t current_;  // every bucket up to this tick has been swept
  std::array<Node, kBuckets> buckets_;
};

}  // namespace parley::http
