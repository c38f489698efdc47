// From deliveries to attempts: sends what is due, notes what came of it, and decides what is next.
//
// A delivery comes from the queue in the store or straight from the dispatcher. The latter is written once, with its
// first attempt, unless that takes long: then it is queued meanwhile. Until it is written the outbox counts as unread
// from its event on, so that nothing is lost with the process.
// Each endpoint has as many attempts under way as it allows; one endpoint's backlog holds up no other. An attempt's slot
// is free once the answer is there, and the delivery is not taken again before its attempt has been noted. An attempt
// that could not be noted is made again: at least once, never less.
// Refuses to know: events, dialects. Threading: the relay's thread. Tests: tests/unit/relay/sender_test.cc
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/breaker.h"
#include "base/wake_up.h"
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

  // ---- for the dispatcher
  // Takes a delivery that is not queued, or says that it must be. `sequence`: of its event in the outbox.
  bool Take(const Endpoint& endpoint, storage::Delivery& delivery, std::int64_t sequence);
  // Every delivery of the outbox so far is queued, or was taken.
  void HasRead(std::int64_t sequence) { read_to_ = sequence; }
  // `sequence`, or how far before it everything that was taken has been written.
  std::int64_t WrittenTo(std::int64_t sequence) const { return WrittenTo(sequence, Writing::kNot); }
  // The place in the outbox that stands in the store.
  void HasMoved(std::int64_t place) { moved_to_ = std::max(moved_to_, place); }
  std::int64_t moved_to() const { return moved_to_; }
  // False while more is taken than can be sent soon; `woken` is called once that has changed.
  bool HasRoom();
  // So many events behind that place, and some more, there may be some of which something is in the store already.
  static constexpr std::int64_t kMostAhead = 4'096;

  // Nothing more is begun, and what comes back from now on is as if it had never been sent.
  void Stop() { stopping_ = true; }
  // Nothing is under way and nothing waits to be noted.
  bool idle() const { return busy_ == 0; }

 private:
  // Deliveries of an endpoint that are in memory: no more are read while the store does not keep up.
  static constexpr std::size_t kMostTaken = 4'096;
  // More of them, and the dispatcher waits.
  static constexpr std::size_t kManyTaken = 2'048;
  // What has ended is noted at once, unless it is a stream: so many while the ones before were being noted. Then it
  // waits until it is so much, or for so long: fewer commits carry it all.
  static constexpr std::size_t kStream = 32;
  static constexpr std::size_t kWorthACommit = 512;
  static constexpr std::chrono::milliseconds kLongestGathering{10};
  // What was taken and is not written by then is queued; later where the store is what takes long.
  static constexpr std::chrono::milliseconds kPatience{250};

  struct Lane;

  // By which commit under way what was taken gets into the store.
  enum class Writing { kNot, kQueued, kNoted };

  // A delivery in memory.
  struct Item {
    Lane& lane;
    std::shared_ptr<const storage::Delivery> delivery;
    std::int64_t sequence = 0;  // of its event, while it is not in the store; else 0
    SteadyTime taken{};
    Writing writing = Writing::kNot;
  };

  // What is going on with one endpoint. Never removed: coroutines refer to it.
  struct Lane {
    std::shared_ptr<const Endpoint> endpoint;
    std::string host;                                                   // of it: what its breaker goes by
    bool enabled = true;                                                // false also when it was disabled since
    std::optional<Time> failing_since;                                  // likewise
    std::unordered_map<std::string_view, std::unique_ptr<Item>> taken;  // ready, under way, or being noted; by id
    std::set<std::string> orders;                                       // order keys of those
    std::deque<Item*> ready;                                            // not begun
    bool behind = false;                                                // what is due waits in the store
    storage::DuePlace read;                                             // so far was read since the beginning was
    int under_way = 0;
    Time not_before{};  // by its rate, or because the store failed
  };

  // An attempt that was answered, or not.
  struct Ended {
    Item& item;
    std::shared_ptr<const Endpoint> endpoint;  // as it was when the attempt began
    Result<outgoing::OutgoingResponse> answer;
    Time began;
    std::chrono::milliseconds latency;
    Judgement judgement = {};
  };

  void LaunchTaken(const Executor& executor, const std::vector<Endpoint>& endpoints);
  Awaitable<Result<std::optional<Time>>> BeginLane(Lane& lane, bool waits);
  Awaitable<Status> Advance(Lane& lane);
  Awaitable<Status> Refill(Lane& lane, Time now);
  Awaitable<Status> Fill(Lane& lane, Time now);
  void Launch(const Executor& executor, Lane& lane, Time now);
  Item* TakeNext(Lane& lane, Time now);
  Awaitable<> Work(Item* item);
  Awaitable<bool> Attempt(Item& item);
  void Judge(Ended& ended, Time now);
  Awaitable<> NoteEnded();
  bool MayGather() const;
  Awaitable<> Follow(const Ended& ended);
  Awaitable<> TellDisabled(const Endpoint& endpoint, const std::string& reason);
  Awaitable<> NoteSuccess(Lane& lane);
  Awaitable<> NoteFailure(Lane& lane, const Judgement& judgement);
  Awaitable<Status> CancelIfGone(std::string endpoint);
  std::int64_t WrittenTo(std::int64_t sequence, Writing own) const;
  SteadyTime::duration Patience() const;
  Awaitable<Result<bool>> QueueSlow();
  void TakeFrom(Lane& lane, storage::Delivery delivery, std::int64_t sequence);
  Lane& LaneOf(const Endpoint& endpoint);
  static void Update(Lane& lane, const Endpoint& endpoint);
  void PutBack(Lane& lane);
  void Release(Item& item);
  void RetryNoting(Item& item);
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
  std::set<std::pair<std::int64_t, Item*>> unwritten_;  // with their sequence: what was taken and is not in the store
  std::int64_t read_to_ = 0;                            // of the outbox
  std::int64_t moved_to_ = 0;                           // likewise, in the store
  bool full_ = false;                                   // the dispatcher waits
  std::vector<Ended> ended_;                            // to be noted
  bool urgent_ = false;                                 // somebody waits for one of those to be noted
  bool gathering_ = false;                              // for more of those
  WakeUp gathered_;
  bool noting_ = false;
  SteadyTime noting_since_{};               // with noting_: when the commit under way began
  SteadyTime::duration last_note_took_{0};  // the commit before
  int busy_ = 0;                            // attempts under way or being noted
  bool stopping_ = false;
};

}  // namespace parley::relay
