#include "storage/sqlite/migrations.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/log.h"
#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Migration kFirst{1, "CREATE TABLE a(x); INSERT INTO a VALUES(1)"};
constexpr Migration kSecond{2, "ALTER TABLE a ADD COLUMN y; UPDATE a SET y=x+1"};
constexpr Migration kBroken{2, "INSERT INTO a VALUES(2); INSERT INTO nowhere VALUES(1)"};

class Migrations : public testing::Test {
 protected:
  void SetUp() override {
    SetLogSink([](std::string_view) {});
  }
  void TearDown() override { SetLogSink({}); }

  Status MigrateTo(std::vector<Migration> migrations) {
    Result<std::unique_ptr<Connection>> connection =
        Connection::Open(file_, Access::kReadWrite, std::chrono::milliseconds(100));
    if (!connection) return connection.error();
    return Migrate(**connection, file_, migrations, clock_);
  }

  static std::vector<std::int64_t> Numbers(const std::string& file, const std::string& sql) {
    Result<std::unique_ptr<Connection>> connection =
        Connection::Open(file, Access::kReadOnly, std::chrono::milliseconds(100));
    std::vector<std::int64_t> numbers;
    if (!connection) return numbers;
    Statement statement = (*connection)->Prepare(sql);
    for (;;) {
      const Result<bool> row = statement.Next();
      if (!row || !*row) return numbers;
      numbers.push_back(statement.Integer(0));
    }
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
  const std::string backup_ = file_ + ".backup-v1";
  const FakeClock clock_;
};

TEST_F(Migrations, ANewDatabaseTakesEveryStepWithoutBackup) {
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  EXPECT_THAT(Numbers(file_, "SELECT y FROM a"), ElementsAre(2));
  EXPECT_THAT(Numbers(file_, "SELECT version FROM schema_version ORDER BY 1"), ElementsAre(1, 2));
  EXPECT_FALSE(std::filesystem::exists(backup_));
}

TEST_F(Migrations, AnOlderDatabaseIsCopiedThenBroughtForward) {
  ASSERT_TRUE(MigrateTo({kFirst}));
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  EXPECT_THAT(Numbers(file_, "SELECT y FROM a"), ElementsAre(2));
  EXPECT_THAT(Numbers(backup_, "SELECT x FROM a"), ElementsAre(1));
  EXPECT_THAT(Numbers(backup_, "SELECT max(version) FROM schema_version"), ElementsAre(1));
  EXPECT_FALSE(std::filesystem::exists(backup_ + ".partial"));
}

TEST_F(Migrations, TheNewestDatabaseIsLeftAlone) {
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  EXPECT_FALSE(std::filesystem::exists(file_ + ".backup-v2"));
}

TEST_F(Migrations, AFailingStepLeavesTheLastGoodOne) {
  ASSERT_TRUE(MigrateTo({kFirst}));
  const Status failed = MigrateTo({kFirst, kBroken});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().detail, HasSubstr("nowhere"));
  EXPECT_THAT(Numbers(file_, "SELECT x FROM a"), ElementsAre(1)) << "nothing half-written stays";
  EXPECT_THAT(Numbers(file_, "SELECT max(version) FROM schema_version"), ElementsAre(1));
  EXPECT_TRUE(MigrateTo({kFirst, kSecond})) << "and it can be tried again";
}

TEST_F(Migrations, ANewerDatabaseIsRefusedAndUntouched) {
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  const Status refused = MigrateTo({kFirst});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("schema version 2, this program knows 1 at most"));
}

TEST_F(Migrations, TheStoreRefusesANewerDatabase) {
  { OpenedStore opened(file_); }
  Intruder(file_).Execute("INSERT INTO schema_version(version, applied_at) VALUES(999, 0)");
  OpenedStore opened(file_);
  ASSERT_FALSE(opened.opened());
  EXPECT_THAT(opened.failure().message, HasSubstr(file_ + " has schema version 999"));
}

TEST_F(Migrations, AnotherProgramsDatabaseIsRefused) {
  Intruder(file_).Execute("CREATE TABLE recipes(name)");
  OpenedStore opened(file_);
  ASSERT_FALSE(opened.opened());
  EXPECT_THAT(opened.failure().message, HasSubstr("another program"));
}

