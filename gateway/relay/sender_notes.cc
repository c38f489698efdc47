// What came of attempts: noted, followed up, told.
#include <algorithm>

#include "base/log.h"
#include "base/ordered_id.h"
#include "relay/sender.h"

namespace parley::relay {
namespace {

using outgoing::OutgoingResponse;
using std::chrono::milliseconds;
using storage::Delivery;

// Of an answer, for the log.
constexpr std::size_t kHeadBytes = 1024;
constexpr milliseconds kPauseAfterStoreFailure{2'000};

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

// While there is more to come and nobody waits.
bool Sender::MayGather() const {
  const bool fits = ended_.size() >= kStream && ended_.size() < kWorthACommit;
  return fits && !urgent_ && !stopping_ && static_cast<std::size_t>(busy_) > ended_.size();
}

// All that ended while the ones before were being written go into one commit, and what ends soon after.
Awaitable<> Sender::NoteEnded() {
  while (!ended_.empty()) {
    gathering_ = MayGather();
    if (gathering_) co_await gathered_.Wait(kLongestGathering);
    gathering_ = urgent_ = false;
    std::vector<Ended> batch = std::exchange(ended_, {});
    storage::Changes changes;
    changes.relay.reserve(2 * batch.size() + 1);
    for (const Ended& ended : batch) {
      Item& item = ended.item;
      item.writing = Writing::kNoted;
      if (item.sequence != 0) changes.relay.emplace_back(storage::QueueDelivery{item.delivery});
      changes.relay.emplace_back(NoteOf(*item.delivery, ended.answer, ended.began, ended.latency, ended.judgement));
    }
    const std::int64_t place = WrittenTo(read_to_, Writing::kNoted);
    if (place > moved_to_) changes.relay.emplace_back(storage::MoveRelayCursor{place});
    noting_since_ = clock_.Steady();
    const Status noted = co_await stores_.committer().Commit(std::move(changes));
    last_note_took_ = clock_.Steady() - noting_since_;
    if (!noted) Log(LogLevel::kError, "relay.attempts_not_noted", {{"detail", noted.error().detail}});
    if (noted) HasMoved(place);
    for (const Ended& ended : batch) {
      Lane& lane = ended.item.lane;
      const bool held_up_others = !ended.item.delivery->order_key.empty();
      if (noted) {
        co_await Follow(ended);
        Release(ended.item);
      } else {
        RetryNoting(ended.item);
      }
      --busy_;
      // Only what may have something to do now has everything looked at again.
      const bool dry = lane.behind && lane.under_way == 0;
      if (!noted || dry || held_up_others || ended.judgement.verdict != Verdict::kDelivered) woken_();
    }
    if (full_ && HasRoom()) woken_();
  }
  noting_ = false;
}

// What is in the store is pending there still. It is sent again; not at once, or a full disk would mean an endless
// stream.
void Sender::RetryNoting(Item& item) {
  Lane& lane = item.lane;
  lane.not_before = std::max(lane.not_before, clock_.Now() + kPauseAfterStoreFailure);
  item.writing = Writing::kNot;
  if (item.sequence == 0) {
    Release(item);
  } else {
    lane.ready.push_front(&item);
  }
}

// What an attempt that has been noted means beyond itself.
Awaitable<> Sender::Follow(const Ended& ended) {
  const Judgement& judgement = ended.judgement;
  const DialectKind dialect = ended.endpoint->dialect;
  services_.observer.Attempted(NameOf(dialect), OutcomeOf(judgement.verdict), ended.latency);
  if (judgement.verdict != Verdict::kDelivered) {
    co_await NoteFailure(ended.item.lane, judgement);
    co_return;
  }
  const Status kept = co_await dialects_.of(dialect).Answered(ended.item.delivery->subject, ended.answer->body);
  if (!kept) Log(LogLevel::kWarning, "relay.answer_not_kept", {{"delivery", ended.item.delivery->id}});
  co_await NoteSuccess(ended.item.lane);
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
