// Expressions: what they give. Trees: lint_trees.cc.
#include "mapping/lint_flow.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mapping/mapping.h"

namespace parley::mapping::lint {
namespace {

using ast::Expr;
using ast::ExprKind;

constexpr unsigned kScalars = kBoolean | kInteger | kNumber | kText;

TypePtr Boolean() {
  static const TypePtr type = Plain(kBoolean);
  return type;
}

std::string ValuesText(const std::vector<Json>& values) {
  std::vector<std::string> texts;
  for (const Json& value : values) texts.push_back(Print(value));
  return Join(texts, ", ");
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

void Surroundings::Report(const ast::Place& place, std::string text) {
  std::string key = std::string(place.File()) + ":" + std::to_string(place.line) + ":" + text;
  if (reported_.insert(std::move(key)).second) ast::Report(problems_, place, std::move(text));
}

void Merge(std::vector<Reads*>& into, const std::vector<Reads*>& more) {
  for (Reads* reads : more) {
    if (std::find(into.begin(), into.end(), reads) == into.end()) into.push_back(reads);
  }
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
      std::string fact = std::to_string(static_cast<int>(expr.kind)) + expr.name + "." + Join(expr.path, ".") + "(";
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
  Scope inner = scope;
  inner.dot = std::move(dot);
  inner.has_dot = true;
  inner.dot_number = ++last_dot_;
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
  if (!tested.type->values.empty() && !Contains(tested.type->values, constant.type->values[0])) {
    around_.Report(expr.place,
                   "\"" + TextOf(expr) + "\" can never be: it is one of " + ValuesText(tested.type->values));
  }
  return result;
}

}  // namespace parley::mapping::lint
