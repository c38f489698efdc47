// Work handed from shards to a database thread, and the way back.
//
// A shard's coroutine awaits Run; a database thread Takes jobs, does them, and Answers, which resumes each coroutine on
// the shard it came from. Bounded: when the queue is full, Run answers Unavailable at once.
// Threading: JobQueue is thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "base/awaitable.h"
#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

using Work = std::function<Status(Connection&)>;
using Resume = boost::asio::async_result<UseAwaitable, void(Status)>::handler_type;

struct Job {
  Work work;
  std::optional<Resume> resume;  // none: nobody waits
  Status outcome;
};

using Jobs = std::list<Job>;  // a Resume can be moved but not assigned: jobs stay where they are and change lists

class JobQueue {
 public:
  JobQueue(std::size_t bound, std::string when_full) : bound_(bound), when_full_(std::move(when_full)) {}

  // Called on a shard. The job's own outcome, or Unavailable when it was never accepted. `work` must own what it
  // touches: the caller may be gone by the time it runs.
  Awaitable<Status> Run(Work work);
  // Like Run for a job whose outcome nobody awaits. Dropped when the queue is full or closed.
  void Post(Work work);

  // Called on a database thread: the oldest jobs, at most `most`; waits for the first, and then until there are
  // `enough` but no longer than `patience`. Empty once closed and drained.
  Jobs Take(std::size_t most, std::size_t enough = 1, std::chrono::microseconds patience = {});
  std::size_t waiting();
  // Refuses new jobs; those accepted are still taken.
  void Close();

 private:
  class Enqueue;

  Status Admit();
  void Append(Job job);

  const std::size_t bound_;
  const std::string when_full_;
  std::mutex mutex_;
  std::condition_variable available_;
  Jobs waiting_;
  std::size_t admitted_ = 0;  // accepted, but not in `waiting_` yet
  std::size_t wanted_ = 1;    // how many waiting jobs are worth waking a taker for
  bool closed_ = false;
};

// Resumes every waiting coroutine with its outcome, with one post per shard.
void Answer(Jobs jobs);

// Runs `work`, turning an escaping exception into an Error.
Status RunGuarded(const Work& work, Connection& connection);

// Run for work that makes a value.
template <class T>
Awaitable<Result<T>> RunFor(JobQueue& queue, std::function<Result<T>(Connection&)> work) {
  auto made = std::make_shared<std::optional<T>>();
  Work keep = [made, work = std::move(work)](Connection& connection) -> Status {
    Result<T> result = work(connection);
    if (!result) return result.error();
    made->emplace(*std::move(result));
    return {};
  };
  Status done = co_await queue.Run(std::move(keep));
  if (!done) co_return done.error();
  co_return std::move(**made);
}

}  // namespace parley::storage::sqlite
