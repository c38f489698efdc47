#include "specs/path_template.h"

#include <gtest/gtest.h>

namespace parley::specs {
namespace {

using http::Method;

std::string TemplateOf(const std::string& path, std::vector<WrittenPath> others = {},
                       std::vector<Method> methods = {Method::kGet}) {
  others.push_back({path, std::move(methods)});
  return ResolveExamples(others).at(path);
}

struct Example {
  const char* name;
  const char* written;
  const char* expected;
};

class UnmistakableExample : public testing::TestWithParam<Example> {};

TEST_P(UnmistakableExample, IsAParameter) {
  EXPECT_EQ(TemplateOf(GetParam().written), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    PathTemplate, UnmistakableExample,
    testing::Values(Example{"Address", "/agents/john@public.com", "/agents/{agent_id}"},
                    Example{"Number", "/webhooks/12345", "/webhooks/{webhook_id}"},
                    Example{"Code", "/canned_responses/ABC123", "/canned_responses/{canned_response_id}"},
                    Example{"CodeInside", "/tickets/5FUED/tags", "/tickets/{ticket_id}/tags"},
                    Example{"PluralOfY", "/companies/77", "/companies/{company_id}"},
                    Example{"NamedIds", "/history/room/room-id/visitor/visitor-id",
                            "/history/room/{room_id}/visitor/{visitor_id}"},
                    Example{"TwoInARow", "/12/34", "/{id}/{id_2}"}, Example{"Version", "/api/v1/info", "/api/v1/info"},
                    Example{"Words", "/reports/chats/total_chats", "/reports/chats/total_chats"}),
    [](const auto& test) { return test.param.name; });

TEST(PathTemplate, AWordIsAnExampleUnderACollectionOnly) {
  const std::vector<WrittenPath> tags = {{"/tags", {Method::kGet, Method::kPost}}};
  EXPECT_EQ(TemplateOf("/tags/support", tags, {Method::kDelete}), "/tags/{tag_id}");
  EXPECT_EQ(TemplateOf("/tags/support", {}, {Method::kDelete}), "/tags/support");
  EXPECT_EQ(TemplateOf("/tags/support", tags, {Method::kGet}), "/tags/support");
}

TEST(PathTemplate, AWordKnownElsewhereIsStatic) {
  EXPECT_EQ(TemplateOf("/tags/support", {{"/tags", {Method::kPost}}, {"/reports/support", {Method::kGet}}},
                       {Method::kDelete}),
            "/tags/support");
}

TEST(PathTemplate, ADeclaredNameWins) {
  EXPECT_EQ(TemplateOf("/groups/ABC123/tags", {{"/groups/{group}", {Method::kGet}}}), "/groups/{group}/tags");
}

TEST(PathTemplate, TwoExamplesOfOneShapeBecomeOneTemplate) {
  const auto templates = ResolveExamples({{"/greetings/ABC123", {}}, {"/greetings/2491", {}}});
  EXPECT_EQ(templates.at("/greetings/ABC123"), templates.at("/greetings/2491"));
}

TEST(PathTemplate, SegmentsKeepHolesWhole) {
  EXPECT_EQ(SegmentsOf("/a/{b/c}/d").size(), 3u);
  EXPECT_EQ(SegmentsOf("a/b").size(), 2u);
  EXPECT_TRUE(SegmentsOf("/").empty());
}

TEST(PathTemplate, ShapeLeavesNamesOut) {
  EXPECT_EQ(ShapeOf("/a/{b}/c/{d}"), "/a/{}/c/{}");
}

TEST(PathTemplate, NamesWhatIsWrong) {
  EXPECT_EQ(FaultOf("/a/{b}"), "");
  EXPECT_EQ(FaultOf("a"), "a path begins with /");
  EXPECT_EQ(FaultOf("/a//b"), "a path has no empty segments");
  EXPECT_EQ(FaultOf("/a/x{b}"), "braces must enclose a whole segment");
  EXPECT_EQ(FaultOf("/a/{b"), "braces must enclose a whole segment");
  EXPECT_EQ(FaultOf("/a/{b}/{b}"), "a path names each of its parameters once");
  EXPECT_EQ(FaultOf("/a?b"), "a path has no query, escapes or spaces");
}

}  // namespace
}  // namespace parley::specs
