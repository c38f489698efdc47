#include "resources/tickets.h"

#include <gmock/gmock.h>

#include <set>

#include "ledger/projector.h"
#include "support/test_store.h"

namespace parley::resources {
namespace {

using test::Await;
using testing::ElementsAre;
using testing::IsEmpty;

class TicketsTest : public testing::Test {
 protected:
  // A ticket called by its message; `members` are merged into the least a ticket needs.
  std::string Add(const char* message, const char* members = "{}") {
    Json body = Json::Of({{"requester", Json::Of({{"mail", "ida@buyer.test"}, {"name", "Ida Holm"}})},
                          {"message", message},
                          {"groups", Json(Json::Array{""})},
                          {"source", Json::Of({{"type", "lc2"}})}});
    const Json more = *ParseJson(members);
    for (const auto& [name, value] : *more.AsObject()) body.Set(name, value);
    const Result<Json> made = Await(tickets_.Create(std::move(body)));
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::string(made->Find("ticket")->Text("id")) : "";
  }

  Json Change(const std::string& id, const char* body) {
    const Result<std::optional<Json>> changed = Await(tickets_.Change(id, *ParseJson(body)));
    EXPECT_TRUE(changed && *changed);
    return changed && *changed ? *(*changed)->Find("ticket") : Json();
  }

  Json Get(const std::string& id) {
    const Result<std::optional<Json>> found = Await(tickets_.Get(id));
    EXPECT_TRUE(found && *found);
    return found && *found ? *(*found)->Find("ticket") : Json();
  }

  Json Page(const ledger::Parameters& parameters) {
    const Result<Json> page = Await(tickets_.List(parameters));
    EXPECT_TRUE(page) << page.error().message;
    return page ? *page : Json();
  }

  // What the tickets of the first page are called, in their order.
  std::vector<std::string> Found(const ledger::Parameters& parameters) {
    const Json page = Page(parameters);
    std::vector<std::string> messages;
    for (const Json& ticket : *page.Find("tickets")->AsArray())
      messages.emplace_back(ticket.Find("events")->AsArray()->front().Text("message"));
    EXPECT_EQ(page.Integer("total"), static_cast<std::int64_t>(messages.size()));
    return messages;
  }

  void NextDay() { store_.clock().Advance(std::chrono::hours(24)); }

  std::vector<std::string> EventKinds() {
    std::vector<std::string> kinds;
    const std::vector<storage::OutboxEvent> outbox = *Await(store_.outbox().Read(0, 100));
    for (const storage::OutboxEvent& event : outbox) kinds.push_back(event.kind);
    return kinds;
  }

  test::TestStore store_;
  const ledger::Projector projector_;
  Tickets tickets_{store_.stores(), projector_, store_.clock(), store_.generator(), FindZone("Europe/Berlin")};
};

constexpr std::int64_t kStart = 1'767'608'130'000;  // 2026-01-05T10:15:30Z, where the clock begins

TEST_F(TicketsTest, ANewTicketIsOpenAndBeginsWithWhatTheRequesterWrote) {
  const std::string id = Add("The shade is cracked.");
  EXPECT_EQ(
      Print(Get(id)),
      R"({"id":")" + id +
          R"-(","status":"open","subject":"(no subject)","requester":{"mail":"ida@buyer.test","name":"Ida Holm"},)-"
          R"("groups":[""],"tags":[],"source":{"type":"lc2"},"modified_at":1767608130000,)"
          R"("opened":[{"from_at":1767608130000}],"events":[{"type":"message","at":1767608130000,)"
          R"("author":{"id":"ida@buyer.test","name":"Ida Holm","type":"client"},)"
          R"("message":"The shade is cracked.","is_private":false,"source":{"type":"lc2"}}]})");
}

TEST_F(TicketsTest, AnAssigneeIsAnEventOfWhoeverEnteredTheTicket) {
  const std::string id = Add("Lamp", R"({"assignee":{"login":"liv@acme.test","name":"Liv"},)"
                                     R"("by":{"login":"nora@acme.test","name":"Nora"}})");
  const Json ticket = Get(id);
  EXPECT_EQ(Print(*ticket.Find("assignee")), R"({"login":"liv@acme.test","name":"Liv"})");
  EXPECT_EQ(Print(ticket.Find("events")->AsArray()->back()),
            R"({"type":"assignee_changed","at":1767608130000,)"
            R"("author":{"id":"nora@acme.test","name":"Nora","type":"agent"},)"
            R"("to":{"id":"liv@acme.test","name":"Liv"}})");
}

