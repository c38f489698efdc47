// Names that are resolved differently each time: to something public when they are judged, to this machine when they are
// called. The resolver of this program answers for names under rebind.test itself.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "../http/test_server.h"
#include "outgoing/guarded_caller.h"
#include "support/await.h"
#include "waiting_names.h"

namespace {

std::mutex mutex;
std::map<std::string, std::vector<std::string>> answers;  // by name: the address each question gets, in turn
std::set<std::string> waiting;                            // names
std::condition_variable waiting_changed;
using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

// The address for the next question about the name; empty: not one of ours.
std::string NextAddress(const char* name) {
  const std::lock_guard lock(mutex);
  const auto found = name == nullptr ? answers.end() : answers.find(name);
  if (found == answers.end()) return {};
  std::vector<std::string>& left = found->second;
  const std::string address = left.front();
  if (left.size() > 1) left.erase(left.begin());
  return address;
}

// Until nobody wants to be waited for any more.
void WaitFor(const std::string& name) {
  std::unique_lock lock(mutex);
  waiting_changed.wait(lock, [&] { return !waiting.contains(name); });
}

}  // namespace

namespace parley::test {

WaitingName::WaitingName(std::string name) : name_(std::move(name)) {
  const std::lock_guard lock(mutex);
  waiting.insert(name_);
}

WaitingName::~WaitingName() {
  const std::lock_guard lock(mutex);
  waiting.erase(name_);
  waiting_changed.notify_all();
}

}  // namespace parley::test

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<Resolve>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name != nullptr) WaitFor(name);
  const std::string address = NextAddress(name);
  return real(address.empty() ? name : address.c_str(), service, hints, found);
}

namespace parley::outgoing {
namespace {

using http::test::TestServer;

Result<OutgoingResponse> SendTo(Caller& caller, const std::string& url) {
  OutgoingRequest request;
  request.url = url;
  request.timeout = std::chrono::seconds(60);
  return test::Await(caller.Send(std::move(request)));
}

TEST(Rebinding, WhatIsJudgedIsTheAddressThatIsConnectedTo) {
  TestServer server;
  GuardedCaller caller;
  const std::string url = "http://a.rebind.test:" + std::to_string(server.port()) + "/";
  answers["a.rebind.test"] = {"8.8.8.8", "127.0.0.1"};
  EXPECT_TRUE(test::Await(caller.Check(url)));
  const auto answer = SendTo(caller, url);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(server.handled(), 0);
}

TEST(Rebinding, EveryKindOfAddressInsideIsRefused) {
  TestServer server;
  const std::string url = "http://b.rebind.test:" + std::to_string(server.port()) + "/";
  for (const char* inside :
       {"127.0.0.1", "127.0.0.2", "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "0.0.0.0",
        "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"}) {
    GuardedCaller caller;
    answers["b.rebind.test"] = {"8.8.8.8", inside};
    EXPECT_TRUE(test::Await(caller.Check(url))) << inside;
    const auto answer = SendTo(caller, url);
    ASSERT_FALSE(answer) << inside;
    EXPECT_EQ(answer.error().code, ErrorCode::kPermissionDenied) << inside;
  }
  EXPECT_EQ(server.handled(), 0);
}

}  // namespace
}  // namespace parley::outgoing
