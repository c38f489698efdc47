#include "backend/rocketchat/capabilities.h"

#include <algorithm>
#include <array>

#include "backend/rocketchat/older_lines.h"
#include "backend/rocketchat/pages.h"
#include "backend/rocketchat/server_time.h"
#include "base/text.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kUnlicensedError = "error-action-not-allowed";
constexpr std::string_view kInvalidBody = "invalid-params";
constexpr std::string_view kEnterprise = "livechat-enterprise";
constexpr std::string_view kIdleSetting = "settings/Livechat_enabled_when_agent_idle";
constexpr std::string_view kSeveralDepartments = "several_departments";
// An interval without chats costs nothing to count.
constexpr std::string_view kNoDays = "start=2015-01-01&end=2015-01-02";

// What is asked for a feature. Routes that write are sent an empty body, which they refuse by its schema.
struct Question {
  std::string_view feature;
  http::Method method;
  std::string_view path, query;
  bool stand_in;  // Parley does it where the workspace does not
};

constexpr std::array kQuestions = {
    Question{"agent_info", http::Method::kPost, "livechat/agents.saveInfo", "", false},
    Question{"canned_responses", http::Method::kGet, "canned-responses", "count=1", true},
    Question{"premium_analytics", http::Method::kGet, "livechat/analytics/departments/amount-of-chats", kNoDays, true},
    Question{"priorities", http::Method::kGet, "livechat/priorities", "count=1", false},
    Question{"reports", http::Method::kGet, "livechat/analytics/dashboards/conversations-by-status", kNoDays, false},
    Question{"settings", http::Method::kGet, kIdleSetting, "", false},
    Question{"sla", http::Method::kGet, "livechat/sla", "count=1", false},
    Question{"tags", http::Method::kGet, "livechat/tags", "text=&count=1", true},
    Question{"tags", http::Method::kPost, "livechat/tags.save", "", true},
    Question{"units", http::Method::kGet, "livechat/units", "text=&count=1", false},
    Question{"webhooks", http::Method::kGet, "livechat/integrations.settings", "", false},
};

struct Needed {
  std::string_view permission, what_for;
};

constexpr std::array kNeeded = {
    Needed{"view-l-room", "reading chats"},
    Needed{"view-livechat-rooms", "reading chats of others"},
    Needed{"view-livechat-manager", "lists of managers, chats, triggers and figures"},
    Needed{"close-livechat-room", "closing chats"},
    Needed{"close-others-livechat-room", "closing chats of others"},
    Needed{"save-others-livechat-room-info", "tagging chats"},
    Needed{"transfer-livechat-guest", "reading the list of agents"},
    Needed{"send-omnichannel-chat-transcript", "sending transcripts"},
    Needed{"manage-livechat-agents", "making agents and changing them"},
    Needed{"manage-livechat-managers", "making managers"},
    Needed{"manage-livechat-departments", "making groups and changing them"},
    Needed{"remove-livechat-department", "deleting groups"},
    Needed{"create-user", "making agents"},
    Needed{"edit-other-user-info", "changing agents"},
    Needed{"edit-other-user-active-status", "suspending agents"},
    Needed{"delete-user", "deleting agents"},
    Needed{"view-full-other-user-info", "reading agents"},
    Needed{"view-privileged-setting", "reading settings"},
};

// Which routes belong to a feature, by how they begin.
struct Family {
  std::string_view begins, feature;
};

constexpr std::array kFamilies = {
    Family{"canned-responses", "canned_responses"},
    Family{"livechat/analytics/agents/", "premium_analytics"},
    Family{"livechat/analytics/dashboards/conversations-by-", "reports"},
    Family{"livechat/analytics/departments/", "premium_analytics"},
    Family{"livechat/priorities", "priorities"},
    Family{"livechat/sla", "sla"},
    Family{"livechat/tags", "tags"},
    Family{"livechat/units", "units"},
};

Request Asking(http::Method method, std::string_view path, std::string_view query, SteadyTime deadline) {
  Request request = OwnRead(path, deadline);
  request.method = method;
  request.query = query;
  if (method == http::Method::kGet) return request;
  request.content_type = "application/json";
  request.body = "{}";
  return request;
}

