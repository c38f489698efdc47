// One client connection of the server: request after request until one side is done.
//
// Purpose: the phases of a connection and their deadlines (handshake, idle, head, body, handler, write,
// linger). A body that passes through is read in the handler's time, and an answer that passes through is written part
// by part (connection_streams.cc).
// Refuses to know: accepting, threads, what the handler does.
// Threading: one thread, its shard's.
// Tests: those of server.h; streaming_test.cc
#pragma once

#include <boost/system/error_code.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "http/handshake_log.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "http/response_head.h"
#include "http/server.h"
#include "http/stream.h"
#include "http/timer_wheel.h"

namespace parley::http {

class Connection;

// What the connections of a shard share. Outlives them.
struct ConnectionHost {
  ConnectionHost(const ServerOptions& server_options, const Clock& server_clock, ServerObserver* server_observer)
      : options(server_options), clock(server_clock), observer(server_observer), timers(server_clock.Steady()) {
    Advance();
  }

  // Fires what is due. Between two calls the date stands still.
  void Advance() {
    date_line = date.At(clock.Now());
    timers.Advance(clock.Steady());
  }

  const ServerOptions& options;
  const Clock& clock;
  ServerObserver* observer;  // may be null
  TimerWheel timers;
  DateLine date;
  std::string_view date_line;
  Handler handler;
  std::unordered_set<Connection*> connections;
  HandshakeLog handshakes;
  bool draining = false;
  std::function<void()> on_empty;  // the last connection closed
};

class Connection {
 public:
  Connection(ConnectionHost& host, Readiness::SlotPointer socket, std::string peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Awaitable<void> Run();

  // Ends the connection if it stands before or between requests. A request that has arrived by now is still answered, and a
  // client that has only just connected gets a moment to send one.
  void CloseIfIdle();

 private:
  enum class Phase { kHandshake, kIdle, kReading, kHandling, kWriting, kLingering };
  // What became of one step.
  enum class Step { kDone, kMore, kClosed, kRefused };

  struct Exchange {
    explicit Exchange(Connection& connection);
    RequestParser parser;
    std::size_t bytes_in = 0;
    SteadyTime began;
  };
  struct Refusal {
    int status = 0;
    std::string_view reason;
  };

  // The body of a request that passes through. It has a deadline of its own, because an answer may be on its way out
  // while it is still coming in.
  class Incoming final : public IncomingBody {
   public:
    enum class State { kOpen, kComplete, kFailed, kGone };  // kGone: the client is

    Incoming(Connection& connection, Exchange& exchange);

    Awaitable<Result<std::string_view>> Read() override;
    std::optional<std::uint64_t> Length() const override;
    void Cancel() override;
    State state() const { return state_; }

   private:
    std::string_view Take();
    Awaitable<void> Receive();
    void Fail(int status, std::string_view reason);
    Error Failure() const;

    Connection& connection_;
    Exchange& exchange_;
    const std::size_t head_end_;  // bytes before it are the request's views
    std::uint64_t left_;          // of a body of declared length
    State state_ = State::kOpen;
    int status_ = 400;  // what the client is to be told of a failure
    std::string_view reason_ = "request body ended early";
    bool leave_due_;  // the client waits for "100 Continue"
    bool reading_ = false;
    bool expired_ = false;
    error_code ec_;
    TimerWheel::Timer timer_;
    std::chrono::nanoseconds time_left_;
    std::size_t since_extended_ = 0;  // bytes
  };

  // Coroutines are for waiting: whatever usually needs no wait is an ordinary function beside them, which saves a frame
  // for each request.
  Awaitable<void> Handshake();
  Awaitable<bool> ServeOne();
  Awaitable<Step> ReadHead(Exchange& exchange);
  Awaitable<Step> ReadBody(Exchange& exchange);
  Awaitable<Step> ReadKnownLength(std::size_t length);
  Awaitable<Step> ReadChunks(RequestParser& parser);
  Awaitable<void> SendRest(std::string_view body, std::size_t sent);
  // Head and body of an answer that passes through; returns how many bytes that were. Cuts what cannot be completed.
  Awaitable<std::size_t> SendStream(const Exchange& exchange, const Response& response, bool keep_alive);
  // Sends head_ and `part`; false when the connection is of no more use.
  Awaitable<bool> SendPart(std::string_view part);
  Awaitable<void> GiveLeaveToSend(error_code& ec);
  Awaitable<void> Linger();

  Step ParseHead(Exchange& exchange);
  Step BeginBody(Exchange& exchange);
  Step Refuse(int status, std::string_view reason);
  // Sends what the socket takes; returns how much that was.
  std::size_t SendNow(const Exchange& exchange, const Response& response, bool keep_alive);
  void RenderHeadFor(const Exchange& exchange, const Response& response, bool keep_alive);
  std::string_view BodyFor(const Response& response) const;
  bool IsStreamed(const Response& response) const;
  bool WaitsForLeave(const RequestParser& parser) const;
  void Cut(const Exchange& exchange, const Response& response);
  Awaitable<std::size_t> Read(char* data, std::size_t size) { return stream_.Read(data, size, ec_); }

  void Enter(Phase phase, std::chrono::milliseconds timeout);
  void OnDeadline();
  void TidyBuffer();
  void SkipEmptyLine();
  std::string_view Unparsed() const { return {buffer_.get() + begin_, end_ - begin_}; }
  std::size_t BodyLimit() const;

  ConnectionHost& host_;
  Stream stream_;
  TimerWheel::Timer timer_;
  const std::string peer_;
  const SteadyTime connected_;
  bool served_ = false;  // at least one request
  bool cut_ = false;     // the last answer is not complete
  Phase phase_ = Phase::kIdle;
  bool expired_ = false;
  error_code ec_;

  // Bytes received and not yet used are [begin_, end_). Never moved while a head is in it.
  const std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  Request request_;
  std::string body_;  // a body that does not fit into the buffer, or came in chunks
  std::string head_;  // of the response
  Refusal refusal_;
  std::optional<Incoming> incoming_;
};

}  // namespace parley::http
