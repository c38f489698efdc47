#include "backend/embedded/timed_work.h"

#include "backend/embedded/duty.h"
#include "backend/embedded/leaving.h"
#include "backend/embedded/own_call.h"
#include "backend/embedded/queue.h"
#include "backend/embedded/unanswered.h"
#include "base/log.h"
#include "records/visit.h"

namespace parley::backend::embedded {
namespace {

void LogFailure(std::string_view work, const Status& status) {
  if (status) return;
  // Somebody else was faster: the next pass sees what is left to do.
  const LogLevel level = status.error().code == ErrorCode::kConflict ? LogLevel::kDebug : LogLevel::kWarning;
  Log(level, "embedded.timed_work_failed", {{"work", std::string(work)}, {"reason", status.error().message}});
}

}  // namespace

// With the first pass the hours begin anew, as with every start of a workspace; from then on only what opens or closes
// moves anybody.
Awaitable<Status> TimedWork::FollowHours(Call& call) {
  HoursState now;
  now.on = HoursAreOn(call.settings());
  now.multiple = HoursAreMultiple(call.settings());
  Hours hours;
  if (now.on) {
    auto read = co_await ReadHours(call);
    if (!read) co_return read.error();
    hours = *std::move(read);
    now.open = hours.OpenAt(call.now);
  }
  if (hours_ == now) co_return Status();
  const bool begins = !hours_;
  if (begins || !now.on) {
    const Status applied = co_await ApplyHours(call);
    if (!applied) co_return applied;
  } else {
    storage::Changes changes;
    Sweep sweep;
    const Status swept = co_await SweepAgents(call, hours, std::move(sweep), changes);
    if (!swept) co_return swept;
    if (!changes.empty()) {
      const Status committed = co_await call.Commit(std::move(changes));
      if (!committed) co_return committed;
    }
  }
  hours_ = std::move(now);
  co_return Status();
}

Awaitable<Status> TimedWork::FollowQueue(Call& call) {
  if (!queue_served_ || *queue_served_ > call.now) queue_served_ = call.now;
  const Status closed = co_await CloseOverdue(call);
  if (!closed) co_return closed;
  if (call.now - *queue_served_ < QueuePause(call.settings())) co_return Status();
  queue_served_ = call.now;
  co_return co_await ServeQueue(call);
}

Awaitable<void> TimedWork::Run() {
  auto own = co_await BeginOwnCall(services_);
  if (!own) {
    LogFailure("begin", own.error());
    co_return;
  }
  const Status hours = co_await FollowHours((*own)->call());
  LogFailure("business_hours", hours);
  const Status leavers = co_await FollowLeavers((*own)->call());
  LogFailure("leavers", leavers);
  const Status unanswered = co_await PassOnUnanswered((*own)->call());
  LogFailure("unanswered", unanswered);
  const Status queue = co_await FollowQueue((*own)->call());
  LogFailure("queue", queue);
  const Status visits = co_await records::ForgetVisits(services_.stores, services_.clock.Now());
  LogFailure("visits", visits);
}

}  // namespace parley::backend::embedded
