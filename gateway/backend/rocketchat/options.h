// Where a workspace is, and as whom the gateway speaks to it.
#pragma once

#include <chrono>
#include <string>

#include "http/client.h"

namespace parley::backend::rocketchat {

// How the workspace is told who a client is: its rate limiter counts by X-Real-Ip, or by X-Forwarded-For where it is
// set up to trust that.
enum class ClientAddress { kNone, kRealIp, kForwardedFor };

struct Options {
  http::Origin origin;
  std::string user_id, auth_token;  // a personal access token; or
  std::string username, password;   // what a session is opened with
  ClientAddress client_address = ClientAddress::kRealIp;
  std::chrono::milliseconds directory_interval{10'000};
  std::chrono::milliseconds probe_interval = std::chrono::minutes(5);
  std::chrono::milliseconds call_timeout{30'000};  // of what the gateway asks for itself
};

}  // namespace parley::backend::rocketchat