TEST_F(Migrations, StepsAreNumberedWithoutGaps) {
  int expected = 0;
  for (const Migration& migration : AllMigrations()) EXPECT_EQ(migration.version, ++expected);
}

// A chat queued at 1.1 s, served by liv from 2 s and nora from 4 s, closed by an agent at 9 s; and one that is open.
constexpr const char* kFirstSchemaRows = R"sql(
INSERT INTO chats VALUES
('r1','v1','Ida','','','','','','','','',NULL,'d1',1000,9000,1100,2000,'','','immediate_start','not_rated','',NULL,NULL),
('r2','v1','Ida','','','','','','','','',NULL,'',5000,NULL,NULL,5000,'','','immediate_start','not_rated','',NULL,NULL);
INSERT INTO chat_agents VALUES
('r1','u1',1,'liv','Liv','liv@acme.test',0,2000), ('r1','u9',2,'sue','Sue','sue@acme.test',1,2500),
('r1','u2',3,'nora','Nora','nora@acme.test',0,4000), ('r2','u1',1,'liv','Liv','liv@acme.test',0,5000);
INSERT INTO chat_entries(chat_id,id,type,event_type,text,user_type,author_id,author_name,agent_login,at,files) VALUES
('r1','m1','message','','Hi','visitor','v1','','',1200,'[]'), ('r1','m2','message','','Hello?','visitor','v1','','',1300,'[]'),
('r1','m3','message','','Yes','agent','u1','','',2200,'[]'), ('r1','m4','message','','What','visitor','v1','','',3000,'[]'),
('r1','t1','event','transferred','','agent','','','',4000,'[]'), ('r1','m5','message','','This','agent','u2','','',4500,'[]'),
('r1','m6','message','','That','agent','u2','','',4600,'[]'), ('r1','c','event','closed','','agent','','','',9000,'[]'),
('r2','g','message','','Welcome','agent','u1','','',5500,'[]'), ('r2','q','message','','Hm','visitor','v1','','',6000,'[]'),
('r2','a','message','','So','agent','u1','','',6100,'[]'), ('r2','q2','message','','Ok?','visitor','v1','','',7000,'[]');
INSERT INTO outbox(id,kind,at,subject,payload,deliverable) VALUES
('e1','agent.status_changed',100,'u1','{"agent":{"id":"u1","username":"liv","email":"liv@acme.test"},"accepting":true}',1),
('e2','agent.status_changed',200,'u1','{"agent":{"id":"u1","username":"liv"}}',1),
('e3','agent.status_changed',300,'u1','{"agent":{"id":"u1","username":"liv"},"accepting":true}',1),
('e4','agent.status_changed',400,'u3','null',1);
)sql";

