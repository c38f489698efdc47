// Threads for reads too long for a shard: full text, reports, exports. Each read is stopped at its deadline.
// Threading: thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "storage/sqlite/jobs.h"

namespace parley::storage::sqlite {

class HeavyReaders {
 public:
  // One thread per connection. `longest`: how long one read may run.
  HeavyReaders(std::vector<std::unique_ptr<Connection>> connections, std::size_t queue_bound,
               std::chrono::milliseconds longest);
  ~HeavyReaders() { Stop(); }

  // The queue of reads, by RunFor.
  JobQueue& queue() { return queue_; }
  void Stop();

 private:
  void Loop(Connection& connection);

  const std::chrono::milliseconds longest_;
  JobQueue queue_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::thread> threads_;
};

}  // namespace parley::storage::sqlite
