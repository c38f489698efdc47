#include "app/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/test_store.h"

namespace parley::app {
namespace {

using testing::HasSubstr;

class AppTest : public testing::Test {
 protected:
  config::Config Configured() {
    config::Config config;
    config.server.listen = {"127.0.0.1", 0};
    config.server.shards = 1;
    config.server.drain_timeout = std::chrono::milliseconds(100);
    config.admin.listen = {"127.0.0.1", 0};
    config.data_directory = folder_.path() / "data";
    config.store.url = "sqlite:" + folder_.File("parley.db");
    config.files = {std::string(PARLEY_SOURCE_DIR) + "/specs", std::string(PARLEY_SOURCE_DIR) + "/mappings"};
    return config;
  }

  Result<std::unique_ptr<App>> Make(config::Config config) { return App::Create(std::move(config), problems_); }

  test::TemporaryDirectory folder_;
  Problems problems_;
};

TEST_F(AppTest, TellsGeneratedSecretsOnce) {
  {
    const Result<std::unique_ptr<App>> first = Make(Configured());
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ((*first)->first_start().admin_username, "admin");
    EXPECT_FALSE((*first)->first_start().admin_password.empty());
    EXPECT_EQ((*first)->first_start().admin_key_file, folder_.path() / "data" / "admin.key");
    EXPECT_EQ((*first)->first_start().secret_key_file, folder_.File("parley.secrets.key"));
  }
  const Result<std::unique_ptr<App>> second = Make(Configured());
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ((*second)->first_start().admin_password, "");
  EXPECT_EQ((*second)->first_start().admin_key_file, "");
  EXPECT_EQ((*second)->first_start().secret_key_file, "");
}

TEST_F(AppTest, StartsOnFreePortsAndStops) {
  const Result<std::unique_ptr<App>> app = Make(Configured());
  ASSERT_TRUE(app) << app.error().message;
  (*app)->Start();
  EXPECT_THAT((*app)->server_url(), HasSubstr("http://127.0.0.1:"));
  EXPECT_NE((*app)->server_url(), (*app)->admin_url());
  (*app)->Stop();
}

TEST_F(AppTest, ReloadKeepsWhatIsServedWhenAMappingIsBroken) {
  namespace fs = std::filesystem;
  config::Config config = Configured();
  const fs::path mappings = folder_.path() / "mappings";
  fs::copy(config.files.mappings, mappings, fs::copy_options::recursive);
  config.files.mappings = mappings;
  const Result<std::unique_ptr<App>> app = Make(config);
  ASSERT_TRUE(app) << app.error().message;
  Problems none;
  EXPECT_TRUE((*app)->Reload(none));

  std::ofstream(mappings / "livechat-v2" / "groups.yaml", std::ios::app) << "anwser: 1\n";
  Problems problems;
  EXPECT_FALSE((*app)->Reload(problems));
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(Format(problems.list().front()), HasSubstr("groups.yaml:"));
}

TEST_F(AppTest, AnUnusableStoreIsRefusedByName) {
  config::Config config = Configured();
  config.store.url = "sqlite:/dev/null/parley.db";
  const Result<std::unique_ptr<App>> app = Make(config);
  ASSERT_FALSE(app);
  EXPECT_THAT(app.error().message + app.error().detail, HasSubstr("/dev/null"));
}

TEST_F(AppTest, AnUnusableAddressIsRefused) {
  config::Config config = Configured();
  config.server.listen.host = "not-an-address";
  const Result<std::unique_ptr<App>> app = Make(config);
  ASSERT_FALSE(app);
  EXPECT_THAT(app.error().message, HasSubstr("not-an-address"));
}

}  // namespace
}  // namespace parley::app
