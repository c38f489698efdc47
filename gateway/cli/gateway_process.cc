#include "cli/gateway_process.h"

#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "json/json.h"

namespace parley::cli {
namespace {

sigset_t HeldSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

int WaitForSignal() {
  const sigset_t signals = HeldSignals();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  return signal;
}

void PrintReady(const app::App& gateway) {
  const Json ready = Json::Of({{"event", "ready"},
                               {"server", gateway.server_url()},
                               {"admin", gateway.admin_url()},
                               {"pid", static_cast<std::int64_t>(::getpid())}});
  std::cout << Print(ready) << std::endl;
}

// For people and never again, so not as log lines, which are collected and kept.
void PrintFirstStart(const app::FirstStart& first) {
  if (!first.admin_password.empty())
    std::cerr << "First start: the administrator " << first.admin_username << " has the password "
              << first.admin_password << " (shown this once)\n";
  if (!first.admin_key_file.empty()) std::cerr << "The key of the admin API is in " << first.admin_key_file << '\n';
  if (!first.secret_key_file.empty())
    std::cerr << "The key of the secrets in the store is in " << first.secret_key_file
              << ": keep a copy, apart from the store's\n";
}

void Reload(app::App& gateway) {
  Problems problems;
  if (gateway.Reload(problems)) return Log(LogLevel::kInfo, "reload.done");
  for (const Problem& problem : problems.list())
    Log(LogLevel::kError, "reload.problem",
        {{"file", problem.file}, {"line", std::int64_t{problem.line}}, {"text", problem.text}});
  Log(LogLevel::kError, "reload.refused", {{"problems", static_cast<std::int64_t>(problems.size())}});
}

}  // namespace

void HoldSignals() {
  const sigset_t signals = HeldSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool EndingWasAsked() {
  sigset_t waiting;
  sigpending(&waiting);
  return sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1;
}

int RunGateway(config::Config config, const std::function<void(const app::App&)>& when_ready) {
  Problems problems;
  Result<std::unique_ptr<app::App>> created = app::App::Create(std::move(config), problems);
  if (!created) {
    PrintProblems(problems);
    return Fail(created.error());
  }
  app::App& gateway = **created;
  gateway.Start();
  PrintFirstStart(gateway.first_start());
  PrintReady(gateway);
  when_ready(gateway);
  for (int signal = WaitForSignal(); signal == SIGHUP; signal = WaitForSignal()) Reload(gateway);
  Log(LogLevel::kInfo, "server.stopping");
  gateway.Stop();
  return kDone;
}

}  // namespace parley::cli
