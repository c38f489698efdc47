#include "mapping/lint_program.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace parley::mapping::lint {
namespace {

constexpr int kCallLimit = 200;

const std::set<std::string> kGivenNames = {"in", "account", "caller", "now", "key", "secret"};

std::string RouteText(const specs::Operation& operation) {
  return std::string(http::NameOf(operation.method)) + " " + operation.path;
}

TypePtr AccountType() {
  static const TypePtr type = RecordOf({{"license", Plain(kInteger), true},
                                        {"language", Text(), true},
                                        {"timezone", Text(), true},
                                        {"name", Text(), true},
                                        {"host", Text(), true},
                                        {"scheme", OneOf({"http", "https"}), true}});
  return type;
}

TypePtr CallerType() {
  static const TypePtr type =
      RecordOf({{"login", Text(), true}, {"role", OneOf({"owner", "administrator", "normal"}), true}});
  return type;
}

void AddGivenNames(Names& names) {
  names["account"] = Named{Value{AccountType(), false, false, {}}, {}};
  names["caller"] = Named{Value{CallerType(), false, true, {}}, {}};
  names["now"] = Named{Value{Plain(kText | kInteger), false, false, {}}, {}};
}

void AddOnce(std::vector<Field>& fields, Field field) {
  auto same = std::find_if(fields.begin(), fields.end(), [&](const Field& other) { return other.name == field.name; });
  if (same == fields.end()) {
    fields.push_back(std::move(field));
  } else {
    same->required = same->required || field.required;
  }
}

// The names of steps mentioned as conditions: every part of "a and b" must hold.
void Conditions(const ast::Expr& when, const Scope& scope, std::vector<std::string>& out) {
  if (when.kind == ast::ExprKind::kAnd) {
    for (const ast::Expr& operand : when.operands) Conditions(operand, scope, out);
  } else {
    out.push_back(Flow::Fact(when, scope));
  }
}

std::string NeedFact(const ast::Need& need) {
  return "needs " + std::string(need.negated ? "not " : "") + need.capability;
}

}  // namespace

std::vector<Field> InputOf(const specs::Operation& operation) {
  std::vector<Field> fields;
  for (const specs::Parameter& parameter : operation.parameters) {
    if (parameter.in == specs::In::kHeader) continue;
    bool there = parameter.required || (parameter.schema && parameter.schema->default_value);
    AddOnce(fields, {parameter.name, FromSchema(parameter.schema), there});
  }
  if (operation.body) {
    for (const specs::Property& property : operation.body->properties) {
      bool there = property.required || (property.schema && property.schema->default_value);
      AddOnce(fields, {property.name, FromSchema(property.schema), there});
    }
  }
  return fields;
}

ProgramLint::ProgramLint(Surroundings& around, const SpecSet& specs, const Routes& routes, const ast::File& file,
                         const ast::Operation& operation, const specs::Operation& served,
                         const std::vector<Field>& elsewhere)
    : around_(around), specs_(specs), routes_(routes), file_(file), operation_(operation), served_(served) {
  const std::string about = "$in " + operation.id;
  flows_.input = RecordOf(InputOf(served));
  flows_.input_reads = std::make_shared<Reads>(about);
  require_reads_ = std::make_shared<Reads>(about);
  TypePtr with_others = flows_.input;
  for (Field field : elsewhere) {
    if (FieldOf(flows_.input, field.name)) continue;
    field.required = false;
    with_others = WithField(with_others, std::move(field));
  }
  AddGivenNames(shape_names_);
  shape_names_["in"] = Named{Value{with_others, false, true, {flows_.input_reads.get()}}, {}};
}

ProgramLint::Walk::Walk(ProgramLint& program, const ast::Variant& which)
    : variant(which), flow(program.around_, program.file_, program.shape_names_, step_names) {
  AddGivenNames(names);
  names["key"] = names["secret"] = Named{Value{Text(), false, true, {}}, {}};
  names["in"] = Named{Value{program.flows_.input, false, true, {program.flows_.input_reads.get()}}, {}};
  for (const ast::Step& step : variant.steps) step_names.insert(step.name);
}

