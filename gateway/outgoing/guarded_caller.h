// The Caller of a running gateway: the project's own HTTP client, and an AddressGuard at every connection.
//
// Purpose: the address is judged after the name was resolved, and what was judged is what is connected to; a connection
// that is kept goes on reaching that address. No redirect is followed, no proxy of the environment is used, certificates
// are verified. Why not libcurl: docs/decisions/0003-deliveries-without-libcurl.md.
// Refuses to know: HTTP's bytes, what a call is about.
// Threading: thread-safe. One loop carries all calls: one of its own, whose thread is started by the first of them, or
// that of whoever calls most, which spares these calls every change of threads.
// Tests: tests/unit/outgoing/guarded_caller_test.cc, tests/e2e/outgoing.test.mjs
#pragma once

#include <memory>

#include "outgoing/address_guard.h"
#include "outgoing/outgoing.h"

namespace parley::outgoing {

struct CallerOptions {
  AddressGuard guard = {};
  std::size_t most_at_once = 256;  // calls beyond this many are refused
  bool keep_connections = false;   // for the next call of the same host; else every call has one of its own
};

class GuardedCaller final : public Caller {
 public:
  explicit GuardedCaller(CallerOptions options = {});
  // `loop` is run by one thread and outlives this; it has something to do until Stop.
  GuardedCaller(CallerOptions options, boost::asio::io_context& loop);
  ~GuardedCaller() override;  // Stop()

  Awaitable<Result<OutgoingResponse>> Send(OutgoingRequest request) override;
  Awaitable<Status> Check(std::string url) override;
  void Stop() override;

 private:
  class Engine;
  const std::unique_ptr<Engine> engine_;
};

}  // namespace parley::outgoing
