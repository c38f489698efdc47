// One mail handed to one SMTP server.
//
// Purpose: one of the two places that know libcurl (the other is outgoing/guarded_caller.h). STARTTLS is used when it is
// offered and not switched off; certificates are verified. Threading: Deliver blocks its thread, for at most `timeout`.
// Tests: tests/e2e/mail.test.mjs
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace parley::mail {

struct SmtpServer {
  std::string host;        // empty: none is configured
  std::uint16_t port = 0;  // 0: 465 with `tls`, else 587
  bool tls = false;        // from the first byte
  bool start_tls = false;  // when the server offers it
  bool reuse = true;       // keep the connection for the next mail
  std::string username, password;
  std::chrono::milliseconds timeout{20000};
};

struct Envelope {
  std::string from;
  std::vector<std::string> to;
  std::string bytes;  // what Render made
};

// How mail leaves. Implementations are thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;
  // `stop` becomes true when nobody waits any more.
  // Errors: kInvalidArgument  no server, or its name is none
  //         kBadGateway       the server refused it; what it said is in `detail`
  //         kUnavailable      no connection, no answer in time, or stopped
  virtual Status Deliver(const SmtpServer& server, const Envelope& envelope, const std::atomic<bool>& stop) = 0;
};

class Smtp final : public Transport {
 public:
  Status Deliver(const SmtpServer& server, const Envelope& envelope, const std::atomic<bool>& stop) override;
};

}  // namespace parley::mail
