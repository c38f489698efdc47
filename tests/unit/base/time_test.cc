#include "base/time.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

Time At(std::string_view iso) {
  return ParseIsoTime(iso).value();
}

std::int64_t HoursOf(std::string_view day, Zone zone) {
  return std::chrono::duration_cast<std::chrono::hours>(*EndOfDay(day, zone) - *StartOfDay(day, zone)).count();
}

TEST(Zone, IsFoundByItsIanaName) {
  EXPECT_NE(FindZone("Europe/Berlin"), nullptr);
  EXPECT_NE(FindZone("America/Phoenix"), nullptr);
  EXPECT_NE(FindZone("UTC"), nullptr);
}

TEST(Zone, UnknownNamesAreNull) {
  for (const std::string_view name :
       {"", "Europe/Nowhere", "europe/berlin", "../../etc/passwd", "/etc/localtime", "+02"})
    EXPECT_EQ(FindZone(name), nullptr) << name;
  EXPECT_EQ(FindZone(std::string(100'000, 'A')), nullptr);
}

TEST(IsoTime, HasMilliseconds) {
  EXPECT_EQ(IsoTime(FromUnixMillis(1'767'608'130'123)), "2026-01-05T10:15:30.123Z");
  EXPECT_EQ(IsoTime(FromUnixMillis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(IsoTime(FromUnixMillis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(IsoTime(FromUnixMillis(1'709'164'800'007)), "2024-02-29T00:00:00.007Z");
}

// The value the reference verified by arithmetic.
TEST(ArchiveDate, IsThatOfTheChatsZone) {
  EXPECT_EQ(ArchiveDate(FromUnixMillis(1'358'937'653'000), FindZone("Europe/Berlin")), "Wed, 01/23/13 11:40:53 am");
}

TEST(ArchiveDate, CountsTwelveHours) {
  const Zone utc = FindZone("UTC");
  EXPECT_EQ(ArchiveDate(At("2013-01-23T00:00:00Z"), utc), "Wed, 01/23/13 12:00:00 am");
  EXPECT_EQ(ArchiveDate(At("2013-01-23T12:00:00Z"), utc), "Wed, 01/23/13 12:00:00 pm");
  EXPECT_EQ(ArchiveDate(At("2013-01-23T13:05:09.999Z"), utc), "Wed, 01/23/13 01:05:09 pm");
  EXPECT_EQ(ArchiveDate(At("2000-01-01T23:59:59Z"), utc), "Sat, 01/01/00 11:59:59 pm");
}

TEST(StampDate, IsLocal) {
  EXPECT_EQ(StampDate(At("2019-06-20T08:46:40Z"), FindZone("Europe/Warsaw")), "2019-06-20 10:46:40");
  EXPECT_EQ(LocalDate(At("2019-06-20T23:30:00Z"), FindZone("Europe/Warsaw")), "2019-06-21");
}

TEST(IsDate, WantsARealDayOfExactlyThatForm) {
  EXPECT_TRUE(IsDate("2024-02-29"));
  for (const std::string_view text : {"", "2023-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-5",
                                      "2026/01/05", "2026-01-05 ", "20260105", "2026-01-0x", "-026-01-05"})
    EXPECT_FALSE(IsDate(text)) << text;
}

TEST(Day, HasAsManyHoursAsTheZoneGivesIt) {
  const Zone berlin = FindZone("Europe/Berlin");
  EXPECT_EQ(HoursOf("2026-01-05", berlin), 24);
  EXPECT_EQ(HoursOf("2026-03-29", berlin), 23);
  EXPECT_EQ(HoursOf("2026-10-25", berlin), 25);
  EXPECT_EQ(StartOfDay("2026-03-29", berlin), At("2026-03-28T23:00:00Z"));
  EXPECT_EQ(EndOfDay("2026-03-29", berlin), At("2026-03-29T22:00:00Z"));
}

TEST(Day, BeginsAtItsFirstInstantWhenMidnightIsSkipped) {
  const Zone zone = FindZone("America/Sao_Paulo");
  EXPECT_EQ(StartOfDay("2018-11-04", zone), At("2018-11-04T03:00:00Z"));
  EXPECT_EQ(EndOfDay("2018-11-03", zone), StartOfDay("2018-11-04", zone));
  EXPECT_EQ(HoursOf("2018-11-04", zone), 23);
}

TEST(Day, BeginsAtItsFirstInstantWhenMidnightIsDoubled) {
  const Zone zone = FindZone("America/Havana");  // 2018-11-04 01:00 went back to 00:00
  EXPECT_EQ(StartOfDay("2018-11-04", zone), At("2018-11-04T04:00:00Z"));
  EXPECT_EQ(HoursOf("2018-11-04", zone), 25);
}

TEST(Day, BeforeAClockSetBackAtMidnightIsLonger) {
  const Zone zone = FindZone("America/Sao_Paulo");  // 2018-02-18 00:00 went back to 23:00
  EXPECT_EQ(HoursOf("2018-02-17", zone), 25);
  EXPECT_EQ(StartOfDay("2018-02-18", zone), At("2018-02-18T03:00:00Z"));
}

TEST(Day, IsEmptyForWhatIsNoDate) {
  EXPECT_EQ(StartOfDay("2026-02-30", FindZone("UTC")), std::nullopt);
  EXPECT_EQ(EndOfDay("yesterday", FindZone("UTC")), std::nullopt);
}

struct Case {
  const char* text;
  const char* iso;  // null: refused
};

class IsoParse : public testing::TestWithParam<Case> {};

TEST_P(IsoParse, Matrix) {
  const std::optional<Time> time = ParseIsoTime(GetParam().text);
  if (GetParam().iso == nullptr) {
    EXPECT_EQ(time, std::nullopt) << GetParam().text;
  } else {
    ASSERT_NE(time, std::nullopt) << GetParam().text;
    EXPECT_EQ(IsoTime(*time), GetParam().iso) << GetParam().text;
  }
}

INSTANTIATE_TEST_SUITE_P(Accepted, IsoParse,
                         testing::Values(Case{"2026-01-05", "2026-01-05T00:00:00.000Z"},
                                         Case{"2026-01-05T10:15", "2026-01-05T10:15:00.000Z"},
                                         Case{"2026-01-05T10:15:30", "2026-01-05T10:15:30.000Z"},
                                         Case{"2026-01-05 10:15:30", "2026-01-05T10:15:30.000Z"},
                                         Case{"2026-01-05T10:15:30Z", "2026-01-05T10:15:30.000Z"},
                                         Case{"2026-01-05T10:15:30z", "2026-01-05T10:15:30.000Z"},
                                         Case{"2026-01-05T10:15:30.1Z", "2026-01-05T10:15:30.100Z"},
                                         Case{"2026-01-05T10:15:30.123Z", "2026-01-05T10:15:30.123Z"},
                                         Case{"2026-01-05T10:15:30.123999999Z", "2026-01-05T10:15:30.123Z"},
                                         Case{"2026-01-05T10:15:30+02:00", "2026-01-05T08:15:30.000Z"},
                                         Case{"2026-01-05T10:15:30-0530", "2026-01-05T15:45:30.000Z"},
                                         Case{"2026-01-05T10:15+05", "2026-01-05T05:15:00.000Z"},
                                         Case{"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"},
                                         Case{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"}));

INSTANTIATE_TEST_SUITE_P(
    Refused, IsoParse,
    testing::Values(Case{"", nullptr}, Case{"2026", nullptr}, Case{"2026-01-5", nullptr}, Case{"2026-02-30", nullptr},
                    Case{"2026-01-05X10:15", nullptr}, Case{"2026-01-05T", nullptr}, Case{"2026-01-05T1", nullptr},
                    Case{"2026-01-05T10", nullptr}, Case{"2026-01-05T1015", nullptr}, Case{"2026-01-05T24:00", nullptr},
                    Case{"2026-01-05T10:60", nullptr}, Case{"2026-01-05T10:15:60", nullptr},
                    Case{"2026-01-05T10:15:", nullptr}, Case{"2026-01-05T10:15:3", nullptr},
                    Case{"2026-01-05T10:15:30.", nullptr}, Case{"2026-01-05T10:15:30.Z", nullptr},
                    Case{"2026-01-05T10:15:30 Z", nullptr}, Case{"2026-01-05T10:15:30+2", nullptr},
                    Case{"2026-01-05T10:15:30+24:00", nullptr}, Case{"2026-01-05T10:15:30+02:60", nullptr},
                    Case{"2026-01-05T10:15:30+02:00x", nullptr}, Case{"2026-01-05T10:15:30ZZ", nullptr},
                    Case{"abcd-ef-gh", nullptr}));

}  // namespace
}  // namespace parley
