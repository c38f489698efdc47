#include "storage/sqlite/writer.h"

#include <algorithm>

#include "base/log.h"
#include "storage/sqlite/words.h"

namespace parley::storage::sqlite {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kLargestGroup = 512;
constexpr microseconds kShortestPatience{250};  // of a commit of two milliseconds
constexpr microseconds kLongestPatience{1'000};

// Clients that wait for their answer come back all at once a moment after it. Going with those that are there already
// splits them into two groups that take turns. Where a commit takes no longer than that moment this is what one wants:
// one group is written while the other turns around. On a slow disk each would wait for the other's commit; so there the
// writer gives everybody who was answered or kept waiting by the last commit an eighth of its time to come. A lone client
// never waits.
microseconds PatienceAfter(SteadyTime::duration commit) {
  const auto fraction = std::chrono::duration_cast<microseconds>(commit) / 8;
  return fraction < kShortestPatience ? microseconds(0) : std::min(fraction, kLongestPatience);
}

void RefuseAll(Jobs& group, const Error& error) {
  for (Job& job : group) job.outcome = error;
}

// When the COMMIT fails nobody's write happened.
void Commit(Transaction& transaction, Jobs& group) {
  const Status committed = transaction.Commit();
  if (committed) return;
  for (Job& job : group) {
    if (job.outcome) job.outcome = committed;
  }
}

Status TouchProbe(Connection& connection) {
  return connection
      .Prepare("INSERT INTO sequences(name, last) VALUES('store.probe', 1) ON CONFLICT(name) DO UPDATE SET last=last+1")
      .Run();
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, std::size_t queue_bound)
    : connection_(std::move(connection)),
      queue_(queue_bound, "too many writes are waiting for the disk"),
      thread_([this] { Loop(); }) {}

void Writer::Stop() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

Status Writer::Health() {
  const std::lock_guard lock(health_mutex_);
  if (!failure_) return {};
  queue_.Post(&TouchProbe);
  return *failure_;
}

void Writer::Loop() {
  std::size_t expected = 1;
  microseconds patience{0};
  PostMerge();
  for (;;) {
    Jobs group = queue_.Take(kLargestGroup, expected, patience);
    if (group.empty()) break;
    const SteadyTime began = std::chrono::steady_clock::now();
    RunGroup(group);
    expected = group.size() + queue_.waiting();
    patience = PatienceAfter(std::chrono::steady_clock::now() - began);
    NoteHealth(group);
    // A merge that failed alone would fail again at once.
    if (std::any_of(group.begin(), group.end(), [](const Job& job) { return job.outcome.ok(); })) PostMerge();
    Answer(std::move(group));
  }
  // Leaves one file behind that can be copied as it is.
  (void)connection_->Execute("PRAGMA analysis_limit=1000; PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
  connection_.reset();
}

// A piece of it goes with the next group, and so on until nothing is left.
void Writer::PostMerge() {
  const Result<bool> wanted = AreWordsToMerge(*connection_);
  if (wanted && *wanted) queue_.Post(&MergeWords);
}

// A savepoint has SQLite copy every page the write touches, so writes that nobody refuses go without; the group in which
// one is refused is taken back and run again write by write, and so is the next, because conflicts come in crowds.
void Writer::RunGroup(Jobs& group) {
  if (!careful_ && RunTogether(group)) return;
  RunApart(group);
  careful_ = std::any_of(group.begin(), group.end(), [](const Job& job) { return !job.outcome; });
}

// False when a write was refused that had neighbours: then nothing has happened.
bool Writer::RunTogether(Jobs& group) {
  Result<std::unique_ptr<Transaction>> transaction = Transaction::Begin(*connection_, Transaction::Kind::kWrite);
  if (!transaction) {
    RefuseAll(group, transaction.error());
    return true;
  }
  for (Job& job : group) {
    job.outcome = RunGuarded(job.work, *connection_);
    if (!job.outcome) return group.size() == 1;
  }
  Commit(**transaction, group);
  return true;
}

void Writer::RunApart(Jobs& group) {
  Result<std::unique_ptr<Transaction>> transaction = Transaction::Begin(*connection_, Transaction::Kind::kWrite);
  if (!transaction) return RefuseAll(group, transaction.error());
  for (Job& job : group) job.outcome = RunInSavepoint(job.work);
  Commit(**transaction, group);
}

Status Writer::RunInSavepoint(const Work& work) {
  // A full disk ends the whole transaction: what follows must not be written outside of one.
  if (!connection_->InTransaction()) return StorageFailure("an earlier failure ended the transaction");
  if (Status begun = connection_->Prepare("SAVEPOINT one_write").Run(); !begun) return begun;

  Status outcome = RunGuarded(work, *connection_);
  if (!connection_->InTransaction()) return outcome ? Status(StorageFailure("the transaction was ended")) : outcome;
  if (!outcome) {
    Status undone = connection_->Prepare("ROLLBACK TO one_write").Run();
    if (!undone) return undone;
  }
  Status released = connection_->Prepare("RELEASE one_write").Run();
  return outcome ? released : outcome;
}

void Writer::NoteHealth(const Jobs& group) {
  const std::lock_guard lock(health_mutex_);
  for (const Job& job : group) {
    if (job.outcome) {
      failure_.reset();
    } else if (job.outcome.error().origin == ErrorOrigin::kStorage) {
      if (!failure_) Log(LogLevel::kError, "store.write_failed", {{"detail", job.outcome.error().detail}});
      failure_ = job.outcome.error();
    }
  }
}

}  // namespace parley::storage::sqlite
