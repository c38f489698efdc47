// The Caller of a running gateway: libcurl, and an AddressGuard at every connection.
//
// Purpose: one of the two places that know libcurl (the other is mail/smtp.h). The address is judged when the socket for
// it is made, after the name was resolved; a connection that is kept goes on reaching the address that was judged. No
// redirect is followed, no proxy of the environment is used, certificates are verified.
// Threading: thread-safe; one thread of its own carries all calls, started by the first of them.
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
  ~GuardedCaller() override;  // Stop()

  Awaitable<Result<OutgoingResponse>> Send(OutgoingRequest request) override;
  Awaitable<Status> Check(std::string url) override;
  void Stop() override;

 private:
  class Engine;
  const std::unique_ptr<Engine> engine_;
};

}  // namespace parley::outgoing
