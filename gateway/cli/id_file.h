// The id map as a file of JSON lines: what `parley ids` writes and reads.
//
//   {"kind":"group","livechat_id":"3","backend_id":"q8Rw2nFhT6cJ4kLzX"}
//
// One pair a line. Empty lines are skipped; an id may be written as a number.
// Threading: pure functions. Tests: tests/unit/cli/id_file_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
#include "storage/ids.h"

namespace parley::cli {

struct IdLine {
  storage::IdPair pair;
  int line = 0;
};

std::string PrintIdFile(const std::vector<storage::IdPair>& pairs);

// Everything that is wrong, contradictions between two lines included, goes to `problems` under the name `file`. A pair
// that stands there twice is read once.
std::vector<IdLine> ReadIdFile(std::string_view text, const std::string& file, Problems& problems);

// "group 3 is d1 here, not d2": what a line says against what is known already. Empty when that does not contradict it.
std::string Contradiction(const storage::IdPair& pair, const std::optional<std::string>& livechat_id_there,
                          const std::optional<std::string>& backend_id_there, std::string_view where);

}  // namespace parley::cli
