#include "backend/embedded/rate_limiter.h"

#include <thread>

#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kNow = FromUnixMillis(1'700'000'000'000);
const RateLimit kTwoPerSecond{2, seconds(1)};

TEST(RateLimiter, CountsDownAndRefusesTheCallAfterTheLast) {
  RateLimiter limiter;
  const RateCount first = limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow);
  EXPECT_TRUE(first.allowed);
  EXPECT_EQ(first.limit, 2);
  EXPECT_EQ(first.remaining, 1);
  EXPECT_EQ(first.reset, kNow + seconds(1));
  EXPECT_EQ(limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow).remaining, 0);
  const RateCount third = limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow + milliseconds(400));
  EXPECT_FALSE(third.allowed);
  EXPECT_EQ(third.remaining, 0);
  EXPECT_EQ(third.reset, kNow + seconds(1));
}

TEST(RateLimiter, BeginsAnewWhenTheWindowEnds) {
  RateLimiter limiter;
  for (int call = 0; call < 5; ++call) limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow);
  EXPECT_FALSE(limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow + milliseconds(999)).allowed);
  const RateCount again = limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow + seconds(1));
  EXPECT_TRUE(again.allowed);
  EXPECT_EQ(again.remaining, 1);
  EXPECT_EQ(again.reset, kNow + seconds(2));
}

TEST(RateLimiter, CountsRoutesAndAddressesApart) {
  RateLimiter limiter;
  for (int call = 0; call < 3; ++call) limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow);
  EXPECT_TRUE(limiter.Count("GET users.list", "192.0.2.1", kTwoPerSecond, kNow).allowed);
  EXPECT_TRUE(limiter.Count("GET me", "192.0.2.2", kTwoPerSecond, kNow).allowed);
  EXPECT_FALSE(limiter.Count("GET me", "192.0.2.1", kTwoPerSecond, kNow).allowed);
}

TEST(RateLimiter, RemembersNoMoreThanItHasRoomFor) {
  RateLimiter limiter;
  constexpr std::size_t kMost = RateLimiter::kTables * RateLimiter::kMostPerTable;
  for (std::size_t address = 0; address < 3 * kMost; ++address) {
    limiter.Count("GET me", std::to_string(address), kTwoPerSecond, kNow);
  }
  EXPECT_LE(limiter.size(), kMost);
  EXPECT_GE(limiter.size(), kMost / 2);
}

