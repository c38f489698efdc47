#include <gmock/gmock.h>

#include "contract/storage/engines.h"
#include "storage/ledger.h"

namespace parley::storage::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Time At(std::int64_t seconds) {
  return FromUnixMillis(seconds * 1000);
}

LedgerEntry Message(std::string id, std::string text, std::int64_t seconds) {
  LedgerEntry entry;
  entry.id = std::move(id);
  entry.type = "message";
  entry.text = std::move(text);
  entry.user_type = "visitor";
  entry.author_id = "v1";
  entry.author_name = "Ida";
  entry.at = At(seconds);
  return entry;
}

LedgerChat Chat(std::string id, std::int64_t started) {
  LedgerChat chat;
  chat.id = std::move(id);
  chat.visitor.id = "v1";
  chat.visitor.name = "Ida Holm";
  chat.started = At(started);
  return chat;
}

const LedgerAgent kLiv{"u1", "liv", "Liv Berg", "liv@acme.test"};
const LedgerAgent kNora{"u2", "nora", "Nora Quist", "nora@acme.test"};

class LedgerContract : public StorageContract {
 protected:
  void Apply(std::vector<LedgerChange> ledger_changes) {
    Changes changes;
    changes.ledger = std::move(ledger_changes);
    const Status committed = Commit(std::move(changes));
    ASSERT_TRUE(committed) << committed.error().detail;
  }

  LedgerChat Read(const std::string& id) {
    Result<std::optional<LedgerChat>> chat = Await(ledger().Get(id));
    if (!chat || !*chat) {
      ADD_FAILURE() << "no chat " << id;
      return {};
    }
    return **std::move(chat);
  }

  ChatPage List(ChatFilter filter, std::int64_t offset = 0, std::int64_t limit = 25) {
    Result<ChatPage> page = Await(ledger().List(std::move(filter), offset, limit));
    if (!page) {
      ADD_FAILURE() << page.error().message << " " << page.error().detail;
      return {};
    }
    return *std::move(page);
  }

  std::vector<std::string> Ids(ChatFilter filter) {
    filter.include_pending = true;
    const ChatPage page = List(std::move(filter));
    std::vector<std::string> ids;
    for (const LedgerChat& chat : page.chats) ids.push_back(chat.id);
    EXPECT_EQ(page.total, static_cast<std::int64_t>(ids.size()));
    return ids;
  }
};

TEST_P(LedgerContract, AnUnknownChatIsNothing) {
  EXPECT_FALSE(Await(ledger().Get("nobody"))->has_value());
}

