#include "resources/visitors.h"

#include "local_fixture.h"
#include "records/visit.h"

namespace parley::resources {
namespace {

using std::chrono::minutes;
using storage::Collection;

class VisitorsTest : public LocalFixture {
 protected:
  void AddVisitor(const std::string& id, const std::string& more = "") {
    Store(Collection::kVisitors, id,
          R"({"username":")" + id + R"(","name":"Ida","token":"t-)" + id + R"(","status":"online","chats":1)" + more +
              "}");
  }
  void AddRoom(const std::string& id, const std::string& visitor, const std::string& more) {
    Store(Collection::kRooms, id,
          R"({"t":"l","ts":)" + Now() + R"(,"v":{"_id":")" + visitor + R"(","token":"t-)" + visitor + "\"}," + more +
              "}");
    if (more.find("closedAt") == std::string::npos) Store(Collection::kInquiries, "i" + id, R"({"rid":")" + id + "\"}");
  }
  void See(const std::string& visitor, const std::string& url) {
    const records::Viewer viewer{"t-" + visitor, visitor};
    const auto visit =
        test::Await(records::JoinVisit(store_.documents(), store_.generator(), viewer, store_.clock().Now()));
    storage::Changes changes;
    records::SaveVisit(*visit, changes);
    ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
    Store(Collection::kMessages, store_.generator().ObjectId(),
          R"({"ts":)" + Now() + R"(,"navigation":{"page":{"title":"A page","location":{"href":")" + url +
              R"("}},"token":"t-)" + visitor + "\"}}");
  }
  void EndChat(const std::string& visitor) {
    const Time now = store_.clock().Now();
    storage::Changes changes;
    ASSERT_TRUE(test::Await(records::NoteChatEnd(store_.documents(), "t-" + visitor, now, now, changes)));
    ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
  }
  // "v1 chatting, v2 queued"
  std::string Who(const std::string& query = {}) {
    const std::string answer = Get("local/visitors", query);
    const Result<Json> body = ParseJson(answer);
    if (!body) return answer;
    std::string who;
    for (const Json& visitor : *body->Find("visitors")->AsArray()) {
      who.append(who.empty() ? "" : ", ").append(visitor.Text("id")).append(" ").append(visitor.Text("state"));
    }
    EXPECT_EQ(static_cast<std::size_t>(body->Integer("total")), body->Find("visitors")->size());
    return who;
  }

  static constexpr const char* kServed = R"("open":true,"servedBy":{"_id":"u1","username":"liv"})";
  static constexpr const char* kWaiting = R"("open":true)";
};

TEST_F(VisitorsTest, StatesComeFromChatsQueueAndPages) {
  for (const char* id : {"v1", "v2", "v3", "v4", "v5"}) AddVisitor(id);
  AddRoom("r1", "v1", kServed);
  AddRoom("r2", "v2", kWaiting);
  See("v3", "/a");
  See("v4", "/a");
  Wait();
  EndChat("v4");
  EXPECT_EQ(Who(), "v1 chatting, v2 queued, v3 browsing, v4 chat closed");
  for (const char* state : {"chatting", "queued", "browsing"}) {
    EXPECT_THAT(Who(std::string("state=") + state), testing::EndsWith(state)) << "and nobody else";
    EXPECT_THAT(Who(std::string("state=") + state), testing::Not(testing::HasSubstr(",")));
  }
  EXPECT_EQ(Who("state=chat%20closed"), "v4 chat closed");
  EXPECT_EQ(Who("state=invited"), "") << "nobody tells of invitations";
}

TEST_F(VisitorsTest, OneIsThereForSomeTimeAfterTheLastPage) {
  AddVisitor("v1");
  See("v1", "/a");
  Wait(records::kOnSite);
  EXPECT_EQ(Who(), "v1 browsing");
  Wait(std::chrono::milliseconds(1));
  EXPECT_EQ(Who(), "");
}

TEST_F(VisitorsTest, WhoLeftThePageIsGoneUnlessTheyChat) {
  AddVisitor("v1", R"(,"status":"offline")");
  See("v1", "/a");
  EXPECT_EQ(Who(), "");
  AddRoom("r1", "v1", kServed);
  EXPECT_EQ(Who(), "v1 chatting");
}

