// Names to addresses without blocking a shard; answers are used again for a while.
//
// Purpose: one lookup at a time per name, on Asio's own resolver thread or as the client's owner has it done; a waiter
// gives up at its deadline, whatever the lookup does.
// Threading: one thread, the shard's.
// Tests: tests/unit/http/client_test.cc
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/client.h"
#include "http/timer_wheel.h"

namespace parley::http {

class Resolver {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  // `look_up`: instead of Asio's resolver, unless it is empty.
  Resolver(boost::asio::io_context& io, TimerWheel& timers, const Clock& clock, std::chrono::milliseconds ttl,
           LookUpName look_up)
      : io_(io),
        timers_(timers),
        clock_(clock),
        ttl_(ttl),
        look_up_(std::move(look_up)),
        resolver_(std::make_unique<AsioResolver>(io)) {}

  // At least one endpoint. kBadGateway when the name has none, kTimeout at the deadline.
  Awaitable<Result<std::vector<Endpoint>>> Resolve(std::string host, std::uint16_t port, SteadyTime deadline);

  // Gives back what needs the io_context.
  void Close() { resolver_.reset(); }
  // Whoever waits is told that there is no address.
  void Abort();

 private:
  using AsioResolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Executor>;
  using Event = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  struct Name {
    std::vector<boost::asio::ip::address> addresses;
    SteadyTime fresh_until{};
    std::string failure;  // of the last lookup
    bool looking_up = false;
    std::set<Event*> waiting;
  };

  Awaitable<void> LookUp(std::string host);
  Awaitable<Result<std::vector<boost::asio::ip::address>>> AskAsio(std::string host);

  boost::asio::io_context& io_;
  TimerWheel& timers_;
  const Clock& clock_;
  const std::chrono::milliseconds ttl_;
  const LookUpName look_up_;
  std::unique_ptr<AsioResolver> resolver_;
  std::map<std::string, Name> names_;
};

}  // namespace parley::http
