#include "secrets/key_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "support/file_size_limit.h"
#include "support/test_store.h"

namespace parley::secrets {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class KeyFile : public testing::Test {
 protected:
  std::vector<std::string> Names() { return (*ReadKeyFile(file_))->names(); }

  test::TemporaryDirectory directory_;
  const std::string file_ = directory_.File("keys/parley.key");
};

TEST_F(KeyFile, HoldsWhatWasWrittenForItsOwnerAlone) {
  const Keyring keys = Keyring::Make().WithNewKey();
  ASSERT_TRUE(WriteKeyFile(file_, keys));
  EXPECT_EQ(Names(), keys.names());
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(IsReadByAll(file_));
  fs::permissions(file_, fs::perms::others_read, fs::perm_options::add);
  EXPECT_TRUE(IsReadByAll(file_));
}

TEST_F(KeyFile, IsReplacedAsAWhole) {
  const Keyring first = Keyring::Make(), second = Keyring::Make();
  ASSERT_TRUE(WriteKeyFile(file_, first));
  std::ofstream(file_ + ".partial") << "of a run that was killed";
  ASSERT_TRUE(WriteKeyFile(file_, second));
  EXPECT_EQ(Names(), second.names());
  EXPECT_FALSE(fs::exists(file_ + ".partial"));
}

TEST_F(KeyFile, AFullDiskLeavesTheOldOne) {
  const Keyring first = Keyring::Make();
  ASSERT_TRUE(WriteKeyFile(file_, first));
  {
    const test::FileSizeLimit limit(10);
    const Status written = WriteKeyFile(file_, first.WithNewKey());
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message, HasSubstr(file_ + " cannot be written"));
  }
  EXPECT_EQ(Names(), first.names());
  EXPECT_FALSE(fs::exists(file_ + ".partial"));
}

TEST_F(KeyFile, AMissingOneIsNoError) {
  const Result<std::optional<Keyring>> keys = ReadKeyFile(file_);
  ASSERT_TRUE(keys);
  EXPECT_FALSE(keys->has_value());
}

TEST_F(KeyFile, AnotherFileIsRefusedByItsNameAndNotShown) {
  fs::create_directories(fs::path(file_).parent_path());
  std::ofstream(file_) << "hunter2\n";
  const Result<std::optional<Keyring>> keys = ReadKeyFile(file_);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().message, file_ + " is no key file: line 1 is not base64 of 32 bytes");
}

}  // namespace
}  // namespace parley::secrets
