#include "backend/rocketchat/manners.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "../../http/streams.h"
#include "scripted_service.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;
using std::chrono::milliseconds;
using std::chrono::seconds;

// GET livechat/room opens a room, once.
Manners::Route RouteOfTest(const Request& request) {
  const bool opens = request.path == "livechat/room";
  const bool reads = request.method == http::Method::kGet && !opens;
  return {request.path, reads, reads || opens};
}

struct Gateway {
  parley::test::FakeClock clock;
  http::TimerWheel timers{clock.Steady()};
  ScriptedService workspace;
  SharedManners shared;
  Manners manners{workspace, shared, RouteOfTest, timers, clock};
  std::vector<Result<Response>> answers;

  Request Get(std::chrono::milliseconds within = seconds(30)) {
    Request request = Own(http::Method::kGet, "livechat/rooms");
    request.deadline = clock.Steady() + within;
    return request;
  }
  Result<Response> Call(const Request& request) { return Await(manners.Call(request)); }
  // Not waited for: goes on as time is moved.
  void Begin(Request request) {
    const auto run = [](Gateway& self, Request of) -> Awaitable<> {
      Result<Response> answer = co_await self.manners.Call(of);
      self.answers.push_back(std::move(answer));
    };
    boost::asio::co_spawn(parley::test::Loop(), run(*this, std::move(request)), boost::asio::detached);
    parley::test::Poll();
  }
  void Advance(milliseconds by) {
    clock.Advance(by);
    timers.Advance(clock.Steady());
    parley::test::Poll();
  }
  ScriptedService::Answer Limited(int status, int left, milliseconds until) {
    return Always(status, "{}",
                  {{"X-RateLimit-Remaining", std::to_string(left)},
                   {"X-RateLimit-Reset", std::to_string(UnixMillis(clock.Now() + until))}});
  }
};

TEST(Manners, IdenticalReadsUnderWayAreOne) {
  Gateway caller;
  caller.workspace.Say(200, R"({"n":1})");
  const Request request = caller.Get();
  const auto ask = [&]() -> Awaitable<> {
    Result<Response> answer = co_await caller.manners.Call(request);
    caller.answers.push_back(std::move(answer));
  };
  for (int i = 0; i < 3; ++i) boost::asio::co_spawn(parley::test::Loop(), ask(), boost::asio::detached);
  parley::test::Poll();
  ASSERT_EQ(caller.answers.size(), 3u);
  for (const auto& answer : caller.answers) EXPECT_EQ(answer->body, R"({"n":1})");
  EXPECT_EQ(caller.workspace.asked.size(), 1u);
  EXPECT_EQ(caller.shared.numbers().joined, 2);
}

TEST(Manners, AReadThatMustBeFreshIsJoinedWithNoOther) {
  Gateway caller;
  caller.workspace.Say(200);
  Request request = caller.Get();
  request.headers.emplace_back("cache-control", "no-cache");
  for (int i = 0; i < 2; ++i) caller.Begin(request);
  EXPECT_EQ(caller.workspace.asked.size(), 2u);
}

// What was read before does not know what was written; and a read that hangs holds up nobody who came after.
TEST(Manners, AReadIsNotJoinedAcrossAWrite) {
  for (Request write : {Own(http::Method::kPost, "livechat/department"), Own(http::Method::kGet, "livechat/room"),
                        Request{http::Method::kPost, "livechat/room.close"}}) {
    Gateway caller;
    caller.workspace.Say({caller.Limited(200, 0, seconds(5)), Always(200)});
    ASSERT_TRUE(caller.Call(caller.Get()));
    caller.Begin(caller.Get());
    write.deadline = caller.clock.Steady() + seconds(30);
    ASSERT_TRUE(caller.Call(write));
    for (int i = 0; i < 2; ++i) caller.Begin(caller.Get());
    caller.Advance(seconds(6));
    EXPECT_EQ(caller.answers.size(), 3u);
    EXPECT_EQ(caller.workspace.asked.size(), 4u) << write.path;
    EXPECT_EQ(caller.shared.numbers().joined, 1);
  }
}

