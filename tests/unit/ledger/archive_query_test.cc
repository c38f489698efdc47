#include "ledger/archive_query.h"

#include <gmock/gmock.h>

namespace parley::ledger {
namespace {

using testing::ElementsAre;

Result<ArchiveQuery> Parse(const Parameters& parameters) {
  return ParseArchiveQuery(parameters, FindZone("Europe/Berlin"));
}

ArchiveQuery Good(const Parameters& parameters) {
  Result<ArchiveQuery> query = Parse(parameters);
  EXPECT_TRUE(query) << query.error().message;
  return query ? *std::move(query) : ArchiveQuery();
}

std::string Iso(std::optional<Time> time) {
  return time ? IsoTime(*time) : "none";
}

TEST(ArchiveQuery, NothingAskedFiltersNothing) {
  const ArchiveQuery query = Good({});
  EXPECT_EQ(query.page, 1);
  EXPECT_EQ(query.filter.from, std::nullopt);
  EXPECT_EQ(query.filter.until, std::nullopt);
  EXPECT_EQ(query.filter.department, std::nullopt);
  EXPECT_EQ(query.filter.queued, std::nullopt);
  EXPECT_FALSE(query.filter.include_pending);
}

TEST(ArchiveQuery, DaysAreInclusiveInTheAccountsZone) {
  const ArchiveQuery query = Good({{"date_from", "2026-01-05"}, {"date_to", "2026-01-05"}});
  EXPECT_EQ(Iso(query.filter.from), "2026-01-04T23:00:00.000Z");
  EXPECT_EQ(Iso(query.filter.until), "2026-01-05T23:00:00.000Z");
}

TEST(ArchiveQuery, TheTimezoneParameterWinsAndDaysMayHaveTwentyThreeHours) {
  const ArchiveQuery query =
      Good({{"date_from", "2026-03-08"}, {"date_to", "2026-03-08"}, {"timezone", "America/New_York"}});
  EXPECT_EQ(Iso(query.filter.from), "2026-03-08T05:00:00.000Z");
  EXPECT_EQ(Iso(query.filter.until), "2026-03-09T04:00:00.000Z");
}

TEST(ArchiveQuery, EveryFilterIsRead) {
  const ArchiveQuery query = Good({{"visitor_id", "v1"},
                                   {"query", "refund order"},
                                   {"agent", "liv@acme.test"},
                                   {"group", "d1"},
                                   {"queued", "1"},
                                   {"rate", "rated_bad"},
                                   {"include_pending", "1"},
                                   {"tag", "a"},
                                   {"tag[]", "b"},
                                   {"tagged", "1"},
                                   {"comment", "0"},
                                   {"city", "Bergen"},
                                   {"region", "Vestland"},
                                   {"country", "Norway"},
                                   {"page", "3"},
                                   {"unknown", "x"}});
  const storage::ChatFilter& filter = query.filter;
  EXPECT_EQ(filter.visitor_id, "v1");
  EXPECT_EQ(filter.text, "refund order");
  EXPECT_EQ(filter.agent_login, "liv@acme.test");
  EXPECT_EQ(filter.department, "d1");
  EXPECT_EQ(filter.queued, true);
  EXPECT_EQ(filter.rate, "rated_bad");
  EXPECT_TRUE(filter.include_pending);
  EXPECT_THAT(filter.tags, ElementsAre("a", "b"));
  EXPECT_EQ(filter.tagged, true);
  EXPECT_EQ(filter.commented, false);
  EXPECT_EQ(filter.city, "Bergen");
  EXPECT_EQ(filter.region, "Vestland");
  EXPECT_EQ(filter.country, "Norway");
  EXPECT_EQ(query.page, 3);
}

TEST(ArchiveQuery, AnEmptyGroupMeansChatsWithoutOne) {
  EXPECT_EQ(Good({{"group", ""}}).filter.department, "");
  EXPECT_EQ(Good({}).filter.department, std::nullopt);
}

TEST(ArchiveQuery, APageThatIsNoneIsTheFirst) {
  for (const char* page : {"0", "-3", "x", "", "99999999999999999999"})
    EXPECT_EQ(Good({{"page", page}}).page, 1) << page;
}

TEST(ArchiveQuery, GoalsAndSalesAreAskedForByIdOrAtAll) {
  const ArchiveQuery one = Good({{"goal", "g7"}, {"sale", "g8"}});
  EXPECT_EQ(one.filter.goal, "g7");
  EXPECT_EQ(one.filter.sale, "g8");
  EXPECT_EQ(one.filter.has_goal, std::nullopt);
  const ArchiveQuery any = Good({{"has_goal", "1"}, {"has_sale", "0"}});
  EXPECT_EQ(any.filter.has_goal, true);
  EXPECT_EQ(any.filter.has_sale, false);
}

TEST(ArchiveQuery, TakesThirtyTwoWordsAtMost) {
  std::string text = "word";
  for (int i = 1; i < 32; ++i) text += i % 2 == 0 ? " word" : "\t word";
  EXPECT_EQ(Good({{"query", text + " "}}).filter.text, text + " ");
  const Result<ArchiveQuery> query = Parse({{"query", text + "\nword"}});
  ASSERT_FALSE(query);
  EXPECT_THAT(query.error().all, ElementsAre("query must have at most 32 words"));
}

TEST(ArchiveQuery, EveryViolationIsReported) {
  const Result<ArchiveQuery> query = Parse({{"date_from", "INVALID"},
                                            {"date_to", "2026-02-30"},
                                            {"timezone", "Mars/Base"},
                                            {"queued", "2"},
                                            {"rate", "great"},
                                            {"tagged", "yes"}});
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(
      query.error().all,
      ElementsAre("timezone must be an IANA time zone, such as Europe/Berlin", "date_from must be a date, YYYY-MM-DD",
                  "date_to must be a date, YYYY-MM-DD", "queued must be 0 or 1",
                  "rate must be rated, not_rated, rated_good or rated_bad", "tagged must be 0 or 1"));
}

}  // namespace
}  // namespace parley::ledger
