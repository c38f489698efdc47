// The reads that every request makes go by an index. SQLite says how it would run them.
#include <gmock/gmock.h>

#include "storage/sqlite/query_sql.h"
#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class QueryPlan : public testing::Test {
 protected:
  std::string PlanOf(const Query& query) {
    const Result<SqlText> sql = SelectSql(query);
    if (!sql) return sql.error().message;
    return PlanOf(sql->text());
  }

  std::string PlanOf(const std::string& sql) {
    Result<std::unique_ptr<Connection>> connection =
        Connection::Open(file_, Access::kReadOnly, std::chrono::milliseconds(100));
    if (!connection) return connection.error().detail;
    Statement explain = (*connection)->Prepare("EXPLAIN QUERY PLAN " + sql);
    std::string plan;
    for (;;) {
      const Result<bool> row = explain.Next();
      if (!row) return row.error().detail;
      if (!*row) return plan;
      plan += explain.Text(3) + "\n";
    }
  }

  static Query Where(Collection collection, std::vector<Condition> where, std::vector<SortKey> sort = {}) {
    Query query(collection);
    query.where = std::move(where);
    query.sort = std::move(sort);
    query.limit = 25;
    return query;
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
  OpenedStore opened_{file_};
};

// As analytics.cc names them.
TEST_F(QueryPlan, FiguresWalkTheirIntervalAlone) {
  EXPECT_THAT(PlanOf("SELECT department, count(*) FROM chats INDEXED BY chats_by_start WHERE started>=1 AND started<2 "
                     "AND ended<3 GROUP BY 1"),
              HasSubstr("chats_by_start (started>? AND started<?)"));
  EXPECT_THAT(PlanOf("SELECT count(*) FROM chats INDEXED BY chats_by_department WHERE started>=1 AND started<2 AND "
                     "department='d'"),
              HasSubstr("chats_by_department (department=? AND started>? AND started<?)"));
  EXPECT_THAT(PlanOf("SELECT department, count(*) FROM chat_entries JOIN chats ON chats.id=chat_id "
                     "WHERE event_type='transferred' AND at>=1 AND at<2 GROUP BY 1"),
              HasSubstr("chat_entries_transfers (at>? AND at<?)"));
  EXPECT_THAT(PlanOf("SELECT since FROM chat_spells WHERE agent_id='' AND since>=1 AND since<2"),
              HasSubstr("chat_spells_by_agent (agent_id=? AND since>? AND since<?)"));
}

// As ledger.cc asks for each.
TEST_F(QueryPlan, AWordIsFoundWithoutReadingWhatElseWasSaid) {
  const std::string plan = PlanOf(
      "SELECT id FROM chats WHERE ended IS NOT NULL AND id IN (SELECT chat_id FROM chat_entries WHERE sequence IN "
      "(SELECT rowid FROM entry_words WHERE entry_words MATCH '\"a\"*') UNION ALL SELECT chat_id FROM chat_names WHERE "
      "sequence IN (SELECT rowid FROM name_words WHERE name_words MATCH '\"a\"*')) ORDER BY started DESC, id DESC "
      "LIMIT 25");
  EXPECT_THAT(plan, AllOf(HasSubstr("SEARCH chat_entries USING INTEGER PRIMARY KEY (rowid=?)"),
                          HasSubstr("SEARCH chat_names USING INTEGER PRIMARY KEY (rowid=?)"),
                          Not(HasSubstr("SCAN chat_entries")), Not(HasSubstr("SCAN chat_names"))));
}

TEST_F(QueryPlan, TheLatestPageOfAVisitorIsFoundWithoutReadingTheOthers) {
  const std::string plan =
      PlanOf(Where(Collection::kMessages, {{"navigation.token", Match::kEquals, "t"}}, {SortKey("ts", true)}));
  EXPECT_THAT(plan, AllOf(HasSubstr("messages.navigation.token"), Not(HasSubstr("B-TREE FOR ORDER BY"))));
}

TEST_F(QueryPlan, AVisitorsOpenRoomIsFoundByItsToken) {
  EXPECT_THAT(
      PlanOf(Where(Collection::kRooms,
                   {{"open", Match::kEquals, true}, {"v.token", Match::kEquals, "t"}, {"t", Match::kEquals, "l"}})),
      HasSubstr("rooms.v.token"));
}

TEST_F(QueryPlan, AnAgentsOpenRoomsAreFoundByTheAgent) {
  EXPECT_THAT(
      PlanOf(Where(Collection::kRooms, {{"open", Match::kEquals, true}, {"servedBy._id", Match::kEquals, "u"}})),
      HasSubstr("rooms.servedBy._id"));
}

