// A delivery as the request that is sent: address, headers, signature, bytes.
//
// Purpose: the endpoint's secrets are added here, at the last moment; no delivery that is kept has them.
// Threading: a pure function. Tests: tests/unit/relay/sender_test.cc
#pragma once

#include <string>

#include "outgoing/outgoing.h"
#include "relay/endpoint.h"

namespace parley::relay {

// `body` is an object. LiveChat's token stands in it when it is sent, Rocket.Chat's in a header. `standard_timeout`: where neither the endpoint nor its registry names one.
outgoing::OutgoingRequest DeliveryRequest(const Endpoint& endpoint, const std::string& id, const std::string& body,
                                          Time now, std::chrono::milliseconds standard_timeout);

inline std::chrono::milliseconds TimeoutOf(const Endpoint& endpoint, std::chrono::milliseconds standard_timeout) {
  return endpoint.timeout.value_or(endpoint.standard_timeout.value_or(standard_timeout));
}

}  // namespace parley::relay
