#include "resources/visitor_chats.h"

#include "base/text.h"
#include "local_fixture.h"

namespace parley::resources {
namespace {

using storage::Collection;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

// Remembers what it is asked, and answers all of it alike.
class ClosingBackend final : public backend::Service {
 public:
  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    calls.push_back(request.path + " " + request.body);
    co_return backend::Response(status, "{}");
  }

  int status = 200;
  std::vector<std::string> calls;
};

class VisitorChatsTest : public LocalFixture {
 protected:
  std::string Begin(const std::string& livechat_id = "S1.a") {
    return TextAt(Post("local/visitor_chats", R"({"livechat_id":")" + livechat_id + R"(","room":"r1","token":"t1"})"),
                  "session");
  }
  std::string Look(const std::string& session, const std::string& livechat_id = "S1.a") {
    return Get("local/visitor_chats/" + session, "livechat_id=" + livechat_id);
  }
  void CloseLapsed() { ASSERT_TRUE(test::Await(chats_.CloseLapsed(backend_))); }

  const LocalStore local_{store_.stores(), projector_, store_.clock(), store_.generator()};
  VisitorChats chats_{local_};
  ClosingBackend backend_;
};

TEST_F(VisitorChatsTest, ASessionIsASecretThatFindsItsChat) {
  const std::string session = Begin();
  EXPECT_THAT(session, MatchesRegex("CS[0-9]+\\.[0-9a-f]{32}"));
  EXPECT_EQ(Look(session), R"({"chat":{"room":"r1","token":"t1"}})");
  EXPECT_EQ(Look(session, "S2.b"), "404") << "of another visitor";
  EXPECT_EQ(Look("CS1.0"), "404");
  EXPECT_NE(Begin("S2.b"), session);
}

TEST_F(VisitorChatsTest, EndedIsEnded) {
  const std::string session = Begin();
  EXPECT_EQ(Delete("local/visitor_chats/" + session), "{}");
  EXPECT_EQ(Look(session), "404");
  EXPECT_EQ(Delete("local/visitor_chats/" + session), "{}");
  Wait(kSessionPatience);
  CloseLapsed();
  EXPECT_THAT(backend_.calls, IsEmpty());
}

TEST_F(VisitorChatsTest, PollingKeepsItAlive) {
  const std::string session = Begin();
  for (int i = 0; i < 10; ++i) {
    Wait(kSessionPatience - std::chrono::seconds(1));
    EXPECT_NE(Look(session), "404");
    CloseLapsed();
  }
  EXPECT_THAT(backend_.calls, IsEmpty());
}

TEST_F(VisitorChatsTest, QuickPollsAreNotAllWritten) {
  const std::string session = Begin();
  const Json before = Stored(Collection::kVisitorChats, Sha256Hex(session));
  Wait();
  Look(session);
  EXPECT_EQ(Stored(Collection::kVisitorChats, Sha256Hex(session)), before);
}

TEST_F(VisitorChatsTest, WithoutPollsTheChatIsClosedOnce) {
  const std::string session = Begin();
  Wait(kSessionPatience - std::chrono::milliseconds(1));
  CloseLapsed();
  EXPECT_THAT(backend_.calls, IsEmpty());
  Wait(std::chrono::milliseconds(1));
  EXPECT_EQ(Look(session), "404");
  CloseLapsed();
  CloseLapsed();
  EXPECT_THAT(backend_.calls, ElementsAre(R"(livechat/room.close {"rid":"r1","token":"t1"})"));
}

TEST_F(VisitorChatsTest, AChatThatCannotBeClosedNowIsTriedAgain) {
  Begin();
  Wait(kSessionPatience);
  backend_.status = 503;
  CloseLapsed();
  CloseLapsed();
  EXPECT_EQ(backend_.calls.size(), 2U);
  backend_.status = 400;  // closed by an agent meanwhile
  CloseLapsed();
  CloseLapsed();
  EXPECT_EQ(backend_.calls.size(), 3U);
}

TEST_F(VisitorChatsTest, TheIdANewVisitorCameWithIsTheirs) {
  Store(Collection::kVisitors, "v1", R"({"token":"t1"})");
  const auto name = [&](const std::string& id) { return Put("local/visitor_tokens/" + id, R"({"visitor":"v1"})"); };
  EXPECT_EQ(name("my-visitor-1"), R"({"token":"t1","known":true})");
  const auto found = test::Await(store_.ids().FindBackendIds(storage::IdKind::kVisitor, {"my-visitor-1"}));
  EXPECT_EQ(found->front(), "v1");
  EXPECT_EQ(name("other"), R"({"token":"t1","known":true})") << "who has an id keeps it";
  EXPECT_EQ(test::Await(store_.ids().FindLiveChatIds(storage::IdKind::kVisitor, {"v1"}))->front(), "my-visitor-1");
}

TEST_F(VisitorChatsTest, AnIdStandsForOneToken) {
  const std::string made = Put("local/visitor_tokens/my-visitor-1", R"({"visitor":""})");
  EXPECT_EQ(TextAt(made, "known"), "false");
  EXPECT_EQ(TextAt(made, "token").size(), 43U);
  EXPECT_EQ(Put("local/visitor_tokens/my-visitor-1", "{}"), made);
  EXPECT_NE(Put("local/visitor_tokens/my-visitor-2", "{}"), made);
}

TEST_F(VisitorChatsTest, WhoIsThereHasTheirToken) {
  Store(Collection::kVisitors, "v1", R"({"token":"t1"})");
  EXPECT_EQ(Put("local/visitor_tokens/S1.a", R"({"visitor":"v1"})"), R"({"token":"t1","known":true})");
  EXPECT_EQ(TextAt(Put("local/visitor_tokens/S2.b", R"({"visitor":"erased"})"), "known"), "false");
}

}  // namespace
}  // namespace parley::resources
