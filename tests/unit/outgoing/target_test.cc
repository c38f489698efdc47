#include "outgoing/target.h"

#include <gtest/gtest.h>

namespace parley::outgoing {
namespace {

// "tls host port path authorization", or why there is none.
std::string Parsed(const std::string& url) {
  const Result<Target> target = ParseTarget(url);
  if (!target) return std::string(NameOf(target.error().code));
  return (target->origin.tls ? "tls " : "plain ") + target->origin.host + " " + std::to_string(target->origin.port) +
         " " + target->path + (target->authorization.empty() ? "" : " " + target->authorization);
}

TEST(Target, IsTakenApart) {
  EXPECT_EQ(Parsed("http://hooks.acme.test"), "plain hooks.acme.test 80 /");
  EXPECT_EQ(Parsed("https://hooks.acme.test:8443/a/b?c=d&e#f"), "tls hooks.acme.test 8443 /a/b?c=d&e");
  EXPECT_EQ(Parsed("https://ida:p%40ss@hooks.acme.test/"), "tls hooks.acme.test 443 / Basic aWRhOnBAc3M=");
  EXPECT_EQ(Parsed("http://[2001:db8::1]:8080/x"), "plain 2001:db8::1 8080 /x");
}

// Every notation of an address is the address itself to the guard.
TEST(Target, AnAddressIsOneHoweverItIsWritten) {
  EXPECT_EQ(Parsed("http://2130706433/"), "plain 127.0.0.1 80 /");
  EXPECT_EQ(Parsed("http://0x7f.1/"), "plain 127.0.0.1 80 /");
  EXPECT_EQ(Parsed("http://0177.0.0.1/"), "plain 127.0.0.1 80 /");
}

TEST(Target, IsOneOfHttp) {
  for (const char* url : {"", "hooks.acme.test", "ftp://acme.test/", "file:///etc/passwd", "http://", "http://a b/",
                          "http://acme.test:99999/", "http://acme.test:0/"})
    EXPECT_EQ(Parsed(url), "invalid_argument") << url;
}

}  // namespace
}  // namespace parley::outgoing
