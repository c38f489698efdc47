#include <gmock/gmock.h>

#include "contract/storage/engines.h"

namespace parley::storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DocumentsContract : public StorageContract {
 protected:
  void Insert(Collection collection, std::vector<std::pair<std::string, std::string>> id_and_json) {
    Changes changes;
    for (auto& [id, text] : id_and_json) {
      Result<Json> body = ParseJson(text);
      ASSERT_TRUE(body) << text;
      changes.Insert(collection, id, *body);
    }
    const Status committed = Commit(std::move(changes));
    ASSERT_TRUE(committed) << committed.error().message;
  }

  std::vector<std::string> Ids(Query query) {
    Result<Found> found = Await(documents().Find(std::move(query)));
    if (!found) return {"error: " + found.error().message};
    std::vector<std::string> ids;
    for (const Document& document : found->documents) ids.push_back(document.id);
    return ids;
  }

  std::vector<std::string> IdsWhere(Condition condition) {
    Query query(Collection::kRooms);
    query.where.push_back(std::move(condition));
    return Ids(std::move(query));
  }

  static Json Array(std::vector<Json> elements) { return Json(std::move(elements)); }
};

TEST_P(DocumentsContract, GetGivesWhatWasInserted) {
  Insert(Collection::kRooms,
         {{"r1", R"({"t":"l","v":{"token":"abc"},"open":true,"n":12345678901234,"f":1.5,"name":"é😀"})"}});
  const std::optional<Document> room = Get(Collection::kRooms, "r1");
  ASSERT_TRUE(room);
  EXPECT_EQ(room->id, "r1");
  EXPECT_GT(room->version, 0);
  EXPECT_EQ(Print(room->body), R"({"t":"l","v":{"token":"abc"},"open":true,"n":12345678901234,"f":1.5,"name":"é😀"})");
}

TEST_P(DocumentsContract, GetOfAnUnknownIdIsEmpty) {
  EXPECT_FALSE(Get(Collection::kRooms, "nobody"));
}

TEST_P(DocumentsContract, CollectionsAreApart) {
  Insert(Collection::kRooms, {{"x", "{}"}});
  EXPECT_FALSE(Get(Collection::kMessages, "x"));
}

struct MatchCase {
  std::string name;
  Condition condition;
  std::vector<std::string> ids;
};

