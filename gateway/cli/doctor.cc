#include "app/doctor.h"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "json/json.h"

namespace parley::cli {
namespace {

using app::Diagnosis;
using app::Health;

void PrintLines(const std::vector<Diagnosis>& found) {
  for (const Diagnosis& line : found) {
    std::cout << std::left << std::setw(9) << app::NameOf(line.health) << line.subject << ": " << line.finding << '\n';
    if (!line.to_do.empty()) std::cout << "           -> " << line.to_do << '\n';
  }
}

void PrintJson(const std::vector<Diagnosis>& found) {
  Json lines = Json::MakeArray();
  for (const Diagnosis& line : found) {
    Json told = Json::Of({{"health", app::NameOf(line.health)}, {"subject", line.subject}, {"finding", line.finding}});
    if (!line.to_do.empty()) told.Append("to_do", line.to_do);
    lines.Push(std::move(told));
  }
  std::cout << PrintPretty(Json::Of({{"diagnoses", std::move(lines)}})) << '\n';
}

}  // namespace

int Doctor(const Arguments& arguments) {
  if (!arguments.words.empty()) return FailUsage("doctor takes options only, not " + arguments.words.front());
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  // What is wrong is said below, in words for people.
  SetLogLevel(LogLevel::kError);
  const std::vector<Diagnosis> found = app::Examine(*config, arguments.Has("--fix"));
  if (arguments.Has("--json")) {
    PrintJson(found);
  } else {
    PrintLines(found);
  }
  const bool problem =
      std::any_of(found.begin(), found.end(), [](const Diagnosis& line) { return line.health == Health::kProblem; });
  return problem ? kFailed : kDone;
}

}  // namespace parley::cli
