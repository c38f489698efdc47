// ast -> Programs.
//
// Purpose: resolve every name, decide waves and the plan of reading, link `read:` steps. What the lint (lint.h) has
// already found is not looked for again: the compiler only refuses what it cannot compile. Refuses to know: YAML,
// types, losses beyond passing them on. Threading: pure functions. Tests: tests/unit/mapping/compile_test.cc
#pragma once

#include <memory>
#include <vector>

#include "base/problems.h"
#include "mapping/ast.h"
#include "mapping/lint.h"
#include "mapping/mapping.h"

namespace parley::mapping {

struct CompileOptions {
  bool stream = true;  // false: never read items straight into slots; tests compare both
};

// Sorted by operation. Complete only when nothing was reported.
std::vector<std::unique_ptr<const Program>> Compile(const ast::Face& face, const SpecSet& specs,
                                                    const LossesByOperation& losses, Problems& problems,
                                                    const CompileOptions& options = {});

}  // namespace parley::mapping
