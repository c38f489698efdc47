#include "mapping/compile.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "base/text.h"
#include "mapping/mentions.h"
#include "mapping/program.h"
#include "mapping/tree_compiler.h"
#include "routing/route_table.h"

namespace parley::mapping {
namespace {

// ---- calls
// ------------------------------------------------------------------------------------------------------------

// "livechat/department/{}": holes without their contents.
std::string Label(const ast::Call& call) {
  std::string label(http::NameOf(call.method));
  label += ' ';
  for (const ast::TemplatePart& part : call.path) label += part.hole ? "{}" : part.text;
  return label;
}

std::string Written(const ast::Call& call) {
  return std::string(http::NameOf(call.method)) + " " + call.target;
}

// The query parameters of an operation as the members of an object.
specs::SchemaPtr QuerySchema(const specs::Operation* operation) {
  if (operation == nullptr) return nullptr;
  auto schema = std::make_shared<specs::Schema>();
  schema->type = specs::Type::kObject;
  schema->additional_properties = false;
  for (const specs::Parameter& parameter : operation->parameters)
    if (parameter.in == specs::In::kQuery) schema->properties.push_back({parameter.name, parameter.schema, false});
  return schema;
}

// ---- one variant
// ------------------------------------------------------------------------------------------------------

class VariantCompiler {
 public:
  VariantCompiler(const ast::Face& face, const ast::File& file, const ast::Variant& variant,
                  const specs::Operation& operation, const routing::RouteTable& routes, Problems& problems)
      : face_(face),
        file_(file),
        variant_(variant),
        operation_(operation),
        routes_(routes),
        problems_(problems),
        code_(std::make_unique<VariantCode>()),
        trees_(face, file, &operation, code_->pool, problems) {}

  // The step whose items one `each` streams; null: none. `why_not` says why.
  void Stream(const ast::Step* step) {
    streamed_ = step;
    if (step == nullptr) return;
    code_->rows.list = step->all.empty() ? step->take->path.front() : step->all;
    if (!step->all.empty()) code_->rows.Slot({"_id"});  // repeated items are told by it
    trees_.Stream(step->name, &code_->rows);
  }

  std::unique_ptr<VariantCode> Compile() {
    const Scope scope;
    for (const ast::Need& need : variant_.needs) code_->needs.emplace_back(need.capability, need.negated);
    if (variant_.when) code_->when = trees_.Compile(*variant_.when, scope.Lenient());
    for (const ast::Requirement& requirement : variant_.require)
      code_->require.push_back({trees_.Compile(requirement.that, scope.Lenient()), Outcome(requirement.otherwise)});
    for (const ast::Step& step : variant_.steps) code_->steps.push_back(Step(step));
    MakeWaves();
    if (variant_.answer) code_->answer = trees_.Compile(*variant_.answer, scope, operation_.Success(), true);
    code_->deadline = variant_.deadline;
    code_->limit = variant_.limit;
    code_->parallel = variant_.parallel;
    return std::move(code_);
  }

  const std::string& stream_failure() const { return trees_.stream_failure(); }

 private:
  OutcomeCode Outcome(const ast::Outcome& outcome, const Scope& scope = {}) {
    OutcomeCode code{outcome.missing, outcome.status, kNoNode, {}};
    if (!outcome.text.empty()) code.text = trees_.Compile(outcome.text, scope, outcome.place);
    return code;
  }

  CallCode Call(const ast::Call& call, const Scope& scope) {
    CallCode code;
    code.method = call.method;
    code.local = call.local();
    code.label = Label(call);
    const auto match = routes_.FindOperation(call.method, call.target);
    code.operation = match ? match->operation : nullptr;
    code.write =
        code.operation != nullptr ? code.operation->effect == specs::Effect::kWrite : call.method != http::Method::kGet;
    code.client_body = call.body && Count(MentionsOf(*call.body), "in") > 0;
    code.path = trees_.CompileParts(call.path, scope, call.place);
    if (call.query) code.query = trees_.Compile(*call.query, scope, QuerySchema(code.operation), false);
    if (call.body)
      code.body = trees_.Compile(*call.body, scope, code.operation ? code.operation->body : nullptr, false);
    return code;
  }

