#include "outgoing/address_guard.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::outgoing {
namespace {

using Networks = std::vector<IpNetwork>;

Networks Read(std::initializer_list<const char*> texts) {
  Networks networks;
  for (const char* text : texts) networks.push_back(*ParseNetwork(text));
  return networks;
}

bool IsIn(const Networks& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.Contains(address); });
}

bool IsPublicV4(const IpAddress& address) {
  static const Networks kSpecial = Read({
      "0.0.0.0/8",        // this host
      "10.0.0.0/8",       // private
      "100.64.0.0/10",    // shared by a carrier's customers
      "127.0.0.0/8",      // loopback
      "169.254.0.0/16",   // link-local, metadata services
      "172.16.0.0/12",    // private
      "192.0.0.0/24",     // protocol assignments
      "192.0.2.0/24",     // documentation
      "192.88.99.0/24",   // 6to4 relays
      "192.168.0.0/16",   // private
      "198.18.0.0/15",    // benchmarks
      "198.51.100.0/24",  // documentation
      "203.0.113.0/24",   // documentation
      "224.0.0.0/4",      // multicast
      "240.0.0.0/4",      // reserved, broadcast
  });
  return !IsIn(kSpecial, address);
}

// All that is public is within 2000::/3: loopback, unique-local, link-local, multicast and IPv4-compatible addresses are
// not.
bool IsPublicV6(const IpAddress& address) {
  static const IpNetwork kGlobal = *ParseNetwork("2000::/3");
  static const Networks kSpecial = Read({
      "2001::/23",      // protocol assignments, Teredo
      "2001:db8::/32",  // documentation
      "2002::/16",      // 6to4
      "3fff::/20",      // documentation
  });
  return kGlobal.Contains(address) && !IsIn(kSpecial, address);
}

IpAddress LastFourBytes(const IpAddress& address) {
  std::uint32_t v4 = 0;
  for (std::size_t i = 12; i < 16; ++i) v4 = v4 << 8 | address.bytes[i];
  return IpAddress::V4(v4);
}

// A name may end with the root's dot.
std::string Comparable(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return Lower(host);
}

}  // namespace

bool IsPublic(const IpAddress& address) {
  static const IpNetwork kTranslated = *ParseNetwork("64:ff9b::/96");
  if (address.IsV4()) return IsPublicV4(address);
  if (kTranslated.Contains(address)) return IsPublicV4(LastFourBytes(address));
  return IsPublicV6(address);
}

Result<AddressGuard> AddressGuard::Create(const std::vector<std::string>& allow) {
  AddressGuard guard;
  for (const std::string& entry : allow) {
    if (const auto network = ParseNetwork(entry)) {
      guard.networks_.push_back(*network);
    } else if (IsHostName(entry)) {
      guard.hosts_.insert(Comparable(entry));
    } else {
      return InvalidArgument("\"" + entry + "\" is no network, address or host name");
    }
  }
  return guard;
}

bool AddressGuard::Allows(const IpAddress& address, std::string_view host) const {
  return IsPublic(address) || IsIn(networks_, address) || hosts_.contains(Comparable(host));
}

}  // namespace parley::outgoing
