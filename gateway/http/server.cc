#include "http/server.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <cstring>
#include <latch>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.h"
#include "http/connection.h"
#include "http/response_head.h"
#include "http/stream.h"

namespace parley::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

// How long accepting rests when the process has no descriptor left even for a refusal.
constexpr std::chrono::milliseconds kAcceptPause{50};

void LogEscaped(std::exception_ptr escaped, std::string_view where) {
  if (!escaped) return;
  std::string what = "unknown";
  try {
    std::rethrow_exception(escaped);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
  }
  Log(LogLevel::kError, "http.coroutine_threw", {{"where", std::string(where)}, {"what", what}});
}

// Answers 503 as far as that goes without waiting.
void RefuseConnection(int socket, std::string_view date_line) {
  Framing framing;
  framing.keep_alive = false;
  const Response response = EngineError(503, "too many connections");
  std::string bytes;
  RenderHead(response, framing, date_line, bytes);
  bytes += response.body;
  // Whatever the client has sent by now is taken off first, since closing over unread bytes resets the connection.
  char scratch[4096];
  for (int reads = 0; reads < 16; ++reads)
    if (::recv(socket, scratch, sizeof scratch, MSG_DONTWAIT) < ssize_t{sizeof scratch}) break;
  if (::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
  ::shutdown(socket, SHUT_WR);
}

// One descriptor held back, so that a client that cannot be served is told so instead of being left in the queue.
class ReservedDescriptor {
 public:
  ReservedDescriptor() { Take(); }
  ~ReservedDescriptor() { Release(); }
  ReservedDescriptor(const ReservedDescriptor&) = delete;
  ReservedDescriptor& operator=(const ReservedDescriptor&) = delete;

  // Accepts one connection in place of the reserve and hands it to `refuse`. False when even that did not work.
  template <class Refuse>
  bool Spend(int listener, Refuse refuse) {
    Release();
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      refuse(socket);
      ::close(socket);
    }
    Take();
    return socket >= 0;
  }

 private:
  void Take() { descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
  void Release() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  int descriptor_ = -1;
};

Error CannotListen(const std::string& address, std::uint16_t port, const error_code& ec) {
  return Unavailable("cannot listen on " + address + ":" + std::to_string(port) + ": " + ec.message());
}

// Listening sockets that share a port would also share it with another process of ours, silently.
error_code PortIsFree(const tcp::endpoint& endpoint) {
  error_code ec;
  asio::io_context io;
  tcp::acceptor probe(io);
  probe.open(endpoint.protocol(), ec);
  if (!ec) probe.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) probe.bind(endpoint, ec);
  return ec;
}

class ShardImpl final : public Shard {
 public:
  ShardImpl(int index, const ServerOptions& options, const Clock& clock, ServerObserver* observer,
            std::function<void()> on_drained)
      : index_(index),
        on_drained_(std::move(on_drained)),
        host_(options, clock, observer),
        io_(std::make_unique<asio::io_context>(1)),
        acceptor_(std::make_unique<Acceptor>(*io_)),
        ticker_(std::make_unique<SteadyTimer>(*io_)),
        pause_(std::make_unique<SteadyTimer>(*io_)) {
    host_.on_empty = [this] { ReportIfDrained(); };
  }

  // What needs the io_context goes before it; the frames that go with it still find the wheel, the host and the client.
  ~ShardImpl() override {
    acceptor_.reset();
    ticker_.reset();
    pause_.reset();
    if (client_) client_->Close();
    host_.on_empty = nullptr;
    io_.reset();
  }

  int index() const override { return index_; }
  asio::io_context& io() override { return *io_; }
  TimerWheel& timers() override { return host_.timers; }
  Client& client() override { return *client_; }

  void SetClient(std::unique_ptr<Client> client) { client_ = std::move(client); }
  void SetHandler(Handler handler) { host_.handler = std::move(handler); }

