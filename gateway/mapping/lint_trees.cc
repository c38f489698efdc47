// Trees: what they build, and whether it fits what the specs want.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mapping/lint_flow.h"

namespace parley::mapping::lint {
namespace {

using ast::Tree;
using ast::TreeKind;

constexpr int kFitDepth = 6;

Sink Inside(const Sink& sink, const specs::SchemaPtr& schema, std::string path) {
  return Sink{schema, std::move(path), sink.target};
}

Sink ItemSink(const Sink& sink) {
  return Inside(sink, sink.schema ? sink.schema->items : nullptr, sink.path);
}

// "PUT livechat/department/{_id}: department.enabled", or the label alone for the whole.
std::string Where(const Sink& sink) {
  return sink.path.empty() ? sink.target->label : sink.target->label + ": " + sink.path;
}

bool Describes(const specs::SchemaPtr& schema) {
  return schema && !schema->properties.empty();
}

bool WantsRecord(const specs::SchemaPtr& schema) {
  return schema && (KindsOf(*schema) & kRecord) != 0;
}

// A text that was probably meant to be evaluated: "not $x", "(.a) | b".
bool LooksLikeExpression(std::string_view text) {
  for (std::string_view start : {"not $", "not .", "not (", "($", "(.", "(("}) {
    if (text.substr(0, start.size()) == start) return true;
  }
  return false;
}

const ast::Expr* AsShapeUse(const Tree& tree) {
  bool applied = tree.kind == TreeKind::kExpr && tree.expr.kind == ast::ExprKind::kApply;
  return applied ? &tree.expr : nullptr;
}

void Note(const Sink* sink, bool data) {
  if (!sink || !sink->target->writers) return;
  bool& written = (*sink->target->writers)[sink->path];
  written = written || data;
}

}  // namespace

// ---- fitting

static void FitRecord(Surroundings& around, const TypePtr& type, const Sink& sink, const ast::Place& place, int depth);

static void FitType(Surroundings& around, const TypePtr& type, const Sink& sink, const ast::Place& place, int depth) {
  if (!sink.schema || type->kinds == 0 || depth > kFitDepth) return;
  const unsigned want = KindsOf(*sink.schema);
  if (type->kinds == kAnyKind && type->open) return;  // nobody described it
  unsigned have = type->kinds;
  unsigned allowed = want | (want & kNumber ? unsigned{kInteger} : 0u);
  if (!type->Only(allowed)) {
    std::string advice = Advice(have & ~allowed, want);
    around.Report(place, Where(sink) + " is " + Describe(want) + ", the value is " + Describe(have) +
                             (advice.empty() ? "" : ": " + advice));
    return;
  }
  if (!sink.schema->enumeration.empty() && !type->values.empty()) {
    std::vector<std::string> wrong, known;
    const std::vector<Json>& allowed_values = sink.schema->enumeration;
    for (const Json& value : type->values) {
      if (std::find(allowed_values.begin(), allowed_values.end(), value) == allowed_values.end()) {
        wrong.push_back(Print(value));
      }
    }
    for (const Json& value : allowed_values) known.push_back(Print(value));
    if (!wrong.empty()) {
      around.Report(place, Where(sink) + " cannot be " + Join(wrong, ", ") + "; it is one of " + Join(known, ", "));
    }
  }
  if (type->Is(kList) && sink.schema->items && type->items) {
    FitType(around, type->items, ItemSink(sink), place, depth + 1);
  }
  if (type->Is(kRecord)) FitRecord(around, type, sink, place, depth);
}

// Of a record nobody builds member by member here: one that is passed on whole.
static void FitRecord(Surroundings& around, const TypePtr& type, const Sink& sink, const ast::Place& place, int depth) {
  if (!Describes(sink.schema) || IsFree(type) || (type->schema == sink.schema && type->fields.empty())) return;
  for (const specs::Property& property : sink.schema->properties) {
    std::optional<Field> field = FieldOf(type, property.name);
    if (!field && property.required) {
      around.Report(
          place, Where(sink) + " must have \"" + property.name + "\", the value has none: build it member by member");
    } else if (field && property.required && !field->required) {
      around.Report(place,
                    Where(sink) + " must have \"" + property.name + "\", which may be missing in the value: add else");
    }
    if (field)
      FitType(around, field->type, Inside(sink, property.schema, Joined(sink.path, property.name)), place, depth + 1);
  }
}

void Flow::Fit(const Value& value, const Sink& sink, const ast::Place& place) {
  FitType(around_, value.type, sink, place, 0);
}

Value Flow::Leaf(Value value, const Scope& scope, const Sink* sink, const ast::Place& place) {
  value.data = value.data || scope.decided_by_data;
  if (!sink) return value;  // used further on, by whoever asked
  Consume(value);
  Fit(value, *sink, place);
  Note(sink, value.data);
  return value;
}

// ---- building

Value Flow::Build(const Tree& tree, const Scope& scope, const Sink* sink) {
  return BuildTree(tree, scope, sink);
}

Value Flow::Of(const ast::Template& parts, const Scope& scope) {
  Value result{Text(), false, false, {}};
  for (const ast::TemplatePart& part : parts) {
    if (!part.hole) continue;
    Value hole = Of(*part.hole, scope);
    Consume(hole);
    if (!hole.type->Only(kText | kInteger | kNumber) && hole.type->kinds != kAnyKind) {
      around_.Report(part.hole->place, "\"{" + TextOf(*part.hole) + "}\" puts " + Describe(hole.type->kinds) +
                                           " into a text; only texts and numbers fit");
    }
    result.missing = result.missing || hole.missing;
    result.data = result.data || hole.data;
  }
  return result;
}

Value Flow::BuildTree(const Tree& tree, const Scope& scope, const Sink* sink) {
  switch (tree.kind) {
    case TreeKind::kLiteral: {
      if (std::optional<std::string_view> text = tree.literal.AsString(); text && LooksLikeExpression(*text)) {
        around_.Report(tree.place, "\"" + std::string(*text) +
                                       "\" is a text here: for the expression write \"= " + std::string(*text) + "\"");
      }
      return Leaf(Value{Constant(tree.literal), false, false, {}}, scope, sink, tree.place);
    }
    case TreeKind::kExpr:
      if (const ast::Expr* use = AsShapeUse(tree)) {
        const ast::Shape* shape = FindShape(use->name);
        if (shape && sink) return ApplyShape(*use, *shape, scope, sink);
      }
      return Leaf(Of(tree.expr, scope), scope, sink, tree.place);
    case TreeKind::kTemplate:
      return Leaf(Of(tree.parts, scope), scope, sink, tree.place);
    case TreeKind::kObject:
    case TreeKind::kCopy:
      return BuildMembers(tree, scope, sink);
    case TreeKind::kList:
      return BuildList(tree, scope, sink);
    case TreeKind::kEach: {
      std::optional<Sink> items;
      if (sink) items = ItemSink(*sink);
      Value list = BuildEach(tree, scope, items ? &*items : nullptr);
      list.type = ListOf(list.type);
      if (sink && sink->schema && !(KindsOf(*sink->schema) & kList)) Fit(list, *sink, tree.place);
      return list;
    }
    case TreeKind::kWhen:
      return BuildWhen(tree, scope, sink);
    case TreeKind::kChoose:
      return BuildChoose(tree, scope, sink);
  }
  return {};
}

Value Flow::BuildMembers(const Tree& tree, const Scope& scope, const Sink* sink) {
  if (sink && sink->schema && !WantsRecord(sink->schema)) {
    around_.Report(tree.place, Where(*sink) + " is " + Describe(KindsOf(*sink->schema)) + ", the value is an object");
    return {};
  }
  std::vector<Field> fields;
  bool data = scope.decided_by_data;
  for (const ast::Member& member : tree.members) BuildMember(member, scope, sink, fields, data);
  bool missing = false;
  if (tree.kind == TreeKind::kCopy) {
    // A copy of nothing is nothing, unless a member is written beside it.
    bool written = std::any_of(fields.begin(), fields.end(), [](const Field& field) { return field.required; });
    missing = !Copy(tree, scope, sink, fields) && !written;
    data = true;
  }
  if (sink) RequireAll(tree, *sink, fields);
  return Value{RecordOf(std::move(fields)), missing, data, {}};
}

void Flow::BuildMember(const ast::Member& member, const Scope& scope, const Sink* sink, std::vector<Field>& fields,
                       bool& data) {
  std::optional<Sink> inner;
  const specs::Property* property = nullptr;
  if (sink) {
    property = sink->schema ? sink->schema->Find(member.name) : nullptr;
    if (!property && Describes(sink->schema) && !sink->schema->additional_schema) {
      std::vector<std::string> names;
      for (const specs::Property& known : sink->schema->properties) names.push_back(known.name);
      std::string verb = sink->target->answer ? " has no member \"" : " takes no member \"";
      around_.Report(member.place, Where(*sink) + verb + member.name + "\"" + Hint(member.name, names));
    }
    inner = Inside(*sink, property ? property->schema : nullptr, Joined(sink->path, member.name));
  }
  Value value = BuildTree(member.value, scope, inner ? &*inner : nullptr);
  data = data || value.data;
  fields.push_back({member.name, value.type, !value.missing});
}

bool Flow::Copy(const Tree& tree, const Scope& scope, const Sink* sink, std::vector<Field>& fields) {
  bool sure = false;
  std::vector<std::string> written;
  for (const ast::Member& member : tree.members) written.push_back(member.name);
  auto merge = [&](Field field, bool certain) {
    auto same =
        std::find_if(fields.begin(), fields.end(), [&](const Field& other) { return other.name == field.name; });
    if (same == fields.end()) {
      field.required = field.required && certain;
      fields.push_back(std::move(field));
    } else {
      same->required = same->required || (field.required && certain);
    }
  };
  for (const Tree& source : tree.items) {
    Value value = BuildTree(source, scope, nullptr);
    sure = sure || !value.missing;
    if (!value.type->Is(kRecord)) {
      around_.Report(source.place, "copy takes an object, this is " + Describe(value.type->kinds));
      continue;
    }
    const bool named = sink && Describes(sink->schema);
    if (!named || IsFree(value.type)) Consume(value);
    if (!named) {
      for (const std::string& name : FieldNames(value.type)) merge(*FieldOf(value.type, name), !value.missing);
      Note(sink, true);
      continue;
    }
    for (const specs::Property& property : sink->schema->properties) {
      std::optional<Field> field = FieldOf(value.type, property.name);
      if (!field) continue;
      for (Reads* reads : value.reads) reads->Member(property.name)->MarkAll();
      // What nobody described is taken at its word: it is copied because it holds what the target wants.
      if (IsFree(value.type)) field->required = true;
      bool overwritten = std::find(written.begin(), written.end(), property.name) != written.end();
      Sink inner = Inside(*sink, property.schema, Joined(sink->path, property.name));
      if (!overwritten) {
        FitType(around_, field->type, inner, source.place, 0);
        Note(&inner, true);
      }
      merge(*field, !value.missing);
    }
  }
  return sure;
}

void Flow::RequireAll(const Tree& tree, const Sink& sink, const std::vector<Field>& fields) {
  if (!sink.schema) return;
  for (const specs::Property& property : sink.schema->properties) {
    if (!property.required) continue;
    auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == property.name; });
    std::string path = Joined(sink.path, property.name);
    if (field == fields.end()) {
      around_.Report(tree.place, sink.target->answer ? sink.target->label + " must have \"" + path + "\": add it"
                                                     : sink.target->label + " needs " + path + ": set it");
      continue;
    }
    if (field->required) continue;
    auto written = std::find_if(tree.members.begin(), tree.members.end(),
                                [&](const ast::Member& member) { return member.name == property.name; });
    const bool list = property.schema && KindsOf(*property.schema) == kList;
    const bool here = written != tree.members.end();
    around_.Report(here ? written->place : tree.place,
                   sink.target->label + " must have \"" + path + "\", which may be missing " +
                       (here ? std::string("here: add ") + (list ? "| list" : "else") : "in what is copied: set it"));
  }
}

