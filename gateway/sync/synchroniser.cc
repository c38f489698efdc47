#include "sync/synchroniser.h"

#include <algorithm>

#include "base/log.h"
#include "base/parallel.h"

namespace parley::sync {
namespace {

using events::Source;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kAtATime = 4;
constexpr milliseconds kLongestPause = std::chrono::minutes(1);
constexpr milliseconds kLongestBackoff = std::chrono::minutes(5);
// A chat whose answers cannot be used however often it is tried is left to the lists. One that is not answered for never is.
constexpr std::int64_t kMostAttempts = 12;

void LogFailure(std::string_view what, const Error& error) {
  Log(LogLevel::kWarning, "sync.failed",
      {{"step", std::string(what)}, {"reason", error.message}, {"detail", error.detail}});
}

}  // namespace

milliseconds PauseAfter(const Error& error, std::int64_t attempts) {
  const milliseconds asked = seconds(error.retry_after_seconds);
  const milliseconds doubled = seconds(1) * (std::int64_t{1} << std::clamp<std::int64_t>(attempts, 0, 9));
  return std::min(std::max(asked, doubled), kLongestBackoff);
}

Awaitable<> Synchroniser::Run() {
  std::vector<Awaitable<>> loops;
  loops.push_back(KeepLookingAtHints());
  loops.push_back(KeepLookingAround());
  loops.push_back(KeepFilling());
  const std::size_t all = loops.size();
  co_await RunTogether(std::move(loops), all);
}

void Synchroniser::LookAtAgents() {
  agents_ = true;
  due_.Notify();
}

void Synchroniser::Stop() {
  stopping_ = true;
  sync_.reader().Close();
  said_.Notify();
  due_.Notify();
  more_.Notify();
}

// ---- what somebody spoke of -----------------------------------------------------------------------------------------

Awaitable<Status> Synchroniser::LookAt(Hint hint) {
  Sighting sighting;
  sighting.source = hint.source;
  sighting.lead = hint.lead;
  const Result<std::size_t> synced = co_await sync_.Sync(hint.room_id, sighting);
  if (synced) co_return co_await inbox_.Done(hint);
  if (stopping_) co_return Status();  // it stays as it is for the next start
  const bool hopeless = synced.error().code == ErrorCode::kBadGateway;
  if (hopeless && hint.attempts >= kMostAttempts) {
    Log(LogLevel::kError, "sync.given_up", {{"room", hint.room_id}, {"reason", synced.error().message}});
    co_return co_await inbox_.Done(hint);
  }
  const Time due = parts_.clock.Now() + PauseAfter(synced.error(), hint.attempts);
  co_return co_await inbox_.Postpone(std::move(hint), due);
}

Awaitable<Result<std::optional<Time>>> Synchroniser::LookAtHints() {
  const auto hints = co_await inbox_.Read();
  if (!hints) co_return hints.error();
  const Time now = parts_.clock.Now();
  std::optional<Error> failed;
  const auto look = [&](const Hint& hint) -> Awaitable<> {
    const Status looked = co_await LookAt(hint);
    if (!looked) failed = looked.error();
  };
  std::vector<Awaitable<>> tasks;
  for (const Hint& hint : *hints) {
    if (hint.due <= now && !stopping_) tasks.push_back(look(hint));
  }
  parts_.progress.waiting_rooms = static_cast<std::int64_t>(hints->size());
  looking_ = !tasks.empty();
  if (!tasks.empty()) co_await RunTogether(std::move(tasks), kAtATime);
  looking_ = false;
  if (failed) co_return *failed;
  const auto left = co_await inbox_.Read();
  if (!left) co_return left.error();
  parts_.progress.waiting_rooms = static_cast<std::int64_t>(left->size());
  std::optional<Time> next;
  for (const Hint& hint : *left) next = std::min(next.value_or(hint.due), hint.due);
  co_return next;
}

Awaitable<> Synchroniser::KeepLookingAtHints() {
  while (!stopping_) {
    const Result<std::optional<Time>> next = co_await LookAtHints();
    if (stopping_) break;
    milliseconds pause = kLongestPause;
    if (!next) {
      LogFailure("hints", next.error());
      pause = seconds(1);
    } else if (*next) {
      pause = std::clamp(**next - parts_.clock.Now(), milliseconds(0), kLongestPause);
    }
    if (pause.count() > 0) co_await said_.Wait(pause);
  }
}

// ---- what nobody spoke of -------------------------------------------------------------------------------------------

Awaitable<Status> Synchroniser::LookAround() {
  const bool passed = agents_.exchange(false);
  const Status agents = co_await presence_.Look(passed ? Source::kPassThrough : Source::kPoll);
  const Status rooms = co_await poll_.Look();
  const Status canned_responses = co_await canned_responses_.Look();
  if (!agents) co_return agents;
  if (!rooms) co_return rooms;
  co_return canned_responses;
}

Awaitable<> Synchroniser::KeepLookingAround() {
  std::int64_t failures = 0;
  while (!stopping_) {
    Status looked;
    if (agents_.exchange(false)) {
      looked = co_await presence_.Look(Source::kPassThrough);
    } else {
      looked = co_await LookAround();
    }
    if (stopping_) break;
    milliseconds pause = options_.poll_interval;
    if (looked) {
      failures = 0;
    } else {
      LogFailure("poll", looked.error());
      pause = std::max(pause, PauseAfter(looked.error(), failures++));
    }
    co_await due_.Wait(pause);
  }
}

Awaitable<> Synchroniser::GiveWay() {
  constexpr int kMostPauses = 50;
  for (int pauses = 0; looking_ && !stopping_ && pauses < kMostPauses; ++pauses) {
    WakeUp unhurried;
    co_await unhurried.Wait(milliseconds(100));
  }
}

// ---- what was before ------------------------------------------------------------------------------------------------

Awaitable<> Synchroniser::KeepFilling() {
  std::int64_t failures = 0;
  while (!stopping_) {
    const Result<bool> finished = co_await fill_.Step();
    if (finished && *finished) co_return;
    if (finished) {
      failures = 0;
      continue;
    }
    LogFailure("fill", finished.error());
    co_await more_.Wait(PauseAfter(finished.error(), failures++));
  }
}

}  // namespace parley::sync
