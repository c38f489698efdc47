#include "demo/history.h"

#include "base/parallel.h"

namespace parley::demo {
namespace {

constexpr std::size_t kChatsPerBatch = 512;
constexpr std::size_t kBatchesAtOnce = 2;  // one is composed while the other is written

}  // namespace

Span SpanOf(const Schedule& schedule, std::int64_t today, std::int64_t chats) {
  Span span{today, 0};
  std::int64_t found = 0;
  while (found < chats) found += schedule.VolumeOf(--span.first_day);
  span.skipped = static_cast<std::size_t>(found - chats);
  return span;
}

// The scripts of the day in hand, or of the first one after it that has any left.
void History::BeginDay() {
  while (today_.empty() || next_ >= today_.size()) {
    if (!today_.empty()) {
      ++day_;
      next_ = 0;
    }
    // Guests come back within a week at most, see Scripts.
    if (today_.empty() || (day_ - 1) / 7 != day_ / 7) composer_.ForgetGuests();
    today_ = scripts_.OfDay(day_);
  }
}

std::optional<History::Batch> History::Next() {
  if (left_ == 0) return std::nullopt;
  Batch batch;
  while (left_ > 0 && batch.room_ids.size() < kChatsPerBatch) {
    BeginDay();
    if (day_ < until_day_ && turned_ != day_) {
      turned_ = day_;
      for (const Turn& turn : scripts_.schedule().TurnsOf(day_)) composer_.Compose(turn, batch.changes);
    }
    batch.room_ids.push_back(composer_.Compose(today_[next_++], batch.changes));
    --left_;
  }
  return batch;
}

Awaitable<> History::Commit(storage::Changes changes, Status& outcome) {
  const Status committed = co_await stores_.committer().Commit(std::move(changes));
  if (!committed) outcome = committed;
}

// LiveChat's ids are issued with the chats, so that one seed gives the same ones whoever looks first.
Awaitable<> History::IssueIds(std::vector<std::string> room_ids, Status& outcome) {
  const auto issued = co_await stores_.ids().Issue(storage::IdKind::kChat, std::move(room_ids));
  if (!issued) outcome = issued.error();
}

Awaitable<> History::WriteBatches(Status& outcome, const std::function<Status(std::int64_t)>& written) {
  while (outcome) {
    std::optional<Batch> batch = Next();
    if (!batch) co_return;
    const auto chats = static_cast<std::int64_t>(batch->room_ids.size());
    // Together, so that the writer puts both on the disk at once.
    std::vector<Awaitable<>> writes;
    writes.push_back(Commit(std::move(batch->changes), outcome));
    writes.push_back(IssueIds(std::move(batch->room_ids), outcome));
    co_await RunTogether(std::move(writes), 2);
    if (outcome) outcome = written(chats);
  }
}

Awaitable<Status> History::Write(std::int64_t until_day, std::function<Status(std::int64_t)> written) {
  until_day_ = until_day;
  Status outcome;
  std::vector<Awaitable<>> workers;
  for (std::size_t i = 0; i < kBatchesAtOnce; ++i) workers.push_back(WriteBatches(outcome, written));
  co_await RunTogether(std::move(workers), kBatchesAtOnce);
  co_return outcome;
}

}  // namespace parley::demo
