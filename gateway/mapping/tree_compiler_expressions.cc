// The expressions of TreeCompiler: names, pipes, shapes, tables and lookups.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "mapping/tree_compiler.h"

namespace parley::mapping {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::TreeKind;

std::optional<Comparison> ParseComparison(std::string_view op) {
  constexpr std::pair<std::string_view, Comparison> kOperators[] = {
      {"==", Comparison::kEqual},  {"!=", Comparison::kUnequal}, {"<", Comparison::kLess}, {"<=", Comparison::kAtMost},
      {">", Comparison::kGreater}, {">=", Comparison::kAtLeast}, {"in", Comparison::kIn},
  };
  for (const auto& [text, comparison] : kOperators)
    if (text == op) return comparison;
  return std::nullopt;
}

// Results that are used as conditions: a missing one is false, which every such argument provides for.
bool TakesCondition(std::string_view function) {
  return function == "where" || function == "find" || function == "any" || function == "all" || function == "after";
}

}  // namespace

NodeId TreeCompiler::CompileExpr(const Expr& expr, const Scope& scope) {
  if (too_large_) return Missing(expr.place);
  if (++depth_ > kMaxDepth) {
    too_large_ = true;
    Wrong(expr.place, "nested too deeply: shapes within shapes; use steps");
  }
  if (!expr.text.empty()) pool_.sites.push_back({expr.text, PlaceText(expr.place)});
  NodeId id = kNoNode;
  switch (expr.kind) {
    case ExprKind::kPath:
      id = Path(expr, scope);
      break;
    case ExprKind::kName:
      id = Name(expr, scope);
      break;
    case ExprKind::kLiteral:
      id = Constant(expr.literal, expr.place);
      break;
    case ExprKind::kWord:
      Wrong(expr.place,
            "\"" + expr.name + "\" is no value: write $" + expr.name + ", ." + expr.name + " or '" + expr.name + "'");
      id = Missing(expr.place);
      break;
    case ExprKind::kInto:
      id = CompileExpr(expr.operands[0], scope);
      id = Add(Op::kInto, expr.place, {id});
      SetPath(id, expr.path);
      break;
    case ExprKind::kApply:
      id = Apply(expr, scope);
      break;
    case ExprKind::kElse:
      id = Else(expr, scope);
      break;
    case ExprKind::kCompare:
      id = Compare(expr, scope);
      break;
    case ExprKind::kNot:
    case ExprKind::kAnd:
    case ExprKind::kOr: {
      std::vector<NodeId> kids;
      for (const Expr& operand : expr.operands) kids.push_back(CompileExpr(operand, scope.Lenient()));
      id = Add(expr.kind == ExprKind::kNot   ? Op::kNot
               : expr.kind == ExprKind::kAnd ? Op::kAnd
                                             : Op::kOr,
               expr.place, kids);
      break;
    }
  }
  --depth_;
  SetSite(id, expr);
  return id;
}

NodeId TreeCompiler::Path(const Expr& expr, const Scope& scope) {
  if (scope.dot == Scope::Dot::kNone) {
    Wrong(expr.place, "there is no item here for \"." + Join(expr.path, ".") + "\": name a step or $in");
    return Missing(expr.place);
  }
  if (scope.dot == Scope::Dot::kRow) return RowPath(expr);
  const NodeId id = Add(Op::kDot, expr.place);
  SetPath(id, expr.path);
  return id;
}

// A path of a streamed item: members up to the first list index are a slot.
NodeId TreeCompiler::RowPath(const Expr& expr) {
  if (expr.path.empty()) {
    if (stream_failure_.empty()) stream_failure_ = "an item is used whole at " + std::to_string(expr.place.line);
    return Missing(expr.place);
  }
  std::size_t names = 1;
  while (names < expr.path.size() && !MakeSegment(expr.path[names]).index) ++names;
  const NodeId id = Add(Op::kSlot, expr.place);
  At(id).a = static_cast<std::uint32_t>(
      rows_->Slot({expr.path.begin(), expr.path.begin() + static_cast<std::ptrdiff_t>(names)}));
  SetPath(id, expr.path, names);
  return id;
}

NodeId TreeCompiler::Name(const Expr& expr, const Scope& scope) {
  if (expr.name == "key") return Add(Op::kKey, expr.place);
  if (expr.name == "secret") return Add(Op::kSecret, expr.place);
  if (const ast::Directory* directory = face_.FindDirectory(expr.name)) {
    pool_.uses_directory = true;
    const NodeId id = Add(Op::kDirectory, expr.place);
    At(id).a = static_cast<std::uint32_t>(directory->from == "departments" ? DirectoryList::kDepartments
                                                                           : DirectoryList::kAgents);
    SetPath(id, expr.path);
    if (directory->from == "memberships") Wrong(expr.place, "$" + expr.name + " is listed by its key only");
    return id;
  }
  const auto found = names_.find(expr.name);
  const bool visible = found != names_.end() && (!scope.in_shape || found->second < kFixedNames);
  if (!visible) {
    Wrong(expr.place,
          "$" + expr.name +
              (scope.in_shape ? " cannot be seen from a shape: give it . alone" : " is no step or directory"));
    return Missing(expr.place);
  }
  if (found->second == kNowName) pool_.uses_now = true;
  const NodeId id = Add(Op::kName, expr.place);
  At(id).a = found->second;
  SetPath(id, expr.path);
  return id;
}