TEST_P(LedgerContract, EveryMemberComesBack) {
  LedgerChat chat = Chat("r1", 100);
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
  chat.start_url = "https://acme.test/cart";
  chat.referrer = "https://search.test";
  chat.engagement = "auto_invite";
  chat.prechat_survey = *ParseJson(R"([{"key":"Name:","value":"Ida","id":"1"}])");
  LedgerEntry attachment = Message("m2", "Liv Berg sent a.png", 112);
  attachment.type = "attachment";
  attachment.user_type = "agent";
  attachment.author_id = "u1";
  attachment.agent_login = "liv@acme.test";
  attachment.files = {"/file-upload/1/a.png", "/file-upload/2/b \"c\".png"};
  LedgerEntry closed = Message("m3", "Ida Holm closed the chat.", 195);
  closed.type = "event";
  closed.event_type = "closed";
  Apply({UpsertLedgerChat{chat}, SetLedgerQueued{"r1", At(101)}, AddLedgerAgent{"r1", kLiv, false, At(110)},
         AddLedgerAgent{"r1", kNora, true, At(120)}, PutLedgerEntry{"r1", Message("m1", "Hi", 111)},
         PutLedgerEntry{"r1", attachment}, PutLedgerEntry{"r1", closed}, SetLedgerTags{"r1", {"vip", "billing", "vip"}},
         RateLedgerChat{"r1", "rated_good", "thanks", *ParseJson(R"([{"key":"q","value":"a","id":"2"}])")},
         CloseLedgerChat{"r1", At(195)}});

  const LedgerChat read = Read("r1");
  EXPECT_EQ(read.visitor.email, "ida@buyer.test");
  EXPECT_EQ(read.visitor.ip, "203.0.113.9");
  EXPECT_EQ(read.visitor.user_agent, "Mozilla/5.0");
  EXPECT_EQ(read.visitor.city, "Bergen");
  EXPECT_EQ(read.visitor.region, "Vestland");
  EXPECT_EQ(read.visitor.country, "Norway");
  EXPECT_EQ(read.visitor.country_code, "NO");
  EXPECT_EQ(read.visitor.timezone, "Europe/Oslo");
  EXPECT_EQ(Print(read.visitor.custom_variables), R"([{"key":"plan","value":"gold"}])");
  EXPECT_EQ(read.department, "d1");
  EXPECT_EQ(read.started, At(100));
  EXPECT_EQ(read.queued, At(101));
  EXPECT_EQ(read.taken, At(110));
  EXPECT_EQ(read.ended, At(195));
  EXPECT_EQ(read.start_url, "https://acme.test/cart");
  EXPECT_EQ(read.referrer, "https://search.test");
  EXPECT_EQ(read.engagement, "auto_invite");
  EXPECT_EQ(read.rate, "rated_good");
  EXPECT_EQ(read.rate_comment, "thanks");
  EXPECT_EQ(Print(read.prechat_survey), R"([{"key":"Name:","value":"Ida","id":"1"}])");
  EXPECT_EQ(Print(read.postchat_survey), R"([{"key":"q","value":"a","id":"2"}])");
  ASSERT_EQ(read.agents.size(), 1u);
  EXPECT_EQ(read.agents[0].name, "Liv Berg");
  EXPECT_EQ(read.agents[0].username, "liv");
  EXPECT_EQ(read.agents[0].email, "liv@acme.test");
  ASSERT_EQ(read.supervisors.size(), 1u);
  EXPECT_EQ(read.supervisors[0].id, "u2");
  EXPECT_THAT(read.tags, ElementsAre("vip", "billing"));
  ASSERT_EQ(read.entries.size(), 3u);
  EXPECT_EQ(read.entries[0].text, "Hi");
  EXPECT_EQ(read.entries[0].author_name, "Ida");
  EXPECT_EQ(read.entries[1].type, "attachment");
  EXPECT_EQ(read.entries[1].files, attachment.files);
  EXPECT_EQ(read.entries[1].agent_login, "liv@acme.test");
  EXPECT_EQ(read.entries[2].event_type, "closed");
  EXPECT_EQ(read.entries[2].at, At(195));

  // A page holds the same.
  const ChatPage page = List({});
  ASSERT_EQ(page.chats.size(), 1u);
  EXPECT_EQ(page.chats[0].entries.size(), 3u);
  EXPECT_EQ(page.chats[0].agents.size(), 1u);
  EXPECT_EQ(page.chats[0].tags, read.tags);
}

TEST_P(LedgerContract, ChangesMayComeTwice) {
  LedgerChat chat = Chat("r1", 100);
  const std::vector<LedgerChange> changes = {UpsertLedgerChat{chat},
                                             SetLedgerQueued{"r1", At(101)},
                                             AddLedgerAgent{"r1", kLiv, false, At(110)},
                                             PutLedgerEntry{"r1", Message("m1", "Hi", 111)},
                                             SetLedgerTags{"r1", {"vip"}},
                                             CloseLedgerChat{"r1", At(195)},
                                             RateLedgerChat{"r1", "rated_bad", "slow", {}}};
  Apply(changes);
  Apply(changes);
  const LedgerChat read = Read("r1");
  EXPECT_EQ(read.queued, At(101));
  EXPECT_EQ(read.taken, At(110));
  EXPECT_EQ(read.ended, At(195));
  EXPECT_EQ(read.rate, "rated_bad");
  EXPECT_EQ(read.agents.size(), 1u);
  EXPECT_EQ(read.entries.size(), 1u);
  EXPECT_THAT(read.tags, ElementsAre("vip"));
}

