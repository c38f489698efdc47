#include "app/app.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <mutex>
#include <thread>

#include "admin/admin.h"
#include "app/admin_key.h"
#include "app/followed_workspace.h"
#include "app/observers.h"
#include "app/relay_thread.h"
#include "app/remote_workspace.h"
#include "app/serving_loader.h"
#include "app/shard_parts.h"
#include "app/sync_thread.h"
#include "app/ticker.h"
#include "app/workspace_on_loop.h"
#include "auth/credentials.h"
#include "backend/embedded/bootstrap.h"
#include "backend/embedded/embedded.h"
#include "backend/embedded/timed_work.h"
#include "backend/rocketchat/overlay.h"
#include "backend/rocketchat/rocketchat.h"
#include "base/log.h"
#include "base/own_loop.h"
#include "base/text.h"
#include "http/server.h"
#include "http/server_tls.h"
#include "ledger/projector.h"
#include "metrics/metrics.h"
#include "outgoing/guarded_caller.h"
#include "resources/visitor_chats.h"

namespace parley::app {
namespace {

namespace embedded = backend::embedded;
namespace rocketchat = backend::rocketchat;

http::ServerOptions ServerOptionsOf(const config::Config::Server& server, int shards) {
  http::ServerOptions options;
  options.address = server.listen.host;
  options.port = server.listen.port;
  options.shards = shards;
  options.limits.body_bytes = server.max_body_bytes;
  options.limits.connections_per_shard = static_cast<std::size_t>(std::max(1, server.max_connections / shards));
  options.timeouts.head = server.header_timeout;
  options.timeouts.body = server.body_timeout;
  options.timeouts.idle = server.idle_timeout;
  return options;
}

int ShardCount(const config::Config::Server& server) {
  if (server.shards > 0) return server.shards;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

// A connection is a descriptor; the soft limit of most systems is far below what the hard one allows.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

embedded::Options WorkspaceOptions(const config::Config& config) {
  embedded::Options options;
  options.edition = config.embedded.edition == config::Edition::kCommunity ? embedded::Edition::kCommunity
                                                                           : embedded::Edition::kPremium;
  options.version = config.embedded.compat_version;
  options.time_zone = config.account.timezone;
  options.uploads_directory = config.data_directory + "/uploads";
  return options;
}

// REQUIRES: each can be read, as the configuration has checked
std::vector<IpNetwork> NetworksOf(const std::vector<std::string>& texts) {
  std::vector<IpNetwork> networks;
  for (const std::string& text : texts) networks.push_back(*ParseNetwork(text));
  return networks;
}

mapping::AccountInfo AccountOf(const config::Config::Account& account) {
  mapping::AccountInfo info;
  info.license = account.license_id;
  info.language = account.language;
  info.timezone = account.timezone;
  info.name = account.name;
  return info;
}

// The routes that take a file: as large as the workspace's settings allow.
bool IsUpload(const http::Request& head) {
  constexpr std::string_view kRoutes[] = {"/api/v1/livechat/upload/", "/api/v1/rooms.upload/", "/api/v1/rooms.media/"};
  return std::any_of(std::begin(kRoutes), std::end(kRoutes),
                     [&](std::string_view route) { return head.path.starts_with(route); });
}

// An address that cannot be had is mostly a busy one.
Error CannotListen(Error error, const std::string& option) {
  error.message += "; choose another with " + option + " (port 0: any free one)";
  return error;
}

// What is done as time passes: the embedded backend's timed work or a look at what the workspace can do, and the end of
// visitors' sessions, with a thread and a view of the store of its own.
struct Background {
  explicit Background(std::chrono::milliseconds pause) : ticker(pause) {}
  // Connections go before the loop they are on.
  ~Background() {
    ticker.Stop();
    backend.reset();
  }

  std::unique_ptr<storage::ShardStores> stores;
  std::unique_ptr<embedded::Services> services;
  std::unique_ptr<embedded::TimedWork> work;  // null: the backend is elsewhere
  std::unique_ptr<backend::Backend> backend;
  WorkspaceOnLoop* remote = nullptr;  // it, when it is elsewhere
  std::unique_ptr<resources::LocalStore> local;
  std::unique_ptr<resources::VisitorChats> visitor_chats;

  Awaitable<void> Run() {
    if (work != nullptr) co_await work->Run();
    if (remote != nullptr) co_await remote->workspace().ProbeWhenDue();
    const Status closed = co_await visitor_chats->CloseLapsed(*backend);
    if (!closed) Log(LogLevel::kWarning, "visitor_chats.close_failed", {{"reason", closed.error().message}});
  }

  void GiveUp() {
    if (remote != nullptr) remote->Abort();
  }

  Ticker ticker;  // last: destroyed, and so stopped, before what its work uses
};

Awaitable<http::Response> ShardAnswer(pipeline::Pipeline& pipeline, const http::Request& request) {
  return pipeline.Handle(request);
}

}  // namespace

// In the order things are built; destroyed in reverse.
struct App::Parts {
  explicit Parts(config::Config the_config) : config(std::move(the_config)) {}