  error_code Listen(const tcp::endpoint& endpoint) {
    error_code ec;
    acceptor_->open(endpoint.protocol(), ec);
    if (!ec) acceptor_->set_option(asio::socket_base::reuse_address(true), ec);
    const int yes = 1;
    if (!ec && ::setsockopt(acceptor_->native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0)
      ec.assign(errno, boost::system::system_category());
    if (!ec) acceptor_->bind(endpoint, ec);
    if (!ec) acceptor_->listen(asio::socket_base::max_listen_connections, ec);
    if (!ec) acceptor_->native_non_blocking(true, ec);
    return ec;
  }
  tcp::endpoint endpoint() const { return acceptor_->local_endpoint(); }

  void Start() {
    asio::co_spawn(executor(), AcceptAll(), [](std::exception_ptr e) { LogEscaped(std::move(e), "accept"); });
    asio::co_spawn(executor(), TickForever(), [](std::exception_ptr e) { LogEscaped(std::move(e), "tick"); });
    thread_ = std::thread([this] { io_->run(); });
  }

  void Stop() {
    io_->stop();
    if (thread_.joinable()) thread_.join();
  }

  bool running() const { return thread_.joinable(); }

  // On the shard's thread. `on_drained` follows once, when the last connection is gone.
  void BeginDrain() {
    if (host_.draining) return;
    host_.draining = true;
    AcceptWaiting();  // closing the listening socket would reset them
    error_code ignored;
    acceptor_->close(ignored);
    pause_->cancel();
    for (Connection* const connection : host_.connections) connection->CloseIfIdle();
    ReportIfDrained();
  }

  void Advance() { host_.Advance(); }

 private:
  Awaitable<void> AcceptAll() {
    while (!host_.draining) {
      error_code ignored;
      co_await acceptor_->async_wait(asio::socket_base::wait_read, asio::redirect_error(UseAwaitable{}, ignored));
      if (host_.draining) break;
      const bool content = AcceptWaiting();
      if (!content) co_await Pause();
    }
  }

  Awaitable<void> Pause() {
    error_code ignored;
    pause_->expires_after(kAcceptPause);
    co_await pause_->async_wait(asio::redirect_error(UseAwaitable{}, ignored));
  }

  // Accepts whoever the kernel has connected already. False when there is trouble that passes with time.
  bool AcceptWaiting() {
    for (;;) {
      tcp::endpoint peer;
      auto size = static_cast<socklen_t>(peer.capacity());
      const int socket = ::accept4(acceptor_->native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket >= 0) {
        Admit(socket, peer);
      } else if (errno == EAGAIN) {
        return true;
      } else if (errno == EMFILE || errno == ENFILE) {
        // The kernel says so before it looks whether anybody is there.
        if (!reserve_.Spend(acceptor_->native_handle(), [this](int fd) { Refuse(fd); })) return false;
      } else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
        Log(LogLevel::kWarning, "http.accept_failed", {{"error", std::string(std::strerror(errno))}});
        return false;
      }
    }
  }

  void Admit(int socket, const tcp::endpoint& peer) {
    if (unstarted_ + host_.connections.size() >= host_.options.limits.connections_per_shard) {
      Refuse(socket);
      ::close(socket);
      return;
    }
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ++unstarted_;
    asio::co_spawn(executor(), Serve(Readiness::Of(*io_).Add(socket), peer.address().to_string()),
                   [](std::exception_ptr e) { LogEscaped(std::move(e), "connection"); });
  }

  // Whoever waits for a TLS handshake would not understand a word.
  void Refuse(int socket) {
    if (host_.options.tls != nullptr) return;
    RefuseConnection(socket, host_.date_line);
    if (host_.observer) host_.observer->OnResponse(Method::kGet, 503, {}, 0, 0, false);
  }

  Awaitable<void> Serve(Readiness::SlotPointer socket, std::string peer) {
    Connection connection(host_, std::move(socket), std::move(peer));
    --unstarted_;
    co_await connection.Run();
  }

  Awaitable<void> TickForever() {
    for (;;) {
      error_code ec;
      ticker_->expires_after(TimerWheel::kTick);
      co_await ticker_->async_wait(asio::redirect_error(UseAwaitable{}, ec));
      if (ec) co_return;
      Advance();
    }
  }

  void ReportIfDrained() {
    if (!host_.draining || unstarted_ > 0 || !host_.connections.empty()) return;
    if (!std::exchange(drained_, true)) on_drained_();
  }

