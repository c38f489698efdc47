#include "mapping/mapping.h"

#include <algorithm>
#include <utility>

#include "mapping/compile.h"
#include "mapping/lint.h"
#include "mapping/loader.h"
#include "mapping/program.h"

namespace parley::mapping {

std::string_view NameOf(LossKind kind) {
  switch (kind) {
    case LossKind::kNotKept:
      return "not_kept";
    case LossKind::kMadeUp:
      return "made_up";
    case LossKind::kNotShown:
      return "not_shown";
  }
  return "not_kept";
}

Program::Program(std::unique_ptr<const Code> code) : code_(std::move(code)) {}
Program::~Program() = default;

const std::string& Program::operation() const {
  return code_->operation->id;
}
const specs::Operation& Program::face_operation() const {
  return *code_->operation;
}
const std::string& Program::file() const {
  return code_->file;
}
int Program::line() const {
  return code_->line;
}
const std::vector<Loss>& Program::losses() const {
  return code_->losses;
}
const std::vector<PlannedVariant>& Program::variants() const {
  return code_->plans;
}

bool Program::asks_capabilities() const {
  const auto step_asks = [](const StepCode& step) {
    return !step.needs.empty() || (step.read != nullptr && step.read->asks_capabilities());
  };
  return std::any_of(code_->variants.begin(), code_->variants.end(), [&](const auto& variant) {
    return !variant->needs.empty() || std::any_of(variant->steps.begin(), variant->steps.end(), step_asks);
  });
}

Catalog::Catalog(std::vector<std::unique_ptr<const Program>> programs) : programs_(std::move(programs)) {}
Catalog::~Catalog() = default;

const Program* Catalog::Find(std::string_view operation_id) const {
  const auto found = std::lower_bound(
      programs_.begin(), programs_.end(), operation_id,
      [](const std::unique_ptr<const Program>& program, std::string_view id) { return program->operation() < id; });
  return found == programs_.end() || (*found)->operation() != operation_id ? nullptr : found->get();
}

std::shared_ptr<const Catalog> Load(const std::filesystem::path& directory, const SpecSet& specs, Problems& problems) {
  const std::size_t before = problems.size();
  const ast::Face face = LoadFace(directory, problems);
  const LossesByOperation losses = Lint(face, specs, problems);
  // What the lint found makes the compiler stumble as well: each mistake is told once.
  if (problems.size() != before) return nullptr;
  auto programs = Compile(face, specs, losses, problems);
  if (problems.size() != before) return nullptr;
  return std::make_shared<const Catalog>(std::move(programs));
}

}  // namespace parley::mapping