  StepCode Step(const ast::Step& step) {
    StepCode code;
    code.name = step.name;
    code.place = std::string(step.place.File()) + ":" + std::to_string(step.place.line);
    for (const ast::Need& need : step.needs) code.needs.emplace_back(need.capability, need.negated);
    Scope scope;
    if (step.each) {
      code.each = trees_.Compile(*step.each, scope);
      scope = scope.Item(std::nullopt);
    }
    if (step.otherwise) code.otherwise = Outcome(*step.otherwise, scope);
    if (step.when) code.when = trees_.Compile(*step.when, scope.Lenient());
    Kind(step, step.otherwise ? scope.Lenient() : scope, scope, code);
    code.streamed = &step == streamed_;
    if (step.take && !code.streamed) code.take = trees_.Compile(*step.take, scope.Item(std::nullopt));
    for (const ast::ErrorRow& row : step.errors) code.errors.push_back({row.key, Outcome(row.outcome, scope)});
    code.slot = trees_.Declare(step.name);
    for (const std::string& key : step.keys) trees_.DeclareLookup(step.name, key);
    // An undo may use what its step answered.
    if (step.undo) code.undo = Undo(step, scope);
    return code;
  }

  void Kind(const ast::Step& step, const Scope& value_scope, const Scope& scope, StepCode& code) {
    switch (step.kind) {
      case ast::StepKind::kCall:
        code.kind = StepKind::kCall;
        code.all = step.all;
        code.call = Call(step.call, scope);
        break;
      case ast::StepKind::kValue:
        code.kind = StepKind::kValue;
        code.value = trees_.Compile(step.value, value_scope, nullptr, false);
        break;
      case ast::StepKind::kRead:
        code.kind = StepKind::kRead;
        code.read_id = step.read;
        code.value = trees_.CompileMembers(step.with, scope, step.place);
        break;
    }
  }

  UndoCode Undo(const ast::Step& step, const Scope& scope) {
    UndoCode code;
    if (step.undo->when) code.when = trees_.Compile(*step.undo->when, scope.Lenient());
    code.call = Call(step.undo->call, scope);
    Mentions mentions = MentionsOf(step.undo->call);
    if (step.undo->when) Collect(*step.undo->when, mentions);
    code.needs_answer = Count(mentions, step.name) > 0;
    return code;
  }

  // Neighbouring reads that do not mention each other run together; a write runs alone. A step with `for` changes the
  // items it goes through, so it does not share a wave with what mentions the same names.
  void MakeWaves() {
    Mentions in_wave;   // names of the wave's steps, and what its `for` steps go through
    bool open = false;  // the last wave takes further reads
    for (std::uint32_t i = 0; i < code_->steps.size(); ++i) {
      const ast::Step& step = variant_.steps[i];
      const bool write = code_->steps[i].call.write;
      Mentions mentions = MentionsOf(step);
      const bool depends = std::any_of(mentions.begin(), mentions.end(),
                                       [&](const std::string& name) { return Count(in_wave, name) > 0; });
      const bool joins = open && !write && !depends && !step.each;
      if (!joins) {
        code_->waves.emplace_back();
        in_wave.clear();
      }
      code_->waves.back().push_back(i);
      in_wave.push_back(step.name);
      if (step.each) Collect(*step.each, in_wave);
      open = !write;
      if (write) code_->last_write = code_->waves.size();
    }
  }