  config::Config config;
  FirstStart first_start;
  bool started = false;
  std::mutex reload_mutex;
  SystemClock clock;
  std::unique_ptr<IdGenerator> ids = MakeSecureIdGenerator();
  pipeline::ServingSlot serving;
  std::unique_ptr<metrics::Metrics> metrics;
  std::unique_ptr<MetricsObserver> observer;
  OwnLoop loop;  // of the start; threads that answered on it may still hold it until they have stopped
  std::unique_ptr<storage::Store> store;
  ledger::Projector projector;
  std::shared_ptr<const specs::Spec> rocketchat_spec;  // the workspace points into it, whatever is reloaded
  std::shared_ptr<outgoing::GuardedCaller> outgoing;   // for whoever asks other services
  std::unique_ptr<embedded::Workspace> workspace;      // one of the two
  std::unique_ptr<rocketchat::Workspace> remote;
  std::unique_ptr<embedded::Workspace> stand_in;  // for what the remote one lacks
  embedded::RateLimiter limiter;
  std::unique_ptr<Background> background;
  boost::asio::io_context relay_loop{1};
  std::unique_ptr<outgoing::GuardedCaller> deliveries;  // the relay's way out
  std::unique_ptr<RelayThread> relay;                   // null: not enabled
  std::unique_ptr<RelayAdmin> relay_admin;
  std::vector<records::GroupRule> group_rules;
  std::unique_ptr<SyncThread> sync;  // with the workspace; null: the backend is here
  std::unique_ptr<SharedParts> shared;
  std::vector<std::unique_ptr<ShardParts>> shards;
  embedded::EmbeddedBackend* first_backend = nullptr;  // does what the workspace does by itself
  std::unique_ptr<admin::AdminApi> admin_api;
  std::shared_ptr<http::ServerTls> tls;  // null: plain HTTP
  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::Server> admin_server;

