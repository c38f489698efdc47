#include "resources/goals.h"

#include "local_fixture.h"
#include "records/goal_hits.h"

namespace parley::resources {
namespace {

using testing::ElementsAre;

class GoalsTest : public LocalFixture {
 protected:
  std::string Create(const std::string& body) {
    Wait();
    return Post("local/goals", body);
  }
  std::string IdOf(const std::string& answer) { return TextAt(answer, "goal.id"); }
  std::string CreateUrl(const std::string& name, const std::string& url, const std::string& match = "substring") {
    return IdOf(
        Create(R"({"name":")" + name + R"(","type":"url","url":")" + url + R"(","match_type":")" + match + "\"}"));
  }
  // The names of the goals a page reaches.
  std::vector<std::string> Reached(std::string url, std::string_view variables = "{}") {
    const records::PageView view{std::move(url), *ParseJson(variables)};
    const Result<records::Goals> goals = test::Await(records::FindActiveGoals(store_.documents()));
    std::vector<std::string> names;
    if (!goals) return {"error: " + goals.error().message};
    for (const records::GoalHit& hit : records::GoalsReached(*goals, view)) names.push_back(hit.goal_name);
    return names;
  }
};

TEST_F(GoalsTest, EachTypeKeepsItsOwnMembersAndNoOthers) {
  const std::string members = R"("custom_variable_name":"plan","custom_variable_value":"gold","url":"/thanks",)"
                              R"("match_type":"exact","sales_tracker_id":"s1","value_type":"set","value":"5",)"
                              R"("currency":"USD","time_range":"day","order_field_name":"o","value_field_name":"v")";
  const std::pair<const char*, const char*> kept[] = {
      {"custom_variable", R"("custom_variable_name":"plan","custom_variable_value":"gold")"},
      {"url", R"("url":"/thanks","match_type":"exact")"},
      {"api", ""},
      {"sales_tracker", R"("sales_tracker_id":"s1","value_type":"set","value":"5","currency":"USD","time_range":"day",)"
                        R"("order_field_name":"o","value_field_name":"v")"},
  };
  for (const auto& [type, own] : kept) {
    const std::string made = Create(R"({"name":"g","type":")" + std::string(type) + "\"," + members + "}");
    const std::string rest = *own == '\0' ? "" : "," + std::string(own);
    EXPECT_EQ(made,
              R"({"goal":{"id":")" + IdOf(made) + R"(","name":"g","active":true,"type":")" + type + "\"" + rest + "}}");
    EXPECT_EQ(Get("local/goals/" + IdOf(made)), made);
  }
  EXPECT_EQ(Each(Get("local/goals"), "goals", "type"), "custom_variable url api sales_tracker");
  EXPECT_EQ(Each(Get("local/goals", "type=api"), "goals", "type"), "api");
}

TEST_F(GoalsTest, AUrlMatchesASubstringUnlessSaidOtherwise) {
  const std::string made = Create(R"({"name":"g","type":"url","url":"/thanks"})");
  EXPECT_EQ(TextAt(made, "goal.match_type"), "substring");
}

TEST_F(GoalsTest, WhatATypeNeedsMustBeThere) {
  EXPECT_EQ(Create(R"({"name":"g","type":"url"})"), "error: url is required for goals of type url;");
  EXPECT_EQ(Create(R"({"name":"g","type":"url","url":""})"), "error: url is required for goals of type url;");
  EXPECT_EQ(Create(R"({"name":"g","type":"custom_variable"})"),
            "error: custom_variable_name is required for goals of type custom_variable; "
            "custom_variable_value is required for goals of type custom_variable;");
  EXPECT_EQ(Create(R"({"name":"g","type":"dream"})"), "error: type must be custom_variable, url, api or sales_tracker");
  EXPECT_EQ(Get("local/goals"), R"({"goals":[]})");
}

TEST_F(GoalsTest, AnUpdateKeepsWhatIsNotSent) {
  const std::string path = "local/goals/" + CreateUrl("g", "/thanks", "exact");
  EXPECT_EQ(TextAt(Put(path, R"({"active":false})"), "goal.active"), "false");
  EXPECT_EQ(TextAt(Put(path, R"({"name":"h"})"), "goal.url"), "/thanks");
  EXPECT_EQ(TextAt(Put(path, R"({"url":"/bye"})"), "goal.match_type"), "exact");
  EXPECT_EQ(TextAt(Get(path), "goal.active"), "false");
  EXPECT_EQ(TextAt(Get(path), "goal.name"), "h");
  EXPECT_EQ(Put(path, R"({"url":""})"), "error: url is required for goals of type url;");
}

TEST_F(GoalsTest, ATypeBringsItsMembersAlsoWhenItStays) {
  const std::string path = "local/goals/" + CreateUrl("g", "/thanks");
  EXPECT_EQ(Put(path, R"({"type":"url"})"), "error: url is required for goals of type url;");
  EXPECT_EQ(TextAt(Put(path, R"({"type":"api"})"), "goal"),
            R"({"id":")" + TextAt(Get(path), "goal.id") + R"(","name":"g","active":true,"type":"api"})");
  EXPECT_EQ(Put(path, R"({"type":"url"})"), "error: url is required for goals of type url;");
  EXPECT_EQ(TextAt(Put(path, R"({"type":"url","url":"/x"})"), "goal.match_type"), "substring");
}

