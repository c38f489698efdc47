// The shop's days: how many chats each has, when they begin, and who is at work.
//
// Days are counted from 1970, UTC. Threading: immutable. Tests: tests/unit/demo/schedule_test.cc
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "demo/company.h"

namespace parley::demo {

Time BeginningOf(std::int64_t day);
std::int64_t DayOf(Time time);

// An agent comes, or goes.
struct Turn {
  Time at{};
  const Person* person = nullptr;
  bool comes = false;
};

class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : seed_(seed) {}

  // About 500 on average; Mondays are busy, Sundays quiet.
  int VolumeOf(std::int64_t day) const;
  // When they begin, in order: between eight and half past seven, most of them before and after noon.
  std::vector<Time> OpeningsOf(std::int64_t day) const;
  // In order of time. Everybody has a free day and a break.
  std::vector<Turn> TurnsOf(std::int64_t day) const;
  bool IsAtWork(const Person& person, Time at) const;
  // Of the desk, at work; in the order of Staff().
  std::vector<const Person*> AtWork(Desk desk, Time at) const;

 private:
  struct Shift {
    bool free = false;
    Time comes{}, pauses{}, resumes{}, goes{};
  };
  Shift ShiftOf(std::size_t person, std::int64_t day) const;

  const std::uint64_t seed_;
};

}  // namespace parley::demo
