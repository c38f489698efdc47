// The lint: everything about mapping files that can be known to be wrong before any request.
//
// Purpose: both sides are checked against both specs, names, types, order and compensation of steps, and the losses a
// file declares against those it has. Every mistake is reported at once, "file:line: what; what to do". Refuses to
// know: how a program runs. Threading: pure functions. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/problems.h"
#include "mapping/ast.h"
#include "mapping/mapping.h"

namespace parley::mapping {

// By operation: its losses and why. Complete only when nothing was reported.
using LossesByOperation = std::map<std::string, std::vector<Loss>, std::less<>>;

LossesByOperation Lint(const ast::Face& face, const SpecSet& specs, Problems& problems);

}  // namespace parley::mapping