TEST(Manners, AGetThatChangesSomethingIsJoinedWithNoOtherAndMayBeRepeated) {
  Gateway caller;
  caller.workspace.Say({Always(200), Always(200), Fails(BadGateway("reset", "")), Always(200)});
  Request request = Own(http::Method::kGet, "livechat/room");
  for (int i = 0; i < 2; ++i) caller.Begin(request);
  EXPECT_EQ(caller.workspace.asked.size(), 2u);
  EXPECT_TRUE(caller.Call(request));
  EXPECT_EQ(caller.workspace.asked.size(), 4u);
}

TEST(Manners, ACallWaitsForItsRoutesBudget) {
  Gateway caller;
  caller.workspace.Say({caller.Limited(200, 0, seconds(5)), Always(200)});
  ASSERT_TRUE(caller.Call(caller.Get()));
  caller.Begin(caller.Get());
  EXPECT_EQ(caller.workspace.asked.size(), 1u);
  caller.Advance(seconds(4));
  EXPECT_EQ(caller.workspace.asked.size(), 1u);
  caller.Advance(seconds(2));
  ASSERT_EQ(caller.answers.size(), 1u);
  EXPECT_EQ(caller.answers.front()->status, 200);
  EXPECT_EQ(caller.workspace.asked.size(), 2u);
}

TEST(Manners, WhereTheDeadlineComesFirstTheRefusalIsAtOnceAndSaysWhen) {
  Gateway caller;
  caller.workspace.Say({caller.Limited(200, 0, seconds(50)), Always(200)});
  ASSERT_TRUE(caller.Call(caller.Get()));
  const Result<Response> answer = caller.Call(caller.Get(seconds(30)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().http_status, 429);
  EXPECT_EQ(answer.error().retry_after_seconds, 50);
  EXPECT_EQ(caller.workspace.asked.size(), 1u);
}

TEST(Manners, ARefusedWriteIsMadeAgainWhenItsTimeHasCome) {
  Gateway caller;
  caller.workspace.Say({caller.Limited(429, 0, seconds(3)), Always(200, R"({"success":true})")});
  Request request = Own(http::Method::kPost, "users.create");
  request.deadline = caller.clock.Steady() + seconds(30);
  caller.Begin(request);
  EXPECT_TRUE(caller.answers.empty());
  caller.Advance(seconds(4));
  ASSERT_EQ(caller.answers.size(), 1u);
  EXPECT_EQ(caller.answers.front()->status, 200);
}

TEST(Manners, ClientsOwnCallsAreNeitherJoinedNorHeldBack) {
  Gateway caller;
  caller.workspace.Say({caller.Limited(429, 0, seconds(50)), Always(429)});
  Request request(http::Method::kGet, "livechat/rooms");
  request.caller = Caller(CallerKind::kSession, "u1", "t");
  request.deadline = caller.clock.Steady() + seconds(30);
  EXPECT_EQ(caller.Call(request)->status, 429);
  EXPECT_EQ(caller.Call(request)->status, 429);
  EXPECT_EQ(caller.workspace.asked.size(), 2u);
}

TEST(Manners, AReadThatFailedIsTriedOnceMoreAndAWriteIsNot) {
  Gateway caller;
  caller.workspace.Say({Fails(BadGateway("reset", "")), Always(200)});
  EXPECT_TRUE(caller.Call(caller.Get()));
  EXPECT_EQ(caller.workspace.asked.size(), 2u);
  caller.workspace.Say({Fails(BadGateway("reset", "")), Always(200)});
  EXPECT_FALSE(caller.Call(Own(http::Method::kPost, "users.create")));
  EXPECT_EQ(caller.workspace.asked.size(), 3u);
}

TEST(Manners, RetriesAreAFractionOfTheCalls) {
  Gateway caller;
  int calls = 0;
  // Every other answer is a failure, so that the breaker never opens.
  caller.workspace.Say({[&](const Request&) -> Result<Response> {
    return ++calls % 2 == 1 ? Result<Response>(BadGateway("reset", "")) : Result<Response>(Response(200, "{}"));
  }});
  for (int i = 0; i < 200; ++i) {
    calls = 0;
    static_cast<void>(caller.Call(caller.Get()));
  }
  EXPECT_LE(caller.shared.numbers().retried, 10 + 20);
  EXPECT_GE(caller.shared.numbers().retried, 10);
}

TEST(Manners, AWorkspaceThatIsDownIsLeftAloneThenAskedOnce) {
  Gateway caller;
  caller.workspace.Say({Fails(DeadlineExceeded("late"))});
  for (int i = 0; i < Breakers::kFailuresToOpen; ++i)
    EXPECT_FALSE(caller.Call(Own(http::Method::kPost, "livechat/message")));
  const std::size_t asked = caller.workspace.asked.size();
  const Result<Response> cut = caller.Call(caller.Get());
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().http_status, 503);
  EXPECT_EQ(cut.error().retry_after_seconds, 5);
  EXPECT_EQ(caller.workspace.asked.size(), asked);

  caller.Advance(Breakers::kFirstPause);
  caller.workspace.Say(200);
  EXPECT_TRUE(caller.Call(caller.Get()));
  EXPECT_TRUE(caller.Call(caller.Get()));
  EXPECT_EQ(caller.workspace.asked.size(), asked + 2);
}

