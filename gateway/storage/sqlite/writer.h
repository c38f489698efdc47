// The one thread that writes, with group commit.
//
// It takes everything queued, up to a bound, and runs it in one transaction; one COMMIT, one sync to disk, then every
// waiting coroutine is resumed. A refused write leaves its neighbours alone: the group is run again with a savepoint for
// each write, so a write may run twice. When the COMMIT fails nobody's write happened and everybody is told so.
// Threading: thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "storage/sqlite/jobs.h"

namespace parley::storage::sqlite {

class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, std::size_t queue_bound);
  ~Writer() { Stop(); }

  // The queue of writes. A work returns an error to have everything it did undone, and may be run again after one.
  JobQueue& queue() { return queue_; }
  // The last failure of the disk or the file, until a write succeeds again. Asking tries one.
  Status Health();
  // Writes what was accepted, then closes the connection and joins the thread.
  void Stop();

 private:
  void Loop();
  void PostMerge();
  void RunGroup(Jobs& group);
  bool RunTogether(Jobs& group);
  void RunApart(Jobs& group);
  Status RunInSavepoint(const Work& work);
  void NoteHealth(const Jobs& group);

  std::unique_ptr<Connection> connection_;
  JobQueue queue_;
  bool careful_ = false;  // the last group had a refused write; the writer's thread alone
  std::mutex health_mutex_;
  std::optional<Error> failure_;
  std::thread thread_;
};

}  // namespace parley::storage::sqlite
