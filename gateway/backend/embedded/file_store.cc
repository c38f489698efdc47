#include "backend/embedded/file_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>

namespace parley::backend::embedded {
namespace {

namespace fs = std::filesystem;

Error DiskFailure(const std::string& path, int cause) {
  Error error = Unavailable("files cannot be kept at the moment");
  error.detail = path + ": " + std::strerror(cause);
  return error;
}

// What the id generator makes; anything else never becomes a path.
bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool WriteAll(int descriptor, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t now = ::write(descriptor, bytes.data() + written, bytes.size() - written);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return false;
    written += static_cast<std::size_t>(now);
  }
  return true;
}

Status SyncFolder(const std::string& path) {
  const Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  if (!folder.valid() || ::fsync(folder.get()) != 0) return DiskFailure(path, errno);
  return {};
}

Status MakeFolder(const std::string& directory, const std::string& folder) {
  std::error_code failed;
  const bool is_new = fs::create_directories(directory, failed);
  if (!failed) fs::create_directory(folder, failed);
  if (failed) return DiskFailure(folder, failed.value());
  if (is_new) {
    if (Status kept = SyncFolder(fs::absolute(directory).parent_path().string()); !kept) return kept;
  }
  return SyncFolder(directory);
}

Status WriteFile(const std::string& directory, const std::string& room, const std::string& file,
                 const std::string& bytes) {
  const std::string folder = directory + "/" + room;
  if (Status made = MakeFolder(directory, folder); !made) return made;
  const std::string path = folder + "/" + file;
  const std::string partial = path + ".partial";
  {
    const Descriptor out(partial, O_WRONLY | O_CREAT | O_TRUNC);
    if (!out.valid()) return DiskFailure(partial, errno);
    if (!WriteAll(out.get(), bytes) || ::fsync(out.get()) != 0) {
      const int cause = errno;
      ::unlink(partial.c_str());
      return DiskFailure(partial, cause);
    }
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) return DiskFailure(path, errno);
  return SyncFolder(folder);
}

Result<std::string> ReadFile(const std::string& path, const std::optional<ByteRange>& range) {
  const Descriptor in(path, O_RDONLY);
  if (!in.valid() && errno == ENOENT) return NotFound("file");
  if (!in.valid()) return DiskFailure(path, errno);
  struct stat about {};
  if (::fstat(in.get(), &about) != 0) return DiskFailure(path, errno);
  const ByteRange wanted = range.value_or(ByteRange{0, about.st_size});
  const std::int64_t length = std::clamp<std::int64_t>(about.st_size - wanted.first, 0, wanted.length);
  std::string bytes(static_cast<std::size_t>(length), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t now = ::pread(in.get(), bytes.data() + have, bytes.size() - have,
                                static_cast<off_t>(wanted.first) + static_cast<off_t>(have));
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return DiskFailure(path, errno);
    have += static_cast<std::size_t>(now);
  }
  return bytes;
}

Status RemoveAll(const std::string& path) {
  std::error_code failed;
  fs::remove_all(path, failed);
  if (failed) return DiskFailure(path, failed.value());
  return {};
}

}  // namespace

Awaitable<Status> FileStore::Write(std::string room_id, std::string file_id, std::string bytes) {
  if (!IsId(room_id) || !IsId(file_id)) co_return NotFound("room");
  std::function<Status()> work = [directory = directory_, room_id, file_id, bytes = std::move(bytes)] {
    return WriteFile(directory, room_id, file_id, bytes);
  };
  Result<Status> done = co_await pool_.Run<Status>(std::move(work));
  if (!done) co_return done.error();
  co_return *std::move(done);
}

Awaitable<Result<std::string>> FileStore::Read(std::string room_id, std::string file_id,
                                               std::optional<ByteRange> range) {
  if (!IsId(room_id) || !IsId(file_id)) co_return NotFound("file");
  std::function<Result<std::string>()> work = [path = directory_ + "/" + room_id + "/" + file_id, range] {
    return ReadFile(path, range);
  };
  Result<Result<std::string>> done = co_await pool_.Run<Result<std::string>>(std::move(work));
  if (!done) co_return done.error();
  co_return *std::move(done);
}

Awaitable<Status> FileStore::Remove(std::string room_id, std::string file_id) {
  if (!IsId(room_id) || !IsId(file_id)) co_return Status();
  std::function<Status()> work = [path = directory_ + "/" + room_id + "/" + file_id] { return RemoveAll(path); };
  Result<Status> done = co_await pool_.Run<Status>(std::move(work));
  if (!done) co_return done.error();
  co_return *std::move(done);
}

Awaitable<Status> FileStore::RemoveRoom(std::string room_id) {
  if (!IsId(room_id)) co_return Status();
  std::function<Status()> work = [path = directory_ + "/" + room_id] { return RemoveAll(path); };
  Result<Status> done = co_await pool_.Run<Status>(std::move(work));
  if (!done) co_return done.error();
  co_return *std::move(done);
}

}  // namespace parley::backend::embedded
