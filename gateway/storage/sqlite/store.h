// The SQLite engine: one file, one writing thread, a reading connection per shard, two threads for long reads.
//
// Refuses to know: what documents mean. The only folder with SQLite's API and dialect.
// Threading: as storage/store.h says.
// Tests: tests/contract/storage/, tests/unit/storage/
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "storage/store.h"

namespace parley::storage::sqlite {

struct Options {
  std::string key_file;                           // of secrets; empty: StandardKeyFile
  std::chrono::milliseconds busy_timeout{5'000};  // how long another process may hold the file
  std::chrono::milliseconds longest_heavy_read{30'000};
  std::size_t waiting_writes = 8'192;
  std::size_t waiting_heavy_reads = 64;
};

// Beside the database: "/path/parley.secrets.key" of "/path/parley.db".
std::string StandardKeyFile(const std::string& file);

// Errors name the file and the reason: a newer schema, another program's database, no right to write, a torn file.
Result<std::unique_ptr<Store>> Open(const std::string& file, const Clock& clock, IdGenerator& ids,
                                    const Options& options = {});

}  // namespace parley::storage::sqlite
