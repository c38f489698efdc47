// Tells an observer of every exchange with the workspace: its route, its answer and how long it took, to the head of one
// that is streamed.
//
// Threading: one shard; the observer is thread-safe. Tests: tests/unit/backend/rocketchat/measured_test.cc
#pragma once

#include <functional>
#include <string_view>

#include "backend/backend.h"
#include "base/clock.h"

namespace parley::backend::rocketchat {

// `route`: "GET livechat/department/{_id}", or "other"; `status`: 0 when no answer came.
using CallObserver = std::function<void(std::string_view route, int status, double seconds)>;

class Measured final : public Service {
 public:
  using RouteName = std::function<std::string_view(const Request&)>;

  // Everything but the functions is borrowed. `observer` may be empty.
  Measured(Service& next, RouteName route_name, const CallObserver& observer, const Clock& clock)
      : next_(next), route_name_(std::move(route_name)), observer_(observer), clock_(clock) {}

  Awaitable<Result<Response>> Call(const Request& request) override;

 private:
  Service& next_;
  const RouteName route_name_;
  const CallObserver& observer_;
  const Clock& clock_;
};

}  // namespace parley::backend::rocketchat
