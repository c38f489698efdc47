// Expressions: what they give. Trees: lint_trees.cc.
#include "mapping/lint_flow.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mapping/mapping.h"
#include "mapping/types_functions.h"

namespace parley::mapping::lint {
namespace {

using ast::Expr;
using ast::ExprKind;

constexpr unsigned kScalars = kBoolean | kInteger | kNumber | kText;

TypePtr Boolean() {
  static const TypePtr type = Plain(kBoolean);
  return type;
}

void Merge(std::vector<Reads*>& into, const std::vector<Reads*>& more) {
  for (Reads* reads : more) {
    if (std::find(into.begin(), into.end(), reads) == into.end()) into.push_back(reads);
  }
}

std::string Quoted(const Json& value) {
  return Print(value);
}

std::string ValuesText(const std::vector<Json>& values) {
  std::vector<std::string> texts;
  for (const Json& value : values) texts.push_back(Quoted(value));
  return Join(texts, ", ");
}

bool Overlap(unsigned a, unsigned b) {
  constexpr unsigned numbers = kInteger | kNumber;
  return (a & b) != 0 || ((a & numbers) != 0 && (b & numbers) != 0);
}

bool Has(const std::vector<Json>& values, const Json& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::optional<std::string> BeforeDot(std::string_view name) {
  std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return std::string(name.substr(0, dot));
}

// An operand of `or` or `in` within another operation needs its parentheses.
std::string Operand(const Expr& expr) {
  bool plain = expr.kind == ExprKind::kPath || expr.kind == ExprKind::kName || expr.kind == ExprKind::kLiteral ||
               expr.kind == ExprKind::kWord;
  return plain ? TextOf(expr) : "(" + TextOf(expr) + ")";
}

std::string OperandsText(const Expr& expr, std::string_view between) {
  std::vector<std::string> texts;
  for (const Expr& operand : expr.operands) texts.push_back(Operand(operand));
  return Join(texts, between);
}

std::string PathText(const std::vector<std::string>& path) {
  return path.empty() ? "." : "." + Join(path, ".");
}

}  // namespace

// ---- reads

Reads* Reads::Member(std::string_view name) {
  auto found = members_.find(name);
  if (found == members_.end()) {
    found = members_.emplace(std::string(name), std::make_unique<Reads>(about_)).first;
  }
  return found->second.get();
}

const Reads* Reads::Find(std::string_view name) const {
  auto found = members_.find(name);
  return found == members_.end() ? nullptr : found->second.get();
}

bool Reads::Touched() const {
  if (read_ || all_) return true;
  return std::any_of(members_.begin(), members_.end(), [](const auto& member) { return member.second->Touched(); });
}

void Flow::Consume(const Value& value) {
  for (Reads* reads : value.reads) reads->MarkAll();
}

// ---- texts

std::string TextOf(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kPath:
      return PathText(expr.path);
    case ExprKind::kName:
      return "$" + expr.name + (expr.path.empty() ? "" : PathText(expr.path));
    case ExprKind::kLiteral:
      return expr.literal.IsString() ? "'" + std::string(*expr.literal.AsString()) + "'" : Print(expr.literal);
    case ExprKind::kWord:
      return expr.name;
    case ExprKind::kInto:
      return TextOf(expr.operands[0]) + " | " + PathText(expr.path);
    case ExprKind::kApply: {
      std::string text = TextOf(expr.operands[0]) + " | " + expr.name;
      if (expr.operands.size() > 1) text += "(" + TextOf(expr.operands[1]) + ")";
      return text;
    }
    case ExprKind::kElse:
      return OperandsText(expr, " else ");
    case ExprKind::kCompare:
      return OperandsText(expr, " " + expr.name + " ");
    case ExprKind::kNot:
      return "not " + Operand(expr.operands[0]);
    case ExprKind::kAnd:
      return OperandsText(expr, " and ");
    case ExprKind::kOr:
      return OperandsText(expr, " or ");
  }
  return {};
}

std::string Listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  if (names.size() <= kShown) return Join(names, ", ");
  return Join({names.begin(), names.begin() + kShown}, ", ") + " and " + std::to_string(names.size() - kShown) +
         " more";
}

