// One client connection of the server: request after request until one side is done.
//
// Purpose: the phases of a connection and their deadlines (handshake, idle, head, body, handler, write,
// linger).
// Refuses to know: accepting, threads, what the handler does.
// Threading: one thread, its shard's.
// Tests: those of server.h
#pragma once

#include <boost/system/error_code.hpp>
#include <memory>
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

  // Coroutines are for waiting: whatever usually needs no wait is an ordinary function beside them, which saves a frame
  // for each request.
  Awaitable<void> Handshake();
  Awaitable<bool> ServeOne();
  Awaitable<Step> ReadHead(Exchange& exchange);
  Awaitable<Step> ReadBody(Exchange& exchange);
  Awaitable<Step> ReadKnownLength(std::size_t length);
  Awaitable<Step> ReadChunks(RequestParser& parser);
  Awaitable<void> SendRest(std::string_view body, std::size_t sent);
  Awaitable<void> Linger();

  Step ParseHead(Exchange& exchange);
  Step Refuse(int status, std::string_view reason);
  // Sends what the socket takes; returns how much that was.
  std::size_t SendNow(const Exchange& exchange, const Response& response, bool keep_alive);
  std::string_view BodyFor(const Response& response) const;
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
};

}  // namespace parley::http
