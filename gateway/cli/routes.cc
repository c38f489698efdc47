#include <algorithm>
#include <iomanip>
#include <iostream>

#include "app/remote_visit.h"
#include "app/serving_loader.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/configuration.h"

namespace parley::cli {
namespace {

std::string_view ColumnOf(const app::CoverageRow& row, int column) {
  const std::string_view columns[] = {row.face, row.method, row.path, row.id, pipeline::NameOf(row.served)};
  return columns[column];
}

std::string NotesOf(const app::CoverageRow& row) {
  if (!row.reason.empty()) return row.reason;
  std::vector<std::string> names;
  for (const mapping::Loss& loss : row.losses) names.push_back(loss.name);
  return names.empty() ? "" : "loses " + Join(names, ", ");
}

void PrintTable(const std::vector<app::CoverageRow>& rows) {
  constexpr int kColumns = 5;
  std::size_t widths[kColumns] = {};
  for (const app::CoverageRow& row : rows)
    for (int column = 0; column < kColumns; ++column)
      widths[column] = std::max(widths[column], ColumnOf(row, column).size());
  for (const app::CoverageRow& row : rows) {
    std::string line;
    for (int column = 0; column < kColumns; ++column) {
      const std::string_view text = ColumnOf(row, column);
      line.append(text).append(widths[column] - text.size() + 2, ' ');
    }
    line += NotesOf(row);
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
  }
}

// Null where the backend is no workspace, or none that answers.
std::shared_ptr<const backend::rocketchat::Findings> AskWorkspace(const config::Config& config,
                                                                  const specs::Spec& spec) {
  if (config.backend.kind != config::BackendKind::kRocketChat) return nullptr;
  SetLogLevel(LogLevel::kError);
  Result<std::unique_ptr<app::RemoteVisit>> visit = app::RemoteVisit::Create(config, spec);
  Result<std::shared_ptr<const backend::rocketchat::Findings>> found =
      visit ? (*visit)->Probe() : Result<std::shared_ptr<const backend::rocketchat::Findings>>(visit.error());
  if (found) return *found;
  std::cerr << "warning: " << found.error().message << "; shown is what the embedded backend would serve\n";
  return nullptr;
}

}  // namespace

int Routes(const Arguments& arguments) {
  if (!arguments.words.empty()) return FailUsage("routes takes options only, not " + arguments.words.front());
  const std::string face = arguments.Value("--face").value_or("");
  if (!face.empty() && face != "livechat" && face != "rocketchat")
    return FailUsage("--face must be livechat or rocketchat");
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  Problems problems;
  const std::shared_ptr<pipeline::Serving> serving = app::LoadServing(config->files, problems);
  if (serving == nullptr) {
    PrintProblems(problems);
    return kFailed;
  }
  const auto workspace = AskWorkspace(*config, *serving->rocketchat_spec);
  std::vector<app::CoverageRow> rows = app::Coverage(*serving, workspace.get());
  if (!face.empty()) std::erase_if(rows, [&](const app::CoverageRow& row) { return row.face != face; });
  if (arguments.Has("--json"))
    std::cout << app::CoverageJson(rows, arguments.Has("--losses")) << '\n';
  else
    PrintTable(rows);
  return kDone;
}

}  // namespace parley::cli
