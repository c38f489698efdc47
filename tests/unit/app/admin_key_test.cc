#include "app/admin_key.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/test_store.h"

namespace parley::app {
namespace {

class AdminKeyTest : public testing::Test {
 protected:
  Result<AdminKey> Load() { return LoadOrMakeAdminKey(folder_.path() / "data", *ids_); }

  test::TemporaryDirectory folder_;
  std::unique_ptr<IdGenerator> ids_ = MakeSeededIdGenerator(1);
};

TEST_F(AdminKeyTest, IsMadeOnceAndReadableByItsOwnerOnly) {
  const Result<AdminKey> made = Load();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->key.size(), 43u);
  EXPECT_EQ(made->generated_file, folder_.path() / "data" / "admin.key");
  EXPECT_EQ(std::filesystem::status(made->generated_file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  const Result<AdminKey> again = Load();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->key, made->key);
  EXPECT_EQ(again->generated_file, "");
}

TEST_F(AdminKeyTest, MayBeWrittenByHand) {
  std::filesystem::create_directory(folder_.path() / "data");
  std::ofstream(folder_.path() / "data" / "admin.key") << "  by-hand \n";
  EXPECT_EQ(Load()->key, "by-hand");
}

TEST_F(AdminKeyTest, AFolderThatCannotBeIsRefusedByName) {
  std::ofstream(folder_.path() / "data") << "a file where the folder should be";
  const Result<AdminKey> refused = Load();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find((folder_.path() / "data" / "admin.key").string()), 0u);
}

}  // namespace
}  // namespace parley::app
