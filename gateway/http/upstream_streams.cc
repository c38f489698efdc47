// Bodies that pass through a connection to a backend: requests sent beside the reading of the response, responses read
// part by part.
#include <boost/asio/co_spawn.hpp>
#include <charconv>
#include <exception>
#include <utility>

#include "base/log.h"
#include "http/pause.h"
#include "http/upstream_connection.h"

namespace parley::http {

namespace asio = boost::asio;

namespace {

// Parts that are sent in one turn of the loop when neither side is ever waited for.
constexpr int kPartsInOneTurn = 16;

void LogThrown(std::exception_ptr thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "http.sending_threw", {{"what", std::string(error.what())}});
  }
}

// What stands before a part of a chunked body; behind the last one comes nothing.
void RenderChunkHead(std::size_t size, bool first, std::string& frame) {
  frame.assign(first ? "" : "\r\n");
  char digits[2 * sizeof size];
  frame.append(digits, std::to_chars(digits, digits + sizeof digits, size, 16).ptr);
  frame.append(size == 0 ? "\r\n\r\n" : "\r\n");
}

}  // namespace

void UpstreamConnection::StartSending(IncomingBody& source, std::chrono::nanoseconds head_timeout) {
  // The time for the response begins when all has been sent.
  timer_.Disarm();
  sending_ = std::make_shared<Sending>(source, timers_, [this] {
    expired_ = true;
    EndWait();
  });
  sending_->head_timeout = head_timeout;
  asio::co_spawn(connecting_.get_executor(), SendBody(sending_), LogThrown);
}

void UpstreamConnection::StopSending() {
  if (!is_sending() || sending_->stopped) return;
  sending_->stopped = true;
  sending_->timer.Disarm();
  sending_->source.Cancel();
}

Awaitable<void> UpstreamConnection::SendBody(std::shared_ptr<Sending> sending) {
  const bool chunked = !sending->source.Length();
  for (int parts = 0;; ++parts) {
    if (parts % kPartsInOneTurn == kPartsInOneTurn - 1) co_await Yield();
    if (sending->stopped) co_return;
    const Result<std::string_view> part = co_await sending->source.Read();
    if (sending->stopped) co_return;
    if (!part) {
      sending->failure = part.error();
      EndWait();
      co_return;
    }
    if (chunked) RenderChunkHead(part->size(), parts == 0, sending->frame);
    co_await SendPart(*sending, *part);
    if (sending->stopped) co_return;
    sending->done = part->empty();
    // A backend that does not listen any more may have said why: that is for whoever reads.
    if (sending->done || sending->ec) break;
  }
  if (!head_taken_) timer_.Arm(clock_.Steady() + sending->head_timeout);
}

Awaitable<void> UpstreamConnection::SendPart(Sending& sending, std::string_view part) {
  const std::size_t sent = stream_->WriteNow(sending.frame, part, sending.ec);
  if (sending.ec || sent == sending.frame.size() + part.size()) co_return;
  sending.timer.ArmAfter(options_.stall);
  co_await stream_->WriteRest(sending.frame, part, sent, sending.ec);
  sending.timer.Disarm();
}

Awaitable<Result<std::string_view>> UpstreamConnection::ReadPart() {
  if (!std::exchange(part_waits_, false)) part_.clear();
  while (part_.empty() && !parser_->done()) {
    if (begin_ < end_) begin_ += parser_->ParseBody(Unparsed(), part_);
    if (parser_->failed() || (!parser_->done() && part_.empty() && !MakeRoom()))
      co_return Failure("the backend sent a malformed response");
    if (parser_->done() || !part_.empty()) break;
    timer_.ArmAfter(options_.stall);
    end_ += co_await stream_->Read(buffer_.data() + end_, buffer_.size() - end_, ec_);
    timer_.Disarm();
    if (!ec_ && !expired_) continue;
    // Only a clean end completes a body that lasts until the end.
    const bool ends = ec_ == asio::error::eof && !expired_ && parser_->ends_with_connection() && parser_->Finish();
    if (!ends) co_return Failure("the backend's response ended early");
  }
  if (part_.empty()) EndExchange();
  co_return std::string_view(part_);
}

}  // namespace parley::http
