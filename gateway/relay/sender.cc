#include "relay/sender.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"
#include "base/ordered_id.h"
#include "relay/delivery_request.h"

namespace parley::relay {
namespace {

using outgoing::OutgoingResponse;
using std::chrono::milliseconds;
using storage::Delivery;

// Read ahead of what is under way, so that a slot that becomes free is filled at once.
constexpr std::int64_t kReadAhead = 128;
// Of an answer, for the log.
constexpr std::size_t kHeadBytes = 1024;
constexpr milliseconds kPauseAfterStoreFailure{2'000};

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
  result.retry_after = answer->Header("Retry-After");
  return result;
}

std::string_view OutcomeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDelivered:
      return "delivered";
    case Verdict::kAgain:
      return "again";
    case Verdict::kGivenUp:
      return "dead";
    case Verdict::kGone:
      return "gone";
  }
  return "";
}

// What the log may keep: text, whatever came.
std::string HeadOf(const std::string& body) {
  std::string head = body.substr(0, kHeadBytes);
  std::replace_if(
      head.begin(), head.end(), [](char c) { return c == '\0'; }, ' ');
  return head;
}

storage::NoteAttempt NoteOf(const Delivery& delivery, const Result<OutgoingResponse>& answer, Time began,
                            milliseconds latency, const Judgement& judgement) {
  storage::NoteAttempt note;
  note.attempt.delivery = delivery.id;
  note.attempt.at = began;
  note.attempt.latency = latency;
  note.attempt.status = answer ? answer->status : 0;
  if (!answer) note.attempt.error = answer.error().message;
  if (answer) note.attempt.head = HeadOf(answer->body);
  note.due = judgement.due;
  note.reason = judgement.reason;
  note.status = judgement.verdict == Verdict::kDelivered ? storage::DeliveryStatus::kDelivered
                : judgement.verdict == Verdict::kAgain   ? storage::DeliveryStatus::kPending
                                                         : storage::DeliveryStatus::kDead;
  return note;
}

}  // namespace

