// The rules about one operation: its variants, steps, calls, answer.
//
// Threading: one thread. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "mapping/lint_flow.h"
#include "mapping/lint_routes.h"
#include "mapping/losses.h"
#include "mapping/mapping.h"

namespace parley::mapping::lint {

class ProgramLint {
 public:
  // `elsewhere`: parameters of the face's other operations, which shapes may mention too.
  ProgramLint(Surroundings& around, const SpecSet& specs, const Routes& routes, const ast::File& file,
              const ast::Operation& operation, const specs::Operation& served, const std::vector<Field>& elsewhere);

  // Reports what is wrong, and tells what flows where.
  Flows Run();

 private:
  // One variant while its steps are walked.
  struct Walk {
    const ast::Variant& variant;
    Names names;
    std::set<std::string> facts;
    std::set<std::string> step_names;
    Flow flow;
    Walk(ProgramLint& program, const ast::Variant& which);
  };
  friend struct Walk;

  void CheckVariants();
  void CheckRequirements(Walk& walk);
  void CheckStep(Walk& walk, const ast::Step& step);
  void CheckStepNames(const ast::Variant& variant);
  void CheckWrites(const ast::Variant& variant);
  void CheckUnused(Walk& walk);
  void CheckUndo(Walk& walk, const ast::Step& step, const Scope& scope);
  void CheckAnswer(Walk& walk);
  void CheckOutcome(Walk& walk, const ast::Outcome& outcome, const Scope& scope);

  Value StepResult(Walk& walk, const ast::Step& step, const Scope& scope);
  Value CallResult(Walk& walk, const ast::Step& step, const Scope& scope);
  Value ReadResult(Walk& walk, const ast::Step& step, const Scope& scope);
  void Attach(Walk& walk, const ast::Step& step, const Value& list, const Value& result);
  void AddLookups(Walk& walk, const ast::Step& step, const Value& result);

  const specs::Operation* CheckCall(Walk& walk, const ast::Call& call, const Scope& scope, bool paged);
  void CheckQuery(Walk& walk, const ast::Call& call, const specs::Operation& route, const Scope& scope, bool paged);
  void CheckBody(Walk& walk, const ast::Call& call, const specs::Operation& route, const Scope& scope);
  bool IsWrite(const ast::Step& step) const;
  bool MayBecomeMissing(const ast::Step& step) const;
  std::string Label() const;

  Surroundings& around_;
  const SpecSet& specs_;
  const Routes& routes_;
  const ast::File& file_;
  const ast::Operation& operation_;
  const specs::Operation& served_;
  Names shape_names_;
  std::shared_ptr<Reads> require_reads_;
  Flows flows_;
};

// Members of `$in`: path, query and body members of an operation.
std::vector<Field> InputOf(const specs::Operation& operation);

}  // namespace parley::mapping::lint
