#include "sync/followed_backend.h"

#include <gmock/gmock.h>

#include "../http/streams.h"
#include "records/visit.h"
#include "sync_fixture.h"

namespace parley::sync {
namespace {

using http::Method;
using storage::Collection;
using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

class FollowedBackendTest : public testing::Test {
 protected:
  Json Send(Method method, const std::string& path, const std::string& body, const std::string& query = {},
            int status = 200) {
    backend::Request request(method, path);
    request.query = query;
    request.body = body;
    request.content_type = "application/json";
    request.caller = backend::Caller(backend::CallerKind::kService);
    const Result<backend::Response> response = Await(followed_.Call(request));
    EXPECT_TRUE(response);
    EXPECT_EQ(response->status, status) << path << " " << response->body;
    return *ParseJson(response->body);
  }
  std::string Open(const std::string& token) {
    Send(Method::kPost, "livechat/visitor",
         Print(Json::Of({{"visitor", Json::Of({{"token", token}, {"name", "Bob"}, {"email", "bob@x.test"}})}})));
    return std::string(TextAt(Send(Method::kGet, "livechat/room", "", "token=" + token), "room._id"));
  }

  SyncFixture both_;
  int woken_ = 0, agents_ = 0;
  FollowedBackend followed_{both_.parts, both_.store.generator(), {[this] { ++woken_; }, [this] { ++agents_; }}};
};

TEST_F(FollowedBackendTest, WhatIsWrittenThroughItIsKnownWhenItsWriterIsAnswered) {
  const std::string room = Open("vt-1");
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
  both_.Later();
  Send(Method::kPost, "livechat/message", R"({"token":"vt-1","msg":"Hello","rid":")" + room + "\"}");
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
  both_.Later();
  Send(Method::kPost, "livechat/room.close", R"({"token":"vt-1","rid":")" + room + "\"}");
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
  for (const auto& event : both_.Outbox(both_.store)) EXPECT_EQ(event.payload.Text("source"), "pass_through");
  EXPECT_EQ(woken_, 0);
}

TEST_F(FollowedBackendTest, AVisitorIsKnownBeforeTheyChat) {
  Send(Method::kPost, "livechat/visitor", R"({"visitor":{"token":"vt-1","name":"Bob"}})");
  EXPECT_EQ(both_.CountMirrored(Collection::kVisitors), 1u);
}

TEST_F(FollowedBackendTest, WhatCannotBeLookedAtIsKept) {
  const std::string room = Open("vt-1");
  both_.Later();
  both_.workspace.tamper = [](const backend::Request& request) -> std::optional<Result<backend::Response>> {
    if (request.method != Method::kGet) return std::nullopt;
    return Result<backend::Response>(Unavailable("down"));
  };
  Send(Method::kPost, "livechat/message", R"({"token":"vt-1","msg":"Hello","rid":")" + room + "\"}");
  EXPECT_EQ(woken_, 1);
  const auto hints = *Await(Inbox(both_.store.stores(), both_.chats.clock()).Read());
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(hints[0].room_id, room);
  EXPECT_EQ(hints[0].source, events::Source::kPassThrough);
}

TEST_F(FollowedBackendTest, WhatFailedIsNotFollowed) {
  Send(Method::kPost, "livechat/message", R"({"token":"vt-1","msg":"Hello","rid":"R1"})", "", 400);
  EXPECT_THAT(both_.workspace.asked, ElementsAre("livechat/message"));
}

// ---- what passes through in parts

TEST_F(FollowedBackendTest, AFileThatPassedIsKnownWhenItsWriterIsAnsweredHoweverLongItTook) {
  const std::string room = Open("vt-1");
  both_.Later();
  const std::string upload = "livechat/upload/" + room;
  http::test::ScriptedIncoming body(1, 10, http::test::ScriptedIncoming::Then::kEnds);
  both_.workspace.tamper = [&](const backend::Request& request) -> std::optional<Result<backend::Response>> {
    if (request.path != upload) return std::nullopt;
    EXPECT_EQ(request.incoming, &body);
    both_.Later(std::chrono::seconds(100));
    return Result<backend::Response>(backend::Response(200, R"({"success":true})"));
  };
  backend::Request request(Method::kPost, upload);
  request.content_type = "multipart/form-data; boundary=b";
  request.incoming = &body;
  request.deadline = both_.chats.clock().Steady() + std::chrono::seconds(30);
  both_.workspace.asked.clear();
  const Result<backend::Response> answer = Await(followed_.Call(request));
  ASSERT_TRUE(answer);
  EXPECT_EQ(body.reads, 0u);
  EXPECT_GT(both_.workspace.asked.size(), 1u);
  EXPECT_EQ(woken_, 0);
}

TEST_F(FollowedBackendTest, AnAnswerThatIsLookedIntoIsTakenWholeAndOthersPass) {
  const std::string room = Open("vt-1");
  both_.Later();
  both_.workspace.meddle = [](const backend::Request& request, backend::Response& response) -> Awaitable<> {
    if (request.path == "livechat/room.close" || request.path == "livechat/rooms")
      response.stream = std::make_shared<http::test::TextBody>(std::exchange(response.body, {}));
    co_return;
  };
  Send(Method::kPost, "livechat/room.close", R"({"token":"vt-1","rid":")" + room + "\"}");
  EXPECT_EQ(both_.KindsTold(room).back(), "chat.closed");
  backend::Request list(Method::kGet, "livechat/rooms");
  list.caller = backend::Caller(backend::CallerKind::kService);
  const Result<backend::Response> answer = Await(followed_.Call(list));
  ASSERT_TRUE(answer);
  ASSERT_NE(answer->stream, nullptr);
  EXPECT_EQ(answer->stream->bytes_read(), 0u);
}

