#include "relay/sender.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "relay/delivery_request.h"

namespace parley::relay {
namespace {

using outgoing::OutgoingResponse;
using std::chrono::milliseconds;
using storage::Delivery;

// Read ahead of what is under way, so that a slot that becomes free is filled at once.
constexpr std::int64_t kReadAhead = 128;

std::optional<Time> Earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

AttemptResult ResultOf(const Result<OutgoingResponse>& answer) {
  AttemptResult result;
  if (!answer) {
    result.error = answer.error().message;
    return result;
  }
  result.status = answer->status;
  result.retry_after = answer->headers.Get("Retry-After");
  return result;
}

}  // namespace

Sender::Lane& Sender::LaneOf(const Endpoint& endpoint) {
  std::unique_ptr<Lane>& lane = lanes_[endpoint.id];
  if (lane != nullptr) return *lane;
  lane = std::make_unique<Lane>();
  Update(*lane, endpoint);
  return *lane;
}

void Sender::Update(Lane& lane, const Endpoint& endpoint) {
  lane.endpoint = std::make_shared<const Endpoint>(endpoint);
  lane.host = HostOf(endpoint.url);
  lane.enabled = endpoint.enabled;
  lane.failing_since = endpoint.failing_since;
}

// ---- from the dispatcher --------------------------------------------------------------------------------------------

// Order and rates are kept by the queue, and whoever has deliveries waiting there gets those first.
bool Sender::Take(const Endpoint& endpoint, Delivery& delivery, std::int64_t sequence) {
  Lane& lane = LaneOf(endpoint);
  if (lane.taken.contains(delivery.id)) return true;
  const Time now = clock_.Now();
  const bool at_once = lane.enabled && !lane.behind && !endpoint.ordered && endpoint.per_second <= 0 && !stopping_ &&
                       lane.taken.size() < kMostTaken && lane.not_before <= now &&
                       breakers_.StateOf(lane.host, now) == Breakers::State::kClosed;
  if (!at_once) {
    lane.behind = true;
    return false;
  }
  TakeFrom(lane, std::move(delivery), sequence);
  return true;
}

void Sender::TakeFrom(Lane& lane, Delivery delivery, std::int64_t sequence) {
  auto shared = std::make_shared<const Delivery>(std::move(delivery));
  const std::string_view id = shared->id;
  if (!shared->order_key.empty()) lane.orders.insert(shared->order_key);
  auto item = std::make_unique<Item>(Item{lane, std::move(shared), sequence, clock_.Steady()});
  if (sequence != 0) unwritten_.emplace_hint(unwritten_.end(), sequence, item.get());
  lane.ready.push_back(item.get());
  lane.taken.emplace(id, std::move(item));
}

// As it will be with a commit of its `own` things; another one may fail.
std::int64_t Sender::WrittenTo(std::int64_t sequence, Writing own) const {
  const auto oldest = std::find_if(unwritten_.begin(), unwritten_.end(), [&](const auto& entry) {
    return own == Writing::kNot || entry.second->writing != own;
  });
  return oldest == unwritten_.end() ? sequence : std::min(sequence, oldest->first - 1);
}

bool Sender::HasRoom() {
  const bool ahead = read_to_ - moved_to_ >= kMostAhead;
  full_ = ahead || std::any_of(lanes_.begin(), lanes_.end(), [](const auto& entry) {
            return !entry.second->behind && entry.second->taken.size() >= kManyTaken;
          });
  return !full_;
}

// A store that is slow would only be slower for what is queued on top.
SteadyTime::duration Sender::Patience() const {
  constexpr int kCommits = 4;
  SteadyTime::duration commit = last_note_took_;
  if (noting_) commit = std::max(commit, clock_.Steady() - noting_since_);
  return std::max<SteadyTime::duration>(kPatience, kCommits * commit);
}

// What takes long is queued, so that the outbox can be read on. True when there was any.
Awaitable<Result<bool>> Sender::QueueSlow() {
  const SteadyTime before = clock_.Steady() - Patience();
  std::vector<std::pair<std::int64_t, Item*>> slow;
  for (const auto& entry : unwritten_) {
    // They were taken in this order.
    if (entry.second->taken > before) break;
    if (entry.second->writing == Writing::kNot) slow.push_back(entry);
  }
  if (slow.empty()) co_return false;
  storage::Changes changes;
  for (const auto& [sequence, item] : slow) {
    item->writing = Writing::kQueued;
    changes.relay.emplace_back(storage::QueueDelivery{item->delivery});
  }
  const std::int64_t place = WrittenTo(read_to_, Writing::kQueued);
  changes.relay.emplace_back(storage::MoveRelayCursor{place});
  const Status queued = co_await stores_.committer().Commit(std::move(changes));
  for (const auto& entry : slow) {
    // Its attempt may have been noted meanwhile.
    const auto found = unwritten_.find(entry);
    if (found == unwritten_.end()) continue;
    Item& item = *entry.second;
    if (item.writing == Writing::kQueued) item.writing = Writing::kNot;
    if (!queued) continue;
    item.lane.behind = true;
    item.sequence = 0;
    unwritten_.erase(found);
  }
  if (!queued) co_return queued.error();
  HasMoved(place);
  co_return true;
}

// What was taken is on its way before the store is asked for anything.
void Sender::LaunchTaken(const Executor& executor, const std::vector<Endpoint>& endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    const auto found = lanes_.find(endpoint.id);
    if (found == lanes_.end() || found->second->ready.empty()) continue;
    Update(*found->second, endpoint);
    Launch(executor, *found->second, clock_.Now());
  }
}

