#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {

Awaitable<Status> Commits::Commit(Changes changes) {
  if (changes.empty()) co_return Status();
  Result<PreparedChanges> prepared = PreparedChanges::Prepare(std::move(changes));
  if (!prepared) co_return prepared.error();
  // Shared, because std::function wants to be copyable.
  auto shared = std::make_shared<const PreparedChanges>(*std::move(prepared));
  Work write = [shared, &versions = engine_.versions](Connection& connection) {
    return shared->Apply(connection, versions);
  };
  const Status written = co_await engine_.writer->queue().Run(std::move(write));
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
