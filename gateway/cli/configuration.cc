#include "cli/configuration.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "cli/commands.h"

namespace parley::cli {
namespace {

constexpr const char* kDefaultFile = "config/parley.yaml";

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const std::size_t equals = variable.find('=');
    if (equals != std::string_view::npos) variables.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return variables;
}

}  // namespace

Result<config::Sources> ConfigurationSources(const Arguments& arguments) {
  config::Sources sources;
  sources.file = arguments.Value("--config");
  if (!sources.file && std::filesystem::exists(kDefaultFile)) sources.file = kDefaultFile;
  sources.environment = Environment();
  for (const std::string& assignment : arguments.Values("--set")) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos)
      return InvalidArgument("--set needs key=value, for example --set server.listen=127.0.0.1:8080");
    sources.sets.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
  }
  return sources;
}

std::optional<config::Config> LoadConfiguration(const Arguments& arguments) {
  const Result<config::Sources> sources = ConfigurationSources(arguments);
  if (!sources) {
    Fail(sources.error().message);
    return std::nullopt;
  }
  config::Loaded loaded = config::Load(*sources);
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << '\n';
  if (loaded.problems.empty()) return std::move(loaded.config);
  PrintProblems(loaded.problems);
  return std::nullopt;
}

void PrintProblems(const Problems& problems) {
  for (const Problem& problem : problems.list()) std::cerr << Format(problem) << '\n';
}

int Fail(std::string_view message) {
  std::cerr << "parley: " << message << '\n';
  return kFailed;
}

int Fail(const Error& error) {
  const bool has_more = !error.detail.empty() && error.message.find(error.detail) == std::string::npos;
  return Fail(has_more ? error.message + ": " + error.detail : error.message);
}

int FailUsage(std::string_view message) {
  Fail(message);
  return kUsage;
}

}  // namespace parley::cli
