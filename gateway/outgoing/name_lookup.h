// The system's resolver without waiting for anybody else's name.
//
//   NameLookup lookup(io);
//   Result<std::vector<asio::ip::address>> addresses = co_await lookup.Find("hooks.acme.test");
//
// Purpose: a name server that does not answer holds up nobody but who asked for its names. Every lookup has a thread of
// its own while it lasts; giving up does not wait for it. Refuses to know: which addresses may be called, how long an
// answer holds.
// Threading: one loop's; the threads are its own. Tests: tests/unit/outgoing/name_lookup_test.cc
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/awaitable.h"

namespace parley::outgoing {

class NameLookup {
 public:
  using Addresses = std::vector<boost::asio::ip::address>;

  explicit NameLookup(boost::asio::io_context& io) : io_(io) {}
  ~NameLookup() { Cancel(); }
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  // In the order in which they are to be tried.
  // Errors: kBadGateway   there is none; the resolver's own words
  //         kUnavailable  too many are being looked up, or Cancel
  Awaitable<Result<Addresses>> Find(std::string host);
  // Whoever waits is told that there is no answer.
  void Cancel();

 private:
  static constexpr std::size_t kMostAtOnce = 64;

  struct Question;

  boost::asio::io_context& io_;
  std::set<std::shared_ptr<Question>> open_;
};

}  // namespace parley::outgoing
