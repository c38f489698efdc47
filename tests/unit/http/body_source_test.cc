#include "http/body_source.h"

#include <gtest/gtest.h>

#include "streams.h"
#include "support/await.h"

namespace parley::http::test {
namespace {

using parley::test::Await;

TEST(ReadWhole, JoinsPartsUpToTheLimit) {
  PatternBody body(2500, 1000);
  const Result<std::string> whole = Await(ReadWhole(body, 2500));
  ASSERT_TRUE(whole);
  EXPECT_EQ(*whole, Pattern(0, 2500));
  PatternBody longer(2501, 1000);
  const Result<std::string> refused = Await(ReadWhole(longer, 2500));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPayloadTooLarge);
}

TEST(ReadWhole, SaysWhyABodyIsNotComplete) {
  PatternBody body(2500, 1000);
  body.fails = true;
  const Result<std::string> whole = Await(ReadWhole(body, 9999));
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().message, "torn");
}

TEST(UnsentBody, HasALengthAndNoBytes) {
  UnsentBody body(7);
  EXPECT_EQ(body.Length(), 7U);
  const Result<std::string_view> part = Await(body.Read());
  ASSERT_TRUE(part);
  EXPECT_TRUE(part->empty());
}

}  // namespace
}  // namespace parley::http::test
