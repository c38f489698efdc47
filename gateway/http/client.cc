#include "http/client.h"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>

#include "base/text.h"
#include "http/request_parser.h"
#include "http/resolver.h"
#include "http/response_head.h"
#include "http/upstream_connection.h"

namespace parley::http {

namespace asio = boost::asio;

namespace {

// Methods whose effect is the same when a request reaches the backend twice.
bool IsRepeatable(const ClientRequest& request) {
  if (request.source != nullptr) return false;
  return request.may_repeat || (request.method != Method::kPost && request.method != Method::kPatch);
}

bool IsTarget(std::string_view target) {
  if (!target.starts_with('/')) return false;
  return std::none_of(target.begin(), target.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f || c == '#'; });
}

Result<std::unique_ptr<asio::ssl::context>> MakeTls(const ClientOptions& options) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code ec;
  tls->set_options(
      asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, ec);
  if (!ec) tls->set_verify_mode(asio::ssl::verify_peer, ec);
  if (!ec && options.ca_file.empty()) tls->set_default_verify_paths(ec);
  if (!ec && !options.ca_file.empty()) tls->load_verify_file(options.ca_file, ec);
  if (ec) return InvalidArgument("certificates cannot be loaded from " + options.ca_file + ": " + ec.message());
  return tls;
}

}  // namespace

std::string Origin::Authority() const {
  std::string authority = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) authority += ":" + std::to_string(port);
  return authority;
}

Result<Origin> ParseOrigin(std::string_view url) {
  const Error malformed = InvalidArgument("not an http or https origin: " + std::string(url));
  Origin origin;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    origin.tls = true;
    origin.port = 443;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return malformed;
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (!IsHost(rest)) return malformed;

  const std::size_t bracket = rest.find(']');
  const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const auto port = ParseInteger(rest.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return malformed;
    origin.port = static_cast<std::uint16_t>(*port);
  }
  origin.host = bracket == std::string_view::npos ? rest.substr(0, colon) : rest.substr(1, bracket - 1);
  return origin;
}

void ClientRequest::AddHeader(std::string_view name, std::string_view value) {
  AppendField(name, value, fields);
}

std::string_view ClientResponse::Header(std::string_view name) const {
  for (const HeaderView& header : headers)
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  return {};
}

class Client::Impl {
 public:
  Impl(ClientOptions options, std::unique_ptr<asio::ssl::context> tls, asio::io_context& io, TimerWheel& timers,
       const Clock& clock, ClientObserver* observer)
      : options_(std::move(options)),
        tls_(std::move(tls)),
        io_(io),
        timers_(timers),
        clock_(clock),
        observer_(observer),
        resolver_(io, timers, clock, options_.resolve_ttl, options_.look_up) {}

  Awaitable<Result<ClientResponse>> Send(const ClientRequest& request, SteadyTime deadline) {
    return observer_ ? Observed(request, deadline) : Attempt(request, deadline, nullptr);
  }

  void Close() {
    closed_ = true;
    for (const auto& pool : pools_) pool->idle.clear();
    resolver_.Close();
  }

  void Abort() {
    Close();
    resolver_.Abort();
    for (UpstreamConnection* const connection : busy_) connection->Abort();
  }

  std::size_t open() const {
    std::size_t sum = 0;
    for (const auto& pool : pools_) sum += pool->open;
    return sum;
  }
  std::size_t idle() const {
    std::size_t sum = 0;
    for (const auto& pool : pools_) sum += pool->idle.size();
    return sum;
  }

 private:
  using Pointer = std::unique_ptr<UpstreamConnection>;
  struct Pool {
    explicit Pool(const Origin& to) : origin(to) {}
    const Origin origin;
    std::size_t open = 0;       // idle ones included
    std::size_t streaming = 0;  // with a streamed body on the way
    std::vector<Pointer> idle;  // the one used last is used next
  };

  // One more of something, for as long as the scope lasts.
  class Counted {
   public:
    explicit Counted(std::size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

   private:
    std::size_t& count_;
  };

  // A connection at work, for as long as the scope lasts; it ends before the connection can.
  class Busy {
   public:
    Busy(std::vector<UpstreamConnection*>& all, UpstreamConnection& one) : all_(all), one_(&one) {
      all_.push_back(one_);
    }
    ~Busy() {
      const auto found = std::find(all_.begin(), all_.end(), one_);
      *found = all_.back();
      all_.pop_back();
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    std::vector<UpstreamConnection*>& all_;
    UpstreamConnection* const one_;
  };

  // The rest of a response, with the connection it comes over, which is kept for others when all of it has come.
  class Streamed final : public BodySource {
   public:
    Streamed(Impl& client, Pool& pool, Pointer connection)
        : client_(client),
          pool_(pool),
          connection_(std::move(connection)),
          length_(connection_->response_length()),
          counted_(pool.streaming) {
      busy_.emplace(client_.busy_, *connection_);
    }

    Awaitable<Result<std::string_view>> Read() override {
      if (connection_ == nullptr) co_return std::string_view();
      Result<std::string_view> part = co_await connection_->ReadPart();
      if (!part) co_return part;
      bytes_read_ += part->size();
      if (part->empty()) {
        busy_.reset();
        client_.Keep(pool_, std::move(connection_));
      }
      co_return part;
    }
    std::optional<std::uint64_t> Length() const override { return length_; }

   private:
    Impl& client_;
    Pool& pool_;
    Pointer connection_;  // null: all has been read
    const std::optional<std::uint64_t> length_;
    const Counted counted_;
    std::optional<Busy> busy_;
  };

