// One connection to a backend: opened once, used for exchange after exchange.
//
// Purpose: send a request, read one complete response, by a deadline; say whether the connection can be used again. What
// passes through is sent and read part by part (upstream_streams.cc): the request's body beside the reading of the
// response, because a backend may answer before it has all of it.
// Refuses to know: pools, names, retries.
// Threading: one thread, the shard's.
// Tests: tests/unit/http/client_test.cc, client_streaming_test.cc, client_tls_test.cc
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/client.h"
#include "http/response_parser.h"
#include "http/stream.h"
#include "http/timer_wheel.h"

namespace parley::http {

class UpstreamConnection {
 public:
  // `open_count` counts the connections of its origin. All references outlive the connection.
  UpstreamConnection(const Origin& origin, const ClientOptions& options, boost::asio::io_context& io,
                     TimerWheel& timers, const Clock& clock, std::size_t& open_count);
  ~UpstreamConnection() {
    StopSending();
    --open_count_;
  }
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  // Connects to the first endpoint that answers; then the TLS handshake, verified against the origin's host.
  // REQUIRES: tls is set when the origin asks for it.
  Awaitable<Status> Open(const std::vector<boost::asio::ip::tcp::endpoint>& endpoints, boost::asio::ssl::context* tls,
                         SteadyTime deadline);

  // Fills `response`, which is unspecified after a failure. Both outlive the await, and the request's source this.
  Awaitable<Status> Exchange(const ClientRequest& request, ClientResponse& response, SteadyTime deadline);
  // After a failed exchange: not a byte of a response came, and it was not the deadline that ended it.
  bool failed_before_response() const { return !response_began_ && !expired_; }
  // After an exchange: the response's body is still to be read.
  bool has_rest() const { return has_rest_; }
  std::optional<std::uint64_t> response_length() const { return parser_->length(); }
  // The next part of it; none at all is the end. The bytes stay until the next. REQUIRES: has_rest(); none has failed
  Awaitable<Result<std::string_view>> ReadPart();
  // After an exchange and its rest: complete, kept alive by the backend, and nothing beyond the response.
  bool reusable() const { return reusable_; }

  // Whatever is awaited here ends with an error, soon.
  void Abort();

  // While nobody uses it: whether the backend has neither said nor ended anything.
  const Stream& stream() const { return *stream_; }
  // Calls `on_end`, which may destroy this, after `limit`.
  void Rest(std::chrono::milliseconds limit, std::function<void()> on_end);

 private:
  enum class Phase { kConnecting, kExchange, kResting };
  enum class Step { kDone, kMore, kFailed };

  // The sending of a streamed body, which a coroutine of its own does. Whoever comes back to it looks at `stopped` first:
  // the connection may be gone by then.
  struct Sending {
    Sending(IncomingBody& from, TimerWheel& timers, std::function<void()> on_stall)
        : source(from), timer(timers, std::move(on_stall)) {}
    IncomingBody& source;
    TimerWheel::Timer timer;
    std::chrono::nanoseconds head_timeout{};  // for the response, when all has been sent
    std::optional<Error> failure;             // of the source
    bool stopped = false;
    bool done = false;
    error_code ec;
    std::string frame;
  };

  void StartSending(IncomingBody& source, std::chrono::nanoseconds head_timeout);
  void StopSending();
  Awaitable<void> SendBody(std::shared_ptr<Sending> sending);
  Awaitable<void> SendPart(Sending& sending, std::string_view part);
  bool is_sending() const { return sending_ != nullptr && !sending_->done; }
  void EndExchange();

  Awaitable<Status> Connect(const std::vector<boost::asio::ip::tcp::endpoint>& endpoints, SteadyTime deadline);
  Awaitable<Status> Handshake(SteadyTime deadline);
  Awaitable<bool> ReadContent(std::size_t length, std::string& body);
  // Takes what has been received as far as it goes; a failure says why in failure_.
  Step TakeHead(const ClientRequest& request, ClientResponse& response);
  Step TakeBody(ClientResponse& response);
  Step Fail(std::string_view message);
  bool MakeRoom();
  bool PassesThrough(const ClientRequest& request) const;

  void Expect(const ClientRequest& request, ClientResponse& response);
  void KeepHead(ClientResponse& response);
  void OnTimer();
  void EndWait();
  Error Failure(std::string_view message) const;
  std::string_view Unparsed() const { return {buffer_.data() + begin_, end_ - begin_}; }

  const Origin& origin_;
  const std::string authority_;
  const ClientOptions& options_;
  TimerWheel& timers_;
  const Clock& clock_;
  std::size_t& open_count_;
  Socket connecting_;
  std::optional<Stream> stream_;  // once connected
  TimerWheel::Timer timer_;
  Phase phase_ = Phase::kConnecting;
  std::function<void()> on_rest_end_;
  bool expired_ = false;
  bool aborted_ = false;
  bool response_began_ = false;
  bool reusable_ = false;
  error_code ec_;
  std::string_view failure_;

  std::string head_;  // of the request
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t head_begin_ = 0;
  int interim_ = 0;  // 1xx heads before the response
  std::optional<ResponseParser> parser_;

  std::shared_ptr<Sending> sending_;  // of a streamed request
  bool head_taken_ = false;
  bool has_rest_ = false;
  std::string part_;  // of a streamed response
  bool part_waits_ = false;
};

}  // namespace parley::http
