// Evaluates the nodes of a program for one run. Synchronous: never suspends, does no I/O.
//
// Purpose: values of expressions and trees, or their JSON text written directly. What cannot be known without I/O (ids)
// is noted in IdNeeds and counts as missing; the caller fetches it and evaluates again. Refuses to know: steps, calls,
// when a pass is repeated. Threading: one run. Tests: tests/unit/mapping/evaluate_test.cc
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/id_generator.h"
#include "mapping/ids.h"
#include "mapping/program.h"

namespace parley::mapping {

// What a program's names stand for.
struct Environment {
  Environment(Arena& run_arena, IdNeeds& id_needs, IdGenerator& id_generator)
      : arena(run_arena), ids(id_needs), generator(id_generator) {}

  Arena& arena;
  IdNeeds& ids;
  IdGenerator& generator;
  std::vector<Value> names;                  // by slot
  const DirectoryView* directory = nullptr;  // REQUIRED when the pool uses one
  std::string_view secret_key;
  std::string key;     // $key, drawn at first use
  std::string secret;  // $secret, likewise
  std::map<std::uint32_t, std::unordered_map<std::string_view, Value>> step_indexes;
};

class Evaluator {
 public:
  Evaluator(const Pool& pool, Environment& environment) : pool_(pool), environment_(environment) {}

  Value Eval(NodeId id, const Value& dot);
  // Appends the JSON text; false, and nothing appended, when the value is missing.
  bool Write(NodeId id, const Value& dot, std::string& out);

  // A member the spec requires is missing, or an id of the request is unknown. The first failure counts.
  const std::optional<Error>& failure() const { return failure_; }
  // Sites of values that were there but had an unusable type, each time they were met.
  const std::vector<std::uint32_t>& surprises() const { return surprises_; }

 private:
  using Kids = std::span<const NodeId>;

  bool Stopped() const { return failure_.has_value() || environment_.arena.exhausted(); }
  void Fail(Error error);
  Value Surprise(const Node& node);
  Value Checked(const Node& node, Value value);

  Value EvalLeaf(const Node& node, const Value& dot);
  Value EvalFunction(const Node& node, const Value& dot);
  Value EvalTable(const Node& node, const Value& dot);
  Value EvalLookup(const Node& node, const Value& dot);
  Value EvalStepLookup(const Node& node, const Value& dot);
  Value EvalLiveChatId(const Node& node, const Value& dot);
  Value EvalBackendId(const Node& node, const Value& dot);
  Value EvalSecretFor(const Node& node, const Value& dot);
  Value EvalCompare(const Node& node, const Value& dot);
  Value EvalLogic(const Node& node, const Value& dot);
  Value EvalTemplate(const Node& node, const Value& dot);
  Value EvalObject(const Node& node, const Value& dot);
  Value EvalList(const Node& node, const Value& dot);
  Value EvalCopy(const Node& node, const Value& dot);

  bool WriteObject(const Node& node, const Value& dot, std::string& out);
  bool WriteList(const Node& node, const Value& dot, std::string& out);

  // Calls `use` for each item of an each node.  False when the list is missing.
  template <class Use>
  bool ForEachItem(const Node& node, const Value& dot, Use use);
  // The branch of a when or choose that applies; kNoNode when none does.
  NodeId Branch(const Node& node, const Value& dot);
  void RequireMember(const Node& node, std::string_view name);

  const Node& At(NodeId id) const { return pool_.nodes[id]; }

  const Pool& pool_;
  Environment& environment_;
  std::optional<Error> failure_;
  std::vector<std::uint32_t> surprises_;
};

// "400 login is already in use" as an Error. `resource` is the word in "group not found".
Error OutcomeError(int status, std::string text, std::string_view resource);

}  // namespace parley::mapping
