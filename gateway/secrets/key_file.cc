#include "secrets/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace parley::secrets {
namespace {

Error FileError(const std::string& file, const char* what) {
  return Unavailable(file + " cannot be " + what + ": " + std::strerror(errno));
}

bool WriteAll(int descriptor, const std::string& content) {
  return ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
         ::fsync(descriptor) == 0;
}

Status SyncFolder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  Status outcome = synced ? Status() : Status(FileError(folder, "written"));
  if (descriptor >= 0) ::close(descriptor);
  return outcome;
}

}  // namespace

Result<std::optional<Keyring>> ReadKeyFile(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<Keyring>();
    return FileError(file, "read");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return FileError(file, "read");
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  Result<Keyring> keys = Keyring::Parse(content);
  if (!keys) return InvalidArgument(file + " is no key file: " + keys.error().message);
  return std::optional<Keyring>(*std::move(keys));
}

Status WriteKeyFile(const std::string& file, const Keyring& keys) {
  std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const std::string partial = file + ".partial";
  ::unlink(partial.c_str());  // of a run that was killed
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return FileError(file, "written");
  const bool written = WriteAll(descriptor, keys.Print());
  Status outcome = written ? Status() : Status(FileError(file, "written"));
  ::close(descriptor);
  if (written && ::rename(partial.c_str(), file.c_str()) != 0) outcome = FileError(file, "written");
  if (outcome) return SyncFolder(folder);
  ::unlink(partial.c_str());
  return outcome;
}

bool IsReadByAll(const std::string& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0;
}

}  // namespace parley::secrets
