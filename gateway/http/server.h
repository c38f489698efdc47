// The HTTP/1.1 server: shards of one thread, one event loop, one listening socket and one upstream client each.
//
//   auto server = Server::Create(options, clock, [&](Shard& shard) { return MakeHandler(shard); });
//   if (!server) return server.error();
//   (*server)->Start();
//
// Purpose: turn bytes of strangers into Requests and Responses into bytes; guard framing, sizes and time.
// Refuses to know: routes, faces, JSON, metrics systems, where certificates come from. Errors it makes itself (400, 408, 413, 417, 431, 500, 501,
// 503) carry a small JSON object. After a framing error or a limit nothing more of the connection is parsed. Threading:
// a connection, its requests and their upstream calls stay on one shard's thread; nothing on the request path is shared
// or locked. Server's own methods are called from one thread that is not a shard's. Shutdown: Drain, Stop, then stop
// whatever other threads still post to the shards, then destroy the Server (which destroys the frames of unfinished
// handlers), then what handlers refer to. Tests: tests/unit/http/server_test.cc, server_tls_test.cc, framing_test.cc,
// timeouts_test.cc, limits_test.cc, torture_test.cc
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/client.h"
#include "http/message.h"
#include "http/server_tls.h"
#include "http/timer_wheel.h"

namespace parley::http {

struct ServerLimits {
  std::size_t head_bytes = 16 * 1024;         // request line and header fields; more is 431
  std::size_t fields = 100;                   // more is 431
  std::size_t body_bytes = 1024 * 1024;       // chunks summed; more is 413
  std::size_t connections_per_shard = 10000;  // one more is answered 503 and closed, without an answer inside TLS
};

// Each is absolute for its phase: a byte that drips in does not extend it.
struct ServerTimeouts {
  std::chrono::milliseconds head{10000};   // from the first byte of a request, then 408; and for a TLS handshake
  std::chrono::milliseconds body{30000};   // from the end of the head, or for a few KB of a streamed one; then 408
  std::chrono::milliseconds write{30000};  // of an answer, or of a part of a streamed one
  std::chrono::milliseconds idle{75000};   // between requests
  std::chrono::milliseconds linger{2000};  // how long bytes are discarded after a response that closes
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  int shards = 1;          // 0: one per core
  ServerLimits limits;
  ServerTimeouts timeouts;
  std::shared_ptr<ServerTls> tls;  // null: plain HTTP
  // Body limit of one request, asked when its head is complete; empty: limits.body_bytes for all.
  std::function<std::size_t(const Request& head)> body_limit;
  // Whether a body that is not small is given to the handler as it arrives (Request::incoming) instead of whole. Asked
  // when the head is complete; empty: all are read first.
  std::function<bool(const Request& head)> streams;
  ClientOptions client;
};

// Told what happens, on the shards' threads; implementations are thread-safe.
class ServerObserver {
 public:
  virtual ~ServerObserver() = default;
  virtual void OnConnectionOpened() {}
  virtual void OnConnectionClosed() {}
  // Every response sent. `from_handler` is false for errors the engine made itself, whose method may be unknown.
  virtual void OnResponse(Method, int /*status*/, std::chrono::nanoseconds /*duration*/, std::size_t /*bytes_in*/,
                          std::size_t /*bytes_out*/, bool /*from_handler*/) {}
};

// One thread of the server with everything that belongs to it. A handler keeps the reference it was made with.
class Shard {
 public:
  virtual ~Shard() = default;
  virtual int index() const = 0;
  virtual boost::asio::io_context& io() = 0;
  virtual TimerWheel& timers() = 0;
  virtual Client& client() = 0;

  Executor executor() { return io().get_executor(); }
  // Runs `work` on the shard's thread, later. Thread-safe, until the Server is destroyed.
  void Post(std::function<void()> work);
};

// Called once for each shard, in Create, on the caller's thread.
using HandlerFactory = std::function<Handler(Shard&)>;

class Server {
 public:
  // Binds and listens. `clock` and the observers outlive the server; observers may be null.
  // kInvalidArgument for an unusable address or CA file, kUnavailable when the port is taken.
  static Result<std::unique_ptr<Server>> Create(ServerOptions options, const Clock& clock, HandlerFactory factory,
                                                ServerObserver* observer = nullptr,
                                                ClientObserver* client_observer = nullptr);
  ~Server();

  void Start();
  std::uint16_t port() const;
  std::string url() const;  // "http://127.0.0.1:41231", "https://..." with TLS
  int shards() const;
  Shard& shard(int index);

  // Stops accepting, closes idle connections, finishes requests in flight with "Connection: close".
  // Waits until no connection is left, at most `timeout`; true when none is.
  bool Drain(std::chrono::milliseconds timeout);
  // Ends the shards' threads, whatever they are doing between two steps, and joins them. Idempotent.
  void Stop();

  // Fires every deadline that has passed by the clock, instead of at the next tick, and returns when it is done.
  // For tests, which move the clock by hand.
  void Tick();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::http
