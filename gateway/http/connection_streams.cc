// Bodies that pass through a client connection: requests read in the handler's time, answers written part by part.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "http/connection.h"
#include "http/pause.h"

namespace parley::http {
namespace {

// A body that passes through may take as long as it needs, as long as so much of it comes in the time a whole one has:
// dripping is no way to keep the connection to the backend.
constexpr std::size_t kPaceBytes = 4096;
// Parts that are written in one turn of the loop when neither side is ever waited for.
constexpr int kPartsInOneTurn = 16;

void AppendHex(std::size_t number, std::string& out) {
  char digits[2 * sizeof number];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

}  // namespace

Connection::Incoming::Incoming(Connection& connection, Exchange& exchange)
    : connection_(connection),
      exchange_(exchange),
      head_end_(connection.begin_),
      left_(exchange.parser.content_length()),
      leave_due_(connection.WaitsForLeave(exchange.parser)),
      timer_(connection.host_.timers,
             [this] {
               expired_ = true;
               connection_.stream_.ShutdownReceive();  // which leaves the way open for a 408
             }),
      time_left_(connection.host_.options.timeouts.body) {}

std::optional<std::uint64_t> Connection::Incoming::Length() const {
  if (exchange_.parser.chunked()) return std::nullopt;
  return exchange_.parser.content_length();
}

void Connection::Incoming::Fail(int status, std::string_view reason) {
  state_ = State::kFailed;
  status_ = status;
  reason_ = reason;
}

// Never one that blames the backend.
Error Connection::Incoming::Failure() const {
  if (status_ == 413) return PayloadTooLarge(std::string(reason_));
  Error error = InvalidArgument(std::string(reason_));
  error.http_status = status_;
  return error;
}

Awaitable<Result<std::string_view>> Connection::Incoming::Read() {
  if (std::exchange(leave_due_, false)) {
    co_await connection_.GiveLeaveToSend(ec_);
    if (ec_) state_ = State::kGone;
  }
  while (state_ == State::kOpen) {
    const std::string_view part = Take();
    if (!part.empty()) co_return part;
    if (state_ == State::kOpen) co_await Receive();
  }
  if (state_ != State::kComplete) co_return Failure();
  co_return std::string_view();
}

// What has been received of it and not been read.
std::string_view Connection::Incoming::Take() {
  RequestParser& parser = exchange_.parser;
  std::string_view part;
  if (parser.chunked()) {
    std::string& content = connection_.body_;
    content.clear();
    if (connection_.begin_ < connection_.end_)
      connection_.begin_ += parser.ParseChunks(connection_.Unparsed(), content);
    if (parser.failed()) {
      Fail(parser.status(), parser.reason());
      return {};
    }
    if (parser.body_done()) state_ = State::kComplete;
    part = content;
  } else {
    part = connection_.Unparsed().substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, connection_.capacity_)));
    connection_.begin_ += part.size();
    left_ -= part.size();
    if (left_ == 0) state_ = State::kComplete;
  }
  exchange_.bytes_in += part.size();
  bytes_read_ += part.size();
  return part;
}

// The body takes the room behind the head, again and again. What is left there is the beginning of a chunk's header.
Awaitable<void> Connection::Incoming::Receive() {
  char* const buffer = connection_.buffer_.get();
  const std::size_t left_over = connection_.end_ - connection_.begin_;
  std::memmove(buffer + head_end_, buffer + connection_.begin_, left_over);
  connection_.begin_ = head_end_;
  connection_.end_ = head_end_ + left_over;
  if (connection_.end_ == connection_.capacity_) {
    Fail(431, "chunk header or trailer too large");
    co_return;
  }
  const SteadyTime began = connection_.host_.clock.Steady();
  timer_.Arm(began + time_left_);
  reading_ = true;
  const std::size_t count =
      co_await connection_.stream_.Read(buffer + connection_.end_, connection_.capacity_ - connection_.end_, ec_);
  reading_ = false;
  timer_.Disarm();
  if (state_ != State::kOpen) co_return;  // cancelled
  if (expired_) {
    Fail(408, "request body took too long");
  } else if (ec_) {
    state_ = State::kGone;
  }
  connection_.end_ += count;
  since_extended_ += count;
  time_left_ -= connection_.host_.clock.Steady() - began;
  if (since_extended_ < kPaceBytes) co_return;
  since_extended_ = 0;
  time_left_ = connection_.host_.options.timeouts.body;
}

void Connection::Incoming::Cancel() {
  if (state_ != State::kOpen) return;
  Fail(400, "request body is not wanted any more");
  if (reading_) connection_.stream_.CancelRead();
}

bool Connection::IsStreamed(const Response& response) const {
  return response.stream != nullptr && HasBody(response.status) && request_.method != Method::kHead;
}

Awaitable<std::size_t> Connection::SendStream(const Exchange& exchange, const Response& response, bool keep_alive) {
  BodySource& source = *response.stream;
  const std::optional<std::uint64_t> length = source.Length();
  const bool chunked = !length && !exchange.parser.http10();
  RenderHeadFor(exchange, response, keep_alive);
  std::size_t bytes_out = head_.size();
  bool open = co_await SendPart({});
  for (int parts = 0; open; ++parts) {
    if (parts % kPartsInOneTurn == kPartsInOneTurn - 1) co_await Yield();
    const Result<std::string_view> part = co_await source.Read();
    const bool fits = part && (!length || source.bytes_read() <= *length);
    const bool ends = fits && part->empty();
    if (!fits || (ends && length && source.bytes_read() < *length)) {
      Cut(exchange, response);
      break;
    }
    head_.clear();
    if (chunked) {
      if (parts > 0) head_.append("\r\n");
      AppendHex(part->size(), head_);
      head_.append(ends ? "\r\n\r\n" : "\r\n");
    }
    bytes_out += head_.size() + part->size();
    if (!ends || chunked) open = co_await SendPart(*part);
    if (ends) break;
  }
  co_return bytes_out;
}

Awaitable<bool> Connection::SendPart(std::string_view part) {
  const std::size_t sent = stream_.WriteNow(head_, part, ec_);
  if (!ec_ && sent < head_.size() + part.size()) co_await SendRest(part, sent);
  timer_.Disarm();
  co_return !ec_ && !expired_;
}

// A length or chunks show that something is missing; where the end of the connection is the end of the body, only a reset
// does.
void Connection::Cut(const Exchange& exchange, const Response& response) {
  cut_ = true;
  if (!response.stream->Length() && exchange.parser.http10()) stream_.ResetOnClose();
}

}  // namespace parley::http
