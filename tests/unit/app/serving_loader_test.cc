#include "app/serving_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "json/json.h"
#include "support/test_store.h"

namespace parley::app {
namespace {

using pipeline::Served;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

config::Config::Files OwnFiles() {
  return {std::string(PARLEY_SOURCE_DIR) + "/specs", std::string(PARLEY_SOURCE_DIR) + "/mappings"};
}

std::vector<std::string> Texts(const Problems& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems.list()) texts.push_back(Format(problem));
  return texts;
}

const CoverageRow* RowOf(const std::vector<CoverageRow>& rows, const std::string& id) {
  for (const CoverageRow& row : rows)
    if (row.id == id) return &row;
  return nullptr;
}

class ServingLoaderTest : public testing::Test {
 protected:
  // Loading takes a while, and what is loaded is immutable.
  static void SetUpTestSuite() {
    Problems problems;
    serving_ = LoadServing(OwnFiles(), problems);
    ASSERT_THAT(Texts(problems), IsEmpty());
  }
  static void TearDownTestSuite() { serving_.reset(); }

  static std::shared_ptr<pipeline::Serving> serving_;
};

std::shared_ptr<pipeline::Serving> ServingLoaderTest::serving_;

TEST_F(ServingLoaderTest, EveryOperationOfBothFacesHasOneRow) {
  const std::vector<CoverageRow> rows = Coverage(*serving_);
  EXPECT_THAT(rows, SizeIs(serving_->livechat_spec->operations.size() + serving_->rocketchat_spec->operations.size()));
}

TEST_F(ServingLoaderTest, SaysHowEachIsServed) {
  const std::vector<CoverageRow> rows = Coverage(*serving_);
  EXPECT_EQ(RowOf(rows, "GroupsGet")->served, Served::kTranslated);
  EXPECT_EQ(RowOf(rows, "AgentsJohnPublicComGet")->served, Served::kTranslated) << "it reads the backend's directory";
  EXPECT_EQ(RowOf(rows, "ChatsGet")->served, Served::kLocal);
  EXPECT_EQ(RowOf(rows, "AgentsResetApiKeyPost")->served, Served::kLocal);
  EXPECT_EQ(RowOf(rows, "PreviewsPost")->served, Served::kLocal);
  EXPECT_EQ(RowOf(rows, "GET livechat/department/{_id}")->served, Served::kNative);
  EXPECT_EQ(RowOf(rows, "GET livechat/units")->served, Served::kPlanned);
}

TEST_F(ServingLoaderTest, NoRoutedOperationIsWithoutAMetricsRow) {
  std::vector<metrics::OperationLabels> labels = pipeline::MetricsLabels(*serving_);
  for (const specs::Operation& operation : serving_->livechat_spec->operations)
    EXPECT_EQ(labels[serving_->metrics_index.at(&operation)].operation, operation.id);
  EXPECT_EQ(labels[0].operation, "unmatched");
}

TEST_F(ServingLoaderTest, CoverageIsListedAsJson) {
  const std::vector<CoverageRow> rows = {{"GroupsGet",
                                          "livechat",
                                          "GET",
                                          "/groups",
                                          Served::kTranslated,
                                          {{mapping::LossKind::kNotShown, "description", "no place"}},
                                          ""}};
  EXPECT_EQ(CoverageJson(rows), R"({"operations":[{"id":"GroupsGet","face":"livechat","method":"GET","path":"/groups",)"
                                R"("served":"translated","loses":["description"]}]})");
  EXPECT_EQ(CoverageJson(rows, true),
            R"({"operations":[{"id":"GroupsGet","face":"livechat","method":"GET","path":"/groups",)"
            R"("served":"translated","loses":["description"],)"
            R"("losses":[{"kind":"not_shown","name":"description","reason":"no place"}]}]})");
}

TEST_F(ServingLoaderTest, CoverageIsSummedUp) {
  const CoverageRow row{"x", "livechat", "GET", "/x", Served::kNative, {}, ""};
  CoverageRow planned = row;
  planned.served = Served::kPlanned;
  EXPECT_EQ(CoverageSummary({row, planned, planned}),
            "ok: 3 operations: 1 native, 0 translated, 0 local, 2 planned, 0 unsupported");
}

TEST(ServingLoader, MissingSpecsAreAProblem) {
  Problems problems;
  EXPECT_EQ(LoadServing({"/nonexistent", OwnFiles().mappings}, problems), nullptr);
  EXPECT_THAT(Texts(problems), Contains(HasSubstr("/nonexistent/livechat-v2.yaml")));
}

TEST(ServingLoader, ABrokenMappingIsNamedWithItsLine) {
  const test::TemporaryDirectory folder;
  std::filesystem::create_directory(folder.path() / "livechat-v2");
  std::ofstream(folder.path() / "livechat-v2" / "groups.yaml")
      << "face: livechat\nresource: group\noperations:\n  GroupGet: {answer: []}\n";
  Problems problems;
  EXPECT_EQ(LoadServing({OwnFiles().specs, folder.path()}, problems), nullptr);
  EXPECT_THAT(Texts(problems), Contains(HasSubstr("groups.yaml:4: ")));
}

}  // namespace
}  // namespace parley::app
