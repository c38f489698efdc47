#include <bitset>

#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {
namespace {

using Touched = std::bitset<kCollectionCount>;

Touched TouchedBy(const Changes& changes) {
  Touched touched;
  const auto touch = [&touched](Collection collection) { touched.set(static_cast<std::size_t>(collection)); };
  for (const RemoveDocument& removal : changes.removals) touch(removal.collection);
  for (const RemoveWhere& sweep : changes.sweeps) touch(sweep.collection);
  for (const PutDocument& put : changes.puts) touch(put.collection);
  return touched;
}

// After a failure too: whether it was written may be unknown.
void NoteWrites(const Touched& touched, Engine& engine) {
  for (std::size_t i = 0; i < touched.size(); ++i) {
    if (touched[i]) ++engine.writes[i];
  }
}

}  // namespace

Awaitable<Status> Commits::Commit(Changes changes) {
  if (changes.empty()) co_return Status();
  const Touched touched = TouchedBy(changes);
  Result<PreparedChanges> prepared = PreparedChanges::Prepare(std::move(changes), *engine_.secrets);
  if (!prepared) co_return prepared.error();
  // Shared, because std::function wants to be copyable.
  auto shared = std::make_shared<const PreparedChanges>(*std::move(prepared));
  Work write = [shared, &versions = engine_.versions](Connection& connection) {
    return shared->Apply(connection, versions);
  };
  const Status written = co_await engine_.writer->queue().Run(std::move(write));
  NoteWrites(touched, engine_);
  if (written && shared->has_events() && engine_.on_events) engine_.on_events();
  co_return written;
}

Awaitable<Result<std::int64_t>> Commits::NextNumbers(std::string sequence, std::int64_t count) {
  std::function<Result<std::int64_t>(Connection&)> write = [name = std::move(sequence), count](Connection& connection) {
    return sqlite::NextNumbers(connection, name, count);
  };
  co_return co_await RunFor(engine_.writer->queue(), std::move(write));
}

}  // namespace parley::storage::sqlite
