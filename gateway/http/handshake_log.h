// TLS handshakes that failed, told to operators: a wrong certificate name or an old client shows itself in no other way.
//
// A warning with peer and reason, one in a while, with how many others there were since; whoever merely connects and
// leaves, as load balancers do to see whether somebody is there, is no failure.
// Threading: one shard. Tests: tests/unit/http/handshake_log_test.cc
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace parley::http {

class HandshakeLog {
 public:
  static constexpr std::chrono::seconds kEvery{10};

  void NoteFailure(const std::string& peer, const boost::system::error_code& reason, SteadyTime now);

 private:
  std::optional<SteadyTime> warned_;
  std::int64_t others_ = 0;  // since then
};

}  // namespace parley::http