Flows ProgramLint::Run() {
  CheckVariants();
  for (const ast::Variant& variant : operation_.variants) {
    CheckStepNames(variant);
    Walk walk(*this, variant);
    if (variant.when) {
      Scope scope;
      scope.names = &walk.names;
      walk.flow.Test(*variant.when, scope);
      Flow::Assume(*variant.when, scope, true, walk.facts);
    }
    for (const ast::Need& need : variant.needs) walk.facts.insert(NeedFact(need));
    CheckRequirements(walk);
    for (const ast::Step& step : variant.steps) CheckStep(walk, step);
    CheckWrites(variant);
    CheckAnswer(walk);
    CheckUnused(walk);
  }
  return flows_;
}

std::string ProgramLint::Label() const {
  return RouteText(served_);
}

void ProgramLint::CheckVariants() {
  for (std::size_t i = 0; i < operation_.variants.size(); ++i) {
    const ast::Variant& variant = operation_.variants[i];
    bool conditional = variant.when || !variant.needs.empty();
    if (!conditional && i + 1 < operation_.variants.size()) {
      around_.Report(variant.place,
                     "this variant of " + operation_.id +
                         " always applies, so the next is never reached: give it when or needs, or put it last");
    }
  }
}

void ProgramLint::CheckRequirements(Walk& walk) {
  Names names = walk.names;
  names["in"].value.reads = {require_reads_.get()};
  // Shapes used here must not count as keeping anything either.
  std::vector<Reads*> shape_reads = std::exchange(shape_names_["in"].value.reads, {require_reads_.get()});
  Scope scope;
  scope.names = &names;
  for (const ast::Requirement& requirement : walk.variant.require) {
    scope.facts = walk.facts;
    walk.flow.Test(requirement.that, scope);
    CheckOutcome(walk, requirement.otherwise, scope);
    Flow::Assume(requirement.that, scope, true, walk.facts);
  }
  shape_names_["in"].value.reads = std::move(shape_reads);
}

// ---- steps

void ProgramLint::CheckStepNames(const ast::Variant& variant) {
  std::set<std::string> seen;
  for (const ast::Step& step : variant.steps) {
    if (kGivenNames.count(step.name)) {
      around_.Report(step.place, "step " + step.name + " hides $" + step.name + ": choose another name");
    }
    if (around_.face().FindDirectory(step.name)) {
      around_.Report(step.place, "step " + step.name + " hides the directory " + step.name + ": choose another name");
    }
    if (!seen.insert(step.name).second) around_.Report(step.place, "step " + step.name + " is given twice: rename one");
  }
}

bool ProgramLint::MayBecomeMissing(const ast::Step& step) const {
  auto missing = [](const std::vector<ast::ErrorRow>& rows) {
    return std::any_of(rows.begin(), rows.end(), [](const ast::ErrorRow& row) { return row.outcome.missing; });
  };
  const ast::File* shared = around_.face().Shared();
  return missing(step.errors) || missing(file_.errors) || (shared && missing(shared->errors));
}

