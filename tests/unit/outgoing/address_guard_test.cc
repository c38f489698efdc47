#include "outgoing/address_guard.h"

#include <gtest/gtest.h>

namespace parley::outgoing {
namespace {

struct Judged {
  const char* name;
  const char* address;
  bool is_public;
};

class AddressJudge : public testing::TestWithParam<Judged> {};

TEST_P(AddressJudge, TellsPublicAddressesFromOthers) {
  EXPECT_EQ(IsPublic(*ParseIpAddress(GetParam().address)), GetParam().is_public) << GetParam().address;
}

std::string NameOf(const testing::TestParamInfo<Judged>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    V4, AddressJudge,
    testing::Values(Judged{"Resolver", "8.8.8.8", true}, Judged{"First", "1.0.0.0", true},
                    Judged{"Unspecified", "0.0.0.0", false}, Judged{"ThisHost", "0.1.2.3", false},
                    Judged{"BeforePrivate10", "9.255.255.255", true}, Judged{"Private10", "10.0.0.1", false},
                    Judged{"AfterPrivate10", "11.0.0.0", true}, Judged{"BeforeCarrier", "100.63.255.255", true},
                    Judged{"Carrier", "100.64.0.1", false}, Judged{"CarrierEnd", "100.127.255.255", false},
                    Judged{"AfterCarrier", "100.128.0.0", true}, Judged{"Loopback", "127.0.0.1", false},
                    Judged{"LoopbackEnd", "127.255.255.255", false}, Judged{"AfterLoopback", "128.0.0.0", true},
                    Judged{"Metadata", "169.254.169.254", false}, Judged{"LinkLocal", "169.254.0.1", false},
                    Judged{"BeforePrivate172", "172.15.255.255", true}, Judged{"Private172", "172.16.0.1", false},
                    Judged{"Private172End", "172.31.255.255", false}, Judged{"AfterPrivate172", "172.32.0.0", true},
                    Judged{"Protocols", "192.0.0.8", false}, Judged{"Documentation1", "192.0.2.1", false},
                    Judged{"SixToFourRelay", "192.88.99.1", false}, Judged{"Private192", "192.168.1.1", false},
                    Judged{"AfterPrivate192", "192.169.0.0", true}, Judged{"Benchmark", "198.19.255.255", false},
                    Judged{"Documentation2", "198.51.100.7", false}, Judged{"Documentation3", "203.0.113.7", false},
                    Judged{"BeforeMulticast", "223.255.255.255", true}, Judged{"Multicast", "224.0.0.1", false},
                    Judged{"Reserved", "240.0.0.1", false}, Judged{"Broadcast", "255.255.255.255", false}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    V6, AddressJudge,
    testing::Values(Judged{"Resolver", "2001:4860:4860::8888", true}, Judged{"Unspecified", "::", false},
                    Judged{"Loopback", "::1", false}, Judged{"UniqueLocal", "fc00::1", false},
                    Judged{"UniqueLocalMetadata", "fd00:ec2::254", false}, Judged{"LinkLocal", "fe80::1", false},
                    Judged{"SiteLocal", "fec0::1", false}, Judged{"Multicast", "ff02::1", false},
                    Judged{"Discard", "100::1", false}, Judged{"Documentation", "2001:db8::1", false},
                    Judged{"NewDocumentation", "3fff::1", false}, Judged{"SegmentRouting", "5f00::1", false},
                    Judged{"Unassigned", "4000::1", false}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    V4WithinV6, AddressJudge,
    testing::Values(
        Judged{"MappedPublic", "::ffff:8.8.8.8", true}, Judged{"MappedLoopback", "::ffff:127.0.0.1", false},
        Judged{"MappedMetadata", "::ffff:169.254.169.254", false},
        Judged{"MappedPrivateInHex", "::ffff:0a00:0001", false}, Judged{"TranslatedMapped", "::ffff:0:8.8.8.8", false},
        Judged{"CompatibleLoopback", "::127.0.0.1", false}, Judged{"CompatiblePublic", "::8.8.8.8", false},
        Judged{"Nat64Public", "64:ff9b::8.8.8.8", true}, Judged{"Nat64Loopback", "64:ff9b::127.0.0.1", false},
        Judged{"Nat64Private", "64:ff9b::192.168.0.1", false}, Judged{"Nat64OfANetwork", "64:ff9b:1::8.8.8.8", false},
        Judged{"SixToFourLoopback", "2002:7f00:1::1", false}, Judged{"SixToFourPublic", "2002:808:808::1", false},
        Judged{"Teredo", "2001:0:7f00:1::1", false}),
    NameOf);

bool Allows(const AddressGuard& guard, const char* address, const char* host = "x.test") {
  return guard.Allows(*ParseIpAddress(address), host);
}

TEST(AddressGuard, WithoutAListAllowsWhatIsPublic) {
  const AddressGuard guard;
  EXPECT_TRUE(Allows(guard, "8.8.8.8"));
  EXPECT_FALSE(Allows(guard, "127.0.0.1"));
}

TEST(AddressGuard, AllowsTheNetworksOfItsList) {
  const AddressGuard guard = *AddressGuard::Create({"10.1.0.0/16", "127.0.0.1", "fd00::/8"});
  EXPECT_TRUE(Allows(guard, "10.1.2.3"));
  EXPECT_TRUE(Allows(guard, "::ffff:10.1.2.3"));
  EXPECT_TRUE(Allows(guard, "127.0.0.1"));
  EXPECT_TRUE(Allows(guard, "fd12::1"));
  EXPECT_FALSE(Allows(guard, "10.2.0.1"));
  EXPECT_FALSE(Allows(guard, "127.0.0.2"));
  EXPECT_FALSE(Allows(guard, "::127.0.0.1"));
}

TEST(AddressGuard, AllowsTheHostsOfItsListWhereverTheyAre) {
  const AddressGuard guard = *AddressGuard::Create({"Hooks.acme.test"});
  EXPECT_TRUE(Allows(guard, "10.0.0.1", "hooks.acme.test"));
  EXPECT_TRUE(Allows(guard, "10.0.0.1", "HOOKS.ACME.TEST."));
  EXPECT_FALSE(Allows(guard, "10.0.0.1", "acme.test"));
  EXPECT_FALSE(Allows(guard, "10.0.0.1", "hooks.acme.test.evil.test"));
}

TEST(AddressGuard, RefusesAListItCannotRead) {
  const auto guard = AddressGuard::Create({"10.0.0.0/8", "10.0.0.0/99"});
  ASSERT_FALSE(guard);
  EXPECT_EQ(guard.error().message, "\"10.0.0.0/99\" is no network, address or host name");
}

}  // namespace
}  // namespace parley::outgoing
