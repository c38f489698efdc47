#include "sync/poll.h"

#include "base/log.h"
#include "base/parallel.h"
#include "base/time.h"

namespace parley::sync {
namespace {

using events::Source;
using storage::Collection;
using storage::Match;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kDocument = "poll";
constexpr std::size_t kPage = 100;
constexpr std::size_t kMostPages = 1000;
constexpr std::size_t kAtATime = 4;
// Clocks differ, and a list may be behind.
constexpr std::chrono::minutes kOverlap{10};
constexpr std::chrono::hours kLongLook{24};
constexpr std::int64_t kLongLookEvery = 30;
// How long a webhook may take before it counts as lost.
constexpr std::chrono::seconds kGrace{5};
constexpr std::chrono::minutes kPauseAfterFailure{10};

Json IdList(const std::map<std::string, Taken>& listed) {
  Json ids = Json::MakeArray();
  for (const auto& [id, room] : listed) ids.Push(id);
  return ids;
}

std::string Since(Time time) {
  return Print(Json::Of({{"start", IsoTime(time)}}));
}

}  // namespace

Awaitable<Status> Poll::List(Pairs filter, Listed& listed) {
  filter.emplace_back("count", std::to_string(kPage));
  filter.emplace_back("sort", R"({"ts":1})");
  filter.emplace_back("offset", "0");
  for (std::size_t page = 0; page < kMostPages; ++page) {
    filter.back().second = std::to_string(page * kPage);
    Result<RoomPage> found = co_await sync_.reader().Rooms(filter);
    if (!found) co_return found.error();
    if (!found->unusable.empty()) {
      ++parts_.progress.unusable_answers;
      Log(LogLevel::kWarning, "sync.unusable_room", {{"reason", found->unusable}});
    }
    for (Taken& room : found->rooms) {
      std::string id = room.id;
      listed.insert_or_assign(std::move(id), std::move(room));
    }
    if (found->listed < kPage) co_return Status();
  }
  co_return BadGateway("The workspace's answer cannot be used", "livechat/rooms does not end");
}

// Versions before 7.0 do not know the filter: they refuse it, or list everything. There the queue tells the ids alone.
Awaitable<Status> Poll::ListWaiting(Listed& listed, std::set<std::string>& unlisted) {
  if (lists_queued_) {
    Pairs filter;
    filter.emplace_back("queued", "true");
    filter.emplace_back("count", std::to_string(kPage));
    const Result<RoomPage> first = co_await sync_.reader().Rooms(filter);
    if (!first && first.error().code != ErrorCode::kBadGateway) co_return first.error();
    lists_queued_ = first.ok();
    if (first) {
      for (const Taken& room : first->rooms) {
        const bool waits = room.body.Flag("open") && room.body.Find("servedBy") == nullptr;
        lists_queued_ = lists_queued_ && waits;
      }
    }
  }
  if (lists_queued_) {
    Pairs filter;
    filter.emplace_back("queued", "true");
    co_return co_await List(std::move(filter), listed);
  }
  const auto ids = co_await sync_.reader().QueuedRooms();
  if (!ids) co_return ids.error();
  unlisted.insert(ids->begin(), ids->end());
  co_return Status();
}

Awaitable<Result<std::set<std::string>>> Poll::FindSpokenOf() {
  const auto hints = co_await inbox_.Read();
  if (!hints) co_return hints.error();
  std::set<std::string> rooms;
  for (const Hint& hint : *hints) rooms.insert(hint.room_id);
  co_return rooms;
}

Awaitable<Result<std::map<std::string, Json>>> Poll::FindMirrored(const Listed& listed) {
  std::map<std::string, Json> mirrored;
  if (listed.empty()) co_return mirrored;
  storage::Query query(Collection::kRooms);
  query.where.emplace_back("_id", Match::kIn, IdList(listed));
  Result<storage::Found> found = co_await parts_.stores.documents().Find(std::move(query));
  if (!found) co_return found.error();
  for (storage::Document& room : found->documents) mirrored.emplace(room.id, std::move(room.body));
  co_return mirrored;
}

// Those Parley has as open: every one of them has its record in the waiting line.
Awaitable<Result<std::set<std::string>>> Poll::FindLeftOpen(const Listed& listed) {
  const Result<storage::Found> line = co_await parts_.stores.documents().Find(storage::Query(Collection::kInquiries));
  if (!line) co_return line.error();
  std::set<std::string> left;
  for (const storage::Document& inquiry : line->documents) {
    std::string room(inquiry.body.Text("rid"));
    const auto found = listed.find(room);
    if (found == listed.end() || !found->second.body.Flag("open")) left.insert(std::move(room));
  }
  co_return left;
}

bool Poll::IsTried(const std::string& room_id, const Taken* listed) const {
  const auto failed = failures_.find(room_id);
  if (failed == failures_.end() || parts_.clock.Now() >= failed->second.until) return false;
  return listed == nullptr || listed->body.Integer("_updatedAt") == failed->second.changed;
}

Awaitable<> Poll::Sync(std::string room_id, const Taken* listed) {
  Sighting sighting;
  sighting.source = Source::kPoll;
  sighting.recovered = webhooks_;
  sighting.listed = listed;
  const Result<std::size_t> synced = co_await sync_.Sync(room_id, sighting);
  if (synced) {
    failures_.erase(room_id);
    co_return;
  }
  const std::int64_t changed = listed == nullptr ? 0 : listed->body.Integer("_updatedAt");
  failures_[room_id] = {changed, parts_.clock.Now() + kPauseAfterFailure};
  Log(LogLevel::kWarning, "sync.poll_failed",
      {{"room", room_id}, {"reason", synced.error().message}, {"detail", synced.error().detail}});
}

// Four calls of one route: each of its filters is one state, none is several. Without one it lists every chat there ever
// was; to put first what changed lately would be work for the workspace at every look.
Awaitable<Status> Poll::ListAll(Time closed_since, Listed& listed, std::set<std::string>& unlisted) {
  Pairs served, held, closed;
  served.emplace_back("open", "true");
  held.emplace_back("onhold", "true");
  closed.emplace_back("open", "false");
  closed.emplace_back("closedAt", Since(closed_since));
  Status read = co_await List(std::move(served), listed);
  if (read) read = co_await ListWaiting(listed, unlisted);
  if (read) read = co_await List(std::move(held), listed);
  if (read) read = co_await List(std::move(closed), listed);
  if (!read) co_return read;
  const auto left = co_await FindLeftOpen(listed);
  if (!left) co_return left.error();
  unlisted.insert(left->begin(), left->end());
  co_return Status();
}

Awaitable<Status> Poll::SyncWhatDiffers(Time now, const Listed& listed, std::set<std::string> unlisted) {
  const auto spoken_of = co_await FindSpokenOf();
  if (!spoken_of) co_return spoken_of.error();
  const auto mirrored = co_await FindMirrored(listed);
  if (!mirrored) co_return mirrored.error();
  std::erase_if(failures_, [&](const auto& failure) { return failure.second.until <= now; });
  std::vector<Awaitable<>> tasks;
  for (const auto& [id, room] : listed) {
    const auto known = mirrored->find(id);
    if (known != mirrored->end() && IsSameRoom(known->second, room.body)) continue;
    unlisted.erase(id);
    const bool fresh = webhooks_ && FromUnixMillis(room.body.Integer("_updatedAt")) > now - kGrace;
    if (fresh || spoken_of->contains(id) || IsTried(id, &room)) continue;
    tasks.push_back(Sync(id, &room));
  }
  for (const std::string& id : unlisted) {
    if (!spoken_of->contains(id) && !IsTried(id, nullptr)) tasks.push_back(Sync(id, nullptr));
  }
  if (!tasks.empty()) co_await RunTogether(std::move(tasks), kAtATime);
  co_return Status();
}

Awaitable<Status> Poll::Look() {
  const Time now = parts_.clock.Now();
  const Result<Time> watched = co_await WatchedSince(parts_.stores, now);
  if (!watched) co_return watched.error();
  const auto state = co_await parts_.stores.documents().Get(Collection::kSyncs, kDocument);
  if (!state) co_return state.error();
  Time since = *state ? FromUnixMillis((*state)->body.Integer("looked")) : *watched;
  since -= kOverlap;
  if (looks_ % kLongLookEvery == 0) since = std::min(since, now - kLongLook);

  Listed listed;
  std::set<std::string> unlisted;
  const Status read = co_await ListAll(since, listed, unlisted);
  if (!read) co_return read;
  const Status synced = co_await SyncWhatDiffers(now, listed, std::move(unlisted));
  if (!synced) co_return synced;

  storage::Changes changes;
  changes.Put(Collection::kSyncs, kDocument, Json::Of({{"looked", UnixMillis(now)}}));
  const Status noted = co_await parts_.stores.committer().Commit(std::move(changes));
  if (!noted) co_return noted;
  ++looks_;
  parts_.progress.polled_at = UnixMillis(now);
  co_return Status();
}

}  // namespace parley::sync