  const ast::Face& face_;
  const ast::File& file_;
  const ast::Variant& variant_;
  const specs::Operation& operation_;
  const routing::RouteTable& routes_;
  Problems& problems_;
  std::unique_ptr<VariantCode> code_;
  TreeCompiler trees_;
  const ast::Step* streamed_ = nullptr;
};

// ---- streaming
// --------------------------------------------------------------------------------------------------------

void FindEaches(const ast::Tree& tree, std::vector<const ast::Tree*>& eaches) {
  if (tree.kind == ast::TreeKind::kEach) eaches.push_back(&tree);
  for (const ast::Member& member : tree.members) FindEaches(member.value, eaches);
  for (const ast::Tree& item : tree.items) FindEaches(item, eaches);
}

// The `$name` below any number of `where`; null when it is anything else.
const ast::Expr* SourceOf(const ast::Expr& expr) {
  const ast::Expr* source = &expr;
  while (source->kind == ast::ExprKind::kApply && source->name == "where") source = &source->operands[0];
  return source->kind == ast::ExprKind::kName && source->path.empty() ? source : nullptr;
}

// Empty when the items of `step` can be read straight into slots; else why not.
std::string WhyNotStreamed(const ast::Step& step, const ast::Variant& variant) {
  const bool takes_list = step.take && step.take->kind == ast::ExprKind::kPath && step.take->path.size() == 1;
  if (step.kind != ast::StepKind::kCall || (step.all.empty() ? !takes_list : step.take.has_value()))
    return "$" + step.name + " is no list as it comes";
  if (step.each) return "$" + step.name + " is called once per item";
  if (!step.keys.empty()) return "$" + step.name + " is looked up by key";
  if (step.otherwise) return "$" + step.name + " may be missing";
  if (Count(MentionsOf(variant), step.name) != 1) return "$" + step.name + " is used in several places";
  std::vector<const ast::Tree*> eaches;
  if (variant.answer) FindEaches(*variant.answer, eaches);
  for (const ast::Tree* each : eaches) {
    const ast::Expr* source = SourceOf(each->expr);
    if (source != nullptr && source->name == step.name) return {};
  }
  return "$" + step.name + " is not the list of an each in the answer";
}

// The step to stream, or null and the reason.
const ast::Step* FindStreamed(const ast::Variant& variant, std::string& why_not) {
  why_not = "no step calls for a list";
  for (const ast::Step& step : variant.steps) {
    std::string why = WhyNotStreamed(step, variant);
    if (why.empty()) return &step;
    if (!step.all.empty()) why_not = std::move(why);
  }
  return nullptr;
}

// ---- explain
// ----------------------------------------------------------------------------------------------------------

PlannedStep Describe(const ast::Step& step, const StepCode& code) {
  PlannedStep planned;
  planned.name = step.name;
  planned.what = "value";
  if (step.kind == ast::StepKind::kCall) planned.what = Written(step.call);
  if (step.kind == ast::StepKind::kRead) planned.what = "read " + step.read;
  planned.write = code.call.write;
  planned.local = step.kind == ast::StepKind::kCall && code.call.local;
  planned.conditional = step.when.has_value() || !step.needs.empty();
  planned.repeated = step.each.has_value();
  planned.paged = !step.all.empty();
  if (step.undo) planned.undo = Written(step.undo->call);
  planned.stays = step.stays;
  planned.operation = code.call.operation;
  return planned;
}

PlannedVariant Describe(const ast::Variant& variant, const VariantCode& code, std::string plan) {
  PlannedVariant planned;
  for (const ast::Need& need : variant.needs) planned.needs.push_back((need.negated ? "not " : "") + need.capability);
  if (variant.when) planned.when = variant.when->text;
  planned.reads_directory = code.pool.uses_directory;
  for (const auto& wave : code.waves) {
    planned.waves.emplace_back();
    for (const std::uint32_t step : wave)
      planned.waves.back().push_back(Describe(variant.steps[step], code.steps[step]));
  }
  planned.plan = std::move(plan);
  return planned;
}

// ---- operations
// -------------------------------------------------------------------------------------------------------

class FaceCompiler {
 public:
  FaceCompiler(const ast::Face& face, const SpecSet& specs, const LossesByOperation& losses, Problems& problems,
               const CompileOptions& options)
      : face_(face), specs_(specs), losses_(losses), problems_(problems), options_(options) {
    Problems route_problems;  // of the specs, which their loader reports
    routes_ = routing::RouteTable::Build({&specs.backend, &specs.local}, {}, route_problems);
  }

  std::vector<std::unique_ptr<const Program>> Compile() {
    for (const ast::File& file : face_.files)
      for (const ast::Operation& operation : file.operations) CompileOperation(file, operation);
    LinkReads();
    std::vector<std::unique_ptr<const Program>> programs;
    for (auto& [id, program] : programs_) programs.push_back(std::move(program));
    return programs;
  }

 private:
  void CompileOperation(const ast::File& file, const ast::Operation& source) {
    const specs::Operation* operation = specs_.face.Find(source.id);
    if (operation == nullptr) {
      ast::Report(problems_, source.place, "operation " + source.id + " is not in the spec");
      return;
    }
    if (programs_.count(source.id) != 0) {
      ast::Report(problems_, source.place, "operation " + source.id + " is mapped twice: remove one");
      return;
    }
    auto code = std::make_unique<Code>();
    code->operation = operation;
    code->file = std::string(source.place.File());
    code->line = source.place.line;
    code->resource = file.resource.empty() ? "resource" : file.resource;
    code->file_errors = Errors(file.errors);
    if (face_.Shared() != nullptr && face_.Shared() != &file) code->shared_errors = Errors(face_.Shared()->errors);
    if (const auto losses = losses_.find(source.id); losses != losses_.end()) code->losses = losses->second;
    for (const ast::Variant& variant : source.variants) AddVariant(file, variant, *operation, *code);
    codes_[source.id] = code.get();
    programs_[source.id] = std::make_unique<const Program>(std::move(code));
  }

