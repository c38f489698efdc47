// IP addresses and networks as values: IPv4 is kept as ::ffff:a.b.c.d, so that one comparison serves both families.
//
//   ParseNetwork("10.0.0.0/8")->Contains(*ParseIpAddress("10.1.2.3"))   true
//
// Threading: plain values. Tests: tests/unit/base/ip_network_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  static IpAddress V4(std::uint32_t host_order);
  // An IPv4 address, or the IPv6 form of one (::ffff:0:0/96).
  bool IsV4() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// "192.0.2.1" or "2001:db8::1" as it is usually written; no zone, no octal or shortened parts.
std::optional<IpAddress> ParseIpAddress(std::string_view text);

struct IpNetwork {
  IpAddress address;
  int prefix = 128;  // of the 16 bytes: 96 more than written for IPv4

  bool Contains(const IpAddress& other) const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
};

// "10.0.0.0/8", "fd00::/8", or a single address. Bits beyond the prefix do not count.
std::optional<IpNetwork> ParseNetwork(std::string_view text);

// Letters, digits, '-', '_' and single dots in between, with a letter somewhere in the last label: "hooks.acme.test".
bool IsHostName(std::string_view text);

}  // namespace parley
