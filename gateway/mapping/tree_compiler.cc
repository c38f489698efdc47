#include "mapping/tree_compiler.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "mapping/mentions.h"
#include "mapping/writer.h"

namespace parley::mapping {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Place;
using ast::Tree;
using ast::TreeKind;

// Shapes that use shapes multiply: one program must stay small and its evaluation shallow.
constexpr std::size_t kMaxNodes = 60'000;
constexpr int kMaxDepth = 200;

KindMask KindsOf(specs::Type type) {
  using Kind = Value::Kind;
  switch (type) {
    case specs::Type::kBoolean:
      return MaskOf(Kind::kBoolean);
    case specs::Type::kInteger:
      return MaskOf(Kind::kInteger);
    case specs::Type::kNumber:
      return static_cast<KindMask>(MaskOf(Kind::kInteger) | MaskOf(Kind::kNumber));
    case specs::Type::kString:
      return MaskOf(Kind::kText);
    case specs::Type::kArray:
      return MaskOf(Kind::kList);
    case specs::Type::kObject:
      return MaskOf(Kind::kObject);
    case specs::Type::kAny:
      return 0;
  }
  return 0;
}

specs::SchemaPtr MemberSchema(const specs::SchemaPtr& schema, std::string_view name) {
  if (schema == nullptr) return nullptr;
  const specs::Property* property = schema->Find(name);
  return property != nullptr ? property->schema : schema->additional_schema;
}

specs::SchemaPtr ItemSchema(const specs::SchemaPtr& schema) {
  return schema == nullptr ? nullptr : schema->items;
}

bool IsRequired(const specs::SchemaPtr& schema, std::string_view name) {
  const specs::Property* property = schema == nullptr ? nullptr : schema->Find(name);
  return property != nullptr && property->required;
}

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

std::string PlaceText(const Place& place) {
  return std::string(place.File()) + ":" + std::to_string(place.line);
}

}  // namespace

KindMask ExpectedKinds(const specs::SchemaPtr& schema) {
  if (schema == nullptr) return 0;
  if (schema->types.empty()) return KindsOf(schema->type);
  KindMask mask = 0;
  for (const specs::Type type : schema->types) {
    if (type == specs::Type::kAny) return 0;
    mask = static_cast<KindMask>(mask | KindsOf(type));
  }
  return mask;
}

TreeCompiler::TreeCompiler(const ast::Face& face, const ast::File& file, const specs::Operation* operation, Pool& pool,
                           Problems& problems)
    : face_(face),
      file_(file),
      operation_(operation),
      pool_(pool),
      problems_(problems),
      names_{{"in", kInName}, {"account", kAccountName}, {"caller", kCallerName}, {"now", kNowName}} {
  pool_.sites.push_back({"", std::string(file.path ? *file.path : "")});
}

std::uint32_t TreeCompiler::Declare(const std::string& name) {
  return names_[name] = pool_.names++;
}

void TreeCompiler::DeclareLookup(const std::string& step, const std::string& key) {
  lookups_[step + ".by_" + key] = static_cast<std::uint32_t>(pool_.step_lookups.size());
  pool_.step_lookups.push_back({names_.at(step), key});
}

void TreeCompiler::Stream(const std::string& step, RowPlan* plan) {
  streamed_ = step;
  rows_ = plan;
}

NodeId TreeCompiler::Compile(const Expr& expr, const Scope& scope) {
  return CompileExpr(expr, scope);
}

NodeId TreeCompiler::Compile(const Tree& tree, const Scope& scope, const specs::SchemaPtr& schema, bool required) {
  return CompileTree(tree, scope, {schema, required});
}

std::vector<NodeId> TreeCompiler::CompileParts(const ast::Template& parts, const Scope& scope, const Place& place) {
  std::vector<NodeId> nodes;
  for (const ast::TemplatePart& part : parts)
    nodes.push_back(part.hole ? CompileExpr(*part.hole, scope) : Constant(Json(part.text), place));
  return nodes;
}

NodeId TreeCompiler::Compile(const ast::Template& parts, const Scope& scope, const Place& place) {
  if (parts.size() == 1 && !parts[0].hole) return Constant(Json(parts[0].text), place);
  return Add(Op::kTemplate, place, CompileParts(parts, scope, place));
}

NodeId TreeCompiler::CompileMembers(const std::vector<ast::Member>& members, const Scope& scope, const Place& place) {
  std::vector<MemberCode> codes;
  for (const ast::Member& member : members) codes.push_back(Member(member, scope, {}));
  const NodeId id = Add(Op::kObject, place);
  At(id).a = static_cast<std::uint32_t>(pool_.members.size());
  At(id).b = static_cast<std::uint32_t>(codes.size());
  std::move(codes.begin(), codes.end(), std::back_inserter(pool_.members));
  return id;
}

