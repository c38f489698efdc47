#include <gtest/gtest.h>

#include "backend/embedded/subscription.h"
#include "chat_fixture.h"
#include "records/ticket.h"
#include "records/visit.h"

namespace parley::backend::embedded {
namespace {

Answer Register(ChatFixture& chats, const Json& visitor) {
  return chats.Post("livechat/visitor", Json::Of({{"visitor", visitor}}));
}

TEST(Visitors, RegisterWithANumberedNameAndStayTheSameByToken) {
  ChatFixture chats;
  const Answer first = Register(chats, Json::Of({{"token", "vt-1"}, {"name", "Bob"}, {"email", " Bob@X.Test "}}));
  ASSERT_EQ(first.status, 200) << Print(first.body);
  EXPECT_EQ(first.Text("visitor.username"), "guest-1");
  EXPECT_EQ(first.Text("visitor.token"), "vt-1");
  EXPECT_EQ(first.Text("visitor.status"), "online");
  EXPECT_EQ(first.Text("visitor._id").size(), 24u);
  EXPECT_EQ(Print(*first.body.FindPath("visitor.visitorEmails")), R"([{"address":"bob@x.test"}])");
  const Answer again = Register(chats, Json::Of({{"token", "vt-1"}, {"phone", "+1555"}}));
  EXPECT_EQ(again.Text("visitor._id"), first.Text("visitor._id"));
  EXPECT_EQ(again.Text("visitor.name"), "Bob");
  EXPECT_EQ(Print(*again.body.FindPath("visitor.phone")), R"([{"phoneNumber":"+1555"}])");
  EXPECT_EQ(Register(chats, Json::Of({{"token", "vt-2"}})).Text("visitor.username"), "guest-2");
}

TEST(Visitors, AKnownPhoneKeepsItsTokenAKnownMailGetsTheNewOne) {
  ChatFixture chats;
  Register(chats, Json::Of({{"token", "vt-1"}, {"phone", "+1555"}}));
  EXPECT_EQ(Register(chats, Json::Of({{"token", "other"}, {"phone", "+1555"}})).Text("visitor.token"), "vt-1");
  const Answer mailed = Register(chats, Json::Of({{"token", "vt-2"}, {"email", "a@x.test"}}));
  const Answer moved = Register(chats, Json::Of({{"token", "vt-3"}, {"email", "a@x.test"}}));
  EXPECT_EQ(moved.Text("visitor._id"), mailed.Text("visitor._id"));
  EXPECT_EQ(moved.Text("visitor.token"), "vt-3");
  EXPECT_EQ(chats.Get("livechat/visitor/vt-2").error(), "[invalid-token]");
}

struct WrongRegistration {
  const char* name;
  const char* body;
  const char* error;
};

class RegistrationChecks : public testing::TestWithParam<WrongRegistration> {};

TEST_P(RegistrationChecks, SayWhatIsWrong) {
  ChatFixture chats;
  const Answer answer = chats.Post("livechat/visitor", *ParseJson(GetParam().body));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.error(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    All, RegistrationChecks,
    testing::Values(
        WrongRegistration{"NoVisitor", R"({})", "Match error: Missing key 'visitor'"},
        WrongRegistration{"NoToken", R"({"visitor":{"name":"Bob"}})",
                          "Match error: Missing key 'token' in field visitor"},
        WrongRegistration{"TokenNotText", R"({"visitor":{"token":5}})",
                          "Match error: Expected string, got number in field visitor.token"},
        WrongRegistration{"NameNotText", R"({"visitor":{"token":"t","name":{}}})",
                          "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation in field "
                          "visitor.name"},
        WrongRegistration{"EmptyToken", R"({"visitor":{"token":" "}})", "Token cannot be empty [error-invalid-token]"},
        WrongRegistration{"VisitorNotObject", R"({"visitor":"t"})", "Match error: Expected object, got string"},
        WrongRegistration{"UnknownDepartment", R"({"visitor":{"token":"t","department":"nowhere"}})",
                          "error-invalid-department"}),
    [](const auto& test) { return test.param.name; });

TEST(Visitors, HeadersAreKeptOnlyWhenAllowed) {
  ChatFixture chats;
  Register(chats, Json::Of({{"token", "vt-1"}}));
  EXPECT_EQ(chats.Get("livechat/visitor/vt-1").body.FindPath("visitor.ip"), nullptr);
  chats.Set("Livechat_Allow_collect_and_store_HTTP_header_informations", true);
  Request request(http::Method::kPost, "livechat/visitor");
  request.content_type = "application/json";
  request.body = R"({"visitor":{"token":"vt-1"}})";
  request.client_address = "192.0.2.1";
  request.headers = {{"X-Forwarded-For", "203.0.113.9, 10.0.0.1"}, {"User-Agent", "Mozilla"}};
  ASSERT_TRUE(test::Await(chats.backend().Call(request)));
  const Answer visitor = chats.Get("livechat/visitor/vt-1");
  EXPECT_EQ(visitor.Text("visitor.ip"), "203.0.113.9");
  EXPECT_EQ(visitor.Text("visitor.userAgent"), "Mozilla");
}

TEST(Visitors, ANewNameShowsInTheOpenChat) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  Register(chats, Json::Of({{"token", "vt-1"}, {"name", "Robert"}}));
  const Answer info = chats.Get("rooms.info", Query({{"roomId", room}}), ann);
  EXPECT_EQ(info.Text("room.fname"), "Robert");
  EXPECT_EQ(info.Text("room.v.name"), "Robert");
  EXPECT_EQ(chats.LedgerOf(room)->visitor.name, "Robert");
}

TEST(Visitors, InfoKeepsTheTokenToItself) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string id = Register(chats, Json::Of({{"token", "vt-1"}})).Text("visitor._id");
  const Answer info = chats.Get("livechat/visitors.info", Query({{"visitorId", id}}), ann);
  EXPECT_EQ(info.Text("visitor.username"), "guest-1");
  EXPECT_EQ(info.body.FindPath("visitor.token"), nullptr);
  EXPECT_EQ(chats.Get("livechat/visitors.info", Query({{"visitorId", "x"}}), ann).error(), "visitor-not-found");
  EXPECT_EQ(chats.Get("livechat/visitors.info", Query({{"visitorId", id}})).status, 401);
}

TEST(Visitors, AreFoundByMailPhoneAndPartOfAName) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  Register(chats, Json::Of({{"token", "1"}, {"name", "Bob Ray"}, {"email", "bob@x.test"}}));
  chats.clock().Advance(std::chrono::seconds(1));
  Register(chats, Json::Of({{"token", "2"}, {"name", "Cia"}, {"phone", "+1555"}}));
  const auto found = [&](const char* term) {
    return chats.Get("livechat/visitors.search", Query({{"term", term}}), ann).Each("visitors", "username");
  };
  EXPECT_EQ(found("bob@x.test"), "guest-1");
  EXPECT_EQ(found("+1555"), "guest-2");
  EXPECT_EQ(found("ray"), "guest-1");
  EXPECT_EQ(found("bob@"), "");
  EXPECT_EQ(found(""), "guest-2 guest-1");
  const Answer items = chats.Get("livechat/visitors.autocomplete", Query({{"selector", R"({"term":"bob"})"}}), ann);
  EXPECT_EQ(items.Each("items", "custom_name"), "guest-1 - Bob Ray");
}

