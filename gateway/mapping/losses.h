// What gets lost between two APIs, computed from the flow of data and compared with what a mapping declares.
//
//   not_kept   the client sends it and nothing stores it     parameters used nowhere but in `require`
//   made_up    the answer has it, but no stored data is in it   members that read only constants, $account and $now
//   not_shown  the backend has it and the answer does not   members of what a reading operation called, unread
//
// Both sets must be equal: an undeclared loss is a mistake, and so is a declared one that is none (any more). One
// declaration may name several members: "email, description: reason". A file's declarations hold for those of its
// operations that have the loss. Threading: pure functions. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "mapping/ast.h"
#include "mapping/lint_flow.h"
#include "mapping/mapping.h"

namespace parley::mapping::lint {

// One answer of the backend: what it holds and what was read of it.
struct CalledAnswer {
  const specs::Operation* route = nullptr;
  const std::vector<std::string>* noise = nullptr;
  std::shared_ptr<Reads> reads;
};

// Everything the walk through one operation found out.
struct Flows {
  TypePtr input;                        // what clients may send
  std::shared_ptr<Reads> input_reads;   // without what only `require` reads
  std::map<std::string, bool> writers;  // member of the answer -> stored or sent data is in it
  std::vector<CalledAnswer> called;     // of a reading operation
};

using LossNames = std::map<ast::LossKind, std::set<std::string>>;
// Which names of a file's declarations some operation needed.
using InheritedUse = std::map<const ast::Loss*, std::set<std::string>>;

// The members one declaration names: "email, phone".
std::vector<std::string> NamesOf(const ast::Loss& loss);

LossNames ComputeLosses(const Flows& flows, const std::vector<std::string>& face_noise);

// Compares, reports, and gives the losses of `operation` with their reasons. `inherited_used` collects what
// it needed of the file's declarations.
std::vector<Loss> CheckLosses(const ast::Operation& operation, const std::string& route, const ast::File& file,
                              const LossNames& computed, InheritedUse& inherited_used, Surroundings& around);

}  // namespace parley::mapping::lint