std::string Hint(std::string_view word, const std::vector<std::string>& candidates, std::string_view otherwise) {
  if (std::optional<std::string> near = Nearest(word, candidates)) return "; did you mean " + *near;
  if (candidates.empty()) return {};
  return "; " + std::string(otherwise) + " " + Listed(candidates);
}

std::string Joined(std::string_view path, std::string_view name) {
  if (path.empty()) return std::string(name);
  return std::string(path) + "." + std::string(name);
}

void Surroundings::Report(const ast::Place& place, std::string text) {
  std::string key = std::string(place.File()) + ":" + std::to_string(place.line) + ":" + text;
  if (reported_.insert(std::move(key)).second) ast::Report(problems_, place, std::move(text));
}

// ---- facts

std::string Flow::Fact(const Expr& expr, const Scope& scope) {
  // `.` means something else at every level, so it is numbered.
  switch (expr.kind) {
    case ExprKind::kPath: {
      std::string fact = "#" + std::to_string(scope.dot_number);
      for (const std::string& segment : expr.path) fact += "." + segment;
      return fact;
    }
    case ExprKind::kName:
    case ExprKind::kLiteral:
    case ExprKind::kWord:
      return TextOf(expr);
    default: {
      std::string fact = std::to_string(static_cast<int>(expr.kind)) + expr.name + PathText(expr.path) + "(";
      for (const Expr& operand : expr.operands) fact += Fact(operand, scope) + ",";
      return fact + ")";
    }
  }
}

void Flow::Assume(const Expr& condition, const Scope& scope, bool holds, std::set<std::string>& facts) {
  if (holds) facts.insert(Fact(condition, scope));
  if (condition.kind == ExprKind::kNot) return Assume(condition.operands[0], scope, !holds, facts);
  if (condition.kind == (holds ? ExprKind::kAnd : ExprKind::kOr)) {
    for (const Expr& operand : condition.operands) Assume(operand, scope, holds, facts);
    return;
  }
  auto is_null = [](const Expr& expr) { return expr.kind == ExprKind::kLiteral && expr.literal.IsNull(); };
  if (condition.kind == ExprKind::kCompare) {
    const Expr& left = condition.operands[0];
    const Expr& right = condition.operands[1];
    bool with_null = is_null(left) || is_null(right);
    // "== null" false and every other comparison true, but "!=", say that both sides are there.
    bool present = with_null ? (condition.name == "==") != holds : holds && condition.name != "!=";
    if (present) {
      facts.insert(Fact(left, scope));
      facts.insert(Fact(right, scope));
    }
    if (!with_null && condition.name == "!=" && !holds) facts.insert({Fact(left, scope), Fact(right, scope)});
  }
}

Scope Flow::Within(const Scope& scope, Value dot) {
  static int next_number = 0;
  Scope inner = scope;
  inner.dot = std::move(dot);
  inner.has_dot = true;
  inner.dot_number = ++next_number;
  return inner;
}

// ---- expressions

Value Flow::Of(const Expr& expr, const Scope& scope) {
  switch (expr.kind) {
    case ExprKind::kPath:
      if (!scope.has_dot) {
        around_.Report(expr.place, "\"" + TextOf(expr) + "\" has nothing to read from here; begin with a $name");
        return {};
      }
      return Navigate(scope.dot, expr.path, "#" + std::to_string(scope.dot_number), scope, expr.place);
    case ExprKind::kName:
      return Name(expr, scope);
    case ExprKind::kLiteral:
      return Value{Constant(expr.literal), expr.literal.IsNull(), false, {}};
    case ExprKind::kWord:
      around_.Report(expr.place, "\"" + expr.name + "\" is no value; write '" + expr.name + "' for the text");
      return {};
    case ExprKind::kInto: {
      Value source = Of(expr.operands[0], scope);
      return Navigate(std::move(source), expr.path, Fact(expr.operands[0], scope), scope, expr.place);
    }
    case ExprKind::kApply:
      return Apply(expr, scope);
    case ExprKind::kElse:
      return Else(expr, scope);
    case ExprKind::kCompare:
      return Compare(expr, scope);
    case ExprKind::kNot: {
      Value operand = Test(expr.operands[0], scope);
      return Value{Boolean(), false, operand.data, {}};
    }
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return AndOr(expr, scope);
  }
  return {};
}

