#include "http/upstream_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <charconv>
#include <cstring>
#include <utility>

namespace parley::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kFirstBuffer = 16 * 1024;
constexpr std::size_t kFirstBody = 256 * 1024;  // memory grows with what arrives, not with what is promised
constexpr std::size_t kWholeBody = 64 * 1024;   // a response of at most this length is not worth streaming
constexpr int kMaxInterim = 8;                  // 1xx heads before the response

bool SendsLength(const ClientRequest& request) {
  return !request.body.empty() || request.method == Method::kPost || request.method == Method::kPut ||
         request.method == Method::kPatch;
}

void RenderRequest(const ClientRequest& request, std::string_view authority, std::string& head) {
  head.assign(NameOf(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  head.append(authority).append("\r\n").append(request.fields);
  if (request.source != nullptr && !request.source->Length()) {
    head.append("Transfer-Encoding: chunked\r\n");
  } else if (request.source != nullptr || SendsLength(request)) {
    const std::uint64_t length = request.source != nullptr ? *request.source->Length() : request.body.size();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, length).ptr;
    head.append("Content-Length: ").append(digits, end).append("\r\n");
  }
  head.append("\r\n");
}

bool IsAddress(const std::string& host) {
  error_code ec;
  asio::ip::make_address(host, ec);
  return !ec;
}

}  // namespace

UpstreamConnection::UpstreamConnection(const Origin& origin, const ClientOptions& options, asio::io_context& io,
                                       TimerWheel& timers, const Clock& clock, std::size_t& open_count)
    : origin_(origin),
      authority_(origin.Authority()),
      options_(options),
      timers_(timers),
      clock_(clock),
      open_count_(open_count),
      connecting_(io),
      timer_(timers, [this] { OnTimer(); }),
      buffer_(std::min(kFirstBuffer, options.head_bytes)) {
  ++open_count_;
}

Awaitable<Status> UpstreamConnection::Open(const std::vector<tcp::endpoint>& endpoints, asio::ssl::context* tls,
                                           SteadyTime deadline) {
  Status opened = co_await Connect(endpoints, deadline);
  if (!opened) co_return opened;
  Readiness& readiness = Readiness::Of(static_cast<asio::io_context&>(connecting_.get_executor().context()));
  Readiness::SlotPointer slot = readiness.Add(connecting_.release());
  if (!origin_.tls) {
    stream_.emplace(std::move(slot));
    co_return Status();
  }
  stream_.emplace(std::move(slot), *tls->native_handle(), TlsSocket::Side::kClient);
  co_return co_await Handshake(deadline);
}

Awaitable<Status> UpstreamConnection::Connect(const std::vector<tcp::endpoint>& endpoints, SteadyTime deadline) {
  phase_ = Phase::kConnecting;
  for (const tcp::endpoint& endpoint : endpoints) {
    expired_ = false;
    timer_.Arm(std::min(deadline, clock_.Steady() + options_.connect_timeout));
    error_code ignored;
    connecting_.close(ignored);
    co_await connecting_.async_connect(endpoint, asio::redirect_error(UseAwaitable{}, ec_));
    if (aborted_) break;
    if (!ec_ && !expired_) {
      connecting_.set_option(tcp::no_delay(true), ignored);
      co_return Status();
    }
    if (clock_.Steady() >= deadline) break;
  }
  co_return Failure("the backend cannot be reached");
}

Awaitable<Status> UpstreamConnection::Handshake(SteadyTime deadline) {
  phase_ = Phase::kExchange;
  timer_.Arm(deadline);
  TlsSocket& tls = stream_->tls();
  const char* const host = origin_.host.c_str();
  // A name in the handshake must be a name; addresses are only checked against the certificate.
  const bool expected = IsAddress(origin_.host)
                            ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&tls.ssl()), host) == 1
                            : SSL_set_tlsext_host_name(&tls.ssl(), host) == 1 && SSL_set1_host(&tls.ssl(), host) == 1;
  if (!expected) co_return Failure("TLS cannot be asked for this backend");
  co_await tls.Handshake(ec_);
  if (ec_ || expired_) co_return Failure("TLS with the backend failed");
  co_return Status();
}

