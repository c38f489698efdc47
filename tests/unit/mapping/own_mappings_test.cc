// The mappings of the repository, against its own specs.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "mapping/cases.h"
#include "mapping/mapping.h"
#include "specs/loader.h"

namespace parley::mapping {
namespace {

const std::filesystem::path kRoot = PARLEY_SOURCE_DIR;

TEST(OwnMappings, LoadWithoutAProblem) {
  Problems problems;
  const specs::Spec face = specs::LoadSpec(kRoot / "specs/livechat-v2.yaml", problems);
  const specs::Spec backend = specs::LoadSpec(kRoot / "specs/rocketchat-livechat.yaml", problems);
  const specs::Spec local = specs::LoadSpec(kRoot / "specs/local.yaml", problems);
  const auto catalog = Load(kRoot / "mappings/livechat-v2", {face, backend, local}, problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  ASSERT_NE(catalog, nullptr);
  for (const auto& program : catalog->programs())
    for (const PlannedVariant& variant : program->variants())
      EXPECT_FALSE(variant.plan.empty()) << program->operation();
  EXPECT_EQ(catalog->Find("GroupsGet")->variants()[0].plan, "stream of $found");
}

TEST(OwnMappings, PassTheirCases) {
  Problems problems;
  RunCases(kRoot / "mappings/livechat-v2", problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
}

}  // namespace
}  // namespace parley::mapping
