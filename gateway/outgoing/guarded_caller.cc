#include "outgoing/guarded_caller.h"

#include <algorithm>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <map>
#include <mutex>
#include <thread>

#include "base/one_answer.h"
#include "base/text.h"
#include "outgoing/name_lookup.h"
#include "outgoing/target.h"

namespace parley::outgoing {

namespace asio = boost::asio;

namespace {

using Answer = Result<OutgoingResponse>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

Error Stopping() {
  return Unavailable("the gateway is stopping");
}

IpAddress AddressOf(const asio::ip::address& address) {
  if (address.is_v4()) return IpAddress::V4(address.to_v4().to_uint());
  IpAddress ip;
  const auto bytes = address.to_v6().to_bytes();
  std::copy(bytes.begin(), bytes.end(), ip.bytes.begin());
  return ip;
}

// ---- one call -------------------------------------------------------------------------------------------------------

http::ClientRequest RequestTo(const Target& target, OutgoingRequest& wanted) {
  HeaderLines& headers = wanted.headers;
  if (!headers.Find("User-Agent")) headers.Add("User-Agent", "Parley");
  if (!headers.Find("Accept")) headers.Add("Accept", "*/*");
  if (!target.authorization.empty()) headers.Add("Authorization", target.authorization);
  http::ClientRequest request(wanted.method, target.origin, target.path);
  request.fields = std::move(headers).lines();
  request.body = std::move(wanted.body);
  request.may_repeat = wanted.may_repeat;
  return request;
}

Answer AnswerOf(Result<http::ClientResponse> said) {
  if (said) {
    OutgoingResponse response;
    response.status = said->status;
    response.headers.Reserve(512);
    for (const http::HeaderView& header : said->headers) {
      const std::size_t bytes = response.headers.lines().size() + header.name.size() + header.value.size();
      if (bytes <= kMostHeaderBytes) response.headers.Add(header.name, header.value);
    }
    response.body = std::move(said->body);
    response.truncated = said->truncated;
    return response;
  }
  if (said.error().code == ErrorCode::kTimeout) return DeadlineExceeded("the service did not answer in time");
  if (said.error().code == ErrorCode::kPermissionDenied)
    return PermissionDenied("the service's address may not be called");
  if (said.error().code == ErrorCode::kInvalidArgument) return said.error();
  Error error = Unavailable("the service cannot be reached");
  error.detail = said.error().message;
  if (!said.error().detail.empty()) error.detail += ": " + said.error().detail;
  return error;
}

// ---- addresses beforehand -------------------------------------------------------------------------------------------

using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

// Empty when the name has none or nobody says so in time.
Awaitable<std::vector<IpAddress>> AddressesOf(std::string host) {
  constexpr std::chrono::seconds kPatience{3};
  const Executor executor = co_await asio::this_coro::executor;
  const auto resolver = std::make_shared<Resolver>(executor);
  Timer patience(executor, kPatience);
  patience.async_wait([resolver](const boost::system::error_code& ended) {
    if (!ended) resolver->cancel();
  });
  boost::system::error_code failed;
  const auto found = co_await resolver->async_resolve(host, "", asio::redirect_error(UseAwaitable(), failed));
  std::vector<IpAddress> addresses;
  if (failed) co_return addresses;
  for (const auto& entry : found) addresses.push_back(AddressOf(entry.endpoint().address()));
  co_return addresses;
}

// Names that are this machine whatever a name server says (RFC 6761, 6.3), to the client as well.
bool IsThisMachine(std::string_view host) {
  const std::string name = Lower(host);
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

// The calls under way and the loop that carries them.
class GuardedCaller::Engine {
 public:
  explicit Engine(CallerOptions options) : Engine(std::move(options), std::make_unique<asio::io_context>(1), nullptr) {}
  Engine(CallerOptions options, asio::io_context& loop) : Engine(std::move(options), nullptr, &loop) {}

  // Stop has been called, and nothing is under way.
  ~Engine() = default;

  // A call may begin; Leave follows.
  Status Enter();
  void Leave();
  // On the loop.
  Awaitable<Answer> Carry(OutgoingRequest request);
  // Of a call that began elsewhere.
  void CarryFor(OutgoingRequest request, std::function<void(Answer)> give);
  void Stop();

  asio::io_context& loop() { return loop_; }
  const CallerOptions& options() const { return options_; }

 private:
  static constexpr std::size_t kMostTargets = 1'000;

  Engine(CallerOptions options, std::unique_ptr<asio::io_context> own, asio::io_context* borrowed)
      : options_(std::move(options)),
        own_(std::move(own)),
        loop_(own_ ? *own_ : *borrowed),
        wheel_(clock_.Steady()),
        lookup_(loop_),
        tick_(loop_),
        client_(MakeClient()) {}

  Result<std::unique_ptr<http::Client>> MakeClient();
  Result<const Target*> TargetOf(const std::string& url);
  Awaitable<> TickOn();
  void Abort();

  const CallerOptions options_;
  const std::unique_ptr<asio::io_context> own_;
  asio::io_context& loop_;

  // On the loop's thread only.
  SystemClock clock_;
  http::TimerWheel wheel_;
  NameLookup lookup_;
  Timer tick_;
  bool ticking_ = false;
  bool aborted_ = false;
  const Result<std::unique_ptr<http::Client>> client_;  // the error: why there is none
  std::map<std::string, Target, std::less<>> targets_;  // by URL

  std::mutex mutex_;
  std::size_t count_ = 0;
  bool stopping_ = false;
  std::optional<asio::executor_work_guard<Executor>> open_;  // of a loop of its own
  std::thread thread_;
};

Result<std::unique_ptr<http::Client>> GuardedCaller::Engine::MakeClient() {
  http::ClientOptions options;
  options.connections_per_origin = options_.most_at_once;
  options.connect_timeout = std::chrono::seconds(3);
  options.body_bytes = kMostBodyBytes;
  options.cut_long_bodies = true;
  options.keep_connections = options_.keep_connections;
  options.look_up = [this](std::string host) { return lookup_.Find(std::move(host)); };
  options.may_connect = [this](const asio::ip::address& address, std::string_view host) {
    return options_.guard.Allows(AddressOf(address), host);
  };
  return http::Client::Create(std::move(options), loop_, wheel_, clock_);
}

Status GuardedCaller::Engine::Enter() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Stopping();
  if (count_ >= options_.most_at_once) return Unavailable("too many services are being called");
  ++count_;
  if (own_ && !thread_.joinable()) {
    open_.emplace(loop_.get_executor());
    thread_ = std::thread([this] { loop_.run(); });
  }
  return {};
}

void GuardedCaller::Engine::Leave() {
  const std::lock_guard lock(mutex_);
  --count_;
}

Result<const Target*> GuardedCaller::Engine::TargetOf(const std::string& url) {
  if (const auto known = targets_.find(url); known != targets_.end()) return &known->second;
  Result<Target> target = ParseTarget(url);
  if (!target) return target.error();
  if (targets_.size() >= kMostTargets) targets_.clear();
  return &targets_.emplace(url, *std::move(target)).first->second;
}

Awaitable<Answer> GuardedCaller::Engine::Carry(OutgoingRequest request) {
  if (aborted_) co_return Stopping();
  if (!client_) co_return client_.error();
  const Result<const Target*> target = TargetOf(request.url);
  if (!target) co_return target.error();
  if (!ticking_) {
    ticking_ = true;
    asio::co_spawn(loop_, TickOn(), asio::detached);
  }
  const http::ClientRequest sent = RequestTo(**target, request);
  const SteadyTime deadline = clock_.Steady() + std::max(request.timeout, std::chrono::milliseconds(1));
  Result<http::ClientResponse> answer = co_await (*client_)->Send(sent, deadline);
  if (!answer && aborted_) co_return Stopping();
  co_return AnswerOf(std::move(answer));
}

void GuardedCaller::Engine::CarryFor(OutgoingRequest request, std::function<void(Answer)> give) {
  const auto carry = [](Engine& engine, OutgoingRequest wanted, std::function<void(Answer)> given) -> Awaitable<> {
    Answer answer = co_await engine.Carry(std::move(wanted));
    engine.Leave();
    given(std::move(answer));
  };
  asio::co_spawn(loop_, carry(*this, std::move(request), std::move(give)), asio::detached);
}

// The client's deadlines.
Awaitable<> GuardedCaller::Engine::TickOn() {
  while (!aborted_) {
    tick_.expires_after(http::TimerWheel::kTick);
    boost::system::error_code ended;
    co_await tick_.async_wait(asio::redirect_error(UseAwaitable(), ended));
    wheel_.Advance(clock_.Steady());
  }
}

void GuardedCaller::Engine::Abort() {
  aborted_ = true;
  tick_.cancel();
  lookup_.Cancel();
  if (client_) (*client_)->Abort();
  open_.reset();
}

void GuardedCaller::Engine::Stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  asio::post(loop_, [this] { Abort(); });
  if (!own_) return;
  // Without a thread there is nothing to wait for, and nothing else to do it.
  if (thread_.joinable()) {
    thread_.join();
  } else {
    loop_.run();
  }
}

// ---- the caller -----------------------------------------------------------------------------------------------------

GuardedCaller::GuardedCaller(CallerOptions options) : engine_(std::make_unique<Engine>(std::move(options))) {}
GuardedCaller::GuardedCaller(CallerOptions options, asio::io_context& loop)
    : engine_(std::make_unique<Engine>(std::move(options), loop)) {}

GuardedCaller::~GuardedCaller() {
  Stop();
}

void GuardedCaller::Stop() {
  engine_->Stop();
}

Awaitable<Answer> GuardedCaller::Send(OutgoingRequest request) {
  if (const auto& refused = request.headers.refused()) co_return InvalidArgument("the header " + *refused + " is none");
  const Status entered = engine_->Enter();
  if (!entered) co_return entered.error();
  const Executor executor = co_await asio::this_coro::executor;
  if (&executor.context() == &engine_->loop()) {
    Answer answer = co_await engine_->Carry(std::move(request));
    engine_->Leave();
    co_return answer;
  }
  OneAnswer<Answer> answer(executor);
  engine_->CarryFor(std::move(request), answer.Giver());
  co_return co_await answer.Wait();
}

Awaitable<Status> GuardedCaller::Check(std::string url) {
  const Result<Target> target = ParseTarget(url);
  if (!target) co_return target.error();
  const std::string& host = target->origin.host;
  std::vector<IpAddress> addresses;
  if (IsThisMachine(host)) {
    addresses.push_back(*ParseIpAddress("127.0.0.1"));
  } else {
    addresses = co_await AddressesOf(host);
  }
  const bool may = addresses.empty() || std::any_of(addresses.begin(), addresses.end(), [&](const IpAddress& address) {
                     return engine_->options().guard.Allows(address, host);
                   });
  if (!may) co_return PermissionDenied("the service's address may not be called");
  co_return Status();
}

}  // namespace parley::outgoing
