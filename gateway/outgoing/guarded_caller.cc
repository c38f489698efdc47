#include "outgoing/guarded_caller.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/one_answer.h"
#include "base/text.h"

namespace parley::outgoing {
namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    kFree(what);
  }
};
using EasyHandle = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, Freed<curl_multi_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Freed<curl_slist_free_all>>;
using ParsedUrl = std::unique_ptr<CURLU, Freed<curl_url_cleanup>>;

using Answer = Result<OutgoingResponse>;

// One call under way. On the caller's thread until it is handed over, then on the engine's; never moved in memory, for
// libcurl keeps pointers into it.
struct Transfer {
  OutgoingRequest request;
  std::string host;
  std::function<void(Answer)> give;

  const CallerOptions* options = nullptr;
  OutgoingResponse response;
  std::size_t header_bytes = 0;
  bool refused = false;  // an address of the host was
  std::array<char, CURL_ERROR_SIZE> said{};
  HeaderList headers;
  EasyHandle handle;  // last: it goes before what it points to
};

Error Stopping() {
  return Unavailable("the gateway is stopping");
}

// ---- what is asked --------------------------------------------------------------------------------------------------

std::string PartOf(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, Freed<curl_free>> kept(text);
  return kept.get();
}

// The host of an http or https URL, read by the parser that libcurl connects with.
Result<std::string> HostOf(const std::string& url) {
  const ParsedUrl parsed(curl_url());
  const bool is_url = parsed && curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  const std::string scheme = is_url ? PartOf(parsed.get(), CURLUPART_SCHEME) : std::string();
  if (scheme != "http" && scheme != "https") return InvalidArgument("the URL must be one of http or https");
  return PartOf(parsed.get(), CURLUPART_HOST);
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

Status CheckHeaders(const OutgoingRequest& request) {
  for (const auto& [name, value] : request.headers) {
    const bool is_name = !name.empty() && name.find_first_of(": ") == std::string::npos;
    if (!is_name || HasControl(name) || HasControl(value)) return InvalidArgument("the header " + name + " is none");
  }
  return {};
}

// ---- what libcurl asks back -----------------------------------------------------------------------------------------

std::optional<IpAddress> AddressOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return IpAddress::V4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  IpAddress ip;
  std::memcpy(ip.bytes.data(), &v6.sin6_addr, ip.bytes.size());
  return ip;
}

// The place that no name server and no notation gets around: this is the address that will be connected to.
curl_socket_t OpenSocket(void* user, curlsocktype, curl_sockaddr* wanted) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto address = AddressOf(wanted->addr);
  if (!address || !transfer.options->guard.Allows(*address, transfer.host)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
}

// Called with one line at a time, the status line and trailers included.
std::size_t KeepHeader(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line = Trim(std::string_view(bytes, size * count));
  const std::size_t colon = line.find(':');
  transfer.header_bytes += line.size();
  if (line.starts_with("HTTP/")) {
    transfer.response.headers.clear();  // of an interim answer
  } else if (colon != std::string_view::npos && transfer.header_bytes <= kMostHeaderBytes) {
    transfer.response.headers.emplace_back(line.substr(0, colon), Trim(line.substr(colon + 1)));
  }
  return size * count;
}

// Taking less than there is ends the transfer.
std::size_t KeepBody(char* bytes, std::size_t size, std::size_t count, void* user) {
  OutgoingResponse& response = static_cast<Transfer*>(user)->response;
  const std::size_t taken = std::min(size * count, kMostBodyBytes - response.body.size());
  response.body.append(bytes, taken);
  response.truncated = taken < size * count;
  return taken;
}

// ---- one transfer ---------------------------------------------------------------------------------------------------