TEST_P(LedgerContract, AnUpsertKeepsWhatItDoesNotKnow) {
  LedgerChat full = Chat("r1", 100);
  full.visitor.email = "ida@buyer.test";
  full.department = "d1";
  full.ended = At(200);
  full.rate = "rated_good";
  LedgerChat bare;
  bare.id = "r1";
  bare.started = At(100);
  bare.visitor.name = "Ida H.";
  Apply({UpsertLedgerChat{full}, UpsertLedgerChat{bare}});
  const LedgerChat read = Read("r1");
  EXPECT_EQ(read.visitor.name, "Ida H.");
  EXPECT_EQ(read.visitor.email, "ida@buyer.test");
  EXPECT_EQ(read.department, "d1");
  EXPECT_EQ(read.ended, At(200));
  EXPECT_EQ(read.rate, "rated_good");
}

TEST_P(LedgerContract, AnEditReplacesTheTextAndKeepsTheMoment) {
  Apply({UpsertLedgerChat{Chat("r1", 100)}, PutLedgerEntry{"r1", Message("m1", "helo", 111)},
         PutLedgerEntry{"r1", Message("m2", "second", 112)}, PutLedgerEntry{"r1", Message("m1", "hello", 150)}});
  const LedgerChat read = Read("r1");
  ASSERT_EQ(read.entries.size(), 2u);
  EXPECT_EQ(read.entries[0].text, "hello");
  EXPECT_EQ(read.entries[0].at, At(111));
  Apply({RemoveLedgerEntry{"r1", "m1"}});
  EXPECT_EQ(Read("r1").entries.size(), 1u);
}

TEST_P(LedgerContract, EntriesAreInOrderOfTimeThenArrival) {
  Apply({UpsertLedgerChat{Chat("r1", 100)}, PutLedgerEntry{"r1", Message("late", "3", 113)},
         PutLedgerEntry{"r1", Message("z", "1", 111)}, PutLedgerEntry{"r1", Message("a", "2", 111)}});
  std::vector<std::string> texts;
  for (const LedgerEntry& entry : Read("r1").entries) texts.push_back(entry.text);
  EXPECT_THAT(texts, ElementsAre("1", "2", "3"));
}

TEST_P(LedgerContract, ASupervisorWhoTakesTheChatIsItsAgent) {
  Apply({UpsertLedgerChat{Chat("r1", 100)}, AddLedgerAgent{"r1", kNora, true, At(105)}});
  EXPECT_EQ(Read("r1").taken, std::nullopt);
  Apply({AddLedgerAgent{"r1", kNora, false, At(120)}, AddLedgerAgent{"r1", kLiv, false, At(130)},
         AddLedgerAgent{"r1", kNora, true, At(140)}});
  const LedgerChat read = Read("r1");
  ASSERT_EQ(read.agents.size(), 2u);
  EXPECT_EQ(read.agents[0].id, "u2");
  EXPECT_THAT(read.supervisors, IsEmpty());
  EXPECT_EQ(read.taken, At(120));
}

TEST_P(LedgerContract, GoingBackToTheQueueIsNotStartingThere) {
  Apply(
      {UpsertLedgerChat{Chat("r1", 100)}, AddLedgerAgent{"r1", kLiv, false, At(110)}, SetLedgerQueued{"r1", At(150)}});
  EXPECT_EQ(Read("r1").queued, std::nullopt);
  Apply({SetLedgerQueued{"r1", At(105)}});
  EXPECT_EQ(Read("r1").queued, At(105)) << "reported late, but it was before";
}

TEST_P(LedgerContract, TheFirstClosingStands) {
  Apply({UpsertLedgerChat{Chat("r1", 100)}, CloseLedgerChat{"r1", At(150)}, CloseLedgerChat{"r1", At(160)}});
  EXPECT_EQ(Read("r1").ended, At(150));
}