TEST(Visitors, AStatusReachesTheOpenChat) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  const Answer set = chats.Post("livechat/visitor.status", Json::Of({{"token", "vt-1"}, {"status", "away"}}));
  EXPECT_EQ(Print(set.body), R"({"token":"vt-1","status":"away","success":true})");
  EXPECT_EQ(chats.Get("rooms.info", Query({{"roomId", room}}), ann).Text("room.v.status"), "away");
  EXPECT_EQ(chats.Post("livechat/visitor.status", Json::Of({{"token", "x"}, {"status", "away"}})).error(),
            "[invalid-token]");
}

// As the forms on the web and the messages left make them.
void AddTicket(ChatFixture& chats, const std::string& id, const std::string& mail, const std::string& visitor_id = {}) {
  records::NewTicket ticket;
  ticket.id = id;
  ticket.mail = mail;
  ticket.message = "The shade is cracked.";
  ticket.visitor_id = visitor_id;
  storage::Changes changes;
  records::AddTicket(ticket, events::Source::kEmbedded, ledger::Projector(), changes);
  ASSERT_TRUE(test::Await(chats.store().committer().Commit(std::move(changes))));
}

// The tickets there are, and those whose event still says something.
std::string TicketsLeft(ChatFixture& chats) {
  const auto found = test::Await(chats.store().documents().Find(storage::Query(storage::Collection::kTickets)));
  std::string left;
  for (const storage::Document& document : found->documents) left += document.id + " ";
  const auto outbox = test::Await(chats.store().outbox().Read(0, 1000));
  for (const storage::OutboxEvent& event : *outbox) {
    if (event.kind == "ticket.created" && !event.payload.IsNull()) left += "told:" + event.subject + " ";
  }
  return left;
}