Awaitable<Status> UpstreamConnection::Exchange(const ClientRequest& request, ClientResponse& response,
                                               SteadyTime deadline) {
  phase_ = Phase::kExchange;
  expired_ = response_began_ = reusable_ = head_taken_ = has_rest_ = part_waits_ = false;
  sending_.reset();
  begin_ = end_ = head_begin_ = 0;
  interim_ = 0;
  timer_.Arm(deadline);

  RenderRequest(request, authority_, head_);
  const std::size_t sent = stream_->WriteNow(head_, request.body, ec_);
  if (!ec_ && sent < head_.size() + request.body.size()) co_await stream_->WriteRest(head_, request.body, sent, ec_);
  if (ec_ || expired_) co_return Failure("the backend did not take the request");
  if (request.source != nullptr) StartSending(*request.source, deadline - clock_.Steady());

  Expect(request, response);
  for (Step step = Step::kMore; step == Step::kMore; step = TakeHead(request, response)) {
    end_ += co_await stream_->Read(buffer_.data() + end_, buffer_.size() - end_, ec_);
    if (ec_ || expired_) co_return Failure("the backend closed the connection without a response");
    response_began_ = true;
  }
  for (Step step = TakeBody(response); step == Step::kMore; step = TakeBody(response)) {
    if (parser_->truncated()) break;
    if (PassesThrough(request)) {
      part_ = std::exchange(response.body, {});
      part_waits_ = !part_.empty();
      has_rest_ = true;
      timer_.Disarm();
      co_return Status();
    }
    if (const std::uint64_t left = parser_->content_left(); left > 0) {
      const std::uint64_t whole = response.body.size() + left;
      // Only with cut_long_bodies can it be longer.
      response.truncated = whole > options_.body_bytes;
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(whole, options_.body_bytes));
      const bool complete = co_await ReadContent(wanted, response.body);
      if (!complete) co_return Failure("the backend's response ended early");
      break;
    }
    end_ += co_await stream_->Read(buffer_.data() + end_, buffer_.size() - end_, ec_);
    if (!ec_ && !expired_) continue;
    // Only a clean end completes a body that lasts until the end.
    const bool ends = ec_ == asio::error::eof && !expired_ && parser_->ends_with_connection() && parser_->Finish();
    if (!ends) co_return Failure("the backend's response ended early");
    break;
  }
  if (!failure_.empty()) co_return Failure(std::exchange(failure_, {}));
  response.truncated = response.truncated || parser_->truncated();
  EndExchange();
  reusable_ = reusable_ && !response.truncated;
  co_return Status();
}

// All of the response is there. What has not been sent by now is not wanted any more.
void UpstreamConnection::EndExchange() {
  timer_.Disarm();
  reusable_ = parser_->keep_alive() && begin_ == end_ && !is_sending();
  StopSending();
}

void UpstreamConnection::Expect(const ClientRequest& request, ClientResponse& response) {
  using Longer = ResponseParser::Longer;
  Longer longer = options_.cut_long_bodies ? Longer::kCut : Longer::kRefused;
  if (request.streams) longer = Longer::kTaken;
  parser_.emplace(response.headers, options_.body_bytes, request.method == Method::kHead, longer);
}

// A refusal is looked at by many, so it is taken whole unless it says that it is long.
bool UpstreamConnection::PassesThrough(const ClientRequest& request) const {
  if (!request.streams) return false;
  const std::optional<std::uint64_t> length = parser_->length();
  return length ? *length > std::min(kWholeBody, options_.body_bytes) : parser_->status() < 400;
}

UpstreamConnection::Step UpstreamConnection::Fail(std::string_view message) {
  failure_ = message;
  return Step::kFailed;
}

