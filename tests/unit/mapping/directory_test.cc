#include "mapping/directory.h"

#include <gtest/gtest.h>

#include "mapping/writer.h"

namespace parley::mapping {
namespace {

std::string Written(const Value& value) {
  if (value.missing()) return "missing";
  std::string out;
  AppendJson(out, value);
  return out;
}

DirectoryView View() {
  auto directory = std::make_shared<backend::Directory>();
  backend::DirectoryAgent ann;
  ann.id = "u1";
  ann.username = "ann";
  ann.name = "Ann";
  ann.login = "ann@acme.test";
  ann.presence = "online";
  ann.accepting = true;
  ann.departments = {"d1"};
  directory->agents.push_back(ann);
  backend::DirectoryAgent bot;
  bot.id = "u2";
  bot.username = "bot";
  directory->agents.push_back(bot);
  backend::DirectoryDepartment sales;
  sales.id = "d1";
  sales.name = "Sales";
  sales.agents = {"u1", "u2"};
  directory->departments.push_back(sales);
  return DirectoryView(directory);
}

TEST(DirectoryView, FindsAgentsByEveryKey) {
  const DirectoryView view = View();
  for (const auto& [lookup, key] : {std::pair(Lookup::kAgentById, "u1"), std::pair(Lookup::kAgentByUsername, "ann"),
                                    std::pair(Lookup::kAgentByLogin, "ann@acme.test")})
    EXPECT_EQ(Written(Get(view.Find(lookup, key), MakeSegment("name"))), "\"Ann\"") << key;
  EXPECT_TRUE(view.Find(Lookup::kAgentById, "nobody").missing());
  EXPECT_TRUE(view.Find(Lookup::kAgentByLogin, "").missing());
}

TEST(DirectoryView, RowsLeaveOutWhatIsNotSet) {
  EXPECT_EQ(
      Written(View().Find(Lookup::kAgentById, "u2")),
      R"({"id":"u2","username":"bot","available":false,"accepting":false,"active":true,"roles":[],"departments":[]})");
}

TEST(DirectoryView, ListsMembersByDepartment) {
  const DirectoryView view = View();
  EXPECT_EQ(Written(view.Find(Lookup::kMembersByDepartment, "d1")), R"([{"id":"u1"},{"id":"u2"}])");
  EXPECT_TRUE(view.Find(Lookup::kMembersByDepartment, "d2").missing());
}

TEST(DirectoryView, RowsAreNeverWrittenTo) {
  EXPECT_TRUE(View().Find(Lookup::kAgentById, "u1").object().frozen);
}

TEST(DirectoryView, KnowsWhichLookupsThereAre) {
  EXPECT_EQ(FindLookup("agents", "login"), Lookup::kAgentByLogin);
  EXPECT_EQ(FindLookup("memberships", "department"), Lookup::kMembersByDepartment);
  EXPECT_EQ(FindLookup("agents", "email"), std::nullopt);
}

}  // namespace
}  // namespace parley::mapping
