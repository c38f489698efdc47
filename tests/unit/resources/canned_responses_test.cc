#include "resources/canned_responses.h"

#include "local_fixture.h"

namespace parley::resources {
namespace {

using storage::Collection;
using testing::ElementsAre;

class CannedResponsesTest : public LocalFixture {
 protected:
  std::string Create(const std::string& tags, const std::string& more = {}) {
    return Post("local/canned_responses",
                R"({"text":"Hi","tags":)" + tags + R"(,"author":"liv@acme.test")" + more + "}");
  }
  std::string IdOf(const std::string& answer) { return TextAt(answer, "canned_response.id"); }
  std::string ShortcutOf(const std::string& answer) {
    return std::string(Stored(Collection::kCannedResponses, IdOf(answer)).Text("shortcut"));
  }
};

TEST_F(CannedResponsesTest, ANewOneTellsWhoMadeItAndNoChange) {
  const std::string made = Create(R"(["hi","hello"])");
  EXPECT_EQ(made, R"({"canned_response":{"id":")" + IdOf(made) +
                      R"(","text":"Hi","tags":["hi","hello"],"created_at":)" + Now() +
                      R"(,"created_by":"liv@acme.test"}})");
  EXPECT_EQ(Get("local/canned_responses/" + IdOf(made)), made);
}

TEST_F(CannedResponsesTest, AreListedByGroupTheOldestFirst) {
  const std::string first = Create(R"(["b"])");
  Wait();
  const std::string second = Create(R"(["a"])");
  const std::string sales = Create(R"(["c"])", R"(,"group":"d7")");
  EXPECT_EQ(Each(Get("local/canned_responses"), "canned_responses", "id"), IdOf(first) + " " + IdOf(second));
  EXPECT_EQ(Each(Get("local/canned_responses", "group="), "canned_responses", "id"), IdOf(first) + " " + IdOf(second));
  EXPECT_EQ(Each(Get("local/canned_responses", "group=d7"), "canned_responses", "id"), IdOf(sales));
  EXPECT_EQ(TextAt(sales, "canned_response.group"), "d7");
  EXPECT_EQ(Get("local/canned_responses", "group=d9"), R"({"canned_responses":[]})");
}

TEST_F(CannedResponsesTest, AChangeTellsWhoAndWhenAndKeepsTheRest) {
  const std::string made = Create(R"(["hi"])");
  const std::string created = Now();
  Wait();
  const std::string changed = Put("local/canned_responses/" + IdOf(made), R"({"text":"Ho","author":"nora@acme.test"})");
  EXPECT_EQ(changed, R"({"canned_response":{"id":")" + IdOf(made) + R"(","text":"Ho","tags":["hi"],"created_at":)" +
                         created + R"(,"created_by":"liv@acme.test","modified_at":)" + Now() +
                         R"(,"modified_by":"nora@acme.test"}})");
  const std::string tags =
      Put("local/canned_responses/" + IdOf(made), R"({"tags":["x","y"],"author":"nora@acme.test"})");
  EXPECT_EQ(TextAt(tags, "canned_response.tags"), R"(["x","y"])");
  EXPECT_EQ(TextAt(tags, "canned_response.text"), "Ho");
}

TEST_F(CannedResponsesTest, TheShortcutIsATagNobodyElseHas) {
  EXPECT_EQ(ShortcutOf(Create(R"(["hi","hello"])")), "hi");
  EXPECT_EQ(ShortcutOf(Create(R"(["hi","hello"])")), "hello");
  const std::string third = Create(R"(["hi","hello"])");
  EXPECT_EQ(ShortcutOf(third), "hi-2");
  EXPECT_EQ(ShortcutOf(Create(R"(["hi"])")), "hi-3");
  EXPECT_EQ(TextAt(third, "canned_response.tags"), R"(["hi","hello"])") << "what was chosen is no tag";
  const std::string without = Create("[]");
  EXPECT_EQ(ShortcutOf(without), IdOf(without));
  EXPECT_EQ(TextAt(without, "canned_response.tags"), "[]");
}

TEST_F(CannedResponsesTest, KeepsItsOwnShortcutWhenItsTagsAreSentAgain) {
  const std::string made = Create(R"(["hi"])");
  EXPECT_EQ(ShortcutOf(Put("local/canned_responses/" + IdOf(made), R"({"tags":["hi","x"],"author":"a"})")), "hi");
}

TEST_F(CannedResponsesTest, AShortcutSomebodyThoughtOfIsATag) {
  Store(
      Collection::kCannedResponses, "c1",
      R"({"shortcut":"bye","text":"Bye","scope":"global","tags":["end"],"createdBy":{"_id":"u1","username":"ann"},"_createdAt":5})");
  EXPECT_EQ(Get("local/canned_responses/c1"),
            R"({"canned_response":{"id":"c1","text":"Bye","tags":["bye","end"],"created_at":5,"created_by":"ann"}})");
}

TEST_F(CannedResponsesTest, WhatAUserKeepsForThemselvesIsNotThere) {
  Store(Collection::kCannedResponses, "c1", R"({"shortcut":"mine","text":"x","scope":"user","userId":"u1","tags":[]})");
  EXPECT_EQ(Get("local/canned_responses"), R"({"canned_responses":[]})");
  EXPECT_EQ(Get("local/canned_responses/c1"), "404");
  EXPECT_EQ(Put("local/canned_responses/c1", R"({"text":"y","author":"a"})"), "404");
  EXPECT_EQ(Delete("local/canned_responses/c1"), "404");
}

TEST_F(CannedResponsesTest, RemovedIsGone) {
  const std::string id = IdOf(Create(R"(["hi"])"));
  EXPECT_EQ(Delete("local/canned_responses/" + id), "{}");
  EXPECT_EQ(Delete("local/canned_responses/" + id), "404");
  EXPECT_EQ(Get("local/canned_responses/" + id), "404");
  EXPECT_EQ(Put("local/canned_responses/" + id, R"({"author":"a"})"), "404");
}

TEST_F(CannedResponsesTest, EveryChangeIsAnEvent) {
  const std::string id = IdOf(Create(R"(["hi"])", R"(,"group":"d7")"));
  Put("local/canned_responses/" + id, R"({"text":"Ho","author":"a"})");
  Delete("local/canned_responses/" + id);
  const std::string head = "canned_response.changed " + id + R"( {"change":")";
  const std::string tail = R"(","tags":["hi"],"source":"embedded"})";
  EXPECT_THAT(Events(), ElementsAre(head + R"(created","department":"d7","text":"Hi)" + tail,
                                    head + R"(changed","department":"d7","text":"Ho)" + tail,
                                    head + R"(removed","department":"d7","text":"Ho)" + tail));
}

TEST_F(CannedResponsesTest, ABodyThatIsNoObjectIsRefused) {
  for (const char* body : {"", "[]", "x"})
    EXPECT_THAT(Post("local/canned_responses", body), testing::StartsWith("error:")) << body;
}

}  // namespace
}  // namespace parley::resources
