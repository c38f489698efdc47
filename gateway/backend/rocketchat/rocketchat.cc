#include "backend/rocketchat/rocketchat.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "backend/rocketchat/directory_reader.h"
#include "base/log.h"
#include "base/text.h"

namespace parley::backend::rocketchat {
namespace {

// How many intervals old what is known may be while it is read anew.
constexpr int kStaleIntervals = 6;

constexpr std::string_view kDirectoryRoutes[] = {
    "users.", "livechat/users/", "livechat/department", "livechat/agent.", "livechat/agents.", "livechat/business-hour",
    "settings/Livechat_enabled_when_agent_idle", "roles.",
    // The same by realtime methods of older lines.
    "method.call/livechat:saveAgentInfo", "method.call/livechat:changeLivechatStatus", "method.call/livechat:addAgent",
    "method.call/livechat:removeAgent", "method.call/livechat:addManager", "method.call/livechat:removeManager",
    "method.call/livechat:saveDepartment", "method.call/livechat:removeDepartment", "method.call/setUserActiveStatus"};
constexpr std::string_view kIdleSetting = "settings/Livechat_enabled_when_agent_idle";

bool ChangesDirectory(const Request& request) {
  if (request.method == http::Method::kGet || request.method == http::Method::kHead) return false;
  return std::any_of(std::begin(kDirectoryRoutes), std::end(kDirectoryRoutes),
                     [&](std::string_view route) { return request.path.starts_with(route); });
}

std::string StatesOf(const Findings& findings) {
  std::vector<std::string> states;
  for (const Feature& feature : findings.features)
    states.push_back(std::string(feature.name) + "=" + std::string(NameOf(feature.state)));
  return Join(states, " ");
}

// The first look, and whatever has changed since the one before.
void LogChange(const Findings* before, const Result<Findings>& now, const Status& state_before) {
  if (!now) {
    if (state_before || state_before.error().message != now.error().message)
      Log(LogLevel::kWarning, "workspace.not_probed",
          {{"reason", now.error().message}, {"detail", now.error().detail}});
    return;
  }
  const std::string states = StatesOf(*now);
  if (before != nullptr && state_before && StatesOf(*before) == states) return;
  Log(LogLevel::kInfo, "workspace.probed",
      {{"version", now->version}, {"account", now->username}, {"features", states}});
}

}  // namespace

Result<std::unique_ptr<Workspace>> Workspace::Create(Options options, const specs::Spec& spec) {
  Problems problems;
  routing::RouteTable routes = routing::RouteTable::Build({&spec}, routing::RouteTable::Options(), problems);
  if (!problems.empty()) return InvalidArgument(Format(problems.list().front()));
  return std::unique_ptr<Workspace>(new Workspace(std::move(options), std::move(routes)));
}

const specs::Operation* Workspace::OperationOf(const Request& request) const {
  const std::string path = request.path.starts_with('/') ? request.path : "/api/v1/" + request.path;
  const Result<routing::RouteMatch> match = routes_.Match(request.method, path);
  return match ? match->operation : nullptr;
}

Manners::Route Workspace::RouteOf(const Request& request) const {
  if (const specs::Operation* route = OperationOf(request)) {
    const bool reads = route->effect == specs::Effect::kRead;
    return {route->id, reads, reads || route->idempotent};
  }
  const bool reads = request.method == http::Method::kGet || request.method == http::Method::kHead;
  return {std::string(http::NameOf(request.method)) + " " + request.path, reads, reads};
}

std::string_view Workspace::RouteLabel(const Request& request) const {
  const specs::Operation* route = OperationOf(request);
  return route != nullptr ? std::string_view(route->id) : "other";
}

Status Workspace::Health(Time now) {
  if (Status known = knowledge_.state(); !known) return known;
  if (manners_.IsCutOff(now)) return Unavailable("the workspace does not answer");
  return {};
}

RocketChatBackend::RocketChatBackend(Workspace& workspace, http::Client& client, http::TimerWheel& timers,
                                     const Clock& clock)
    : workspace_(workspace),
      clock_(clock),
      http_(client, workspace.options()),
      measured_(
          http_, [&workspace](const Request& request) { return workspace.RouteLabel(request); }, workspace.on_call(),
          clock),
      identity_(measured_, workspace.identity(), workspace.options()),
      older_lines_(identity_, workspace.older_lines()),
      manners_(
          older_lines_, workspace.manners(),
          [&workspace](const Request& request) { return workspace.RouteOf(request); }, timers, clock) {}

Awaitable<Result<Response>> RocketChatBackend::Call(const Request& request) {
  if (request.deadline == SteadyTime()) {
    Request timed = request;
    timed.deadline = clock_.Steady() + workspace_.options().call_timeout;
    co_return co_await Call(timed);
  }
  Result<Response> answer = co_await manners_.Call(request);
  NoteAnswer(request, answer);
  co_return answer;
}

void RocketChatBackend::NoteAnswer(const Request& request, const Result<Response>& answer) {
  Knowledge& knowledge = workspace_.knowledge();
  // A write whose answer was lost may have been done.
  const bool changed = ChangesDirectory(request) && (!answer || answer->status < 400);
  if (changed) workspace_.directory().NoteWrite();
  if (changed && request.path == kIdleSetting) knowledge.Doubt();
  if (!answer && answer.error().code == ErrorCode::kUnavailable) knowledge.Doubt();
  if (!answer || !SaysUnlicensed(*answer)) return;
  const std::shared_ptr<const Findings> findings = knowledge.findings();
  const Feature* feature = findings != nullptr ? findings->Find(FeatureOfRoute(request.path)) : nullptr;
  if (feature != nullptr && feature->state == FeatureState::kNative) knowledge.Doubt();
}

Awaitable<Result<std::shared_ptr<const Capabilities>>> RocketChatBackend::GetCapabilities() {
  if (auto known = workspace_.knowledge().capabilities()) co_return known;
  const Status probed = co_await ProbeNow();
  auto known = workspace_.knowledge().capabilities();
  // Another shard may have had more luck.
  if (known != nullptr) co_return known;
  co_return probed.error();
}

Awaitable<Status> RocketChatBackend::ProbeNow() {
  const std::function<Awaitable<Status>()> work = [this]() -> Awaitable<Status> {
    Knowledge& knowledge = workspace_.knowledge();
    const auto before = knowledge.findings();
    const SteadyTime deadline = clock_.Steady() + workspace_.options().call_timeout;
    Result<Findings> probed = co_await Probe(manners_, clock_, deadline);
    Status status = probed ? Status() : Status(probed.error());
    const Status state_before = knowledge.state();
    knowledge.Note(probed, clock_.Steady());
    LogChange(before.get(), probed, state_before);
    // What it says of idle agents stands in the directory.
    if (status && before != nullptr && before->idle_agents_take_chats != knowledge.findings()->idle_agents_take_chats)
      workspace_.directory().NoteWrite();
    co_return status;
  };
  co_return co_await probes_.Do("probe", work);
}

Awaitable<> RocketChatBackend::ProbeWhenDue() {
  if (!workspace_.knowledge().IsDue(clock_.Steady(), workspace_.options().probe_interval)) co_return;
  const Status probed = co_await ProbeNow();
  static_cast<void>(probed);  // it is logged, and /readyz says it
}

Awaitable<Result<std::shared_ptr<const Directory>>> RocketChatBackend::GetDirectory() {
  const DirectoryCache::Held held = workspace_.directory().Get();
  const std::uint64_t writes = workspace_.directory().writes();
  const bool has_seen_all = held.directory != nullptr && held.writes == writes;
  const auto age = clock_.Steady() - held.read_at;
  const auto interval = workspace_.options().directory_interval;
  if (has_seen_all && age <= interval) co_return held.directory;
  if (has_seen_all && age <= kStaleIntervals * interval) {
    boost::asio::co_spawn(co_await boost::asio::this_coro::executor, Refresh(writes), boost::asio::detached);
    co_return held.directory;
  }
  co_return co_await ReadDirectoryAsOf(writes);
}

Awaitable<> RocketChatBackend::Refresh(std::uint64_t writes) {
  const DirectoryResult read = co_await ReadDirectoryAsOf(writes);
  if (!read) Log(LogLevel::kWarning, "workspace.directory_not_read", {{"reason", read.error().message}});
}

// A reading that began before a write does not know of it: each number of writes has a reading of its own.
Awaitable<RocketChatBackend::DirectoryResult> RocketChatBackend::ReadDirectoryAsOf(std::uint64_t writes) {
  const std::function<Awaitable<DirectoryResult>()> work = [this, writes]() -> Awaitable<DirectoryResult> {
    const SteadyTime began = clock_.Steady();
    const SteadyTime deadline = began + workspace_.options().call_timeout;
    std::shared_ptr<const Directory> before = workspace_.directory().Get().directory;
    const std::shared_ptr<const Findings> findings = workspace_.knowledge().findings();
    // As a new workspace is set up.
    const bool idle_agents_take_chats = findings == nullptr || findings->idle_agents_take_chats;
    DirectoryResult read = co_await ReadDirectory(manners_, before, idle_agents_take_chats, deadline);
    if (read) workspace_.directory().Put({*read, began, writes});
    co_return read;
  };
  co_return co_await directory_reads_.Do(std::to_string(writes), work);
}

}  // namespace parley::backend::rocketchat
