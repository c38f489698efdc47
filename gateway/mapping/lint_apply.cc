// What stands behind a pipe: functions, shapes, tables and lookups.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mapping/lint_flow.h"
#include "mapping/mapping.h"
#include "mapping/types_functions.h"

namespace parley::mapping::lint {
namespace {

using ast::Expr;
using ast::ExprKind;

std::optional<std::string> BeforeDot(std::string_view name) {
  std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return std::string(name.substr(0, dot));
}

std::vector<std::string> IdKindNames() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kIdKinds; ++i) names.emplace_back(NameOf(static_cast<IdKind>(i)));
  return names;
}

bool PassesItemsOn(ResultRule result) {
  return result == ResultRule::kSame || result == ResultRule::kItem || result == ResultRule::kList ||
         result == ResultRule::kMapped || result == ResultRule::kAppended;
}

// The type of a result made of the input's own items.
TypePtr PassedOn(const Expr& expr, const FunctionRule& rule, const TypePtr& input, const TypePtr& item,
                 const TypePtr& argument) {
  if (rule.result == ResultRule::kSame) return WithoutValues(input);
  if (rule.result == ResultRule::kItem) return item;
  if (rule.result == ResultRule::kMapped) return ListOf(argument);
  if (rule.result == ResultRule::kAppended) return ListOf(Union(item, argument));
  if (expr.name != "list" || input->Only(kList)) return ListOf(item);
  return ListOf(input->Is(kList) ? Anything() : input);
}

TypePtr MadeNew(const Expr& expr, const FunctionRule& rule) {
  switch (rule.result) {
    case ResultRule::kText:
      return Text();
    case ResultRule::kInteger:
      return Plain(kInteger);
    case ResultRule::kBoolean:
      return Plain(kBoolean);
    case ResultRule::kTexts:
      return ListOf(Text());
    case ResultRule::kEntries:
      return ListOf(RecordOf({{"key", Text(), true}, {"value", Anything(), true}}));
    case ResultRule::kLiveChatId: {
      const std::optional<IdKind> kind = ParseIdKind(expr.operands[1].name);
      return kind && IsIntegerKind(*kind) ? Plain(kInteger) : Text();
    }
    default:
      return Anything();
  }
}

}  // namespace

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
      if (!Contains(covered, value)) uncovered.push_back(Print(value));
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
  if (!CheckFunctionUse(expr, rule, input)) return {};
  // The items of a list share the list's record of reads.
  Value item = input;
  item.type = ItemsOf(input.type);
  item.missing = false;
  Value argument = FunctionArgument(expr, rule, scope, item);
  Value result{Anything(), (input.missing && !rule.fills) || rule.may_miss, input.data || argument.data, {}};
  if (PassesItemsOn(rule.result)) {
    result.type = PassedOn(expr, rule, input.type, item.type, argument.type);
    result.reads = rule.result == ResultRule::kMapped ? argument.reads : input.reads;
    if (rule.result == ResultRule::kAppended) Merge(result.reads, argument.reads);
    return result;
  }
  result.type = MadeNew(expr, rule);
  if (rule.argument == ArgumentRule::kItem || expr.name == "count") {
    for (Reads* reads : input.reads) reads->Mark();
  } else {
    Consume(input);
  }
  return result;
}

// False when nothing can be said about the result.
bool Flow::CheckFunctionUse(const Expr& expr, const FunctionRule& rule, const Value& input) {
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
    return false;
  }
  return true;
}

// `item` learns what the argument of `where` and `find` says about the items that are kept.
Value Flow::FunctionArgument(const Expr& expr, const FunctionRule& rule, const Scope& scope, Value& item) {
  Value none{Anything(), false, false, {}};
  if (expr.operands.size() < 2) return none;
  const Expr& argument = expr.operands[1];
  if (rule.argument == ArgumentRule::kIdKind) {
    if (argument.kind != ExprKind::kWord || !ParseIdKind(argument.name)) {
      around_.Report(expr.place,
                     "\"" + TextOf(argument) + "\" is no kind of id" + Hint(argument.name, IdKindNames(), "there are"));
    }
    return none;
  }
  if (rule.argument == ArgumentRule::kItem) {
    Scope inner = Within(scope, item);
    Value value = rule.result == ResultRule::kMapped ? Of(argument, inner) : Test(argument, inner);
    if (expr.name == "where" || expr.name == "find") item.type = Narrowed(item.type, argument, inner);
    return value;
  }
  Value value = Of(argument, scope);
  if (rule.result != ResultRule::kAppended) Consume(value);
  return value;
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