// Six rooms that differ in every kind of member.
const std::vector<std::pair<std::string, std::string>> kRooms = {
    {"r1", R"({"fname":"Ida Holm","open":true,"ts":100,"v":{"token":"t1"},"tags":["billing","vip"],"score":1})"},
    {"r2", R"({"fname":"liv 50%","open":true,"ts":200,"v":{"token":"t2"},"tags":["billing"],"score":2.5})"},
    {"r3", R"({"fname":"NORA_x","ts":300,"v":{"token":"t3"},"tags":[],"score":"high"})"},
    {"r4", R"({"fname":"Noraxx","open":false,"ts":400,"v":{"token":"t4"},"score":null,"open1":1,"times":[10,20]})"},
    {"r5", R"({"fname":"O'Hara","open":1,"ts":500,"v":{"token":"t5"},"a-b":"dash","times":[10,"15",40]})"},
    {"r6", R"({"ts":600,"emails":[{"address":"a@x.test"},{"address":"b@x.test"}]})"},
};

std::vector<MatchCase> MatchCases() {
  const auto text = [](const char* value) { return Json(value); };
  return {
      {"EqualsText", {"v.token", Match::kEquals, text("t3")}, {"r3"}},
      {"EqualsTextIsCaseSensitive", {"v.token", Match::kEquals, text("T3")}, {}},
      {"EqualsQuotedText", {"fname", Match::kEquals, text("O'Hara")}, {"r5"}},
      {"EqualsInteger", {"ts", Match::kEquals, 400}, {"r4"}},
      {"EqualsNumber", {"score", Match::kEquals, 2.5}, {"r2"}},
      {"EqualsIntegerWrittenAsNumber", {"ts", Match::kEquals, 100.0}, {"r1"}},
      {"EqualsTrueIsNotOne", {"open", Match::kEquals, true}, {"r1", "r2"}},
      {"EqualsFalse", {"open", Match::kEquals, false}, {"r4"}},
      {"EqualsOneIsNotTrue", {"open", Match::kEquals, 1}, {"r5"}},
      {"EqualsNullMatchesNothing", {"score", Match::kEquals, Json()}, {}},
      {"EqualsId", {"_id", Match::kEquals, text("r2")}, {"r2"}},
      {"EqualsElement", {"emails.1.address", Match::kEquals, text("b@x.test")}, {"r6"}},
      {"EqualsMemberWithDash", {"a-b", Match::kEquals, text("dash")}, {"r5"}},
      {"EqualsArray", {"tags", Match::kEquals, Json(Json::Array{"billing"})}, {"r2"}},
      {"NotEqualsMatchesAbsent", {"open", Match::kNotEquals, true}, {"r3", "r4", "r5", "r6"}},
      {"NotEqualsId", {"_id", Match::kNotEquals, text("r1")}, {"r2", "r3", "r4", "r5", "r6"}},
      {"SameText", {"fname", Match::kSameText, text("nora_X")}, {"r3"}},
      {"InTexts", {"v.token", Match::kIn, Json(Json::Array{"t1", "t4", "zz"})}, {"r1", "r4"}},
      {"InIds", {"_id", Match::kIn, Json(Json::Array{"r6", "r1"})}, {"r1", "r6"}},
      {"InNothing", {"v.token", Match::kIn, Json::MakeArray()}, {}},
      {"Exists", {"score", Match::kExists}, {"r1", "r2", "r3"}},
      {"MissingIsAbsentOrNull", {"score", Match::kMissing}, {"r4", "r5", "r6"}},
      {"AtLeast", {"ts", Match::kAtLeast, 500}, {"r5", "r6"}},
      {"AtMost", {"ts", Match::kAtMost, 200}, {"r1", "r2"}},
      {"Less", {"ts", Match::kLess, 200}, {"r1"}},
      {"Greater", {"ts", Match::kGreater, 500}, {"r6"}},
      {"NumbersDoNotCompareWithTexts", {"score", Match::kAtLeast, 1}, {"r1", "r2"}},
      {"TextsDoNotCompareWithNumbers", {"score", Match::kAtMost, text("zzz")}, {"r3"}},
      {"GreaterId", {"_id", Match::kGreater, text("r4")}, {"r5", "r6"}},
      {"ContainsIgnoresCase", {"fname", Match::kContains, text("nORa")}, {"r3", "r4"}},
      {"ContainsTakesPercentLiterally", {"fname", Match::kContains, text("0%")}, {"r2"}},
      {"ContainsTakesUnderscoreLiterally", {"fname", Match::kContains, text("a_x")}, {"r3"}},
      {"ContainsQuote", {"fname", Match::kContains, text("o'h")}, {"r5"}},
      {"RegexIgnoresCase", {"fname", Match::kRegex, text("^nora.x$")}, {"r3", "r4"}},
      {"RegexSomewhere", {"fname", Match::kRegex, text("o[lr]")}, {"r1", "r3", "r4"}},
      {"RegexOnNumberMatchesNothing", {"ts", Match::kRegex, text("1")}, {}},
      {"HasAny", {"tags", Match::kHasAny, Json(Json::Array{"vip", "other"})}, {"r1"}},
      {"HasAnyOfSeveral", {"tags", Match::kHasAny, Json(Json::Array{"vip", "billing"})}, {"r1", "r2"}},
      {"HasAnyOfNothing", {"tags", Match::kHasAny, Json::MakeArray()}, {}},
      {"AnyOf", Condition::AnyOf({{"ts", Match::kEquals, 100}, {"fname", Match::kContains, "liv"}}), {"r1", "r2"}},
      {"HasWithin", {"times", Match::kHasWithin, Json(Json::Array{20, 30})}, {"r4"}},
      {"HasWithinIncludesItsBeginningOnly", {"times", Match::kHasWithin, Json(Json::Array{10, 20})}, {"r4", "r5"}},
      {"HasWithinLooksAtOneElementAtATime", {"times", Match::kHasWithin, Json(Json::Array{11, 20})}, {}},
      {"HasWithinBackwards", {"times", Match::kHasWithin, Json(Json::Array{30, 10})}, {}},
      {"AnyOfNothing", Condition::AnyOf({}), {}},
  };
}

TEST_P(DocumentsContract, EveryMatch) {
  Insert(Collection::kRooms, kRooms);
  for (const MatchCase& one : MatchCases()) {
    EXPECT_EQ(IdsWhere(one.condition), one.ids) << one.name;
    // Counting is finding.
    Query query(Collection::kRooms);
    query.where.push_back(one.condition);
    Result<std::int64_t> count = Await(documents().Count(query));
    ASSERT_TRUE(count) << one.name;
    EXPECT_EQ(*count, static_cast<std::int64_t>(one.ids.size())) << one.name;
  }
}

TEST_P(DocumentsContract, AllConditionsMustHold) {
  Insert(Collection::kRooms, kRooms);
  Query query(Collection::kRooms);
  query.where = {{"open", Match::kEquals, true}, {"ts", Match::kGreater, 100}};
  EXPECT_THAT(Ids(query), ElementsAre("r2"));
}

TEST_P(DocumentsContract, UnusableRequestsAreRefused) {
  const std::vector<Condition> unusable = {
      {"a'); DROP TABLE rooms; --", Match::kEquals, 1},
      {"", Match::kExists},
      {"a..b", Match::kExists},
      {"a\"b", Match::kExists},
      {"$.a", Match::kExists},
      {"a b", Match::kExists},
      {std::string(300, 'a'), Match::kExists},
      {"fname", Match::kRegex, "("},
      {"fname", Match::kRegex, "(?=a)"},
      {"fname", Match::kContains, 5},
      {"fname", Match::kIn, "text"},
      {"fname", Match::kHasAny, Json()},
      {"times", Match::kHasWithin, 5},
      {"times", Match::kHasWithin, Json(Json::Array{5})},
      {"times", Match::kHasWithin, Json(Json::Array{"a", "b"})},
  };
  for (const Condition& condition : unusable) {
    Query query(Collection::kRooms);
    query.where.push_back(condition);
    Result<Found> found = Await(documents().Find(query));
    ASSERT_FALSE(found) << condition.path;
    EXPECT_EQ(found.error().code, ErrorCode::kInvalidArgument) << condition.path;
  }
  Query sorted(Collection::kRooms);
  sorted.sort.emplace_back("ts DESC; --");
  EXPECT_THAT(Ids(sorted), ElementsAre(HasSubstr("is not a member path")));
}

TEST_P(DocumentsContract, AHostilePatternCostsNoMoreThanItsLength) {
  Insert(Collection::kRooms, {{"r1", R"({"fname":")" + std::string(5000, 'a') + R"("})"}});
  EXPECT_THAT(IdsWhere({"fname", Match::kRegex, "(a+)+$b"}), IsEmpty());
}

TEST_P(DocumentsContract, SortsByKeysThenId) {
  Insert(
      Collection::kRooms,
      {{"c", R"({"n":1,"s":"x"})"}, {"a", R"({"n":2,"s":"x"})"}, {"b", R"({"n":1,"s":"y"})"}, {"d", R"({"s":"x"})"}});
  Query query(Collection::kRooms);
  EXPECT_THAT(Ids(query), ElementsAre("a", "b", "c", "d"));
  query.sort = {SortKey("n")};
  EXPECT_THAT(Ids(query), ElementsAre("d", "b", "c", "a")) << "what lacks the member comes first";
  query.sort = {SortKey("n", true)};
  EXPECT_THAT(Ids(query), ElementsAre("a", "b", "c", "d"));
  query.sort = {SortKey("s", true), SortKey("n")};
  EXPECT_THAT(Ids(query), ElementsAre("b", "d", "c", "a"));
  query.sort = {SortKey("_id", true)};
  EXPECT_THAT(Ids(query), ElementsAre("d", "c", "b", "a"));
}

TEST_P(DocumentsContract, PagesAndTotals) {
  Insert(Collection::kRooms, kRooms);
  Query query(Collection::kRooms);
  query.where = {{"ts", Match::kGreater, 100}};
  query.sort = {SortKey("ts", true)};
  query.offset = 1;
  query.limit = 2;
  query.count_total = true;
  Result<Found> page = Await(documents().Find(query));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->documents.size(), 2u);
  EXPECT_EQ(page->documents[0].id, "r5");
  EXPECT_EQ(page->documents[1].id, "r4");
  EXPECT_EQ(page->total, 5);

  query.offset = 50;
  page = Await(documents().Find(query));
  ASSERT_TRUE(page);
  EXPECT_THAT(page->documents, IsEmpty());
  EXPECT_EQ(page->total, 5);

  query.offset = 4;
  query.limit.reset();
  EXPECT_THAT(Ids(query), ElementsAre("r2"));
  query.limit = 0;
  EXPECT_THAT(Ids(query), IsEmpty());
}