Value Flow::Name(const Expr& expr, const Scope& scope) {
  const std::string fact = "$" + expr.name;
  if (auto item = scope.items.find(expr.name); item != scope.items.end()) {
    return Navigate(item->second, expr.path, fact, scope, expr.place);
  }
  if (scope.names) {
    if (auto found = scope.names->find(expr.name); found != scope.names->end()) {
      around_.Use(&found->second);
      Value value = found->second.value;
      for (const std::string& condition : found->second.when) {
        if (!scope.facts.count(condition)) value.missing = true;
      }
      if (scope.facts.count(fact)) value.missing = false;
      return Navigate(std::move(value), expr.path, fact, scope, expr.place);
    }
  }
  if (const ast::Directory* directory = around_.face().FindDirectory(expr.name)) {
    around_.Use(directory);
    if (!directory->by.empty()) {
      around_.Report(expr.place, "$" + expr.name + " is kept by " + directory->by + "; write | " + expr.name + ".by_" +
                                     directory->by);
      return {};
    }
    return Navigate(Value{ListOf(RowOf(*directory)), false, true, {}}, expr.path, fact, scope, expr.place);
  }
  std::vector<std::string> known;
  if (scope.names) {
    for (const auto& [name, value] : *scope.names) known.push_back("$" + name);
  }
  if (step_lookups_.count(expr.name) && scope.names == &shape_names_) {
    around_.Report(expr.place,
                   "$" + expr.name + " is a step, and shapes do not see steps; attach it to the item with for");
  } else if (step_lookups_.count(expr.name)) {
    around_.Report(expr.place, "step " + expr.name + " is used before it has run; move it up");
  } else {
    around_.Report(expr.place, "$" + expr.name + " is no step or directory" + Hint(fact, known, "there are"));
  }
  return {};
}

Value Flow::Navigate(Value value, const std::vector<std::string>& path, const std::string& from, const Scope& scope,
                     const ast::Place& place) {
  std::string fact = from;
  for (const std::string& segment : path) {
    fact += "." + segment;
    const TypePtr type = value.type;
    bool index = !segment.empty() && segment.find_first_not_of("0123456789") == std::string::npos;
    if (index && type->Is(kList)) {
      value.type = ItemsOf(type);
      value.missing = true;
      continue;
    }
    if (!type->Is(kRecord)) {
      bool list = type->Is(kList);
      around_.Report(place, "." + segment + " is read from " + Describe(type->kinds) + "; " +
                                (list ? "use map(." + segment + ") or first" : "it has no members"));
      return {};
    }
    std::optional<Field> field = FieldOf(type, segment);
    if (!field) {
      std::string about = value.reads.empty() ? std::string() : value.reads[0]->about();
      if (about.rfind("$in", 0) == 0) {
        around_.Report(place,
                       "$in." + segment + " is no parameter of " + about.substr(4) + Hint(segment, FieldNames(type)));
      } else {
        around_.Report(place, (about.empty() ? "there is" : about + " answers") + std::string(" no member \"") +
                                  segment + "\"" + Hint(segment, FieldNames(type)));
      }
      return {};
    }
    value.type = field->type;
    value.missing = (value.missing || !field->required || !type->Only(kRecord)) && !scope.facts.count(fact);
    for (Reads*& reads : value.reads) reads = reads->Member(segment);
  }
  if (scope.facts.count(fact)) value.missing = false;
  return value;
}

Value Flow::Test(const Expr& expr, const Scope& scope) {
  Value value = Of(expr, scope);
  for (Reads* reads : value.reads) {
    if (value.type->Only(kScalars)) {
      reads->MarkAll();
    } else {
      reads->Mark();
    }
  }
  return value;
}

Value Flow::Else(const Expr& expr, const Scope& scope) {
  Value result = Of(expr.operands[0], scope);
  for (std::size_t i = 1; i < expr.operands.size(); ++i) {
    Value other = Of(expr.operands[i], scope);
    result.type = Union(result.type, other.type);
    result.missing = result.missing && other.missing;
    result.data = result.data || other.data;
    Merge(result.reads, other.reads);
  }
  return result;
}

Value Flow::AndOr(const Expr& expr, const Scope& scope) {
  bool both = expr.kind == ExprKind::kAnd;
  Scope inner = scope;
  bool data = false;
  for (const Expr& operand : expr.operands) {
    data = Test(operand, inner).data || data;
    Assume(operand, inner, both, inner.facts);
  }
  return Value{Boolean(), false, data, {}};
}

