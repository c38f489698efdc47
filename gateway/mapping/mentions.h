// Which names parts of a mapping mention: `$name`, and `name` of a lookup `| name.by_key`.
//
// Threading: pure functions. Tests: tests/unit/mapping/compile_test.cc (waves, streaming)
#pragma once

#include <string>
#include <vector>

#include "mapping/ast.h"

namespace parley::mapping {

// Every mention appends once, so that they can be counted.
using Mentions = std::vector<std::string>;

void Collect(const ast::Expr& expr, Mentions& mentions);
void Collect(const ast::Template& parts, Mentions& mentions);
void Collect(const ast::Tree& tree, Mentions& mentions);
void Collect(const ast::Call& call, Mentions& mentions);
void Collect(const ast::Outcome& outcome, Mentions& mentions);
// Everything the step does, its undo included.
void Collect(const ast::Step& step, Mentions& mentions);
void Collect(const ast::Variant& variant, Mentions& mentions);

template <class Part>
Mentions MentionsOf(const Part& part) {
  Mentions mentions;
  Collect(part, mentions);
  return mentions;
}
std::size_t Count(const Mentions& mentions, const std::string& name);

}  // namespace parley::mapping