NodeId TreeCompiler::Else(const Expr& expr, const Scope& scope) {
  std::vector<NodeId> kids;
  for (std::size_t i = 0; i < expr.operands.size(); ++i)
    kids.push_back(CompileExpr(expr.operands[i], i + 1 < expr.operands.size() ? scope.Lenient() : scope));
  return Add(Op::kElse, expr.place, kids);
}

NodeId TreeCompiler::Compare(const Expr& expr, const Scope& scope) {
  const NodeId left = CompileExpr(expr.operands[0], scope);
  const NodeId right = CompileExpr(expr.operands[1], scope);
  const NodeId id = Add(Op::kCompare, expr.place, {left, right});
  At(id).a = static_cast<std::uint32_t>(ParseComparison(expr.name).value_or(Comparison::kEqual));
  return id;
}

NodeId TreeCompiler::Apply(const Expr& expr, const Scope& scope) {
  if (expr.name.find('.') != std::string::npos) return ApplyDotted(expr, scope);
  const std::vector<std::string> id_functions = IdFunctionNames();
  if (std::find(id_functions.begin(), id_functions.end(), expr.name) != id_functions.end())
    return ApplyIdFunction(expr, scope);
  if (const Function* function = FindFunction(expr.name)) return ApplyFunction(*function, expr, scope);
  const ast::Shape* shape = face_.FindShape(file_, expr.name);
  const ast::Table* table = face_.FindTable(file_, expr.name);
  if (shape != nullptr) return ApplyShape(*shape, expr, scope, {});
  if (table != nullptr) return ApplyTable(*table, false, expr, scope);
  Wrong(expr.place, "no function, shape, table or lookup is called " + expr.name);
  return Missing(expr.place);
}

NodeId TreeCompiler::ApplyFunction(const Function& function, const Expr& expr, const Scope& scope) {
  const bool given = expr.operands.size() > 1;
  const bool wanted = function.argument == ArgumentKind::kItem || function.argument == ArgumentKind::kHere;
  if (given && function.argument == ArgumentKind::kNone) Wrong(expr.place, expr.name + " takes no argument: remove it");
  if (!given && wanted) {
    Wrong(expr.place, expr.name + " needs an argument in parentheses");
    return Missing(expr.place);
  }
  std::vector<NodeId> kids = {CompileExpr(expr.operands[0], scope)};
  if (given && function.argument != ArgumentKind::kItem) kids.push_back(CompileExpr(expr.operands[1], scope));
  if (given && function.argument == ArgumentKind::kItem) {
    const Scope item = scope.Item(OriginOf(expr.operands[0], scope));
    kids.push_back(CompileExpr(expr.operands[1], TakesCondition(function.name) ? item.Lenient() : item));
  }
  const NodeId id = Add(Op::kFunction, expr.place, kids);
  At(id).a = static_cast<std::uint32_t>(pool_.functions.size());
  pool_.functions.push_back(&function);
  return id;
}

NodeId TreeCompiler::ApplyIdFunction(const Expr& expr, const Scope& scope) {
  const Expr* argument = expr.operands.size() > 1 ? &expr.operands[1] : nullptr;
  std::string_view kind_name = file_.resource;
  if (argument != nullptr) kind_name = argument->kind == ExprKind::kWord ? argument->name : std::string_view();
  const auto kind = ParseIdKind(kind_name);
  if (!kind) {
    std::vector<std::string> kinds;
    for (std::size_t i = 0; i < kIdKinds; ++i) kinds.emplace_back(NameOf(static_cast<IdKind>(i)));
    Wrong(expr.place, expr.name + " needs a kind of id as argument: " + Join(kinds, ", "));
    return Missing(expr.place);
  }
  const std::optional<Origin> origin = OriginOf(expr.operands[0], scope);
  const NodeId input = CompileExpr(expr.operands[0], scope);
  const Op op = expr.name == "livechat_id"  ? Op::kLiveChatId
                : expr.name == "backend_id" ? Op::kBackendId
                                            : Op::kSecretFor;
  const NodeId id = Add(op, expr.place, {input});
  At(id).a = static_cast<std::uint32_t>(*kind);
  if (op == Op::kSecretFor) return id;
  At(id).b = kLenient;
  if (op == Op::kLiveChatId || scope.lenient || !origin) return id;
  At(id).b = static_cast<std::uint32_t>(pool_.origins.size());
  pool_.origins.push_back(*origin);
  return id;
}

