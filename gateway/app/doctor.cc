#include "app/doctor.h"

#include <algorithm>
#include <cstdlib>

#include "app/remote_visit.h"
#include "app/serving_loader.h"
#include "backend/rocketchat/webhook_setup.h"
#include "base/text.h"
#include "secrets/key_file.h"
#include "storage/store.h"

namespace parley::app {
namespace {

namespace rocketchat = backend::rocketchat;
using rocketchat::Feature;
using rocketchat::FeatureState;
using rocketchat::Findings;
using rocketchat::WebhookSetting;

// Dates of answers are whole seconds, and answers take a while.
constexpr std::chrono::seconds kClockTolerance(5);

class Doctor {
 public:
  Doctor(const config::Config& config, bool fix) : config_(config), fix_(fix) {}

  std::vector<Diagnosis> Examine() {
    ExamineStore();
    Problems problems;
    const std::shared_ptr<pipeline::Serving> serving = LoadServing(config_.files, problems);
    for (const Problem& problem : problems.list()) Bad("specs and mappings", Format(problem), "see parley check");
    if (serving == nullptr) return std::move(found_);
    Ok("specs and mappings", "can be used");
    if (config_.backend.kind == config::BackendKind::kRocketChat) {
      ExamineWorkspace(*serving->rocketchat_spec);
    } else {
      const bool premium = config_.embedded.edition == config::Edition::kPremium;
      Ok("backend", std::string("embedded, ") + (premium ? "premium" : "community"));
    }
    return std::move(found_);
  }

 private:
  void Ok(std::string subject, std::string finding) {
    found_.push_back({Health::kOk, std::move(subject), std::move(finding), {}});
  }
  void Warning(std::string subject, std::string finding, std::string to_do) {
    found_.push_back({Health::kWarning, std::move(subject), std::move(finding), std::move(to_do)});
  }
  void Bad(std::string subject, std::string finding, std::string to_do) {
    found_.push_back({Health::kProblem, std::move(subject), std::move(finding), std::move(to_do)});
  }

  void ExamineStore() {
    SystemClock clock;
    const std::unique_ptr<IdGenerator> ids = MakeSecureIdGenerator();
    Result<std::unique_ptr<storage::Store>> store =
        storage::OpenStore(config_.store.url, clock, *ids, config_.store.secret_key_file);
    Status healthy = store ? (*store)->Health() : Status(store.error());
    if (store) (*store)->Stop();
    if (healthy) {
      Ok("store", config_.store.url);
      return ExamineKeyFile();
    }
    const Error& error = healthy.error();
    Bad("store", error.detail.empty() ? error.message : error.message + ": " + error.detail,
        "see that store.url names a file Parley may write, and store.secret_key_file the keys that belong to it");
  }

  void ExamineKeyFile() {
    const std::string& named = config_.store.secret_key_file;
    const std::string file = named.empty() ? storage::StandardKeyFile(config_.store.url) : named;
    if (!secrets::IsReadByAll(file)) return Ok("secrets", "are sealed with the keys in " + file);
    Warning("secrets", "the keys they are sealed with, in " + file + ", may be read by every user of this machine",
            "chmod 600 " + file);
  }

  void ExamineWorkspace(const specs::Spec& spec) {
    Result<std::unique_ptr<RemoteVisit>> visit = RemoteVisit::Create(config_, spec);
    if (!visit) return Bad("workspace", visit.error().message, "correct the options of backend");
    const Result<std::shared_ptr<const Findings>> findings = (*visit)->Probe();
    if (!findings) {
      return Bad("workspace", findings.error().message,
                 "see that " + config_.backend.url + " is the workspace, reachable from here, and the account right");
    }
    Ok("workspace", config_.backend.url + ", Rocket.Chat " + (*findings)->version);
    ExamineAccount(**findings);
    ExamineClock(**findings);
    for (const Feature& feature : (*findings)->features) ExamineFeature(feature);
    ExamineWebhooks(**visit);
  }