void ProgramLint::CheckStep(Walk& walk, const ast::Step& step) {
  Scope scope;
  scope.names = &walk.names;
  scope.facts = walk.facts;
  Named named;
  for (const ast::Need& need : step.needs) {
    named.when.push_back(NeedFact(need));
    scope.facts.insert(NeedFact(need));
  }
  if (step.when) {
    walk.flow.Test(*step.when, scope);
    Conditions(*step.when, scope, named.when);
    Flow::Assume(*step.when, scope, true, scope.facts);
  }
  Value list;
  Scope inside = scope;
  if (step.each) {
    list = walk.flow.Of(*step.each, scope);
    bool bounded = list.type->Only(kRecord) || step.kind != ast::StepKind::kCall || walk.variant.limit <= kCallLimit;
    if (!bounded) {
      around_.Report(step.place, "step " + step.name + ": one call per item of an unbounded list: set limit (" +
                                     std::to_string(kCallLimit) + " at most) or use a directory");
    }
    Value item = list;
    if (list.type->Is(kList)) item.type = ItemsOf(list.type);
    item.missing = false;
    inside = walk.flow.Within(scope, item);
  }

  Value result = StepResult(walk, step, inside);
  if (step.take) result = walk.flow.Of(*step.take, walk.flow.Within(inside, result));
  if (step.kind == ast::StepKind::kCall && MayBecomeMissing(step)) result.missing = true;
  if (step.otherwise) {
    CheckOutcome(walk, *step.otherwise, inside);
    if (!step.otherwise->missing) result.missing = false;
  }
  for (const ast::ErrorRow& row : step.errors) CheckOutcome(walk, row.outcome, inside);
  AddLookups(walk, step, result);
  if (step.each) Attach(walk, step, list, result);
  named.value = result;
  walk.names[step.name] = std::move(named);
  if (step.undo) CheckUndo(walk, step, scope);
}

Value ProgramLint::StepResult(Walk& walk, const ast::Step& step, const Scope& scope) {
  switch (step.kind) {
    case ast::StepKind::kCall:
      return CallResult(walk, step, scope);
    case ast::StepKind::kRead:
      return ReadResult(walk, step, scope);
    case ast::StepKind::kValue:
      return walk.flow.Build(step.value, scope, nullptr);
  }
  return {};
}

Value ProgramLint::CallResult(Walk& walk, const ast::Step& step, const Scope& scope) {
  const specs::Operation* route = CheckCall(walk, step.call, scope, !step.all.empty());
  if (!route) return {};
  auto reads = std::make_shared<Reads>(route->id);
  Value result{FromSchema(route->Success()), false, true, {reads.get()}};
  flows_.called.push_back({route, &routes_.SpecOf(step.call).noise, reads});
  if (step.all.empty()) return result;
  if (route->list_member != step.all) {
    around_.Report(step.place, route->id + (route->list_member.empty() ? " is not paged: use take instead of all"
                                                                       : " pages through " + route->list_member +
                                                                             ", not through " + step.all));
    return {};
  }
  std::optional<Field> list = FieldOf(result.type, step.all);
  return Value{list ? list->type : Anything(), false, true, {reads->Member(step.all)}};
}

Value ProgramLint::ReadResult(Walk& walk, const ast::Step& step, const Scope& scope) {
  const specs::Operation* target = specs_.face.Find(step.read);
  bool mapped = false;
  for (const ast::File& file : around_.face().files) {
    for (const ast::Operation& operation : file.operations) mapped = mapped || operation.id == step.read;
  }
  if (!target || !mapped) {
    std::vector<std::string> names;
    for (const ast::File& file : around_.face().files) {
      for (const ast::Operation& operation : file.operations) names.push_back(operation.id);
    }
    around_.Report(step.place, "no mapped operation is called " + step.read + Hint(step.read, names, "there are"));
    return {};
  }
  if (target->effect != specs::Effect::kRead) {
    around_.Report(step.place, step.read + " is no reading operation: only those can be read");
  }
  TypePtr input = RecordOf(InputOf(*target));
  for (const ast::Member& member : step.with) {
    Value value = walk.flow.Build(member.value, scope, nullptr);
    Flow::Consume(value);
    std::optional<Field> field = FieldOf(input, member.name);
    if (!field) {
      around_.Report(member.place,
                     member.name + " is no parameter of " + step.read + Hint(member.name, FieldNames(input)));
    } else if (value.type->kinds != kAnyKind && (value.type->kinds & field->type->kinds) == 0) {
      std::string advice = Advice(value.type->kinds, field->type->kinds);
      around_.Report(member.place, member.name + " of " + step.read + " is " + Describe(field->type->kinds) +
                                       ", the value is " + Describe(value.type->kinds) +
                                       (advice.empty() ? "" : ": " + advice));
    }
  }
  for (const std::string& name : FieldNames(input)) {
    std::optional<Field> field = FieldOf(input, name);
    const specs::Parameter* parameter = target->FindParameter(name);
    bool given =
        std::any_of(step.with.begin(), step.with.end(), [&](const ast::Member& member) { return member.name == name; });
    if (!given && parameter && parameter->required) {
      around_.Report(step.place, step.read + " needs " + name + ": set it in with");
    }
  }
  return Value{FromSchema(target->Success()), false, true, {}};
}

