// The founding documents themselves, where they lie beside the repository.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "spec_text.h"
#include "specs/path_template.h"

namespace parley::specs {
namespace {

namespace fs = std::filesystem;

class Seeds : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(PARLEY_SOURCE_DIR) / "../shared/seeds";
    if (!fs::is_directory(folder_)) GTEST_SKIP() << folder_ << " is not there; the fixtures cover the same quirks";
  }

  Parsed LoadSeed(const std::string& prefix) {
    Parsed parsed;
    for (const auto& entry : fs::directory_iterator(folder_))
      if (entry.path().filename().string().starts_with(prefix)) parsed.spec = LoadSpec(entry.path(), parsed.problems);
    return parsed;
  }

  fs::path folder_;
};

TEST_F(Seeds, OmnichannelTablesLoad) {
  const Parsed seed = LoadSeed("000");
  EXPECT_EQ(seed.Complaints(), "");
  EXPECT_EQ(seed.spec.operations.size(), 59u);
  EXPECT_NE(seed.spec.Find("GET livechat/analytics/departments/ammount-of-chats"), nullptr);
  EXPECT_NE(seed.spec.Find("GET livechat/visitors.chatHistory/room/{room_id}/visitor/{visitor_id}"), nullptr);
  EXPECT_NE(seed.spec.Find("GET livechat/visitors.search"), nullptr);
}

TEST_F(Seeds, LivechatTableLoads) {
  const Parsed seed = LoadSeed("001");
  EXPECT_EQ(seed.Complaints(), "");
  EXPECT_EQ(seed.spec.operations.size(), 46u);
  EXPECT_NE(seed.spec.Find("DELETE livechat/users/{type}/{_id}"), nullptr);
}

TEST_F(Seeds, SwaggerLoads) {
  const Parsed seed = LoadSeed("004");
  EXPECT_EQ(seed.Complaints(), "");
  EXPECT_EQ(seed.spec.operations.size(), 60u);
  EXPECT_EQ(seed.spec.Find("Tickets5FUEDTagsPut")->path, "/tickets/{ticket_id}/tags");
  EXPECT_EQ(seed.spec.Find("TagsSupportDelete")->path, "/tags/{tag_id}");
  EXPECT_EQ(seed.spec.Find("GroupsABC123Put")->path, "/groups/{group_id}");
  EXPECT_EQ(seed.spec.Find("GreetingsPost")->body->Find("rules")->schema->type, Type::kArray);
}

TEST_F(Seeds, SwaggerAndOurSpecHaveTheSameRoutes) {
  const Parsed ours = Load("specs/livechat-v2.yaml");
  for (const Operation& operation : LoadSeed("004").spec.operations) {
    ASSERT_NE(ours.spec.Find(operation.id), nullptr) << operation.id;
    EXPECT_EQ(ShapeOf(ours.spec.Find(operation.id)->path), ShapeOf(operation.path)) << operation.id;
    EXPECT_EQ(ours.spec.Find(operation.id)->method, operation.method) << operation.id;
  }
}

}  // namespace
}  // namespace parley::specs
