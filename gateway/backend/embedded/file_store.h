// The bytes of uploaded files: <directory>/<room id>/<file id>, whole or not there.
//
// Purpose: names on disk are ids the server made, never a client's. A file is written beside its place, synchronised and
// renamed, so an acknowledged one survives a crash. Everything about a file but its bytes is a record (upload.h).
// Threading: thread-safe; the disk is used on a few threads of its own.
// Tests: tests/unit/backend/embedded/file_store_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/worker_pool.h"

namespace parley::backend::embedded {

// Bytes from `first` on, `length` of them.
struct ByteRange {
  std::int64_t first = 0;
  std::int64_t length = 0;
};

class FileStore {
 public:
  explicit FileStore(std::string directory) : directory_(std::move(directory)) {}

  // Durable when it answers ok. Errors: kUnavailable  the disk is full, or cannot be written
  Awaitable<Status> Write(std::string room_id, std::string file_id, std::string bytes);
  // Errors: kNotFound; kUnavailable
  Awaitable<Result<std::string>> Read(std::string room_id, std::string file_id,
                                      std::optional<ByteRange> range = std::nullopt);
  // Fine when it is gone already.
  Awaitable<Status> Remove(std::string room_id, std::string file_id);
  Awaitable<Status> RemoveRoom(std::string room_id);

  void Stop() { pool_.Stop(); }

 private:
  const std::string directory_;
  WorkerPool pool_;
};

}  // namespace parley::backend::embedded