Awaitable<Result<std::optional<Time>>> Sender::Begin(const std::vector<Endpoint>& endpoints) {
  const Result<std::vector<std::string>> waiting = co_await stores_.deliveries().Waiting();
  if (!waiting) co_return waiting.error();
  std::optional<Time> due;
  for (const std::string& id : *waiting) {
    const auto endpoint =
        std::find_if(endpoints.begin(), endpoints.end(), [&](const Endpoint& candidate) { return candidate.id == id; });
    if (endpoint == endpoints.end()) {
      const Status canceled = co_await CancelIfGone(id);
      if (!canceled) co_return canceled.error();
      continue;
    }
    std::unique_ptr<Lane>& lane = lanes_[id];
    if (lane == nullptr) lane = std::make_unique<Lane>();
    lane->endpoint = std::make_shared<const Endpoint>(*endpoint);
    lane->enabled = endpoint->enabled;
    lane->failing_since = endpoint->failing_since;
    const Result<std::optional<Time>> next = co_await BeginLane(*lane);
    if (!next) co_return next.error();
    due = Earlier(due, *next);
  }
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

// What was read ahead of an endpoint that is disabled now waits in the store.
void Sender::PutBack(Lane& lane) {
  for (const Delivery& delivery : lane.ready) Release(lane, delivery);
  lane.ready.clear();
}

void Sender::Release(Lane& lane, const Delivery& delivery) {
  lane.taken.erase(delivery.id);
  if (!delivery.order_key.empty()) lane.orders.erase(delivery.order_key);
}

Awaitable<Result<std::optional<Time>>> Sender::BeginLane(Lane& lane) {
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
  // What is due and taken is under way, and its end is told; what is left is due later.
  Result<std::optional<Time>> next = co_await stores_.deliveries().NextDue(lane.endpoint->id, now);
  co_return next;
}

// When the endpoint may be called again; `now` or earlier: at once.
Time Sender::HeldUntil(const Lane& lane, Time now) const {
  const std::string host = HostOf(lane.endpoint->url);
  const bool open = breakers_.StateOf(host, now) == Breakers::State::kOpen;
  return std::max(lane.not_before, open ? breakers_.OpenUntil(host) : Time());
}

// Reads on behind what was read before, and once there is nothing, from the beginning: what failed and is due again, and
// what waited for its turn, stands before what was read.
Awaitable<Status> Sender::Fill(Lane& lane) {
  const bool from_beginning = lane.read.sequence == 0;
  const std::int64_t most = kReadAhead + (from_beginning ? static_cast<std::int64_t>(lane.taken.size()) : 0);
  Result<std::vector<Delivery>> due =
      co_await stores_.deliveries().Due(lane.endpoint->id, clock_.Now(), most, lane.read);
  if (!due) co_return due.error();
  lane.read = due->empty() ? storage::DuePlace() : storage::DuePlace{due->back().due, due->back().sequence};
  for (Delivery& delivery : *due) {
    if (lane.taken.contains(delivery.id) || lane.orders.contains(delivery.order_key)) continue;
    lane.taken.insert(delivery.id);
    if (!delivery.order_key.empty()) lane.orders.insert(delivery.order_key);
    lane.ready.push_back(std::move(delivery));
  }
  if (!due->empty() || from_beginning) co_return Status();
  co_return co_await Fill(lane);
}

Awaitable<Status> Sender::Advance(Lane& lane) {
  if (!lane.enabled || stopping_ || lane.not_before > clock_.Now()) co_return Status();
  if (lane.ready.empty() && lane.taken.size() < kMostTaken) {
    const Status filled = co_await Fill(lane);
    if (!filled) co_return filled;
  }
  Launch(co_await boost::asio::this_coro::executor, lane);
  co_return Status();
}

void Sender::Launch(const Executor& executor, Lane& lane) {
  const std::string host = HostOf(lane.endpoint->url);
  while (!lane.ready.empty()) {
    const Time now = clock_.Now();
    const Breakers::State state = breakers_.StateOf(host, now);
    const int most = state == Breakers::State::kClosed ? lane.endpoint->concurrency : 1;
    if (state == Breakers::State::kOpen || lane.under_way >= most || lane.not_before > now) return;
    Delivery delivery = std::move(lane.ready.front());
    lane.ready.pop_front();
    if (lane.endpoint->per_second > 0)
      lane.not_before = now + milliseconds(static_cast<std::int64_t>(1'000 / lane.endpoint->per_second));
    ++lane.under_way;
    ++busy_;
    boost::asio::co_spawn(executor, Attempt(lane, std::move(delivery)), boost::asio::detached);
  }
}

Awaitable<> Sender::Attempt(Lane& lane, Delivery delivery) {
  const std::shared_ptr<const Endpoint> endpoint = lane.endpoint;
  const Time began = clock_.Now();
  const SteadyTime began_steady = clock_.Steady();
  outgoing::OutgoingRequest request = DeliveryRequest(*endpoint, delivery.id, delivery.body, began, rules_.timeout);
  Result<OutgoingResponse> answer = co_await services_.caller.Send(std::move(request));
  --lane.under_way;
  if (stopping_) {
    --busy_;
    co_return;
  }
  const auto latency = std::chrono::duration_cast<milliseconds>(clock_.Steady() - began_steady);
  breakers_.Note(HostOf(endpoint->url), answer.ok(), clock_.Now());
  ended_.push_back({lane, endpoint, std::move(delivery), std::move(answer), began, latency});
  Judge(ended_.back());
  // Whatever goes wrong with reading on is met again by the next Begin.
  (void)co_await Advance(lane);
  if (!noting_) co_await NoteEnded();
}

void Sender::Judge(Ended& ended) {
  const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
  ended.judgement = relay::Judge(ended.endpoint->retry, rules_, ended.delivery.attempts + 1, ResultOf(ended.answer),
                                 clock_.Now(), TimeoutOf(*ended.endpoint, rules_.timeout), chance);
}

// All that ended while the ones before were being written go into one commit.
Awaitable<> Sender::NoteEnded() {
  noting_ = true;
  while (!ended_.empty()) {
    std::vector<Ended> batch = std::exchange(ended_, {});
    storage::Changes changes;
    for (const Ended& ended : batch)
      changes.relay.emplace_back(NoteOf(ended.delivery, ended.answer, ended.began, ended.latency, ended.judgement));
    const Status noted = co_await stores_.committer().Commit(std::move(changes));
    if (!noted) Log(LogLevel::kError, "relay.attempts_not_noted", {{"detail", noted.error().detail}});
    for (Ended& ended : batch) {
      Release(ended.lane, ended.delivery);
      if (noted) {
        co_await Follow(ended);
      } else {
        // It is pending still and will be sent again; not at once, or a full disk would mean an endless stream.
        ended.lane.not_before = std::max(ended.lane.not_before, clock_.Now() + kPauseAfterStoreFailure);
      }
      --busy_;
      // Only what may have something to do now has everything looked at again.
      const bool dry = ended.lane.under_way == 0;
      const bool held_up_others = !ended.delivery.order_key.empty();
      if (!noted || dry || held_up_others || ended.judgement.verdict != Verdict::kDelivered) woken_();
    }
  }
  noting_ = false;
}

// What an attempt that has been noted means beyond itself.
Awaitable<> Sender::Follow(const Ended& ended) {
  const Judgement& judgement = ended.judgement;
  const DialectKind dialect = ended.endpoint->dialect;
  services_.observer.Attempted(NameOf(dialect), OutcomeOf(judgement.verdict), ended.latency);
  if (judgement.verdict != Verdict::kDelivered) {
    co_await NoteFailure(ended.lane, judgement);
    co_return;
  }
  const Status kept = co_await dialects_.of(dialect).Answered(ended.delivery.subject, ended.answer->body);
  if (!kept) Log(LogLevel::kWarning, "relay.answer_not_kept", {{"delivery", ended.delivery.id}});
  co_await NoteSuccess(ended.lane);
}

// For operators: a line in the log, and an event whoever listens to is told of.
Awaitable<> Sender::TellDisabled(const Endpoint& endpoint, const std::string& reason) {
  Log(LogLevel::kError, "relay.endpoint_disabled",
      {{"endpoint", endpoint.id}, {"url", Redacted(endpoint.url)}, {"reason", reason}});
  events::Event event;
  event.at = clock_.Now();
  event.id = OrderedObjectId(services_.ids, event.at);
  event.subject = endpoint.id;
  event.payload = events::EndpointDisabled{Redacted(endpoint.url), reason};
  storage::Changes changes;
  services_.recorder.Record(event, changes);
  (void)co_await stores_.committer().Commit(std::move(changes));
}

Awaitable<> Sender::NoteSuccess(Lane& lane) {
  if (!lane.failing_since) co_return;
  lane.failing_since.reset();
  const EndpointBook::Amendment works = [](Endpoint& endpoint) {
    endpoint.failing_since.reset();
    return Status();
  };
  const Result<Endpoint> amended = co_await book_.Amend(lane.endpoint->id, works);
  if (!amended) Log(LogLevel::kWarning, "relay.endpoint_not_noted", {{"endpoint", lane.endpoint->id}});
}

Awaitable<> Sender::NoteFailure(Lane& lane, const Judgement& judgement) {
  const Time now = clock_.Now();
  std::string reason;
  if (judgement.verdict == Verdict::kGone) reason = judgement.reason;
  if (lane.failing_since && now - *lane.failing_since >= longest_failure_)
    reason = "nothing could be delivered for too long; at last: " + judgement.reason;
  const bool first = !lane.failing_since;
  if (!first && reason.empty()) co_return;
  if (first) lane.failing_since = now;
  if (!reason.empty() && !std::exchange(lane.enabled, false)) co_return;
  const EndpointBook::Amendment fails = [&](Endpoint& endpoint) {
    if (!endpoint.failing_since) endpoint.failing_since = now;
    if (!reason.empty()) {
      endpoint.enabled = false;
      endpoint.disabled_reason = reason;
    }
    return Status();
  };
  const Result<Endpoint> amended = co_await book_.Amend(lane.endpoint->id, fails);
  if (!amended) {
    Log(LogLevel::kWarning, "relay.endpoint_not_noted", {{"endpoint", lane.endpoint->id}});
  } else if (!reason.empty()) {
    co_await TellDisabled(*amended, reason);
  }
}

}  // namespace parley::relay
