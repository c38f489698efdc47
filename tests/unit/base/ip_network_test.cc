#include "base/ip_network.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

bool IsIn(const char* address, const char* network) {
  return ParseNetwork(network)->Contains(*ParseIpAddress(address));
}

TEST(IpAddress, V4IsItsMappedForm) {
  EXPECT_EQ(ParseIpAddress("192.0.2.1"), ParseIpAddress("::ffff:192.0.2.1"));
  EXPECT_EQ(ParseIpAddress("192.0.2.1"), IpAddress::V4(0xc0000201));
  EXPECT_TRUE(ParseIpAddress("192.0.2.1")->IsV4());
  EXPECT_FALSE(ParseIpAddress("::192.0.2.1")->IsV4());
}

TEST(IpAddress, OnlyTheUsualNotationIsOne) {
  for (const char* text :
       {"", "1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "1.2.3.256", "1.2.3.4 ", "::1%lo", "[::1]", "x"})
    EXPECT_FALSE(ParseIpAddress(text)) << text;
}

TEST(IpNetwork, HoldsWhatSharesItsPrefix) {
  EXPECT_TRUE(IsIn("10.255.0.1", "10.0.0.0/8"));
  EXPECT_FALSE(IsIn("11.0.0.0", "10.0.0.0/8"));
  EXPECT_TRUE(IsIn("172.31.255.255", "172.16.0.0/12"));
  EXPECT_FALSE(IsIn("172.32.0.0", "172.16.0.0/12"));
  EXPECT_TRUE(IsIn("fdff::1", "fc00::/7"));
  EXPECT_FALSE(IsIn("fe00::1", "fc00::/7"));
  EXPECT_TRUE(IsIn("10.1.2.3", "10.9.9.9/8"));
}

TEST(IpNetwork, ASingleAddressIsANetworkOfItsOwn) {
  EXPECT_TRUE(IsIn("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(IsIn("127.0.0.2", "127.0.0.1"));
  EXPECT_FALSE(IsIn("::2", "::1"));
}

TEST(IpNetwork, FamiliesDoNotMix) {
  EXPECT_TRUE(IsIn("8.8.8.8", "0.0.0.0/0"));
  EXPECT_FALSE(IsIn("2001:db8::1", "0.0.0.0/0"));
  EXPECT_FALSE(IsIn("::1", "0.0.0.0/0"));
}

TEST(IpNetwork, APrefixIsWithinItsFamily) {
  for (const char* text :
       {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "fd00::/129", "hooks.acme.test/8", "/8"})
    EXPECT_FALSE(ParseNetwork(text)) << text;
  EXPECT_TRUE(ParseNetwork("fd00::/128"));
}

TEST(HostName, IsNoAddressAndNoUrl) {
  for (const char* name : {"localhost", "hooks.acme.test", "a-b.x1", "my_service", "1.acme"})
    EXPECT_TRUE(IsHostName(name)) << name;
  for (const char* text :
       {"", ".", "acme.test.", "a..b", "10.0.0.1", "127.1", "http://acme.test", "acme.test:80", "*.acme.test"})
    EXPECT_FALSE(IsHostName(text)) << text;
}

}  // namespace
}  // namespace parley