TEST_F(VisitorsTest, AClosedChatIsOverWithTheNextPageOrInTime) {
  AddVisitor("v1");
  See("v1", "/a");
  EndChat("v1");
  EXPECT_EQ(Who(), "v1 chat closed");
  Wait();
  See("v1", "/b");
  EXPECT_EQ(Who(), "v1 browsing");
  EndChat("v1");
  Wait(records::kOnSite + minutes(1));
  EXPECT_EQ(Who(), "");
}

TEST_F(VisitorsTest, ChatsThatAreOverAreNotRead) {
  AddVisitor("v1");
  AddRoom("r1", "v1", R"("closedAt":)" + Now());
  EXPECT_EQ(Who(), "") << "nobody knows of a page";
}

TEST_F(VisitorsTest, AChatThatEndsMeanwhileIsOver) {
  AddVisitor("v1");
  AddRoom("r1", "v1", R"("closedAt":)" + Now());
  Store(Collection::kInquiries, "ir1", R"({"rid":"r1"})");
  EXPECT_EQ(Who(), "");
}

TEST_F(VisitorsTest, OfSeveralChatsTheServedOneShows) {
  AddVisitor("v1");
  AddRoom("r1", "v1", kServed);
  Wait();
  AddRoom("r2", "v1", kWaiting);
  EXPECT_EQ(Who(), "v1 chatting");
  EXPECT_EQ(Each(Get("local/visitors"), "visitors", "chat"), "r1");
}

TEST_F(VisitorsTest, DepartmentsAreOfTheChatElseOfTheVisitor) {
  AddVisitor("v1", R"(,"department":"d1")");
  AddVisitor("v2", R"(,"department":"d1")");
  AddVisitor("v3");
  See("v1", "/a");
  AddRoom("r2", "v2", std::string(kServed) + R"(,"departmentId":"d2")");
  See("v3", "/a");
  EXPECT_EQ(Who("department[]=d1"), "v1 browsing");
  EXPECT_EQ(Who("department[]=d2&department[]=d1"), "v2 chatting, v1 browsing");
  EXPECT_EQ(Who("department[]="), "v3 browsing") << "those of none";
  EXPECT_EQ(Who("department[]=-"), "");
}

TEST_F(VisitorsTest, AVisitorShowsWhatIsKnown) {
  AddVisitor("v1", R"(,"visitorEmails":[{"address":"ida@buyer.test"}],"ip":"203.0.113.9","userAgent":"Mozilla/5.0",)"
                   R"("livechatData":{"plan":"gold","details-crm":"Since: 2019"})");
  const std::string came = Now();
  See("v1", "https://acme.test/");
  Wait();
  const std::string moved = Now();
  See("v1", "https://acme.test/cart");
  AddRoom("r1", "v1", kWaiting);
  storage::Changes greeted;
  for (const char* id : {"s1", "s2"})
    greeted.ledger.emplace_back(storage::AddLedgerGreeting{{id, "g1", "visit1", "v1", "", store_.clock().Now()}});
  greeted.ledger.emplace_back(storage::AcceptLedgerGreeting{"s2", "r1", "v1", store_.clock().Now()});
  ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(greeted))));
  EXPECT_EQ(
      Get("local/visitors"),
      R"({"visitors":[{"id":"v1","state":"queued","department":"","name":"Ida","email":"ida@buyer.test",)"
      R"("ip":"203.0.113.9","user_agent":"Mozilla/5.0","chats":1,"custom_variables":[{"key":"plan","value":"gold"}],)"
      R"("chat":"r1","chat_started_at":)" +
          moved + R"(,"queued_at":)" + moved + R"(,"visits":1,"page_views":2,"came_at":)" + came +
          R"(,"pages":[{"url":"https://acme.test/","title":"A page","at":)" + came +
          R"(},{"url":"https://acme.test/cart","title":"A page","at":)" + moved +
          R"(}],"greetings_shown":2,"greetings_accepted":1}],"total":1})");
}

TEST_F(VisitorsTest, SomebodyWhoNeverRegisteredIsListedWithTheIdOfTheVisit) {
  See("v9", "/a");
  EXPECT_EQ(Who(), "v9 browsing");
  EXPECT_EQ(Each(Get("local/visitors"), "visitors", "name"), "");
}

}  // namespace
}  // namespace parley::resources
