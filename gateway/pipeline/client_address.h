// Whose address a request came from, through proxies one may believe.
//
// Threading: pure functions. Tests: tests/unit/pipeline/client_address_test.cc
#pragma once

#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "http/message.h"

namespace parley::pipeline {

// The peer's, unless it is one of the `trusted` proxies: then the last address of X-Forwarded-For that is none of them,
// or X-Real-Ip where there is no such header. What is no address is believed of nobody.
std::string_view ClientAddressOf(const http::Request& request, const std::vector<IpNetwork>& trusted);

}  // namespace parley::pipeline