// ---- nodes

NodeId TreeCompiler::Add(Op op, const Place& place, const std::vector<NodeId>& kids) {
  if (pool_.nodes.size() >= kMaxNodes && !too_large_) {
    too_large_ = true;
    Wrong(place, "the program becomes too large: shapes within shapes repeat too much; use steps");
  }
  Node node;
  node.op = op;
  node.first_kid = static_cast<std::uint32_t>(pool_.kids.size());
  node.kids = static_cast<std::uint16_t>(kids.size());
  if (kids.size() > UINT16_MAX) Wrong(place, "too many items at one place");
  pool_.kids.insert(pool_.kids.end(), kids.begin(), kids.end());
  if (const std::string text = PlaceText(place); pool_.sites.back().place != text) pool_.sites.push_back({"", text});
  node.site = static_cast<std::uint32_t>(pool_.sites.size() - 1);
  pool_.nodes.push_back(node);
  return static_cast<NodeId>(pool_.nodes.size() - 1);
}

NodeId TreeCompiler::Constant(const Json& value, const Place& place) {
  const NodeId id = Add(Op::kConstant, place);
  At(id).a = static_cast<std::uint32_t>(pool_.constants.size());
  Value constant = value.IsString() ? Value::Text(pool_.texts.Copy(*value.AsString())) : FromJson(value, pool_.texts);
  pool_.constants.push_back(constant);
  return id;
}

void TreeCompiler::SetPath(NodeId id, const std::vector<std::string>& path, std::size_t from) {
  At(id).first_segment = static_cast<std::uint32_t>(pool_.segments.size());
  At(id).path_length = static_cast<std::uint16_t>(path.size() - from);
  for (std::size_t i = from; i < path.size(); ++i) pool_.segments.push_back(MakeSegment(path[i]));
}

// The label of surprises is the whole leaf, as written.
void TreeCompiler::SetSite(NodeId id, const Expr& expr) {
  if (expr.text.empty()) return;
  pool_.sites.push_back({expr.text, PlaceText(expr.place)});
  At(id).site = static_cast<std::uint32_t>(pool_.sites.size() - 1);
}

void TreeCompiler::Wrong(const Place& place, std::string text) {
  ast::Report(problems_, place, std::move(text));
}

// ---- expressions

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

// ---- trees

NodeId TreeCompiler::CompileTree(const Tree& tree, const Scope& scope, const Target& target) {
  if (too_large_) return Missing(tree.place);
  if (++depth_ > kMaxDepth) {
    too_large_ = true;
    Wrong(tree.place, "nested too deeply: shapes within shapes; use steps");
  }
  NodeId id = kNoNode;
  switch (tree.kind) {
    case TreeKind::kLiteral:
    case TreeKind::kExpr:
    case TreeKind::kTemplate:
      id = Leaf(tree, scope, target);
      break;
    case TreeKind::kObject:
      id = Object(tree, scope, target);
      break;
    case TreeKind::kList:
      id = List(tree, scope, target);
      break;
    case TreeKind::kEach:
      id = Each(tree, scope, {ItemSchema(target.schema), target.required});
      break;
    case TreeKind::kWhen: {
      const NodeId condition = CompileExpr(tree.expr, scope.Lenient());
      const NodeId given = CompileTree(tree.items[0], scope, target);
      id = Add(Op::kWhen, tree.place, {condition, given});
      break;
    }
    case TreeKind::kChoose: {
      std::vector<NodeId> kids;
      for (const Tree& choice : tree.items) kids.push_back(CompileTree(choice, scope, target));
      id = Add(Op::kChoose, tree.place, kids);
      break;
    }
    case TreeKind::kCopy:
      id = Copy(tree, scope, target);
      break;
  }
  --depth_;
  return id;
}

NodeId TreeCompiler::Leaf(const Tree& tree, const Scope& scope, const Target& target) {
  if (tree.kind == TreeKind::kLiteral) return Constant(tree.literal, tree.place);
  if (tree.kind == TreeKind::kExpr && tree.expr.kind == ExprKind::kApply) {
    // A shape at the end of the pipe is a tree in this place: it sees the schema of this place.
    const ast::Shape* shape = face_.FindShape(file_, tree.expr.name);
    if (shape != nullptr && FindFunction(tree.expr.name) == nullptr) {
      pool_.sites.push_back({tree.expr.text, PlaceText(tree.place)});
      return ApplyShape(*shape, tree.expr, scope, target);
    }
  }
  const NodeId id =
      tree.kind == TreeKind::kExpr ? CompileExpr(tree.expr, scope) : Compile(tree.parts, scope, tree.place);
  if (At(id).op != Op::kConstant) At(id).expects = ExpectedKinds(target.schema);
  return id;
}