TEST_P(LedgerContract, AVisitorsNewsReachAllTheirChats) {
  LedgerChat other = Chat("r3", 300);
  other.visitor.id = "v2";
  LedgerVisitor news;
  news.id = "v1";
  news.email = "new@buyer.test";
  Apply({UpsertLedgerChat{Chat("r1", 100)}, UpsertLedgerChat{Chat("r2", 200)}, UpsertLedgerChat{other},
         SetLedgerVisitor{"v1", news}});
  EXPECT_EQ(Read("r1").visitor.email, "new@buyer.test");
  EXPECT_EQ(Read("r2").visitor.email, "new@buyer.test");
  EXPECT_EQ(Read("r1").visitor.name, "Ida Holm");
  EXPECT_EQ(Read("r3").visitor.email, "");
}

TEST_P(LedgerContract, RemovingLeavesNothing) {
  Apply({UpsertLedgerChat{Chat("r1", 100)}, AddLedgerAgent{"r1", kLiv, false, At(110)},
         PutLedgerEntry{"r1", Message("m1", "secret", 111)}, SetLedgerTags{"r1", {"vip"}}, RemoveLedgerChat{"r1"}});
  EXPECT_FALSE(Await(ledger().Get("r1"))->has_value());
  Apply({UpsertLedgerChat{Chat("r1", 100)}});
  const LedgerChat read = Read("r1");
  EXPECT_THAT(read.entries, IsEmpty());
  EXPECT_THAT(read.agents, IsEmpty());
  EXPECT_THAT(read.tags, IsEmpty());
}

TEST_P(LedgerContract, PagesNewestFirstWithTheTotal) {
  std::vector<LedgerChange> changes;
  for (int i = 0; i < 60; ++i) {
    // Two chats a second: ties are in order of their ids.
    LedgerChat chat = Chat("r" + std::to_string(100 + i), 1000 + i / 2);
    chat.ended = At(2000);
    changes.push_back(UpsertLedgerChat{chat});
  }
  Apply(std::move(changes));
  std::vector<std::string> ids;
  for (std::int64_t offset : {0, 25, 50, 75}) {
    const ChatPage page = List({}, offset);
    EXPECT_EQ(page.total, 60) << offset;
    for (const LedgerChat& chat : page.chats) ids.push_back(chat.id);
  }
  ASSERT_EQ(ids.size(), 60u);
  EXPECT_EQ(ids.front(), "r159");
  EXPECT_EQ(ids.back(), "r100");
  EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
}

TEST_P(LedgerContract, RunningChatsOnlyOnRequest) {
  LedgerChat ended = Chat("ended", 100);
  ended.ended = At(150);
  Apply({UpsertLedgerChat{ended}, UpsertLedgerChat{Chat("running", 200)}});
  EXPECT_EQ(List({}).total, 1);
  EXPECT_EQ(List({}).chats[0].id, "ended");
  EXPECT_THAT(Ids({}), ElementsAre("running", "ended"));
}

class LedgerFilters : public LedgerContract {
 protected:
  void SetUp() override {
    LedgerContract::SetUp();
    LedgerChat first = Chat("r1", 100);
    first.visitor.email = "ida@buyer.test";
    first.visitor.city = "Bergen";
    first.visitor.region = "Vestland";
    first.visitor.country = "Norway";
    first.department = "d1";
    LedgerChat second = Chat("r2", 200);
    second.visitor.id = "v2";
    second.visitor.name = "Ola 100%";
    second.department = "d2";
    const LedgerChat third = Chat("r3", 300);
    Apply({UpsertLedgerChat{first}, UpsertLedgerChat{second}, UpsertLedgerChat{third}, SetLedgerQueued{"r2", At(200)},
           AddLedgerAgent{"r1", kLiv, false, At(101)}, AddLedgerAgent{"r2", kNora, false, At(201)},
           AddLedgerAgent{"r2", kLiv, true, At(202)}, SetLedgerTags{"r1", {"billing", "vip"}},
           SetLedgerTags{"r2", {"billing"}}, RateLedgerChat{"r1", "rated_good", "so kind", {}},
           RateLedgerChat{"r2", "rated_bad", "", {}},
           PutLedgerEntry{"r1", Message("m1", "Where is my REFUND please", 110)},
           PutLedgerEntry{"r1", Message("m2", "my order", 111)},
           PutLedgerEntry{"r2", Message("m3", "a refund?", 210)}});
  }
};