std::string_view Type(const Json& body) {
  return body.Text("errorType");
}

// None of the questions is about a record that may not be there.
bool IsNotThere(const Response& answer) {
  return answer.status == 404 || answer.status == 405 || answer.status == 501;
}

bool SaysInvalidBody(const Json& body) {
  return Type(body).ends_with(kInvalidBody) || body.Text("error").ends_with("[invalid-params]");
}

struct Verdict {
  FeatureState state;
  std::string reason;
};

Verdict Judge(const Question& question, const Response& answer) {
  const FeatureState without = question.stand_in ? FeatureState::kLocal : FeatureState::kAbsent;
  if (answer.status == 200) return {FeatureState::kNative, {}};
  const Result<Json> body = ParseJson(answer.body);
  if (SaysUnlicensed(answer)) return {without, "the workspace has no licence for it"};
  if (answer.status == 403) return {FeatureState::kNoPermission, "Parley's account may not use it"};
  if (IsNotThere(answer)) return {without, "the workspace has no such route"};
  const std::string_view means = OtherMeansOf(answer);
  const bool refused = !means.empty() || (body && SaysInvalidBody(*body));
  if (answer.status == 400 && question.method == http::Method::kPost && refused)
    return {FeatureState::kNative, means.empty() ? std::string() : "by " + std::string(means)};
  return {FeatureState::kUnknown,
          "the workspace answered " + std::string(question.path) + " with " + std::to_string(answer.status)};
}

// A feature with several questions is what the least favourable answer says.
void Note(const Question& question, Verdict verdict, std::vector<Feature>& features) {
  const auto known =
      std::find_if(features.begin(), features.end(), [&](const Feature& f) { return f.name == question.feature; });
  if (known == features.end()) {
    features.push_back({question.feature, verdict.state, std::move(verdict.reason)});
  } else if (known->state == FeatureState::kNative) {
    known->state = verdict.state;
    known->reason = std::move(verdict.reason);
  }
}

void NoteLimits(const Response& answer, Findings& findings) {
  findings.slowed_down |= std::any_of(answer.headers.begin(), answer.headers.end(), [](const auto& header) {
    return EqualsIgnoreCase(header.first, "X-RateLimit-Limit");
  });
}

std::vector<std::string> TextsAt(const Json& object, std::string_view path) {
  std::vector<std::string> texts;
  const Json* list = object.FindPath(path);
  if (list == nullptr || list->AsArray() == nullptr) return texts;
  for (const Json& text : *list->AsArray())
    if (const auto value = text.AsString()) texts.emplace_back(*value);
  return texts;
}

Awaitable<Status> ReadAccount(Service& workspace, SteadyTime deadline, Findings& findings) {
  Request request = OwnRead("me", deadline);
  const Result<Json> me = co_await ReadObject(workspace, std::move(request));
  if (!me) co_return me.error();
  findings.account_id = me->Text("_id");
  findings.username = me->Text("username");
  findings.roles = TextsAt(*me, "roles");
  if (findings.account_id.empty()) co_return BadGateway("the workspace's answer to GET me has no _id", Print(*me));
  co_return Status();
}

// The version, and the workspace's clock against ours.
Awaitable<Status> ReadServer(Service& workspace, const Clock& clock, SteadyTime deadline, Findings& findings) {
  const Request request = OwnRead("/api/info", deadline);
  const Result<Response> answer = co_await workspace.Call(request);
  if (!answer) co_return answer.error();
  if (const auto time = ServerTimeOf(*answer)) findings.ahead = *time - clock.Now();
  const Result<Json> body = ParseJson(answer->body);
  if (!body || answer->status != 200) {
    co_return BadGateway("the workspace answered GET /api/info with " + std::to_string(answer->status) +
                             " and no version: is backend.url a Rocket.Chat server?",
                         answer->body.substr(0, 300));
  }
  const Json* full = body->FindPath("info.version");
  findings.version = full != nullptr && full->IsString() ? std::string(*full->AsString()) : body->Text("version");
  co_return Status();
}

