// The upstream client of one shard: keep-alive connections to backends over plain TCP and verified TLS.
//
//   ClientRequest request(Method::kGet, origin, "/api/v1/me");
//   request.AddHeader("X-Auth-Token", token);
//   Result<ClientResponse> answer = co_await shard.client().Send(request, deadline);
//
// Purpose: one request, one complete response, by a deadline. Bodies that pass through are streamed, each way: then the
// deadline is the response's head's, counted anew when the request has been sent, and a body must not stand still.
// Refuses to know: JSON, Rocket.Chat, redirects, cookies, retries beyond the stale-connection rule below.
// Errors: kBadGateway  the origin could not be reached, or what it said is not an acceptable response
//         kTimeout     the deadline passed first
//         kUnavailable the bound on connections to this origin is reached; for streamed bodies it is three quarters of that
//         kPermissionDenied  no address of the origin may be connected to
//         whatever ended the source of a streamed request
// Stale rule: a reused connection that fails before its first response byte is tried once more on a new connection,
// never for POST and PATCH unless the request says that it may be repeated, and never with a streamed body.
// Threading: one thread, the shard's.
// Tests: tests/unit/http/client_test.cc, client_streaming_test.cc, client_tls_test.cc
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"
#include "http/timer_wheel.h"

namespace parley::http {

// Where a request goes.
struct Origin {
  bool tls = false;
  std::string host;  // name or address, IPv6 without brackets
  std::uint16_t port = 80;

  std::string Authority() const;  // the Host header: the port only when it is not the scheme's own
  bool operator==(const Origin&) const = default;
};

// "https://chat.example.com", "http://127.0.0.1:3000/". kInvalidArgument for other schemes, a path, user or query.
Result<Origin> ParseOrigin(std::string_view url);

// Names to addresses, instead of the system's resolver on Asio's one thread for it. The error says why there is none.
using LookUpName = std::function<Awaitable<Result<std::vector<boost::asio::ip::address>>>(std::string host)>;
// Whether an address that `host` was resolved to, or that it is, may be connected to.
using MayConnect = std::function<bool(const boost::asio::ip::address& address, std::string_view host)>;

struct ClientOptions {
  std::size_t connections_per_origin = 1024;        // open at one time
  std::chrono::milliseconds idle{4000};             // below the backend's own keep-alive (Node: 5 s)
  std::chrono::milliseconds connect_timeout{5000};  // per address; the request's deadline still holds
  std::chrono::milliseconds resolve_ttl{30000};     // how long a name's addresses are used again
  std::chrono::milliseconds stall{30000};           // how long a streamed body may stand still
  std::size_t head_bytes = 64 * 1024;
  std::size_t body_bytes = 8 * 1024 * 1024;
  bool cut_long_bodies = false;  // instead of refusing them
  bool keep_connections = true;  // else every request has one of its own
  std::string ca_file;           // PEM; empty: the system's certificates
  LookUpName look_up;
  MayConnect may_connect;  // empty: every address may
};

struct ClientRequest {
  ClientRequest(Method verb, Origin to, std::string path_and_query)
      : method(verb), origin(std::move(to)), target(std::move(path_and_query)) {}

  // Host, Content-Length and Connection are the client's own business. A name or value that could break the framing is
  // left out.
  void AddHeader(std::string_view name, std::string_view value);

  Method method;
  Origin origin;
  std::string target;  // begins with '/', already encoded
  std::string fields;  // header lines as sent, by AddHeader
  std::string body;
  // Where the body comes from instead. It outlives the response and its stream.
  IncomingBody* source = nullptr;
  // A long body of a success is not waited for: ClientResponse::stream.
  bool streams = false;
  bool may_repeat = false;  // whatever the method: the receiver knows a request that it gets twice
};

// Move-only: the header views point into the response itself.
class ClientResponse {
 public:
  ClientResponse() = default;
  ClientResponse(ClientResponse&&) = default;
  ClientResponse& operator=(ClientResponse&&) = default;

  // The first header of that name, compared without case; empty when absent.
  std::string_view Header(std::string_view name) const;

  int status = 0;
  std::vector<HeaderView> headers;
  std::string body;  // chunks joined
  // Where the body comes from instead, if the request asked for that. Must not outlive the client.
  std::shared_ptr<BodySource> stream;
  bool truncated = false;  // with cut_long_bodies: there was more

 private:
  friend class UpstreamConnection;
  std::vector<char> head_;
};

// Told about every finished exchange, on the shard's thread; implementations are thread-safe.
class ClientObserver {
 public:
  virtual ~ClientObserver() = default;
  // `status` is 0 when there was no response; then `error` names why.
  virtual void OnExchange(const ClientRequest& request, int status, std::string_view error,
                          std::chrono::nanoseconds duration, bool reused_connection) = 0;
};

class Client {
 public:
  // Everything given by reference outlives the client. `observer` may be null.
  // kInvalidArgument when the CA file cannot be read.
  static Result<std::unique_ptr<Client>> Create(ClientOptions options, boost::asio::io_context& io, TimerWheel& timers,
                                                const Clock& clock, ClientObserver* observer = nullptr);
  ~Client();

  // `request` outlives the await. HEAD and 204, 304 answers have no body.
  Awaitable<Result<ClientResponse>> Send(const ClientRequest& request, SteadyTime deadline);

  // Closes idle connections and everything else that needs the io_context; requests in flight are not waited for.
  void Close();
  // Close, and requests in flight end with an error, on the loop.
  void Abort();

  std::size_t open_connections() const;
  std::size_t idle_connections() const;

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::http
