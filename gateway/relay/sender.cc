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
      const Status canceled = co_await Cancel(id);
      if (!canceled) co_return canceled.error();
      continue;
    }
    std::unique_ptr<Lane>& lane = lanes_[id];
    if (lane == nullptr) lane = std::make_unique<Lane>();
    lane->endpoint = *endpoint;
    const Result<std::optional<Time>> next = co_await BeginLane(*lane);
    if (!next) co_return next.error();
    due = Earlier(due, *next);
  }
  co_return due;
}

Awaitable<Status> Sender::Cancel(std::string endpoint) {
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
  if (!lane.endpoint.enabled) {
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
  Result<std::optional<Time>> next = co_await stores_.deliveries().NextDue(lane.endpoint.id, now);
  co_return next;
}

// When the endpoint may be called again; `now` or earlier: at once.
Time Sender::HeldUntil(const Lane& lane, Time now) const {
  const std::string host = HostOf(lane.endpoint.url);
  const bool open = breakers_.StateOf(host, now) == Breakers::State::kOpen;
  return std::max(lane.not_before, open ? breakers_.OpenUntil(host) : Time());
}

Awaitable<Status> Sender::Fill(Lane& lane) {
  const std::int64_t most = kReadAhead + static_cast<std::int64_t>(lane.taken.size());
  Result<std::vector<Delivery>> due = co_await stores_.deliveries().Due(lane.endpoint.id, clock_.Now(), most);
  if (!due) co_return due.error();
  for (Delivery& delivery : *due) {
    if (lane.taken.contains(delivery.id) || lane.orders.contains(delivery.order_key)) continue;
    lane.taken.insert(delivery.id);
    if (!delivery.order_key.empty()) lane.orders.insert(delivery.order_key);
    lane.ready.push_back(std::move(delivery));
  }
  co_return Status();
}

Awaitable<Status> Sender::Advance(Lane& lane) {
  if (!lane.endpoint.enabled || stopping_ || lane.not_before > clock_.Now()) co_return Status();
  if (lane.taken.size() >= kMostTaken) co_return Status();
  if (lane.ready.empty()) {
    const Status filled = co_await Fill(lane);
    if (!filled) co_return filled;
  }
  Launch(co_await boost::asio::this_coro::executor, lane);
  co_return Status();
}

void Sender::Launch(const Executor& executor, Lane& lane) {
  const std::string host = HostOf(lane.endpoint.url);
  while (!lane.ready.empty()) {
    const Time now = clock_.Now();
    const Breakers::State state = breakers_.StateOf(host, now);
    const int most = state == Breakers::State::kClosed ? lane.endpoint.concurrency : 1;
    if (state == Breakers::State::kOpen || lane.under_way >= most || lane.not_before > now) return;
    Delivery delivery = std::move(lane.ready.front());
    lane.ready.pop_front();
    if (lane.endpoint.per_second > 0)
      lane.not_before = now + milliseconds(static_cast<std::int64_t>(1'000 / lane.endpoint.per_second));
    ++lane.under_way;
    ++busy_;
    boost::asio::co_spawn(executor, Attempt(lane, std::move(delivery)), boost::asio::detached);
  }
}

Awaitable<> Sender::Attempt(Lane& lane, Delivery delivery) {
  // As it is now: it may be another one by the time the answer is there.
  const Endpoint endpoint = lane.endpoint;
  const Time began = clock_.Now();
  const SteadyTime began_steady = clock_.Steady();
  outgoing::OutgoingRequest request = DeliveryRequest(endpoint, delivery.id, delivery.body, began, rules_.timeout);
  const Result<OutgoingResponse> answer = co_await services_.caller.Send(std::move(request));
  --lane.under_way;
  if (!stopping_) {
    const auto latency = std::chrono::duration_cast<milliseconds>(clock_.Steady() - began_steady);
    breakers_.Note(HostOf(endpoint.url), answer.ok(), clock_.Now());
    // Whatever goes wrong with reading on is met again by the next Begin.
    (void)co_await Advance(lane);
    co_await Note(lane, endpoint, delivery, answer, began, latency);
  }
  --busy_;
  woken_();
}

Awaitable<> Sender::Note(Lane& lane, const Endpoint& endpoint, const Delivery& delivery,
                         const Result<OutgoingResponse>& answer, Time began, milliseconds latency) {
  const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
  const Judgement judgement = Judge(endpoint.retry, rules_, delivery.attempts + 1, ResultOf(answer), clock_.Now(),
                                    TimeoutOf(endpoint, rules_.timeout), chance);
  storage::Changes changes;
  changes.relay.emplace_back(NoteOf(delivery, answer, began, latency, judgement));
  const Status noted = co_await stores_.committer().Commit(std::move(changes));
  Release(lane, delivery);
  if (!noted) {
    // It is pending still and will be sent again; not at once, or a full disk would mean an endless stream.
    Log(LogLevel::kError, "relay.attempt_not_noted", {{"delivery", delivery.id}, {"detail", noted.error().detail}});
    lane.not_before = std::max(lane.not_before, clock_.Now() + kPauseAfterStoreFailure);
    co_return;
  }
  services_.observer.Attempted(NameOf(endpoint.dialect), OutcomeOf(judgement.verdict), latency);
  if (judgement.verdict == Verdict::kDelivered) {
    const Status kept = co_await dialects_.of(endpoint.dialect).Answered(delivery.subject, answer->body);
    if (!kept) Log(LogLevel::kWarning, "relay.answer_not_kept", {{"delivery", delivery.id}});
    co_await NoteSuccess(lane);
  } else {
    co_await NoteFailure(lane, judgement);
  }
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
  if (!lane.endpoint.failing_since) co_return;
  lane.endpoint.failing_since.reset();
  const EndpointBook::Amendment works = [](Endpoint& endpoint) {
    endpoint.failing_since.reset();
    return Status();
  };
  const Result<Endpoint> amended = co_await book_.Amend(lane.endpoint.id, works);
  if (!amended) Log(LogLevel::kWarning, "relay.endpoint_not_noted", {{"endpoint", lane.endpoint.id}});
}

Awaitable<> Sender::NoteFailure(Lane& lane, const Judgement& judgement) {
  const Time now = clock_.Now();
  std::string reason;
  if (judgement.verdict == Verdict::kGone) reason = judgement.reason;
  if (lane.endpoint.failing_since && now - *lane.endpoint.failing_since >= longest_failure_)
    reason = "nothing could be delivered for too long; at last: " + judgement.reason;
  const bool first = !lane.endpoint.failing_since;
  if (!first && reason.empty()) co_return;
  if (first) lane.endpoint.failing_since = now;
  if (!reason.empty() && !std::exchange(lane.endpoint.enabled, false)) co_return;
  const EndpointBook::Amendment fails = [&](Endpoint& endpoint) {
    if (!endpoint.failing_since) endpoint.failing_since = now;
    if (!reason.empty()) {
      endpoint.enabled = false;
      endpoint.disabled_reason = reason;
    }
    return Status();
  };
  const Result<Endpoint> amended = co_await book_.Amend(lane.endpoint.id, fails);
  if (!amended) {
    Log(LogLevel::kWarning, "relay.endpoint_not_noted", {{"endpoint", lane.endpoint.id}});
  } else if (!reason.empty()) {
    co_await TellDisabled(*amended, reason);
  }
}

}  // namespace parley::relay
