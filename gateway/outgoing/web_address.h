// The addresses webhooks and the like are given, by their form. Whether one may be called is for the guard to say.
//
// Threading: pure functions. Tests: tests/unit/resources/webhooks_test.cc, tests/unit/relay/endpoint_book_test.cc
#pragma once

#include <string_view>

namespace parley::outgoing {

// "user:password@hooks.acme.test:8443" of a URL: between "://" and the path; empty when there is none.
std::string_view AuthorityOf(std::string_view url);
// The same without user and password.
std::string_view HostAndPortOf(std::string_view url);
// http or https, a host, and a port there can be, without spaces or control characters.
bool IsWebAddress(std::string_view url);

}  // namespace parley::outgoing
