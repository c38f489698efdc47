// A Rocket.Chat workspace as the backend.
//
// Purpose: what the embedded backend is in process, over HTTP: calls pass to the workspace, the gateway's own as its
// account there, with manners (manners.h); the directory is kept for all shards and read anew after every write that
// may change it.
// Refuses to know: LiveChat, the ledger, what a route means beyond whether it changes the directory.
// Threading: Workspace is thread-safe and shared; a RocketChatBackend belongs to one shard.
// Tests: tests/unit/backend/rocketchat/, tests/e2e/roundtrip.test.mjs
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "backend/backend.h"
#include "backend/rocketchat/directory_cache.h"
#include "backend/rocketchat/http_service.h"
#include "backend/rocketchat/identity.h"
#include "backend/rocketchat/manners.h"
#include "backend/rocketchat/options.h"
#include "routing/route_table.h"

namespace parley::backend::rocketchat {

// What all shards know of one workspace.
class Workspace {
 public:
  // `spec`: the API's routes; it must outlive the workspace. Errors: kInvalidArgument for routes that contradict.
  static Result<std::unique_ptr<Workspace>> Create(Options options, const specs::Spec& spec);

  const Options& options() const { return options_; }
  SharedManners& manners() { return manners_; }
  SharedIdentity& identity() { return identity_; }
  DirectoryCache& directory() { return directory_; }

  // "GET livechat/department/{_id}"; what no spec describes is a route of its own.
  std::string RouteName(const Request& request) const;

  // Whether agents whose presence is offline are given chats: the setting Livechat_enabled_when_agent_idle.
  std::atomic<bool> idle_agents_take_chats{true};

 private:
  Workspace(Options options, routing::RouteTable routes)
      : options_(std::move(options)), routes_(std::move(routes)), identity_(options_) {}

  const Options options_;
  const routing::RouteTable routes_;
  SharedManners manners_;
  SharedIdentity identity_;
  DirectoryCache directory_;
};

class RocketChatBackend final : public Backend {
 public:
  RocketChatBackend(Workspace& workspace, http::Client& client, http::TimerWheel& timers, const Clock& clock);

  Awaitable<Result<Response>> Call(const Request& request) override;
  // At most `directory_interval` old; one that is a little older is answered while it is read anew.
  Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory() override;

 private:
  using DirectoryResult = Result<std::shared_ptr<const Directory>>;

  Awaitable<DirectoryResult> ReadDirectoryAsOf(std::uint64_t writes);
  Awaitable<> Refresh(std::uint64_t writes);

  Workspace& workspace_;
  const Clock& clock_;
  HttpService http_;
  Identity identity_;
  Manners manners_;
  SingleFlight<DirectoryResult> directory_reads_;
};

}  // namespace parley::backend::rocketchat