Value Flow::Compare(const Expr& expr, const Scope& scope) {
  Value left = Of(expr.operands[0], scope);
  Value right = Of(expr.operands[1], scope);
  Consume(left);
  Consume(right);
  Value result{Boolean(), false, left.data || right.data, {}};
  TypePtr other = right.type;
  if (expr.name == "in") {
    if (!right.type->Is(kList)) {
      around_.Report(expr.place,
                     "\"in\" needs a list on its right, this is " + Describe(right.type->kinds) + ": add | list");
      return result;
    }
    other = ItemsOf(right.type);
  }
  if (left.type->kinds == 0 || other->kinds == 0) return result;  // null
  if (!Overlap(left.type->kinds, other->kinds)) {
    std::string advice = Advice(left.type->kinds, other->kinds);
    around_.Report(expr.place, "\"" + TextOf(expr) + "\" compares " + Describe(left.type->kinds) + " with " +
                                   Describe(other->kinds) +
                                   (advice.empty() ? ": they are never equal" : ": " + advice));
    return result;
  }
  if (expr.name != "==" && expr.name != "!=") return result;
  const bool constant_right = !right.data && right.type->values.size() == 1;
  const bool constant_left = !left.data && left.type->values.size() == 1;
  if (constant_right == constant_left) return result;
  const Value& constant = constant_right ? right : left;
  const Value& tested = constant_right ? left : right;
  if (!tested.type->values.empty() && !Has(tested.type->values, constant.type->values[0])) {
    around_.Report(expr.place,
                   "\"" + TextOf(expr) + "\" can never be: it is one of " + ValuesText(tested.type->values));
  }
  return result;
}

// ---- what stands behind a pipe

// The items for which `condition` holds surely have the members it needs.
TypePtr Flow::Narrowed(TypePtr item, const Expr& condition, const Scope& inside) {
  std::set<std::string> facts;
  Assume(condition, inside, true, facts);
  for (const std::string& name : FieldNames(item)) {
    if (facts.count("#" + std::to_string(inside.dot_number) + "." + name)) item = WithRequired(item, name);
  }
  return item;
}

std::vector<std::string> Flow::Applicable() const {
  std::vector<std::string> names = FunctionNames();
  for (const ast::File* file : {&file_, around_.face().Shared()}) {
    if (!file) continue;
    for (const ast::Shape& shape : file->shapes) names.push_back(shape.name);
    for (const ast::Table& table : file->tables) names.push_back(table.name);
  }
  if (const ast::File* shared = around_.face().Shared()) {
    for (const ast::Directory& directory : shared->directories) {
      for (const std::string& key : directory.keys) names.push_back(directory.name + ".by_" + key);
      if (!directory.by.empty()) names.push_back(directory.name + ".by_" + directory.by);
    }
  }
  for (const auto& [name, row] : lookups) names.push_back(name);
  return names;
}

Value Flow::Apply(const Expr& expr, const Scope& scope) {
  if (std::optional<std::string> before = BeforeDot(expr.name)) {
    if (const ast::Table* table = FindTable(*before); table && expr.name == *before + ".back") {
      return ApplyTable(expr, *table, true, scope);
    }
    return ApplyLookup(expr, scope);
  }
  if (FindFunctionRule(expr.name)) return ApplyFunction(expr, scope);
  if (const ast::Shape* shape = FindShape(expr.name)) return ApplyShape(expr, *shape, scope, nullptr);
  if (const ast::Table* table = FindTable(expr.name)) return ApplyTable(expr, *table, false, scope);
  around_.Report(expr.place, "no function, shape, table or lookup is called " + expr.name +
                                 Hint(expr.name, Applicable(), "there are"));
  Consume(Of(expr.operands[0], scope));
  return {};
}