  void ExamineAccount(const Findings& findings) {
    Ok("account", findings.username + ", roles " + Join(findings.roles, ", "));
    if (!findings.lacks) {
      Warning("permissions", "the workspace does not tell who may what",
              "give " + findings.username + " the roles admin, livechat-manager and bot if something is refused");
    } else if (findings.lacks->empty()) {
      Ok("permissions", "all that Parley needs");
    }
    if (findings.lacks) {
      for (const auto& missing : *findings.lacks) {
        Bad("permission " + missing.id, "is missing: " + std::string(missing.needed_for) + " will be refused",
            "give it to a role of " + findings.username);
      }
    }
    if (!findings.slowed_down) return Ok("rate limit", "does not count the account's calls");
    Warning("rate limit", "the account's calls are counted and will be slowed down",
            "give " + findings.username + " the role bot or the permission api-bypass-rate-limit");
  }

  void ExamineClock(const Findings& findings) {
    if (!findings.ahead) return Ok("clock", "the workspace does not tell the time");
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*findings.ahead).count();
    if (std::abs(seconds) <= kClockTolerance.count()) return Ok("clock", "agrees with the workspace's");
    Warning("clock",
            "the workspace's is " + std::to_string(std::abs(seconds)) + " s " + (seconds > 0 ? "ahead of" : "behind") +
                " ours",
            "let both machines synchronise their clocks");
  }

  void ExamineFeature(const Feature& feature) {
    const std::string subject = "feature " + std::string(feature.name);
    switch (feature.state) {
      case FeatureState::kNative:
        return Ok(subject, feature.reason.empty() ? "native" : "native, " + feature.reason);
      case FeatureState::kLocal:
        return Ok(subject, "local: " + feature.reason);
      case FeatureState::kAbsent:
        return Warning(subject, "absent: " + feature.reason, "nothing, unless clients need it");
      case FeatureState::kNoPermission:
        return Bad(subject, feature.reason, "give the account the permission");
      case FeatureState::kUnknown:
        return Warning(subject, feature.reason, "look into the workspace's log");
    }
  }

  void ExamineWebhooks(RemoteVisit& visit) {
    const config::Config::Backend& backend = config_.backend;
    if (backend.webhook_url.empty() || backend.webhook_token.empty()) {
      return Warning("webhooks", "are not set up: Parley learns of chats by asking, every backend.poll_interval",
                     "set backend.webhook_url and backend.webhook_token, then run parley doctor --fix");
    }
    std::optional<std::vector<WebhookSetting>> settings = ReadSetup(visit);
    if (settings && fix_ && WriteSetup(visit, *settings)) settings = ReadSetup(visit);
    if (!settings) return;
    for (const WebhookSetting& setting : *settings) {
      const std::string subject = "webhook " + setting.id;
      if (setting.right()) {
        Ok(subject, "is right");
      } else {
        Bad(subject, setting.Difference(),
            fix_ ? "the workspace did not keep it: set it there" : "parley doctor --fix");
      }
    }
  }

  std::optional<std::vector<WebhookSetting>> ReadSetup(RemoteVisit& visit) {
    const config::Config::Backend& backend = config_.backend;
    Result<std::vector<WebhookSetting>> read = visit.loop().Run(
        rocketchat::ReadWebhookSetup(visit.workspace(), backend.webhook_url, backend.webhook_token, visit.deadline()));
    if (read) return *std::move(read);
    Bad("webhooks", read.error().message, "let the account read Omnichannel's webhook settings");
    return std::nullopt;
  }

  bool WriteSetup(RemoteVisit& visit, const std::vector<WebhookSetting>& settings) {
    const Status written =
        visit.loop().Run(rocketchat::WriteWebhookSetup(visit.workspace(), settings, visit.deadline()));
    if (!written) Bad("webhooks", written.error().message, "set them in the workspace, under Omnichannel, Webhooks");
    return written.ok();
  }

  const config::Config& config_;
  const bool fix_;
  std::vector<Diagnosis> found_;
};

}  // namespace

std::string_view NameOf(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarning:
      return "warning";
    case Health::kProblem:
      return "problem";
  }
  return "problem";
}

std::vector<Diagnosis> Examine(const config::Config& config, bool fix) {
  return Doctor(config, fix).Examine();
}

}  // namespace parley::app
