// How the gateway behaves towards a workspace: it does not ask twice, not too often, and not one that is down.
//
// Purpose: a Service around another. Identical reads under way become one, save those that must
// be fresh (Cache-Control: no-cache) and those that began before a write was answered; a call waits for its route's budget where
// the deadline allows; reads that failed are tried once more while the retry budget lasts; a workspace that does not
// answer is left alone for a while. What clients ask with their own credentials is neither joined, held back nor
// repeated: its limits are theirs.
// Streamed calls are made once, for one caller: an answer that still arrives is joined with no other, a body that has
// been sent cannot be sent again, and one that its own client did not complete says nothing of the workspace.
// Errors: those of the Service below; kTooManyRequests and kUnavailable with when to try again.
// Threading: one shard; Shared is thread-safe. Tests: tests/unit/backend/rocketchat/manners_test.cc
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "backend/backend.h"
#include "backend/rocketchat/route_budgets.h"
#include "base/breaker.h"
#include "base/single_flight.h"
#include "http/timer_wheel.h"

namespace parley::backend::rocketchat {

// What all shards know of one workspace.
class SharedManners {
 public:
  struct Numbers {
    std::int64_t waited = 0, refused = 0, retried = 0, joined = 0, cut_off = 0;
  };

  RouteBudgets budgets;

  // Empty: call it. Otherwise from when on it may be called again; then one call finds out.
  std::optional<Time> OpenUntil(Time now);
  void NoteAnswer(bool answered, Time now);
  // A call ended without saying anything of the workspace.
  void NoteNothing();
  // Whether it is left alone at present.
  bool IsCutOff(Time now);
  // A call that may have changed something has ended, however.
  void NoteWrite() { ++writes_; }
  std::uint64_t writes() const { return writes_; }
  // Every call earns a tenth of a retry; ten may be saved up.
  void Earn();
  bool SpendRetry();

  void Count(std::int64_t Numbers::*what);
  Numbers numbers();

 private:
  std::atomic<std::uint64_t> writes_{0};
  std::mutex mutex_;
  Breakers breakers_;
  bool trying_ = false;  // a call is finding out
  double retries_ = 10;
  Numbers numbers_;
};

class Manners final : public Service {
 public:
  struct Route {
    std::string name;         // "GET livechat/department/{_id}": what the workspace counts by
    bool reads = false;       // changes nothing, whatever the method says
    bool repeatable = false;  // done twice it is done once
  };
  using RouteOf = std::function<Route(const Request&)>;

  Manners(Service& next, SharedManners& shared, RouteOf route_of, http::TimerWheel& timers, const Clock& clock)
      : next_(next), shared_(shared), route_of_(std::move(route_of)), timers_(timers), clock_(clock) {}

  Awaitable<Result<Response>> Call(const Request& request) override;

 private:
  Awaitable<Result<Response>> InTurn(const Request& request, const Route& route);
  Awaitable<Result<Response>> Guarded(const Request& request);
  Awaitable<Result<Response>> WithRetry(const Request& request, bool repeatable);
  // Errors: kTooManyRequests when the deadline comes first
  Awaitable<Status> WaitUntil(Time when, const Request& request);

  Service& next_;
  SharedManners& shared_;
  const RouteOf route_of_;
  http::TimerWheel& timers_;
  const Clock& clock_;
  SingleFlight<Result<Response>> reads_;
};

}  // namespace parley::backend::rocketchat
