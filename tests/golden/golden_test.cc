// Every golden file, with both ways of reading lists. PARLEY_UPDATE_GOLDEN=1 rewrites the files instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "golden_file.h"
#include "golden_run.h"

namespace parley::golden {
namespace {

const Subject& OurSubject() {
  static const Subject subject = LoadSubject();
  return subject;
}

std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

bool Updating() {
  const char* update = std::getenv("PARLEY_UPDATE_GOLDEN");
  return update && std::string_view(update) == "1";
}

class Golden : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Golden, IsWhatHappens) {
  const File file = Normalised(ParseFile(ReadWhole(GetParam())));
  const std::string streamed = FormatFile(Normalised(Play(file, OurSubject(), *OurSubject().catalog)));
  const std::string plain = FormatFile(Normalised(Play(file, OurSubject(), *OurSubject().plain_catalog)));
  EXPECT_EQ(streamed, plain) << "reading a list into slots and reading it whole must give the same";
  if (Updating()) {
    std::ofstream(GetParam(), std::ios::binary) << streamed;
  } else {
    EXPECT_EQ(streamed, FormatFile(file));
  }
}

std::string NameOfFile(const ::testing::TestParamInfo<std::filesystem::path>& info) {
  std::string name = info.param.parent_path().filename().string() + "_" + info.param.stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Golden, ::testing::ValuesIn(GoldenFiles()), NameOfFile);

TEST(GoldenFolders, CoverEveryTranslatedOperation) {
  std::set<std::string> folders;
  for (const std::filesystem::path& path : GoldenFiles()) folders.insert(path.parent_path().filename().string());
  for (const auto& program : OurSubject().catalog->programs()) {
    EXPECT_TRUE(folders.erase(program->operation())) << program->operation() << " has no golden file";
  }
  EXPECT_THAT(folders, ::testing::IsEmpty()) << "folders of operations that are not translated";
}

TEST(GoldenFolders, HoldFilesThatSayWhyTheyAreHere) {
  for (const std::filesystem::path& path : GoldenFiles()) {
    EXPECT_FALSE(ParseFile(ReadWhole(path)).description.empty()) << path;
  }
}

}  // namespace
}  // namespace parley::golden
