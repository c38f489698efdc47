#include "secrets/secret_box.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/log.h"
#include "secrets/key_file.h"
#include "support/test_store.h"

namespace parley::secrets {
namespace {

using testing::HasSubstr;

class SecretBoxTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogSink([this](std::string_view line) { log_.append(line).append("\n"); });
    ASSERT_TRUE(WriteKeyFile(file_, keys_));
  }
  void TearDown() override { SetLogSink({}); }

  test::TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.key");
  const Keyring keys_ = Keyring::Make();
  SecretBox box_{file_, keys_};
  std::string log_;
};

TEST_F(SecretBoxTest, SealsAndOpens) {
  EXPECT_EQ(*box_.Open(box_.Seal("secret", "here"), "here"), "secret");
  EXPECT_FALSE(box_.Open(box_.Seal("secret", "here"), "there"));
}

TEST_F(SecretBoxTest, SealsWithTheNewestKeyOfTheFile) {
  const std::string old = box_.Seal("secret", "here");
  const Keyring changed = keys_.WithNewKey();
  ASSERT_TRUE(WriteKeyFile(file_, changed));
  EXPECT_EQ(KeyNameOf(box_.Seal("secret", "here")), changed.newest());
  EXPECT_EQ(*box_.Open(old, "here"), "secret");
  EXPECT_THAT(log_, HasSubstr("secrets.keys_changed"));
}

TEST_F(SecretBoxTest, OpensWhatAnotherProcessSealedWithANewKey) {
  const Keyring changed = keys_.WithNewKey();
  ASSERT_TRUE(WriteKeyFile(file_, changed));
  EXPECT_EQ(*box_.Open(changed.Seal("secret", "here"), "here"), "secret");
}

TEST_F(SecretBoxTest, AKeyNobodyHasIsRefused) {
  EXPECT_FALSE(box_.Open(Keyring::Make().Seal("secret", "here"), "here"));
}

TEST_F(SecretBoxTest, GoesOnWithoutItsFile) {
  const std::string sealed = box_.Seal("secret", "here");
  std::filesystem::remove(file_);
  EXPECT_EQ(*box_.Open(sealed, "here"), "secret");
  EXPECT_EQ(KeyNameOf(box_.Seal("secret", "here")), keys_.newest());
  EXPECT_THAT(log_, HasSubstr("secrets.keys_unusable"));
}

}  // namespace
}  // namespace parley::secrets
