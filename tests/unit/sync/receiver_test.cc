#include "sync/receiver.h"

#include <gmock/gmock.h>

#include "sync_fixture.h"

namespace parley::sync {
namespace {

using test::Await;
using testing::HasSubstr;

class ReceiverTest : public testing::Test {
 protected:
  http::Response Post(const std::string& body, const std::string& token = "secret",
                      http::Method method = http::Method::kPost) {
    http::Request request;
    request.method = method;
    request.path = "/relay/rocketchat";
    request.headers = {{"X-RocketChat-Livechat-Token", token}};
    request.body = body;
    return Await(receiver_.Receive(request));
  }
  std::vector<Hint> Kept() { return *Await(Inbox(both_.store.stores(), both_.chats.clock()).Read()); }
  std::vector<std::string> KindsTold() {
    std::vector<std::string> kinds;
    for (const auto& event : both_.Outbox(both_.store)) kinds.push_back(event.kind);
    return kinds;
  }

  SyncFixture both_;
  int woken_ = 0;
  Receiver receiver_{both_.parts, "secret", [this] { ++woken_; }};
};

TEST_F(ReceiverTest, KeepsWhichRoomToLookAtBeforeItAnswers) {
  const http::Response answer = Post(R"({"type":"Message","_id":"R1","messages":[]})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"ok":true})");
  ASSERT_EQ(Kept().size(), 1u);
  EXPECT_EQ(Kept().front().room_id, "R1");
  EXPECT_FALSE(Kept().front().lead);
  EXPECT_EQ(woken_, 1);
}

TEST_F(ReceiverTest, TheSameRoomIsKeptOnce) {
  for (int i = 0; i < 3; ++i) Post(R"({"type":"Message","_id":"R1"})");
  Post(R"({"type":"LivechatSession","_id":"R1"})");
  EXPECT_EQ(Kept().size(), 1u);
}

TEST_F(ReceiverTest, ALeadIsKeptBeside) {
  Post(R"({"type":"LeadCapture","_id":"R1"})");
  Post(R"({"type":"Message","_id":"R1"})");
  ASSERT_EQ(Kept().size(), 2u);
  EXPECT_TRUE(Kept()[0].lead != Kept()[1].lead);
}

TEST_F(ReceiverTest, RefusesOtherTokens) {
  EXPECT_EQ(Post(R"({"type":"Message","_id":"R1"})", "other").status, 401);
  EXPECT_EQ(Post(R"({"type":"Message","_id":"R1"})", "").status, 401);
  EXPECT_TRUE(Kept().empty());
  EXPECT_EQ(woken_, 0);
}

TEST_F(ReceiverTest, TakesNothingWithoutAToken) {
  Receiver closed(both_.parts, "", [] {});
  http::Request request;
  request.method = http::Method::kPost;
  request.body = R"({"type":"Message","_id":"R1"})";
  EXPECT_EQ(Await(closed.Receive(request)).status, 404);
}

TEST_F(ReceiverTest, NamesWhatIsWrongWithABody) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "invalid JSON"},
      {"[]", "the body must be an object"},
      {R"({"_id":"R1"})", "type must be"},
      {R"({"type":"Other","_id":"R1"})", "type must be"},
      {R"({"type":"Message"})", "_id must be the id of a room"},
      {R"({"type":"Message","_id":"a/b"})", "_id must be the id of a room"},
      {R"({"type":"LivechatOfflineMessage","visitor":{"email":"a@b.test"},"message":"x"})", "sentAt must be a date"},
      {R"({"type":"LivechatOfflineMessage","sentAt":"2026-01-05T10:15:30Z","message":"x"})", "visitor.email"},
      {R"({"type":"LivechatOfflineMessage","sentAt":"2026-01-05T10:15:30Z","visitor":{"email":"a@b.test"}})",
       "message"},
  };
  for (const auto& [body, why] : cases) {
    const http::Response answer = Post(body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, HasSubstr(why)) << body;
  }
  EXPECT_EQ(Post("", "secret", http::Method::kGet).status, 405);
  EXPECT_EQ(Post(std::string(5'000'000, ' ')).status, 413);
}

constexpr const char* kLeft = R"({"type":"LivechatOfflineMessage","sentAt":"2026-01-05T10:15:30.000Z",
  "visitor":{"name":"Bob","email":"Bob@x.test"},"message":"Anybody there?"})";

TEST_F(ReceiverTest, AMessageLeftBecomesOneTicketHoweverOftenItIsTold) {
  EXPECT_EQ(Post(kLeft).status, 200);
  EXPECT_EQ(Post(kLeft).status, 200);
  EXPECT_THAT(KindsTold(), testing::ElementsAre("visitor.left_message", "ticket.created"));
  EXPECT_EQ(both_.CountMirrored(storage::Collection::kTickets), 1u);
}

TEST_F(ReceiverTest, AMessageThatWasSeenPassingIsNotToldAgain) {
  OfflineMessages passing(both_.parts);
  events::OfflineMessage left{"Bob", "bob@x.test", "Anybody there?", "sales-id", "shop.test"};
  ASSERT_TRUE(Await(passing.NotePassing(left)));
  Post(kLeft);
  EXPECT_EQ(both_.CountMirrored(storage::Collection::kTickets), 1u);
  // The same once more is another message, of which another webhook comes first.
  both_.Later(std::chrono::minutes(1));
  Json again = *ParseJson(kLeft);
  again.Set("sentAt", Json(IsoTime(both_.chats.clock().Now())));
  Post(Print(again));
  EXPECT_EQ(both_.CountMirrored(storage::Collection::kTickets), 2u);
  ASSERT_TRUE(Await(passing.NotePassing(left)));
  EXPECT_EQ(both_.CountMirrored(storage::Collection::kTickets), 2u);
}

}  // namespace
}  // namespace parley::sync
