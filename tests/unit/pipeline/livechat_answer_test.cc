#include "pipeline/livechat_answer.h"

#include <gtest/gtest.h>

#include "json/json.h"

namespace parley::pipeline {
namespace {

std::string HeaderOf(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers)
    if (known == name) return value;
  return "";
}

TEST(LiveChatFailure, ListsEveryViolationUnderErrors) {
  const http::Response response =
      LiveChatFailure(InvalidArguments({"name is required", "agents is required"}), nullptr);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/json; charset=utf-8");
  EXPECT_EQ(response.body,
            R"({"errors":["name is required","agents is required"],"message":"name is required","code":400})");
}

TEST(LiveChatFailure, ShowsViolationsUnderBothNamesWhereTheOperationAsks) {
  specs::Operation tickets;
  tickets.error_member = "both";
  EXPECT_EQ(
      LiveChatFailure(InvalidArgument("message is required"), &tickets).body,
      R"({"error":["message is required"],"errors":["message is required"],"message":"message is required","code":400})");
}

TEST(LiveChatFailure, NamesEverythingElseInOneSentence) {
  EXPECT_EQ(LiveChatFailure(NotFound("group"), nullptr).body,
            R"({"error":"group not found","message":"group not found","code":404})");
  EXPECT_EQ(LiveChatFailure(Unsupported("GoalsGet"), nullptr).status, 501);
}

TEST(LiveChatFailure, HidesTheDetail) {
  EXPECT_EQ(LiveChatFailure(Internal("secret.db is locked"), nullptr).body,
            R"({"error":"internal error","message":"internal error","code":500})");
}

TEST(LiveChatFailure, SaysWhenToTryAgain) {
  EXPECT_EQ(HeaderOf(LiveChatFailure(TooManyRequests("slow down", 42), nullptr), "Retry-After"), "42");
}

TEST(LiveChatFailure, IsJsonWhateverTheMessageQuotes) {
  const Result<Json> body = ParseJson(LiveChatFailure(InvalidArgument("\xff\"\n"), nullptr).body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->Text("message"), "\uFFFD\"\n");
}

TEST(LiveChatSuccess, AlwaysHasABody) {
  EXPECT_EQ(LiveChatSuccess("").body, "{}");
  EXPECT_EQ(LiveChatSuccess("[]").status, 200);
}

TEST(Jsonp, EscapesTheLineEndsThatOnlyJsonAllows) {
  http::Response response = LiveChatSuccess("[\"a\u2028b\u2029\"]");
  WrapJsonp("callback=f", response);
  EXPECT_EQ(response.body, R"(f(["a\u2028b\u2029"]);)");
}

TEST(Jsonp, WrapsTheAnswer) {
  http::Response response = LiveChatSuccess("[]");
  WrapJsonp("group=0&callback=jQuery1[%22a%22].b", response);
  EXPECT_EQ(response.body, "jQuery1[a].b([]);");
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
}

TEST(Jsonp, DropsWhatCouldEscapeFromTheName) {
  http::Response response = LiveChatSuccess("[]");
  WrapJsonp("callback=alert(1)%3B%2F%2F%0Ax", response);
  EXPECT_EQ(response.body, "alert1x([]);");
}

TEST(Jsonp, StaysJsonWithoutAUsableName) {
  for (const char* query : {"", "callback=", "callback=%28%29", "nocallback=x", "callback=%zz"}) {
    http::Response response = LiveChatSuccess("[]");
    WrapJsonp(query, response);
    EXPECT_EQ(response.body, "[]") << query;
  }
}

}  // namespace
}  // namespace parley::pipeline
