#include "resources/tags.h"

#include "local_fixture.h"

namespace parley::resources {
namespace {

using storage::Collection;

class TagsTest : public LocalFixture {
 protected:
  std::string Add(const std::string& name, const std::string& group = {}) {
    Wait();
    const std::string member = group.empty() ? "" : R"(,"group":")" + group + "\"";
    return Post("local/tags", R"({"name":")" + name + R"(","author":"nora@acme.test")" + member + "}");
  }
  std::string Names(const std::string& query = {}) { return Each(Get("local/tags", query), "tags", "name"); }
};

TEST_F(TagsTest, ANewTagCountsNothing) {
  const std::string made = Add("refund", "d3");
  EXPECT_EQ(made, R"({"tag":{"name":"refund","author":"nora@acme.test","created_at":)" + Now() +
                      R"(,"group":"d3","chats":0,"tickets":0}})");
  EXPECT_EQ(TextAt(Add("vip"), "tag.group"), "");
}

TEST_F(TagsTest, AreListedForAGroupForNobodyInParticularOrAll) {
  Add("b", "d3"), Add("a"), Add("c", "d7");
  EXPECT_EQ(Names(), "b a c");
  EXPECT_EQ(Names("group=d3"), "b");
  EXPECT_EQ(Names("group="), "a");
  EXPECT_EQ(Names("group=d9"), "");
}

TEST_F(TagsTest, ANameIsNewInItsGroupAndMayBeInOthers) {
  const std::string taken = "error: tag must be new in its group";
  Add("refund", "d3"), Add("refund");
  EXPECT_EQ(Add("refund", "d3"), taken);
  EXPECT_EQ(Add("refund"), taken);
  EXPECT_EQ(TextAt(Add("refund", "d7"), "tag.name"), "refund");
  EXPECT_EQ(TextAt(Add("Refund"), "tag.name"), "Refund") << "names differ in case";
}

TEST_F(TagsTest, ThoseOfAWorkspaceAreShownLikeOurOwn) {
  AddChat("r1", "d3", {"refund"});
  const std::string given =
      R"("tags":[{"name":"refund","departments":["d3","d7"],"author":"a@acme.test","created_seconds":9},
                                       {"name":"vip","created_seconds":5}])";
  const std::string all = Post("local/tags/shown", "{" + given + "}");
  EXPECT_EQ(Each(all, "tags", "name"), "vip refund refund");
  EXPECT_EQ(Each(all, "tags", "group"), "d3 d7");
  EXPECT_EQ(
      Post("local/tags/shown", R"({"group":"d3",)" + given + "}"),
      R"({"tags":[{"name":"refund","author":"a@acme.test","created_at":9000,"group":"d3","chats":1,"tickets":0}]})");
  EXPECT_EQ(Each(Post("local/tags/shown", R"({"group":"d7",)" + given + "}"), "tags", "author"), "a@acme.test");
  EXPECT_EQ(Each(Post("local/tags/shown", R"({"group":"",)" + given + "}"), "tags", "name"), "vip");
  EXPECT_EQ(Post("local/tags/shown", R"({"tags":7})"), "error: tags must be a list");
}

TEST_F(TagsTest, AGroupsTagCountsInTheGroupsChatsEverybodysInAll) {
  AddChat("r1", "d3", {"refund", "vip"});
  AddChat("r2", "d7", {"refund"});
  AddChat("r3", "", {"refund"});
  EXPECT_EQ(TextAt(Add("refund", "d3"), "tag.chats"), "1");
  EXPECT_EQ(TextAt(Add("refund"), "tag.chats"), "3");
  EXPECT_EQ(TextAt(Add("vip", "d7"), "tag.chats"), "0");
}

TEST_F(TagsTest, AndInTicketsLikewise) {
  Store(Collection::kTickets, "t1", R"({"tags":["refund","vip"],"groups":["d3"]})");
  Store(Collection::kTickets, "t2", R"({"tags":["refund"],"groups":["d7","d3"]})");
  Store(Collection::kTickets, "t3", R"({"tags":["refund"],"groups":[""]})");
  Store(Collection::kTickets, "t4", R"({"tags":["refunded"],"groups":["d3"]})");
  EXPECT_EQ(TextAt(Add("refund", "d3"), "tag.tickets"), "2");
  EXPECT_EQ(TextAt(Add("refund", "d7"), "tag.tickets"), "1");
  EXPECT_EQ(TextAt(Add("refund"), "tag.tickets"), "3");
  EXPECT_EQ(TextAt(Add("vip", "d7"), "tag.tickets"), "0");
}

TEST_F(TagsTest, OneOfSeveralDepartmentsStandsOnceForEach) {
  Store(Collection::kTags, "t1",
        R"({"name":"late","numDepartments":2,"departments":["d3","d7"],"author":"ann@acme.test","_createdAt":5})");
  EXPECT_EQ(Each(Get("local/tags"), "tags", "group"), "d3 d7");
  EXPECT_EQ(Names("group=d7"), "late");
  EXPECT_EQ(Add("late", "d7"), "error: tag must be new in its group");

  EXPECT_EQ(Delete("local/tags/late", "group=d3"), "{}");
  EXPECT_EQ(Each(Get("local/tags"), "tags", "group"), "d7");
  EXPECT_EQ(Print(*Stored(Collection::kTags, "t1").Find("departments")), R"(["d7"])");
  EXPECT_EQ(Stored(Collection::kTags, "t1").Integer("numDepartments"), 1);
}

TEST_F(TagsTest, IsDeletedInItsGroupAlone) {
  Add("refund", "d3"), Add("refund");
  EXPECT_EQ(Delete("local/tags/refund", "group=d7"), "404");
  EXPECT_EQ(Delete("local/tags/refund", "group="), "{}");
  EXPECT_EQ(Delete("local/tags/refund", "group="), "404");
  EXPECT_EQ(Names(), "refund");
  EXPECT_EQ(Each(Get("local/tags"), "tags", "group"), "d3");
}

TEST_F(TagsTest, WithoutAGroupEverybodysOrTheOnlyOneIsMeant) {
  Add("both", "d3"), Add("both"), Add("single", "d3"), Add("unclear", "d3"), Add("unclear", "d7");
  EXPECT_EQ(Delete("local/tags/both"), "{}");
  EXPECT_EQ(Names("group="), "");
  EXPECT_EQ(Delete("local/tags/single"), "{}");
  EXPECT_EQ(Delete("local/tags/unclear"), "error: group is required: several groups have this tag");
  EXPECT_EQ(Delete("local/tags/nothing"), "404");
  EXPECT_EQ(Names(), "both unclear unclear");
}

TEST_F(TagsTest, APlusIsASpaceWhenNoTagHasOne) {
  Add("on hold"), Add("c++"), Add("a+b"), Add("a b");
  EXPECT_EQ(Delete("local/tags/on+hold"), "{}");
  EXPECT_EQ(Delete("local/tags/c%2B%2B"), "{}");
  EXPECT_EQ(Delete("local/tags/a+b"), "{}");
  EXPECT_EQ(Names(), "a b");
}

TEST_F(TagsTest, ADeletedNameIsFreeAgain) {
  Add("refund", "d3");
  Delete("local/tags/refund", "group=d3");
  EXPECT_EQ(TextAt(Add("refund", "d3"), "tag.name"), "refund");
}

}  // namespace
}  // namespace parley::resources
