#include "cli/cli.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/configuration.h"

namespace parley::cli {
namespace {

struct Command {
  std::string_view name;
  std::string_view synopsis;  // after the name
  std::string_view summary;
  std::vector<OptionSpec> options;  // besides --config and --set
  int (*run)(const Arguments&);
};

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      {"serve", "", "run the gateway (embedded backend, SQLite under ./data)", {}, Serve},
      {"demo",
       "[--chats N] [--seed S]",
       "the same on a temporary store with a made-up company in it, whose N chats (40) go back in time at 500 a day",
       {{"--chats", "N"}, {"--seed", "S"}},
       Demo},
      {"check", "", "validate configuration, certificate, specs and mappings", {}, Check},
      {"routes",
       "[--face livechat|rocketchat] [--json [--losses]]",
       "every operation of both APIs, how it is served and what it loses",
       {{"--face", "livechat|rocketchat"}, {"--json", ""}, {"--losses", ""}},
       Routes},
      {"explain",
       "METHOD PATH [--body JSON]",
       "what a request would do, without doing it",
       {{"--body", "JSON"}},
       Explain},
      {"doctor",
       "[--fix] [--json]",
       "what keeps Parley from working well, and what to do; --fix sets up the workspace's webhooks",
       {{"--fix", ""}, {"--json", ""}},
       Doctor},
      {"ids",
       "export FILE | import FILE",
       "which LiveChat id belongs to which id of the backend, as JSON lines",
       {},
       Ids},
      {"keys",
       "add --login L --role R [--kind K] [--scopes A,B] | list | revoke LOGIN-or-ID",
       "LiveChat credentials; roles are owner, administrator and normal, kinds key, pat and bearer",
       {{"--login", "L"}, {"--role", "owner|administrator|normal"}, {"--kind", "key|pat|bearer"}, {"--scopes", "A,B"}},
       Keys},
      {"relay",
       "endpoints | deliveries | attempts ID | resend ID | replay --endpoint ID --since T | disable ID | enable ID | "
       "test ID",
       "webhooks of the running gateway: who is told, what was sent, and sending it again",
       {{"--endpoint", "ID"},
        {"--status", "pending|delivered|dead|canceled|erased"},
        {"--since", "TIME"},
        {"--until", "TIME"},
        {"--limit", "N"},
        {"--event", "TYPE"},
        {"--json", ""}},
       Relay},
      {"secrets",
       "list | rotate | prune",
       "keys the secrets in the store are sealed with; rotate seals all of them with a new one, prune drops the old",
       {},
       Secrets},
  };
  return commands;
}

constexpr std::array<OptionSpec, 3> kEverywhere = {{{"--config", "FILE"}, {"--set", "key=value"}, {"--help", ""}}};

void PrintCommand(const Command& command) {
  std::cout << "  parley " << command.name << (command.synopsis.empty() ? "" : " ") << command.synopsis << "\n      "
            << command.summary << '\n';
}

int PrintHelp() {
  std::cout << "Parley serves the LiveChat REST API v2 and Rocket.Chat's livechat API from one backend.\n\n";
  for (const Command& command : Commands()) PrintCommand(command);
  std::cout << "\nEvery command takes\n"
               "  --config FILE        configuration file (config/parley.yaml when there is one)\n"
               "  --set key=value      one option, over the file and the environment; as often as needed\n"
               "\nOptions of the configuration; in the environment server.listen is PARLEY_SERVER__LISTEN\n";
  for (const config::OptionInfo& option : config::Options())
    std::cout << "  " << std::left << std::setw(29) << option.key << option.description
              << (option.secret ? " (secret: or " + option.key + "_file)" : "") << '\n';
  return kDone;
}

const Command* FindCommand(std::string_view name) {
  const auto& commands = Commands();
  const auto at =
      std::find_if(commands.begin(), commands.end(), [&](const Command& command) { return command.name == name; });
  return at != commands.end() ? &*at : nullptr;
}

int FailUnknownCommand(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : Commands()) names.emplace_back(command.name);
  const auto nearest = Nearest(name, names);
  return FailUsage("no command is called " + name + "; " +
                   (nearest ? "did you mean " + *nearest : "parley help lists them"));
}

}  // namespace

int Run(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) {
    PrintHelp();
    return kUsage;
  }
  const std::string& name = words.front();
  if (name == "help" || name == "--help" || name == "-h") return PrintHelp();
  if (name == "version" || name == "--version") {
    std::cout << "parley " << PARLEY_VERSION << '\n';
    return kDone;
  }
  const Command* command = FindCommand(name);
  if (command == nullptr) return FailUnknownCommand(name);

  std::vector<OptionSpec> known = command->options;
  known.insert(known.end(), kEverywhere.begin(), kEverywhere.end());
  const Result<Arguments> arguments = ParseArguments({words.begin() + 1, words.end()}, known);
  if (!arguments) return FailUsage(name + ": " + arguments.error().message);
  if (arguments->Has("--help")) {
    PrintCommand(*command);
    return kDone;
  }
  return command->run(*arguments);
}

}  // namespace parley::cli