TEST_F(TicketsTest, ATicketWithoutMessageOrAddressIsRefusedForBoth) {
  const Result<Json> refused = Await(tickets_.Create(Json::MakeObject()));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().all, ElementsAre("message is required", "requester.mail is required"));
  EXPECT_THAT(Found({}), IsEmpty());
}

TEST_F(TicketsTest, CreationIsToldInTheSameCommit) {
  const std::string id = Add("Lamp");
  const std::vector<storage::OutboxEvent> outbox = *Await(store_.outbox().Read(0, 10));
  ASSERT_EQ(outbox.size(), 1u);
  EXPECT_EQ(outbox[0].kind, "ticket.created");
  EXPECT_EQ(outbox[0].subject, id);
  EXPECT_TRUE(outbox[0].deliverable);
  EXPECT_EQ(Print(*outbox[0].payload.Find("ticket")), Print(Get(id)));
}

TEST_F(TicketsTest, TagsAreReplacedAndWhoDidItIsNoted) {
  const std::string id = Add("Lamp");
  NextDay();
  const Json tagged = Change(id, R"({"tags":["a","b"],"by":{"login":"liv@acme.test","name":"Liv"}})");
  EXPECT_EQ(Print(*tagged.Find("tags")), R"(["a","b"])");
  EXPECT_EQ(tagged.Integer("modified_at"), kStart + 86'400'000);
  EXPECT_EQ(Print(tagged.Find("events")->AsArray()->back()),
            R"({"type":"tags_changed","at":1767694530000,)"
            R"("author":{"id":"liv@acme.test","name":"Liv","type":"agent"},"from":[],"to":["a","b"]})");
  EXPECT_EQ(Print(Get(id)), Print(tagged));
  EXPECT_EQ(Print(*Change(id, R"({"tags":[]})").Find("tags")), "[]");
}

TEST_F(TicketsTest, WhatIsTheCaseAlreadyIsNoChange) {
  const std::string id = Add("Lamp", R"({"assignee":{"login":"liv@acme.test","name":"Liv"}})");
  Change(id, R"({"tags":["a"]})");
  NextDay();
  const Json same = Change(id, R"({"tags":["a"],"status":"open","assignee":{"login":"liv@acme.test","name":"Liv"}})");
  EXPECT_EQ(same.Integer("modified_at"), kStart);
  EXPECT_EQ(same.Find("events")->size(), 3u);
}

