#include "http/message.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Method, IsParsedByItsExactName) {
  for (const Method method :
       {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kDelete, Method::kPatch, Method::kOptions})
    EXPECT_EQ(ParseMethod(NameOf(method)), method);
  for (const char* unknown : {"", "get", "GETS", "CONNECT", "TRACE"}) EXPECT_EQ(ParseMethod(unknown), std::nullopt);
}

TEST(Request, HeaderIsFoundWithoutRegardToCase) {
  Request request;
  request.headers = {{"X-A", "1"}, {"x-a", "2"}};
  EXPECT_EQ(request.Header("x-A"), "1");
  EXPECT_EQ(request.Header("X-B"), "");
}

TEST(Query, KeepsOrderAndRepeatedNames) {
  EXPECT_EQ(ParseQuery("x[]=1&x[]=2&a"), (Pairs{{"x[]", "1"}, {"x[]", "2"}, {"a", ""}}));
}

TEST(Query, IsDecodedOnce) {
  EXPECT_EQ(ParseQuery("a%20b=c%2526&d=e+f"), (Pairs{{"a b", "c%26"}, {"d", "e f"}}));
}

TEST(Query, StrayAmpersandsAreSkipped) {
  EXPECT_EQ(ParseQuery("&a=1&&b=2&"), (Pairs{{"a", "1"}, {"b", "2"}}));
}

TEST(Query, EmptyHasNoPairs) {
  EXPECT_EQ(ParseQuery(""), Pairs{});
}

TEST(Query, BrokenEscapeIsRefused) {
  for (const char* broken : {"a=%", "a=%1", "%zz=1", "a=1&b=%g0"})
    EXPECT_EQ(ParseQuery(broken), std::nullopt) << broken;
}

TEST(Query, FormattedPairsParseBack) {
  const Pairs pairs{{"a b", "c&d=e"}, {"\xc3\xa4", ""}, {"x", "%"}};
  EXPECT_EQ(ParseQuery(FormatQuery(pairs)), pairs);
}

TEST(ReasonPhrase, IsNeverEmpty) {
  EXPECT_EQ(ReasonPhrase(404), "Not Found");
  EXPECT_EQ(ReasonPhrase(299), "OK");
  EXPECT_EQ(ReasonPhrase(599), "Error");
}

}  // namespace
}  // namespace parley::http