  Awaitable<Result<ClientResponse>> Observed(const ClientRequest& request, SteadyTime deadline) {
    const SteadyTime began = clock_.Steady();
    bool reused = false;
    Result<ClientResponse> response = co_await Attempt(request, deadline, &reused);
    observer_->OnExchange(request, response ? response->status : 0, response ? "" : NameOf(response.error().code),
                          clock_.Steady() - began, reused);
    co_return response;
  }

  // `reused`, when given, tells whether the answer came over a connection that had been used before.
  Awaitable<Result<ClientResponse>> Attempt(const ClientRequest& request, SteadyTime deadline, bool* reused) {
    if (closed_) co_return Unavailable("the client is closed");
    if (!IsTarget(request.target)) co_return InvalidArgument("malformed request target");
    Pool& pool = PoolOf(request.origin);
    ClientResponse response;
    std::optional<Counted> counted;
    if (request.source != nullptr) {
      if (MayNotStream(pool)) co_return Unavailable("too many long requests to the backend");
      counted.emplace(pool.streaming);
    }

    if (Pointer connection = TakeIdle(pool, IsRepeatable(request))) {
      if (reused) *reused = true;
      const Busy busy(busy_, *connection);
      Status exchanged = co_await connection->Exchange(request, response, deadline);
      const bool stale = !exchanged && connection->failed_before_response() && !closed_;
      if (!stale || !IsRepeatable(request)) {
        if (!exchanged) co_return std::move(exchanged).error();
        const Status settled = Settle(pool, std::move(connection), response);
        if (!settled) co_return settled.error();
        co_return response;
      }
    }

    if (reused) *reused = false;
    if (pool.open >= options_.connections_per_origin) co_return Unavailable("too many requests to the backend");
    auto connection = std::make_unique<UpstreamConnection>(pool.origin, options_, io_, timers_, clock_, pool.open);
    const Busy busy(busy_, *connection);
    const Status opened = co_await Open(*connection, pool.origin, deadline);
    if (!opened) co_return opened.error();
    Status exchanged = co_await connection->Exchange(request, response, deadline);
    if (!exchanged) co_return std::move(exchanged).error();
    const Status settled = Settle(pool, std::move(connection), response);
    if (!settled) co_return settled.error();
    co_return response;
  }

  Awaitable<Status> Open(UpstreamConnection& connection, const Origin& origin, SteadyTime deadline) {
    auto endpoints = co_await resolver_.Resolve(origin.host, origin.port, deadline);
    if (!endpoints) co_return endpoints.error();
    if (closed_) co_return Unavailable("the client is closed");
    // What is judged is what is connected to: nothing is resolved again on the way.
    if (options_.may_connect) {
      std::erase_if(*endpoints, [&](const auto& one) { return !options_.may_connect(one.address(), origin.host); });
      if (endpoints->empty()) co_return PermissionDenied("the address of " + origin.host + " may not be connected to");
    }
    co_return co_await connection.Open(*endpoints, tls_.get(), deadline);
  }

  Pool& PoolOf(const Origin& origin) {
    for (const auto& pool : pools_)
      if (pool->origin == origin) return *pool;
    pools_.push_back(std::make_unique<Pool>(origin));
    return *pools_.back();
  }

  Pointer TakeIdle(Pool& pool, bool repeatable) {
    while (!pool.idle.empty()) {
      Pointer connection = std::move(pool.idle.back());
      pool.idle.pop_back();
      // What may not be repeated is not risked on a connection the backend has already ended.
      const Stream& stream = connection->stream();
      if (stream.SeemsQuiet() && (repeatable || stream.IsQuiet())) return connection;
    }
    return nullptr;
  }

  // Streams take as long as the slowest side; whoever asks for little finds a connection all the same.
  bool MayNotStream(const Pool& pool) const { return pool.streaming >= options_.connections_per_origin * 3 / 4; }

  // Errors: kUnavailable
  Status Settle(Pool& pool, Pointer connection, ClientResponse& response) {
    if (!connection->has_rest()) {
      Keep(pool, std::move(connection));
      return {};
    }
    if (MayNotStream(pool)) return Unavailable("too many long answers of the backend are under way");
    response.stream = std::make_shared<Streamed>(*this, pool, std::move(connection));
    return {};
  }

  void Keep(Pool& pool, Pointer connection) {
    if (!connection->reusable() || closed_ || !options_.keep_connections) return;
    UpstreamConnection* const key = connection.get();
    key->Rest(options_.idle,
              [&pool, key] { std::erase_if(pool.idle, [key](const Pointer& one) { return one.get() == key; }); });
    pool.idle.push_back(std::move(connection));
  }

  const ClientOptions options_;
  const std::unique_ptr<asio::ssl::context> tls_;
  asio::io_context& io_;
  TimerWheel& timers_;
  const Clock& clock_;
  ClientObserver* const observer_;
  Resolver resolver_;
  bool closed_ = false;
  std::vector<UpstreamConnection*> busy_;
  std::vector<std::unique_ptr<Pool>> pools_;  // as many as there are origins in the configuration
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() {
  impl_->Close();
}

Result<std::unique_ptr<Client>> Client::Create(ClientOptions options, asio::io_context& io, TimerWheel& timers,
                                               const Clock& clock, ClientObserver* observer) {
  auto tls = MakeTls(options);
  if (!tls) return tls.error();
  auto impl = std::make_unique<Impl>(std::move(options), *std::move(tls), io, timers, clock, observer);
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

Awaitable<Result<ClientResponse>> Client::Send(const ClientRequest& request, SteadyTime deadline) {
  return impl_->Send(request, deadline);
}

void Client::Close() {
  impl_->Close();
}
void Client::Abort() {
  impl_->Abort();
}
std::size_t Client::open_connections() const {
  return impl_->open();
}
std::size_t Client::idle_connections() const {
  return impl_->idle();
}

}  // namespace parley::http
