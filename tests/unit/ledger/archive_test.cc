#include "ledger/archive.h"

#include <gmock/gmock.h>

#include "support/test_store.h"

namespace parley::ledger {
namespace {

using storage::LedgerChat;
using test::Await;

Time At(std::int64_t millis) {
  return FromUnixMillis(1'561'020'400'000 + millis);
}

LedgerChat FullChat() {
  LedgerChat chat;
  chat.id = "r1";
  chat.visitor = {"v1",
                  "Ida Holm",
                  "ida@buyer.test",
                  "203.0.113.9",
                  "Mozilla/5.0",
                  "Bergen",
                  "Vestland",
                  "Norway",
                  "NO",
                  "Europe/Oslo",
                  *ParseJson(R"([{"key":"plan","value":"gold"}])")};
  chat.department = "d1";
  chat.started = At(0);
  chat.queued = At(500);
  chat.taken = At(12'400);
  chat.ended = At(95'000);
  chat.start_url = "https://acme.test/cart";
  chat.referrer = "https://search.test";
  chat.rate = "rated_good";
  chat.prechat_survey = *ParseJson(R"([{"key":"Name:","value":"Ida","id":"1"}])");
  chat.agents = {{"u1", "liv", "Liv Berg", "liv@acme.test"}};
  chat.tags = {"billing"};
  chat.goals = {{"g1", "order placed", "url", At(20'000), "A-1", "Two chairs", "24.90", "EUR"}};
  storage::LedgerEntry hello;
  hello.id = "m1", hello.type = "message", hello.text = "Hi", hello.user_type = "visitor", hello.author_id = "v1";
  hello.author_name = "Ida Holm", hello.at = At(13'000);
  storage::LedgerEntry file;
  file.id = "m2", file.type = "attachment", file.text = "a.png", file.user_type = "agent", file.author_id = "u1";
  file.author_name = "Liv Berg", file.agent_login = "liv@acme.test", file.at = At(14'000), file.files = {"/f/a.png"};
  storage::LedgerEntry closed;
  closed.id = "m3", closed.type = "event", closed.event_type = "closed", closed.text = "Ida Holm closed the chat.";
  closed.user_type = "visitor", closed.at = At(95'000);
  chat.entries = {hello, file, closed};
  return chat;
}

TEST(Archive, AChatHasTheDocumentedShape) {
  EXPECT_EQ(PrintPretty(ToJson(FullChat())), PrintPretty(*ParseJson(R"({
        "id": "r1",
        "visitor": {"id": "v1", "name": "Ida Holm", "email": "ida@buyer.test", "ip": "203.0.113.9", "city": "Bergen",
                    "region": "Vestland", "country": "Norway", "country_code": "NO", "timezone": "Europe/Oslo",
                    "user_agent": "Mozilla/5.0"},
        "agents": [{"id": "u1", "username": "liv", "name": "Liv Berg", "email": "liv@acme.test"}],
        "supervisors": [],
        "rate": "rated_good",
        "started_at": 1561020400000,
        "ended_at": 1561020495000,
        "start_url": "https://acme.test/cart",
        "referrer": "https://search.test",
        "group": "d1",
        "prechat_survey": [{"key": "Name:", "value": "Ida", "id": "1"}],
        "postchat_survey": [],
        "custom_variables": [{"key": "plan", "value": "gold"}],
        "goals": [{"goal": "g1", "name": "order placed", "type": "url", "at": 1561020420000,
                   "order": {"id": "A-1", "description": "Two chairs", "price": "24.90", "currency": "EUR"}}],
        "tags": ["billing"],
        "queue_seconds": 11,
        "engagement": "immediate_start",
        "pending": false,
        "events": [
          {"type": "message", "text": "Hi", "author_name": "Ida Holm", "author_id": "v1", "user_type": "visitor",
           "at": 1561020413000},
          {"type": "attachment", "text": "a.png", "author_name": "Liv Berg", "author_id": "u1",
           "agent_login": "liv@acme.test", "user_type": "agent", "at": 1561020414000, "files": ["/f/a.png"]},
          {"type": "event", "event_type": "closed", "text": "Ida Holm closed the chat.", "user_type": "visitor",
           "at": 1561020495000}
        ]
      })")));
}

TEST(Archive, ABareRunningChatLeavesOutWhatIsNot) {
  LedgerChat chat;
  chat.id = "r1";
  chat.started = At(0);
  const Json json = ToJson(chat);
  for (const char* absent : {"ended_at", "referrer", "group", "queue_seconds"}) {
    EXPECT_EQ(json.Find(absent), nullptr) << absent;
  }
  EXPECT_TRUE(json.Flag("pending"));
  EXPECT_EQ(Print(*json.Find("prechat_survey")), "[]");
  EXPECT_EQ(Print(*json.Find("custom_variables")), "[]");
  EXPECT_EQ(Print(*json.Find("goals")), "[]");
}

TEST(Archive, AQueuedChatNobodyTookWaitedUntilItsEnd) {
  LedgerChat chat;
  chat.queued = At(0);
  EXPECT_EQ(ToJson(chat).Find("queue_seconds"), nullptr) << "still waiting";
  chat.ended = At(61'999);
  EXPECT_EQ(ToJson(chat).Integer("queue_seconds"), 61);
}

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    storage::Changes changes;
    for (int i = 0; i < 30; ++i) {
      LedgerChat chat;
      chat.id = "r" + std::to_string(100 + i);
      chat.started = At(i * 1000);
      chat.ended = At(i * 1000 + 500);
      changes.ledger.push_back(storage::UpsertLedgerChat{chat});
    }
    EXPECT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }

  Json List(Parameters parameters) {
    Result<Json> answer = Await(archive_.List(std::move(parameters)));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *std::move(answer) : Json();
  }

  test::TestStore store_;
  Archive archive_{store_.ledger(), FindZone("UTC")};
};

TEST_F(ArchiveTest, ListsTwentyFiveAPage) {
  const Json first = List({});
  EXPECT_EQ(first.Find("chats")->size(), 25u);
  EXPECT_EQ(first.Find("chats")->AsArray()->front().Text("id"), "r129");
  EXPECT_EQ(first.Integer("total"), 30);
  EXPECT_EQ(first.Integer("pages"), 2);
  EXPECT_EQ(List({{"page", "2"}}).Find("chats")->size(), 5u);
}

TEST_F(ArchiveTest, APagePastTheEndIsEmptyWithTheSameTotals) {
  for (const char* page : {"3", "1001", "9223372036854775807"}) {
    const Json answer = List({{"page", page}});
    EXPECT_EQ(answer.Find("chats")->size(), 0u) << page;
    EXPECT_EQ(answer.Integer("total"), 30);
    EXPECT_EQ(answer.Integer("pages"), 2);
  }
}

TEST_F(ArchiveTest, NoMatchMeansNoPages) {
  for (const Parameters& parameters : {Parameters{{"visitor_id", "nobody"}}, Parameters{{"has_goal", "1"}},
                                       Parameters{{"date_from", "2026-01-02"}, {"date_to", "2026-01-01"}}}) {
    const Json answer = List(parameters);
    EXPECT_EQ(Print(answer), R"({"chats":[],"total":0,"pages":0})");
  }
}

TEST_F(ArchiveTest, GetsOneChatOrNothing) {
  Result<std::optional<Json>> found = Await(archive_.Get("r105"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->Find("chat")->Text("id"), "r105");
  Result<std::optional<Json>> none = Await(archive_.Get("nobody"));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
}

// Remembers what it was asked for, and has more chats than are ever listed.
class LongLedger final : public storage::LedgerReader {
 public:
  Awaitable<Result<storage::ChatPage>> List(storage::ChatFilter, std::int64_t offset, std::int64_t limit) override {
    asked = std::to_string(offset) + " " + std::to_string(limit);
    storage::ChatPage page;
    page.total = 40'000;
    co_return page;
  }
  Awaitable<Result<std::optional<LedgerChat>>> Get(std::string) override { co_return NotFound("chat"); }
  Awaitable<Result<std::vector<storage::TagCount>>> CountTags(std::vector<std::string>) override {
    co_return std::vector<storage::TagCount>();
  }
  Awaitable<Result<std::vector<storage::LedgerGreeting>>> Greetings(std::vector<std::string>) override {
    co_return std::vector<storage::LedgerGreeting>();
  }
  Awaitable<Result<std::vector<storage::GreetedVisitor>>> CountGreetings(std::vector<std::string>) override {
    co_return std::vector<storage::GreetedVisitor>();
  }

  std::string asked;
};

TEST(Archive, ListsTheNewestThousandPages) {
  LongLedger ledger;
  Archive archive(ledger, FindZone("UTC"));
  for (const auto& [page, asked] : {std::pair("1", "0 25"), std::pair("1000", "24975 25"), std::pair("1001", "24975 0"),
                                    std::pair("9000000000000000000", "24975 0")}) {
    const Result<Json> answer = Await(archive.List({{"page", page}}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(ledger.asked, asked) << page;
    EXPECT_EQ(answer->Integer("total"), 25'000);
    EXPECT_EQ(answer->Integer("pages"), 1'000);
  }
}

}  // namespace
}  // namespace parley::ledger
