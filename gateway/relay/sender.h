// From deliveries to attempts: sends what is due, notes what came of it, and decides what is next.
//
// Each endpoint has as many attempts under way as it allows; one endpoint's backlog holds up no other. An attempt's slot
// is free once the answer is there, and the delivery is not taken again before its attempt has been noted. An attempt
// that could not be noted is made again: at least once, never less.
// Refuses to know: events, dialects. Threading: the relay's thread. Tests: tests/unit/relay/sender_test.cc
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/breaker.h"
#include "relay/dialect.h"
#include "relay/endpoint_book.h"
#include "relay/retry.h"
#include "relay/services.h"

namespace parley::relay {

class Sender {
 public:
  struct Options {
    RetryRules rules;
    // An endpoint to which nothing could be delivered for so long is disabled.
    std::chrono::milliseconds longest_failure = std::chrono::hours(5 * 24);
    std::uint64_t seed = 1;  // of the jitter
  };

  // `woken` is called when there may be something more to do.
  Sender(const Services& services, Dialects dialects, EndpointBook& book, Options options, std::function<void()> woken)
      : services_(services),
        dialects_(dialects),
        stores_(services.stores),
        clock_(services.clock),
        book_(book),
        rules_(std::move(options.rules)),
        longest_failure_(options.longest_failure),
        random_(options.seed),
        woken_(std::move(woken)) {}

  // Begins what is due to the endpoints, and answers when something is due next if anything waits for its time.
  // Errors: those of the store
  Awaitable<Result<std::optional<Time>>> Begin(const std::vector<Endpoint>& endpoints);
  // Nothing more is begun, and what comes back from now on is as if it had never been sent.
  void Stop() { stopping_ = true; }
  // Nothing is under way and nothing waits to be noted.
  bool idle() const { return busy_ == 0; }

 private:
  // Deliveries of an endpoint that are in memory: no more are read while the store does not keep up.
  static constexpr std::size_t kMostTaken = 2'048;

  // What is going on with one endpoint. Never removed: coroutines refer to it.
  struct Lane {
    std::shared_ptr<const Endpoint> endpoint;
    bool enabled = true;                  // false also when it was disabled since
    std::optional<Time> failing_since;    // likewise
    std::deque<storage::Delivery> ready;  // read, but not begun
    storage::DuePlace read;               // so far was read since the beginning was
    std::set<std::string> taken;          // ready, under way, or being noted
    std::set<std::string> orders;         // order keys of those
    int under_way = 0;
    Time not_before{};  // by its rate, or because the store failed
  };

  // An attempt that was answered, or not.
  struct Ended {
    Lane& lane;
    std::shared_ptr<const Endpoint> endpoint;  // as it was when the attempt began
    storage::Delivery delivery;
    Result<outgoing::OutgoingResponse> answer;
    Time began;
    std::chrono::milliseconds latency;
    Judgement judgement = {};
  };

  Awaitable<Result<std::optional<Time>>> BeginLane(Lane& lane);
  Awaitable<Status> Advance(Lane& lane);
  Awaitable<Status> Fill(Lane& lane);
  void Launch(const Executor& executor, Lane& lane);
  Awaitable<> Attempt(Lane& lane, storage::Delivery delivery);
  void Judge(Ended& ended);
  Awaitable<> NoteEnded();
  Awaitable<> Follow(const Ended& ended);
  Awaitable<> TellDisabled(const Endpoint& endpoint, const std::string& reason);
  Awaitable<> NoteSuccess(Lane& lane);
  Awaitable<> NoteFailure(Lane& lane, const Judgement& judgement);
  Awaitable<Status> CancelIfGone(std::string endpoint);
  void PutBack(Lane& lane);
  static void Release(Lane& lane, const storage::Delivery& delivery);
  Time HeldUntil(const Lane& lane, Time now) const;

  const Services services_;
  const Dialects dialects_;
  storage::ShardStores& stores_;
  const Clock& clock_;
  EndpointBook& book_;
  const RetryRules rules_;
  const std::chrono::milliseconds longest_failure_;
  std::mt19937_64 random_;
  const std::function<void()> woken_;
  Breakers breakers_;
  std::map<std::string, std::unique_ptr<Lane>> lanes_;  // by endpoint
  std::vector<Ended> ended_;                            // to be noted
  bool noting_ = false;
  int busy_ = 0;  // attempts under way or being noted
  bool stopping_ = false;
};

}  // namespace parley::relay
