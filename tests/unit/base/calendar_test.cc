#include "base/calendar.h"

#include <gmock/gmock.h>

namespace parley {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Time At(const char* iso) {
  return *ParseIsoTime(iso);
}

std::vector<std::string> Texts(const std::vector<Time>& times) {
  std::vector<std::string> texts;
  for (const Time time : times) texts.push_back(IsoTime(time).substr(0, 16));
  return texts;
}

const Zone kBerlin = FindZone("Europe/Berlin");
const Zone kUtc = FindZone("UTC");

TEST(Calendar, DaysBeginAtLocalMidnight) {
  EXPECT_THAT(Texts(DayEdges(At("2026-01-05T12:00"), At("2026-01-06T23:30"), kBerlin)),
              ElementsAre("2026-01-04T23:00", "2026-01-05T23:00", "2026-01-06T23:00", "2026-01-07T23:00"))
      << "23:30 in London is the next day in Berlin";
  EXPECT_THAT(Texts(DayEdges(At("2026-01-05"), At("2026-01-06"), kUtc)),
              ElementsAre("2026-01-05T00:00", "2026-01-06T00:00"));
  EXPECT_THAT(DayEdges(At("2026-01-05"), At("2026-01-05"), kUtc), IsEmpty());
}

TEST(Calendar, TheEndsOfTimeHaveDaysToo) {
  const Time first = At("0000-01-01"), last = At("9999-12-31T23:59:59.999");
  for (const char* zone : {"Europe/Berlin", "America/New_York"}) {
    EXPECT_LE(DayStart(first, FindZone(zone)), first);
    EXPECT_GT(DayEnd(last, FindZone(zone)), last);
  }
}

TEST(Calendar, DaysOfDaylightSavingAreShorterAndLonger) {
  EXPECT_THAT(Texts(DayEdges(At("2026-03-28T12:00"), At("2026-03-30T12:00"), kBerlin)),
              ElementsAre("2026-03-27T23:00", "2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T22:00"));
  EXPECT_THAT(HourEdges(At("2026-03-29T12:00"), kBerlin), SizeIs(24)) << "23 hours";
  EXPECT_THAT(HourEdges(At("2026-10-25T12:00"), kBerlin), SizeIs(26)) << "25 hours";
  EXPECT_THAT(HourEdges(At("2026-10-26T12:00"), kBerlin), SizeIs(25));
}

TEST(Calendar, TheHourThatIsSkippedHasNoNameAndTheDoubledOneTwo) {
  std::vector<std::string> spring, autumn;
  for (const Time edge : HourEdges(At("2026-03-29T12:00"), kBerlin)) spring.push_back(HourName(edge, kBerlin));
  for (const Time edge : HourEdges(At("2026-10-25T12:00"), kBerlin)) autumn.push_back(HourName(edge, kBerlin));
  spring.resize(4);
  autumn.resize(5);
  EXPECT_THAT(spring, ElementsAre("12AM", "1AM", "3AM", "4AM"));
  EXPECT_THAT(autumn, ElementsAre("12AM", "1AM", "2AM", "2AM", "3AM"));
}

TEST(Calendar, NamesAreThoseOfTheLocalClock) {
  EXPECT_EQ(HourName(At("2026-01-05T11:30"), kBerlin), "12PM");
  EXPECT_EQ(HourName(At("2026-01-05T11:30"), kUtc), "11AM");
  EXPECT_EQ(HourName(At("2026-01-05T22:59"), kUtc), "10PM");
  EXPECT_EQ(WeekdayName(At("2026-01-05T23:30"), kUtc), "Monday");
  EXPECT_EQ(WeekdayName(At("2026-01-05T23:30"), kBerlin), "Tuesday");
  EXPECT_EQ(MonthDay(At("2026-10-01"), kUtc), "10/1");
}

TEST(Calendar, OffsetsAreZonesToo) {
  EXPECT_EQ(HourName(At("2026-01-05T11:30"), FindZoneOfOffset(2)), "1PM");
  EXPECT_EQ(HourName(At("2026-01-05T11:30"), FindZoneOfOffset(-3)), "8AM");
  EXPECT_EQ(HourName(At("2026-01-05T11:30"), FindZoneOfOffset(0)), "11AM");
  EXPECT_EQ(FindZoneOfOffset(15), nullptr);
}

}  // namespace
}  // namespace parley
