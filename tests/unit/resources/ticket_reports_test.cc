// Reports on tickets, over tickets that were opened, answered and solved through their own record.
#include <gtest/gtest.h>

#include "ledger/projector.h"
#include "records/ticket.h"
#include "resources/reports.h"
#include "support/test_store.h"

namespace parley::resources {
namespace {

using test::Await;

Time At(const char* text) {
  return *ParseIsoTime(text);
}

class TicketReportsTest : public testing::Test {
 protected:
  TicketReportsTest() { store_.clock().SetNow(At("2026-03-31T12:00:00Z")); }

  void Open(const std::string& id, Time at, const std::string& source = "lc2", std::vector<std::string> groups = {""}) {
    records::NewTicket ticket;
    ticket.id = id;
    ticket.at = at;
    ticket.mail = "ida@buyer.test";
    ticket.message = "Broken";
    ticket.groups = std::move(groups);
    ticket.source_type = source;
    ticket.assignee = {"liv@acme.test", "Liv Berg"};
    storage::Changes changes;
    records::AddTicket(ticket, events::Source(), projector_, changes);
    ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }
  void Change(const std::string& id, Time at, const records::TicketChange& change) {
    auto found = Await(store_.documents().Get(storage::Collection::kTickets, id));
    Json document = (*found)->body;
    ASSERT_TRUE(records::ChangeTicket(document, change, at));
    Put(id, std::move(document));
  }
  void Put(const std::string& id, Json document) {
    storage::Changes changes;
    changes.Put(storage::Collection::kTickets, id, std::move(document));
    ASSERT_TRUE(Await(store_.committer().Commit(std::move(changes))));
  }
  void Answer(const std::string& id, Time at) {
    records::TicketChange change;
    change.message = "Sorry!";
    change.by = {"liv@acme.test", "Liv Berg"};
    Change(id, at, change);
  }
  void Solve(const std::string& id, Time at) {
    records::TicketChange change;
    change.status = "solved";
    Change(id, at, change);
  }
  std::string Told(const std::string& name, ledger::Parameters more = {}) {
    ledger::Parameters parameters = {{"date_from", "2026-03-28"}, {"date_to", "2026-03-30"}};
    parameters.insert(parameters.end(), more.begin(), more.end());
    auto report = Await(reports_.Get(name, std::move(parameters)));
    EXPECT_TRUE(report) << report.error().message;
    return report && *report ? Print(*(*report)->Find("report")) : "none";
  }

