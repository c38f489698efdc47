#include "cli/progress_line.h"

#include <gmock/gmock.h>

#include <sstream>

#include "support/fake_clock.h"

namespace parley::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProgressLine, OutsideATerminalThereIsALineNowAndThen) {
  parley::test::FakeClock clock;
  std::ostringstream out;
  ProgressLine line(1'000, out, false, clock);
  clock.Advance(seconds(1));
  line.Show(100);
  EXPECT_EQ(out.str(), "");
  clock.Advance(seconds(4));
  line.Show(200);
  EXPECT_EQ(out.str(), "200 of 1000 chats, 40 a second, 20s left\n");
  clock.Advance(seconds(1));
  line.Show(250);
  EXPECT_EQ(out.str(), "200 of 1000 chats, 40 a second, 20s left\n");
}

TEST(ProgressLine, ATerminalHasABarThatIsWrittenOver) {
  parley::test::FakeClock clock;
  std::ostringstream out;
  ProgressLine line(300'000, out, true, clock);
  clock.Advance(milliseconds(200));
  line.Show(200);
  EXPECT_EQ(out.str(), "\r[                              ] 200 of 300000 chats, 1000 a second, 4m59s left\x1b[K");
  out.str("");
  clock.Advance(seconds(200));
  line.Show(150'000);
  EXPECT_EQ(out.str(), "\r[###############               ] 150000 of 300000 chats, 749 a second, 3m20s left\x1b[K");
}

TEST(ProgressLine, TheEndTellsHowLongItTook) {
  parley::test::FakeClock clock;
  std::ostringstream out;
  ProgressLine line(9'000, out, false, clock);
  clock.Advance(seconds(3'900));
  line.Show(9'000);
  line.Finish();
  EXPECT_EQ(out.str(), "9000 of 9000 chats, 2 a second\n9000 of 9000 chats, 2 a second in 1h05m\n");
}

TEST(ProgressLine, WhatIsOverAtOnceSaysNothing) {
  parley::test::FakeClock clock;
  std::ostringstream out;
  ProgressLine line(40, out, true, clock);
  clock.Advance(milliseconds(100));
  line.Show(40);
  line.Finish();
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace parley::cli