TEST_F(FollowedBackendTest, AnAnswerThatIsLookedIntoAndBreaksOffIsNone) {
  both_.workspace.tamper = [](const backend::Request&) -> std::optional<Result<backend::Response>> {
    backend::Response response(200, "");
    auto body = std::make_shared<http::test::PatternBody>(100, 50);
    body->fails = true;
    response.stream = std::move(body);
    return Result<backend::Response>(std::move(response));
  };
  const backend::Request request(Method::kPost, "livechat/room.close");
  const Result<backend::Response> answer = Await(followed_.Call(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kBadGateway);
}

TEST_F(FollowedBackendTest, ReadsAskNothingMore) {
  Send(Method::kGet, "livechat/rooms", "");
  EXPECT_THAT(both_.workspace.asked, ElementsAre("livechat/rooms"));
}

TEST_F(FollowedBackendTest, PagesMakeVisits) {
  Send(Method::kPost, "livechat/visitor", R"({"visitor":{"token":"vt-1","name":"Bob"}})");
  Send(Method::kPost, "livechat/page.visited",
       R"({"token":"vt-1","pageInfo":{"title":"Sofas","change":"url","location":{"href":"https://shop.test/sofas"}}})");
  const auto visit = *Await(records::FindVisit(both_.store.documents(), "vt-1"));
  ASSERT_TRUE(visit);
  const auto pages = Await(records::FindPages(both_.store.documents(), *visit));
  ASSERT_TRUE(pages);
  ASSERT_EQ(pages->size(), 1u);
  EXPECT_EQ(pages->front().url, "https://shop.test/sofas");
}

TEST_F(FollowedBackendTest, APageReachesTheGoalsItIsAbout) {
  const std::string room = Open("vt-1");
  storage::Changes changes;
  changes.Put(
      Collection::kGoals, "g1",
      *ParseJson(
          R"({"name":"Order","type":"url","active":true,"url":"https://shop.test/thanks","match_type":"exact"})"));
  ASSERT_TRUE(Await(both_.store.committer().Commit(std::move(changes))));
  Send(Method::kPost, "livechat/page.visited",
       R"({"token":"vt-1","rid":")" + room +
           R"(","pageInfo":{"title":"Thanks","change":"url","location":{"href":"https://shop.test/thanks"}}})");
  EXPECT_EQ(both_.KindsTold(room).back(), "goal.reached");
}

TEST_F(FollowedBackendTest, AVisitorWhoIsErasedIsForgotten) {
  const std::string room = Open("vt-1");
  both_.Later();
  Send(Method::kPost, "livechat/room.close", R"({"token":"vt-1","rid":")" + room + "\"}");
  Send(Method::kDelete, "livechat/visitor/vt-1", "");
  EXPECT_EQ(both_.CountMirrored(Collection::kVisitors), 0u);
  EXPECT_EQ(both_.CountMirrored(Collection::kRooms), 0u);
  EXPECT_EQ(both_.CountMirrored(Collection::kMessages), 0u);
  EXPECT_FALSE(*Await(both_.store.ledger().Get(room)));
}

TEST_F(FollowedBackendTest, AMessageLeftWhileNobodyWasThereBecomesATicket) {
  const std::string sales = both_.chats.AddDepartment("Sales", {both_.ann});
  both_.workspace.tamper = [](const backend::Request& request) -> std::optional<Result<backend::Response>> {
    if (request.path != "livechat/offline.message") return std::nullopt;
    return Result<backend::Response>(
        backend::Response(200, R"({"message":"Livechat offline message sent","success":true})"));
  };
  Send(Method::kPost, "livechat/offline.message",
       R"({"name":"Bob","email":"bob@x.test","message":"Anybody there?","department":"Sales"})");
  const auto tickets = Await(both_.store.documents().Find(storage::Query(Collection::kTickets)))->documents;
  ASSERT_EQ(tickets.size(), 1u);
  EXPECT_EQ(Print(*tickets[0].body.Find("groups")), "[\"" + sales + "\"]");
}

TEST_F(FollowedBackendTest, ChatsThatAreRemovedAllAtOnceAreLookedAtOneByOne) {
  const std::string open = Open("vt-1");
  const std::string closed = Open("vt-2");
  both_.Later();
  Send(Method::kPost, "livechat/room.close", R"({"token":"vt-2","rid":")" + closed + "\"}");
  Send(Method::kPost, "livechat/rooms.removeAllClosedRooms", "{}");
  const auto hints = *Await(Inbox(both_.store.stores(), both_.chats.clock()).Read());
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(hints[0].room_id, closed);
  EXPECT_EQ(woken_, 1);
}

TEST_F(FollowedBackendTest, AChatIsFoundByItsPlaceInTheLine) {
  both_.chats.Set("Livechat_Routing_Method", Json("Manual_Selection"));
  const std::string room = Open("vt-1");
  both_.Later();
  const std::string inquiry =
      both_.chats.Get("livechat/inquiries.getOne", "roomId=" + room, both_.ann).Text("inquiry._id");
  Send(Method::kPost, "livechat/inquiries.take", Print(Json::Of({{"inquiryId", inquiry}, {"userId", both_.ann}})));
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
  EXPECT_EQ(both_.KindsTold(room).back(), "chat.taken");
}

TEST_F(FollowedBackendTest, ChangesOfAgentsAreSaid) {
  Send(Method::kPost, "livechat/agent.status", R"({"agentId":"ann-id","status":"not-available"})");
  EXPECT_EQ(agents_, 1);
}

}  // namespace
}  // namespace parley::sync
