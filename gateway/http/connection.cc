#include "http/connection.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "base/log.h"

namespace parley::http {
namespace {

// Room behind the largest head for chunk headers and small bodies.
constexpr std::size_t kRoomBehindHead = 4096;
// How much a client that was refused may still send before it is cut off.
constexpr std::size_t kLingerBytes = 256 * 1024;
// A body of declared length gets memory as it arrives, not as it is promised.
constexpr std::size_t kFirstBodyBytes = 64 * 1024;
// How long a client may take from connecting to its first request when the server is draining.
constexpr std::chrono::milliseconds kFirstRequestGrace{1000};
// Memory a connection keeps between two requests.
constexpr std::size_t kKeptBytes = 64 * 1024;

std::string PeerAddress(const Socket& socket) {
  error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  return ec ? std::string() : endpoint.address().to_string();
}

}  // namespace

Connection::Connection(ConnectionHost& host, Socket socket)
    : host_(host),
      stream_(std::move(socket)),
      timer_(host.timers, [this] { OnDeadline(); }),
      peer_(PeerAddress(stream_.socket())),
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
  for (;;) {
    const bool another = co_await ServeOne();
    if (!another) break;
    TidyBuffer();
  }
  if (phase_ == Phase::kLingering) co_await Linger();
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
  Exchange exchange(*this);
  phase_ = Phase::kReading;
  Step step = co_await ReadHead(exchange);
  if (step == Step::kDone && exchange.parser.has_body()) step = co_await ReadBody(exchange);
  if (step == Step::kClosed) co_return false;
  if (step == Step::kRefused) co_return co_await Refuse(exchange, refusal_, refusal_reason_);

  phase_ = Phase::kHandling;
  timer_.Disarm();
  const Response response = co_await Answer();
  const bool keep_alive = exchange.parser.keep_alive() && !host_.draining;
  co_return co_await Send(exchange, response, keep_alive, true);
}

Awaitable<Connection::Step> Connection::ReadHead(Exchange& exchange) {
  RequestParser& parser = exchange.parser;
  const std::size_t start = begin_;
  bool armed = false;
  for (;;) {
    begin_ += parser.ParseHead(Unparsed());
    exchange.bytes_in = begin_ - start;
    if (parser.failed()) {
      refusal_ = parser.status();
      refusal_reason_ = parser.reason();
      co_return Step::kRefused;
    }
    if (parser.head_done()) break;
    if (!armed) Enter(Phase::kReading, host_.options.timeouts.head);
    armed = true;
    end_ += co_await Read(buffer_.get() + end_, capacity_ - end_);
    if (expired_) {
      refusal_ = 408;
      refusal_reason_ = "request head took too long";
      co_return Step::kRefused;
    }
    if (ec_) co_return Step::kClosed;
  }
  request_.peer_address = peer_;
  co_return Step::kDone;
}

std::size_t Connection::BodyLimit() const {
  return host_.options.body_limit ? host_.options.body_limit(request_) : host_.options.limits.body_bytes;
}

Awaitable<Connection::Step> Connection::ReadBody(Exchange& exchange) {
  RequestParser& parser = exchange.parser;
  const std::size_t limit = BodyLimit();
  if (parser.content_length() > limit) {
    refusal_ = 413;
    refusal_reason_ = "request body too large";
    co_return Step::kRefused;
  }
  Enter(Phase::kReading, host_.options.timeouts.body);
  // A client that has begun to send its body is not waiting for leave to do so.
  if (parser.expects_continue() && !parser.http10() && begin_ == end_) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::size_t sent = stream_.WriteNow(kContinue, {}, ec_);
    if (!ec_ && sent < kContinue.size()) co_await stream_.WriteRest(kContinue, {}, sent, ec_);
    if (ec_) co_return Step::kClosed;
  }
  parser.SetBodyLimit(limit);
  const Step step = parser.chunked() ? co_await ReadChunks(exchange)
                                     : co_await ReadKnownLength(exchange, std::size_t(parser.content_length()));
  exchange.bytes_in += request_.body.size();
  if (step == Step::kClosed && expired_) {
    refusal_ = 408;
    refusal_reason_ = "request body took too long";
    co_return Step::kRefused;
  }
  co_return step;
}