Value Flow::ApplyLookup(const Expr& expr, const Scope& scope) {
  Value key = Of(expr.operands[0], scope);
  Consume(key);
  const std::string name = *BeforeDot(expr.name);
  if (const ast::Directory* directory = around_.face().FindDirectory(name)) {
    around_.Use(directory);
    for (const std::string& column : directory->keys) {
      if (expr.name == name + ".by_" + column) return Value{WithRequired(RowOf(*directory), column), true, true, {}};
    }
    if (!directory->by.empty() && expr.name == name + ".by_" + directory->by) {
      return Value{ListOf(RowOf(*directory)), true, true, {}};
    }
  }
  if (auto found = lookups.find(expr.name); found != lookups.end() && scope.names != &shape_names_) {
    around_.Use(&found->second);
    return found->second;
  }
  if (step_lookups_.count(name) && scope.names != &shape_names_) {
    around_.Report(expr.place,
                   "step " + name + " offers no lookup " + expr.name + " here; give it keys and move it up");
  } else {
    around_.Report(expr.place, "no function, shape, table or lookup is called " + expr.name +
                                   Hint(expr.name, Applicable(), "there are"));
  }
  return {};
}

Value Flow::ApplyTable(const Expr& expr, const ast::Table& table, bool back, const Scope& scope) {
  around_.Use(&table);
  Value input = Of(expr.operands[0], scope);
  Consume(input);
  std::vector<Json> results, covered;
  bool rest = false;
  for (const ast::TableRow& row : table.rows) {
    if (!back) results.push_back(row.to);
    if (back && !row.rest) results.push_back(row.from);
    if (!back) covered.push_back(row.from);
    if (back) covered.push_back(row.to);
    if (row.rest && !back) rest = true;
  }
  bool total = rest;
  if (!rest && !input.type->values.empty()) {
    total = true;
    std::vector<std::string> uncovered;
    for (const Json& value : input.type->values) {
      if (!Has(covered, value)) uncovered.push_back(Quoted(value));
    }
    if (!uncovered.empty()) {
      total = false;
      around_.Report(table.place, "table " + table.name + " does not cover " + Join(uncovered, ", ") + " of \"" +
                                      TextOf(expr.operands[0]) + "\": add it or _");
    }
  }
  return Value{OneOf(std::move(results)), input.missing || !total, input.data, {}};
}

Value Flow::ApplyShape(const Expr& expr, const ast::Shape& shape, const Scope& scope, const Sink* sink) {
  around_.Use(&shape);
  if (std::find(open_shapes_.begin(), open_shapes_.end(), &shape) != open_shapes_.end()) {
    std::string round;
    for (const ast::Shape* open : open_shapes_) round += open->name + " > ";
    around_.Report(shape.place, "shape " + shape.name + " uses itself: " + round + shape.name);
    return {};
  }
  if (expr.operands.size() > 1) {
    around_.Report(expr.place, "shape " + shape.name + " takes no argument: its input is what stands before the pipe");
  }
  Value input = Of(expr.operands[0], scope);
  bool input_missing = input.missing;
  bool decision = shape.tree.kind == ast::TreeKind::kChoose || shape.tree.kind == ast::TreeKind::kExpr;
  Scope inner = Within(scope, std::move(input));
  inner.names = &shape_names_;
  inner.items.clear();
  open_shapes_.push_back(&shape);
  Value result = BuildTree(shape.tree, inner, sink);
  open_shapes_.pop_back();
  // A choice is made for a missing input too; any other shape of nothing is nothing.
  if (!decision) result.missing = result.missing || input_missing;
  return result;
}

