#include <iostream>

#include "app/data_files.h"
#include "app/serving_loader.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "http/server_tls.h"
#include "mapping/cases.h"

namespace parley::cli {

// A problem in one place does not hide those in another: files are checked even when the configuration is wrong.
int Check(const Arguments& arguments) {
  if (!arguments.words.empty()) return FailUsage("check takes options only, not " + arguments.words.front());
  const Result<config::Sources> sources = ConfigurationSources(arguments);
  if (!sources) return FailUsage(sources.error().message);
  const config::Loaded loaded = config::Load(*sources);
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << '\n';

  Problems problems = loaded.problems;
  const std::shared_ptr<pipeline::Serving> serving = app::LoadServing(loaded.config.files, problems);
  if (serving != nullptr) {
    mapping::RunCases(app::FindDataFolder(loaded.config.files.mappings) / "livechat-v2", problems);
  }
  const config::Config::Server& server = loaded.config.server;
  if (!server.tls_certificate.empty() && !server.tls_key.empty())
    http::ServerTls::Load({server.tls_certificate, server.tls_key}, problems);
  if (!problems.empty() || serving == nullptr) {
    PrintProblems(problems);
    return Fail(std::to_string(problems.size()) + (problems.size() == 1 ? " problem" : " problems"));
  }
  std::cout << app::CoverageSummary(app::Coverage(*serving)) << '\n';
  return kDone;
}

}  // namespace parley::cli
