// A running server whose time stands still unless a test moves it.
#pragma once

#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/server.h"
#include "raw_client.h"
#include "support/fake_clock.h"

namespace parley::http::test {

// "METHOD path?query|body", so that an answer shows which request it belongs to.
inline Response EchoOf(const Request& request) {
  std::string body(NameOf(request.method));
  body.append(" ").append(request.path);
  if (!request.query.empty()) body.append("?").append(request.query);
  body.append("|").append(request.body);
  return Response(200, "text/plain", std::move(body));
}

inline Awaitable<Response> Echo(const Request& request) {
  co_return EchoOf(request);
}

class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}, HandlerFactory factory = nullptr,
                      ServerObserver* observer = nullptr) {
    if (!factory)
      factory = [this](Shard&) -> Handler {
        return [this](const Request& request) {
          ++handled_;
          return Echo(request);
        };
      };
    auto created = Server::Create(std::move(options), clock_, std::move(factory), observer);
    if (!created) throw std::runtime_error(created.error().message);
    server_ = *std::move(created);
    server_->Start();
  }

  Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  RawClient Connect() const { return RawClient(port()); }
  parley::test::FakeClock& clock() { return clock_; }
  int handled() const { return handled_; }

  void Advance(std::chrono::milliseconds by) {
    Settle();
    clock_.Advance(by);
    server_->Tick();
  }
  // Lets the shards take in what has been sent to them.
  void Settle() {
    for (int round = 0; round < 4; ++round) server_->Tick();
  }
  // Moves time in steps until the client hears something; false when `limit` passes in silence.
  bool AdvanceUntilReadable(RawClient& client, std::chrono::milliseconds step, std::chrono::milliseconds limit) {
    for (std::chrono::milliseconds passed{0}; passed < limit; passed += step) {
      Advance(step);
      if (client.Readable(std::chrono::milliseconds(20))) return true;
    }
    return false;
  }

 private:
  parley::test::FakeClock clock_;
  std::atomic<int> handled_{0};
  std::unique_ptr<Server> server_;
};

// What one handler waits at until a test lets it go. Outlives the server.
class Gate {
 public:
  Awaitable<void> Wait(Shard& shard) {
    boost::system::error_code ignored;
    Timer timer(shard.io(), Timer::time_point::max());
    shard_ = &shard;
    timer_ = &timer;
    reached_ = true;
    reached_.notify_all();
    co_await timer.async_wait(boost::asio::redirect_error(UseAwaitable{}, ignored));
  }

  // From the test's thread:
  void AwaitWaiter() { reached_.wait(false); }
  void Open() {
    shard_->Post([this] { timer_->cancel(); });
  }
  // A handler that answers with an echo once the gate is open.
  HandlerFactory Guarding() {
    return [this](Shard& shard) -> Handler {
      return [this, &shard](const Request& request) -> Awaitable<Response> {
        if (!request.path.starts_with("/free")) co_await Wait(shard);
        co_return EchoOf(request);
      };
    };
  }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Shard* shard_ = nullptr;
  Timer* timer_ = nullptr;
  std::atomic<bool> reached_{false};
};

}  // namespace parley::http::test
