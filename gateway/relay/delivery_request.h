// A delivery as the request that is sent: address, headers, signature, bytes.
//
// Threading: a pure function. Tests: tests/unit/relay/sender_test.cc
#pragma once

#include <string>

#include "outgoing/outgoing.h"
#include "relay/endpoint.h"

namespace parley::relay {

// `standard_timeout`: where neither the endpoint nor its registry names one.
outgoing::OutgoingRequest DeliveryRequest(const Endpoint& endpoint, const std::string& id, const std::string& body,
                                          Time now, std::chrono::milliseconds standard_timeout);

inline std::chrono::milliseconds TimeoutOf(const Endpoint& endpoint, std::chrono::milliseconds standard_timeout) {
  return endpoint.timeout.value_or(endpoint.standard_timeout.value_or(standard_timeout));
}

}  // namespace parley::relay
