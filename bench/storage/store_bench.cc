// Durable records per second from 64 coroutines on one shard, against the bare C peer, in alternating rounds of one
// run.
//
//   store_bench [DIRECTORY [ROUNDS [SECONDS]]]
//
// Prints one line a round, then the median ratio (store / peer) and its range.
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/group_commit_peer.h"
#include "storage/store.h"

namespace {

using namespace parley;

constexpr int kClients = 64;
constexpr int kRecordBytes = 200;

struct Round {
  SteadyTime end;
  long committed = 0;
  long failed = 0;
};

Awaitable<> HandInRecords(storage::Committer& committer, int client, Round& round) {
  const std::string text(kRecordBytes - 11, 'x');  // {"text":""} is eleven bytes
  for (long number = 0; std::chrono::steady_clock::now() < round.end; ++number) {
    Json body;
    body.Append("text", text);
    storage::Changes changes;
    changes.Insert(storage::Collection::kExtras, "record-" + std::to_string(client) + "-" + std::to_string(number),
                   std::move(body));
    const Status committed = co_await committer.Commit(std::move(changes));
    committed ? ++round.committed : ++round.failed;
  }
}

double StoreRate(const std::string& directory, double seconds) {
  const SystemClock clock;
  const std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(1);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(directory + "/store.db" + suffix);
  Result<std::unique_ptr<storage::Store>> store = storage::OpenStore("sqlite:" + directory + "/store.db", clock, *ids);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return -1;
  }
  boost::asio::io_context loop(1);
  std::unique_ptr<storage::ShardStores> stores = *(*store)->OpenShard(loop.get_executor());
  const SteadyTime began = std::chrono::steady_clock::now();
  Round round;
  round.end =
      began + std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
  for (int client = 0; client < kClients; ++client) {
    boost::asio::co_spawn(loop, HandInRecords(stores->committer(), client, round), boost::asio::detached);
  }
  loop.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  stores.reset();
  (*store)->Stop();
  return round.failed > 0 ? -1 : static_cast<double>(round.committed) / took.count();
}

// In a process of its own, so that neither side's settings of SQLite reach the other.
double PeerRate(const std::string& directory, double seconds) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const double rate =
        parley_group_commit_rate(directory.c_str(), kClients, seconds, kRecordBytes, /*indexes=*/0, /*owners=*/0);
    const ssize_t written = write(ends[1], &rate, sizeof rate);
    _exit(written == sizeof rate ? 0 : 1);
  }
  double rate = -1;
  const ssize_t got = read(ends[0], &rate, sizeof rate);
  close(ends[0]);
  close(ends[1]);
  waitpid(child, nullptr, 0);
  return got == sizeof rate ? rate : -1;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string base = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
  const double seconds = argc > 3 ? std::atof(argv[3]) : 2.0;
  std::string directory = base + "/parley-store-bench-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) {
    std::fprintf(stderr, "cannot make a directory in %s\n", base.c_str());
    return 1;
  }

  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    // Who goes first alternates: whatever the machine is doing hits both alike.
    const bool peer_first = i % 2 == 0;
    double peer = peer_first ? PeerRate(directory, seconds) : 0;
    const double cpu_before = CpuSeconds();
    const double store = StoreRate(directory, seconds);
    const double cpu_micros = (CpuSeconds() - cpu_before) * 1e6 / (store * seconds);
    if (!peer_first) peer = PeerRate(directory, seconds);
    if (peer <= 0 || store < 0) return 1;
    ratios.push_back(store / peer);
    std::printf("round %d: store %.0f records/s (%.1f us of CPU each), bare %.0f records/s, ratio %.2f\n", i + 1, store,
                cpu_micros, peer, ratios.back());
  }
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  std::printf("durable records, 64 clients, store / bare SQLite group commit: %.2f [%.2f-%.2f]\n", Median(ratios),
              *least, *most);
  std::filesystem::remove_all(directory);
  return 0;
}