TEST_F(Migrations, ChatsOfTheFirstSchemaGetTheirFacts) {
  ASSERT_TRUE(MigrateTo({AllMigrations().front()}));
  Intruder(file_).Execute(kFirstSchemaRows);
  OpenedStore opened(file_);
  ASSERT_TRUE(opened.opened());
  AnalyticsReader& analytics = opened.stores->analytics();
  ChatScope scope;
  scope.from = FromUnixMillis(0), scope.until = FromUnixMillis(10'000), scope.abandoned_after = std::chrono::seconds(4);
  const std::vector<ChatFigures> agents = *Await(analytics.Chats(scope, ChatKey::kAgent));
  ASSERT_EQ(agents.size(), 2u);
  const ChatFigures& open = agents[0];
  EXPECT_EQ(open.name, "liv");
  EXPECT_EQ(open.serving, 1);
  EXPECT_EQ(open.messages, 4);
  EXPECT_EQ(open.first_response.sum, 100) << "to the question, not to the opening";
  EXPECT_EQ(open.mean_response.sum, 300) << "the greeting counts, too";
  const ChatFigures& closed = agents[1];
  EXPECT_EQ(closed.name, "nora");
  EXPECT_EQ(closed.closed, 1);
  EXPECT_EQ(closed.messages, 6);
  EXPECT_EQ(closed.agent_messages, 3);
  EXPECT_EQ(closed.first_response.sum, 1000);
  EXPECT_EQ(closed.mean_response.sum, 1250);
  EXPECT_EQ(closed.first_reaction.sum, 200);
  EXPECT_EQ(closed.service.sum, 5000);
  EXPECT_EQ(closed.attention.sum, 600);
  EXPECT_EQ(closed.abandoned, 1);
  scope.answered = false;
  EXPECT_EQ(Await(analytics.Chats(scope, ChatKey::kAgent))->size(), 1u) << "liv owes an answer";
  const auto since = [&](const char* agent) {
    std::vector<std::int64_t> times;
    const std::vector<ChatSpell> spells = *Await(analytics.Spells(agent, scope.from, scope.until));
    for (const ChatSpell& spell : spells) {
      times.push_back(UnixMillis(spell.since));
      times.push_back(spell.until ? UnixMillis(*spell.until) : -1);
    }
    return times;
  };
  EXPECT_THAT(since(""), ElementsAre(1100, 2000));
  EXPECT_THAT(since("u1"), ElementsAre(2000, 4000, 5000, -1));
  EXPECT_THAT(since("u2"), ElementsAre(4000, 9000));
  const std::vector<AgentSpell> present = *Await(analytics.Presence(scope.from, scope.until));
  ASSERT_EQ(present.size(), 2u);
  EXPECT_EQ(present[0].email, "liv@acme.test");
  EXPECT_EQ(present[0].until, FromUnixMillis(200));
  EXPECT_EQ(present[1].since, FromUnixMillis(300));
  EXPECT_FALSE(present[1].until);
  EXPECT_EQ(Await(opened.stores->ledger().List({}, 0, 25))->total, 1) << "the days are counted";
}

TEST_F(Migrations, WordsOfEarlierChatsAreFound) {
  ASSERT_TRUE(MigrateTo({AllMigrations().front()}));
  Intruder(file_).Execute(kFirstSchemaRows);
  OpenedStore opened(file_);
  ASSERT_TRUE(opened.opened());
  const auto found = [&](const char* text) {
    ChatFilter filter;
    filter.text = text;
    filter.include_pending = true;
    std::vector<std::string> ids;
    const ChatPage page = *Await(opened.stores->ledger().List(filter, 0, 25));
    for (const LedgerChat& chat : page.chats) ids.push_back(chat.id);
    return ids;
  };
  EXPECT_THAT(found("hello"), ElementsAre("r1"));
  EXPECT_THAT(found("ida"), ElementsAre("r2", "r1"));
  EXPECT_THAT(found("ida welcome"), ElementsAre("r2"));
}

TEST_F(Migrations, ChatsThatAreThereAreCountedForTheirVisitors) {
  std::vector<Migration> before;
  for (const Migration& step : AllMigrations()) {
    if (step.version < 7) before.push_back(step);
  }
  ASSERT_TRUE(MigrateTo(before));
  Intruder(file_).Execute(
      "CREATE TABLE visitors(id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL);"
      "CREATE TABLE rooms(id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL);"
      "INSERT INTO visitors VALUES('v1',1,'{\"name\":\"Ida\"}'),('v2',1,'{}');"
      "INSERT INTO rooms VALUES('r1',1,'{\"v\":{\"_id\":\"v1\"}}'),('r2',1,'{\"v\":{\"_id\":\"v1\"},\"open\":true}'),"
      "('g1',1,'{\"name\":\"team\"}');");
  ASSERT_TRUE(MigrateTo({AllMigrations().begin(), AllMigrations().end()}));
  EXPECT_THAT(Numbers(file_, "SELECT coalesce(body->>'$.chats',0) FROM visitors ORDER BY id"), ElementsAre(2, 0));
  EXPECT_THAT(Numbers(file_, "SELECT body->>'$.name'='Ida' FROM visitors WHERE id='v1'"), ElementsAre(1));
}

TEST_F(Migrations, AnIndexWhoseDefinitionChangedIsRebuilt) {
  { OpenedStore opened(file_); }
  Intruder(file_).Execute(
      "DROP INDEX \"rooms.ts\"; CREATE INDEX \"rooms.ts\" ON rooms(version); DROP INDEX \"rooms.closedAt\"");
  { OpenedStore opened(file_); }
  EXPECT_THAT(Numbers(file_, "SELECT sql LIKE '%$.\"ts\"%' FROM sqlite_master WHERE name='rooms.ts'"), ElementsAre(1));
  EXPECT_THAT(Numbers(file_, "SELECT count(*) FROM sqlite_master WHERE name='rooms.closedAt'"), ElementsAre(1));
}

}  // namespace
}  // namespace parley::storage::sqlite::test
