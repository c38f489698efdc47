#include "sync/fill.h"

#include <algorithm>

#include "base/log.h"
#include "base/parallel.h"
#include "base/time.h"

namespace parley::sync {
namespace {

using events::Source;
using storage::Collection;

constexpr const char* kDocument = "fill";
constexpr std::int64_t kPage = 50;
constexpr std::size_t kAtATime = 4;

}  // namespace

Awaitable<Result<Fill::State>> Fill::Read() {
  const Result<Time> watched = co_await WatchedSince(parts_.stores, parts_.clock.Now());
  if (!watched) co_return watched.error();
  const auto found = co_await parts_.stores.documents().Get(Collection::kSyncs, kDocument);
  if (!found) co_return found.error();
  State state;
  state.until = *watched;
  if (!*found) co_return state;
  const Json& body = (*found)->body;
  state.version = (*found)->version;
  state.until = FromUnixMillis(body.Integer("until"));
  state.done = body.Integer("done");
  state.total = body.Integer("total");
  state.offset = body.Integer("offset");
  state.finished = body.Flag("finished");
  co_return state;
}

Awaitable<Status> Fill::Keep(const State& state) {
  Json body = Json::Of({{"until", UnixMillis(state.until)},
                        {"done", state.done},
                        {"total", state.total},
                        {"offset", state.offset},
                        {"finished", state.finished}});
  storage::Changes changes;
  changes.puts.push_back({Collection::kSyncs, kDocument, std::move(body), state.version});
  co_return co_await parts_.stores.committer().Commit(std::move(changes));
}

void Fill::Show(const State& state) {
  Progress& progress = parts_.progress;
  progress.fill_done = state.done;
  progress.fill_total = state.total;
  progress.filled = state.finished;
  const Time now = parts_.clock.Now();
  if (!began_) {
    began_ = now;
    done_at_start_ = state.done;
  }
  const std::int64_t done = state.done - done_at_start_;
  const std::int64_t spent = (now - *began_).count();
  progress.fill_seconds_left = state.finished ? 0
                               : done > 0 ? std::max<std::int64_t>(0, state.total - state.done) * spent / done / 1000
                                          : -1;
}

// A chat nobody can use would hold up all others for ever; one that cannot be read now holds them up until it can.
Awaitable<> Fill::SyncOne(const Taken& room, std::optional<Error>& failed) {
  co_await give_way_();
  Sighting sighting;
  sighting.source = Source::kFill;
  sighting.listed = &room;
  const Result<std::size_t> synced = co_await sync_.Sync(room.id, sighting);
  if (!synced && synced.error().code != ErrorCode::kBadGateway) failed = synced.error();
}

Awaitable<Result<bool>> Fill::Step() {
  Result<State> state = co_await Read();
  if (!state) co_return state.error();
  Show(*state);
  if (state->finished) co_return true;
  std::vector<std::pair<std::string, std::string>> query;
  query.emplace_back("createdAt", Print(Json::Of({{"end", IsoTime(state->until)}})));
  query.emplace_back("sort", R"({"ts":-1})");
  query.emplace_back("count", std::to_string(kPage));
  query.emplace_back("offset", std::to_string(state->offset));
  Result<RoomPage> page = co_await sync_.reader().Rooms(std::move(query));
  if (!page) co_return page.error();
  if (!page->unusable.empty()) {
    ++parts_.progress.unusable_answers;
    Log(LogLevel::kWarning, "sync.unusable_room", {{"reason", page->unusable}});
  }
  std::optional<Error> failed;
  std::vector<Awaitable<>> tasks;
  for (const Taken& room : page->rooms) tasks.push_back(SyncOne(room, failed));
  if (!tasks.empty()) co_await RunTogether(std::move(tasks), kAtATime);
  if (failed) co_return *failed;

  // The next page begins with what this one ended with: what began at one moment may stand on both.
  const std::int64_t seen = static_cast<std::int64_t>(page->listed);
  if (state->total == 0) state->total = page->total;
  state->finished = seen == 0;
  Time oldest = state->until;
  for (const Taken& room : page->rooms) oldest = std::min(oldest, FromUnixMillis(room.body.Integer("ts")));
  std::int64_t at_oldest = 0;
  for (const Taken& room : page->rooms) at_oldest += FromUnixMillis(room.body.Integer("ts")) == oldest ? 1 : 0;
  if (oldest == state->until) {
    state->offset += seen;
  } else {
    state->until = oldest;
    state->offset = at_oldest;
  }
  state->done += seen;
  state->total = std::max(state->total, state->done);
  const Status kept = co_await Keep(*state);
  if (!kept) co_return kept.error();
  Show(*state);
  Log(LogLevel::kInfo, "sync.fill",
      {{"done", state->done}, {"total", state->total}, {"seconds_left", parts_.progress.fill_seconds_left.load()}});
  co_return state->finished;
}

}  // namespace parley::sync
