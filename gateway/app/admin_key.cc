#include "app/admin_key.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace parley::app {
namespace {

Error FileError(const std::string& file, const char* what) {
  return Unavailable(file + " cannot be " + what + ": " + std::strerror(errno));
}

}  // namespace

Result<AdminKey> LoadOrMakeAdminKey(const std::string& data_directory, IdGenerator& ids) {
  std::error_code error;
  std::filesystem::create_directories(data_directory, error);
  const std::string file = std::filesystem::path(data_directory) / "admin.key";
  if (std::ifstream existing(file); existing) {
    const std::string content((std::istreambuf_iterator<char>(existing)), {});
    if (const std::string key(Trim(content)); !key.empty()) return AdminKey{key, ""};
  }
  AdminKey made{ids.Secret(), file};
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return FileError(file, "written");
  const std::string content = made.key + "\n";
  const bool written = ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  ::close(descriptor);
  if (!written) return FileError(file, "written");
  return made;
}

}  // namespace parley::app