// ---- what is due ----------------------------------------------------------------------------------------------------

Awaitable<Result<std::optional<Time>>> Sender::Begin(const std::vector<Endpoint>& endpoints) {
  LaunchTaken(co_await boost::asio::this_coro::executor, endpoints);
  const Result<bool> queued = co_await QueueSlow();
  if (!queued) co_return queued.error();
  const Result<std::vector<std::string>> waiting = co_await stores_.deliveries().Waiting();
  if (!waiting) co_return waiting.error();
  for (const std::string& id : *waiting) {
    const auto endpoint =
        std::find_if(endpoints.begin(), endpoints.end(), [&](const Endpoint& candidate) { return candidate.id == id; });
    if (endpoint != endpoints.end()) continue;
    const Status canceled = co_await CancelIfGone(id);
    if (!canceled) co_return canceled.error();
  }
  std::optional<Time> due;
  if (*queued) due = clock_.Now();
  for (const Endpoint& endpoint : endpoints) {
    const bool waits = std::find(waiting->begin(), waiting->end(), endpoint.id) != waiting->end();
    if (!waits && !lanes_.contains(endpoint.id)) continue;
    Lane& lane = LaneOf(endpoint);
    Update(lane, endpoint);
    // With something read and not begun there is nothing new to be learnt.
    lane.behind = waits && lane.behind && !lane.ready.empty();
    if (waits && !lane.behind) {
      const Result<std::optional<Time>> first = co_await stores_.deliveries().NextDue(endpoint.id, Time());
      if (!first) co_return first.error();
      lane.behind = *first && **first <= clock_.Now();
    }
    const Result<std::optional<Time>> next = co_await BeginLane(lane, waits);
    if (!next) co_return next.error();
    due = Earlier(due, *next);
  }
  if (!unwritten_.empty())
    due = Earlier(due, clock_.Now() + std::chrono::ceil<milliseconds>(unwritten_.begin()->second->taken + Patience() -
                                                                      clock_.Steady()));
  co_return due;
}

// One that was registered, and replayed to, since the endpoints were read is met by the next Begin.
Awaitable<Status> Sender::CancelIfGone(std::string endpoint) {
  const Result<Endpoint> known = co_await book_.Get(endpoint);
  if (known) {
    woken_();
    co_return Status();
  }
  if (known.error().code != ErrorCode::kNotFound) co_return known.error();
  storage::Changes changes;
  changes.relay.emplace_back(storage::CancelDeliveries{endpoint, "the endpoint was removed"});
  co_return co_await stores_.committer().Commit(std::move(changes));
}

// What was read ahead of an endpoint that is disabled now waits in the store, or will soon.
void Sender::PutBack(Lane& lane) {
  std::deque<Item*> unwritten;
  for (Item* const item : lane.ready) {
    if (item->sequence != 0) {
      unwritten.push_back(item);
    } else {
      Release(*item);
    }
  }
  lane.ready = std::move(unwritten);
}

// The item is gone.
void Sender::Release(Item& item) {
  Lane& lane = item.lane;
  if (!item.delivery->order_key.empty()) lane.orders.erase(item.delivery->order_key);
  if (item.sequence != 0) unwritten_.erase({item.sequence, &item});
  lane.taken.erase(item.delivery->id);
}

// `waits`: something of it is pending in the store.
Awaitable<Result<std::optional<Time>>> Sender::BeginLane(Lane& lane, bool waits) {
  std::optional<Time> none;
  if (!lane.enabled) {
    PutBack(lane);
    co_return none;
  }
  const Status advanced = co_await Advance(lane);
  if (!advanced) co_return advanced.error();
  const Time now = clock_.Now();
  if (!lane.ready.empty()) {
    // What ends next begins the next, unless nothing is to begin before some time.
    const Time until = HeldUntil(lane, now);
    co_return until > now ? std::optional<Time>(until) : none;
  }
  if (!waits) co_return none;
  // What is due and taken is under way, and its end is told; what is left is due later.
  Result<std::optional<Time>> next = co_await stores_.deliveries().NextDue(lane.endpoint->id, now);
  co_return next;
}

// When the endpoint may be called again; `now` or earlier: at once.
Time Sender::HeldUntil(const Lane& lane, Time now) const {
  const bool open = breakers_.StateOf(lane.host, now) == Breakers::State::kOpen;
  return std::max(lane.not_before, open ? breakers_.OpenUntil(lane.host) : Time());
}

