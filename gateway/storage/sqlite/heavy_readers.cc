#include "storage/sqlite/heavy_readers.h"

namespace parley::storage::sqlite {

HeavyReaders::HeavyReaders(std::vector<std::unique_ptr<Connection>> connections, std::size_t queue_bound,
                           std::chrono::milliseconds longest)
    : longest_(longest),
      queue_(queue_bound, "too many searches and reports are waiting"),
      connections_(std::move(connections)) {
  for (const auto& connection : connections_) {
    threads_.emplace_back([this, &connection] { Loop(*connection); });
  }
}

void HeavyReaders::Stop() {
  queue_.Close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void HeavyReaders::Loop(Connection& connection) {
  for (;;) {
    Jobs jobs = queue_.Take(1);
    if (jobs.empty()) return;
    connection.SetDeadline(std::chrono::steady_clock::now() + longest_);
    jobs.front().outcome = RunGuarded(jobs.front().work, connection);
    connection.ClearDeadline();
    Answer(std::move(jobs));
  }
}

}  // namespace parley::storage::sqlite