TEST_F(QueryPlan, UsersAreFoundByNameAndAddressInAnyCase) {
  EXPECT_THAT(PlanOf(Where(Collection::kUsers, {{"username", Match::kSameText, "nora"}})),
              HasSubstr("INDEX users.username ("));
  EXPECT_THAT(PlanOf(Where(Collection::kUsers, {{"username", Match::kEquals, "nora"}})),
              HasSubstr("users.username.exact"));
  EXPECT_THAT(PlanOf(Where(Collection::kUsers, {{"emails.0.address", Match::kSameText, "a@x"}})),
              HasSubstr("INDEX users.emails.0.address ("));
}

TEST_F(QueryPlan, AnArrayOfTokensIsSoughtInTheIndex) {
  EXPECT_THAT(PlanOf(Where(Collection::kVisitors, {{"token", Match::kIn, Json::MakeArray()}})),
              HasSubstr("visitors.token"));
}

TEST_F(QueryPlan, ARoomsMessagesComeInOrderWithoutSortingThemAll) {
  EXPECT_THAT(PlanOf(Where(Collection::kMessages, {{"rid", Match::kEquals, "r"}}, {SortKey("ts", true)})),
              AllOf(HasSubstr("messages.rid_ts"), Not(HasSubstr("FOR ORDER BY"))));
}

TEST_F(QueryPlan, AVisitorsPageViewsAreFoundByTheirToken) {
  EXPECT_THAT(PlanOf(Where(Collection::kMessages, {{"t", Match::kEquals, "livechat_navigation_history"},
                                                   {"navigation.token", Match::kEquals, "t"},
                                                   {"rid", Match::kMissing}})),
              HasSubstr("messages.navigation.token"));
}

TEST_F(QueryPlan, TheNewestRoomsComeFromTheIndex) {
  EXPECT_THAT(PlanOf(Where(Collection::kRooms, {{"t", Match::kEquals, "l"}}, {SortKey("ts", true)})),
              AllOf(HasSubstr("rooms.ts"), Not(HasSubstr("FOR ORDER BY"))));
}

TEST_F(QueryPlan, WhoIsOnTheSiteIsFoundWithoutWalkingThroughWhoWas) {
  const auto all = [&](Collection collection, Condition condition, std::vector<SortKey> sort = {}) {
    Query query(collection);
    query.where.push_back(std::move(condition));
    query.sort = std::move(sort);
    return PlanOf(query);
  };
  EXPECT_THAT(all(Collection::kRooms, {"_id", Match::kIn, Json::MakeArray()}), Not(HasSubstr("SCAN rooms")));
  EXPECT_THAT(all(Collection::kVisits, {"there_at", Match::kAtLeast, 1}, {SortKey("there_at")}),
              HasSubstr("INDEX visits.there_at ("));
  EXPECT_THAT(all(Collection::kVisits, {"_id", Match::kIn, Json::MakeArray()}), Not(HasSubstr("SCAN visits")));
  EXPECT_THAT(all(Collection::kVisitors, {"_id", Match::kIn, Json::MakeArray()}), Not(HasSubstr("SCAN visitors")));
}

TEST_F(QueryPlan, TheLatestPagesOfAVisitComeFromTheIndex) {
  const std::vector<Condition> visit = {{"navigation.token", Match::kEquals, "vt-1"}, {"ts", Match::kAtLeast, 1}};
  EXPECT_THAT(PlanOf(Where(Collection::kMessages, visit, {SortKey("ts", true)})),
              AllOf(HasSubstr("messages.navigation.token"), Not(HasSubstr("FOR ORDER BY"))));
}

TEST_F(QueryPlan, WhatIsOverIsFoundByTheTime) {
  EXPECT_THAT(PlanOf(Where(Collection::kVisits, {{"there_at", Match::kLess, 1}}, {SortKey("there_at")})),
              AllOf(HasSubstr("visits.there_at"), Not(HasSubstr("FOR ORDER BY"))));
  EXPECT_THAT(PlanOf(Where(Collection::kVisitorChats, {{"seen_at", Match::kAtMost, 1}}, {SortKey("seen_at")})),
              AllOf(HasSubstr("visitor_chats.seen_at"), Not(HasSubstr("FOR ORDER BY"))));
}