// Reads on behind what was read before, and once there is nothing, from the beginning: what failed and is due again, and
// what waited for its turn, stands before what was read.
Awaitable<Status> Sender::Fill(Lane& lane, Time now) {
  const bool from_beginning = lane.read.sequence == 0;
  const std::int64_t most = kReadAhead + (from_beginning ? static_cast<std::int64_t>(lane.taken.size()) : 0);
  Result<std::vector<Delivery>> due = co_await stores_.deliveries().Due(lane.endpoint->id, now, most, lane.read);
  if (!due) co_return due.error();
  lane.read = due->empty() ? storage::DuePlace() : storage::DuePlace{due->back().due, due->back().sequence};
  for (Delivery& delivery : *due) {
    if (lane.taken.contains(delivery.id) || lane.orders.contains(delivery.order_key)) continue;
    TakeFrom(lane, std::move(delivery), 0);
  }
  if (!due->empty() || from_beginning) co_return Status();
  co_return co_await Fill(lane, now);
}

Awaitable<Status> Sender::Refill(Lane& lane, Time now) {
  const bool wanted = lane.ready.empty() && lane.behind && lane.taken.size() < kMostTaken;
  if (!wanted || !lane.enabled || stopping_ || lane.not_before > now) co_return Status();
  co_return co_await Fill(lane, now);
}

Awaitable<Status> Sender::Advance(Lane& lane) {
  const Time now = clock_.Now();
  const Status filled = co_await Refill(lane, now);
  if (filled) Launch(co_await boost::asio::this_coro::executor, lane, now);
  co_return filled;
}

void Sender::Launch(const Executor& executor, Lane& lane, Time now) {
  while (Item* const item = TakeNext(lane, now)) boost::asio::co_spawn(executor, Work(item), boost::asio::detached);
}

// What is to be sent now; null when nothing may be.
Sender::Item* Sender::TakeNext(Lane& lane, Time now) {
  if (lane.ready.empty() || !lane.enabled || stopping_ || lane.not_before > now) return nullptr;
  const Breakers::State state = breakers_.StateOf(lane.host, now);
  const int most = state == Breakers::State::kClosed ? lane.endpoint->concurrency : 1;
  if (state == Breakers::State::kOpen || lane.under_way >= most) return nullptr;
  Item* const item = lane.ready.front();
  lane.ready.pop_front();
  if (lane.endpoint->per_second > 0)
    lane.not_before = now + milliseconds(static_cast<std::int64_t>(1'000 / lane.endpoint->per_second));
  ++lane.under_way;
  ++busy_;
  return item;
}

// One attempt after the other, as long as there is something to send.
Awaitable<> Sender::Work(Item* item) {
  Lane& lane = item->lane;
  while (item != nullptr) {
    const bool answered = co_await Attempt(*item);
    if (!answered) co_return;
    const Time now = clock_.Now();
    // Whatever goes wrong with reading on is met again by the next Begin.
    if (lane.ready.empty()) (void)co_await Refill(lane, now);
    item = TakeNext(lane, now);
    // There may be more places than the one that has become free.
    if (item != nullptr) Launch(co_await boost::asio::this_coro::executor, lane, now);
  }
}

// False when the answer was not waited for.
Awaitable<bool> Sender::Attempt(Item& item) {
  Lane& lane = item.lane;
  const Delivery& delivery = *item.delivery;
  const std::shared_ptr<const Endpoint> endpoint = lane.endpoint;
  const std::string host = lane.host;
  const Time began = clock_.Now();
  const SteadyTime began_steady = clock_.Steady();
  outgoing::OutgoingRequest request = DeliveryRequest(*endpoint, delivery.id, delivery.body, began, rules_.timeout);
  Result<OutgoingResponse> answer = co_await services_.caller.Send(std::move(request));
  --lane.under_way;
  if (stopping_) {
    --busy_;
    co_return false;
  }
  const auto latency = std::chrono::duration_cast<milliseconds>(clock_.Steady() - began_steady);
  const Time now = clock_.Now();
  breakers_.Note(host, answer.ok(), now);
  ended_.push_back({item, endpoint, std::move(answer), began, latency});
  Judge(ended_.back(), now);
  urgent_ = urgent_ || !delivery.order_key.empty() || ended_.back().judgement.verdict != Verdict::kDelivered;
  if (gathering_ && !MayGather()) gathered_.Notify();
  if (!noting_) {
    noting_ = true;
    boost::asio::co_spawn(co_await boost::asio::this_coro::executor, NoteEnded(), boost::asio::detached);
  }
  co_return true;
}

void Sender::Judge(Ended& ended, Time now) {
  const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
  ended.judgement = relay::Judge(ended.endpoint->retry, rules_, ended.item.delivery->attempts + 1,
                                 ResultOf(ended.answer), now, TimeoutOf(*ended.endpoint, rules_.timeout), chance);
}

}  // namespace parley::relay
