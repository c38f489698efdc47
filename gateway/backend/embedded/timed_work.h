// What the embedded backend does without being asked, as time passes: opening and closing agents with business hours,
// the queue, agents who left.
//
// Somebody calls Run about once a second (app/ticker.h); what is due then is decided by the injected clock alone.
// Everything is decided from the store, so that a second process doing the same does no harm, and a pass that failed is
// made up for by the next.
// Threading: one shard. Tests: tests/unit/backend/embedded/duty_test.cc, queue_worker_test.cc, leaving_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

class TimedWork {
 public:
  // Everything is borrowed and outlives the work.
  explicit TimedWork(const Services& services) : services_(services) {}

  // Does what is due. Failures are logged.
  Awaitable<void> Run();

 private:
  // What the hours were when agents were last swept.
  struct HoursState {
    bool on = false, multiple = false;
    std::vector<std::string> open;
    bool operator==(const HoursState&) const = default;
  };

  Awaitable<Status> FollowHours(Call& call);
  Awaitable<Status> FollowQueue(Call& call);

  Services services_;
  std::optional<HoursState> hours_;   // none: not looked at yet
  std::optional<Time> queue_served_;  // when the last round began; none: no pass yet
};

}  // namespace parley::backend::embedded
