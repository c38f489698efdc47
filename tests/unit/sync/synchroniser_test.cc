#include "sync/synchroniser.h"

#include <gmock/gmock.h>

#include "sync_fixture.h"

namespace parley::sync {
namespace {

using events::Source;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Collection;
using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

class SynchroniserTest : public testing::Test {
 protected:
  explicit SynchroniserTest(bool webhooks = true)
      : all_(both_.parts, SyncOptions{std::chrono::milliseconds(10'000), webhooks}) {}

  std::string Open(const std::string& token) { return both_.chats.RoomOf(token); }
  void Spoken(const std::string& room, bool lead = false) {
    ASSERT_TRUE(Await(Inbox(both_.store.stores(), both_.chats.clock()).Put(room, Source::kWebhook, lead)));
  }
  std::size_t Waiting() { return Await(Inbox(both_.store.stores(), both_.chats.clock()).Read())->size(); }
  void LookAtHints() { ASSERT_TRUE(Await(all_.LookAtHints())); }
  // Long enough after what happened for a webhook to be lost.
  void LookAround() {
    both_.Later();
    const Status looked = Await(all_.LookAround());
    ASSERT_TRUE(looked) << looked.error().message << looked.error().detail;
  }
  void FillAll() {
    for (int pages = 0; pages < 50; ++pages) {
      const Result<bool> finished = Await(all_.FillOn());
      ASSERT_TRUE(finished) << finished.error().message << finished.error().detail;
      if (*finished) return;
    }
    FAIL() << "the fill does not end";
  }
  std::vector<std::string> SourcesOf(const std::string& subject) {
    std::vector<std::string> sources;
    for (const auto& event : both_.Outbox(both_.store)) {
      if (event.subject != subject) continue;
      sources.push_back(std::string(event.payload.Text("source")) + (event.payload.Flag("recovered") ? "!" : "") +
                        (event.deliverable ? "" : " silent"));
    }
    return sources;
  }

  SyncFixture both_;
  Synchroniser all_;
};

TEST_F(SynchroniserTest, WhatWasSpokenOfIsLookedAtOnce) {
  const std::string room = Open("vt-1");
  Spoken(room);
  LookAtHints();
  EXPECT_EQ(Waiting(), 0u);
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
  EXPECT_THAT(SourcesOf(room), ElementsAre("webhook", "webhook"));
}

TEST_F(SynchroniserTest, WhatCannotBeReadNowIsTriedAgainLater) {
  const std::string room = Open("vt-1");
  Spoken(room);
  both_.workspace.tamper = [](const backend::Request&) {
    return std::optional<Result<backend::Response>>(Unavailable("The workspace is down"));
  };
  LookAtHints();
  EXPECT_EQ(Waiting(), 1u);
  both_.workspace.tamper = nullptr;
  LookAtHints();
  EXPECT_EQ(Waiting(), 1u) << "not at once";
  both_.Later();
  LookAtHints();
  EXPECT_EQ(Waiting(), 0u);
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
}

// However long a workspace is away; but what it says and nobody can use is left to the lists in the end.
TEST_F(SynchroniserTest, OnlyWhatCannotBeUsedIsGivenUp) {
  const std::string room = Open("vt-1");
  Spoken(room);
  Result<backend::Response> answer = Unavailable("The workspace is down");
  both_.workspace.tamper = [&](const backend::Request&) { return std::optional<Result<backend::Response>>(answer); };
  for (int times = 0; times < 30; ++times) {
    LookAtHints();
    both_.Later(minutes(6));
  }
  EXPECT_EQ(Waiting(), 1u);
  answer = backend::Response(200, "<html>");
  LookAtHints();
  EXPECT_EQ(Waiting(), 0u);
}

TEST_F(SynchroniserTest, WhoStopsAsksNothingMoreAndForgetsNothing) {
  const std::string room = Open("vt-1");
  Spoken(room);
  all_.Stop();
  both_.workspace.asked.clear();
  Await(all_.Run());
  EXPECT_THAT(both_.workspace.asked, IsEmpty());
  EXPECT_EQ(Waiting(), 1u);
}

TEST_F(SynchroniserTest, WhatIsSpokenOfAgainMeanwhileIsLookedAtAgain) {
  const std::string room = Open("vt-1");
  Spoken(room);
  bool first = true;
  both_.workspace.meddle = [&](const backend::Request& request, backend::Response&) -> Awaitable<> {
    if (request.path != "rooms.info" || !std::exchange(first, false)) co_return;
    EXPECT_TRUE(co_await Inbox(both_.store.stores(), both_.chats.clock()).Put(room, Source::kWebhook));
  };
  const Result<std::optional<Time>> next = Await(all_.LookAtHints());
  ASSERT_TRUE(next);
  EXPECT_TRUE(*next);
  LookAtHints();
  EXPECT_EQ(Waiting(), 0u);
}

TEST_F(SynchroniserTest, LookingAroundFindsWhatNoWebhookTold) {
  const std::string open = Open("vt-1");
  const std::string closed = Open("vt-2");
  both_.chats.Close(both_.ann, closed);
  both_.chats.Close(both_.bob, closed);
  LookAround();
  EXPECT_EQ(both_.Told(open), both_.Happened(open));
  EXPECT_EQ(both_.Told(closed), both_.Happened(closed));
  EXPECT_THAT(SourcesOf(open), ElementsAre("poll!", "poll!"));
  EXPECT_EQ(both_.progress.recovered_events.load(), 5);
  LookAround();
  EXPECT_EQ(both_.progress.recovered_events.load(), 5);
}

TEST_F(SynchroniserTest, WhatHasJustHappenedIsLeftToTheWebhook) {
  const std::string room = Open("vt-1");
  ASSERT_TRUE(Await(all_.LookAround()));
  EXPECT_THAT(both_.Told(room), IsEmpty());
  Spoken(room);
  LookAround();
  EXPECT_THAT(both_.Told(room), IsEmpty()) << "somebody has spoken of it";
  LookAtHints();
  EXPECT_THAT(SourcesOf(room), ElementsAre("webhook", "webhook"));
}

TEST_F(SynchroniserTest, AChatNoListShowsAnyMoreIsGone) {
  const std::string room = Open("vt-1");
  Spoken(room);
  LookAtHints();
  both_.chats.AddUser("meg", {"admin", "livechat-manager"});
  ASSERT_EQ(both_.chats.Post("livechat/rooms.delete", Json::Of({{"roomId", room}}), "meg-id").status, 200);
  LookAround();
  EXPECT_EQ(both_.KindsTold(room).back(), "chat.removed");
  EXPECT_FALSE(both_.Mirrored(Collection::kRooms, room));
  EXPECT_EQ(both_.CountMirrored(Collection::kInquiries), 0u);
  EXPECT_EQ(both_.CountMirrored(Collection::kMessages), 0u);
}

TEST_F(SynchroniserTest, LookingAroundFindsRatingsAndTagsOfEndedChats) {
  const std::string room = Open("vt-1");
  both_.chats.Close(both_.ann, room);
  both_.chats.Close(both_.bob, room);
  LookAround();
  const Json survey = *ParseJson(R"([{"name":"satisfaction","value":"1"}])");
  both_.Later();
  both_.chats.Post("livechat/room.survey", Json::Of({{"rid", room}, {"token", "vt-1"}, {"data", survey}}));
  LookAround();
  EXPECT_EQ(both_.KindsTold(room).back(), "chat.rated");
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
}

TEST_F(SynchroniserTest, ALeadIsToldOnceHoweverOftenItIsSaid) {
  both_.chats.Set("Livechat_lead_email_regex", Json("[a-z]+@[a-z.]+"));
  const std::string room = Open("vt-1");
  Spoken(room);
  LookAtHints();
  both_.Later();
  both_.chats.Say("vt-1", room, "Write to me: bob@acme.test");
  for (int times = 0; times < 2; ++times) {
    Spoken(room);
    Spoken(room, true);
    LookAtHints();
  }
  EXPECT_EQ(both_.Told(room), both_.Happened(room));
  EXPECT_EQ(both_.KindsTold(room).back(), "chat.lead_captured");
}

// ---- everything at once ---------------------------------------------------------------------------------------------

// Three chats at a time, webhooks lost, doubled and late, looks in between, and a restart now and then.
TEST_F(SynchroniserTest, NothingIsLostOrDoubledWhateverHappens) {
  both_.chats.AddUser("meg", {"livechat-manager"});
  std::vector<std::string> rooms;
  for (const char* token : {"vt-1", "vt-2", "vt-3"}) rooms.push_back(Open(token));
  std::uint32_t state = 7;
  const auto dice = [&](std::uint32_t sides) { return ((state = state * 1'664'525U + 1'013'904'223U) >> 16) % sides; };
  std::vector<std::string> late;
  std::optional<Synchroniser> all;
  for (int step = 0; step < 90; ++step) {
    if (!all || dice(10) == 0) all.emplace(both_.parts, SyncOptions{std::chrono::milliseconds(10'000), true});
    const std::size_t which = dice(3);
    const std::string token = "vt-" + std::to_string(which + 1);
    both_.Later(seconds(1 + dice(5)));
    const std::string room = rooms[which];
    const std::string agent(
        TextAt(both_.chats.Get("rooms.info", "roomId=" + room, "meg-id").body, "room.servedBy._id"));
    if (dice(2) == 0) {
      both_.chats.Say(token, room, "question " + std::to_string(step));
    } else if (!agent.empty() && dice(3) != 0) {
      both_.chats.SayAs(agent, room, "answer " + std::to_string(step));
    } else if (!agent.empty() && step > 10) {
      both_.chats.Close(agent, room);
      rooms[which] = Open(token);
      rooms.push_back(room);
    }
    switch (dice(5)) {
      case 0:
        break;  // lost
      case 1:
        late.push_back(room);
        break;
      case 2:
        Spoken(room);
        [[fallthrough]];
      default:
        Spoken(room);
    }
    if (!late.empty() && dice(3) == 0) {
      Spoken(late.front());
      late.erase(late.begin());
    }
    if (dice(2) == 0) {
      EXPECT_TRUE(Await(all->LookAtHints()));
    }
    if (dice(6) == 0) {
      EXPECT_TRUE(Await(all->LookAround()));
    }
  }
  both_.Later();
  ASSERT_TRUE(Await(all->LookAtHints()));
  ASSERT_TRUE(Await(all->LookAround()));
  EXPECT_GT(rooms.size(), 5u) << "chats end";
  for (const std::string& room : rooms) {
    auto told = both_.Told(room);
    auto happened = both_.Happened(room);
    std::sort(told.begin(), told.end());
    std::sort(happened.begin(), happened.end());
    EXPECT_EQ(told, happened);
  }
  EXPECT_GT(both_.progress.recovered_events.load(), 0);
  EXPECT_EQ(Waiting(), 0u);
}

// ---- agents ---------------------------------------------------------------------------------------------------------

TEST_F(SynchroniserTest, AgentsThatBeginAndCeaseToAcceptChatsAreTold) {
  LookAround();
  EXPECT_THAT(SourcesOf(both_.ann), ElementsAre("fill silent"));
  both_.chats.SetAvailable(both_.ann, false);
  LookAround();
  EXPECT_THAT(both_.KindsTold(both_.ann), ElementsAre("agent.status_changed", "agent.status_changed"));
  EXPECT_THAT(SourcesOf(both_.ann), ElementsAre("fill silent", "poll"));
  EXPECT_THAT(SourcesOf(both_.bob), ElementsAre("fill silent"));
  EXPECT_EQ(both_.Mirrored(Collection::kUsers, both_.ann)->Text("username"), "ann");
}

// ---- the first fill -------------------------------------------------------------------------------------------------

class FillTest : public SynchroniserTest {
 protected:
  // Ended chats, an hour apart, before Parley looks.
  void Past(int chats) {
    for (int i = 0; i < chats; ++i) {
      const std::string room = Open("past-" + std::to_string(i));
      both_.Later();
      both_.chats.Say("past-" + std::to_string(i), room, "Hello");
      both_.Later();
      if (both_.chats.Close(both_.ann, room).status != 200) both_.chats.Close(both_.bob, room);
      both_.Later(minutes(60));
      rooms_.push_back(room);
    }
    storage::Changes changes;
    changes.Put(Collection::kSyncs, "watch", Json::Of({{"since", UnixMillis(both_.chats.clock().Now())}}));
    ASSERT_TRUE(Await(both_.store.committer().Commit(std::move(changes))));
  }

  std::vector<std::string> rooms_;
};

TEST_F(FillTest, ThePastIsInTheLedgerAndToldToNobody) {
  Past(3);
  both_.Later();
  const std::string now = Open("vt-1");
  FillAll();
  EXPECT_EQ(Await(both_.store.ledger().List(storage::ChatFilter(), 0, 10))->total, 3);
  for (const std::string& room : rooms_) {
    EXPECT_EQ(both_.Told(room), both_.Happened(room));
    for (const std::string& source : SourcesOf(room)) EXPECT_EQ(source, "fill silent");
  }
  EXPECT_THAT(both_.Told(now), IsEmpty()) << "what begins from now on is none of the fill's";
  EXPECT_TRUE(both_.progress.filled.load());
}

TEST_F(FillTest, GoesOnWhereItEnded) {
  Past(60);
  ASSERT_TRUE(Await(all_.FillOn()));
  EXPECT_EQ(both_.progress.fill_done.load(), 50);
  EXPECT_EQ(both_.progress.fill_total.load(), 60);
  Synchroniser next(both_.parts, SyncOptions());
  both_.workspace.asked.clear();
  const Result<bool> finished = Await(next.FillOn());
  ASSERT_TRUE(finished);
  EXPECT_EQ(std::count(both_.workspace.asked.begin(), both_.workspace.asked.end(), "chat.syncMessages"), 10);
  FillAll();
  EXPECT_EQ(both_.CountMirrored(Collection::kRooms), 60u);
}

TEST_F(FillTest, AChatThatCannotBeUsedDoesNotHoldUpTheOthers) {
  Past(3);
  both_.workspace.tamper = [&](const backend::Request& request) -> std::optional<Result<backend::Response>> {
    if (request.query.find(rooms_[1]) == std::string::npos) return std::nullopt;
    return Result<backend::Response>(backend::Response(200, R"({"result":{"updated":7},"success":true})"));
  };
  FillAll();
  EXPECT_EQ(both_.CountMirrored(Collection::kRooms), 2u);
  EXPECT_GT(both_.progress.unusable_answers.load(), 0);
}

TEST_F(FillTest, WaitsAsLongAsTheWorkspaceAsks) {
  Past(1);
  both_.workspace.tamper = [](const backend::Request&) -> std::optional<Result<backend::Response>> {
    return Result<backend::Response>(backend::Response(
        429, R"({"success":false,"error":"Error, too many requests. Please slow down. You must wait 42 seconds before )"
             R"(trying this endpoint again. [error-too-many-requests]"})"));
  };
  const Result<bool> refused = Await(all_.FillOn());
  ASSERT_FALSE(refused);
  EXPECT_EQ(PauseAfter(refused.error(), 0), seconds(42));
}

// A chat that ran when Parley began to look is told from then on.
TEST_F(FillTest, OfAChatThatRunsAlreadyOnlyWhatFollowsIsTold) {
  const std::string room = Open("vt-1");
  both_.Later();
  Past(0);
  FillAll();
  EXPECT_THAT(SourcesOf(room), ElementsAre("fill silent", "fill silent"));
  both_.Later();
  both_.chats.Say("vt-1", room, "Still there?");
  Spoken(room);
  LookAtHints();
  EXPECT_THAT(SourcesOf(room), ElementsAre("fill silent", "fill silent", "webhook"));
}

}  // namespace
}  // namespace parley::sync
