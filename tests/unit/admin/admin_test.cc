#include "admin/admin.h"

#include <gtest/gtest.h>

#include "support/await.h"

namespace parley::admin {
namespace {

class AdminApiTest : public testing::Test {
 protected:
  AdminApiTest()
      : api_({.key = "k3y",
              .metrics = [] { return std::string("up 1\n"); },
              .ready = [this] { return ready_; },
              .details = [] { return *ParseJson(R"({"backend":{"version":"8.3"}})"); },
              .routes = [] { return std::string(R"({"operations":[]})"); },
              .reload =
                  [this](Problems& problems) {
                    if (reload_problem_.empty()) return Status();
                    problems.Add("groups.yaml", 12, reload_problem_);
                    return Status(InvalidArgument("not loaded"));
                  },
              .relay = [](const http::Request& request) -> Awaitable<http::Response> {
                co_return http::Response(200, "text/plain", std::string(request.path));
              },
              .sync = [] { return std::string(R"({"fill":{}})"); }}) {}

  http::Response Send(http::Method method, std::string_view path, std::string_view authorization = "") {
    http::Request request;
    request.method = method;
    request.path = path;
    if (!authorization.empty()) request.headers.push_back({"authorization", authorization});
    return test::Await(api_.Handle(request));
  }

  Status ready_;
  std::string reload_problem_;
  AdminApi api_;
};

TEST_F(AdminApiTest, HealthReadinessAndMetricsAreOpen) {
  EXPECT_EQ(Send(http::Method::kGet, "/healthz").status, 200);
  const http::Response ready = Send(http::Method::kGet, "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, R"({"status":"ready","backend":{"version":"8.3"}})");
  EXPECT_EQ(Send(http::Method::kGet, "/metrics").body, "up 1\n");
}

TEST_F(AdminApiTest, NotReadyNamesTheReason) {
  ready_ = StorageFailure("disk full");
  const http::Response response = Send(http::Method::kGet, "/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, R"({"status":"not ready","reason":"the store is not available"})");
}

TEST_F(AdminApiTest, EverythingElseNeedsTheKey) {
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/routes").status, 401);
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/routes", "Bearer wrong").status, 401);
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/routes", "Basic k3y").status, 401);
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/nothing").status, 401);
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/routes", "Bearer k3y").body, R"({"operations":[]})");
}

TEST_F(AdminApiTest, TheRelayAnswersForItself) {
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/relay/endpoints", "Bearer k3y").body, "/admin/v1/relay/endpoints");
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/relay/endpoints").status, 401);
}

TEST_F(AdminApiTest, SaysHowFarAWorkspaceIsFollowedWhereThereIsOne) {
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/sync", "Bearer k3y").body, R"({"fill":{}})");
  EXPECT_EQ(Send(http::Method::kPost, "/admin/v1/sync", "Bearer k3y").status, 405);
  AdminSources embedded;
  embedded.key = "k3y";
  const AdminApi without(std::move(embedded));
  http::Request request;
  request.path = "/admin/v1/sync";
  request.headers.push_back({"authorization", "Bearer k3y"});
  EXPECT_EQ(test::Await(without.Handle(request)).status, 404);
}

TEST_F(AdminApiTest, ReloadReportsEveryProblem) {
  EXPECT_EQ(Send(http::Method::kPost, "/admin/v1/reload", "Bearer k3y").body, R"({"ok":true})");
  reload_problem_ = "no such route";
  const http::Response response = Send(http::Method::kPost, "/admin/v1/reload", "Bearer k3y");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body, R"({"error":"nothing was changed","problems":["groups.yaml:12: no such route"]})");
}

TEST_F(AdminApiTest, UnknownPathsAndMethodsAreRefused) {
  EXPECT_EQ(Send(http::Method::kGet, "/").status, 404);
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/nothing", "Bearer k3y").status, 404);
  EXPECT_EQ(Send(http::Method::kGet, "/admin/v1/reload", "Bearer k3y").status, 405);
}

}  // namespace
}  // namespace parley::admin
