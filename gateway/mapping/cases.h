// The small tests written inside mapping files: an input, its surroundings, and what a shape, table or expression
// gives.
//
// Purpose: run them without a backend, in milliseconds, for `parley check`. Refuses to know: specs, operations.
// Threading: pure functions. Tests: tests/unit/mapping/cases_test.cc
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/problems.h"
#include "mapping/ast.h"

namespace parley::mapping {

// Runs the cases of every file and reports each that gives something else. How many there were.
std::size_t RunCases(const ast::Face& face, Problems& problems);

// Likewise for the files of `directory`; what is wrong with the files themselves is reported by Load.
std::size_t RunCases(const std::filesystem::path& directory, Problems& problems);

}  // namespace parley::mapping