MemberCode TreeCompiler::Member(const ast::Member& member, const Scope& scope, const Target& target) {
  MemberCode code;
  code.name = member.name;
  code.key = ",";
  AppendText(code.key, member.name);
  code.key += ':';
  code.required = target.required && IsRequired(target.schema, member.name);
  code.value = CompileTree(member.value, scope, {MemberSchema(target.schema, member.name), target.required});
  return code;
}

NodeId TreeCompiler::Object(const Tree& tree, const Scope& scope, const Target& target) {
  std::vector<MemberCode> members;
  for (const ast::Member& member : tree.members) members.push_back(Member(member, scope, target));
  const NodeId id = Add(Op::kObject, tree.place);
  At(id).a = static_cast<std::uint32_t>(pool_.members.size());
  At(id).b = static_cast<std::uint32_t>(members.size());
  std::move(members.begin(), members.end(), std::back_inserter(pool_.members));
  return id;
}

NodeId TreeCompiler::Copy(const Tree& tree, const Scope& scope, const Target& target) {
  CopyCode code;
  std::vector<NodeId> sources;
  for (const Tree& source : tree.items) sources.push_back(CompileTree(source, scope, {}));
  for (const ast::Member& member : tree.members) code.members.push_back(Member(member, scope, target));
  code.all = target.schema == nullptr || (target.schema->properties.empty() && target.schema->additional_properties);
  if (target.schema != nullptr) {
    for (const specs::Property& property : target.schema->properties) {
      code.names.push_back(property.name);
      if (target.required && property.required) code.required.push_back(property.name);
    }
  }
  std::sort(code.names.begin(), code.names.end());
  const NodeId id = Add(Op::kCopy, tree.place, sources);
  At(id).a = static_cast<std::uint32_t>(pool_.copies.size());
  pool_.copies.push_back(std::move(code));
  return id;
}

NodeId TreeCompiler::List(const Tree& tree, const Scope& scope, const Target& target) {
  const Target item{ItemSchema(target.schema), target.required};
  std::vector<NodeId> kids;
  for (const Tree& kid : tree.items)
    kids.push_back(kid.kind == TreeKind::kEach ? Each(kid, scope, item) : CompileTree(kid, scope, item));
  return Add(Op::kList, tree.place, kids);
}

NodeId TreeCompiler::Each(const Tree& tree, const Scope& scope, const Target& item) {
  const bool streamed = IsStreamed(tree.expr);
  const NodeId list = streamed ? StreamedList(tree.expr, scope) : CompileExpr(tree.expr, scope);
  Scope inside = scope.Item(streamed ? std::nullopt : OriginOf(tree.expr, scope));
  if (streamed) inside.dot = Scope::Dot::kRow;
  std::uint32_t slot = kNoNode;
  std::optional<std::uint32_t> hidden;
  if (!tree.as.empty()) {
    if (const auto earlier = names_.find(tree.as); earlier != names_.end()) {
      Wrong(tree.place, "$" + tree.as + " is already something else: choose another name after as");
      hidden = earlier->second;
    }
    if (streamed && stream_failure_.empty()) stream_failure_ = "its items have a name, $" + tree.as;
    slot = Declare(tree.as);
  }
  const NodeId body = CompileTree(tree.items[0], inside, item);
  if (!tree.as.empty()) names_.erase(tree.as);
  if (hidden) names_[tree.as] = *hidden;
  const NodeId id = Add(Op::kEach, tree.place, {list, body});
  At(id).a = slot;
  return id;
}

// `$step`, or `$step | where(...)` any number of times.
bool TreeCompiler::IsStreamed(const Expr& expr) const {
  if (rows_ == nullptr) return false;
  const Expr* source = &expr;
  while (source->kind == ExprKind::kApply && source->name == "where" && source->operands.size() == 2)
    source = &source->operands[0];
  return source->kind == ExprKind::kName && source->name == streamed_ && source->path.empty();
}

NodeId TreeCompiler::StreamedList(const Expr& expr, const Scope& scope) {
  if (expr.kind == ExprKind::kName) return CompileExpr(expr, scope);
  const NodeId list = StreamedList(expr.operands[0], scope);
  Scope row = scope.Item(std::nullopt).Lenient();
  row.dot = Scope::Dot::kRow;
  const NodeId condition = CompileExpr(expr.operands[1], row);
  const NodeId id = Add(Op::kFunction, expr.place, {list, condition});
  At(id).a = static_cast<std::uint32_t>(pool_.functions.size());
  pool_.functions.push_back(FindFunction("where"));
  return id;
}

}  // namespace parley::mapping
