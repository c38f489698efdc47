#include "pipeline/client_address.h"

#include <algorithm>

#include "base/text.h"

namespace parley::pipeline {
namespace {

bool IsTrusted(std::string_view address, const std::vector<IpNetwork>& trusted) {
  const auto parsed = ParseIpAddress(address);
  return parsed && std::any_of(trusted.begin(), trusted.end(),
                               [&](const IpNetwork& network) { return network.Contains(*parsed); });
}

}  // namespace

std::string_view ClientAddressOf(const http::Request& request, const std::vector<IpNetwork>& trusted) {
  std::string_view address = request.peer_address;
  if (!IsTrusted(address, trusted)) return address;
  bool forwarded = false;
  // The last entry was written by the nearest proxy.
  for (auto header = request.headers.rbegin(); header != request.headers.rend(); ++header) {
    if (!EqualsIgnoreCase(header->name, "X-Forwarded-For")) continue;
    forwarded = true;
    const std::vector<std::string_view> hops = Split(header->value, ',');
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
      const std::string_view claimed = Trim(*hop);
      if (!ParseIpAddress(claimed)) return address;
      address = claimed;
      if (!IsTrusted(address, trusted)) return address;
    }
  }
  const std::string_view real = Trim(request.Header("X-Real-Ip"));
  return !forwarded && ParseIpAddress(real) ? real : address;
}

}  // namespace parley::pipeline