TEST(RateLimiter, ForgetsWindowsThatEnded) {
  RateLimiter limiter;
  for (int address = 0; address < 10'000; ++address) {
    limiter.Count("GET me", std::to_string(address), kTwoPerSecond, kNow);
  }
  for (int address = 0; address < 1'000; ++address) {
    limiter.Count("GET me", "later " + std::to_string(address), kTwoPerSecond, kNow + seconds(5));
  }
  EXPECT_EQ(limiter.size(), 1'000U);
}

TEST(RateLimiter, LongAddressesTakeNoMoreRoom) {
  RateLimiter limiter;
  const std::string address(100'000, 'x');
  EXPECT_EQ(limiter.Count("GET me", address + "1", kTwoPerSecond, kNow).remaining, 1);
  EXPECT_EQ(limiter.Count("GET me", address + "2", kTwoPerSecond, kNow).remaining, 0);
}

TEST(RateLimiter, CountsCallsOfAllThreads) {
  RateLimiter limiter;
  const RateLimit limit{1000, seconds(60)};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int call = 0; call < 250; ++call) limiter.Count("GET me", "192.0.2.1", limit, kNow);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(limiter.Count("GET me", "192.0.2.1", limit, kNow).allowed);
}

// ---- in the order of checks -----------------------------------------------------------------------------------------

class RateLimited : public EmbeddedTest {
 protected:
  Answer Send(http::Method method, const std::string& target, const std::string& body, const Caller& caller,
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    const auto question = target.find('?');
    Request request(method, target.substr(0, question));
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.body = body;
    request.content_type = "application/json";
    request.caller = caller;
    request.client_address = "192.0.2.1";
    request.headers = std::move(headers);
    const Response response = *Await(limited_.Call(request));
    Answer answer;
    answer.status = response.status;
    answer.body_text = response.body;
    answer.headers = response.headers;
    return answer;
  }
  Answer Get(const std::string& target, const Caller& caller = Caller()) {
    return Send(http::Method::kGet, target, "", caller);
  }
  Answer Post(const std::string& target, const std::string& body, const Caller& caller = Caller()) {
    return Send(http::Method::kPost, target, body, caller);
  }
  // The status of each of so many equal calls.
  std::vector<int> Statuses(int calls, const std::string& target, const Caller& caller = Caller()) {
    std::vector<int> statuses;
    for (int call = 0; call < calls; ++call) statuses.push_back(Get(target, caller).status);
    return statuses;
  }

  RateLimiter limiter_;
  EmbeddedBackend limited_{store_.stores(), recorder_, store_.clock(), store_.generator(), *workspace_, &limiter_};
};

std::string Header(const Answer& answer, std::string_view name) {
  for (const auto& [header, value] : answer.headers) {
    if (header == name) return value;
  }
  return "<absent>";
}

TEST_F(RateLimited, AnswersSayHowManyCallsAreLeft) {
  const Caller ann = As(AddUser("ann"));
  const Answer answer = Get("me", ann);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Header(answer, "X-RateLimit-Limit"), "10");
  EXPECT_EQ(Header(answer, "X-RateLimit-Remaining"), "9");
  EXPECT_EQ(Header(answer, "X-RateLimit-Reset"), std::to_string(UnixMillis(store_.clock().Now()) + 60'000));
}

TEST_F(RateLimited, EleventhCallIsRefusedUntilTheWindowEnds) {
  const Caller ann = As(AddUser("ann"));
  EXPECT_EQ(Statuses(10, "me", ann), std::vector<int>(10, 200));
  store_.clock().Advance(milliseconds(17'500));
  const Answer refused = Get("me", ann);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body_text,
            R"({"success":false,"error":"Error, too many requests. Please slow down. You must wait 43 seconds )"
            R"(before trying this endpoint again. [error-too-many-requests]"})");
  EXPECT_EQ(Header(refused, "X-RateLimit-Remaining"), "0");
  store_.clock().Advance(milliseconds(42'500));
  EXPECT_EQ(Get("me", ann).status, 200);
}

TEST_F(RateLimited, SettingsSayHowManyCallsAndHowLong) {
  Set("API_Enable_Rate_Limiter_Limit_Calls_Default", 2);
  Set("API_Enable_Rate_Limiter_Limit_Time_Default", 5000);
  const Caller ann = As(AddUser("ann"));
  EXPECT_EQ(Statuses(3, "me", ann), (std::vector<int>{200, 200, 429}));
  store_.clock().Advance(milliseconds(5000));
  EXPECT_EQ(Get("me", ann).status, 200);
}

TEST_F(RateLimited, SettingSwitchesItOff) {
  Set("API_Enable_Rate_Limiter", false);
  const Caller ann = As(AddUser("ann"));
  EXPECT_EQ(Statuses(12, "me", ann), std::vector<int>(12, 200));
  EXPECT_EQ(Header(Get("me", ann), "X-RateLimit-Limit"), "<absent>");
}

TEST_F(RateLimited, PermissionExempts) {
  const Caller bot = As(AddUser("robot", {"user", "bot"}));
  EXPECT_EQ(Statuses(12, "me", bot), std::vector<int>(12, 200));
  EXPECT_EQ(Header(Get("me", bot), "X-RateLimit-Limit"), "<absent>");
}

TEST_F(RateLimited, GatewayItselfIsNeverLimited) {
  EXPECT_EQ(Statuses(12, "livechat/department", Service()), std::vector<int>(12, 200));
}

TEST_F(RateLimited, VisitorRoutesHaveLimitsOfTheirOwn) {
  for (int call = 0; call < 5; ++call) {
    EXPECT_EQ(Post("livechat/visitor", R"({"visitor":{"token":"t"}})").status, 200);
  }
  EXPECT_EQ(Post("livechat/visitor", R"({"visitor":{"token":"t"}})").status, 429);
  EXPECT_EQ(Get("livechat/visitor/t").status, 200);
}

TEST_F(RateLimited, InfoIsNotLimited) {
  EXPECT_EQ(Statuses(12, "/api/info"), std::vector<int>(12, 200));
}

TEST_F(RateLimited, RefusedCallersAreNotCounted) {
  EXPECT_EQ(Statuses(12, "me"), std::vector<int>(12, 401));
  const Caller ann = As(AddUser("ann"));
  EXPECT_EQ(Statuses(12, "livechat/department", ann), std::vector<int>(12, 403));
  EXPECT_EQ(Header(Get("livechat/department", ann), "X-RateLimit-Limit"), "<absent>");
}

TEST_F(RateLimited, ClassicBodiesAreCheckedAfterTheCountTypedOnesBefore) {
  const Caller manager = As(AddUser("mia", {"user", "livechat-manager"}));
  for (int call = 0; call < 10; ++call) EXPECT_EQ(Post("livechat/users/agent", "{}", manager).status, 400);
  EXPECT_EQ(Post("livechat/users/agent", "{}", manager).status, 429);
  for (int call = 0; call < 12; ++call) EXPECT_EQ(Post("livechat/agents.saveInfo", "{}", manager).status, 400);
}

TEST_F(RateLimited, AddressIsTheOneTheProxyNames) {
  const Caller ann = As(AddUser("ann"));
  const auto status_from = [&](std::string header, std::string address) {
    return Send(http::Method::kGet, "me", "", ann, {{std::move(header), std::move(address)}}).status;
  };
  for (int call = 0; call < 10; ++call) EXPECT_EQ(status_from("X-Real-Ip", "198.51.100.7"), 200);
  EXPECT_EQ(status_from("X-Real-Ip", "198.51.100.7"), 429);
  EXPECT_EQ(status_from("X-Real-Ip", "198.51.100.8"), 200);
  for (int call = 0; call < 10; ++call) EXPECT_EQ(status_from("X-Forwarded-For", std::to_string(call)), 200);
  EXPECT_EQ(status_from("X-Forwarded-For", "another"), 429);
}

}  // namespace
}  // namespace parley::backend::embedded::test