  const int index_;
  const std::function<void()> on_drained_;
  bool drained_ = false;
  ConnectionHost host_;
  std::unique_ptr<Client> client_;
  ReservedDescriptor reserve_;
  std::size_t unstarted_ = 0;  // admitted, their coroutine not yet begun
  std::unique_ptr<asio::io_context> io_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<SteadyTimer> ticker_;
  std::unique_ptr<SteadyTimer> pause_;
  std::thread thread_;
};

}  // namespace

void Shard::Post(std::function<void()> work) {
  asio::post(io(), std::move(work));
}

class Server::Impl {
 public:
  Impl(ServerOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {
    if (options_.shards <= 0) options_.shards = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  ~Impl() { Stop(); }

  Status Build(const HandlerFactory& factory, ServerObserver* observer, ClientObserver* client_observer) {
    for (int index = 0; index < options_.shards; ++index) {
      auto shard = std::make_unique<ShardImpl>(index, options_, clock_, observer, [this] { OnShardDrained(); });
      auto client = Client::Create(options_.client, shard->io(), shard->timers(), clock_, client_observer);
      if (!client) return client.error();
      shard->SetClient(*std::move(client));
      shards_.push_back(std::move(shard));
    }
    const Status listening = Listen();
    if (!listening) return listening.error();
    for (const auto& shard : shards_) shard->SetHandler(factory(*shard));
    return {};
  }

  void Start() {
    for (const auto& shard : shards_) shard->Start();
  }

  bool Drain(std::chrono::milliseconds timeout) {
    for (const auto& shard : shards_) shard->Post([target = shard.get()] { target->BeginDrain(); });
    std::unique_lock lock(mutex_);
    return drained_.wait_for(lock, timeout, [this] { return drained_shards_ == shards_.size(); });
  }

  void Stop() {
    for (const auto& shard : shards_) shard->Stop();
  }

  void Tick() {
    std::latch done(static_cast<std::ptrdiff_t>(shards_.size()));
    for (const auto& shard : shards_) {
      if (!shard->running()) {
        done.count_down();
        continue;
      }
      shard->Post([&done, target = shard.get()] {
        target->Advance();
        done.count_down();
      });
    }
    done.wait();
  }

  const ServerOptions& options() const { return options_; }
  std::uint16_t port() const { return port_; }
  ShardImpl& shard(int index) { return *shards_[static_cast<std::size_t>(index)]; }

 private:
  Status Listen() {
    error_code ec;
    const auto address = asio::ip::make_address(options_.address, ec);
    if (ec) return InvalidArgument("listen address " + options_.address + " is not an IP address");
    tcp::endpoint endpoint(address, options_.port);
    if (options_.port != 0) ec = PortIsFree(endpoint);
    for (const auto& shard : shards_) {
      if (!ec) ec = shard->Listen(endpoint);
      if (ec) return CannotListen(options_.address, options_.port, ec);
      endpoint = shard->endpoint();  // the first one chooses when any port will do
    }
    port_ = endpoint.port();
    return {};
  }

  void OnShardDrained() {
    const std::lock_guard lock(mutex_);
    ++drained_shards_;
    drained_.notify_all();
  }

  ServerOptions options_;
  const Clock& clock_;
  std::vector<std::unique_ptr<ShardImpl>> shards_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable drained_;
  std::size_t drained_shards_ = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Create(ServerOptions options, const Clock& clock, HandlerFactory factory,
                                               ServerObserver* observer, ClientObserver* client_observer) {
  auto impl = std::make_unique<Impl>(std::move(options), clock);
  const Status built = impl->Build(factory, observer, client_observer);
  if (!built) return built.error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

void Server::Start() {
  impl_->Start();
}
std::uint16_t Server::port() const {
  return impl_->port();
}
int Server::shards() const {
  return impl_->options().shards;
}
Shard& Server::shard(int index) {
  return impl_->shard(index);
}
bool Server::Drain(std::chrono::milliseconds timeout) {
  return impl_->Drain(timeout);
}
void Server::Stop() {
  impl_->Stop();
}
void Server::Tick() {
  impl_->Tick();
}

std::string Server::url() const {
  const std::string& address = impl_->options().address;
  const bool v6 = address.find(':') != std::string::npos;
  const std::string scheme = impl_->options().tls != nullptr ? "https://" : "http://";
  return scheme + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port());
}

}  // namespace parley::http