TEST(Visitors, ErasingTakesTheTicketsAlong) {
  ChatFixture chats;
  const Json visitor = Json::Of({{"token", "vt-1"}, {"name", "Ida"}, {"email", "Ida@buyer.test"}});
  const std::string id = chats.Post("livechat/visitor", Json::Of({{"visitor", visitor}})).Text("visitor._id");
  AddTicket(chats, "t1", "IDA@buyer.test");
  AddTicket(chats, "t2", "private@buyer.test", id);
  AddTicket(chats, "t3", "olaf@buyer.test", "somebody-else");
  EXPECT_EQ(TicketsLeft(chats), "t1 t2 t3 told:t1 told:t2 told:t3 ");
  EXPECT_EQ(chats.Delete("livechat/visitor/vt-1").status, 200);
  EXPECT_EQ(TicketsLeft(chats), "t3 told:t3 ");
}

TEST(Visitors, ErasingTakesTheChatsAlong) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  chats.Say("vt-1", room, "Hello");
  EXPECT_EQ(chats.Delete("livechat/visitor/vt-1").error(),
            "Cannot remove visitors with opened rooms [visitor-has-open-rooms]");
  chats.Close(ann, room);
  EXPECT_EQ(chats.Delete("livechat/visitor/vt-1").status, 200);
  EXPECT_EQ(chats.Get("livechat/visitor/vt-1").error(), "[invalid-token]");
  EXPECT_FALSE(chats.LedgerOf(room));
  EXPECT_EQ(*test::Await(chats.store().documents().Count(storage::Query(storage::Collection::kMessages))), 0);
  EXPECT_EQ(Register(chats, Json::Of({{"token", "vt-1"}})).Text("visitor.username"), "guest-2");
}

TEST(VisitorHistory, ListsAndSearchesEarlierChats) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string first = chats.RoomOf("vt-1");
  chats.Say("vt-1", first, "About my invoice");
  chats.Close(ann, first, "paid");
  chats.clock().Advance(std::chrono::seconds(1));
  const Answer second = chats.OpenRoom("vt-1");
  const std::string of_visitor = second.Text("room._id") + "/visitor/" + second.Text("room.v._id");
  const std::string both = second.Text("room._id") + " " + first;
  EXPECT_EQ(chats.Get("livechat/visitors.chatHistory/room/" + of_visitor, {}, ann).Each("history", "_id"), both);
  const auto search = [&](const std::string& query) {
    return chats.Get("livechat/visitors.searchChats/room/" + of_visitor, query, ann);
  };
  EXPECT_EQ(search({}).Each("history", "_id"), both);
  EXPECT_EQ(search("searchText=invoice").Each("history", "closingMessage.msg"), "paid");
  EXPECT_EQ(search("closedChatsOnly=true").Each("history", "_id"), first);
  EXPECT_EQ(search("source=widget").Each("history", "_id"), "");
  const std::string ben = chats.AddAgent("ben");
  EXPECT_EQ(chats.Get("livechat/visitors.chatHistory/room/" + of_visitor, {}, ben).error(), "error-not-allowed");
}

