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

std::string TreeCompiler::PlaceText(const Place& place) {
  return std::string(place.File()) + ":" + std::to_string(place.line);
}

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
