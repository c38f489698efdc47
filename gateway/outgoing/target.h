// Where a call goes: a URL taken apart.
//
// Read by libcurl's parser, which knows the notations people get around checks with: 0x7f.1 is 127.0.0.1 to it.
// Threading: a pure function. Tests: tests/unit/outgoing/target_test.cc
#pragma once

#include <string>

#include "http/client.h"

namespace parley::outgoing {

struct Target {
  http::Origin origin;
  std::string path;           // with the query, as it is sent
  std::string authorization;  // the header's value, where the URL names a user; else empty
};

// Errors: kInvalidArgument  no http or https URL
Result<Target> ParseTarget(const std::string& url);

}  // namespace parley::outgoing
