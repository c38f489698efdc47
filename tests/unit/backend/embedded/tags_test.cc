#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Tags : public testing::Test {
 protected:
  Answer Save(const std::string& name, std::vector<std::string> departments = {}, const std::string& id = {}) {
    Json body = Json::Of({{"tagData", Json::Of({{"name", name}, {"description", "About " + name}})}});
    if (!id.empty()) body.Set("_id", id);
    if (!departments.empty()) body.Set("tagDepartments", Json(Json::Array(departments.begin(), departments.end())));
    return chats_.Post("livechat/tags.save", body, manager_);
  }
  std::string List(std::vector<std::pair<std::string, std::string>> query) {
    query.emplace(query.begin(), "text", "");
    return chats_.Get("livechat/tags", Query(std::move(query)), manager_).Each("tags", "name");
  }

  ChatFixture chats_;
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
};

TEST_F(Tags, ASavedTagIsShownAtTopLevel) {
  const Answer saved = Save("refund", {"d1", "d2"});
  Json tag = saved.body;
  EXPECT_TRUE(tag.Remove("_id"));
  EXPECT_EQ(
      Print(tag),
      R"({"name":"refund","description":"About refund","numDepartments":2,"departments":["d1","d2"],"success":true})");
  Json shown = chats_.Get("livechat/tags/" + saved.Text("_id"), {}, manager_).body;
  EXPECT_TRUE(shown.Remove("_updatedAt"));
  EXPECT_EQ(Print(shown), Print(saved.body));
}

TEST_F(Tags, ATagHasAName) {
  const Answer refused = chats_.Post("livechat/tags.save", Json::Of({{"tagData", Json::MakeObject()}}), manager_);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error(), "Match error: Missing key 'name'");
}

TEST_F(Tags, AreListedWithoutDepartmentsForOneOrAll) {
  Save("b"), Save("a", {"d1"}), Save("c", {"d2"});
  EXPECT_EQ(List({}), "b");
  EXPECT_EQ(List({{"department", "d1"}}), "a b");
  EXPECT_EQ(List({{"viewAll", "true"}}), "a b c");
  EXPECT_EQ(List({{"viewAll", "true"}, {"count", "1"}, {"offset", "1"}}), "b");
}

TEST_F(Tags, AreSearchedByNameAndDescription) {
  Save("refund"), Save("vip");
  EXPECT_EQ(chats_.Get("livechat/tags", Query({{"text", "FUND"}}), manager_).Each("tags", "name"), "refund");
  EXPECT_EQ(chats_.Get("livechat/tags", Query({{"text", "about v"}}), manager_).Each("tags", "name"), "vip");
}

TEST_F(Tags, AreChangedById) {
  const std::string id = Save("refund", {"d1"}).Text("_id");
  EXPECT_EQ(Save("returns", {}, id).Text("_id"), id);
  EXPECT_EQ(List({}), "returns");
  const Answer unknown = Save("x", {}, "nothing");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.error(), "Tag not found [tag-not-found]");
}

TEST_F(Tags, ADeletedOneIsGone) {
  const std::string id = Save("refund").Text("_id");
  const auto erase = [&] { return chats_.Post("livechat/tags.delete", Json::Of({{"id", id}}), manager_); };
  EXPECT_EQ(Print(erase().body), R"({"success":true})");
  EXPECT_EQ(erase().error(), "Tag not found [tag-not-found]");
  const Answer gone = chats_.Get("livechat/tags/" + id, {}, manager_);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.error(), "Tag not found");
}

TEST_F(Tags, AgentsReadThemAndManagersWriteThem) {
  const std::string agent = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Get("livechat/tags", Query({{"text", ""}}), agent).status, 200);
  const Json body = Json::Of({{"tagData", Json::Of({{"name", "x"}})}});
  EXPECT_EQ(chats_.Post("livechat/tags.save", body, agent).status, 403);
}

}  // namespace
}  // namespace parley::backend::embedded
