#include "records/group_rules.h"

#include <gtest/gtest.h>

#include "support/await.h"
#include "support/test_store.h"

namespace parley::records {
namespace {

std::vector<GroupRule> Rules() {
  GroupRule sales, gold, returns;
  sales.group = "Sales";
  sales.url_contains = "/pricing";
  gold.group = "Gold";
  gold.custom_field = "plan";
  gold.custom_value = "gold";
  returns.group = "Returns";
  returns.tag = "return";
  returns.agent = "liv@acme.test";
  return {sales, gold, returns};
}

std::string Of(const ChatFacts& chat) {
  const std::vector<GroupRule> rules = Rules();
  const std::string* group = GroupOf(rules, chat);
  return group != nullptr ? *group : "none";
}

TEST(GroupRules, TheFirstRuleThatFitsDecides) {
  ChatFacts chat;
  EXPECT_EQ(Of(chat), "none");
  chat.custom_fields = {{"plan", "gold"}};
  EXPECT_EQ(Of(chat), "Gold");
  chat.start_url = "https://acme.test/pricing?x=1";
  EXPECT_EQ(Of(chat), "Sales");
}

TEST(GroupRules, AllConditionsOfARuleMustHold) {
  ChatFacts chat;
  chat.tags = {"vip", "return"};
  EXPECT_EQ(Of(chat), "none");
  chat.agents = {"bob@acme.test", "liv@acme.test"};
  EXPECT_EQ(Of(chat), "Returns");
  chat.tags = {"returned"};
  EXPECT_EQ(Of(chat), "none");
}

TEST(GroupRules, AFieldHasToBeWhatTheRuleSays) {
  ChatFacts chat;
  chat.custom_fields = {{"plan", "golden"}};
  EXPECT_EQ(Of(chat), "none");
}

TEST(GroupsBeside, AreFoundByTheirName) {
  test::TestStore store;
  storage::Changes changes;
  changes.Insert(storage::Collection::kExtras, "local_group/local-1", *ParseJson(R"({"name":"Sales"})"));
  changes.Insert(storage::Collection::kExtras, "local_group/local-2", *ParseJson(R"({"name":"Gold"})"));
  changes.Insert(storage::Collection::kExtras, "group/d3", *ParseJson(R"({"name":"Help"})"));
  ASSERT_TRUE(test::Await(store.committer().Commit(std::move(changes))));
  EXPECT_EQ(**test::Await(FindGroupBeside(store.documents(), "Gold")), "local-2");
  EXPECT_FALSE(*test::Await(FindGroupBeside(store.documents(), "Help")));
}

}  // namespace
}  // namespace parley::records
