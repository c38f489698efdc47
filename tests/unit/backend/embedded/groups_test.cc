// Private groups (administration reference §6.2).
#include "embedded_fixture.h"

namespace parley::backend::embedded::test {
namespace {

class Groups : public EmbeddedTest {
 protected:
  Groups() {
    AddUser("ann");
    AddUser("bob");
  }
  Answer Create(const std::string& body) { return Post("groups.create", body, As("ann-id")); }
};

TEST_F(Groups, AreAnsweredWhole) {
  const Answer made = Create(R"({"name":"night-shift","members":["bob","nobody"],"readOnly":true})");
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.Text("group.name"), "night-shift");
  EXPECT_EQ(made.Text("group.fname"), "night-shift");
  EXPECT_EQ(made.Text("group.t"), "p");
  EXPECT_EQ(made.Text("group.u.username"), "ann");
  EXPECT_EQ(made.Text("group.usersCount"), "2");
  EXPECT_EQ(made.Text("group.ro"), "true");
  EXPECT_EQ(made.Text("group.msgs"), "0");
  EXPECT_EQ(made.Text("group.members"), "<absent>");
  EXPECT_EQ(made.Text("group._updatedAt"), made.Text("group.ts"));
}

TEST_F(Groups, AreSeenByTheirMembersAlone) {
  const std::string id = Create(R"({"name":"night-shift","members":["bob"],"excludeSelf":true})").Text("group._id");
  EXPECT_EQ(Get("rooms.get", As("bob-id")).List("update")[0].Text("_id"), id);
  EXPECT_EQ(Get("rooms.info?roomName=night-shift", As("bob-id")).Text("room._id"), id);
  EXPECT_TRUE(Get("rooms.get", As("ann-id")).List("update").empty());
  EXPECT_EQ(Get("rooms.info?roomId=" + id, As("ann-id")).Text("errorType"), "error-room-not-found");
  EXPECT_TRUE(Get("livechat/rooms", Admin()).List("rooms").empty()) << "no chat";
}

TEST_F(Groups, NameIsCheckedAndUnique) {
  EXPECT_EQ(Create(R"({"name":"a b"})").Text("error"), "a b is not a valid room name. [error-invalid-room-name]");
  ASSERT_EQ(Create(R"({"name":"x"})").status, 200);
  EXPECT_EQ(Create(R"({"name":"x"})").Text("error"), "A channel with name 'x' exists [error-duplicate-channel-name]");
}

struct Refusal {
  const char* name;
  const char* body;
  const char* error;
};

class GroupRefusals : public Groups, public testing::WithParamInterface<Refusal> {};

TEST_P(GroupRefusals, AreWorded) {
  const Answer answer = Create(GetParam().body);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("error"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Bodies, GroupRefusals,
                         testing::Values(Refusal{"NoName", "{}", "Body param \"name\" is required"},
                                         Refusal{"Members", R"({"name":"x","members":"bob"})",
                                                 "Body param \"members\" must be an array if provided"},
                                         Refusal{"Fields", R"({"name":"x","customFields":5})",
                                                 "Body param \"customFields\" must be an object if provided"},
                                         Refusal{"Extra", R"({"name":"x","extraData":[]})",
                                                 "Body param \"extraData\" must be an object if provided"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(Groups, MakingOneNeedsThePermission) {
  ASSERT_EQ(Post("permissions.update", R"({"permissions":[{"_id":"create-p","roles":[]}]})", Admin()).status, 200);
  EXPECT_EQ(
      Create(R"({"name":"x"})").body_text,
      R"({"success":false,"error":"Not allowed [error-not-allowed]","errorType":"error-not-allowed","details":{"method":"createPrivateGroup"}})");
}

}  // namespace
}  // namespace parley::backend::embedded::test
