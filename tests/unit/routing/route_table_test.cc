#include "routing/route_table.h"

#include <gtest/gtest.h>

#include <memory>

#include "specs/path_template.h"

namespace parley::routing {
namespace {

struct Routed {
  std::unique_ptr<specs::Spec> spec = std::make_unique<specs::Spec>();
  RouteTable table;
  Problems problems;
};

std::pair<http::Method, std::string> RequestLine(const std::string& line) {
  const std::size_t space = line.find(' ');
  return {*http::ParseMethod(line.substr(0, space)), line.substr(space + 1)};
}

specs::Operation Route(const std::string& id, const std::string& line) {
  specs::Operation operation;
  operation.id = id;
  std::tie(operation.method, operation.path) = RequestLine(line);
  for (const std::string_view name : specs::ParameterNamesOf(operation.path)) {
    auto text = std::make_shared<specs::Schema>();
    text->type = specs::Type::kString;
    operation.parameters.push_back({std::string(name), specs::In::kPath, true, text, "", false});
  }
  return operation;
}

Routed Routes(std::vector<std::pair<std::string, std::string>> lines, RouteTable::Options options = {}) {
  Routed routed;
  for (const auto& [id, line] : lines) routed.spec->operations.push_back(Route(id, line));
  routed.table = RouteTable::Build({routed.spec.get()}, options, routed.problems);
  return routed;
}

std::string OperationFor(const Routed& routed, const std::string& line) {
  const auto [method, path] = RequestLine(line);
  const auto match = routed.table.Match(method, path);
  return match ? match->operation->id : std::string(NameOf(match.error().code));
}

// "login=a@b.test days=3" of the matched route.
std::string ParametersFor(const Routed& routed, const std::string& line) {
  const auto [method, path] = RequestLine(line);
  const auto match = routed.table.Match(method, path);
  if (!match) return std::string(NameOf(match.error().code));
  std::string text;
  for (const PathParameter& parameter : match->parameters)
    text += (text.empty() ? "" : " ") + std::string(parameter.name) + "=" + parameter.value;
  return text;
}

std::string CallFor(const Routed& routed, const std::string& line) {
  const auto [method, path] = RequestLine(line);
  const auto match = routed.table.FindOperation(method, path);
  if (!match) return "none";
  std::string text = match->operation->id;
  for (const auto& [name, segment] : match->parameters) text += " " + std::string(name) + "=" + std::string(segment);
  return text;
}

TEST(RouteTable, LiteralSegmentBeatsParameter) {
  const Routed routes = Routes({{"reports.chats", "GET /reports/chats"}, {"reports.get", "GET /reports/{name}"}});
  EXPECT_EQ(OperationFor(routes, "GET /reports/chats"), "reports.chats");
  EXPECT_EQ(OperationFor(routes, "GET /reports/goals"), "reports.get");
}

TEST(RouteTable, ParameterServesWhatTheLiteralCannot) {
  const Routed routes =
      Routes({{"new", "POST /tickets/new"}, {"one", "GET /tickets/{id}"}, {"tags", "PUT /tickets/{id}/tags"}});
  EXPECT_EQ(OperationFor(routes, "GET /tickets/new"), "one");
  EXPECT_EQ(OperationFor(routes, "PUT /tickets/new/tags"), "tags");
}

TEST(RouteTable, OneShapeMayNameItsParametersDifferently) {
  const Routed routes =
      Routes({{"state", "GET /visitors/{state}"}, {"details", "POST /visitors/{visitor_id}/details"}});
  EXPECT_EQ(ParametersFor(routes, "GET /visitors/chatting"), "state=chatting");
  EXPECT_EQ(ParametersFor(routes, "POST /visitors/S1.2/details"), "visitor_id=S1.2");
}

TEST(RouteTable, TellsUnknownPathsFromUnknownMethods) {
  const Routed routes = Routes({{"list", "GET /agents"}, {"one", "GET /agents/{login}"}});
  EXPECT_EQ(OperationFor(routes, "GET /agent"), "not_found");
  EXPECT_EQ(OperationFor(routes, "GET /agents/a/b"), "not_found");
  EXPECT_EQ(OperationFor(routes, "DELETE /agents"), "method_not_allowed");
  EXPECT_EQ(OperationFor(routes, "GET /"), "not_found");
}

TEST(RouteTable, ListsTheMethodsOfAPath) {
  const Routed routes = Routes({{"a", "PUT /agents/{login}"}, {"b", "GET /agents/{login}"}, {"c", "GET /agents/me"}});
  EXPECT_EQ(routes.table.MethodsFor("/agents/me"), (std::vector{http::Method::kGet, http::Method::kPut}));
  EXPECT_TRUE(routes.table.MethodsFor("/groups").empty());
}

TEST(RouteTable, HeadIsAnsweredByGet) {
  const Routed routes = Routes({{"list", "GET /agents"}});
  EXPECT_EQ(OperationFor(routes, "HEAD /agents"), "list");
}

TEST(RouteTable, DecodesEachSegmentOnce) {
  const Routed routes = Routes({{"tag", "DELETE /tags/{tag}"}, {"on", "GET /on hold/{id}"}});
  EXPECT_EQ(ParametersFor(routes, "DELETE /tags/on%20hold"), "tag=on hold");
  EXPECT_EQ(ParametersFor(routes, "DELETE /tags/a%2Fb"), "tag=a/b");
  EXPECT_EQ(ParametersFor(routes, "DELETE /tags/100%2525"), "tag=100%25");
  EXPECT_EQ(ParametersFor(routes, "DELETE /tags/two+words"), "tag=two+words");
  EXPECT_EQ(ParametersFor(routes, "DELETE /%74ags/x"), "tag=x");
}

TEST(RouteTable, TakesAnAddressInAPathRawOrEscaped) {
  const Routed routes = Routes({{"one", "GET /agents/{login}"}});
  EXPECT_EQ(ParametersFor(routes, "GET /agents/john@public.com"), "login=john@public.com");
  EXPECT_EQ(ParametersFor(routes, "GET /agents/john%40public.com"), "login=john@public.com");
}

TEST(RouteTable, RefusesBrokenEscapes) {
  const Routed routes = Routes({{"tag", "DELETE /tags/{tag}"}});
  for (const char* path : {"/tags/%", "/tags/%2", "/tags/%zz", "/tags/%00", "/tags/%ff", "/tags/%C3%28"})
    EXPECT_EQ(OperationFor(routes, std::string("DELETE ") + path), "invalid_argument") << path;
}

TEST(RouteTable, AnEmptySegmentIsNoParameter) {
  const Routed routes = Routes({{"tag", "GET /tags/{tag}"}, {"list", "GET /tags"}});
  EXPECT_EQ(OperationFor(routes, "GET /tags/"), "list");
  EXPECT_EQ(OperationFor(routes, "GET /tags//"), "not_found");
  EXPECT_EQ(OperationFor(routes, "GET //tags"), "not_found");
}

TEST(RouteTable, TrailingSlashIsToleratedWhenAsked) {
  RouteTable::Options strict;
  strict.trailing_slash = false;
  EXPECT_EQ(OperationFor(Routes({{"list", "GET /agents"}}), "GET /agents/"), "list");
  EXPECT_EQ(OperationFor(Routes({{"list", "GET /agents"}}, strict), "GET /agents/"), "not_found");
}

TEST(RouteTable, AnEndlessPathIsNotFound) {
  const Routed routes = Routes({{"one", "GET /agents/{login}"}});
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "/a";
  EXPECT_EQ(OperationFor(routes, "GET " + path), "not_found");
}

TEST(RouteTable, ReportsTwoOperationsOnOneRoute) {
  const Routed routes = Routes({{"a", "GET /groups/{id}"}, {"b", "GET /groups/{group_id}"}});
  ASSERT_EQ(routes.problems.size(), 1u);
  EXPECT_EQ(routes.problems.list()[0].text, "b: /groups/{group_id} is the same route as a");
  EXPECT_EQ(OperationFor(routes, "GET /groups/3"), "a");
}

TEST(RouteTable, FindsTheOperationOfACall) {
  const Routed routes = Routes({{"users", "GET /api/v1/livechat/users/{type}"},
                                {"user", "GET /api/v1/livechat/users/{type}/{_id}"},
                                {"room", "GET /api/v1/livechat/room"},
                                {"info", "GET /api/info"},
                                {"tickets", "GET /local/tickets"}});
  EXPECT_EQ(CallFor(routes, "GET livechat/users/agent"), "users type=agent");
  EXPECT_EQ(CallFor(routes, "GET livechat/users/agent/{.user.id}"), "user type=agent _id={.user.id}");
  EXPECT_EQ(CallFor(routes, "GET livechat/room"), "room");
  EXPECT_EQ(CallFor(routes, "GET /api/info"), "info");
  EXPECT_EQ(CallFor(routes, "GET api/info"), "info");
  EXPECT_EQ(CallFor(routes, "GET local/tickets"), "tickets");
  EXPECT_EQ(CallFor(routes, "POST livechat/room"), "none");
  EXPECT_EQ(CallFor(routes, "GET livechat/departments"), "none");
}

TEST(RouteTable, AHoleStandsForAParameterOnly) {
  const Routed routes = Routes({{"room", "GET /api/v1/rooms/info"}, {"dept", "GET /api/v1/dept/{_id}"}});
  EXPECT_EQ(CallFor(routes, "GET rooms/{.x}"), "none");
  EXPECT_EQ(CallFor(routes, "GET dept/{$in.a | split('/')}"), "dept _id={$in.a | split('/')}");
}

TEST(RouteTable, ALiteralInACallMustBeInTheEnum) {
  specs::Spec spec;
  spec.operations.push_back(Route("users", "GET /api/v1/livechat/users/{type}"));
  auto type = std::make_shared<specs::Schema>();
  type->type = specs::Type::kString;
  type->enumeration = {Json("agent"), Json("manager")};
  spec.operations[0].parameters[0].schema = type;
  Problems problems;
  const RouteTable table = RouteTable::Build({&spec}, {}, problems);
  EXPECT_TRUE(table.FindOperation(http::Method::kGet, "livechat/users/manager"));
  EXPECT_FALSE(table.FindOperation(http::Method::kGet, "livechat/users/agnt"));
}

}  // namespace
}  // namespace parley::routing
