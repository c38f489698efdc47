// The Caller of a running gateway: libcurl, and an AddressGuard at every connection.
//
// Purpose: one of the two places that know libcurl (the other is mail/smtp.h). The address is judged when the socket for
// it is made, after the name was resolved. Every call has a connection of its own, no redirect is followed, no proxy of
// the environment is used, certificates are verified.
// Threading: thread-safe; one thread of its own carries all calls, started by the first of them.
// Tests: tests/unit/outgoing/guarded_caller_test.cc, tests/e2e/outgoing.test.mjs
#pragma once

#include <memory>

#include "outgoing/address_guard.h"
#include "outgoing/outgoing.h"

namespace parley::outgoing {

class GuardedCaller final : public Caller {
 public:
  // Calls beyond this many at a time are refused.
  static constexpr std::size_t kMostAtOnce = 256;

  explicit GuardedCaller(AddressGuard guard = {}, std::size_t most_at_once = kMostAtOnce);
  ~GuardedCaller() override;  // Stop()

  Awaitable<Result<OutgoingResponse>> Send(OutgoingRequest request) override;
  void Stop() override;

 private:
  class Engine;
  const std::unique_ptr<Engine> engine_;
};

}  // namespace parley::outgoing