TEST_P(LedgerFilters, EachFilterAlone) {
  struct Case {
    std::string name;
    void (*set)(ChatFilter&);
    std::vector<std::string> ids;
  };
  for (const Case& one : std::vector<Case>{
           {"none", [](ChatFilter&) {}, {"r3", "r2", "r1"}},
           {"from is inclusive", [](ChatFilter& f) { f.from = At(200); }, {"r3", "r2"}},
           {"until is exclusive", [](ChatFilter& f) { f.until = At(200); }, {"r1"}},
           {"visitor", [](ChatFilter& f) { f.visitor_id = "v1"; }, {"r3", "r1"}},
           {"agent", [](ChatFilter& f) { f.agent_login = "liv@acme.test"; }, {"r1"}},
           {"agent in another case", [](ChatFilter& f) { f.agent_login = "NORA@acme.test"; }, {"r2"}},
           {"department", [](ChatFilter& f) { f.department = "d2"; }, {"r2"}},
           {"no department", [](ChatFilter& f) { f.department = ""; }, {"r3"}},
           {"queued", [](ChatFilter& f) { f.queued = true; }, {"r2"}},
           {"not queued", [](ChatFilter& f) { f.queued = false; }, {"r3", "r1"}},
           {"rated", [](ChatFilter& f) { f.rate = "rated"; }, {"r2", "r1"}},
           {"not rated", [](ChatFilter& f) { f.rate = "not_rated"; }, {"r3"}},
           {"rated good", [](ChatFilter& f) { f.rate = "rated_good"; }, {"r1"}},
           {"rated bad", [](ChatFilter& f) { f.rate = "rated_bad"; }, {"r2"}},
           {"a tag", [](ChatFilter& f) { f.tags = {"billing"}; }, {"r2", "r1"}},
           {"all tags",
            [](ChatFilter& f) {
              f.tags = {"billing", "vip"};
            },
            {"r1"}},
           {"tagged", [](ChatFilter& f) { f.tagged = true; }, {"r2", "r1"}},
           {"untagged", [](ChatFilter& f) { f.tagged = false; }, {"r3"}},
           {"commented", [](ChatFilter& f) { f.commented = true; }, {"r1"}},
           {"not commented", [](ChatFilter& f) { f.commented = false; }, {"r3", "r2"}},
           {"city", [](ChatFilter& f) { f.city = "bergen"; }, {"r1"}},
           {"region", [](ChatFilter& f) { f.region = "Vestland"; }, {"r1"}},
           {"country", [](ChatFilter& f) { f.country = "Norway"; }, {"r1"}},
           {"a word", [](ChatFilter& f) { f.text = "refund"; }, {"r2", "r1"}},
           {"all words, in any message", [](ChatFilter& f) { f.text = " refund  order "; }, {"r1"}},
           {"a visitor's name", [](ChatFilter& f) { f.text = "ola 100%"; }, {"r2"}},
           {"a visitor's address", [](ChatFilter& f) { f.text = "IDA@buyer"; }, {"r1"}},
           {"the beginning of a word", [](ChatFilter& f) { f.text = "ref"; }, {"r2", "r1"}},
           {"not the middle of one", [](ChatFilter& f) { f.text = "efund"; }, {}},
           {"part of an address", [](ChatFilter& f) { f.text = "buyer.te"; }, {"r1"}},
           {"words of name and message", [](ChatFilter& f) { f.text = "ola refund"; }, {"r2"}},
           {"punctuation beside words", [](ChatFilter& f) { f.text = "refund ?"; }, {"r2", "r1"}},
           {"punctuation alone", [](ChatFilter& f) { f.text = " ? "; }, {}},
           {"spaces alone", [](ChatFilter& f) { f.text = "  "; }, {"r3", "r2", "r1"}},
           {"no such word",
            [](ChatFilter& f) {
              f.text = "%";
              f.visitor_id = "v1";
            },
            {}},
           {"quotes are text", [](ChatFilter& f) { f.visitor_id = "v1' OR '1'='1"; }, {}},
       }) {
    ChatFilter filter;
    one.set(filter);
    EXPECT_EQ(Ids(filter), one.ids) << one.name;
  }
}

