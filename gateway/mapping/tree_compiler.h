// Expressions and trees -> nodes of a pool.
//
// Purpose: resolves names to slots, inlines shapes, folds member names into ready JSON, marks what the spec requires.
// Refuses to know: steps and the order in which anything runs (compile.h).
// Threading: one thread. Tests: tests/unit/mapping/evaluate_test.cc
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
#include "mapping/ast.h"
#include "mapping/program.h"
#include "specs/spec.h"

namespace parley::mapping {

// Where an expression stands.
struct Scope {
  enum class Dot { kNone, kValue, kRow };

  Dot dot = Dot::kNone;
  std::optional<Origin> origin;  // of `.`, when it comes from the request
  bool in_shape = false;         // steps are out of sight
  bool lenient = false;          // an unknown id is missing, because missing is provided for

  Scope Item(std::optional<Origin> from) const {
    Scope scope = *this;
    scope.dot = Dot::kValue;
    scope.origin = std::move(from);
    return scope;
  }
  Scope Lenient() const {
    Scope scope = *this;
    scope.lenient = true;
    return scope;
  }
};

class TreeCompiler {
 public:
  // `operation`: whose parameters `$in` holds; null outside operations.
  TreeCompiler(const ast::Face& face, const ast::File& file, const specs::Operation* operation, Pool& pool,
               Problems& problems);

  // A name that may be mentioned from now on; its slot.
  std::uint32_t Declare(const std::string& name);
  // A step that offers `name.by_key`.
  void DeclareLookup(const std::string& step, const std::string& key);

  // The items of this step are rows read by `plan`: in the one `each` over them, `.path` becomes a slot.
  void Stream(const std::string& step, RowPlan* plan);
  // Why the rows do not do; empty while they do.
  const std::string& stream_failure() const { return stream_failure_; }

  NodeId Compile(const ast::Expr& expr, const Scope& scope);
  // `required`: members the schema requires must be there, or evaluation fails.
  NodeId Compile(const ast::Tree& tree, const Scope& scope, const specs::SchemaPtr& schema, bool required);
  NodeId Compile(const ast::Template& parts, const Scope& scope, const ast::Place& place);
  std::vector<NodeId> CompileParts(const ast::Template& parts, const Scope& scope, const ast::Place& place);
  NodeId CompileMembers(const std::vector<ast::Member>& members, const Scope& scope, const ast::Place& place);

 private:
  struct Target {
    specs::SchemaPtr schema;
    bool required = false;
  };

  // Shapes that use shapes multiply: evaluation must stay shallow.
  static constexpr int kMaxDepth = 200;

  static std::string PlaceText(const ast::Place& place);
  NodeId Add(Op op, const ast::Place& place, const std::vector<NodeId>& kids = {});
  Node& At(NodeId id) { return pool_.nodes[id]; }
  NodeId Constant(const Json& value, const ast::Place& place);
  NodeId Missing(const ast::Place& place) { return Add(Op::kMissing, place); }
  void SetPath(NodeId id, const std::vector<std::string>& path, std::size_t from = 0);
  void SetSite(NodeId id, const ast::Expr& expr);
  void Wrong(const ast::Place& place, std::string text);

  // In tree_compiler_expressions.cc.
  NodeId CompileExpr(const ast::Expr& expr, const Scope& scope);
  NodeId Path(const ast::Expr& expr, const Scope& scope);
  NodeId Name(const ast::Expr& expr, const Scope& scope);
  NodeId RowPath(const ast::Expr& expr);
  NodeId Apply(const ast::Expr& expr, const Scope& scope);
  NodeId ApplyFunction(const Function& function, const ast::Expr& expr, const Scope& scope);
  NodeId ApplyIdFunction(const ast::Expr& expr, const Scope& scope);
  NodeId ApplyShape(const ast::Shape& shape, const ast::Expr& expr, const Scope& scope, const Target& target);
  NodeId ApplyTable(const ast::Table& table, bool back, const ast::Expr& expr, const Scope& scope);
  void RefuseArgument(const ast::Expr& expr);
  NodeId ApplyDotted(const ast::Expr& expr, const Scope& scope);
  NodeId Else(const ast::Expr& expr, const Scope& scope);
  NodeId Compare(const ast::Expr& expr, const Scope& scope);
  std::optional<Origin> OriginOf(const ast::Expr& expr, const Scope& scope) const;

  // In tree_compiler.cc.
  NodeId CompileTree(const ast::Tree& tree, const Scope& scope, const Target& target);
  NodeId Leaf(const ast::Tree& tree, const Scope& scope, const Target& target);
  NodeId Object(const ast::Tree& tree, const Scope& scope, const Target& target);
  NodeId Copy(const ast::Tree& tree, const Scope& scope, const Target& target);
  NodeId List(const ast::Tree& tree, const Scope& scope, const Target& target);
  NodeId Each(const ast::Tree& tree, const Scope& scope, const Target& item);
  NodeId StreamedList(const ast::Expr& expr, const Scope& scope);
  MemberCode Member(const ast::Member& member, const Scope& scope, const Target& target);

  bool IsStreamed(const ast::Expr& expr) const;

  const ast::Face& face_;
  const ast::File& file_;
  const specs::Operation* operation_;
  Pool& pool_;
  Problems& problems_;
  std::map<std::string, std::uint32_t> names_;
  std::map<std::string, std::uint32_t> lookups_;  // "extras.by_id"
  std::vector<const ast::Shape*> open_shapes_;
  int depth_ = 0;
  bool too_large_ = false;

  std::string streamed_;
  RowPlan* rows_ = nullptr;
  std::string stream_failure_;
};

// The kinds a leaf may have by its schema; 0: any.
KindMask ExpectedKinds(const specs::SchemaPtr& schema);

}  // namespace parley::mapping