NodeId TreeCompiler::ApplyShape(const ast::Shape& shape, const Expr& expr, const Scope& scope, const Target& target) {
  if (std::find(open_shapes_.begin(), open_shapes_.end(), &shape) != open_shapes_.end()) {
    std::string round;
    for (const ast::Shape* open : open_shapes_) round += open->name + " > ";
    Wrong(shape.place, "shape " + shape.name + " uses itself: " + round + shape.name);
    return Missing(expr.place);
  }
  RefuseArgument(expr);
  const Expr& input = expr.operands[0];
  const bool row_passed_on = scope.dot == Scope::Dot::kRow && input.kind == ExprKind::kPath && input.path.empty();
  Scope inside = row_passed_on ? scope : scope.Item(OriginOf(input, scope));
  inside.in_shape = true;
  NodeId input_node = kNoNode;
  if (!row_passed_on) input_node = CompileExpr(input, scope);
  open_shapes_.push_back(&shape);
  const NodeId tree = CompileTree(shape.tree, inside, target);
  open_shapes_.pop_back();
  if (row_passed_on) return tree;
  const NodeId id = Add(Op::kWith, expr.place, {input_node, tree});
  // A choice is made for a missing input too; any other shape of nothing is nothing.
  At(id).b = shape.tree.kind == TreeKind::kChoose || shape.tree.kind == TreeKind::kExpr ? 1 : 0;
  return id;
}

void TreeCompiler::RefuseArgument(const Expr& expr) {
  if (expr.operands.size() > 1)
    Wrong(expr.place, expr.name + " takes no argument: its input is what stands before the pipe");
}

NodeId TreeCompiler::ApplyTable(const ast::Table& table, bool back, const Expr& expr, const Scope& scope) {
  RefuseArgument(expr);
  const NodeId input = CompileExpr(expr.operands[0], scope);
  TableCode code;
  for (const ast::TableRow& row : table.rows) {
    const auto constant = [this](const Json& value) {
      if (value.IsNull()) return Value();
      return value.IsString() ? Value::Text(pool_.texts.Copy(*value.AsString())) : FromJson(value, pool_.texts);
    };
    code.rows.push_back({constant(row.from), constant(row.to), row.rest});
  }
  // Whatever is not named in another row: the rest is the last to fit.
  std::stable_partition(code.rows.begin(), code.rows.end(), [](const TableCode::Row& row) { return !row.rest; });
  const NodeId id = Add(Op::kTable, expr.place, {input});
  At(id).a = static_cast<std::uint32_t>(pool_.tables.size());
  At(id).b = back ? 1 : 0;
  pool_.tables.push_back(std::move(code));
  return id;
}

// "agents.by_login" of a directory, "extras.by_id" of a step, "status.back" of a table.
NodeId TreeCompiler::ApplyDotted(const Expr& expr, const Scope& scope) {
  const std::size_t dot = expr.name.find('.');
  const std::string name = expr.name.substr(0, dot);
  const std::string_view rest = std::string_view(expr.name).substr(dot + 1);
  if (const ast::Table* table = face_.FindTable(file_, name); table != nullptr && rest == "back")
    return ApplyTable(*table, true, expr, scope);
  RefuseArgument(expr);
  const ast::Directory* directory = face_.FindDirectory(name);
  const std::string key(rest.substr(0, 3) == "by_" ? rest.substr(3) : "");
  const bool declared =
      directory != nullptr &&
      (directory->by == key || std::find(directory->keys.begin(), directory->keys.end(), key) != directory->keys.end());
  if (const auto lookup = declared ? FindLookup(directory->from, key) : std::nullopt) {
    pool_.uses_directory = true;
    const NodeId input = CompileExpr(expr.operands[0], scope);
    const NodeId id = Add(Op::kLookup, expr.place, {input});
    At(id).a = static_cast<std::uint32_t>(*lookup);
    return id;
  }
  if (const auto found = lookups_.find(expr.name); found != lookups_.end() && !scope.in_shape) {
    const NodeId input = CompileExpr(expr.operands[0], scope);
    const NodeId id = Add(Op::kStepLookup, expr.place, {input});
    At(id).a = found->second;
    return id;
  }
  Wrong(expr.place, "no lookup is called " + expr.name +
                        ": it takes a directory or an earlier step with that key, or a table with .back");
  return Missing(expr.place);
}

// The member of the request a value was made from, if there is one.
std::optional<Origin> TreeCompiler::OriginOf(const Expr& expr, const Scope& scope) const {
  switch (expr.kind) {
    case ExprKind::kPath:
      return scope.dot == Scope::Dot::kValue ? scope.origin : std::nullopt;
    case ExprKind::kName: {
      if (expr.name != "in" || expr.path.empty()) return std::nullopt;
      const specs::Parameter* parameter = operation_ == nullptr ? nullptr : operation_->FindParameter(expr.path[0]);
      return Origin{expr.path[0], parameter != nullptr && parameter->in == specs::In::kPath};
    }
    case ExprKind::kInto:
    case ExprKind::kElse:
    case ExprKind::kApply:
      return OriginOf(expr.operands[0], scope);
    default:
      return std::nullopt;
  }
}

}  // namespace parley::mapping