TEST_P(LedgerFilters, NoTextIsAnError) {
  std::string dotted;
  for (int i = 0; i < 5'000; ++i) dotted += "a.";
  for (const std::string& text : {dotted,
                                  std::string("\""),
                                  std::string("\"refund"),
                                  std::string("refund\""),
                                  std::string("refund OR nothing"),
                                  std::string("NOT"),
                                  std::string("NEAR(refund, order)"),
                                  std::string("text:refund"),
                                  std::string("^refund"),
                                  std::string("{text}:refund"),
                                  std::string("refund*"),
                                  std::string("'; DROP TABLE chats; --"),
                                  std::string("\\"),
                                  std::string("refund\0order", 12),
                                  std::string("\xff\xfe"),
                                  std::string("\xc3"),
                                  std::string("(((((((((("),
                                  std::string(100'000, 'x'),
                                  std::string("😀"),
                                  std::string("-refund"),
                                  std::string("+refund")}) {
    ChatFilter filter;
    filter.text = text;
    const Result<ChatPage> page = Await(ledger().List(filter, 0, 25));
    ASSERT_TRUE(page) << text.substr(0, 40) << ": " << page.error().detail;
  }
}

TEST_P(LedgerContract, WordsFollowEditsRenamingsAndRemovals) {
  const auto found = [this](const std::string& text) {
    ChatFilter filter;
    filter.text = text;
    return Ids(filter);
  };
  Apply({UpsertLedgerChat{Chat("r1", 100)}, PutLedgerEntry{"r1", Message("m1", "Grüße from Šibenik", 111)}});
  EXPECT_THAT(found("GRUSSE"), IsEmpty());
  EXPECT_THAT(found("grüsse"), IsEmpty()) << "ß is a letter of its own";
  EXPECT_THAT(found("GRÜßE sibenik"), ElementsAre("r1")) << "case and accents are not";
  Apply({PutLedgerEntry{"r1", Message("m1", "hello", 150)}});
  EXPECT_THAT(found("sibenik"), IsEmpty());
  EXPECT_THAT(found("hello"), ElementsAre("r1"));
  LedgerVisitor news;
  news.name = "Olga Frank";
  Apply({SetLedgerVisitor{"v1", news}});
  EXPECT_THAT(found("holm"), IsEmpty());
  EXPECT_THAT(found("frank hello"), ElementsAre("r1"));
  Apply({RemoveLedgerEntry{"r1", "m1"}});
  EXPECT_THAT(found("hello"), IsEmpty());
  Apply({RemoveLedgerChat{"r1"}});
  EXPECT_THAT(found("frank"), IsEmpty());
  Apply({UpsertLedgerChat{Chat("r1", 100)}});
  EXPECT_THAT(found("frank"), IsEmpty());
  EXPECT_THAT(found("holm"), ElementsAre("r1"));
}

AddLedgerGoal Hit(std::string id, std::string chat, std::string goal, std::string type, std::int64_t seconds) {
  AddLedgerGoal hit;
  hit.hit_id = std::move(id);
  hit.chat_id = std::move(chat);
  hit.visitor_id = "v1";
  hit.goal.goal_id = std::move(goal);
  hit.goal.name = "order placed";
  hit.goal.type = std::move(type);
  hit.goal.at = At(seconds);
  return hit;
}

TEST_P(LedgerContract, GoalsStandInTheChatInOrderOfTimeEachHitOnce) {
  AddLedgerGoal sale = Hit("h1", "r1", "g2", "sales_tracker", 20);
  sale.goal.order_id = "A-1", sale.goal.order_description = "Two chairs";
  sale.goal.order_price = "24.90", sale.goal.order_currency = "EUR";
  Apply({UpsertLedgerChat{Chat("r1", 1)}, sale, Hit("h2", "r1", "g1", "url", 10), Hit("h2", "r1", "g1", "url", 30)});
  const std::vector<LedgerGoal> goals = Read("r1").goals;
  ASSERT_EQ(goals.size(), 2u);
  EXPECT_EQ(goals[0].goal_id, "g1");
  EXPECT_EQ(goals[0].at, At(10));
  EXPECT_EQ(goals[0].order_id, "");
  EXPECT_EQ(goals[1].type, "sales_tracker");
  EXPECT_EQ(goals[1].name, "order placed");
  EXPECT_EQ(goals[1].order_id + goals[1].order_description + goals[1].order_price + goals[1].order_currency,
            "A-1Two chairs24.90EUR");
}

TEST_P(LedgerContract, ChatsAreFoundByGoalsAndBySales) {
  Apply({UpsertLedgerChat{Chat("r1", 1)}, UpsertLedgerChat{Chat("r2", 2)}, UpsertLedgerChat{Chat("r3", 3)},
         Hit("h1", "r1", "g1", "url", 10), Hit("h2", "r2", "g2", "sales_tracker", 10), Hit("h3", "", "g1", "url", 10)});
  const auto ids = [this](auto set) {
    ChatFilter filter;
    set(filter);
    return Ids(filter);
  };
  EXPECT_THAT(ids([](ChatFilter& f) { f.goal = "g1"; }), ElementsAre("r1"));
  EXPECT_THAT(ids([](ChatFilter& f) { f.has_goal = true; }), ElementsAre("r1"));
  EXPECT_THAT(ids([](ChatFilter& f) { f.has_goal = false; }), ElementsAre("r3", "r2"));
  EXPECT_THAT(ids([](ChatFilter& f) { f.sale = "g2"; }), ElementsAre("r2"));
  EXPECT_THAT(ids([](ChatFilter& f) { f.sale = "g1"; }), IsEmpty());
  EXPECT_THAT(ids([](ChatFilter& f) { f.has_sale = true; }), ElementsAre("r2"));
  EXPECT_THAT(ids([](ChatFilter& f) { f.has_sale = false; }), ElementsAre("r3", "r1"));
}

TEST_P(LedgerContract, AnErasedVisitorLeavesNoGoals) {
  Apply({UpsertLedgerChat{Chat("r1", 1)}, Hit("h1", "r1", "g1", "url", 10)});
  OutboxEvent event;
  event.id = "e1", event.kind = "goal.reached", event.subject = "v1";
  event.payload = *ParseJson(R"({"order_id":"A-1"})");
  Changes changes;
  changes.events.push_back(event);
  ASSERT_TRUE(Commit(std::move(changes)));
  Apply({RemoveLedgerVisitor{"v1"}});
  EXPECT_THAT(Read("r1").goals, IsEmpty());
  const Result<std::vector<OutboxEvent>> events = Await(outbox().Read(0, 10));
  ASSERT_TRUE(events && events->size() == 1);
  EXPECT_TRUE(events->front().payload.IsNull());
  EXPECT_FALSE(events->front().deliverable);
}

AddLedgerGreeting Showing(std::string id, std::string visit, std::string visitor = {}, std::int64_t seconds = 10) {
  return {{std::move(id), "gr1", std::move(visit), std::move(visitor), "d1", At(seconds)}};
}

class LedgerGreetings : public LedgerContract {
 protected:
  std::vector<std::string> Shown(std::vector<std::string> ids) {
    std::vector<std::string> shown;
    const Result<std::vector<LedgerGreeting>> read = Await(ledger().Greetings(std::move(ids)));
    EXPECT_TRUE(read) << read.error().detail;
    for (const LedgerGreeting& greeting : *read) shown.push_back(greeting.id + "/" + greeting.visitor_id);
    return shown;
  }
  std::vector<std::string> Counts(std::vector<std::string> visitors) {
    std::vector<std::string> counts;
    const Result<std::vector<GreetedVisitor>> read = Await(ledger().CountGreetings(std::move(visitors)));
    EXPECT_TRUE(read) << read.error().detail;
    for (const GreetedVisitor& greeted : *read) {
      counts.push_back(greeted.visitor_id + " " + std::to_string(greeted.shown) + " " +
                       std::to_string(greeted.accepted));
    }
    return counts;
  }
};

TEST_P(LedgerGreetings, ComeBackAsTheyWereShownFirst) {
  Apply({Showing("s1", "visit1"), Showing("s1", "visit2", "v9", 20)});
  const LedgerGreeting read = Await(ledger().Greetings({"s1", "s2"}))->at(0);
  EXPECT_EQ(read.greeting_id, "gr1");
  EXPECT_EQ(read.visit, "visit1");
  EXPECT_EQ(read.visitor_id, "");
  EXPECT_EQ(read.department, "d1");
  EXPECT_EQ(read.at, At(10));
}

TEST_P(LedgerGreetings, TheVisitorOfTheChatIsWhomTheVisitWasOf) {
  Apply({Showing("s1", "visit1"), Showing("s2", "visit1"), Showing("s3", "visit2"), Showing("s4", "visit2", "v2")});
  Apply({UpsertLedgerChat{Chat("r1", 30)}, AcceptLedgerGreeting{"s2", "r1", "v1", At(30)}});
  EXPECT_THAT(Shown({"s1", "s2", "s3", "s4"}), testing::UnorderedElementsAre("s1/v1", "s2/v1", "s3/", "s4/v2"));
  EXPECT_THAT(Counts({"v1", "v2", "v3"}), ElementsAre("v1 2 1", "v2 1 0"));
}

TEST_P(LedgerGreetings, GoWithTheirVisitorAndTheirChat) {
  Apply({Showing("s1", "visit1", "v1"), Showing("s2", "visit2", "v2"), Showing("s3", "visit3", "v2"),
         UpsertLedgerChat{Chat("r1", 30)}, AcceptLedgerGreeting{"s2", "r1", "v2", At(30)}});
  Apply({RemoveLedgerChat{"r1"}});
  EXPECT_THAT(Counts({"v1", "v2"}), ElementsAre("v1 1 0", "v2 1 0"));
  Apply({RemoveLedgerVisitor{"v2"}});
  EXPECT_THAT(Counts({"v1", "v2"}), ElementsAre("v1 1 0"));
}

TEST_P(LedgerContract, TagsAreCountedByDepartment) {
  LedgerChat sales = Chat("r1", 1);
  sales.department = "d7";
  Apply({UpsertLedgerChat{sales}, UpsertLedgerChat{Chat("r2", 2)}, UpsertLedgerChat{Chat("r3", 3)},
         SetLedgerTags{"r1", {"vip", "late"}}, SetLedgerTags{"r2", {"vip"}}, SetLedgerTags{"r3", {"vip", "other"}}});
  const Result<std::vector<TagCount>> counts = Await(ledger().CountTags({"vip", "late", "nobodys"}));
  ASSERT_TRUE(counts);
  std::vector<std::string> rows;
  for (const TagCount& count : *counts)
    rows.push_back(count.tag + "/" + count.department + "=" + std::to_string(count.chats));
  EXPECT_THAT(rows, testing::UnorderedElementsAre("vip/=2", "vip/d7=1", "late/d7=1"));
}

TEST_P(LedgerFilters, FiltersCombineWithAnd) {
  ChatFilter filter;
  filter.tags = {"billing"};
  filter.agent_login = "nora@acme.test";
  filter.rate = "rated";
  filter.text = "refund";
  EXPECT_THAT(Ids(filter), ElementsAre("r2"));
  filter.department = "d1";
  EXPECT_THAT(Ids(filter), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, LedgerContract, testing::ValuesIn(AllEngines()), NameOfEngine);
INSTANTIATE_TEST_SUITE_P(Engines, LedgerGreetings, testing::ValuesIn(AllEngines()), NameOfEngine);
INSTANTIATE_TEST_SUITE_P(Engines, LedgerFilters, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
