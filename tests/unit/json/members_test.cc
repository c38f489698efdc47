#include "json/members.h"

#include <gmock/gmock.h>

namespace parley {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Members, ListsOfTextsAreWrittenAndRead) {
  const Json list = TextsJson({"a", "", "b"});
  EXPECT_EQ(Print(list), R"(["a","","b"])");
  EXPECT_THAT(TextsOf(&list), ElementsAre("a", "", "b"));
  EXPECT_EQ(Print(TextsJson({})), "[]");
}

TEST(Members, WhatIsNoListHasNoTexts) {
  const Json object = *ParseJson(R"({"list":["a",1,"b"],"text":"a"})");
  EXPECT_THAT(TextsOf(object, "list"), ElementsAre("a", "", "b"));
  EXPECT_THAT(TextsOf(object, "text"), IsEmpty());
  EXPECT_THAT(TextsOf(object, "absent"), IsEmpty());
  EXPECT_THAT(TextsOf(nullptr), IsEmpty());
}

TEST(Members, MomentsAreMilliseconds) {
  EXPECT_EQ(Print(Millis(FromUnixMillis(1'767'608'130'250))), "1767608130250");
}

}  // namespace
}  // namespace parley
