#include "sync/room_sync.h"

#include <gmock/gmock.h>

#include "sync_fixture.h"

namespace parley::sync {
namespace {

using backend::embedded::Answer;
using events::Source;
using std::chrono::seconds;
using storage::Collection;
using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

// Ids of events differ; everything else of a chat must not.
std::string Print(const storage::LedgerAgent& agent) {
  return agent.id + "/" + agent.username + "/" + agent.name + "/" + agent.email;
}

std::string LedgerOf(test::TestStore& store, const std::string& room) {
  const auto chat = *Await(store.ledger().Get(room));
  if (!chat) return "nothing";
  std::string all =
      chat->visitor.id + " " + chat->visitor.name + " " + chat->visitor.email + " in " + chat->department + " from " +
      IsoTime(chat->started) + " to " + (chat->ended ? IsoTime(*chat->ended) : "-") + " queued " +
      (chat->queued ? IsoTime(*chat->queued) : "-") + " taken " + (chat->taken ? IsoTime(*chat->taken) : "-") + " at " +
      chat->start_url + " " + chat->channel + " rated " + chat->rate + " " + chat->rate_comment;
  for (const auto& agent : chat->agents) all += "\nagent " + Print(agent);
  for (const auto& agent : chat->supervisors) all += "\nsupervisor " + Print(agent);
  for (const auto& tag : chat->tags) all += "\ntag " + tag;
  for (const auto& entry : chat->entries) {
    all += "\n" + IsoTime(entry.at) + " " + entry.type + " " + entry.event_type + " " + entry.user_type + " " +
           entry.author_name + " " + entry.agent_login + ": " + entry.text;
    for (const auto& file : entry.files) all += " [" + file + "]";
  }
  return all;
}

// A long chat: queued, taken, spoken, edited, deleted, handed to an agent, joined by another, returned, taken, tagged,
// closed, rated. `after` is called after each step.
std::string PlayLongChat(SyncFixture& both, const std::function<void(const std::string&)>& after) {
  ChatFixture& chats = both.chats;
  const std::string eve = chats.AddUser("eve", {"livechat-manager", "livechat-agent"});
  const std::string sales = chats.AddDepartment("Sales", {both.ann, both.bob});
  chats.Set("Livechat_Routing_Method", Json("Manual_Selection"));
  const std::string room = chats.OpenRoom("vt-1", "Bob", sales).Text("room._id");
  EXPECT_FALSE(room.empty());
  const auto step = [&](const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << Print(answer.body);
    after(room);
    both.Later();
    return answer;
  };
  const auto take = [&](const std::string& agent) {
    const std::string inquiry = chats.Get("livechat/inquiries.getOne", "roomId=" + room, agent).Text("inquiry._id");
    step(chats.Post("livechat/inquiries.take", Json::Of({{"inquiryId", inquiry}}), agent));
  };
  after(room);
  both.Later();
  step(chats.Say("vt-1", room, "Hello?"));
  take(both.ann);
  const std::string said = step(chats.SayAs(both.ann, room, "Good mornign")).Text("message._id");
  step(chats.Post("chat.update", Json::Of({{"roomId", room}, {"msgId", said}, {"text", "Good morning"}}), both.ann));
  const std::string slip = step(chats.SayAs(both.ann, room, "not meant for you")).Text("message._id");
  step(chats.Post("chat.delete", Json::Of({{"roomId", room}, {"msgId", slip}}), both.ann));
  step(chats.Get("livechat/room.join", "roomId=" + room, eve));
  step(chats.SayAs(eve, room, "I am listening"));
  step(chats.Post("livechat/room.forward", Json::Of({{"roomId", room}, {"userId", both.bob}, {"comment", "yours"}}),
                  eve));
  step(chats.SayAs(both.bob, room, "I take over"));
  step(chats.Post("livechat/inquiries.returnAsInquiry", Json::Of({{"roomId", room}}), eve));
  take(both.ann);
  step(chats.Post("livechat/room.closeByUser",
                  Json::Of({{"rid", room}, {"comment", "solved"}, {"tags", *ParseJson(R"(["vip","billing"])")}}),
                  both.ann));
  const Json survey =
      *ParseJson(R"([{"name":"satisfaction","value":"5"},{"name":"additionalFeedback","value":"nice"}])");
  step(chats.Post("livechat/room.survey", Json::Of({{"rid", room}, {"token", "vt-1"}, {"data", survey}})));
  return room;
}

TEST(RoomSync, TellsALongChatStepByStepAsItHappened) {
  SyncFixture both;
  const std::string room = PlayLongChat(both, [&](const std::string& id) { both.Sync(id); });
  EXPECT_EQ(both.Told(room), both.Happened(room));
  EXPECT_EQ(LedgerOf(both.store, room), LedgerOf(both.chats.store(), room));
}

// What an edit or a removal made of a message is all that is left of it.
TEST(RoomSync, TellsALongChatInOneGo) {
  SyncFixture both;
  const std::string room = PlayLongChat(both, [](const std::string&) {});
  both.Sync(room);
  EXPECT_THAT(both.KindsTold(room),
              ElementsAre("chat.started", "chat.queued", "chat.message", "chat.taken", "chat.message", "chat.taken",
                          "chat.message", "chat.transferred", "chat.taken", "chat.message", "chat.transferred",
                          "chat.queued", "chat.taken", "chat.tagged", "chat.closed", "chat.rated"));
  EXPECT_EQ(LedgerOf(both.store, room), LedgerOf(both.chats.store(), room));
}

TEST(RoomSync, TellsNothingTwice) {
  SyncFixture both;
  const std::string room = PlayLongChat(both, [&](const std::string& id) {
    both.Sync(id);
    EXPECT_EQ(both.Sync(id, Source::kPoll), 0u);
  });
  EXPECT_EQ(both.Told(room), both.Happened(room));
}

// Webhooks lost, doubled and out of order: any way of hearing of it ends in the same facts, each told once.
TEST(RoomSync, WhoSpeaksWhenMakesNoDifference) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    SyncFixture both;
    std::uint32_t state = seed * 2'654'435'761U;
    const auto dice = [&] { return (state = state * 1'664'525U + 1'013'904'223U) >> 24; };
    const std::string room = PlayLongChat(both, [&](const std::string& id) {
      for (std::uint32_t times = dice() % 3; times > 0; --times)
        both.Sync(id, dice() % 2 ? Source::kWebhook : Source::kPoll);
    });
    both.Sync(room, Source::kPoll);
    EXPECT_EQ(LedgerOf(both.store, room), LedgerOf(both.chats.store(), room)) << "seed " << seed;
    std::map<std::string, int> ids, kinds;
    for (const storage::OutboxEvent& event : both.Outbox(both.store)) {
      EXPECT_EQ(++ids[event.id], 1) << event.id << " seed " << seed;
      ++kinds[event.kind];
    }
    EXPECT_EQ(kinds["chat.started"], 1) << "seed " << seed;
    EXPECT_EQ(kinds["chat.closed"], 1) << "seed " << seed;
    EXPECT_EQ(kinds["chat.queued"], 2) << "seed " << seed;
    EXPECT_EQ(kinds["chat.transferred"], 2) << "seed " << seed;
    EXPECT_EQ(kinds["chat.taken"], 4) << "seed " << seed;
  }
}

// ---- the mirror -----------------------------------------------------------------------------------------------------

TEST(RoomSync, MirrorsTheRecordsAsTheEmbeddedBackendKeepsThem) {
  SyncFixture both;
  const std::string room = both.chats.OpenRoom("vt-1", "Bob").Text("room._id");
  both.Later();
  both.chats.Say("vt-1", room, "Hello");
  both.Sync(room);
  const Json mirrored = *both.Mirrored(Collection::kRooms, room);
  const Json kept = (*Await(both.chats.store().documents().Get(Collection::kRooms, room)))->body;
  for (const char* path : {"ts", "open", "v._id", "v.token", "servedBy._id", "servedBy.ts", "lastMessage.msg",
                           "lastMessage.ts", "metrics.v.lq", "source.type", "_updatedAt", "msgs"}) {
    const Json* a = mirrored.FindPath(path);
    const Json* b = kept.FindPath(path);
    ASSERT_TRUE(a && b) << path;
    EXPECT_EQ(Print(*a), Print(*b)) << path;
  }
  const Json visitor = *both.Mirrored(Collection::kVisitors, std::string(TextAt(mirrored, "v._id")));
  EXPECT_EQ(visitor.Text("token"), "vt-1");
  EXPECT_EQ(visitor.Integer("chats"), 1);
  EXPECT_EQ(both.CountMirrored(Collection::kInquiries), 1u);
  EXPECT_EQ(both.CountMirrored(Collection::kMessages), 4u);
}

TEST(RoomSync, WhatHooksAnsweredStaysInTheMirror) {
  SyncFixture both;
  const std::string room = both.chats.RoomOf("vt-1");
  both.Sync(room);
  Json body = *both.Mirrored(Collection::kRooms, room);
  body.Set("crmData", Json("case 7"));
  storage::Changes changes;
  changes.Put(Collection::kRooms, room, body);
  ASSERT_TRUE(Await(both.store.committer().Commit(std::move(changes))));
  EXPECT_EQ(both.Sync(room), 0u);
  both.Later();
  both.chats.Say("vt-1", room, "Hello");
  both.Sync(room);
  EXPECT_EQ(both.Mirrored(Collection::kRooms, room)->Text("crmData"), "case 7");
}

TEST(RoomSync, ARoomTheWorkspaceNeverHadIsNothing) {
  SyncFixture both;
  EXPECT_EQ(both.Sync("fasd6f5a4sd6f8a4sdf"), 0u);
  EXPECT_THAT(both.Outbox(both.store), IsEmpty());
}

TEST(RoomSync, ATokenThatMovesOnIsNoLongerTheFormerVisitors) {
  SyncFixture both;
  const std::string room = both.chats.RoomOf("vt-1");
  both.Sync(room);
  Json other =
      *both.Mirrored(Collection::kVisitors, std::string(TextAt(*both.Mirrored(Collection::kRooms, room), "v._id")));
  Taken moved{"6650000000000000000000ff", other};
  moved.body.Set("username", Json("guest-99"));
  ASSERT_TRUE(Await(both.sync.SyncVisitor(moved, Source::kPassThrough)));
  EXPECT_EQ(both.Mirrored(Collection::kVisitors, moved.id)->Text("token"), "vt-1");
  EXPECT_EQ(both.CountMirrored(Collection::kVisitors), 2u);
}

TEST(RoomSync, AVisitorWhoIsAnotherNowIsTold) {
  SyncFixture both;
  const std::string room = both.chats.RoomOf("vt-1");
  both.Sync(room);
  both.Later();
  const Json visitor = Json::Of({{"token", "vt-1"}, {"name", "Robert"}, {"email", "robert@x.test"}});
  both.chats.Post("livechat/visitor", Json::Of({{"visitor", visitor}}));
  both.Sync(room);
  const std::string id(TextAt(*both.Mirrored(Collection::kRooms, room), "v._id"));
  EXPECT_THAT(both.KindsTold(id), ElementsAre("visitor.changed"));
  EXPECT_EQ(both.Told(id), both.Happened(id));
}

// ---- two at a time --------------------------------------------------------------------------------------------------

// Somebody else looked and wrote while this one was reading: the older view does not win.
TEST(RoomSync, AnOlderViewNeverWins) {
  SyncFixture both;
  RoomSync other(
      SyncParts{both.chats.backend(), both.store.stores(), both.projector, both.chats.clock(), both.progress});
  const std::string room = both.chats.RoomOf("vt-1");
  both.Sync(room);
  both.Later();
  both.chats.Say("vt-1", room, "one");
  bool first = true;
  both.workspace.meddle = [&](const backend::Request& request, backend::Response&) -> Awaitable<> {
    if (request.path != "rooms.info" || !std::exchange(first, false)) co_return;
    both.Later();
    const Json said = Json::Of({{"token", "vt-1"}, {"rid", room}, {"msg", "two"}});
    co_await both.chats.Call(http::Method::kPost, "livechat/message", std::string(), said, std::string());
    Sighting sighting;
    sighting.source = Source::kPassThrough;
    EXPECT_TRUE(co_await other.Sync(room, sighting));
  };
  both.Sync(room);
  EXPECT_EQ(TextAt(*both.Mirrored(Collection::kRooms, room), "lastMessage.msg"), "two");
  EXPECT_EQ(both.Told(room), both.Happened(room));
}

// ---- answers that cannot be used ------------------------------------------------------------------------------------

struct Spoilt {
  const char* name;
  const char* path;
  int status;
  std::string body;
  ErrorCode code;
};

TEST(RoomSync, AnswersThatCannotBeUsedAreNamedAndChangeNothing) {
  SyncFixture both;
  const std::string room = both.chats.RoomOf("vt-1");
  both.Sync(room);
  const Json before = *both.Mirrored(Collection::kRooms, room);
  both.Later();
  both.chats.Say("vt-1", room, "Hello");
  const std::string deep(200'000, '[');
  const std::vector<Spoilt> all = {
      {"cut", "rooms.info", 200, R"({"room":{"_id":")", ErrorCode::kBadGateway},
      {"a page", "rooms.info", 200, "<html>", ErrorCode::kBadGateway},
      {"no object", "rooms.info", 200, "[]", ErrorCode::kBadGateway},
      {"too deep", "rooms.info", 200, deep, ErrorCode::kBadGateway},
      {"no room", "rooms.info", 200, R"({"success":true})", ErrorCode::kBadGateway},
      {"a number", "rooms.info", 200, R"({"room":7,"success":true})", ErrorCode::kBadGateway},
      {"another room", "rooms.info", 200,
       R"({"room":{"_id":"other","t":"l","ts":"2026-01-05T10:15:30Z","_updatedAt":"2026-01-05T10:15:30Z","v":{"_id":"v"}}})",
       ErrorCode::kBadGateway},
      {"a failure", "rooms.info", 200, R"({"success":false,"error":"odd"})", ErrorCode::kBadGateway},
      {"forbidden", "rooms.info", 403, R"({"success":false,"error":"unauthorized"})", ErrorCode::kBadGateway},
      {"no access", "rooms.info", 400, R"({"success":false,"error":"not-allowed","errorType":"Not Allowed"})",
       ErrorCode::kBadGateway},
      {"down", "rooms.info", 503, "Service Unavailable", ErrorCode::kUnavailable},
      {"limited", "chat.syncMessages", 429, R"({"success":false,"error":"You must wait 7 seconds before"})",
       ErrorCode::kTooManyRequests},
      {"no list", "chat.syncMessages", 200, R"({"result":{"updated":{}},"success":true})", ErrorCode::kBadGateway},
      {"refused", "chat.syncMessages", 400, R"({"success":false,"errorType":"error-not-allowed"})",
       ErrorCode::kBadGateway},
  };
  for (const Spoilt& spoilt : all) {
    both.workspace.tamper = [&](const backend::Request& request) -> std::optional<Result<backend::Response>> {
      if (request.path != spoilt.path) return std::nullopt;
      return Result<backend::Response>(backend::Response(spoilt.status, spoilt.body));
    };
    const Result<std::size_t> synced = both.TrySync(room, Sighting());
    ASSERT_FALSE(synced) << spoilt.name;
    EXPECT_EQ(synced.error().code, spoilt.code) << spoilt.name << ": " << synced.error().message;
    EXPECT_EQ(Print(*both.Mirrored(Collection::kRooms, room)), Print(before)) << spoilt.name;
  }
  both.workspace.tamper = nullptr;
  both.Sync(room);
  EXPECT_EQ(both.Told(room), both.Happened(room));
}

// One message nobody can use does not hide the others, and is not taken for a removal of what was known.
TEST(RoomSync, AMessageThatCannotBeUsedIsLeftOut) {
  SyncFixture both;
  const std::string room = both.chats.RoomOf("vt-1");
  both.Later();
  both.chats.Say("vt-1", room, "one");
  both.Sync(room);
  both.Later();
  both.chats.Say("vt-1", room, "two");
  both.workspace.meddle = [&](const backend::Request& request, backend::Response& answer) -> Awaitable<> {
    if (request.path != "chat.syncMessages") co_return;
    Json body = *ParseJson(answer.body);
    for (Json& message : *body.Find("result")->Find("updated")->AsArray()) {
      if (message.Text("msg") == "one") message.Set("ts", Json("whenever"));
    }
    answer.body = Print(body);
  };
  both.chats.Close(both.ann, room);
  both.chats.Close(both.bob, room);
  both.Sync(room);
  EXPECT_EQ(both.Told(room), both.Happened(room));
  EXPECT_GT(both.progress.unusable_answers.load(), 0);
}

TEST(RoomSync, MessagesThatAllVanishAreNotBelieved) {
  SyncFixture both;
  const std::string room = both.chats.RoomOf("vt-1");
  both.Later();
  both.chats.Say("vt-1", room, "one");
  both.Sync(room);
  both.chats.Close(both.ann, room);
  both.chats.Close(both.bob, room);
  both.workspace.tamper = [&](const backend::Request& request) -> std::optional<Result<backend::Response>> {
    if (request.path != "chat.syncMessages") return std::nullopt;
    return Result<backend::Response>(backend::Response(200, R"({"result":{"updated":[]},"success":true})"));
  };
  EXPECT_FALSE(both.TrySync(room, Sighting()));
  both.workspace.tamper = nullptr;
  both.Sync(room);
  EXPECT_EQ(both.Told(room), both.Happened(room));
}

}  // namespace
}  // namespace parley::sync