UpstreamConnection::Step UpstreamConnection::TakeHead(const ClientRequest& request, ClientResponse& response) {
  for (;;) {
    if (begin_ < end_) begin_ += parser_->ParseHead(Unparsed());
    if (parser_->failed()) return Fail("the backend sent a malformed response");
    if (parser_->head_done()) {
      if (parser_->status() / 100 != 1) break;
      if (parser_->status() == 101 || ++interim_ > kMaxInterim)
        return Fail("the backend sent an interim response that was not asked for");
      head_begin_ = begin_;
      Expect(request, response);
      if (begin_ == end_ && end_ < buffer_.size()) return Step::kMore;
    } else if (end_ < buffer_.size()) {
      return Step::kMore;
    } else {
      if (buffer_.size() >= options_.head_bytes) return Fail("the backend's response head is too large");
      buffer_.resize(std::min(2 * buffer_.size(), options_.head_bytes));
      begin_ = head_begin_;  // the bytes have moved, so the views into them are found again
      Expect(request, response);
    }
  }
  response.status = parser_->status();
  KeepHead(response);
  head_taken_ = true;
  // Who refuses a request does not want the rest of it.
  if (response.status >= 300) StopSending();
  if (PassesThrough(request)) return Step::kDone;
  if (request.streams) parser_->Limit(options_.body_bytes);
  response.body.reserve(std::min<std::uint64_t>(parser_->content_left(), kFirstBody));
  return Step::kDone;
}

// Moves the views from the connection's buffer to a copy that belongs to the response.
void UpstreamConnection::KeepHead(ClientResponse& response) {
  const char* const from = buffer_.data() + head_begin_;
  response.head_.assign(from, static_cast<const char*>(buffer_.data() + begin_));
  const char* const to = response.head_.data();
  for (HeaderView& header : response.headers) {
    header.name = {to + (header.name.data() - from), header.name.size()};
    header.value = {to + (header.value.data() - from), header.value.size()};
  }
}

UpstreamConnection::Step UpstreamConnection::TakeBody(ClientResponse& response) {
  if (!failure_.empty()) return Step::kFailed;
  if (parser_->done()) return Step::kDone;
  if (begin_ < end_) begin_ += parser_->ParseBody(Unparsed(), response.body);
  if (parser_->failed()) return Fail("the backend sent a malformed response");
  if (parser_->done()) return Step::kDone;
  return MakeRoom() ? Step::kMore : Fail("the backend sent a malformed response");
}

// What is left is the beginning of a chunk's header. False when that alone fills the buffer.
bool UpstreamConnection::MakeRoom() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  return end_ < buffer_.size();
}

// The rest of a body of known length goes where it belongs without another copy. False when it ends early.
Awaitable<bool> UpstreamConnection::ReadContent(std::size_t length, std::string& body) {
  std::size_t have = body.size();
  while (have < length) {
    if (have == body.size()) body.resize(std::min(length, std::max(kFirstBody, 2 * have)));
    have += co_await stream_->Read(body.data() + have, body.size() - have, ec_);
    if (ec_ || expired_) co_return false;
  }
  co_return true;
}

void UpstreamConnection::Rest(std::chrono::milliseconds limit, std::function<void()> on_end) {
  phase_ = Phase::kResting;
  on_rest_end_ = std::move(on_end);
  timer_.ArmAfter(limit);
}

void UpstreamConnection::OnTimer() {
  if (phase_ == Phase::kResting) {
    const auto on_end = std::move(on_rest_end_);  // calling it destroys this
    on_end();
    return;
  }
  expired_ = true;
  EndWait();
}

void UpstreamConnection::Abort() {
  aborted_ = true;
  EndWait();
}

void UpstreamConnection::EndWait() {
  if (phase_ == Phase::kConnecting) {
    error_code ignored;
    connecting_.cancel(ignored);
  } else if (stream_) {
    stream_->Shutdown();
  }
}

Error UpstreamConnection::Failure(std::string_view message) const {
  if (sending_ != nullptr && sending_->failure) return *sending_->failure;
  if (expired_) return DeadlineExceeded("the backend did not answer in time");
  std::string detail = authority_;
  if (parser_ && parser_->failed()) detail.append(": ").append(parser_->reason());
  if (ec_) detail.append(": ").append(ec_.message());
  return BadGateway(std::string(message), std::move(detail));
}

}  // namespace parley::http