// `for` puts the result into the item under the step's name.
void ProgramLint::Attach(Walk& walk, const ast::Step& step, const Value& list, const Value& result) {
  Flow::Consume(result);
  const ast::Expr& source = *step.each;
  auto found =
      source.kind == ast::ExprKind::kName && source.path.empty() ? walk.names.find(source.name) : walk.names.end();
  if (found == walk.names.end()) return;
  bool sure = !result.missing && !step.when && step.needs.empty();
  Field field{step.name, result.type, sure};
  TypePtr& type = found->second.value.type;
  type = list.type->Is(kList) ? ListOf(WithField(ItemsOf(list.type), std::move(field)))
                              : WithField(list.type, std::move(field));
}

void ProgramLint::AddLookups(Walk& walk, const ast::Step& step, const Value& result) {
  if (step.keys.empty()) return;
  if (!result.type->Is(kList)) {
    around_.Report(step.place, "step " + step.name + " has keys, but its value is " + Describe(result.type->kinds) +
                                   ": only the items of a list can be looked up");
    return;
  }
  Value row = result;
  row.type = ItemsOf(result.type);
  row.missing = true;
  for (const std::string& key : step.keys) {
    if (!FieldOf(row.type, key)) {
      around_.Report(step.place, "items of step " + step.name + " have no member \"" + key + "\"" +
                                     Hint(key, FieldNames(row.type)));
    }
    for (Reads* reads : result.reads) reads->Member(key)->Mark();
    walk.flow.lookups[step.name + ".by_" + key] = row;
  }
}

void ProgramLint::CheckUnused(Walk& walk) {
  for (const ast::Step& step : walk.variant.steps) {
    if (IsWrite(step) || step.each) continue;
    auto found = walk.names.find(step.name);
    bool used = found != walk.names.end() && around_.Used(&found->second);
    for (const std::string& key : step.keys) {
      auto lookup = walk.flow.lookups.find(step.name + ".by_" + key);
      used = used || (lookup != walk.flow.lookups.end() && around_.Used(&lookup->second));
    }
    // What must be there, and fails the request when it is not, is used by being asked for.
    if (!used && !step.otherwise) around_.Report(step.place, "step " + step.name + " is never used: remove it");
  }
}

// ---- writes

bool ProgramLint::IsWrite(const ast::Step& step) const {
  if (step.kind != ast::StepKind::kCall) return false;
  const specs::Operation* route = routes_.Find(step.call);
  return route && route->effect == specs::Effect::kWrite;
}

void ProgramLint::CheckWrites(const ast::Variant& variant) {
  std::vector<const ast::Step*> writes;
  for (const ast::Step& step : variant.steps) {
    if (IsWrite(step)) {
      writes.push_back(&step);
    } else if (step.undo) {
      around_.Report(step.place, "step " + step.name + " writes nothing: remove its undo");
    } else if (!step.stays.empty()) {
      around_.Report(step.place, "step " + step.name + " writes nothing: remove its stays");
    }
  }
  for (std::size_t i = 0; i + 1 < writes.size(); ++i) {
    if (writes[i]->undo || !writes[i]->stays.empty()) continue;
    around_.Report(writes[i]->place,
                   "step " + writes[i]->name + " writes before " + writes[i + 1]->name +
                       " and has neither undo nor stays: say how to take it back, or why it may stay");
  }
  if (!writes.empty() && served_.effect == specs::Effect::kRead) {
    around_.Report(writes[0]->place, "step " + writes[0]->name + " writes, and " + operation_.id + " only reads");
  }
}