Value Flow::ApplyFunction(const Expr& expr, const Scope& scope) {
  const FunctionRule& rule = *FindFunctionRule(expr.name);
  Value input = Of(expr.operands[0], scope);
  const bool has_argument = expr.operands.size() > 1;
  if (input.type->kinds != 0 && !Overlap(input.type->kinds, rule.takes)) {
    std::string advice = Advice(input.type->kinds, rule.takes);
    around_.Report(expr.place, expr.name + " takes " + Describe(rule.takes) + ", \"" + TextOf(expr.operands[0]) +
                                   "\" is " + Describe(input.type->kinds) + (advice.empty() ? "" : ": " + advice));
  }
  if (rule.argument == ArgumentRule::kNone && has_argument) {
    around_.Report(expr.place, expr.name + " takes no argument: remove it");
  } else if (rule.argument != ArgumentRule::kNone && rule.argument != ArgumentRule::kOptionalHere && !has_argument) {
    around_.Report(expr.place, expr.name + " needs an argument: " + expr.name + "(...)");
    return {};
  }

  // The items of a list share the list's record of reads.
  Value item = input;
  item.type = ItemsOf(input.type);
  item.missing = false;
  Value argument{Anything(), false, false, {}};
  if (has_argument && rule.argument == ArgumentRule::kItem) {
    Scope inner = Within(scope, item);
    argument = rule.result == ResultRule::kMapped ? Of(expr.operands[1], inner) : Test(expr.operands[1], inner);
    if (expr.name == "where" || expr.name == "find") item.type = Narrowed(item.type, expr.operands[1], inner);
  } else if (has_argument && rule.argument == ArgumentRule::kIdKind) {
    const Expr& kind = expr.operands[1];
    if (kind.kind != ExprKind::kWord || !ParseIdKind(kind.name)) {
      around_.Report(
          expr.place,
          "\"" + TextOf(kind) + "\" is no kind of id" +
              Hint(kind.name, {"group", "chat", "visitor", "ticket", "goal", "greeting", "canned_response", "message"},
                   "there are"));
    }
  } else if (has_argument) {
    argument = Of(expr.operands[1], scope);
    if (rule.result != ResultRule::kAppended) Consume(argument);
  }

  Value result{Anything(), (input.missing && !rule.fills) || rule.may_miss, input.data || argument.data, {}};
  switch (rule.result) {
    case ResultRule::kText:
      result.type = Text();
      break;
    case ResultRule::kInteger:
      result.type = Plain(kInteger);
      break;
    case ResultRule::kBoolean:
      result.type = Boolean();
      break;
    case ResultRule::kSame:
      result.type = WithoutValues(input.type);
      result.reads = input.reads;
      return result;
    case ResultRule::kItem:
      result.type = item.type;
      result.reads = input.reads;
      return result;
    case ResultRule::kList: {
      bool wrap = expr.name == "list" && !input.type->Is(kList);
      result.type = wrap ? ListOf(input.type) : ListOf(item.type);
      if (expr.name == "list" && input.type->Is(kList) && !input.type->Only(kList)) result.type = ListOf(Anything());
      result.reads = input.reads;
      return result;
    }
    case ResultRule::kMapped:
      result.type = ListOf(argument.type);
      result.reads = argument.reads;
      return result;
    case ResultRule::kAppended:
      result.type = ListOf(Union(item.type, argument.type));
      result.reads = input.reads;
      Merge(result.reads, argument.reads);
      return result;
    case ResultRule::kTexts:
      result.type = ListOf(Text());
      break;
    case ResultRule::kEntries:
      result.type = ListOf(RecordOf({{"key", Text(), true}, {"value", Anything(), true}}));
      break;
    case ResultRule::kLiveChatId: {
      std::optional<IdKind> kind = has_argument ? ParseIdKind(expr.operands[1].name) : std::nullopt;
      result.type = kind && IsIntegerKind(*kind) ? Plain(kInteger) : Text();
      break;
    }
  }
  if (rule.argument == ArgumentRule::kItem || expr.name == "count") {
    for (Reads* reads : input.reads) reads->Mark();
  } else {
    Consume(input);
  }
  return result;
}

// ---- directories

TypePtr RowOf(const ast::Directory& directory) {
  static const TypePtr agent = RecordOf({{"id", Text(), true},
                                         {"username", Text(), true},
                                         {"name", Text(), false},
                                         {"login", Text(), false},
                                         {"presence", OneOf({"online", "away", "busy", "offline"}), false},
                                         {"available", Plain(kBoolean), true},
                                         {"accepting", Plain(kBoolean), true},
                                         {"active", Plain(kBoolean), true},
                                         {"roles", ListOf(Text()), true},
                                         {"max_chats", Plain(kInteger), false},
                                         {"departments", ListOf(Text()), true}});
  static const TypePtr department = RecordOf({{"id", Text(), true},
                                              {"name", Text(), true},
                                              {"description", Text(), false},
                                              {"email", Text(), false},
                                              {"enabled", Plain(kBoolean), true}});
  static const TypePtr membership = RecordOf({{"id", Text(), true}});
  if (directory.from == "agents") return agent;
  if (directory.from == "departments") return department;
  return membership;
}

std::vector<std::string> ColumnsOf(const ast::Directory& directory) {
  return FieldNames(RowOf(directory));
}

}  // namespace parley::mapping::lint
