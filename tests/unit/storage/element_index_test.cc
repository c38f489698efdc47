// An index over elements is made where it is missing, and made anew where it is another one.
#include <gmock/gmock.h>

#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ElementIndex : public testing::Test {
 protected:
  void AddTicket(const char* id, const char* body) {
    OpenedStore opened(file_);
    Changes changes;
    changes.Insert(Collection::kTickets, id, *ParseJson(body));
    ASSERT_TRUE(opened.Commit(std::move(changes)));
  }

  // The tickets with that tag, asked of a store that was just opened.
  std::vector<std::string> Tagged(const char* tag) {
    OpenedStore opened(file_);
    Query query(Collection::kTickets);
    query.where.emplace_back("tags", Match::kHasAny, Json(Json::Array{tag}));
    const Result<Found> found = Await(opened.stores->documents().Find(std::move(query)));
    std::vector<std::string> ids;
    for (const Document& document : found->documents) ids.push_back(document.id);
    return ids;
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
};

TEST_F(ElementIndex, IsFilledFromTheDocumentsOfAnOlderDatabase) {
  AddTicket("t1", R"({"tags":["a","b"]})");
  Intruder(file_).Execute(R"(DROP TRIGGER "tickets.tags.INSERT"; DROP TRIGGER "tickets.tags.UPDATE";)"
                          R"(DROP TRIGGER "tickets.tags.DELETE"; DROP TABLE "tickets.tags")");
  EXPECT_THAT(Tagged("b"), ElementsAre("t1"));
  AddTicket("t2", R"({"tags":["b"]})");
  EXPECT_THAT(Tagged("b"), ElementsAre("t1", "t2"));
}

TEST_F(ElementIndex, OverAnotherMemberIsMadeAnew) {
  AddTicket("t1", R"({"tags":["a"],"labels":["b"]})");
  Intruder(file_).Execute(R"(DROP TRIGGER "tickets.tags.UPDATE"; DELETE FROM "tickets.tags";)"
                          R"(INSERT INTO "tickets.tags" VALUES('b','t1');)"
                          R"(CREATE TRIGGER "tickets.tags.UPDATE" AFTER UPDATE ON tickets BEGIN SELECT 1; END)");
  EXPECT_THAT(Tagged("a"), ElementsAre("t1"));
  EXPECT_THAT(Tagged("b"), IsEmpty());
}

}  // namespace
}  // namespace parley::storage::sqlite::test
