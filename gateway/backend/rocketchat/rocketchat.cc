#include "backend/rocketchat/rocketchat.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "backend/rocketchat/directory_reader.h"
#include "backend/rocketchat/pages.h"
#include "base/log.h"

namespace parley::backend::rocketchat {
namespace {

// How many intervals old what is known may be while it is read anew.
constexpr int kStaleIntervals = 6;

constexpr std::string_view kDirectoryRoutes[] = {"users.",
                                                 "livechat/users/",
                                                 "livechat/department",
                                                 "livechat/agent.",
                                                 "livechat/agents.",
                                                 "livechat/business-hour",
                                                 "settings/Livechat_enabled_when_agent_idle",
                                                 "roles."};
constexpr std::string_view kIdleSetting = "Livechat_enabled_when_agent_idle";

bool ChangesDirectory(const Request& request) {
  if (request.method == http::Method::kGet || request.method == http::Method::kHead) return false;
  return std::any_of(std::begin(kDirectoryRoutes), std::end(kDirectoryRoutes),
                     [&](std::string_view route) { return request.path.starts_with(route); });
}

}  // namespace

Result<std::unique_ptr<Workspace>> Workspace::Create(Options options, const specs::Spec& spec) {
  Problems problems;
  routing::RouteTable routes = routing::RouteTable::Build({&spec}, routing::RouteTable::Options(), problems);
  if (!problems.empty()) return InvalidArgument(Format(problems.list().front()));
  return std::unique_ptr<Workspace>(new Workspace(std::move(options), std::move(routes)));
}

std::string Workspace::RouteName(const Request& request) const {
  const std::string path = request.path.starts_with('/') ? request.path : "/api/v1/" + request.path;
  const Result<routing::RouteMatch> match = routes_.Match(request.method, path);
  if (match) return match->operation->id;
  return std::string(http::NameOf(request.method)) + " " + request.path;
}

RocketChatBackend::RocketChatBackend(Workspace& workspace, http::Client& client, http::TimerWheel& timers,
                                     const Clock& clock)
    : workspace_(workspace),
      clock_(clock),
      http_(client, workspace.options()),
      identity_(http_, workspace.identity(), workspace.options()),
      manners_(
          identity_, workspace.manners(), [&workspace](const Request& request) { return workspace.RouteName(request); },
          timers, clock) {}

Awaitable<Result<Response>> RocketChatBackend::Call(const Request& request) {
  if (request.deadline == SteadyTime()) {
    Request timed = request;
    timed.deadline = clock_.Steady() + workspace_.options().call_timeout;
    co_return co_await Call(timed);
  }
  Result<Response> answer = co_await manners_.Call(request);
  // A write whose answer was lost may have been done.
  if (ChangesDirectory(request) && (!answer || answer->status < 400)) workspace_.directory().NoteWrite();
  co_return answer;
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
    const Result<Json> setting =
        co_await ReadObject(manners_, OwnRead("settings/" + std::string(kIdleSetting), deadline));
    if (setting) workspace_.idle_agents_take_chats = setting->Flag("value", true);
    DirectoryResult read = co_await ReadDirectory(manners_, before, workspace_.idle_agents_take_chats, deadline);
    if (read) workspace_.directory().Put({*read, began, writes});
    co_return read;
  };
  co_return co_await directory_reads_.Do(std::to_string(writes), work);
}

}  // namespace parley::backend::rocketchat
