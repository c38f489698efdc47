// The company's past, composed day by day and written in large batches.
//
// Threading: one thread; the store's writer works meanwhile. Memory: two batches. Tests: tests/unit/demo/
#pragma once

#include <functional>

#include "demo/composer.h"
#include "demo/demo.h"
#include "demo/script.h"
#include "storage/store.h"

namespace parley::demo {

// The chats of whole days before today, counted back from yesterday's last: all of them but of the first day's, which
// may begin in the middle.
struct Span {
  std::int64_t first_day = 0;
  std::size_t skipped = 0;  // of the first day
};
Span SpanOf(const Schedule& schedule, std::int64_t today, std::int64_t chats);

class History {
 public:
  // Everything is borrowed. The first `chats` of the span are composed.
  History(const Scripts& scripts, Composer& composer, storage::ShardStores& stores, const Span& span,
          std::int64_t chats)
      : scripts_(scripts),
        composer_(composer),
        stores_(stores),
        day_(span.first_day),
        next_(span.skipped),
        left_(chats) {}

  // Comings and goings of the days before `until_day` are written, too. `written` is told how many chats were; what it
  // answers ends the writing. Errors: its own; those of the store.
  Awaitable<Status> Write(std::int64_t until_day, std::function<Status(std::int64_t)> written);

 private:
  struct Batch {
    storage::Changes changes;
    std::vector<std::string> room_ids;
  };
  std::optional<Batch> Next();
  void BeginDay();
  Awaitable<> WriteBatches(Status& outcome, const std::function<Status(std::int64_t)>& written);
  Awaitable<> Commit(storage::Changes changes, Status& outcome);
  Awaitable<> IssueIds(std::vector<std::string> room_ids, Status& outcome);

  const Scripts& scripts_;
  Composer& composer_;
  storage::ShardStores& stores_;
  std::int64_t day_;
  std::size_t next_;  // of the day's scripts
  std::int64_t left_;
  std::int64_t until_day_ = 0;
  std::vector<Script> today_;  // the day's scripts
  std::int64_t turned_ = 0;    // the last day whose comings and goings were composed
};

}  // namespace parley::demo
