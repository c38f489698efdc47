#include "outgoing/header_lines.h"

#include <gtest/gtest.h>

namespace parley::outgoing {
namespace {

TEST(HeaderLines, AreWrittenAsTheyAreSent) {
  HeaderLines headers = {{"Accept", "*/*"}, {"X-Empty", ""}};
  headers.Add("X-Token", "a: b");
  EXPECT_EQ(headers.lines(), "Accept: */*\r\nX-Empty: \r\nX-Token: a: b\r\n");
  EXPECT_EQ(headers.refused(), std::nullopt);
}

TEST(HeaderLines, AreFoundWhateverTheCase) {
  HeaderLines headers = {{"Accept", "*/*"}, {"X-Empty", ""}, {"X-Token", "first: one"}, {"x-token", "second"}};
  EXPECT_EQ(headers.Get("x-TOKEN"), "first: one");
  EXPECT_EQ(headers.Find("x-empty"), "");
  EXPECT_EQ(headers.Find("first"), std::nullopt);
  EXPECT_EQ(headers.Find("X-Toke"), std::nullopt);
  EXPECT_EQ(HeaderLines().Find("Accept"), std::nullopt);
}

TEST(HeaderLines, TakeNothingThatIsNoHeader) {
  for (const auto& [name, value] :
       {std::pair("X-Token", "a\r\nX-Admin: yes"), std::pair("X-A: b\r\nX-B", "c"), std::pair("", "x")}) {
    HeaderLines headers = {{"Accept", "*/*"}, {name, value}, {"", "another"}};
    EXPECT_EQ(headers.lines(), "Accept: */*\r\n");
    EXPECT_EQ(headers.refused(), name);
  }
}

}  // namespace
}  // namespace parley::outgoing