Json PageVisit(const std::string& token, const std::string& href, const std::string& room = {}) {
  Json page = Json::Of({{"title", "Cart"}, {"change", "url"}, {"location", Json::Of({{"href", href}})}});
  Json visit = Json::Of({{"token", token}, {"pageInfo", page}});
  if (!room.empty()) visit.Append("rid", room);
  return visit;
}

TEST(PageVisits, BeforeAChatBelongToTheChatThatFollows) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const Answer visited = chats.Post("livechat/page.visited", PageVisit("vt-1", "https://acme.test/a"));
  EXPECT_EQ(visited.Text("page.msg"), "Cart - https://acme.test/a");
  chats.clock().Advance(std::chrono::seconds(1));
  chats.Post("livechat/page.visited", PageVisit("vt-1", "https://acme.test/b"));
  const std::string room = chats.RoomOf("vt-1");
  const Answer pages = chats.Get("livechat/visitors.pagesVisited/" + room, {}, ann);
  EXPECT_EQ(pages.Each("pages", "navigation.page.location.href"), "https://acme.test/b https://acme.test/a");
  EXPECT_EQ(chats.LedgerOf(room)->start_url, "https://acme.test/b");
}

TEST(PageVisits, AnotherVisitorsRoomIsNotWritten) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  EXPECT_EQ(Print(chats.Post("livechat/page.visited", PageVisit("vt-2", "https://x.test", room)).body),
            R"({"success":true})");
  EXPECT_EQ(chats.Get("livechat/visitors.pagesVisited", Query({{"roomId", room}}), ann).body.Integer("total"), 0);
}

TEST(PageVisits, AreOneRecordOfTheVisitorWhoeverThatWillBe) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  chats.Post("livechat/page.visited", PageVisit("vt-1", "https://acme.test/a"));
  const auto visit = [&] { return *test::Await(records::FindVisit(chats.store().documents(), "vt-1")); };
  ASSERT_TRUE(visit());
  const std::string id = visit()->visitor_id;
  const std::string room = chats.RoomOf("vt-1");
  EXPECT_EQ(chats.Stored<Room>(room)->visitor.id, id) << "registering takes the id of the visit";
  chats.Post("livechat/page.visited", PageVisit("vt-1", "https://acme.test/b", room));
  EXPECT_EQ(*test::Await(records::CountPages(chats.store().documents(), *visit())), 2);
  EXPECT_EQ(visit()->visitor_id, id);
  EXPECT_FALSE(visit()->chat_ended);
  chats.Close(ann, room);
  EXPECT_EQ(visit()->chat_ended, chats.clock().Now());
}

TEST(PageVisits, AreForgottenWithTheVisitor) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann", {"admin"});
  const std::string room = chats.RoomOf("vt-1");
  chats.Post("livechat/page.visited", PageVisit("vt-1", "https://acme.test/a", room));
  chats.Close(ann, room);
  ASSERT_EQ(chats.Delete("livechat/visitor/vt-1", {}, ann).status, 200);
  EXPECT_FALSE(*test::Await(records::FindVisit(chats.store().documents(), "vt-1")));
}

TEST(PageVisits, AnIdSomebodyElseHasIsNotGivenTwice) {
  ChatFixture chats;
  chats.AddAgent("ann");
  chats.Post("livechat/page.visited", PageVisit("vt-1", "https://acme.test/a"));
  const Json mail = Json::Of({{"token", "vt-1"}, {"email", "ida@buyer.test"}});
  const std::string id = chats.Post("livechat/visitor", Json::Of({{"visitor", mail}})).Text("visitor._id");
  // The same person from another browser, so that vt-1 is free again.
  const Json moved = Json::Of({{"token", "vt-2"}, {"email", "ida@buyer.test"}});
  EXPECT_EQ(chats.Post("livechat/visitor", Json::Of({{"visitor", moved}})).Text("visitor._id"), id);
  const Json other = Json::Of({{"token", "vt-1"}});
  const Answer registered = chats.Post("livechat/visitor", Json::Of({{"visitor", other}}));
  EXPECT_EQ(registered.status, 200);
  EXPECT_NE(registered.Text("visitor._id"), id);
}