Value Flow::BuildList(const Tree& tree, const Scope& scope, const Sink* sink) {
  if (sink && sink->schema && !(KindsOf(*sink->schema) & kList)) {
    around_.Report(tree.place, Where(*sink) + " is " + Describe(KindsOf(*sink->schema)) + ", the value is a list");
    return {};
  }
  std::optional<Sink> items;
  if (sink) items = ItemSink(*sink);
  if (tree.items.empty()) Note(sink, scope.decided_by_data);
  TypePtr type = Plain(0);
  bool data = scope.decided_by_data;
  std::vector<Reads*> reads;
  for (const Tree& item : tree.items) {
    Value value = item.kind == TreeKind::kEach ? BuildEach(item, scope, items ? &*items : nullptr)
                                               : BuildTree(item, scope, items ? &*items : nullptr);
    type = Union(type, value.type);
    data = data || value.data;
    reads.insert(reads.end(), value.reads.begin(), value.reads.end());
  }
  return Value{ListOf(type->kinds == 0 ? Plain(0) : type), false, data, std::move(reads)};
}

// Gives one item; the caller makes the list.
Value Flow::BuildEach(const Tree& tree, const Scope& scope, const Sink* items) {
  Value list = Of(tree.expr, scope);
  for (Reads* reads : list.reads) reads->Mark();
  if (!list.type->Is(kList)) {
    around_.Report(tree.place, "each takes a list, \"" + TextOf(tree.expr) + "\" is " + Describe(list.type->kinds) +
                                   ": add | list");
  }
  Value item = list;
  item.type = ItemsOf(list.type);
  item.missing = false;
  Scope inner = Within(scope, item);
  if (!tree.as.empty()) inner.items[tree.as] = item;
  Value built = BuildTree(tree.items[0], inner, items);
  built.missing = list.missing;
  return built;
}

