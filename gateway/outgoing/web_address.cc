#include "outgoing/web_address.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace parley::outgoing {
namespace {

// "hooks.acme.test", "[::1]:8443"
bool IsHostAndPort(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', bracket);
  if (colon == 0 || text.empty()) return false;
  if (colon == std::string_view::npos || colon + 1 == text.size()) return true;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto port = ParseInteger(digits);
  return port && *port >= 1 && *port <= 65535;
}

}  // namespace

std::string_view AuthorityOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

std::string_view HostAndPortOf(std::string_view url) {
  std::string_view authority = AuthorityOf(url);
  const std::size_t credentials = authority.rfind('@');
  if (credentials != std::string_view::npos) authority.remove_prefix(credentials + 1);
  return authority;
}

bool IsWebAddress(std::string_view url) {
  const std::string scheme = Lower(url.substr(0, url.find("://")));
  if ((scheme != "http" && scheme != "https") || !IsHostAndPort(HostAndPortOf(url))) return false;
  return std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
}

}  // namespace parley::outgoing
