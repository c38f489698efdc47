// Which addresses the gateway may connect to on somebody's behalf.
//
//   AddressGuard guard = *AddressGuard::Create({"10.1.0.0/16", "hooks.acme.test"});
//   guard.Allows(*ParseIpAddress("10.1.2.3"), "anything.test")   true
//
// Purpose: a URL that an administrator or a trigger names must not reach what only this machine can reach: its own
// loopback, its network, a cloud's metadata service. What is judged is the address a name was resolved to, so that no
// name server can get around it.
// Threading: immutable. Tests: tests/unit/outgoing/address_guard_test.cc
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "base/result.h"

namespace parley::outgoing {

// Whether anybody on the internet may be meant. An IPv4 address within an IPv6 one counts as itself when IPv6 networks
// translate it (::ffff:0:0/96, 64:ff9b::/96); every other way to write one into the other is refused.
// Source: the IANA special-purpose address registries.
bool IsPublic(const IpAddress& address);

class AddressGuard {
 public:
  // Only public addresses.
  AddressGuard() = default;
  // `allow`: networks, addresses and host names that may be called besides. A host name stands for whatever it is
  // resolved to. Errors: kInvalidArgument  one is none of them
  static Result<AddressGuard> Create(const std::vector<std::string>& allow);

  // `host`: as the URL names it.
  bool Allows(const IpAddress& address, std::string_view host) const;

 private:
  std::vector<IpNetwork> networks_;
  std::set<std::string> hosts_;  // lower case
};

}  // namespace parley::outgoing
