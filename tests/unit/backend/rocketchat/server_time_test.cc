#include "backend/rocketchat/server_time.h"

#include <gtest/gtest.h>

namespace parley::backend::rocketchat::test {
namespace {

TEST(ServerTime, IsReadFromTheDateHeader) {
  Response answer(200, "");
  EXPECT_FALSE(ServerTimeOf(answer));
  answer.headers.emplace_back("date", "Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(ServerTimeOf(answer));
  EXPECT_EQ(UnixSeconds(*ServerTimeOf(answer)), 784111777);
}

TEST(ServerTime, NothingElseIsADate) {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC"})
    EXPECT_FALSE(ParseHttpDate(text)) << text;
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
