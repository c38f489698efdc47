// One request in flight: what every step of the pipeline may look at, and what the log line and the metrics say of it.
//
// Threading: one shard.
// Tests: tests/unit/pipeline/exchange_test.cc
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/id_generator.h"
#include "http/message.h"
#include "specs/spec.h"

namespace parley::pipeline {

struct Exchange {
  Exchange(const http::Request& client_request, const Clock& clock, IdGenerator& ids,
           std::chrono::milliseconds timeout);

  const http::Request& request;
  Time at;
  SteadyTime started;
  SteadyTime deadline;
  std::string request_id;           // the client's X-Request-Id when it is usable, else ours
  std::string_view client_address;  // of the peer, until whoever knows better says so
  std::string traceparent;          // W3C, for calls made on behalf of this request: the client's trace or a new one

  // Filled on the way, for the log line and the metrics.
  std::string_view face = "none";
  const specs::Operation* operation = nullptr;
  std::size_t metrics_index = 0;  // 0: unmatched
  std::string principal;
  std::string error;   // name of the ErrorCode, empty on success
  std::string detail;  // log only
  void Fail(const Error& failure);

  // Of the body, as far as it has been read.
  std::size_t bytes_in() const {
    return request.incoming != nullptr ? static_cast<std::size_t>(request.incoming->bytes_read()) : request.body.size();
  }
  std::string_view trace_id() const { return std::string_view(traceparent).substr(3, 32); }
};

// The request's log line, one JSON object without newline. Paths appear as templates: raw ones carry visitor tokens.
std::string LogLineOf(const Exchange& exchange, int status, std::size_t bytes_out, SteadyTime finished);

}  // namespace parley::pipeline
