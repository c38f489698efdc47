// A handler that passes requests on to one origin and its responses back.
//
// Purpose: method, path, raw query and body unchanged; header fields by our own lists, so that no hop-by-hop or framing
// field of either side is ever copied. Long responses are streamed, and requests that the server streams (client.h).
// Refuses to know: what the requests mean.
// Threading: one thread, the client's shard.
// Tests: tests/unit/http/proxy_test.cc
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/client.h"
#include "http/message.h"

namespace parley::http {

struct ProxyOptions {
  Origin origin;
  std::chrono::milliseconds timeout{30000};
  std::vector<std::string> request_fields = DefaultRequestFields();
  std::vector<std::string> response_fields = DefaultResponseFields();
  bool send_client_address = true;  // X-Forwarded-For, X-Forwarded-Proto

  static std::vector<std::string> DefaultRequestFields();
  static std::vector<std::string> DefaultResponseFields();
};

// A failed exchange is answered with its error's status and a small JSON object.
Handler MakeProxy(Client& client, const Clock& clock, ProxyOptions options);

}  // namespace parley::http