// ---- elements of arrays that are indexed ----------------------------------------------------------------------------

class ElementsContract : public DocumentsContract {
 protected:
  std::vector<std::string> Tagged(const char* tag) { return TicketsWhere({"tags", Match::kHasAny, Array({tag})}); }
  std::vector<std::string> ActiveWithin(int from, int until) {
    return TicketsWhere({"activity", Match::kHasWithin, Array({from, until})});
  }

 private:
  std::vector<std::string> TicketsWhere(Condition condition) {
    Query query(Collection::kTickets);
    query.where.push_back(std::move(condition));
    return Ids(std::move(query));
  }
};

TEST_P(ElementsContract, FollowEveryKindOfWrite) {
  Insert(Collection::kTickets, {{"t1", R"({"tags":["a","b","a"],"activity":[1,5]})"}, {"t2", R"({"tags":["b"]})"}});
  EXPECT_THAT(Tagged("a"), ElementsAre("t1"));
  EXPECT_THAT(Tagged("b"), ElementsAre("t1", "t2"));
  EXPECT_THAT(ActiveWithin(5, 6), ElementsAre("t1"));
  EXPECT_THAT(ActiveWithin(2, 5), IsEmpty());

  Changes changes;
  changes.Update(Collection::kTickets, *Get(Collection::kTickets, "t1"),
                 *ParseJson(R"({"tags":["c"],"activity":[3]})"));
  changes.Put(Collection::kTickets, "t2", *ParseJson(R"({"tags":["a"]})"));
  ASSERT_TRUE(Commit(std::move(changes)));
  EXPECT_THAT(Tagged("a"), ElementsAre("t2"));
  EXPECT_THAT(Tagged("b"), IsEmpty());
  EXPECT_THAT(Tagged("c"), ElementsAre("t1"));
  EXPECT_THAT(ActiveWithin(2, 5), ElementsAre("t1"));

  Changes removal;
  removal.Remove(Collection::kTickets, "t1");
  removal.Sweep(Collection::kTickets, "tags.0", Json("a"));
  ASSERT_TRUE(Commit(std::move(removal)));
  EXPECT_THAT(Tagged("a"), IsEmpty());
  EXPECT_THAT(Tagged("c"), IsEmpty());
}

