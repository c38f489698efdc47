#include "demo/schedule.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace parley::demo {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;
using testing::Not;

constexpr std::int64_t kMonday = 20'605;  // 2026-06-01
constexpr std::int64_t kSunday = kMonday - 1;

TEST(Schedule, AYearHasAboutFiveHundredChatsADay) {
  const Schedule schedule(1);
  std::int64_t chats = 0;
  for (std::int64_t day = kMonday; day < kMonday + 364; ++day) chats += schedule.VolumeOf(day);
  EXPECT_THAT(chats / 364, AllOf(Ge(490), Le(510)));
}

TEST(Schedule, MondaysAreBusierThanSundays) {
  const Schedule schedule(1);
  EXPECT_GT(schedule.VolumeOf(kMonday), schedule.VolumeOf(kSunday) * 3 / 2);
}

TEST(Schedule, ChatsBeginInOrderWithinOpeningHours) {
  const Schedule schedule(1);
  const std::vector<Time> openings = schedule.OpeningsOf(kMonday);
  EXPECT_EQ(static_cast<int>(openings.size()), schedule.VolumeOf(kMonday));
  EXPECT_TRUE(std::is_sorted(openings.begin(), openings.end()));
  EXPECT_GE(openings.front(), BeginningOf(kMonday) + hours(8));
  EXPECT_LE(openings.back(), BeginningOf(kMonday) + hours(19) + std::chrono::minutes(30));
}

TEST(Schedule, WheneverChatsBeginSomebodySellsAndSupports) {
  const Schedule schedule(4);
  for (std::int64_t day = kMonday; day < kMonday + 28; ++day) {
    for (const Time opening : schedule.OpeningsOf(day)) {
      EXPECT_THAT(schedule.AtWork(Desk::kSales, opening), Not(IsEmpty()));
      EXPECT_THAT(schedule.AtWork(Desk::kSupport, opening), Not(IsEmpty()));
    }
  }
}

TEST(Schedule, TurnsSayWhoIsAtWork) {
  const Schedule schedule(1);
  std::set<const Person*> there;
  const std::vector<Turn> turns = schedule.TurnsOf(kMonday);
  for (auto turn = turns.begin(); turn != turns.end(); ++turn) {
    EXPECT_EQ(there.contains(turn->person), !turn->comes);
    turn->comes ? (void)there.insert(turn->person) : (void)there.erase(turn->person);
    if (turn + 1 != turns.end() && (turn + 1)->at == turn->at) continue;
    for (const Person& person : Staff()) EXPECT_EQ(schedule.IsAtWork(person, turn->at), there.contains(&person));
  }
  EXPECT_THAT(there, IsEmpty());
}

TEST(Schedule, EverybodyHasAFreeDay) {
  const Schedule schedule(1);
  for (const Person& person : Staff()) {
    int days = 0;
    for (std::int64_t day = kMonday; day < kMonday + 7; ++day) {
      const std::vector<Turn> turns = schedule.TurnsOf(day);
      days += std::any_of(turns.begin(), turns.end(), [&](const Turn& turn) { return turn.person == &person; }) ? 1 : 0;
    }
    EXPECT_EQ(days, 6) << person.username;
  }
}

}  // namespace
}  // namespace parley::demo