TEST(Visitors, TheirChatsAreCountedAndNotAnswered) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string first = chats.RoomOf("vt-1");
  chats.Close(ann, first);
  chats.RoomOf("vt-1");
  const std::string id = chats.Stored<Room>(first)->visitor.id;
  EXPECT_EQ(chats.Stored<Visitor>(id)->chats, 2);
  EXPECT_EQ(chats.Get("livechat/visitors.info", Query({{"visitorId", id}}), ann).body.FindPath("visitor.chats"),
            nullptr);
}

class GoalsOfPages : public testing::Test {
 protected:
  void AddGoal(std::string id, std::string_view body) {
    storage::Changes changes;
    changes.Put(storage::Collection::kGoals, std::move(id), *ParseJson(body));
    ASSERT_TRUE(test::Await(chats_.store().committer().Commit(std::move(changes))));
  }
  // The ids of the goals a chat reached.
  std::vector<std::string> GoalsOf(const std::string& room) {
    std::vector<std::string> ids;
    const std::optional<storage::LedgerChat> chat = chats_.LedgerOf(room);
    for (const storage::LedgerGoal& goal : chat->goals) ids.push_back(goal.goal_id);
    return ids;
  }
  void Visit(const std::string& href, const std::string& room = {}) {
    EXPECT_EQ(chats_.Post("livechat/page.visited", PageVisit("vt-1", href, room)).status, 200);
  }

  ChatFixture chats_;
  const std::string ann_ = chats_.AddAgent("ann");
};

TEST_F(GoalsOfPages, AreReachedOnceAChat) {
  AddGoal("g1", R"({"name":"thanks","active":true,"type":"url","url":"/thanks","match_type":"substring"})");
  const std::string first = chats_.RoomOf("vt-1");
  Visit("https://acme.test/cart", first);
  EXPECT_EQ(GoalsOf(first), (std::vector<std::string>{}));
  Visit("https://acme.test/thanks", first);
  Visit("https://acme.test/thanks", first);
  EXPECT_EQ(GoalsOf(first), (std::vector<std::string>{"g1"}));
  chats_.Close(ann_, first);
  chats_.clock().Advance(std::chrono::seconds(1));
  const std::string second = chats_.RoomOf("vt-1");
  Visit("https://acme.test/thanks", second);
  EXPECT_EQ(GoalsOf(second), (std::vector<std::string>{"g1"}));
}

TEST_F(GoalsOfPages, OutsideOfAChatBelongToTheLastOne) {
  AddGoal("g1", R"({"name":"thanks","active":true,"type":"url","url":"/thanks"})");
  const std::string room = chats_.RoomOf("vt-1");
  chats_.Close(ann_, room);
  Visit("https://acme.test/thanks");
  EXPECT_EQ(GoalsOf(room), (std::vector<std::string>{"g1"}));
}

TEST_F(GoalsOfPages, OfStrangersAreNobodys) {
  AddGoal("g1", R"({"name":"thanks","active":true,"type":"url","url":"/thanks"})");
  Visit("https://acme.test/thanks");
  EXPECT_EQ(GoalsOf(chats_.RoomOf("vt-1")), (std::vector<std::string>{}));
}

// ---- routes of older servers ----------------------------------------------------------------------------------------

class Handover : public testing::Test {
 protected:
  Handover() : boss_(chats_.AddUser("boss", {"livechat-manager"})), ann_(chats_.AddAgent("ann")) {
    room_ = chats_.RoomOf("vt-1");
    bob_ = chats_.Stored<Room>(room_)->visitor.id;
    cia_ = Register(chats_, Json::Of({{"token", "vt-2"}, {"name", "Cia"}})).Text("visitor._id");
  }
  Answer Give(const std::string& room, const std::string& from, const std::string& to, const std::string& as) {
    return chats_.Put("livechat/room.visitor", Json::Of({{"rid", room}, {"oldVisitorId", from}, {"newVisitorId", to}}),
                      as);
  }

  ChatFixture chats_;
  std::string boss_, ann_, room_, bob_, cia_;
};