TEST_F(TicketsTest, StatusesMakeThePeriodsATicketIsOpenIn) {
  const std::string id = Add("Lamp");
  Change(id, R"({"status":"pending"})");
  NextDay();
  const Json solved = Change(id, R"({"status":"solved"})");
  EXPECT_EQ(Print(*solved.Find("opened")), R"([{"from_at":1767608130000,"to_at":1767694530000}])");
  EXPECT_EQ(solved.Integer("resolved_at"), kStart + 86'400'000);
  NextDay();
  const Json again = Change(id, R"({"status":"open"})");
  EXPECT_EQ(Print(*again.Find("opened")),
            R"([{"from_at":1767608130000,"to_at":1767694530000},{"from_at":1767780930000}])");
  EXPECT_EQ(again.Find("resolved_at"), nullptr);
  EXPECT_EQ(Print(*again.Find("events")->AsArray()->back().Find("from")), R"("solved")");
  const Result<std::optional<Json>> refused = Await(tickets_.Change(id, *ParseJson(R"({"status":"lost"})")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "status must be open, pending, solved or spam");
}

TEST_F(TicketsTest, AnAssigneeIsReplacedAndTakenAway) {
  const std::string id = Add("Lamp", R"({"assignee":{"login":"liv@acme.test","name":"Liv"}})");
  Change(id, R"({"assignee":{"login":"bob@acme.test","name":"Bob"}})");
  const Json nobodys = Change(id, R"({"assignee":{"login":"","name":""}})");
  EXPECT_EQ(nobodys.Find("assignee"), nullptr);
  const Json last = nobodys.Find("events")->AsArray()->back();
  EXPECT_EQ(Print(*last.Find("from")), R"({"id":"bob@acme.test","name":"Bob"})");
  EXPECT_EQ(last.Find("to"), nullptr);
  EXPECT_THAT(Found({{"assigned", "0"}}), ElementsAre("Lamp"));
}

TEST_F(TicketsTest, TheFirstAnswerCountsNotesDoNot) {
  const std::string id = Add("Lamp");
  const char* note = R"({"message":"Odd one","is_private":true,"by":{"login":"liv@acme.test","name":"Liv"}})";
  EXPECT_EQ(Change(id, note).Find("first_response_at"), nullptr);
  NextDay();
  const char* answer = R"({"message":"On its way","by":{"login":"liv@acme.test","name":"Liv"}})";
  EXPECT_EQ(Change(id, answer).Integer("first_response_at"), kStart + 86'400'000);
  NextDay();
  EXPECT_EQ(Change(id, answer).Integer("first_response_at"), kStart + 86'400'000);
  EXPECT_THAT(Found({{"query", "odd way"}}), ElementsAre("Lamp"));
}

TEST_F(TicketsTest, NobodysTicketIsNothing) {
  EXPECT_FALSE(*Await(tickets_.Get("nobody")));
  EXPECT_FALSE(*Await(tickets_.Change("nobody", *ParseJson(R"({"tags":["a"]})"))));
  EXPECT_THAT(EventKinds(), IsEmpty());
}

class TicketLists : public TicketsTest {
 protected:
  // One a day from the 5th, in Berlin: Lamp, Desk, Sofa.
  TicketLists() {
    lamp_ = Add("Lamp", R"({"subject":"Arrived broken","assignee":{"login":"liv@acme.test","name":"Liv"}})");
    NextDay();
    desk_ = Add("Desk", R"({"groups":["d3","d7"],"source":{"type":"chat-window","url":"https://acme.test/"}})");
    Change(desk_, R"({"tags":["oak","late"]})");
    NextDay();
    Add("Sofa", R"({"requester":{"mail":"Olaf@Buyer.test","name":"Olaf"}})");
  }

  std::string lamp_, desk_;
};

TEST_F(TicketLists, TheLastChangedComesFirst) {
  EXPECT_THAT(Found({}), ElementsAre("Sofa", "Desk", "Lamp"));
  EXPECT_THAT(Found({{"order", "asc"}}), ElementsAre("Lamp", "Desk", "Sofa"));
  NextDay();
  Change(lamp_, R"({"status":"solved"})");
  EXPECT_THAT(Found({{"order", "desc"}}), ElementsAre("Lamp", "Sofa", "Desk"));
}

TEST_F(TicketLists, EveryFilterFilters) {
  NextDay();
  Change(lamp_, R"({"status":"solved"})");
  struct Case {
    const char *name, *value;
    std::vector<std::string> found;
  };
  for (const Case& one : std::vector<Case>{
           {"status", "solved", {"Lamp"}},
           {"status", "open", {"Sofa", "Desk"}},
           {"status", "spam", {}},
           {"assigned", "1", {"Lamp"}},
           {"assigned", "0", {"Sofa", "Desk"}},
           {"assignee", "liv@acme.test", {"Lamp"}},
           {"assignee", "bob@acme.test", {}},
           {"mail", "ida@buyer.test", {"Lamp", "Desk"}},
           {"mail", "OLAF@buyer.TEST", {"Sofa"}},
           {"group", "", {"Lamp", "Sofa"}},
           {"group", "d7", {"Desk"}},
           {"group", "-", {}},
           {"source", "chat-window", {"Desk"}},
           {"source", "lc2", {"Lamp", "Sofa"}},
           {"tag", "oak", {"Desk"}},
           {"tag[]", "late", {"Desk"}},
           {"tag", "pine", {}},
           {"tagged", "1", {"Desk"}},
           {"tagged", "0", {"Lamp", "Sofa"}},
           {"query", "BROKEN", {"Lamp"}},
           {"query", "holm  desk", {"Desk"}},
           {"query", "olaf@buyer", {"Sofa"}},
           {"query", "100%", {}},
           {"colour", "red", {"Lamp", "Sofa", "Desk"}},
       }) {
    EXPECT_EQ(Found({{one.name, one.value}}), one.found) << one.name << "=" << one.value;
  }
  EXPECT_THAT(Found({{"tag", "oak"}, {"tag", "late"}}), ElementsAre("Desk"));
  EXPECT_THAT(Found({{"tag", "oak"}, {"tag", "pine"}}), IsEmpty()) << "all of them";
  EXPECT_THAT(Found({{"status", "open"}, {"mail", "ida@buyer.test"}}), ElementsAre("Desk")) << "filters combine";
}

TEST_F(TicketLists, ARangeOfDaysFindsWhatHadAnyActivityInIt) {
  NextDay();
  Change(lamp_, R"({"status":"pending"})");  // active on the 5th and on the 8th
  EXPECT_THAT(Found({{"date_from", "2026-01-05"}, {"date_to", "2026-01-05"}}), ElementsAre("Lamp"));
  EXPECT_THAT(Found({{"date_from", "2026-01-08"}, {"date_to", "2026-01-09"}}), ElementsAre("Lamp"));
  EXPECT_THAT(Found({{"date_from", "2026-01-06"}, {"date_to", "2026-01-07"}}), ElementsAre("Sofa", "Desk"));
  EXPECT_THAT(Found({{"date_from", "2026-01-07"}}), ElementsAre("Lamp", "Sofa"));
  EXPECT_THAT(Found({{"date_to", "2026-01-06"}}), ElementsAre("Lamp", "Desk"));
  EXPECT_THAT(Found({{"date_from", "2026-01-08"}, {"date_to", "2026-01-05"}}), IsEmpty());
}

TEST_F(TicketsTest, DaysBeginInTheAccountsZone) {
  store_.clock().SetNow(*ParseIsoTime("2026-01-05T23:30:00Z"));  // half past midnight on the 6th in Berlin
  Add("Late");
  EXPECT_THAT(Found({{"date_from", "2026-01-06"}, {"date_to", "2026-01-06"}}), ElementsAre("Late"));
  EXPECT_THAT(Found({{"date_to", "2026-01-05"}}), IsEmpty());
  EXPECT_THAT(Found({{"date_to", "2026-01-05"}, {"timezone", "UTC"}}), ElementsAre("Late"));
}

TEST_F(TicketsTest, PagesHaveTwentyFiveAndEveryTicketIsOnOne) {
  for (int i = 0; i < 26; ++i) Add("Lamp");
  const Json first = Page({});
  const Json second = Page({{"page", "2"}});
  EXPECT_EQ(first.Find("tickets")->size(), 25u);
  EXPECT_EQ(second.Find("tickets")->size(), 1u);
  EXPECT_EQ(second.Integer("total"), 26);
  EXPECT_EQ(second.Integer("pages"), 2);
  std::set<std::string> ids;
  for (const Json* page : {&first, &second})
    for (const Json& ticket : *page->Find("tickets")->AsArray()) ids.emplace(ticket.Text("id"));
  EXPECT_EQ(ids.size(), 26u);
  for (const char* page : {"0", "-3", "x", ""}) EXPECT_EQ(Page({{"page", page}}).Find("tickets")->size(), 25u) << page;
  const Json past = Page({{"page", "9223372036854775807"}});
  EXPECT_EQ(past.Find("tickets")->size(), 0u);
  EXPECT_EQ(past.Integer("total"), 26);
}

TEST_F(TicketsTest, EveryBadParameterIsNamed) {
  const Result<Json> refused = Await(tickets_.List(
      {{"date_from", "yesterday"}, {"status", "lost"}, {"assigned", "maybe"}, {"tagged", "2"}, {"order", "INVALID"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().all,
              ElementsAre("date_from must be a date, YYYY-MM-DD", "status must be open, pending, solved or spam",
                          "assigned must be 0 or 1", "tagged must be 0 or 1", "order must be desc or asc"));
}

}  // namespace
}  // namespace parley::resources