void SetBody(CURL* handle, const OutgoingRequest& request) {
  const std::string method(http::NameOf(request.method));
  if (request.method == http::Method::kHead) curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  if (!request.body.empty() || request.method == http::Method::kPost) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void SetHeaders(Transfer& transfer) {
  const auto append = [&](const std::string& line) {
    transfer.headers.reset(curl_slist_append(transfer.headers.release(), line.c_str()));
  };
  // libcurl leaves out a header without a value unless it ends with a semicolon.
  for (const auto& [name, value] : transfer.request.headers) append(value.empty() ? name + ";" : name + ": " + value);
  append("Expect:");  // no waiting for a permission to send the body
  curl_easy_setopt(transfer.handle.get(), CURLOPT_HTTPHEADER, transfer.headers.get());
}

void SetLimits(CURL* handle, const OutgoingRequest& request) {
  const long timeout = static_cast<long>(std::max(request.timeout, std::chrono::milliseconds(1)).count());
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // whatever the environment names
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // giving up does not wait for a name server
#endif
}

// `used`: a handle of an earlier call, or null.
bool Prepare(Transfer& transfer, const CallerOptions& options, EasyHandle used) {
  transfer.options = &options;
  if (used) curl_easy_reset(used.get());
  transfer.handle = used ? std::move(used) : EasyHandle(curl_easy_init());
  CURL* handle = transfer.handle.get();
  if (handle == nullptr) return false;
  curl_easy_setopt(handle, CURLOPT_URL, transfer.request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "Parley");
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &KeepBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &KeepHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  if (!options.keep_connections) {
    curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
  }
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.said.data());
  SetLimits(handle, transfer.request);
  SetBody(handle, transfer.request);
  SetHeaders(transfer);
  return true;
}

Answer OutcomeOf(Transfer& transfer, CURLcode code) {
  if (code == CURLE_OK || transfer.response.truncated) {
    long status = 0;
    curl_easy_getinfo(transfer.handle.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
  }
  if (code == CURLE_OPERATION_TIMEDOUT) return DeadlineExceeded("the service did not answer in time");
  if (transfer.refused) return PermissionDenied("the service's address may not be called");
  Error error = Unavailable("the service cannot be reached");
  error.detail = transfer.said[0] != '\0' ? transfer.said.data() : curl_easy_strerror(code);
  return error;
}

// ---- addresses beforehand -------------------------------------------------------------------------------------------

using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Empty when the name has none or nobody says so in time.
Awaitable<std::vector<IpAddress>> AddressesOf(std::string host) {
  constexpr std::chrono::seconds kPatience{3};
  const Executor executor = co_await boost::asio::this_coro::executor;
  const auto resolver = std::make_shared<Resolver>(executor);
  Timer patience(executor, kPatience);
  patience.async_wait([resolver](const boost::system::error_code& ended) {
    if (!ended) resolver->cancel();
  });
  boost::system::error_code failed;
  const auto found = co_await resolver->async_resolve(host, "", boost::asio::redirect_error(UseAwaitable(), failed));
  std::vector<IpAddress> addresses;
  if (failed) co_return addresses;
  for (const auto& entry : found) {
    const auto endpoint = entry.endpoint();
    const std::optional<IpAddress> address = AddressOf(*endpoint.data());
    if (address) addresses.push_back(*address);
  }
  co_return addresses;
}

// Names that are this machine whatever a name server says (RFC 6761, 6.3), to libcurl as well.
bool IsThisMachine(std::string_view host) {
  const std::string name = Lower(host);
  return name == "localhost" || name.ends_with(".localhost");
}

std::string WithoutBrackets(std::string host) {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return host;
  return host.substr(1, host.size() - 2);
}

}  // namespace

// The calls under way and the thread that carries them.
class GuardedCaller::Engine {
 public:
  explicit Engine(CallerOptions options) : options_(std::move(options)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi_.reset(curl_multi_init());
  }

  Status Begin(std::unique_ptr<Transfer> transfer);
  void Stop();
  const AddressGuard& guard() const { return options_.guard; }

 private:
  static constexpr std::size_t kMostIdle = 256;

  void Run();
  void TakeNew();
  void Add(std::unique_ptr<Transfer> transfer);
  void FinishEnded();
  void GiveUpRest();
  void Finish(CURL* handle, Answer answer);
  bool IsStopping();

  const CallerOptions options_;
  MultiHandle multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> under_way_;  // touched by the thread only
  std::vector<EasyHandle> idle_;                          // likewise; of calls that are over

  std::mutex mutex_;
  std::vector<std::unique_ptr<Transfer>> new_;
  std::size_t count_ = 0;  // new ones and those under way
  bool stopping_ = false;
  std::thread thread_;
};

