#include "outgoing/guarded_caller.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
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

  const AddressGuard* guard = nullptr;
  OutgoingResponse response;
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
  if (!address || !transfer.guard->Allows(*address, transfer.host)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
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
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // giving up does not wait for a name server
#endif
}

bool Prepare(Transfer& transfer, const AddressGuard& guard) {
  transfer.guard = &guard;
  transfer.handle.reset(curl_easy_init());
  CURL* handle = transfer.handle.get();
  if (handle == nullptr) return false;
  curl_easy_setopt(handle, CURLOPT_URL, transfer.request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "Parley");
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &KeepBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
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

}  // namespace

// The calls under way and the thread that carries them.
class GuardedCaller::Engine {
 public:
  Engine(AddressGuard guard, std::size_t most_at_once) : guard_(std::move(guard)), most_at_once_(most_at_once) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi_.reset(curl_multi_init());
  }

  Status Begin(std::unique_ptr<Transfer> transfer);
  void Stop();

 private:
  void Run();
  void TakeNew();
  void Add(std::unique_ptr<Transfer> transfer);
  void FinishEnded();
  void GiveUpRest();
  void Finish(CURL* handle, Answer answer);
  bool IsStopping();

  const AddressGuard guard_;
  const std::size_t most_at_once_;
  MultiHandle multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> under_way_;  // touched by the thread only

  std::mutex mutex_;
  std::vector<std::unique_ptr<Transfer>> new_;
  std::size_t count_ = 0;  // new ones and those under way
  bool stopping_ = false;
  std::thread thread_;
};

Status GuardedCaller::Engine::Begin(std::unique_ptr<Transfer> transfer) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Stopping();
  if (count_ >= most_at_once_ || !multi_) return Unavailable("too many services are being called");
  ++count_;
  new_.push_back(std::move(transfer));
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  curl_multi_wakeup(multi_.get());
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
  const bool prepared = Prepare(*transfer, guard_);
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
  node.mapped()->give(std::move(answer));
}

GuardedCaller::GuardedCaller(AddressGuard guard, std::size_t most_at_once)
    : engine_(std::make_unique<Engine>(std::move(guard), most_at_once)) {}

GuardedCaller::~GuardedCaller() {
  Stop();
}

void GuardedCaller::Stop() {
  engine_->Stop();
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