// Who may what stands beside what roles the account has. A workspace that does not tell is no failure.
Awaitable<Status> ReadPermissions(Service& workspace, SteadyTime deadline, Findings& findings) {
  const Request request = OwnRead("permissions.listAll", deadline);
  const Result<Response> answer = co_await workspace.Call(request);
  if (!answer) co_return answer.error();
  const Result<Json> body = ParseJson(answer->body);
  const Json* list = body && answer->status == 200 ? body->Find("update") : nullptr;
  if (list == nullptr || list->AsArray() == nullptr) co_return Status();
  std::set<std::string, std::less<>> held;
  for (const Json& permission : *list->AsArray()) {
    const std::vector<std::string> roles = TextsAt(permission, "roles");
    const bool holds = std::any_of(roles.begin(), roles.end(), [&](const std::string& role) {
      return std::find(findings.roles.begin(), findings.roles.end(), role) != findings.roles.end();
    });
    if (holds) held.emplace(permission.Text("_id"));
  }
  findings.lacks.emplace();
  for (const Needed& needed : kNeeded)
    if (!held.contains(needed.permission)) findings.lacks->push_back({std::string(needed.permission), needed.what_for});
  co_return Status();
}

// Servers before 6.5 say only that they have one.
Awaitable<Status> ReadOlderLicence(Service& workspace, SteadyTime deadline, Findings& findings) {
  const Request request = OwnRead("licenses.isEnterprise", deadline);
  const Result<Response> answer = co_await workspace.Call(request);
  if (!answer) co_return answer.error();
  const Result<Json> body = ParseJson(answer->body);
  if (body && answer->status == 200 && body->Flag("isEnterprise")) findings.modules.emplace(kEnterprise);
  co_return Status();
}

Awaitable<Status> ReadLicence(Service& workspace, SteadyTime deadline, Findings& findings) {
  const Request request = OwnRead("licenses.info", deadline);
  const Result<Response> answer = co_await workspace.Call(request);
  if (!answer) co_return answer.error();
  NoteLimits(*answer, findings);
  const Result<Json> body = ParseJson(answer->body);
  if (IsNotThere(*answer)) co_return co_await ReadOlderLicence(workspace, deadline, findings);
  if (!body || answer->status != 200) co_return Status();
  for (std::string& module : TextsAt(*body, "license.activeModules")) findings.modules.insert(std::move(module));
  co_return Status();
}

// Community has one department. Servers older than the limit do not know the question.
Awaitable<Status> AskForDepartments(Service& workspace, SteadyTime deadline, Findings& findings) {
  const Request request = OwnRead("livechat/department/isDepartmentCreationAvailable", deadline);
  const Result<Response> answer = co_await workspace.Call(request);
  if (!answer) co_return answer.error();
  Feature feature{kSeveralDepartments, FeatureState::kNative, {}};
  if (answer->status == 403) {
    feature = {kSeveralDepartments, FeatureState::kNoPermission, "Parley's account may not make departments"};
  } else if (answer->status == 200 && !findings.modules.contains(kEnterprise)) {
    feature = {kSeveralDepartments, FeatureState::kLocal, "without a licence the workspace has one department"};
  } else if (answer->status != 200 && !IsNotThere(*answer)) {
    feature = {kSeveralDepartments, FeatureState::kUnknown, "the workspace answered " + std::to_string(answer->status)};
  }
  findings.features.push_back(std::move(feature));
  co_return Status();
}

Awaitable<Status> Ask(Service& workspace, const Question& question, SteadyTime deadline, Findings& findings) {
  const Request request = Asking(question.method, question.path, question.query, deadline);
  Result<Response> answer = co_await workspace.Call(request);
  // It can be done by none of the means there ever were.
  if (!answer && answer.error().code == ErrorCode::kUnsupported) answer = Response(501, {});
  if (!answer) co_return answer.error();
  NoteLimits(*answer, findings);
  Verdict verdict = Judge(question, *answer);
  if (verdict.state == FeatureState::kUnknown && question.stand_in)
    co_return BadGateway("what the workspace can do is not known: " + verdict.reason, answer->body.substr(0, 300));
  if (question.feature == "settings" && verdict.state == FeatureState::kNative) {
    const Result<Json> body = ParseJson(answer->body);
    if (body) findings.idle_agents_take_chats = body->Flag("value", true);
  }
  Note(question, std::move(verdict), findings.features);
  co_return Status();
}

}  // namespace

