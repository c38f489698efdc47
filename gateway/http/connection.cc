#include "http/connection.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "base/log.h"
#include "http/pause.h"

namespace parley::http {
namespace {

// Room behind the largest head for chunk headers and small bodies.
constexpr std::size_t kRoomBehindHead = 4096;
// How much a client that was refused may still send before it is cut off.
constexpr std::size_t kLingerBytes = 256 * 1024;
// A body of declared length gets memory as it arrives, not as it is promised.
constexpr std::size_t kFirstBodyBytes = 64 * 1024;
// So that a client that sends faster than it is read keeps nobody waiting.
constexpr int kReadsInOneTurn = 16;
// How long a client may take from connecting to its first request when the server is draining.
constexpr std::chrono::milliseconds kFirstRequestGrace{1000};
// A body of at most this length is read whole, whoever it is for.
constexpr std::size_t kWholeBytes = 64 * 1024;
// Memory a connection keeps between two requests.
constexpr std::size_t kKeptBytes = 64 * 1024;

// Called while an exception is handled.
Response AnswerToException() {
  std::string what = "unknown";
  try {
    throw;
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
  }
  Log(LogLevel::kError, "http.handler_threw", {{"what", what}});
  return EngineError(500, "internal error");
}

Stream StreamOver(Readiness::SlotPointer socket, const ServerTls* tls) {
  if (tls == nullptr) return Stream(std::move(socket));
  const ServerTls::Context context = tls->context();
  return Stream(std::move(socket), *context, TlsSocket::Side::kServer);
}

}  // namespace

Connection::Connection(ConnectionHost& host, Readiness::SlotPointer socket, std::string peer)
    : host_(host),
      stream_(StreamOver(std::move(socket), host.options.tls.get())),
      timer_(host.timers, [this] { OnDeadline(); }),
      peer_(std::move(peer)),
      connected_(host.clock.Steady()),
      capacity_(host.options.limits.head_bytes + kRoomBehindHead),
      buffer_(new char[capacity_]) {
  host_.connections.insert(this);
  if (host_.observer) host_.observer->OnConnectionOpened();
}

Connection::~Connection() {
  host_.connections.erase(this);
  if (host_.observer) host_.observer->OnConnectionClosed();
  if (host_.connections.empty() && host_.on_empty) host_.on_empty();
}

Connection::Exchange::Exchange(Connection& connection)
    : parser({connection.host_.options.limits.head_bytes, connection.host_.options.limits.fields}, connection.request_),
      began(connection.host_.clock.Steady()) {}

Awaitable<void> Connection::Run() {
  if (stream_.has_tls()) co_await Handshake();
  while (phase_ != Phase::kLingering) {
    const bool another = co_await ServeOne();
    if (!another) break;
    TidyBuffer();
  }
  if (phase_ == Phase::kLingering) {
    co_await Linger();
  } else if (stream_.has_tls() && !cut_) {
    stream_.tls().EndSending();
  }
}

// Lingers when it fails.
Awaitable<void> Connection::Handshake() {
  Enter(Phase::kHandshake, host_.options.timeouts.head);
  if (host_.draining) CloseIfIdle();
  co_await stream_.tls().Handshake(ec_);
  if (!ec_) co_return;
  host_.handshakes.NoteFailure(peer_, ec_, host_.clock.Steady());
  const bool plain_http = stream_.tls().heard_plain_http();
  stream_.LeaveTls();
  ec_ = {};
  if (plain_http) {
    const Response response = EngineError(400, "this port speaks HTTPS only");
    Framing framing;
    framing.keep_alive = false;
    RenderHead(response, framing, host_.date_line, head_);
    stream_.WriteNow(head_, response.body, ec_);
  }
  phase_ = Phase::kLingering;
}

// True when another request may follow.
Awaitable<bool> Connection::ServeOne() {
  Enter(Phase::kIdle, host_.options.timeouts.idle);
  SkipEmptyLine();
  while (begin_ == end_) {
    if (host_.draining) CloseIfIdle();
    const std::size_t count = co_await Read(buffer_.get(), capacity_);
    if (ec_ || expired_) co_return false;
    begin_ = 0;
    end_ = count;
    SkipEmptyLine();
  }

  served_ = true;
  phase_ = Phase::kReading;
  Exchange exchange(*this);
  Step step = ParseHead(exchange);
  if (step == Step::kMore) step = co_await ReadHead(exchange);
  if (step == Step::kDone && exchange.parser.has_body()) {
    step = BeginBody(exchange);
    if (step == Step::kMore) step = co_await ReadBody(exchange);
  }
  if (step == Step::kClosed) co_return false;

  Response response;
  bool keep_alive = false;
  if (step == Step::kRefused) {
    expired_ = false;  // the answer has a deadline of its own
    response = EngineError(refusal_.status, refusal_.reason);
  } else {
    phase_ = Phase::kHandling;
    timer_.Disarm();
    request_.peer_address = peer_;
    request_.secure = stream_.has_tls();
    try {
      response = co_await host_.handler(request_);
    } catch (...) {
      response = AnswerToException();
    }
    if (incoming_ && incoming_->state() == Incoming::State::kGone) co_return false;
    // What has not been read of a body cannot be told from a next request.
    const bool all_read = !incoming_ || incoming_->state() == Incoming::State::kComplete;
    keep_alive = exchange.parser.keep_alive() && !host_.draining && all_read;
  }

  phase_ = Phase::kWriting;
  std::size_t bytes_out = 0;
  if (IsStreamed(response)) {
    keep_alive = keep_alive && (response.stream->Length() || !exchange.parser.http10());
    bytes_out = co_await SendStream(exchange, response, keep_alive);
  } else {
    const std::string_view body = BodyFor(response);
    const std::size_t sent = SendNow(exchange, response, keep_alive);
    bytes_out = head_.size() + body.size();
    if (!ec_ && sent < bytes_out) co_await SendRest(body, sent);
  }
  if (ec_ || expired_ || cut_) co_return false;
  if (host_.observer) {
    host_.observer->OnResponse(request_.method, response.status, host_.clock.Steady() - exchange.began,
                               exchange.bytes_in, bytes_out, step == Step::kDone);
  }
  if (!keep_alive) phase_ = Phase::kLingering;
  co_return keep_alive;
}

Connection::Step Connection::ParseHead(Exchange& exchange) {
  const std::size_t consumed = exchange.parser.ParseHead(Unparsed());
  begin_ += consumed;
  exchange.bytes_in += consumed;
  if (exchange.parser.failed()) return Refuse(exchange.parser.status(), exchange.parser.reason());
  return exchange.parser.head_done() ? Step::kDone : Step::kMore;
}

Awaitable<Connection::Step> Connection::ReadHead(Exchange& exchange) {
  Enter(Phase::kReading, host_.options.timeouts.head);
  for (;;) {
    end_ += co_await Read(buffer_.get() + end_, capacity_ - end_);
    if (expired_) co_return Refuse(408, "request head took too long");
    if (ec_) co_return Step::kClosed;
    const Step step = ParseHead(exchange);
    if (step != Step::kMore) co_return step;
  }
}

Connection::Step Connection::Refuse(int status, std::string_view reason) {
  refusal_.status = status;
  refusal_.reason = reason;
  return Step::kRefused;
}

std::size_t Connection::BodyLimit() const {
  return host_.options.body_limit ? host_.options.body_limit(request_) : host_.options.limits.body_bytes;
}

// kDone: nothing is left to do before the handler.
Connection::Step Connection::BeginBody(Exchange& exchange) {
  RequestParser& parser = exchange.parser;
  const std::size_t limit = BodyLimit();
  if (parser.content_length() > limit) return Refuse(413, "request body too large");
  parser.SetBodyLimit(limit);
  const bool small = !parser.chunked() && parser.content_length() <= kWholeBytes;
  if (small || !host_.options.streams || !host_.options.streams(request_)) return Step::kMore;
  request_.incoming = &incoming_.emplace(*this, exchange);
  return Step::kDone;
}

// A client that has begun to send its body is not waiting for leave to do so.
bool Connection::WaitsForLeave(const RequestParser& parser) const {
  return parser.expects_continue() && !parser.http10() && begin_ == end_;
}

Awaitable<void> Connection::GiveLeaveToSend(error_code& ec) {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const std::size_t sent = stream_.WriteNow(kContinue, {}, ec);
  if (!ec && sent < kContinue.size()) co_await stream_.WriteRest(kContinue, {}, sent, ec);
}

Awaitable<Connection::Step> Connection::ReadBody(Exchange& exchange) {
  RequestParser& parser = exchange.parser;
  Enter(Phase::kReading, host_.options.timeouts.body);
  if (WaitsForLeave(parser)) {
    co_await GiveLeaveToSend(ec_);
    if (ec_) co_return Step::kClosed;
  }
  Step step = Step::kClosed;
  if (parser.chunked()) {
    step = co_await ReadChunks(parser);
  } else {
    step = co_await ReadKnownLength(static_cast<std::size_t>(parser.content_length()));
  }
  exchange.bytes_in += request_.body.size();
  if (step == Step::kClosed && expired_) co_return Refuse(408, "request body took too long");
  co_return step;
}

Awaitable<Connection::Step> Connection::ReadKnownLength(std::size_t length) {
  if (length <= capacity_ - begin_) {
    while (end_ - begin_ < length) {
      end_ += co_await Read(buffer_.get() + end_, capacity_ - end_);
      if (ec_ || expired_) co_return Step::kClosed;
    }
    request_.body = Unparsed().substr(0, length);
    begin_ += length;
    co_return Step::kDone;
  }
  std::size_t have = end_ - begin_;
  body_.assign(buffer_.get() + begin_, have);
  begin_ = end_;
  while (have < length) {
    if (have == body_.size()) body_.resize(std::min(length, std::max(kFirstBodyBytes, 2 * have)));
    have += co_await Read(body_.data() + have, body_.size() - have);
    if (ec_ || expired_) co_return Step::kClosed;
  }
  request_.body = body_;
  co_return Step::kDone;
}

Awaitable<Connection::Step> Connection::ReadChunks(RequestParser& parser) {
  const std::size_t head_end = begin_;
  body_.clear();
  for (;;) {
    if (begin_ < end_) begin_ += parser.ParseChunks(Unparsed(), body_);
    if (parser.failed()) co_return Refuse(parser.status(), parser.reason());
    if (parser.body_done()) break;
    // What is left is the beginning of a chunk header; it moves up to behind the head, whose views stay valid.
    std::memmove(buffer_.get() + head_end, buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_ - head_end;
    begin_ = head_end;
    if (end_ == capacity_) co_return Refuse(431, "chunk header or trailer too large");
    end_ += co_await Read(buffer_.get() + end_, capacity_ - end_);
    if (ec_ || expired_) co_return Step::kClosed;
  }
  request_.body = body_;
  co_return Step::kDone;
}

std::string_view Connection::BodyFor(const Response& response) const {
  if (!HasBody(response.status) || request_.method == Method::kHead) return {};
  return response.body;
}

void Connection::RenderHeadFor(const Exchange& exchange, const Response& response, bool keep_alive) {
  Framing framing;
  framing.keep_alive = keep_alive;
  framing.http10 = exchange.parser.http10();
  framing.to_head = request_.method == Method::kHead;
  RenderHead(response, framing, host_.date_line, head_);
}

std::size_t Connection::SendNow(const Exchange& exchange, const Response& response, bool keep_alive) {
  RenderHeadFor(exchange, response, keep_alive);
  return stream_.WriteNow(head_, BodyFor(response), ec_);
}

Awaitable<void> Connection::SendRest(std::string_view body, std::size_t sent) {
  Enter(Phase::kWriting, host_.options.timeouts.write);
  co_await stream_.WriteRest(head_, body, sent, ec_);
}

// Closing at once would reset the connection and with it the response, if the client has sent more than was read.
Awaitable<void> Connection::Linger() {
  Enter(Phase::kLingering, host_.options.timeouts.linger);
  stream_.ShutdownSend();
  // Whoever was in the middle of a file hears of it only if they may send for a while.
  const std::size_t most = incoming_ ? SIZE_MAX : kLingerBytes;
  std::size_t discarded = 0;
  for (int turns = 1; discarded < most && !expired_ && !ec_; ++turns) {
    discarded += co_await Read(buffer_.get(), capacity_);
    if (turns % kReadsInOneTurn == 0) co_await Yield();
  }
}

void Connection::Enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  timer_.ArmAfter(timeout);
}

void Connection::OnDeadline() {
  expired_ = true;
  if (phase_ == Phase::kReading || phase_ == Phase::kIdle) {
    stream_.ShutdownReceive();  // ends the read and leaves the way open for a 408
  } else {
    stream_.Shutdown();
  }
}

void Connection::CloseIfIdle() {
  if (phase_ != Phase::kIdle && phase_ != Phase::kHandshake) return;
  const SteadyTime grace_ends = connected_ + kFirstRequestGrace;
  if (!served_ && host_.clock.Steady() < grace_ends) {
    timer_.Arm(grace_ends);
  } else {
    stream_.ShutdownReceive();  // which a handshake ends with as well
  }
}

void Connection::TidyBuffer() {
  const std::size_t left = end_ - begin_;
  if (left > 0) std::memmove(buffer_.get(), buffer_.get() + begin_, left);
  begin_ = 0;
  end_ = left;
  if (body_.capacity() > kKeptBytes) body_ = std::string();
  incoming_.reset();
}

// Some clients end a form body with a line break that is not part of it.
void Connection::SkipEmptyLine() {
  if (Unparsed().starts_with("\r\n")) begin_ += 2;
}

}  // namespace parley::http