TEST_F(GoalsTest, RemovedIsGone) {
  const std::string path = "local/goals/" + CreateUrl("g", "/thanks");
  EXPECT_EQ(Delete(path), "{}");
  for (const std::string& again :
       {Delete(path), Get(path), Put(path, "{}"), Post(path + "/hits", R"({"visitor":"v1"})")})
    EXPECT_EQ(again, "404");
}

TEST_F(GoalsTest, PagesReachGoalsByAddressAndByVariable) {
  CreateUrl("part", "/thanks");
  CreateUrl("whole", "https://acme.test/thanks", "exact");
  Create(R"({"name":"gold","type":"custom_variable","custom_variable_name":"plan","custom_variable_value":"gold"})");
  Create(R"({"name":"three","type":"custom_variable","custom_variable_name":"seats","custom_variable_value":"3"})");
  Create(R"({"name":"api","type":"api"})");
  Create(R"({"name":"tracker","type":"sales_tracker"})");
  EXPECT_THAT(Reached("https://acme.test/cart"), ElementsAre());
  EXPECT_THAT(Reached("https://acme.test/thanks"), testing::UnorderedElementsAre("part", "whole"));
  EXPECT_THAT(Reached("https://acme.test/thanks?order=1"), ElementsAre("part"));
  EXPECT_THAT(Reached("/", R"({"plan":"gold","seats":3})"), testing::UnorderedElementsAre("gold", "three"));
  EXPECT_THAT(Reached("/", R"({"plan":"Gold"})"), ElementsAre());
}

TEST_F(GoalsTest, AGoalThatIsOffIsNotReached) {
  const std::string id = CreateUrl("g", "/thanks");
  Put("local/goals/" + id, R"({"active":false})");
  EXPECT_THAT(Reached("/thanks"), ElementsAre());
}

TEST_F(GoalsTest, AMarkStandsInTheChatTheVisitorHasOrHadLast) {
  AddChat("old");
  Wait();
  AddChat("new");
  const std::string id = IdOf(Create(R"({"name":"call","type":"api"})"));
  EXPECT_EQ(Post("local/goals/" + id + "/hits", R"({"visitor":"v1","order_id":"A-1","order_description":"Two chairs",)"
                                                R"("order_price":"199.00","order_currency":"USD"})"),
            "{}");
  EXPECT_EQ(TextAt(Get("local/chats/new"), "chat.goals"),
            R"([{"goal":")" + id + R"(","name":"call","type":"api","at":)" + Now() +
                R"(,"order":{"id":"A-1","description":"Two chairs","price":"199.00","currency":"USD"}}])");
  EXPECT_EQ(TextAt(Get("local/chats/old"), "chat.goals"), "[]");
  EXPECT_THAT(Events(), ElementsAre("goal.reached new " + (R"({"visitor_id":"v1","goal_id":")" + id) +
                                    R"(","goal_name":"call","goal_type":"api","order_id":"A-1",)"
                                    R"("order_description":"Two chairs","order_price":"199.00","order_currency":"USD",)"
                                    R"("source":"embedded"})"));
}

TEST_F(GoalsTest, WithoutAChatItIsTheVisitors) {
  const std::string id = IdOf(Create(R"({"name":"call","type":"api"})"));
  EXPECT_EQ(Post("local/goals/" + id + "/hits", R"({"visitor":"v9"})"), "{}");
  EXPECT_THAT(Events(), ElementsAre(testing::StartsWith("goal.reached v9 ")));
}

TEST_F(GoalsTest, FiltersOfChatsAskForGoalsAndForSales) {
  AddChat("r1");
  const std::string goal = IdOf(Create(R"({"name":"call","type":"api"})"));
  const std::string sale = IdOf(Create(R"({"name":"shop","type":"sales_tracker"})"));
  const auto found = [this](const std::string& query) {
    return Each(Get("local/chats", "include_pending=1&" + query), "chats", "id");
  };
  EXPECT_EQ(found("has_goal=0&has_sale=0"), "r1");
  Post("local/goals/" + goal + "/hits", R"({"visitor":"v1"})");
  EXPECT_EQ(found("goal=" + goal), "r1");
  EXPECT_EQ(found("has_goal=1"), "r1");
  EXPECT_EQ(found("has_goal=0"), "");
  EXPECT_EQ(found("sale=" + goal), "");
  EXPECT_EQ(found("has_sale=1"), "");
  Post("local/goals/" + sale + "/hits", R"({"visitor":"v1"})");
  EXPECT_EQ(found("sale=" + sale), "r1");
  EXPECT_EQ(found("has_sale=1"), "r1");
  EXPECT_EQ(found("has_sale=0"), "");
  EXPECT_EQ(found("goal=-"), "");
}

}  // namespace
}  // namespace parley::resources