TEST(Manners, AnErrorPageOfWhatStandsBetweenCountsAsDown) {
  Gateway caller;
  caller.workspace.Say(503);
  for (int i = 0; i < Breakers::kFailuresToOpen; ++i)
    EXPECT_TRUE(caller.Call(Own(http::Method::kPost, "livechat/message")));
  EXPECT_FALSE(caller.Call(caller.Get()));
}

// ---- streamed calls

TEST(Manners, AStreamedBodyIsSentOnce) {
  http::test::ScriptedIncoming body(1, 10, http::test::ScriptedIncoming::Then::kEnds);
  for (const bool limited : {false, true}) {
    Gateway caller;
    const ScriptedService::Answer first = limited ? caller.Limited(429, 0, seconds(3)) : Fails(BadGateway("reset", ""));
    caller.workspace.Say({first, Always(200)});
    Request request = Own(http::Method::kGet, "livechat/room");  // which may be repeated
    request.deadline = caller.clock.Steady() + seconds(30);
    request.incoming = &body;
    const Result<Response> answer = caller.Call(request);
    EXPECT_EQ(answer ? answer->status : answer.error().http_status, limited ? 429 : 502);
    EXPECT_EQ(caller.workspace.asked.size(), 1u);
    EXPECT_EQ(caller.shared.numbers().retried, 0);
  }
}

TEST(Manners, AnAnswerThatMayStreamIsJoinedWithNoOther) {
  Gateway caller;
  caller.workspace.Say(200);
  Request request = caller.Get();
  request.may_stream = true;
  for (int i = 0; i < 2; ++i) caller.Begin(request);
  EXPECT_EQ(caller.workspace.asked.size(), 2u);
}

TEST(Manners, ABodyItsClientDoesNotCompleteSaysNothingOfTheWorkspace) {
  Gateway caller;
  const Request write = Own(http::Method::kPost, "livechat/upload/R1");
  caller.workspace.Say({Fails(DeadlineExceeded("late"))});
  for (int i = 1; i < Breakers::kFailuresToOpen; ++i) EXPECT_FALSE(caller.Call(write));
  caller.workspace.Say({Fails(InvalidArgument("request body ended early"))});
  EXPECT_FALSE(caller.Call(write));
  EXPECT_FALSE(caller.shared.IsCutOff(caller.clock.Now()));
  // It did not begin the count anew either.
  caller.workspace.Say({Fails(DeadlineExceeded("late"))});
  EXPECT_FALSE(caller.Call(write));
  EXPECT_TRUE(caller.shared.IsCutOff(caller.clock.Now()));
  // And whoever was to find out leaves that to the next.
  caller.Advance(Breakers::kFirstPause);
  caller.workspace.Say({Fails(InvalidArgument("request body ended early")), Always(200)});
  EXPECT_FALSE(caller.Call(write));
  EXPECT_TRUE(caller.Call(write));
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
