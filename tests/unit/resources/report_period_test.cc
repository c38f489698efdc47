#include "resources/report_period.h"

#include <gmock/gmock.h>

namespace parley::resources {
namespace {

using testing::ElementsAre;

const Zone kBerlin = FindZone("Europe/Berlin");
const Time kNow = *ParseIsoTime("2026-03-30T12:00:00Z");

PeriodRequest Asking(std::string from, std::string to, std::string group_by = {}) {
  return {std::move(from), std::move(to), std::move(group_by), kBerlin};
}

Period Of(const PeriodRequest& request, std::optional<Time> first_activity = std::nullopt) {
  auto period = MakePeriod(request, first_activity, kNow);
  EXPECT_TRUE(period) << period.error().message;
  return period ? *std::move(period) : Period();
}

std::vector<std::string> Keys(const Period& period) {
  std::vector<std::string> keys;
  for (const Bucket& bucket : period.buckets) keys.push_back(bucket.key);
  return keys;
}

std::string Refusal(const PeriodRequest& request) {
  const auto period = MakePeriod(request, std::nullopt, kNow);
  return period ? "" : period.error().message;
}

TEST(ReportPeriod, DaysAreTheDefault) {
  const Period period = Of(Asking("2026-03-28", "2026-03-30"));
  EXPECT_THAT(Keys(period), ElementsAre("2026-03-28", "2026-03-29", "2026-03-30"));
  EXPECT_EQ(IsoTime(period.from), "2026-03-27T23:00:00.000Z");
  EXPECT_EQ(IsoTime(period.until), "2026-03-30T22:00:00.000Z") << "summer time began on the 29th";
  EXPECT_THAT(period.bucket_of, ElementsAre(0, 1, 2));
}

TEST(ReportPeriod, OneDayHasHours) {
  const Period period = Of(Asking("2026-03-30", "2026-03-30"));
  ASSERT_EQ(period.buckets.size(), 24u);
  EXPECT_EQ(period.buckets.front().key, "00:00");
  EXPECT_EQ(period.buckets.back().key, "23:00");
  EXPECT_EQ(Of(Asking("2026-03-30", "2026-03-30", "day")).buckets.size(), 1u);
}

TEST(ReportPeriod, EveryDayHas24HourNamesHoweverLongItIs) {
  const Period spring = Of(Asking("2026-03-29", "2026-03-29"));
  EXPECT_EQ(spring.buckets.size(), 24u);
  EXPECT_EQ(spring.bucket_of.size(), 23u);
  EXPECT_EQ(spring.bucket_of[2], 3u) << "after one o'clock comes three";
  const Period autumn = Of(Asking("2025-10-26", "2025-10-26"));
  EXPECT_EQ(autumn.bucket_of.size(), 25u);
  EXPECT_EQ(autumn.bucket_of[2], 2u);
  EXPECT_EQ(autumn.bucket_of[3], 2u) << "two o'clock comes twice";
}

TEST(ReportPeriod, SeveralDaysHaveNoHours) {
  EXPECT_THAT(Keys(Of(Asking("2026-03-29", "2026-03-30", "hour"))), ElementsAre("2026-03-29", "2026-03-30"));
}

TEST(ReportPeriod, MonthsAreClippedToThePeriodAndToToday) {
  const Period period = Of(Asking("2026-01-10", "2026-04-20", "month"));
  EXPECT_THAT(Keys(period), ElementsAre("2026-01", "2026-02", "2026-03", "2026-04"));
  EXPECT_EQ(period.buckets[0].begin, "2026-01-10");
  EXPECT_EQ(period.buckets[0].end, "2026-01-31");
  EXPECT_EQ(period.buckets[1].end, "2026-02-28");
  EXPECT_EQ(period.buckets[2].end, "2026-03-30") << "today";
  EXPECT_EQ(period.buckets[3].begin, "2026-04-01");
  EXPECT_EQ(period.buckets[3].end, "2026-04-01") << "not begun yet";
  EXPECT_EQ(period.edges.size(), 5u);
  EXPECT_EQ(IsoTime(period.edges[1]), "2026-01-31T23:00:00.000Z");
}

TEST(ReportPeriod, WithoutDatesItIsAllThereIs) {
  EXPECT_THAT(Keys(Of(Asking("", ""), ParseIsoTime("2026-03-28T23:30:00Z"))), ElementsAre("2026-03-29", "2026-03-30"));
  EXPECT_THAT(Keys(Of(Asking("", ""))), ElementsAre("2026-03-30")) << "nothing yet: today, by day";
  EXPECT_THAT(Keys(Of(Asking("2026-04-02", ""))).size(), testing::Eq(24u)) << "a day to come, alone";
}

TEST(ReportPeriod, NothingLiesBetweenDaysInTheWrongOrder) {
  for (const char* group_by : {"", "hour", "day", "month"}) {
    const Period period = Of(Asking("2026-02-02", "2026-02-01", group_by));
    EXPECT_TRUE(period.buckets.empty()) << group_by;
    EXPECT_LT(period.edges.size(), 2u) << group_by;
    EXPECT_EQ(period.from, period.until);
  }
}

TEST(ReportPeriod, ALastDayBeforeTheFirstActivityIsThatDay) {
  EXPECT_THAT(Keys(Of(Asking("", "2019-05-01"), ParseIsoTime("2026-03-28T23:30:00Z"))), ElementsAre("2019-05-01"));
  EXPECT_THAT(Keys(Of(Asking("", "2019-05-01"))), ElementsAre("2019-05-01"));
}

TEST(ReportPeriod, RefusesWhatIsNone) {
  EXPECT_EQ(Refusal(Asking("2026-02-30", "2026-03-01")), "date_from must be a date, YYYY-MM-DD");
  EXPECT_EQ(Refusal(Asking("2026-02-01", "yesterday")), "date_to must be a date, YYYY-MM-DD");
  EXPECT_EQ(Refusal(Asking("2026-02-01", "2026-02-01", "week")), "group_by must be hour, day or month");
  EXPECT_EQ(Refusal(Asking("1900-01-01", "2026-02-01")), "date_from must not be more than 100 years before date_to");
}

}  // namespace
}  // namespace parley::resources