void ProgramLint::CheckUndo(Walk& walk, const ast::Step& step, const Scope& scope) {
  Scope after = scope;
  after.facts.insert("$" + step.name);
  if (step.undo->when) {
    walk.flow.Test(*step.undo->when, after);
    Flow::Assume(*step.undo->when, after, true, after.facts);
  }
  const specs::Operation* route = CheckCall(walk, step.undo->call, after, false);
  if (route && route->effect != specs::Effect::kWrite) {
    around_.Report(step.undo->place, "the undo of " + step.name + " writes nothing: " + route->id + " only reads");
  }
}

// ---- calls

const specs::Operation* ProgramLint::CheckCall(Walk& walk, const ast::Call& call, const Scope& scope, bool paged) {
  Flow::Consume(walk.flow.Of(call.path, scope));
  const specs::Operation* route = routes_.Find(call);
  if (!route) {
    around_.Report(call.place, std::string(call.local() ? "no local route " : "no backend route ") +
                                   std::string(http::NameOf(call.method)) + " " + call.target + routes_.Hint(call));
    return nullptr;
  }
  CheckQuery(walk, call, *route, scope, paged);
  CheckBody(walk, call, *route, scope);
  return route;
}

void ProgramLint::CheckQuery(Walk& walk, const ast::Call& call, const specs::Operation& route, const Scope& scope,
                             bool paged) {
  specs::Schema schema;
  schema.type = specs::Type::kObject;
  schema.additional_properties = false;
  for (const specs::Parameter& parameter : route.parameters) {
    if (parameter.in != specs::In::kQuery) continue;
    if (paged && (parameter.name == "offset" || parameter.name == "count")) continue;
    schema.properties.push_back({parameter.name, parameter.schema, parameter.required});
  }
  Target target{route.id, false, nullptr};
  if (!call.query) {
    for (const specs::Property& property : schema.properties) {
      if (property.required) around_.Report(call.place, route.id + " needs " + property.name + ": set it in query");
    }
    return;
  }
  if (schema.properties.empty()) {
    around_.Report(call.query->place, route.id + " takes no query: remove it");
    return;
  }
  Sink sink{std::make_shared<const specs::Schema>(std::move(schema)), {}, &target};
  walk.flow.Build(*call.query, scope, &sink);
}

void ProgramLint::CheckBody(Walk& walk, const ast::Call& call, const specs::Operation& route, const Scope& scope) {
  if (call.body && !route.body) {
    around_.Report(call.body->place, route.id + " takes no body: remove it");
    return;
  }
  Target target{route.id, false, nullptr};
  if (call.body) {
    Sink sink{route.body, {}, &target};
    walk.flow.Build(*call.body, scope, &sink);
    return;
  }
  if (!route.body) return;
  for (const specs::Property& property : route.body->properties) {
    if (property.required) around_.Report(call.place, route.id + " needs " + property.name + ": set it in body");
  }
}

// ---- answers

void ProgramLint::CheckAnswer(Walk& walk) {
  if (!walk.variant.answer) {
    if (served_.Success()) around_.Report(walk.variant.place, operation_.id + " has no answer: add answer");
    return;
  }
  Scope scope;
  scope.names = &walk.names;
  scope.facts = walk.facts;
  Target target{Label(), true, &flows_.writers};
  Sink sink{served_.Success(), {}, &target};
  Value answer = walk.flow.Build(*walk.variant.answer, scope, &sink);
  if (answer.missing) {
    around_.Report(walk.variant.answer->place, "the answer of " + operation_.id + " may be missing: add else");
  }
}

void ProgramLint::CheckOutcome(Walk& walk, const ast::Outcome& outcome, const Scope& scope) {
  walk.flow.Of(outcome.text, scope);
  if (!outcome.missing && (outcome.status < 400 || outcome.status > 599)) {
    around_.Report(outcome.place, "an outcome begins with a status from 400 to 599, or is missing");
  }
}

}  // namespace parley::mapping::lint