  test::TestStore store_;
  const ledger::Projector projector_;
  Reports reports_{store_.stores(), store_.clock(), FindZone("Europe/Berlin")};
};

TEST_F(TicketReportsTest, OpenedOnesByTheDayOfTheZone) {
  Open("AAAAA", At("2026-03-28T22:59:59Z"));
  Open("BBBBB", At("2026-03-28T23:00:00Z"), "mail");
  Open("CCCCC", At("2026-03-29T21:59:59Z"), "chat-window");  // the clocks went forward that night
  Open("DDDDD", At("2026-03-30T22:00:00Z"));                 // the day after the last
  EXPECT_EQ(Told("new_tickets"),
            R"({"2026-03-28":{"new_tickets":1},"2026-03-29":{"new_tickets":2},"2026-03-30":{"new_tickets":0}})");
  EXPECT_EQ(Told("ticket_sources"),
            R"({"2026-03-28":{"tickets_from_chat_window":0,"tickets_from_mail":0,"tickets_from_chat":1},)"
            R"("2026-03-29":{"tickets_from_chat_window":1,"tickets_from_mail":1,"tickets_from_chat":0},)"
            R"("2026-03-30":{"tickets_from_chat_window":0,"tickets_from_mail":0,"tickets_from_chat":0}})");
}

TEST_F(TicketReportsTest, AnswersAndSolutionsByTheDayTheyCame) {
  Open("AAAAA", At("2026-03-20T10:00:00Z"));
  Open("BBBBB", At("2026-03-28T10:00:00Z"));
  Answer("AAAAA", At("2026-03-29T10:00:00Z"));  // 216 hours
  Answer("BBBBB", At("2026-03-29T09:49:48Z"));  // 23.83 hours
  Answer("BBBBB", At("2026-03-30T09:49:48Z"));  // no first one
  Solve("BBBBB", At("2026-03-30T10:00:00Z"));
  EXPECT_EQ(Told("ticket_first_response_time"),
            R"({"2026-03-28":{"count":0,"hours":null},"2026-03-29":{"count":2,"hours":119.92},)"
            R"("2026-03-30":{"count":0,"hours":null}})");
  EXPECT_EQ(
      Told("solved_tickets"),
      R"({"2026-03-28":{"solved_tickets":0},"2026-03-29":{"solved_tickets":0},"2026-03-30":{"solved_tickets":1}})");
  EXPECT_EQ(Told("resolution_time", {{"group_by", "month"}}),
            R"({"2026-03":{"count":1,"hours":48,"begin":"2026-03-28","end":"2026-03-30"}})");
}

TEST_F(TicketReportsTest, ConditionsCombine) {
  Open("AAAAA", At("2026-03-29T10:00:00Z"), "lc2", {"d1"});
  Open("BBBBB", At("2026-03-29T10:00:00Z"));
  records::TicketChange vip;
  vip.tags = {"vip"};
  Change("AAAAA", At("2026-03-29T11:00:00Z"), vip);
  const auto counted = [this](ledger::Parameters more) {
    more.emplace_back("group_by", "month");
    return Told("new_tickets", std::move(more)).substr(11, 17);
  };
  EXPECT_EQ(counted({}), R"({"new_tickets":2,)");
  EXPECT_EQ(counted({{"department[]", "d1"}}), R"({"new_tickets":1,)");
  EXPECT_EQ(counted({{"department[]", ""}}), R"({"new_tickets":1,)");
  EXPECT_EQ(counted({{"tag[]", "vip"}}), R"({"new_tickets":1,)");
  EXPECT_EQ(counted({{"agent", "LIV@acme.test"}}), R"({"new_tickets":2,)");
  EXPECT_EQ(counted({{"agent", "nora@acme.test"}}), R"({"new_tickets":0,)");
}

TEST_F(TicketReportsTest, RatingsAreThoseInTheRecords) {
  Open("AAAAA", At("2026-03-29T10:00:00Z"));
  Open("BBBBB", At("2026-03-29T10:00:00Z"));
  EXPECT_EQ(Told("ticket_ranking"), R"({"ranking":[]})") << "nobody was rated";
  for (const auto& [id, rate] : {std::pair("AAAAA", "good"), std::pair("BBBBB", "bad")}) {
    Json document = (*Await(store_.documents().Get(storage::Collection::kTickets, id)))->body;
    document.Set("rate", Json(rate));
    Put(id, std::move(document));
  }
  EXPECT_EQ(Told("ticket_ratings"),
            R"({"2026-03-28":{"bad":0,"good":0},"2026-03-29":{"bad":1,"good":1},"2026-03-30":{"bad":0,"good":0}})");
  const std::string ranking = Told("ticket_ranking");
  EXPECT_NE(ranking.find(R"("good":1,"bad":1,"total":2)"), std::string::npos) << ranking;
  EXPECT_NE(ranking.find(R"("name":"liv@acme.test")"), std::string::npos) << ranking;
}

TEST_F(TicketReportsTest, WithoutDatesTheyBeginWithTheFirstTicket) {
  Open("AAAAA", At("2026-03-29T23:30:00Z"));
  const auto report = Await(reports_.Get("new_tickets", {}));
  EXPECT_EQ(Print(*report->value().Find("report")),
            R"({"2026-03-30":{"new_tickets":1},"2026-03-31":{"new_tickets":0}})");
}

}  // namespace
}  // namespace parley::resources
