// A Rocket.Chat workspace as the backend.
//
// Purpose: what the embedded backend is in process, over HTTP: calls pass to the workspace, the gateway's own as its
// account there, with manners (manners.h), by the means its line has (older_lines.h); the directory is kept for all shards and read anew after every write that
// may change it; what the workspace can do is found out now and then (capabilities.h).
// Refuses to know: LiveChat, the ledger, what a route means beyond whether it changes the directory.
// Threading: Workspace is thread-safe and shared; a RocketChatBackend belongs to one shard.
// Tests: tests/unit/backend/rocketchat/, tests/e2e/roundtrip.test.mjs
#pragma once

#include <memory>
#include <string>

#include "backend/backend.h"
#include "backend/rocketchat/directory_cache.h"
#include "backend/rocketchat/http_service.h"
#include "backend/rocketchat/identity.h"
#include "backend/rocketchat/knowledge.h"
#include "backend/rocketchat/manners.h"
#include "backend/rocketchat/measured.h"
#include "backend/rocketchat/older_lines.h"
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
  SharedOlderLines& older_lines() { return older_lines_; }
  DirectoryCache& directory() { return directory_; }
  Knowledge& knowledge() { return knowledge_; }
  const Knowledge& knowledge() const { return knowledge_; }
  // Why requests cannot be served: it cannot be reached, or refuses the account.
  Status Health(Time now);

  // REQUIRES: nobody calls yet
  void ObserveCalls(CallObserver observer) { on_call_ = std::move(observer); }
  const CallObserver& on_call() const { return on_call_; }

  // "GET livechat/department/{_id}"; what no spec describes is a route of its own.
  Manners::Route RouteOf(const Request& request) const;
  // The same with one name for all that no spec describes.
  std::string_view RouteLabel(const Request& request) const;

 private:
  const specs::Operation* OperationOf(const Request& request) const;  // null: no spec describes it
  Workspace(Options options, routing::RouteTable routes)
      : options_(std::move(options)), routes_(std::move(routes)), identity_(options_) {}

  const Options options_;
  const routing::RouteTable routes_;
  SharedManners manners_;
  SharedIdentity identity_;
  SharedOlderLines older_lines_;
  DirectoryCache directory_;
  Knowledge knowledge_;
  CallObserver on_call_;
};

class RocketChatBackend final : public Backend {
 public:
  RocketChatBackend(Workspace& workspace, http::Client& client, http::TimerWheel& timers, const Clock& clock);

  Awaitable<Result<Response>> Call(const Request& request) override;
  // At most `directory_interval` old; one that is a little older is answered while it is read anew.
  Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory() override;
  // As of the last look; the first one is waited for.
  Awaitable<Result<std::shared_ptr<const Capabilities>>> GetCapabilities() override;
  // Looks what the workspace can do.
  Awaitable<Status> ProbeNow();
  // The same when it is time. To be called every second or so, by one of all shards.
  Awaitable<> ProbeWhenDue();

 private:
  using DirectoryResult = Result<std::shared_ptr<const Directory>>;

  Awaitable<DirectoryResult> ReadDirectoryAsOf(std::uint64_t writes);
  Awaitable<> Refresh(std::uint64_t writes);
  void NoteAnswer(const Request& request, const Result<Response>& answer);

  Workspace& workspace_;
  const Clock& clock_;
  HttpService http_;
  Measured measured_;
  Identity identity_;
  OlderLines older_lines_;
  Manners manners_;
  SingleFlight<DirectoryResult> directory_reads_;
  SingleFlight<Status> probes_;
};

}  // namespace parley::backend::rocketchat