  // Serialised: a signal and the admin API may both ask for it.
  Status LoadServingInto(Problems& problems);
  Status LoadCertificate(Problems& problems);
  Status OpenStore();
  Status OpenWorkspace();
  Status OpenSync();
  std::unique_ptr<ShardParts> MakeShard(std::unique_ptr<storage::ShardStores> stores, http::Shard& shard);
  Status Bootstrap();
  Status BootstrapUsers(storage::ShardStores& stores);
  Status OpenBackground();
  Status OpenRelay();
  RelayShared ForRelay();
  Status OpenServer();
  Status OpenAdmin();
  Status Ready() const;
};

Status App::Parts::LoadServingInto(Problems& problems) {
  const std::lock_guard lock(reload_mutex);
  std::shared_ptr<pipeline::Serving> loaded = LoadServing(config.files, problems);
  if (loaded == nullptr) return InvalidArgument("specs or mappings cannot be used");
  std::vector<metrics::OperationLabels> labels = pipeline::MetricsLabels(*loaded);
  if (metrics == nullptr) {
    metrics =
        std::make_unique<metrics::Metrics>(std::move(labels), static_cast<std::size_t>(ShardCount(config.server)));
    observer = std::make_unique<MetricsObserver>(*metrics);
    rocketchat_spec = loaded->rocketchat_spec;
  } else if (!metrics->SameOperations(labels)) {
    // Counters are laid out by operation, and the backend's routes point into its spec.
    problems.Add(config.files.specs, 0, "operations were added or removed; that needs a restart");
    return InvalidArgument("the set of operations changed");
  }
  // Last of what can fail: either all of it is new or nothing.
  if (Status certified = LoadCertificate(problems); !certified) return certified;
  serving.Set(std::move(loaded));
  return {};
}

Status App::Parts::LoadCertificate(Problems& problems) {
  const config::Config::Server& files = config.server;
  if (files.tls_certificate.empty()) return {};
  if (tls != nullptr) return tls->Reload(problems);
  tls = http::ServerTls::Load({files.tls_certificate, files.tls_key}, problems);
  return tls != nullptr ? Status() : InvalidArgument("server.tls.certificate or server.tls.key cannot be used");
}

Status App::Parts::OpenStore() {
  Result<std::unique_ptr<storage::Store>> opened = storage::OpenStore(config.store.url, clock, *ids);
  if (!opened) return opened.error();
  store = std::move(*opened);
  Result<outgoing::AddressGuard> guard = outgoing::AddressGuard::Create(config.outgoing.allow);
  if (!guard) return guard.error();
  outgoing = std::make_shared<outgoing::GuardedCaller>(outgoing::CallerOptions{*std::move(guard)});
  return OpenWorkspace();
}

Status App::Parts::OpenWorkspace() {
  if (config.backend.kind == config::BackendKind::kRocketChat) {
    Result<std::unique_ptr<rocketchat::Workspace>> made = MakeRemoteWorkspace(config, *rocketchat_spec);
    if (!made) return made.error();
    remote = *std::move(made);
    MeasureRemoteWorkspace(*remote, clock, *metrics);
  }
  embedded::Options options = WorkspaceOptions(config);
  options.outgoing = outgoing;
  if (remote != nullptr) options.edition = embedded::Edition::kPremium;
  Result<std::unique_ptr<embedded::Workspace>> made = embedded::Workspace::Create(std::move(options), *rocketchat_spec);
  if (!made) return made.error();
  (remote != nullptr ? stand_in : workspace) = std::move(*made);
  return {};
}

Status App::Parts::OpenSync() {
  if (remote == nullptr) return {};
  for (const config::Config::Groups::Rule& rule : config.groups.rules) {
    group_rules.push_back(
        {rule.group, rule.url_contains, rule.custom_field, rule.custom_value, rule.tag, Lower(rule.agent)});
  }
  const SyncShared parts{
      *store,      projector, clock, *metrics, {config.backend.poll_interval, !config.backend.webhook_token.empty()},
      &group_rules};
  Result<std::unique_ptr<SyncThread>> made =
      SyncThread::Create(parts, [this](Executor executor) -> Result<SyncThread::Connected> {
        Result<std::unique_ptr<WorkspaceOnLoop>> workspace_there =
            WorkspaceOnLoop::Create(*remote, UpstreamOptions(config), executor, clock,
                                    WorkspaceOnLoop::Finding::kElsewhere);  // in the background
        if (!workspace_there) return workspace_there.error();
        WorkspaceOnLoop& there = **workspace_there;
        return SyncThread::Connected{*std::move(workspace_there), [&there] { there.Abort(); }};
      });
  if (!made) return made.error();
  sync = *std::move(made);
  return {};
}

std::unique_ptr<ShardParts> App::Parts::MakeShard(std::unique_ptr<storage::ShardStores> stores, http::Shard& shard) {
  std::unique_ptr<backend::Backend> backend;
  http::Handler receiver;
  if (remote != nullptr) {
    auto there = std::make_unique<rocketchat::RocketChatBackend>(*remote, shard.client(), shard.timers(), clock);
    const FollowedWorkspace::Shared with{*sync, projector, clock, *ids, config.backend.webhook_token, &group_rules};
    auto followed = std::make_unique<FollowedWorkspace>(std::move(there), *stores, with);
    receiver = [workspace = followed.get()](const http::Request& request) { return workspace->Receive(request); };
    backend = std::make_unique<rocketchat::Overlay>(
        std::move(followed), std::make_unique<embedded::EmbeddedBackend>(*stores, projector, clock, *ids, *stand_in),
        remote->knowledge(), clock);
  } else {
    auto here = std::make_unique<embedded::EmbeddedBackend>(*stores, projector, clock, *ids, *workspace,
                                                            config.embedded.rate_limit ? &limiter : nullptr);
    if (first_backend == nullptr) first_backend = here.get();
    backend = std::move(here);
  }
  return std::make_unique<ShardParts>(std::move(stores), std::move(backend), std::move(receiver), *shared,
                                      metrics->shard(static_cast<std::size_t>(shard.index())));
}

Status App::Parts::Bootstrap() {
  Result<std::unique_ptr<storage::ShardStores>> stores = store->OpenShard(loop.executor());
  if (!stores) return stores.error();
  if (workspace != nullptr) {
    if (Status made = BootstrapUsers(**stores); !made) return made;
  }
  if (config.bootstrap.login.empty()) return {};
  auth::CredentialStore credentials((*stores)->documents(), (*stores)->committer(), clock, *ids);
  return loop.Run(
      credentials.Put(config.bootstrap.login, auth::Role::kOwner, auth::CredentialKind::kKey, config.bootstrap.key));
}

Status App::Parts::BootstrapUsers(storage::ShardStores& stores) {
  embedded::FirstAdministrator admin;
  admin.id = config.embedded.admin_id;
  admin.username = config.embedded.admin_username;
  admin.password = config.embedded.admin_password;
  admin.email = config.embedded.admin_email;
  embedded::FirstOwner owner;
  owner.login = config.bootstrap.login;
  owner.username = owner.name = UsernameFromLogin(config.bootstrap.login);
  embedded::Services services{stores, projector, clock, *ids, *workspace};
  const Result<embedded::BootstrapResult> made = loop.Run(embedded::Bootstrap(services, admin, owner));
  if (!made) return made.error();
  first_start.admin_username = config.embedded.admin_username;
  first_start.admin_password = made->generated_password;
  return {};
}

Status App::Parts::OpenBackground() {
  constexpr std::chrono::milliseconds kPause{1000};
  auto made = std::make_unique<Background>(kPause);
  Result<std::unique_ptr<storage::ShardStores>> stores = store->OpenShard(made->ticker.executor());
  if (!stores) return stores.error();
  made->stores = std::move(*stores);
  if (remote != nullptr) {
    Result<std::unique_ptr<WorkspaceOnLoop>> backend =
        WorkspaceOnLoop::Create(*remote, UpstreamOptions(config), made->ticker.executor(), clock);
    if (!backend) return backend.error();
    made->remote = backend->get();
    made->backend = *std::move(backend);
  } else {
    made->services.reset(new embedded::Services{*made->stores, projector, clock, *ids, *workspace});
    made->work = std::make_unique<embedded::TimedWork>(*made->services);
    made->backend = std::make_unique<embedded::EmbeddedBackend>(*made->stores, projector, clock, *ids, *workspace);
  }
  made->local.reset(new resources::LocalStore{*made->stores, projector, clock, *ids});
  made->visitor_chats = std::make_unique<resources::VisitorChats>(*made->local);
  background = std::move(made);
  return {};
}

RelayShared App::Parts::ForRelay() {
  return {config, *store, projector, clock, *ids, *deliveries, *metrics};
}

Status App::Parts::OpenRelay() {
  Result<outgoing::AddressGuard> guard = outgoing::AddressGuard::Create(config.outgoing.allow);
  if (!guard) return guard.error();
  outgoing::CallerOptions options{*std::move(guard), static_cast<std::size_t>(config.relay.connections), true};
  if (!config.relay.enabled) {
    deliveries = std::make_unique<outgoing::GuardedCaller>(std::move(options));
    return {};
  }
  deliveries = std::make_unique<outgoing::GuardedCaller>(std::move(options), relay_loop);
  Result<std::unique_ptr<RelayThread>> made = RelayThread::Create(ForRelay(), relay_loop);
  if (!made) return made.error();
  relay = *std::move(made);
  store->OnEvents([this] { relay->Wake(); });
  return {};
}

Status App::Parts::OpenServer() {
  shared.reset(
      new SharedParts{projector,
                      clock,
                      *ids,
                      *outgoing,
                      serving,
                      *observer,
                      AccountOf(config.account),
                      {config.server.request_timeout, config.admin.key, NetworksOf(config.server.trusted_proxies)},
                      remote != nullptr ? pipeline::ForwardedHeaders::kAll : pipeline::ForwardedHeaders::kKnown});
  Status opened_all;
  const http::HandlerFactory factory = [&](http::Shard& shard) -> http::Handler {
    Result<std::unique_ptr<storage::ShardStores>> stores = store->OpenShard(shard.executor());
    if (!stores) {
      opened_all = stores.error();
      return {};
    }
    shards.push_back(MakeShard(*std::move(stores), shard));
    pipeline::Pipeline& pipeline = shards.back()->pipeline();
    return [&pipeline](const http::Request& request) { return ShardAnswer(pipeline, request); };
  };
  http::ServerOptions options = ServerOptionsOf(config.server, ShardCount(config.server));
  options.tls = tls;
  options.client = UpstreamOptions(config);
  options.body_limit = [this, upload = UpstreamOptions(config).body_bytes](const http::Request& head) {
    if (!IsUpload(head)) return config.server.max_body_bytes;
    return std::max(config.server.max_body_bytes, workspace != nullptr ? workspace->UploadBodyLimit() : upload);
  };
  Result<std::unique_ptr<http::Server>> made = http::Server::Create(options, clock, factory, observer.get());
  if (!made) return CannotListen(made.error(), "server.listen");
  server = std::move(*made);
  return opened_all;
}

Status App::Parts::OpenAdmin() {
  admin::AdminSources sources;
  sources.key = config.admin.key;
  sources.metrics = [this] { return metrics->Render(); };
  sources.ready = [this] { return Ready(); };
  sources.details = [this] { return remote != nullptr ? ShowRemoteWorkspace(*remote) : Json::MakeObject(); };
  sources.routes = [this] {
    const auto findings = remote != nullptr ? remote->knowledge().findings() : nullptr;
    return CoverageJson(Coverage(*serving.Get(), findings.get()));
  };
  sources.reload = [this](Problems& problems) { return LoadServingInto(problems); };
  if (sync != nullptr) sources.sync = [this] { return sync->ProgressJson(); };
  sources.relay = [this](const http::Request& request) { return relay_admin->Handle(request); };
  admin_api = std::make_unique<admin::AdminApi>(std::move(sources));
  http::ServerOptions options;
  options.address = config.admin.listen.host;
  options.port = config.admin.listen.port;
  Status opened;
  const http::HandlerFactory factory = [&, this](http::Shard& shard) -> http::Handler {
    Result<std::unique_ptr<storage::ShardStores>> stores = store->OpenShard(shard.executor());
    if (!stores) {
      opened = stores.error();
      return {};
    }
    relay_admin = std::make_unique<RelayAdmin>(ForRelay(), *std::move(stores), [this] {
      if (relay != nullptr) relay->Wake();
    });
    return [this](const http::Request& request) { return admin_api->Handle(request); };
  };
  Result<std::unique_ptr<http::Server>> made = http::Server::Create(options, clock, factory);
  if (!made) return CannotListen(made.error(), "admin.listen");
  admin_server = std::move(*made);
  return opened;
}

Status App::Parts::Ready() const {
  if (Status healthy = store->Health(); !healthy) return healthy;
  return remote != nullptr ? remote->Health(clock.Now()) : Status();
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App() {
  Stop();
}

Result<std::unique_ptr<App>> App::Create(config::Config config, Problems& problems) {
  RaiseDescriptorLimit();
  SetLogLevel(config.log_level);
  auto parts = std::make_unique<Parts>(std::move(config));
  if (parts->config.admin.key.empty()) {
    Result<AdminKey> key = LoadOrMakeAdminKey(parts->config.data_directory, *parts->ids);
    if (!key) return key.error();
    parts->config.admin.key = key->key;
    parts->first_start.admin_key_file = key->generated_file;
  }
  if (Status loaded = parts->LoadServingInto(problems); !loaded) return loaded.error();
  if (Status opened = parts->OpenStore(); !opened) return opened.error();
  // From here on an App owns the parts, so that its Stop closes what is open whichever step fails.
  std::unique_ptr<App> app(new App(std::move(parts)));
  if (Status made = app->parts_->Bootstrap(); !made) return made.error();
  if (Status opened = app->parts_->OpenBackground(); !opened) return opened.error();
  if (Status opened = app->parts_->OpenRelay(); !opened) return opened.error();
  if (Status opened = app->parts_->OpenSync(); !opened) return opened.error();
  if (Status opened = app->parts_->OpenServer(); !opened) return opened.error();
  if (Status opened = app->parts_->OpenAdmin(); !opened) return opened.error();
  return app;
}

void App::Start() {
  parts_->started = true;
  if (parts_->first_backend != nullptr) {
    boost::asio::co_spawn(parts_->server->shard(0).executor(), parts_->first_backend->WorkByItself(),
                          boost::asio::detached);
  }
  parts_->server->Start();
  parts_->admin_server->Start();
  Background& background = *parts_->background;
  background.ticker.Start([&background] { return background.Run(); }, [&background] { background.GiveUp(); });
  if (parts_->relay != nullptr) parts_->relay->Start();
  if (parts_->sync != nullptr) parts_->sync->Start();
}

std::string App::server_url() const {
  return parts_->server->url();
}

std::string App::admin_url() const {
  return parts_->admin_server->url();
}

const FirstStart& App::first_start() const {
  return parts_->first_start;
}

Status App::Reload(Problems& problems) {
  return parts_->LoadServingInto(problems);
}

void App::Stop() {
  if (parts_->server != nullptr) {
    if (parts_->started && !parts_->server->Drain(parts_->config.server.drain_timeout))
      Log(LogLevel::kWarning, "server.drain_timeout", {});
    parts_->server->Stop();
  }
  if (parts_->admin_server != nullptr) parts_->admin_server->Stop();
  // What waits for another service waits no longer, the ticker's pass included.
  if (parts_->outgoing != nullptr) parts_->outgoing->Stop();
  if (parts_->background != nullptr) parts_->background->ticker.Stop();
  if (parts_->sync != nullptr) parts_->sync->Stop();
  if (parts_->relay != nullptr) parts_->relay->Halt();
  if (parts_->deliveries != nullptr) parts_->deliveries->Stop();
  if (parts_->relay != nullptr) parts_->relay->Stop();
  // Nothing posts to the shards any more once the store and the workers have stopped; only then may they go.
  if (parts_->workspace != nullptr) parts_->workspace->Stop();
  if (parts_->stand_in != nullptr) parts_->stand_in->Stop();
  if (parts_->store != nullptr) parts_->store->Stop();
  parts_->admin_server.reset();
  parts_->server.reset();
}

}  // namespace parley::app
