#include "demo/demo.h"

#include <filesystem>
#include <iostream>

#include "app/serving_loader.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/gateway_process.h"
#include "cli/progress_line.h"

namespace parley::cli {
namespace {

// A folder of its own, gone when the demo ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "parley-demo-XXXXXX";
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }  // empty when none could be made

 private:
  std::filesystem::path path_;
};

Result<demo::Options> ReadOptions(const Arguments& arguments) {
  demo::Options options;
  if (const auto given = arguments.Value("--chats")) {
    const auto chats = ParseInteger(*given);
    if (!chats || *chats < demo::kFewestChats || *chats > demo::kMostChats)
      return InvalidArgument("--chats must be a whole number from " + std::to_string(demo::kFewestChats) + " to " +
                             std::to_string(demo::kMostChats));
    options.chats = *chats;
  }
  if (const auto given = arguments.Value("--seed")) {
    const auto seed = ParseInteger(*given);
    if (!seed || *seed < 0) return InvalidArgument("--seed must be a whole number, 0 or more");
    options.seed = static_cast<std::uint64_t>(*seed);
  }
  options.now = SystemClock().Now();
  return options;
}

Status CheckSpaceIn(const std::filesystem::path& folder, std::int64_t chats) {
  std::error_code unknown;
  const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
  if (unknown) return {};
  Status fits = demo::CheckSpace(chats, space.available);
  if (fits) return fits;
  return InvalidArgument(fits.error().message + " in " + folder.parent_path().string() +
                         ": ask for fewer with --chats, or name another folder in TMPDIR");
}

// What the demo's company and folder decide, over the configuration.
void Configure(const std::filesystem::path& folder, config::Config& config) {
  const demo::Company company = demo::TheCompany();
  const std::unique_ptr<IdGenerator> ids = MakeSecureIdGenerator();
  config.store.url = "sqlite:" + (folder / "parley.db").string();
  config.store.secret_key_file.clear();  // beside it, and gone with it
  config.data_directory = folder;
  config.account.name = company.name;
  config.account.timezone = company.timezone;
  config.bootstrap.login = company.owner_login;
  config.bootstrap.key = ids->Hex(32);
  if (config.embedded.admin_password.empty()) config.embedded.admin_password = "demo-" + ids->Hex(12);
}

void PrintInvitation(const app::App& gateway, const config::Config& config, const std::string& agent_password) {
  const demo::Company company = demo::TheCompany();
  const std::string url = gateway.server_url();
  const std::string livechat = "  curl -g -u '" + company.owner_login + ":" + config.bootstrap.key + "' '" + url;
  const std::string post = "  curl -H 'Content-Type: application/json' '" + url + "/api/v1/";
  std::cout << "\n"
            << company.name << " is open. Both APIs are served on " << url << "\n"
            << "Health and metrics: " << gateway.admin_url() << "/metrics\n\n"
            << "LiveChat API v2: login " << company.owner_login << ", key " << config.bootstrap.key << "\n"
            << livechat << "/agents'\n"
            << livechat << "/groups'\n"
            << livechat << "/chats?include_pending=1'\n"
            << livechat << "/agents' -d login=new@ashandalder.example -d 'name=New Colleague'\n\n"
            << "Rocket.Chat: agent " << company.agent_username << " (or " << config.embedded.admin_username
            << " with the password " << config.embedded.admin_password << "), password " << agent_password << "\n"
            << post << "login' -d '{\"user\":\"" << company.agent_username << "\",\"password\":\"" << agent_password
            << "\"}'\n"
            << "  curl '" << url << "/api/v1/livechat/config'\n"
            << post << "livechat/visitor' -d '{\"visitor\":{\"token\":\"try-me\",\"name\":\"You\"}}'\n"
            << "  curl '" << url << "/api/v1/livechat/room?token=try-me'\n\n"
            << "Ctrl-C ends the demo and removes its data." << std::endl;
}

}  // namespace

int Demo(const Arguments& arguments) {
  if (!arguments.words.empty()) return FailUsage("demo takes options only, not " + arguments.words.front());
  Result<demo::Options> options = ReadOptions(arguments);
  if (!options) return FailUsage(options.error().message);
  std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  Problems problems;
  const std::shared_ptr<pipeline::Serving> serving = app::LoadServing(config->files, problems);
  if (serving == nullptr) {
    PrintProblems(problems);
    return kFailed;
  }
  HoldSignals();
  const TemporaryFolder folder;
  if (folder.path().empty()) return Fail("no temporary folder can be made; is TMPDIR writable?");
  Configure(folder.path(), *config);
  options->admin_username = config->embedded.admin_username;
  options->admin_password = config->embedded.admin_password;
  options->agent_password = "demo-" + MakeSecureIdGenerator()->Hex(12);
  if (const Status fits = CheckSpaceIn(folder.path(), options->chats); !fits) return Fail(fits.error());
  ProgressLine progress(options->chats);
  options->on_progress = [&progress](std::int64_t done) {
    if (EndingWasAsked()) return Status(Conflict("the demo was ended before its company was complete"));
    progress.Show(done);
    return Status();
  };
  const Status built = demo::BuildCompany(config->store.url, *serving->rocketchat_spec, *options);
  progress.Finish();
  if (!built) return Fail(built.error());
  return RunGateway(*config,
                    [&](const app::App& gateway) { PrintInvitation(gateway, *config, options->agent_password); });
}

}  // namespace parley::cli
