#include "relay/livechat_dialect.h"

#include "base/time.h"
#include "records/visit.h"
#include "relay_fixture.h"

namespace parley::relay::test {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

class LiveChatDialectTest : public RelayFixture {
 protected:
  void SetUp() override { services_.Say(200, "ok"); }

  static std::vector<std::string> MembersOf(const Json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : *object.AsObject()) names.push_back(name);
    return names;
  }
};

TEST_F(LiveChatDialectTest, AnEndedChatIsToldWhole) {
  AddWebhook("w1", "chat_ended", R"(["chat","visitor","pre_chat_survey"])");
  HoldChat("room1");
  Settle();
  ASSERT_EQ(Sent().size(), 1u);
  const Json body = Sent()[0];
  EXPECT_EQ(body.Text("event_type"), "chat_ended");
  EXPECT_EQ(body.Text("token"), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(Deliveries()[0].body.find("0123456789abcdef0123456789abcdef"), std::string::npos) << "what is kept";
  EXPECT_EQ(body.Text("license_id"), "700123");
  EXPECT_EQ(body.Text("lc_version"), "2");
  EXPECT_THAT(std::string(body.Text("event_unique_id")), MatchesRegex("[0-9a-f]{32}"));
  const Json& chat = *body.Find("chat");
  EXPECT_THAT(std::string(chat.Text("id")), MatchesRegex("[A-Z0-9]{10}"));
  const std::int64_t ended = UnixSeconds(Now());
  EXPECT_EQ(chat.Integer("started_timestamp"), ended - 3);
  EXPECT_EQ(chat.Integer("ended_timestamp"), ended);
  EXPECT_EQ(chat.Text("url"), "https://acme.test/cart");
  EXPECT_EQ(chat.Text("referer"), "");
  EXPECT_EQ(Print(*chat.Find("messages")), R"([{"user_type":"visitor","author_name":"Ida Holm","text":"Hi","json":"",)"
                                           R"("timestamp":)" +
                                               std::to_string(ended - 1) + "}]");
  EXPECT_EQ(Print(*chat.Find("attachments")), "[]");
  EXPECT_EQ(chat.Find("events")->size(), 1u);
  EXPECT_EQ(chat.Find("events")->AsArray()->at(0).Text("type"), "closed");
  EXPECT_EQ(Print(*chat.Find("agents")), R"([{"name":"Liv Berg","login":"liv@acme.test"}])");
  EXPECT_EQ(Print(*chat.Find("groups")), "[0]");
  EXPECT_EQ(body.FindPath("visitor.name")->AsString(), "Ida Holm");
  EXPECT_EQ(body.FindPath("visitor.email")->AsString(), "ida@buyer.test");
  EXPECT_THAT(std::string(body.Find("visitor")->Text("id")), MatchesRegex("S[0-9]+\\.[0-9a-f]+"));
  EXPECT_EQ(Print(*body.Find("pre_chat_survey")), "[]");
}

TEST_F(LiveChatDialectTest, OnlyTheDataAskedForIsSent) {
  AddWebhook("w1", "chat_ended", "[]");
  AddWebhook("w2", "chat_ended", R"(["visitor"])");
  HoldChat("room1");
  Settle();
  ASSERT_EQ(Sent().size(), 2u);
  EXPECT_THAT(MembersOf(Sent()[0]), ElementsAre("token", "event_type", "license_id", "event_unique_id", "lc_version"));
  EXPECT_EQ(MembersOf(Sent()[1]).back(), "visitor");
}

TEST_F(LiveChatDialectTest, AChatStartsWithItsFirstAgent) {
  AddWebhook("w1", "chat_started");
  events::ChatStarted started;
  started.visitor.id = "v1";
  Happens("e1", "room1", started);
  events::ChatTaken supervising;
  supervising.agent = {"u9", "eva", "Eva", "eva@acme.test"};
  supervising.supervising = true;
  Happens("e2", "room1", supervising);
  Wait(std::chrono::seconds(1));
  events::ChatTaken taken;
  taken.agent = {"u1", "liv", "Liv Berg", "liv@acme.test"};
  Happens("e3", "room1", taken);
  Settle();
  EXPECT_EQ(TypesSent(), "chat_started");
  EXPECT_EQ(Sent()[0].FindPath("chat.ended_timestamp"), nullptr);
  Wait(std::chrono::seconds(1));
  taken.agent = {"u2", "max", "Max", "max@acme.test"};
  Happens("e4", "room1", taken);
  Settle();
  EXPECT_EQ(TypesSent(), "chat_started");
}

TEST_F(LiveChatDialectTest, TheVisitorsPageIsThatOfTheTime) {
  AddWebhook("w1", "chat_ended", R"(["visitor"])");
  storage::Changes changes;
  changes.Insert(Collection::kVisitors, "v1", *ParseJson(R"({"token":"vt-1"})"));
  ASSERT_TRUE(Commit(std::move(changes)));
  const auto visits = [&](const std::string& url) {
    const records::Viewer viewer{"vt-1", "v1"};
    storage::Changes page;
    records::SaveVisit(*Await(records::JoinVisit(store_.documents(), store_.generator(), viewer, Now())), page);
    page.Insert(Collection::kMessages, store_.generator().ObjectId(),
                *ParseJson(R"({"ts":)" + std::to_string(UnixMillis(Now())) +
                           R"(,"navigation":{"token":"vt-1","page":{"location":{"href":")" + url + R"("}}}})"));
    ASSERT_TRUE(Commit(std::move(page)));
  };
  HoldChat("room1");
  visits("https://acme.test/checkout");
  Wait(std::chrono::seconds(1));
  visits("https://acme.test/later");
  Settle();
  EXPECT_EQ(Sent()[0].FindPath("visitor.page_current")->AsString(), "https://acme.test/checkout");
}

TEST_F(LiveChatDialectTest, WaitingAndTaggingAreTold) {
  AddWebhook("w1", "visitor_queued", R"(["visitor"])");
  AddWebhook("w2", "chat_changed", R"(["chat","visitor"])");
  events::ChatStarted started;
  started.visitor.id = "v1";
  Happens("e1", "room1", started);
  Happens("e2", "room1", events::ChatQueued{});
  Happens("e3", "room1", events::ChatTagged{{"vip"}});
  Settle();
  EXPECT_EQ(TypesSent(), "visitor_queued chat_changed");
  EXPECT_EQ(Sent()[0].Find("chat"), nullptr);
  EXPECT_EQ(Print(*Sent()[1].FindPath("chat.tags")), R"(["vip"])");
}

TEST_F(LiveChatDialectTest, ATicketIsToldWithItsGroupsAsObjects) {
  AddWebhook("w1", "ticket_created", R"(["ticket"])");
  storage::Changes changes;
  changes.Insert(Collection::kDepartments, "d1", *ParseJson(R"({"name":"Sales"})"));
  ASSERT_TRUE(Commit(std::move(changes)));
  Json ticket = *ParseJson(R"({"id":"t1","status":"open","subject":"Lamp","requester":{"mail":"a@b.test","name":"A"},
      "assignee":{"login":"liv@acme.test","name":"Liv"},"groups":["d1",""],"tags":["x"],"source":{"type":"lc2"},
      "opened":[{"from_at":1}],"modified_at":1,"events":[{"type":"message","at":1767608130000,"message":"Broken",
      "author":{"id":"a@b.test","name":"A","type":"client"},"is_private":false,"source":{"type":"lc2"}}]})");
  Happens("e1", "t1", events::TicketCreated{ticket});
  Settle();
  ASSERT_EQ(Sent().size(), 1u);
  const Json body = Sent()[0];
  const Json& told = *body.Find("ticket");
  EXPECT_THAT(MembersOf(told),
              ElementsAre("id", "status", "subject", "requester", "assignee", "events", "tags", "source", "groups"));
  EXPECT_THAT(std::string(told.Text("id")), MatchesRegex("[A-Z0-9]{5}"));
  EXPECT_EQ(Print(*told.Find("groups")), R"([{"id":1,"name":"Sales","inherited":false},)"
                                         R"({"id":0,"name":"All operators","inherited":false}])");
  EXPECT_EQ(Print(*told.Find("assignee")), R"({"id":"liv@acme.test","name":"Liv"})");
  EXPECT_EQ(told.FindPath("events")->AsArray()->at(0).Text("date"), "2026-01-05T10:15:30.000Z");
  EXPECT_TRUE(told.FindPath("source.url")->IsNull());
  EXPECT_EQ(body.Find("lc_version"), nullptr);
}

TEST_F(LiveChatDialectTest, ACannedResponseIsTold) {
  AddWebhook("w1", "canned_response_changed", R"(["canned_response"])");
  events::CannedResponseChanged changed;
  changed.change = "created";
  changed.text = "Hello";
  changed.tags = {"hi"};
  Happens("e1", "c1", changed);
  Settle();
  ASSERT_EQ(Sent().size(), 1u);
  EXPECT_EQ(Print(*Sent()[0].Find("canned_response")), R"({"group":0,"id":1,"modification_date":)" +
                                                           std::to_string(UnixSeconds(Now())) +
                                                           R"(,"tags":["hi"],"text":"Hello"})");
}

}  // namespace
}  // namespace parley::relay::test
