#include "pipeline/client_address.h"

#include <gtest/gtest.h>

namespace parley::pipeline {
namespace {

const std::vector<IpNetwork> kProxies = {*ParseNetwork("10.0.0.0/8"), *ParseNetwork("::1")};

std::string From(std::string_view peer, std::vector<http::HeaderView> headers) {
  http::Request request;
  request.peer_address = peer;
  request.headers = std::move(headers);
  return std::string(ClientAddressOf(request, kProxies));
}

TEST(ClientAddress, IsThePeersUnlessThatIsAProxyOfOnesOwn) {
  EXPECT_EQ(From("192.0.2.1", {{"X-Forwarded-For", "198.51.100.7"}, {"X-Real-Ip", "198.51.100.8"}}), "192.0.2.1");
  EXPECT_EQ(From("10.0.0.1", {}), "10.0.0.1");
}

TEST(ClientAddress, IsTheLastOneNoProxyOfOursWrote) {
  EXPECT_EQ(From("10.0.0.1", {{"x-forwarded-for", "198.51.100.7"}}), "198.51.100.7");
  EXPECT_EQ(From("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, 198.51.100.7, 10.9.9.9"}}), "198.51.100.7");
  EXPECT_EQ(From("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-For", "198.51.100.7,10.2.2.2"}}),
            "198.51.100.7");
  EXPECT_EQ(From("::1", {{"X-Forwarded-For", "2001:db8::5"}}), "2001:db8::5");
}

TEST(ClientAddress, OfAProxyThatOnlyNamesTheClient) {
  EXPECT_EQ(From("10.0.0.1", {{"X-Real-Ip", "198.51.100.8"}}), "198.51.100.8");
  EXPECT_EQ(From("10.0.0.1", {{"X-Real-Ip", "198.51.100.8"}, {"X-Forwarded-For", "198.51.100.7"}}), "198.51.100.7");
}

TEST(ClientAddress, WhatIsNoAddressIsNotBelieved) {
  EXPECT_EQ(From("10.0.0.1", {{"X-Forwarded-For", "unknown"}}), "10.0.0.1");
  EXPECT_EQ(From("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, evil, 10.2.2.2"}}), "10.2.2.2");
  EXPECT_EQ(From("10.0.0.1", {{"X-Real-Ip", "\"; DROP"}}), "10.0.0.1");
  EXPECT_EQ(From("10.0.0.1", {{"X-Forwarded-For", ""}}), "10.0.0.1");
}

TEST(ClientAddress, AllOfThemProxiesIsTheFirst) {
  EXPECT_EQ(From("10.0.0.1", {{"X-Forwarded-For", "10.7.7.7, 10.2.2.2"}}), "10.7.7.7");
}

}  // namespace
}  // namespace parley::pipeline