TEST_F(Handover, GivesARoomToAnotherVisitor) {
  const std::string contact = chats_.Stored<Room>(room_)->contact_id;
  const Answer given = Give(room_, bob_, cia_, boss_);
  ASSERT_EQ(given.status, 200) << Print(given.body);
  EXPECT_EQ(given.Text("room.v._id"), cia_);
  EXPECT_EQ(given.Text("room.v.token"), "vt-2");
  EXPECT_EQ(given.Text("room.fname"), "Cia");
  EXPECT_NE(given.Text("room.contactId"), contact);
  EXPECT_EQ(chats_.LedgerOf(room_)->visitor.id, cia_);
  EXPECT_EQ(chats_.LedgerOf(room_)->visitor.name, "Cia");
  EXPECT_EQ(chats_.Say("vt-2", room_, "Hello").status, 200);
  EXPECT_EQ(chats_.Say("vt-1", room_, "Hello").error(), "invalid-room");
}

TEST_F(Handover, SaysWhatDoesNotFit) {
  EXPECT_EQ(Give(room_, bob_, "none", boss_).error(), "invalid-visitor");
  EXPECT_EQ(Give("none", bob_, cia_, boss_).error(), "invalid-room");
  EXPECT_EQ(Give(room_, cia_, bob_, boss_).error(), "invalid-room-visitor");
  EXPECT_EQ(Give(room_, bob_, cia_, chats_.AddAgent("ben")).error(), "error-not-authorized");
  chats_.RoomOf("vt-2");
  EXPECT_EQ(Give(room_, bob_, cia_, boss_).error(), "invalid-visitor") << "who has an open chat already";
}

TEST(Visitors, AreFoundByPartsOfSearchableFields) {
  ChatFixture chats;
  const std::string boss = chats.AddUser("boss", {"livechat-manager"});
  for (const bool searchable : {true, false}) {
    const Json field = Json::Of({{"field", searchable ? "plan" : "notes"},
                                 {"label", "x"},
                                 {"scope", "visitor"},
                                 {"visibility", "visible"},
                                 {"searchable", searchable}});
    ASSERT_EQ(chats.Post("livechat/custom-fields.save", Json::Of({{"customFieldData", field}}), boss).status, 200);
  }
  const Json plan = Json::Of({{"key", "plan"}, {"value", "Gold"}, {"overwrite", true}});
  const Json notes = Json::Of({{"key", "notes"}, {"value", "secret"}, {"overwrite", true}});
  Register(chats, Json::Of({{"token", "1"}, {"customFields", Json(Json::Array{plan, notes})}}));
  const auto found = [&](const char* term) {
    return chats.Get("livechat/visitors.search", Query({{"term", term}}), boss).Each("visitors", "username");
  };
  EXPECT_EQ(found("gol"), "guest-1");
  EXPECT_EQ(found("secret"), "");
}

TEST(Visitors, ErasingIsStampedWithItsTime) {
  ChatFixture chats;
  Register(chats, Json::Of({{"token", "vt-1"}}));
  chats.clock().Advance(std::chrono::hours(1));
  EXPECT_EQ(chats.Delete("livechat/visitor/vt-1").Text("visitor.ts"), IsoTime(chats.clock().Now()));
}

TEST(Visitors, ANewNameReachesTheAgentsList) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string room = chats.RoomOf("vt-1");
  const auto name_in_list = [&] {
    storage::Query query(Subscription::kCollection);
    query.where.emplace_back("rid", storage::Match::kEquals, Json(room));
    return test::Await(Find<Subscription>(chats.store().documents(), std::move(query)))->list.front().name;
  };
  EXPECT_EQ(name_in_list(), "Bob");
  Register(chats, Json::Of({{"token", "vt-1"}, {"name", "Robert"}}));
  EXPECT_EQ(name_in_list(), "Robert");
  const Json guest = Json::Of({{"_id", chats.Stored<Room>(room)->visitor.id}, {"name", "Rob"}});
  chats.Post("livechat/room.saveInfo", Json::Of({{"guestData", guest}, {"roomData", Json::Of({{"_id", room}})}}), ann);
  EXPECT_EQ(name_in_list(), "Rob");
}

}  // namespace
}  // namespace parley::backend::embedded