  // Outcomes of files stand outside every program: their texts are fixed.
  ErrorTable Errors(const std::vector<ast::ErrorRow>& rows) {
    ErrorTable table;
    for (const ast::ErrorRow& row : rows) {
      OutcomeCode outcome{row.outcome.missing, row.outcome.status, kNoNode, {}};
      for (const ast::TemplatePart& part : row.outcome.text) {
        if (part.hole)
          ast::Report(problems_, row.place, "an outcome of a whole file has no holes: use the step's errors");
        outcome.fixed_text += part.text;
      }
      table.push_back({row.key, std::move(outcome)});
    }
    return table;
  }

  void AddVariant(const ast::File& file, const ast::Variant& variant, const specs::Operation& operation, Code& code) {
    std::string why_not;
    const ast::Step* streamed = options_.stream ? FindStreamed(variant, why_not) : nullptr;
    if (streamed != nullptr) {
      Problems problems;
      VariantCompiler compiler(face_, file, variant, operation, routes_, problems);
      compiler.Stream(streamed);
      auto compiled = compiler.Compile();
      why_not = compiler.stream_failure();
      if (why_not.empty()) {
        problems_.Append(problems);
        code.plans.push_back(Describe(variant, *compiled, "stream of $" + streamed->name));
        code.variants.push_back(std::move(compiled));
        return;
      }
    }
    VariantCompiler compiler(face_, file, variant, operation, routes_, problems_);
    auto compiled = compiler.Compile();
    code.plans.push_back(Describe(variant, *compiled, "tree: " + why_not));
    code.variants.push_back(std::move(compiled));
  }

  // `read:` steps name other GET operations; a circle would never end.
  void LinkReads() {
    for (auto& [id, code] : codes_)
      for (auto& variant : code->variants)
        for (StepCode& step : variant->steps)
          if (step.kind == StepKind::kRead) Link(id, *code, step);
    for (auto& [id, code] : codes_) {
      std::vector<std::string> path;
      FollowReads(id, path);
    }
  }

  void Link(const std::string& id, const Code& code, StepCode& step) {
    const auto program = programs_.find(step.read_id);
    if (program == programs_.end()) {
      problems_.Add(code.file, code.line,
                    id + ": step " + step.name + " reads " + step.read_id + ", which no mapping serves");
      return;
    }
    if (program->second->face_operation().method != http::Method::kGet)
      problems_.Add(code.file, code.line, id + ": step " + step.name + " reads " + step.read_id + ", which is no GET");
    step.read = program->second.get();
  }

  void FollowReads(const std::string& id, std::vector<std::string>& path) {
    if (std::find(path.begin(), path.end(), id) != path.end()) {
      if (path.front() != id) return;  // reported where the circle begins
      const Code& code = *codes_.at(id);
      problems_.Add(code.file, code.line, "operation " + id + " reads itself: " + Join(path, " > ") + " > " + id);
      return;
    }
    const auto code = codes_.find(id);
    if (code == codes_.end()) return;
    path.push_back(id);
    for (const auto& variant : code->second->variants)
      for (const StepCode& step : variant->steps)
        if (step.kind == StepKind::kRead) FollowReads(step.read_id, path);
    path.pop_back();
  }

  const ast::Face& face_;
  const SpecSet& specs_;
  const LossesByOperation& losses_;
  Problems& problems_;
  const CompileOptions& options_;
  routing::RouteTable routes_;
  std::map<std::string, std::unique_ptr<const Program>> programs_;
  std::map<std::string, Code*> codes_;
};

}  // namespace

std::vector<std::unique_ptr<const Program>> Compile(const ast::Face& face, const SpecSet& specs,
                                                    const LossesByOperation& losses, Problems& problems,
                                                    const CompileOptions& options) {
  return FaceCompiler(face, specs, losses, problems, options).Compile();
}

}  // namespace parley::mapping