TEST_F(QueryPlan, APageOfTicketsIsReadInTheOrderOfTheLastChange) {
  const std::vector<SortKey> newest = {SortKey("modified_at", true), SortKey("_id", true)};
  const auto page = [&](std::vector<Condition> where) {
    return PlanOf(Where(Collection::kTickets, std::move(where), newest));
  };
  // Ties are sorted by their ids, a few at a time; nothing else is.
  const auto read_in_order = [](const char* index) { return AllOf(HasSubstr(index), Not(HasSubstr("FOR ORDER BY"))); };
  EXPECT_THAT(page({}), read_in_order("tickets.modified_at"));
  EXPECT_THAT(page({{"status", Match::kEquals, "open"}}), read_in_order("tickets.status_modified_at (<expr>=?)"));
  EXPECT_THAT(page({{"source.type", Match::kEquals, "lc2"}}), read_in_order("tickets.source.type_modified_at"));
  EXPECT_THAT(page({{"mail", Match::kEquals, "a@x"}}), read_in_order("tickets.mail_modified_at (<expr>=?)"));
  EXPECT_THAT(page({{"assignee.login", Match::kEquals, "a@x"}}), read_in_order("tickets.assignee.login_modified_at"));
  EXPECT_THAT(page({{"tags.0", Match::kMissing}}), read_in_order("tickets.tags.0_modified_at"));
}

TEST_F(QueryPlan, TicketsAreFoundByEachOfTheirTagsGroupsAndTimes) {
  EXPECT_THAT(PlanOf(Where(Collection::kTickets, {{"tags", Match::kHasAny, Json(Json::Array{"a"})}})),
              AllOf(HasSubstr("SEARCH tickets.tags USING PRIMARY KEY (value=?)"), Not(HasSubstr("SCAN tickets"))));
  EXPECT_THAT(PlanOf(Where(Collection::kTickets, {{"groups", Match::kHasAny, Json(Json::Array{"a"})}})),
              AllOf(HasSubstr("SEARCH tickets.groups USING PRIMARY KEY (value=?)"), Not(HasSubstr("SCAN tickets"))));
  EXPECT_THAT(PlanOf(Where(Collection::kTickets, {{"activity", Match::kHasWithin, Json(Json::Array{1, 2})}})),
              AllOf(HasSubstr("SEARCH tickets.activity USING PRIMARY KEY (value>? AND value<?)"),
                    Not(HasSubstr("SCAN tickets"))));
}

TEST_F(QueryPlan, APageOfTheArchiveReadsNoMoreThanThePage) {
  EXPECT_THAT(PlanOf("SELECT * FROM chats WHERE ended IS NOT NULL ORDER BY started DESC, id DESC LIMIT 25"),
              AllOf(HasSubstr("chats_ended_by_start"), Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(PlanOf("SELECT count(*) FROM (SELECT 1 FROM chats WHERE ended IS NOT NULL LIMIT 25000)"),
              HasSubstr("COVERING INDEX"));
}

// As ledger_facts.cc finds who is accepting chats.
TEST_F(QueryPlan, AnAgentsRunningSpellIsFoundAtOnce) {
  EXPECT_THAT(PlanOf("UPDATE agent_spells INDEXED BY agent_spells_running SET until=max(since,2) "
                     "WHERE agent_id='a' AND until IS NULL"),
              HasSubstr("agent_spells_running (agent_id=?)"));
  EXPECT_THAT(PlanOf("SELECT 1 FROM agent_spells INDEXED BY agent_spells_running WHERE agent_id='a' AND until IS NULL"),
              HasSubstr("agent_spells_running (agent_id=?)"));
}

// As ledger_days.cc counts and skips.
TEST_F(QueryPlan, DaysAreCountedByTheirRowsAndTheirEdgesByAnIndex) {
  EXPECT_THAT(PlanOf("SELECT sum(ended) FROM chat_days WHERE day>=1 AND day<2"),
              HasSubstr("SEARCH chat_days USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
  EXPECT_THAT(PlanOf("SELECT day, ended FROM chat_days WHERE day>=1 AND day<2 ORDER BY day DESC"),
              Not(HasSubstr("TEMP B-TREE")));
  EXPECT_THAT(PlanOf("SELECT count(*) FROM chats WHERE started>=1 AND started<2 AND ended IS NOT NULL"),
              AllOf(HasSubstr("COVERING INDEX chats_ended_by_start"), HasSubstr("(started>? AND started<?)")));
  EXPECT_THAT(PlanOf("SELECT count(*) FROM chats WHERE started>=1 AND started<2"),
              AllOf(HasSubstr("COVERING INDEX"), HasSubstr("(started>? AND started<?)")));
}

}  // namespace
}  // namespace parley::storage::sqlite::test
