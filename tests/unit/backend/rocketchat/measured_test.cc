#include "backend/rocketchat/measured.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_service.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::backend::rocketchat::test {
namespace {

using parley::test::Await;

TEST(Measured, TellsRouteAnswerAndDuration) {
  parley::test::FakeClock clock;
  ScriptedService workspace;
  workspace.Say({[&](const Request&) -> Result<Response> {
                   clock.Advance(std::chrono::milliseconds(250));
                   return Response(404, "{}");
                 },
                 Fails(DeadlineExceeded("too late"))});
  std::vector<std::string> told;
  const CallObserver observer = [&](std::string_view route, int status, double took) {
    told.push_back(std::string(route) + " " + std::to_string(status) + " " + std::to_string(took));
  };
  Measured measured(
      workspace, [](const Request&) { return std::string_view("GET x"); }, observer, clock);
  EXPECT_TRUE(Await(measured.Call(Own(http::Method::kGet, "x"))).ok());
  EXPECT_FALSE(Await(measured.Call(Own(http::Method::kGet, "x"))).ok());
  EXPECT_THAT(told, testing::ElementsAre("GET x 404 0.250000", "GET x 0 0.000000"));
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