Status GuardedCaller::Engine::Begin(std::unique_ptr<Transfer> transfer) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Stopping();
  if (count_ >= options_.most_at_once || !multi_) return Unavailable("too many services are being called");
  ++count_;
  // Whoever came first has woken the thread.
  if (new_.empty()) curl_multi_wakeup(multi_.get());
  new_.push_back(std::move(transfer));
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  return {};
}

void GuardedCaller::Engine::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (multi_) curl_multi_wakeup(multi_.get());
  }
  if (thread_.joinable()) thread_.join();
}

bool GuardedCaller::Engine::IsStopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void GuardedCaller::Engine::Run() {
  constexpr int kLongestPauseMillis = 60'000;  // libcurl wakes earlier by itself for what it has to do
  while (!IsStopping()) {
    TakeNew();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    FinishEnded();
    curl_multi_poll(multi_.get(), nullptr, 0, kLongestPauseMillis, nullptr);
  }
  TakeNew();
  GiveUpRest();
}

void GuardedCaller::Engine::TakeNew() {
  std::vector<std::unique_ptr<Transfer>> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(new_);
  }
  for (auto& transfer : taken) Add(std::move(transfer));
}

void GuardedCaller::Engine::Add(std::unique_ptr<Transfer> transfer) {
  EasyHandle used;
  if (!idle_.empty()) {
    used = std::move(idle_.back());
    idle_.pop_back();
  }
  const bool prepared = Prepare(*transfer, options_, std::move(used));
  CURL* handle = transfer->handle.get();
  under_way_.emplace(handle, std::move(transfer));
  if (!prepared || curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
    Finish(handle, Unavailable("not enough memory to call a service"));
  }
}

void GuardedCaller::Engine::FinishEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    Finish(handle, OutcomeOf(*under_way_.at(handle), code));
  }
}

void GuardedCaller::Engine::GiveUpRest() {
  while (!under_way_.empty()) Finish(under_way_.begin()->first, Stopping());
}

void GuardedCaller::Engine::Finish(CURL* handle, Answer answer) {
  auto node = under_way_.extract(handle);
  if (handle != nullptr) curl_multi_remove_handle(multi_.get(), handle);
  {
    const std::lock_guard lock(mutex_);
    --count_;
  }
  Transfer& transfer = *node.mapped();
  transfer.give(std::move(answer));
  if (options_.keep_connections && transfer.handle && idle_.size() < kMostIdle)
    idle_.push_back(std::move(transfer.handle));
}

GuardedCaller::GuardedCaller(CallerOptions options) : engine_(std::make_unique<Engine>(std::move(options))) {}

GuardedCaller::~GuardedCaller() {
  Stop();
}

void GuardedCaller::Stop() {
  engine_->Stop();
}

Awaitable<Status> GuardedCaller::Check(std::string url) {
  const Result<std::string> host = HostOf(url);
  if (!host) co_return host.error();
  std::vector<IpAddress> addresses;
  if (IsThisMachine(*host)) {
    addresses.push_back(*ParseIpAddress("127.0.0.1"));
  } else {
    addresses = co_await AddressesOf(WithoutBrackets(*host));
  }
  const bool may = addresses.empty() || std::any_of(addresses.begin(), addresses.end(), [&](const IpAddress& address) {
                     return engine_->guard().Allows(address, *host);
                   });
  if (!may) co_return PermissionDenied("the service's address may not be called");
  co_return Status();
}

Awaitable<Answer> GuardedCaller::Send(OutgoingRequest request) {
  Result<std::string> host = HostOf(request.url);
  if (!host) co_return host.error();
  const Status fit = CheckHeaders(request);
  if (!fit) co_return fit.error();
  OneAnswer<Answer> answer(co_await boost::asio::this_coro::executor);
  auto transfer = std::make_unique<Transfer>();
  transfer->request = std::move(request);
  transfer->host = *std::move(host);
  transfer->give = answer.Giver();
  const Status begun = engine_->Begin(std::move(transfer));
  if (!begun) co_return begun.error();
  co_return co_await answer.Wait();
}

}  // namespace parley::outgoing
