// The company before its first chat: people, desks, and what agents find prepared.
//
// Threading: one thread. Tests: tests/unit/demo/demo_test.cc
#pragma once

#include "backend/embedded/bootstrap.h"
#include "demo/calls.h"
#include "demo/demo.h"
#include "demo/shop.h"

namespace parley::demo {

class Founding {
 public:
  Founding(backend::embedded::Services services, Calls& calls, const Options& options)
      : services_(services), calls_(calls), options_(options) {}

  // Everybody is hired and has gone home again.
  Awaitable<Result<Shop>> Found();

 private:
  Awaitable<Status> Bootstrap();
  Awaitable<Status> HireStaff();
  Awaitable<Result<std::string>> Hire(const Person& person);
  Awaitable<Status> OpenDesks();
  Awaitable<Status> Prepare();
  Awaitable<Status> SetGoals();
  Awaitable<Result<GoalRecord>> SetGoal(Json goal);
  Awaitable<Status> Greet();

  backend::embedded::Services services_;
  Calls& calls_;
  const Options& options_;
  Shop shop_;
};

// The agent comes or goes, by calls.
Awaitable<Status> SetPresence(Calls& calls, const Shop& shop, const Person& person, bool online, bool available);

}  // namespace parley::demo
