#include "relay/relay.h"

#include <algorithm>

#include "base/log.h"

namespace parley::relay {
namespace {

using std::chrono::milliseconds;

// Looked at anew though nobody asked.
constexpr milliseconds kLongestPause = std::chrono::minutes(1);
constexpr milliseconds kPauseAfterFailure{1'000};
// With no endpoint there is nothing to hurry for: commits need not wake anybody each time.
constexpr milliseconds kPauseWithoutEndpoints{50};
constexpr milliseconds kPruneEvery = std::chrono::minutes(1);
constexpr std::int64_t kPrunedAtOnce = 1'000;

}  // namespace

Relay::Relay(const Services& services, Dialects dialects, RelayOptions options)
    : services_(services),
      options_(std::move(options)),
      book_(services.stores, services.clock, services.ids),
      dispatcher_(services.stores, dialects, services.clock, &sender_),
      sender_(services, dialects, book_, options_.sending, [this] { wake_up_.Notify(); }) {}

Awaitable<Result<std::optional<Time>>> Relay::Step() {
  const Result<std::vector<Endpoint>> endpoints = co_await book_.Load();
  if (!endpoints) co_return endpoints.error();
  anybody_ = !endpoints->empty();
  const Result<bool> dispatched = co_await dispatcher_.Step(*endpoints);
  if (!dispatched) co_return dispatched.error();
  const Status kept = co_await Prune();
  if (!kept) co_return kept.error();
  const Result<std::optional<Time>> due = co_await sender_.Begin(*endpoints);
  // What was queued now is on its way before more is read.
  if (due && *dispatched) co_return std::optional<Time>(services_.clock.Now());
  co_return due;
}

Awaitable<Status> Relay::Prune() {
  const Time now = services_.clock.Now();
  if (now - pruned_ < kPruneEvery) co_return Status();
  pruned_ = now;
  storage::Changes changes;
  changes.relay.emplace_back(storage::PruneDeliveries{now - options_.retention, kPrunedAtOnce});
  const Status pruned = co_await services_.stores.committer().Commit(std::move(changes));
  if (!pruned) co_return pruned;
  co_return co_await TellWaiting();
}

Awaitable<Status> Relay::TellWaiting() {
  const Result<std::vector<storage::Backlog>> backlogs = co_await services_.stores.deliveries().Backlogs();
  if (!backlogs) co_return backlogs.error();
  const Time now = services_.clock.Now();
  std::int64_t pending = 0;
  milliseconds oldest{0};
  for (const storage::Backlog& backlog : *backlogs) {
    pending += backlog.pending;
    oldest = std::max(oldest, now - backlog.oldest);
  }
  services_.observer.Waiting(pending, oldest);
  co_return Status();
}

Awaitable<> Relay::Run() {
  while (!stopping_) {
    const Result<std::optional<Time>> next = co_await Step();
    if (stopping_) break;
    milliseconds pause = kLongestPause;
    if (!next) {
      Log(LogLevel::kError, "relay.step_failed", {{"detail", next.error().detail}, {"error", next.error().message}});
      WakeUp unhurried;
      co_await unhurried.Wait(kPauseAfterFailure);
      continue;
    }
    if (!anybody_) {
      WakeUp unhurried;
      co_await unhurried.Wait(kPauseWithoutEndpoints);
    }
    if (*next) pause = std::clamp(**next - services_.clock.Now(), milliseconds(0), kLongestPause);
    co_await wake_up_.Wait(pause);
  }
}

void Relay::Stop() {
  sender_.Stop();
  stopping_ = true;
  wake_up_.Notify();
}

}  // namespace parley::relay