Awaitable<Connection::Step> Connection::ReadKnownLength(Exchange&, std::size_t length) {
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

Awaitable<Connection::Step> Connection::ReadChunks(Exchange& exchange) {
  RequestParser& parser = exchange.parser;
  const std::size_t head_end = begin_;
  body_.clear();
  for (;;) {
    if (begin_ < end_) begin_ += parser.ParseChunks(Unparsed(), body_);
    if (parser.failed()) {
      refusal_ = parser.status();
      refusal_reason_ = parser.reason();
      co_return Step::kRefused;
    }
    if (parser.body_done()) break;
    // What is left is the beginning of a chunk header; it moves up to behind the head, whose views stay valid.
    std::memmove(buffer_.get() + head_end, buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_ - head_end;
    begin_ = head_end;
    if (end_ == capacity_) {
      refusal_ = 431;
      refusal_reason_ = "chunk header or trailer too large";
      co_return Step::kRefused;
    }
    end_ += co_await Read(buffer_.get() + end_, capacity_ - end_);
    if (ec_ || expired_) co_return Step::kClosed;
  }
  request_.body = body_;
  co_return Step::kDone;
}

Awaitable<Response> Connection::Answer() {
  try {
    co_return co_await host_.handler(request_);
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "http.handler_threw", {{"what", std::string(error.what())}});
  } catch (...) {
    Log(LogLevel::kError, "http.handler_threw");
  }
  co_return EngineError(500, "internal error");
}

Awaitable<bool> Connection::Send(Exchange& exchange, const Response& response, bool keep_alive, bool from_handler) {
  phase_ = Phase::kWriting;
  Framing framing;
  framing.keep_alive = keep_alive;
  framing.http10 = exchange.parser.http10();
  framing.to_head = request_.method == Method::kHead;
  RenderHead(response, framing, host_.date.At(host_.clock.Now()), head_);
  const bool with_body = HasBody(response.status) && !framing.to_head;
  const std::string_view body = with_body ? std::string_view(response.body) : std::string_view();

  const std::size_t total = head_.size() + body.size();
  const std::size_t sent = stream_.WriteNow(head_, body, ec_);
  if (!ec_ && sent < total) {
    Enter(Phase::kWriting, host_.options.timeouts.write);
    co_await stream_.WriteRest(head_, body, sent, ec_);
  }
  if (ec_ || expired_) co_return false;
  if (host_.observer) {
    host_.observer->OnResponse(request_.method, response.status, host_.clock.Steady() - exchange.began,
                               exchange.bytes_in, total, from_handler);
  }
  if (!keep_alive) phase_ = Phase::kLingering;
  co_return keep_alive;
}

Awaitable<bool> Connection::Refuse(Exchange& exchange, int status, std::string_view reason) {
  expired_ = false;  // the answer has a deadline of its own
  const Response response = EngineError(status, reason);
  co_return co_await Send(exchange, response, false, false);
}

// Closing at once would reset the connection and with it the response, if the client has sent more than was read.
Awaitable<void> Connection::Linger() {
  Enter(Phase::kLingering, host_.options.timeouts.linger);
  stream_.ShutdownSend();
  for (std::size_t discarded = 0; discarded < kLingerBytes && !expired_ && !ec_;)
    discarded += co_await Read(buffer_.get(), capacity_);
}

void Connection::Enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  timer_.Arm(host_.clock.Steady() + timeout);
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
  if (phase_ != Phase::kIdle) return;
  const SteadyTime grace_ends = connected_ + kFirstRequestGrace;
  if (!served_ && host_.clock.Steady() < grace_ends) {
    timer_.Arm(grace_ends);
  } else {
    stream_.ShutdownReceive();
  }
}

void Connection::TidyBuffer() {
  const std::size_t left = end_ - begin_;
  if (left > 0) std::memmove(buffer_.get(), buffer_.get() + begin_, left);
  begin_ = 0;
  end_ = left;
  if (body_.capacity() > kKeptBytes) body_ = std::string();
}

// Some clients end a form body with a line break that is not part of it.
void Connection::SkipEmptyLine() {
  if (Unparsed().starts_with("\r\n")) begin_ += 2;
}

}  // namespace parley::http
