#include "backend/embedded/next_agent.h"

#include <algorithm>

#include "backend/embedded/presence.h"
#include "backend/embedded/routing.h"
#include "backend/embedded/service_call.h"
#include "base/parallel.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr std::size_t kTries = 10;

// What one try brought.
struct Try {
  std::optional<Error> failure;
  std::string username;  // empty: the answer names nobody
};

// Livechat_External_Queue_URL with what the service needs to know; empty when none is set.
std::string QuestionOf(const Settings& settings, const std::string& department, const std::string& except) {
  std::string url(Trim(settings.Text("Livechat_External_Queue_URL")));
  url.resize(std::min(url.size(), url.find('#')));
  std::vector<std::pair<std::string, std::string>> query;
  if (!department.empty()) query.emplace_back("departmentId", department);
  if (!except.empty()) query.emplace_back("ignoreAgentId", except);
  if (url.empty() || query.empty()) return url;
  return url + (url.find('?') == std::string::npos ? "?" : "&") + http::FormatQuery(query);
}

Awaitable<> Ask(const Call& call, const std::string& question, Try& result) {
  outgoing::OutgoingRequest request;
  request.url = question;
  request.headers = {{"Accept", "application/json"},
                     {"X-RocketChat-Secret-Token", call.settings().Text("Livechat_External_Queue_Token")}};
  request.timeout = ServiceTimeout(call.settings());
  const auto answer = co_await CallService(call, std::move(request));
  if (!answer) {
    result.failure = answer.error();
    co_return;
  }
  const Result<Json> body = ParseJson(answer->body);
  if (body) result.username = body->Text("username");
}

// The users the service names, each once, in the order they were asked for.
Awaitable<std::vector<std::string>> AskForNames(const Call& call, const std::string& question) {
  std::vector<Try> tries(kTries);
  std::vector<Awaitable<>> tasks;
  for (Try& each : tries) tasks.push_back(Ask(call, question, each));
  co_await RunTogether(std::move(tasks), kTries);
  const bool silent = std::all_of(tries.begin(), tries.end(), [](const Try& each) { return each.failure.has_value(); });
  if (silent) LogFailedService("routing", *tries.front().failure);
  if (silent && call.learnt != nullptr) call.learnt->routing_is_silent = true;
  std::vector<std::string> names;
  for (Try& each : tries) {
    const bool is_new = std::find(names.begin(), names.end(), each.username) == names.end();
    if (!each.username.empty() && is_new) names.push_back(std::move(each.username));
  }
  co_return names;
}

// A service that does not answer is waited for once a call, and so once a round of the queue.
Awaitable<std::vector<std::string>> NamesFor(const Call& call, std::string question) {
  if (question.empty() || (call.learnt != nullptr && call.learnt->routing_is_silent)) {
    co_return std::vector<std::string>();
  }
  if (call.learnt == nullptr) co_return co_await AskForNames(call, question);
  const auto known = call.learnt->agents.find(question);
  if (known != call.learnt->agents.end()) co_return known->second;
  std::vector<std::string> names = co_await AskForNames(call, question);
  call.learnt->agents.emplace(std::move(question), names);
  co_return names;
}

Awaitable<Result<std::optional<NextAgent>>> FindNamedAgent(const Call& call, std::string department,
                                                           std::string except) {
  std::string question = QuestionOf(call.settings(), department, except);
  const std::vector<std::string> names = co_await NamesFor(call, std::move(question));
  for (const std::string& name : names) {
    FoundUser user = co_await FindUserByName(call.documents(), name);
    if (!user) co_return user.error();
    if (!*user || (*user)->id == except || !CanTakeChats(**user, call.settings())) continue;
    auto full = co_await IsAtLimit(StaffingOf(call), **user, department);
    if (!full) co_return full.error();
    if (*full) continue;
    std::optional<NextAgent> named(std::in_place);
    named->agent = std::move(**user);
    named->counted = false;
    co_return named;
  }
  co_return std::optional<NextAgent>();
}

}  // namespace

Awaitable<Result<std::optional<NextAgent>>> FindNextAgent(const Call& call, std::string department,
                                                          std::string except) {
  const RoutingMethod method = ParseRoutingMethod(call.settings().Text("Livechat_Routing_Method"));
  if (method == RoutingMethod::kExternal) {
    return FindNamedAgent(call, std::move(department), std::move(except));
  }
  return PickNextAgent(StaffingOf(call), std::move(department), std::move(except));
}

Failure NobodyOnline() {
  return FailCoded("no-agent-online", "Sorry, no online agents");
}

}  // namespace parley::backend::embedded
