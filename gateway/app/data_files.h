// Where the specs and mappings that came with the program are.
#pragma once

#include <filesystem>
#include <string>

namespace parley::app {

// An absolute folder is taken as it is. A relative one is looked for below the working directory, then beside the
// program's own folder, then in the source tree; when it is nowhere, the first of these is returned for the message.
std::filesystem::path FindDataFolder(const std::string& folder);

}  // namespace parley::app
