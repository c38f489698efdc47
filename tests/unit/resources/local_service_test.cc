#include "resources/local_service.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "local_fixture.h"

namespace parley::resources {
namespace {

using backend::Request;
using backend::Response;
using http::Method;
using test::Await;
using testing::ElementsAre;

class LocalServiceTest : public LocalFixture {
 protected:
  void AddEndedChat(std::string id, std::string department, std::vector<std::string> tags = {}) {
    AddChat(id, std::move(department), std::move(tags));
    storage::Changes changes;
    changes.ledger.push_back(storage::CloseLedgerChat{std::move(id), store_.clock().Now()});
    ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }

  std::vector<std::string> ChatIds(std::string query) {
    const Result<Response> response = Call(Method::kGet, "local/chats", std::move(query));
    if (!response) return {"error: " + response.error().message};
    const Result<Json> body = ParseJson(response->body);
    std::vector<std::string> ids;
    for (const Json& chat : *body->Find("chats")->AsArray()) ids.emplace_back(chat.Text("id"));
    return ids;
  }
};

TEST_F(LocalServiceTest, ListsChatsWithDecodedParameters) {
  AddEndedChat("r1", "d1", {"needs reply", "a&b"});
  AddEndedChat("r2", "");
  EXPECT_THAT(ChatIds(""), ElementsAre("r2", "r1"));
  EXPECT_THAT(ChatIds("tag=needs%20reply&tag=a%26b"), ElementsAre("r1"));
  EXPECT_THAT(ChatIds("group="), ElementsAre("r2"));
  EXPECT_THAT(ChatIds("group=d1&date_from=2026-01-05&date_to=2026-01-05"), ElementsAre("r1"));
  EXPECT_THAT(ChatIds("date_to=2026-01-04"), ElementsAre());
}

TEST_F(LocalServiceTest, GivesOneChatOr404) {
  AddEndedChat("r/1 é", "d1");
  const Result<Json> chat = ParseJson(Answer(Method::kGet, "local/chats/r%2F1%20%C3%A9"));
  ASSERT_TRUE(chat);
  EXPECT_EQ(chat->Find("chat")->Text("id"), "r/1 é");
  const Result<Response> none = Call(Method::kGet, "local/chats/nobody");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->status, 404);
  EXPECT_EQ(none->body, R"({"success":false,"error":"not found"})");
}

TEST_F(LocalServiceTest, ABadParameterIsTheClientsError) {
  const Result<Response> refused = Call(Method::kGet, "local/chats", "date_from=INVALID&queued=maybe");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().all, ElementsAre("date_from must be a date, YYYY-MM-DD", "queued must be 0 or 1"));
  EXPECT_FALSE(Call(Method::kGet, "local/chats", "tag=%zz"));
}

TEST_F(LocalServiceTest, ExtrasMergeAndAreForgotten) {
  EXPECT_EQ(Answer(Method::kGet, "local/extras/agent/u1"), R"({"extras":{}})");
  EXPECT_EQ(Answer(Method::kPut, "local/extras/agent/u1", "", R"({"job_title":"Lead","notifications":{"a":1,"b":1}})"),
            R"({"extras":{"job_title":"Lead","notifications":{"a":1,"b":1}}})");
  EXPECT_EQ(Answer(Method::kPut, "local/extras/agent/u1", "", R"({"job_title":null,"notifications":{"b":0}})"),
            R"({"extras":{"notifications":{"a":1,"b":0}}})");
  EXPECT_EQ(Answer(Method::kGet, "local/extras/agent/u1"), R"({"extras":{"notifications":{"a":1,"b":0}}})");
  EXPECT_EQ(Answer(Method::kDelete, "local/extras/agent/u1"), R"({"extras":{}})");
  EXPECT_EQ(Answer(Method::kDelete, "local/extras/agent/u1"), R"({"extras":{}})") << "none is no error";
  EXPECT_EQ(Answer(Method::kGet, "local/extras/agent/u1"), R"({"extras":{}})");
}

TEST_F(LocalServiceTest, ExtrasOfAKindAreListedById) {
  for (const char* path : {"group/d2", "group/d1", "agent/u1", "groups/x", "group/a%2Fb"}) {
    Answer(Method::kPut, std::string("local/extras/") + path, "", R"({"language":"no"})");
  }
  EXPECT_EQ(Answer(Method::kGet, "local/extras/group"),
            R"({"extras":[{"id":"a/b","extras":{"language":"no"}},{"id":"d1","extras":{"language":"no"}},)"
            R"({"id":"d2","extras":{"language":"no"}}]})");
  EXPECT_EQ(Answer(Method::kGet, "local/extras/nothing"), R"({"extras":[]})");
}

TEST_F(LocalServiceTest, ExtrasMustBeAnObject) {
  for (const char* body : {"", "[]", "5", "{", "null", "\"x\""}) {
    const Result<Response> refused = Call(Method::kPut, "local/extras/agent/u1", "", body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << body;
  }
}

TEST_F(LocalServiceTest, WhatItDoesNotServeIs404) {
  for (const char* path : {"local/", "local", "", "livechat/rooms", "local/unknown", "local/chats/a/b", "local/extras",
                           "local/extras//x", "local/extras/a/b/c", "local/chats/%zz", "chats"}) {
    EXPECT_EQ(Answer(Method::kGet, path), "404") << path;
  }
  EXPECT_EQ(Answer(Method::kPost, "local/chats"), "404");
  EXPECT_EQ(Answer(Method::kPut, "local/extras/agent", "", "{}"), "404");
}

Awaitable<> PutInto(LocalService& service, Request request, int& succeeded) {
  const Result<Response> response = co_await service.Call(request);
  if (response && response->status == 200) ++succeeded;
}

TEST_F(LocalServiceTest, ConcurrentMergesLoseNothing) {
  constexpr int kMerges = 6;
  int succeeded = 0;
  for (int i = 0; i < kMerges; ++i) {
    Request request(Method::kPut, "local/extras/agent/u1");
    request.body = R"({"m)" + std::to_string(i) + R"(":1})";
    boost::asio::co_spawn(test::Loop(), PutInto(service_, std::move(request), succeeded), boost::asio::detached);
  }
  test::Loop().restart();
  while (succeeded < kMerges) test::Loop().run_one();
  const Result<Json> extras = ParseJson(Answer(Method::kGet, "local/extras/agent/u1"));
  EXPECT_EQ(extras->Find("extras")->size(), static_cast<std::size_t>(kMerges));
}

TEST_F(LocalServiceTest, RevokesEveryCredentialOfALogin) {
  for (const auth::CredentialKind kind : {auth::CredentialKind::kKey, auth::CredentialKind::kPat})
    ASSERT_TRUE(Await(credentials_.Add("liv@acme.test", auth::Role::kNormal, kind, {})));
  ASSERT_TRUE(Await(credentials_.Add("bob@acme.test", auth::Role::kNormal, auth::CredentialKind::kKey, {})));
  EXPECT_EQ(Answer(Method::kDelete, "local/credentials/liv%40acme.test"), R"({"revoked":2})");
  EXPECT_EQ(Answer(Method::kDelete, "local/credentials/liv%40acme.test"), R"({"revoked":0})");
  const auto left = Await(credentials_.List());
  ASSERT_TRUE(left);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().login, "bob@acme.test");
}

}  // namespace
}  // namespace parley::resources
