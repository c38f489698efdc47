// The OpenAPI 3 descriptions Rocket.Chat publishes, where they lie beside the repository.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "spec_text.h"

namespace parley::specs {
namespace {

namespace fs = std::filesystem;

struct Description {
  const char* file;
  std::size_t operations;
  const char* complaints;  // each is a mistake of the description
};

class Published : public testing::TestWithParam<Description> {};

TEST_P(Published, IsReadToItsEnd) {
  const fs::path folder = fs::path(PARLEY_SOURCE_DIR) / "../shared/data/rocketchat-openapi";
  if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is not there; openapi3.yaml covers the same forms";
  Parsed parsed;
  parsed.spec = LoadSpec(folder / GetParam().file, parsed.problems);
  std::string complaints;
  for (const Problem& problem : parsed.problems.list())
    complaints += std::to_string(problem.line) + ": " + problem.text + "\n";
  EXPECT_EQ(complaints, GetParam().complaints);
  EXPECT_EQ(parsed.spec.operations.size(), GetParam().operations);
  for (const Operation& operation : parsed.spec.operations) {
    EXPECT_TRUE(operation.path.starts_with("/")) << operation.id;
    EXPECT_FALSE(operation.responses.empty()) << operation.id;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, Published,
    testing::Values(
        Description{"authentication.yaml", 9,
                    "230: /api/v1/login - with Facebook: a path has no query, escapes or spaces\n"
                    "383: /api/v1/login - with Twitter: a path has no query, escapes or spaces\n"
                    "550: /api/v1/login - with Google: a path has no query, escapes or spaces\n"},
        Description{"messaging.yaml", 44, ""},
        Description{"omnichannel.yaml", 165, "15488: path parameter rid is not described under parameters\n"},
        Description{"settings.yaml", 64, ""},
        Description{"user-management.yaml", 59, "686: required member roleName is not described under properties\n"}),
    [](const auto& test) { return ReplaceAll(fs::path(test.param.file).stem().string(), "-", "_"); });

}  // namespace
}  // namespace parley::specs
