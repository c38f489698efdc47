#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/gateway_process.h"

namespace parley::cli {

int Serve(const Arguments& arguments) {
  if (!arguments.words.empty()) return FailUsage("serve takes options only, not " + arguments.words.front());
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  HoldSignals();
  return RunGateway(*config, [](const app::App&) {});
}

}  // namespace parley::cli
