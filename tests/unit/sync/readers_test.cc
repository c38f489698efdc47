// Whoever reads chats in Parley's store reads the same of a workspace's as of the embedded backend's.
#include <gmock/gmock.h>

#include "relay/livechat_dialect.h"
#include "relay/rocketchat_dialect.h"
#include "resources/visitors.h"
#include "sync/presence.h"
#include "sync_fixture.h"

namespace parley::sync {
namespace {

using backend::embedded::Answer;
using events::Source;
using test::Await;

constexpr std::int64_t kLicense = 8'000'000;

class ReadersTest : public testing::Test {
 protected:
  void Step(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << Print(answer.body);
    both_.Sync(room_);
    both_.Later();
  }

  // Everything each event of the room would be told as, in both dialects, in order.
  std::vector<std::string> ToldBy(test::TestStore& store) {
    relay::RocketChatDialect rocketchat(store.stores());
    relay::LiveChatDialect livechat(store.stores(), kLicense);
    std::vector<std::string> bodies;
    for (const storage::OutboxEvent& stored : both_.Outbox(store)) {
      if (stored.subject != room_) continue;
      const events::Event event = *events::FromOutbox(stored);
      const auto chat = *Await(store.ledger().Get(room_));
      const relay::Occurrence occurrence{event, chat ? &*chat : nullptr};
      for (relay::Dialect* dialect : std::initializer_list<relay::Dialect*>{&rocketchat, &livechat}) {
        for (const std::string& type : dialect->TypesOf(event)) {
          auto body = *Await(dialect->Compose(occurrence, type, relay::Endpoint()));
          if (!body) continue;
          // Ids that each store gives differ.
          body->Remove("event_unique_id");
          for (const char* member : {"chat", "visitor"}) {
            Json* told = dialect == &livechat ? body->Find(member) : nullptr;
            if (told != nullptr) told->Remove("id");
          }
          bodies.push_back(type + " " + Print(*body));
        }
      }
    }
    return bodies;
  }

  std::string VisitorsOf(test::TestStore& store) {
    const resources::LocalStore local{store.stores(), both_.projector, both_.chats.clock(), store.generator()};
    resources::Visitors visitors(local);
    Json list = *Await(visitors.List({}));
    // Pages are known where they pass; these did not pass through Parley.
    for (Json& visitor : *list.Find("visitors")->AsArray()) {
      for (const char* name : {"visits", "page_views", "came_at", "pages"}) visitor.Remove(name);
    }
    return Print(list);
  }

  SyncFixture both_;
  std::string room_;
};

TEST_F(ReadersTest, SubscribersAreToldTheSame) {
  Presence presence(both_.parts);
  ASSERT_TRUE(Await(presence.Look(Source::kPoll)));
  ChatFixture& chats = both_.chats;
  const std::string cat = chats.AddAgent("cat");
  chats.AddUser("meg", {"livechat-manager", "livechat-agent"});
  const std::string sales = chats.AddDepartment("Sales", {both_.ann});
  const std::string support = chats.AddDepartment("Support", {cat});
  ASSERT_TRUE(Await(presence.Look(Source::kPoll)));
  const Json page = *ParseJson(
      R"({"token":"vt-2","pageInfo":{"title":"Sofas","change":"url","location":{"href":"https://shop.test/sofas"}}})");
  EXPECT_EQ(chats.Post("livechat/page.visited", page).status, 200);
  both_.Later();
  room_ = chats.OpenRoom("vt-2", "Ida", sales).Text("room._id");
  both_.Sync(room_);
  both_.Later();
  const Answer said = chats.Say("vt-2", room_, "Hello");
  Step(said);
  const std::string slip = said.Text("message._id");
  Step(chats.SayAs(both_.ann, room_, "How can I help?"));
  Step(chats.Put("livechat/message/" + slip, Json::Of({{"token", "vt-2"}, {"rid", room_}, {"msg", "Hello!"}})));
  Step(chats.Delete("livechat/message/" + slip, Json::Of({{"token", "vt-2"}, {"rid", room_}})));
  EXPECT_EQ(VisitorsOf(both_.store), VisitorsOf(chats.store()));
  Step(chats.Post("livechat/room.forward", Json::Of({{"roomId", room_}, {"departmentId", support}}), "meg-id"));
  const std::string visitor = chats.Get("livechat/visitor/vt-2").Text("visitor._id");
  const Json tagged = Json::Of({{"_id", room_}, {"topic", "Billing"}, {"tags", *ParseJson(R"(["vip"])")}});
  Step(chats.Post("livechat/room.saveInfo",
                  Json::Of({{"guestData", Json::Of({{"_id", visitor}, {"name", "Ida Holm"}})}, {"roomData", tagged}}),
                  cat));
  EXPECT_EQ(VisitorsOf(both_.store), VisitorsOf(chats.store()));
  Step(chats.Post("livechat/room.close", Json::Of({{"rid", room_}, {"token", "vt-2"}})));
  const Json retold = Json::Of({{"_id", room_}, {"topic", "Invoices"}, {"tags", *ParseJson(R"(["vip"])")}});
  Step(chats.Post("livechat/room.saveInfo",
                  Json::Of({{"guestData", Json::Of({{"_id", visitor}})}, {"roomData", retold}}), "meg-id"));
  EXPECT_EQ(both_.Told(room_), both_.Happened(room_));
  EXPECT_EQ(both_.Told(visitor), both_.Happened(visitor));
  const std::vector<std::string> told = ToldBy(both_.store);
  EXPECT_GE(told.size(), 8u);
  EXPECT_EQ(told, ToldBy(chats.store()));
}

TEST_F(ReadersTest, WhoWaitsIsListedTheSame) {
  both_.chats.Set("Livechat_Routing_Method", Json("Manual_Selection"));
  room_ = both_.chats.RoomOf("vt-1");
  both_.Sync(room_);
  EXPECT_EQ(VisitorsOf(both_.store), VisitorsOf(both_.chats.store()));
  EXPECT_THAT(VisitorsOf(both_.store), testing::HasSubstr("queued"));
}

}  // namespace
}  // namespace parley::sync
