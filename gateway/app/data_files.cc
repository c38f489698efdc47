#include "app/data_files.h"

#include <system_error>

namespace parley::app {

std::filesystem::path FindDataFolder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path roots[] = {fs::path(), program.parent_path().parent_path(), fs::path(PARLEY_SOURCE_DIR)};
  for (const fs::path& root : roots)
    if (fs::path candidate = root / folder; fs::is_directory(candidate, error)) return candidate;
  return folder;
}

}  // namespace parley::app
