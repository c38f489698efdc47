// Makes the company in one store: founds it, composes its older chats, holds the last ones, and opens the day.
//
// Threading: one thread. Tests: tests/unit/demo/demo_test.cc
#pragma once

#include "demo/calls.h"
#include "demo/composer.h"
#include "demo/demo.h"
#include "demo/history.h"
#include "demo/holder.h"
#include "demo/script.h"
#include "demo/shop.h"

namespace parley::demo {

class Builder {
 public:
  // Everything is borrowed and outlives the builder.
  Builder(backend::embedded::Services services, DemoClock& clock, const Options& options);

  Awaitable<Status> Build();

 private:
  Status Told(std::int64_t more);
  Awaitable<Result<Composer::Setting>> ReadSetting();
  Awaitable<Status> Compose();
  Awaitable<Status> Hold();
  Awaitable<Status> HoldDay(Holder& holder, std::int64_t day, std::size_t first);
  Awaitable<Status> HoldOne(Holder& holder, const Script& script);
  Awaitable<Status> OpenToday();

  backend::embedded::Services services_;
  DemoClock& clock_;
  const Options& options_;
  Calls calls_;
  const Scripts scripts_;
  const std::int64_t today_;
  const std::int64_t ended_, composed_;  // how many chats
  const Span span_;                      // of those that have ended
  const Span held_;                      // of those that are held: a day, and how many of its chats come before
  Shop shop_;
  std::int64_t done_ = 0;
};

}  // namespace parley::demo