TEST_P(ElementsContract, AreStillThereAfterReopening) {
  Insert(Collection::kTickets, {{"t1", R"({"tags":["a"]})"}});
  Reopen();
  EXPECT_THAT(Tagged("a"), ElementsAre("t1"));
  Insert(Collection::kTickets, {{"t2", R"({"tags":["a"]})"}});
  EXPECT_THAT(Tagged("a"), ElementsAre("t1", "t2"));
}

TEST_P(ElementsContract, ARefusedWriteLeavesThemAlone) {
  Insert(Collection::kTickets, {{"t1", R"({"tags":["a"]})"}});
  Changes changes;
  changes.Insert(Collection::kTickets, "t2", *ParseJson(R"({"tags":["a"]})"));
  changes.Insert(Collection::kTickets, "t1", *ParseJson(R"({"tags":["b"]})"));
  EXPECT_FALSE(Commit(std::move(changes)));
  EXPECT_THAT(Tagged("a"), ElementsAre("t1"));
  EXPECT_THAT(Tagged("b"), IsEmpty());
}

TEST_P(DocumentsContract, AHeavyQueryFindsAndCountsTheSame) {
  Insert(Collection::kRooms, kRooms);
  Query query(Collection::kRooms);
  query.where = {{"fname", Match::kContains, Json("nora")}};
  query.count_total = query.heavy = true;
  const Result<Found> found = Await(documents().Find(query));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->documents.size(), 2u);
  EXPECT_EQ(found->total, 2);
  EXPECT_EQ(*Await(documents().Count(query)), 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, ElementsContract, testing::ValuesIn(AllEngines()), NameOfEngine);
INSTANTIATE_TEST_SUITE_P(Engines, DocumentsContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