std::string_view NameOf(FeatureState state) {
  switch (state) {
    case FeatureState::kNative:
      return "native";
    case FeatureState::kLocal:
      return "local";
    case FeatureState::kAbsent:
      return "absent";
    case FeatureState::kNoPermission:
      return "no_permission";
    case FeatureState::kUnknown:
      return "unknown";
  }
  return "unknown";
}

const Feature* Findings::Find(std::string_view feature) const {
  const auto found =
      std::find_if(features.begin(), features.end(), [&](const Feature& f) { return f.name == feature; });
  return found == features.end() ? nullptr : &*found;
}

Capabilities Findings::capabilities() const {
  // Whatever it has of its own, groups may live beside it.
  Capabilities able = {"local_groups"};
  for (const Feature& feature : features)
    if (feature.state == FeatureState::kNative || feature.state == FeatureState::kNoPermission)
      able.emplace(feature.name);
  return able;
}

const std::vector<std::string_view>& FeatureNames() {
  static const std::vector<std::string_view> names = [] {
    std::set<std::string_view> all = {kSeveralDepartments};
    for (const Question& question : kQuestions) all.insert(question.feature);
    return std::vector<std::string_view>(all.begin(), all.end());
  }();
  return names;
}

std::string_view FeatureOfRoute(std::string_view path) {
  const auto family = std::find_if(kFamilies.begin(), kFamilies.end(),
                                   [&](const Family& each) { return path.starts_with(each.begins); });
  return family == kFamilies.end() ? std::string_view() : family->feature;
}

bool SaysUnlicensed(const Response& answer) {
  if (answer.status != 400 || answer.body.find(kUnlicensedError) == std::string::npos) return false;
  const Result<Json> body = ParseJson(answer.body);
  // Other refusals have the type as well; this one alone speaks of a feature.
  return body && body->Text("error").find("enterprise feature") != std::string_view::npos;
}

bool SaysNoRoute(const Response& answer) {
  if (answer.status != 404 && answer.status != 405) return false;
  const Result<Json> body = ParseJson(answer.body);
  return !body || body->Find("success") == nullptr;
}

Awaitable<Result<Findings>> Probe(Service& workspace, const Clock& clock, SteadyTime deadline) {
  static constexpr std::array kSteps = {&ReadAccount, &ReadPermissions, &ReadLicence, &AskForDepartments};
  Findings findings;
  for (const auto step : kSteps) {
    const Status read = co_await step(workspace, deadline, findings);
    if (!read) co_return read.error();
  }
  const Status server = co_await ReadServer(workspace, clock, deadline, findings);
  if (!server) co_return server.error();
  for (const Question& question : kQuestions) {
    const Status asked = co_await Ask(workspace, question, deadline, findings);
    if (!asked) co_return asked.error();
  }
  std::sort(findings.features.begin(), findings.features.end(),
            [](const Feature& a, const Feature& b) { return a.name < b.name; });
  co_return findings;
}

Json ToJson(const Findings& findings) {
  Json roles = Json::MakeArray(), modules = Json::MakeArray(), features = Json::MakeObject();
  for (const std::string& role : findings.roles) roles.Push(role);
  for (const std::string& module : findings.modules) modules.Push(module);
  for (const Feature& feature : findings.features) {
    Json told = Json::Of({{"state", NameOf(feature.state)}});
    if (!feature.reason.empty()) told.Append("reason", feature.reason);
    features.Append(feature.name, std::move(told));
  }
  Json account = Json::Of({{"id", findings.account_id}, {"username", findings.username}, {"roles", std::move(roles)}});
  Json json =
      Json::Of({{"version", findings.version}, {"account", std::move(account)}, {"modules", std::move(modules)}});
  json.Append("features", std::move(features));
  if (!findings.lacks) return json;
  Json lacks = Json::MakeArray();
  for (const MissingPermission& missing : *findings.lacks)
    lacks.Push(Json::Of({{"permission", missing.id}, {"needed_for", missing.needed_for}}));
  json.Append("lacks", std::move(lacks));
  return json;
}

}  // namespace parley::backend::rocketchat
