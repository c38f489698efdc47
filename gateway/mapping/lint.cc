#include "mapping/lint.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mapping/lint_flow.h"
#include "mapping/lint_program.h"
#include "mapping/losses.h"
#include "mapping/types_functions.h"

namespace parley::mapping {
namespace {

using namespace lint;

std::string Route(const specs::Operation& operation) {
  return std::string(http::NameOf(operation.method)) + " " + operation.path;
}

// ---- names

void CheckName(Surroundings& around, const ast::File& file, const std::string& name, const ast::Place& place,
               std::set<std::string>& seen) {
  if (FindFunctionRule(name)) around.Report(place, name + " is a function: choose another name");
  if (!seen.insert(name).second) around.Report(place, name + " is given twice: rename one");
  const ast::File* shared = around.face().Shared();
  if (!file.shared && shared && (shared->FindShape(name) || shared->FindTable(name))) {
    around.Report(place, name + " is given in _shared.yaml too: rename one");
  }
}

void CheckNames(Surroundings& around, const ast::File& file) {
  std::set<std::string> seen;
  for (const ast::Shape& shape : file.shapes) CheckName(around, file, shape.name, shape.place, seen);
  for (const ast::Table& table : file.tables) CheckName(around, file, table.name, table.place, seen);
}

void CheckTables(Surroundings& around, const ast::File& file) {
  for (const ast::Table& table : file.tables) {
    std::vector<Json> seen;
    for (const ast::TableRow& row : table.rows) {
      if (row.rest) continue;
      if (std::find(seen.begin(), seen.end(), row.from) != seen.end()) {
        around.Report(row.place,
                      "table " + table.name + " gives " + Print(row.from) + " twice: the second is never used");
      }
      seen.push_back(row.from);
    }
  }
}

void CheckDirectories(Surroundings& around, const ast::File& file) {
  static const std::vector<std::string> kSources = {"agents", "departments", "memberships"};
  for (const ast::Directory& directory : file.directories) {
    if (std::find(kSources.begin(), kSources.end(), directory.from) == kSources.end()) {
      around.Report(directory.place, "directory " + directory.name + " is from \"" + directory.from +
                                         "\", which no backend offers" + Hint(directory.from, kSources, "there are"));
      continue;
    }
    const std::vector<std::string> columns = ColumnsOf(directory);
    for (const std::string& key : directory.keys) {
      if (std::find(columns.begin(), columns.end(), key) == columns.end()) {
        around.Report(directory.place,
                      "rows of " + directory.from + " have no member \"" + key + "\"" + Hint(key, columns));
      }
    }
    if (directory.from == "memberships" && directory.by != "department") {
      around.Report(directory.place, "memberships are kept by department: write by: department");
    } else if (directory.from != "memberships" && !directory.by.empty()) {
      around.Report(directory.place, directory.from + " are one list: write keys instead of by");
    }
  }
}

void CheckUnused(Surroundings& around, const ast::File& file) {
  for (const ast::Shape& shape : file.shapes) {
    if (!around.Used(&shape)) around.Report(shape.place, "shape " + shape.name + " is never used: remove it");
  }
  for (const ast::Table& table : file.tables) {
    if (!around.Used(&table)) around.Report(table.place, "table " + table.name + " is never used: remove it");
  }
  for (const ast::Directory& directory : file.directories) {
    if (!around.Used(&directory)) {
      around.Report(directory.place, "directory " + directory.name + " is never used: remove it");
    }
  }
}

// ---- operations

// Parameters of every operation the face maps, without those that mean different things in different operations.
std::vector<Field> AllInputs(const ast::Face& face, const specs::Spec& spec) {
  std::vector<Field> all;
  for (const ast::File& file : face.files) {
    for (const ast::Operation& operation : file.operations) {
      const specs::Operation* served = spec.Find(operation.id);
      if (!served) continue;
      for (Field& field : InputOf(*served)) {
        auto same = std::find_if(all.begin(), all.end(), [&](const Field& other) { return other.name == field.name; });
        if (same == all.end()) {
          all.push_back(std::move(field));
        } else if (same->type->kinds != field.type->kinds) {
          same->type = Anything();
        }
      }
    }
  }
  return all;
}

// `read` steps must not lead back to where they started.
void CheckCycles(Surroundings& around) {
  std::map<std::string, const ast::Operation*> operations;
  for (const ast::File& file : around.face().files) {
    for (const ast::Operation& operation : file.operations) operations[operation.id] = &operation;
  }
  for (const auto& [id, operation] : operations) {
    std::vector<std::string> open = {id};
    std::set<std::string> seen;
    while (!open.empty()) {
      const std::string next = open.back();
      open.pop_back();
      auto found = operations.find(next);
      if (found == operations.end() || !seen.insert(next).second) continue;
      for (const ast::Variant& variant : found->second->variants) {
        for (const ast::Step& step : variant.steps) {
          if (step.kind != ast::StepKind::kRead) continue;
          if (step.read == id) around.Report(step.place, id + " reads itself, through " + next + ": break the circle");
          open.push_back(step.read);
        }
      }
    }
  }
}

class FaceLint {
 public:
  FaceLint(const ast::Face& face, const SpecSet& specs, Problems& problems)
      : face_(face), specs_(specs), routes_(specs), around_(face, problems), inputs_(AllInputs(face, specs.face)) {
    for (const specs::Operation& operation : specs.face.operations) known_.push_back(operation.id);
  }

  LossesByOperation Run() {
    for (const ast::File& file : face_.files) {
      CheckNames(around_, file);
      CheckTables(around_, file);
      CheckDirectories(around_, file);
      CheckOperations(file);
    }
    CheckCycles(around_);
    for (const ast::File& file : face_.files) CheckUnused(around_, file);
    return std::move(losses_);
  }

 private:
  void CheckOperations(const ast::File& file) {
    InheritedUse inherited_used;
    for (const ast::Operation& operation : file.operations) {
      const specs::Operation* served = specs_.face.Find(operation.id);
      if (!served) {
        around_.Report(operation.place,
                       "operation " + operation.id + " is not in the spec" + Hint(operation.id, known_, "there are"));
        continue;
      }
      if (!mapped_.insert(operation.id).second) {
        around_.Report(operation.place, "operation " + operation.id + " is mapped twice: remove one");
        continue;
      }
      ProgramLint program(around_, specs_, routes_, file, operation, *served, inputs_);
      Flows flows = program.Run();
      if (served->effect != specs::Effect::kRead) flows.called.clear();
      losses_[operation.id] = CheckLosses(operation, Route(*served), file, ComputeLosses(flows, specs_.face.noise),
                                          inherited_used, around_);
    }
    for (const ast::Loss& loss : file.loses) {
      for (const std::string& name : NamesOf(loss)) {
        if (inherited_used[&loss].count(name)) continue;
        around_.Report(loss.place, name + " is declared as lost, but no operation of this file loses it: remove it");
      }
    }
  }

  const ast::Face& face_;
  const SpecSet& specs_;
  Routes routes_;
  Surroundings around_;
  std::vector<Field> inputs_;
  std::vector<std::string> known_;
  std::set<std::string> mapped_;
  LossesByOperation losses_;
};

}  // namespace

LossesByOperation Lint(const ast::Face& face, const SpecSet& specs, Problems& problems) {
  return FaceLint(face, specs, problems).Run();
}

}  // namespace parley::mapping