Value Flow::BuildWhen(const Tree& tree, const Scope& scope, const Sink* sink) {
  Value condition = Test(tree.expr, scope);
  Scope inner = scope;
  Assume(tree.expr, scope, true, inner.facts);
  inner.decided_by_data = scope.decided_by_data || condition.data;
  Value value = BuildTree(tree.items[0], inner, sink);
  value.missing = value.missing || !scope.facts.count(Fact(tree.expr, scope));
  value.data = value.data || condition.data;
  return value;
}

Value Flow::BuildChoose(const Tree& tree, const Scope& scope, const Sink* sink) {
  Value result{Plain(0), false, false, {}};
  Scope rest = scope;
  bool decided = false;
  for (const Tree& branch : tree.items) {
    bool conditional = branch.kind == TreeKind::kWhen;
    Value value;
    if (conditional) {
      Value condition = Test(branch.expr, rest);
      Scope inner = rest;
      Assume(branch.expr, rest, true, inner.facts);
      inner.decided_by_data = rest.decided_by_data || condition.data;
      value = BuildTree(branch.items[0], inner, sink);
      value.data = value.data || condition.data;
      Assume(branch.expr, rest, false, rest.facts);
      rest.decided_by_data = inner.decided_by_data;
    } else {
      value = BuildTree(branch, rest, sink);
      decided = true;
    }
    result.type = Union(result.type, value.type);
    result.missing = result.missing || value.missing;
    result.data = result.data || value.data;
    result.reads.insert(result.reads.end(), value.reads.begin(), value.reads.end());
  }
  result.missing = result.missing || !decided;
  return result;
}

}  // namespace parley::mapping::lint
