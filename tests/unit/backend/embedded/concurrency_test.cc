// Many calls at the same time on one shard: lost races are run again, unique values are given once.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class Concurrency : public EmbeddedTest {
 protected:
  // Makes the calls all at once and answers their statuses, in the order of `requests`.
  std::vector<int> All(const std::vector<Request>& requests) {
    std::vector<int> statuses(requests.size());
    std::size_t left = requests.size();
    for (std::size_t i = 0; i < requests.size(); ++i) {
      boost::asio::co_spawn(parley::test::Loop(), Keep(requests[i], statuses[i], left), boost::asio::detached);
    }
    parley::test::Loop().restart();
    const auto guard = boost::asio::make_work_guard(parley::test::Loop());
    while (left > 0) parley::test::Loop().run_one();
    return statuses;
  }
  Awaitable<> Keep(const Request& request, int& status, std::size_t& left) {
    const Result<Response> response = co_await backend_.Call(request);
    status = response ? response->status : -1;
    --left;
  }
  static Request PostOf(const std::string& path, const std::string& body, const Caller& caller = Caller()) {
    Request request(http::Method::kPost, path);
    request.content_type = "application/json";
    request.body = body;
    request.caller = caller;
    return request;
  }
};

TEST_F(Concurrency, OneUserNameIsGivenOnce) {
  const Caller admin = Admin();
  std::vector<Request> requests;
  for (int i = 0; i < 8; ++i) {
    requests.push_back(PostOf(
        "users.create",
        R"({"email":"ann)" + std::to_string(i) + R"(@acme.test","name":"Ann","password":"secret","username":"ann"})",
        admin));
  }
  const std::vector<int> statuses = All(requests);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 400), 7);
}

TEST_F(Concurrency, SeatsOfOneDepartmentAreCountedRight) {
  const Caller admin = Admin();
  const Answer department = Post(
      "livechat/department",
      R"({"department":{"enabled":true,"name":"Sales","email":"s@acme.test","showOnRegistration":true,"showOnOfflineForm":true}})",
      admin);
  const std::string id = department.Text("department._id");
  std::vector<Request> requests;
  for (int i = 0; i < 8; ++i) {
    const std::string name = "agent" + std::to_string(i);
    AddAgent(name);
    requests.push_back(
        PostOf("livechat/department/" + id + "/agents",
               R"({"upsert":[{"agentId":")" + name + R"(-id","username":")" + name + R"("}],"remove":[]})", admin));
  }
  EXPECT_EQ(All(requests), std::vector<int>(8, 200));
  EXPECT_EQ(Get("livechat/department/" + id, admin).Text("department.numAgents"), "8");
  EXPECT_EQ(ReadDirectory()->DepartmentById(id)->agents.size(), 8u);
}

TEST_F(Concurrency, OneAccountLogsInManyTimesAtOnce) {
  ASSERT_EQ(Post("users.create", R"({"email":"a@acme.test","name":"A","password":"secret","username":"ann"})", Admin())
                .status,
            200);
  const std::vector<Request> requests(32, PostOf("login", R"({"user":"ann","password":"secret"})"));
  EXPECT_EQ(All(requests), std::vector<int>(32, 200));
}

TEST_F(Concurrency, PagesOfOneVisitorDoNotWaitForOneAnother) {
  std::vector<Request> requests;
  for (int i = 0; i < 300; ++i) {
    requests.push_back(PostOf("livechat/page.visited",
                              R"({"token":"vt-1","pageInfo":{"title":"A page","change":"url","location":{"href":"/)" +
                                  std::to_string(i) + R"("}}})"));
  }
  EXPECT_EQ(All(requests), std::vector<int>(300, 200)) << "the visitor's first ones";
  EXPECT_EQ(All(requests), std::vector<int>(300, 200));
  storage::Query pages(storage::Collection::kMessages);
  pages.where.emplace_back("navigation.token", storage::Match::kEquals, Json("vt-1"));
  EXPECT_EQ(*parley::test::Await(store_.documents().Count(pages)), 600) << "every page is kept";
  storage::Query visits(storage::Collection::kVisits);
  EXPECT_EQ(*parley::test::Await(store_.documents().Count(visits)), 1) << "in one visit";
}

}  // namespace
}  // namespace parley::backend::embedded::test
