#include "resources/greetings.h"

#include "local_fixture.h"

namespace parley::resources {
namespace {

using storage::Collection;

class GreetingsTest : public LocalFixture {
 protected:
  std::string Create(const std::string& rules, const std::string& more = {}) {
    Wait();
    return Post("local/greetings", R"({"name":"g","rules":)" + rules + more + "}");
  }
  std::string IdOf(const std::string& answer) { return TextAt(answer, "greeting.id"); }
  // The rules of a greeting, without their ids.
  std::string Rules(const std::string& answer) {
    const Result<Json> body = ParseJson(answer);
    if (!body || body->FindPath("greeting.rules") == nullptr) return answer;
    Json rules = *body->FindPath("greeting.rules");
    for (Json& rule : *rules.AsArray()) rule.Remove("id");
    return Print(rules);
  }
  bool IsTrigger(const std::string& answer) { return Stored(Collection::kTriggers, IdOf(answer)).IsObject(); }

  static constexpr const char* kRule = R"([{"type":"visits_number","value":"3"}])";
};

TEST_F(GreetingsTest, ANewOneIsActiveAndHasAMessage) {
  const std::string made = Create(kRule);
  EXPECT_EQ(made, R"({"greeting":{"id":")" + IdOf(made) +
                      R"(","active":true,"name":"g","rules":[{"type":"visits_number","operator":"equals","value":"3",)"
                      R"("condition":"and","id":1}],"properties":{"active":"1","greeting-message_text":)"
                      R"("Hello, would you like to talk about our products?"}}})");
  EXPECT_EQ(Get("local/greetings/" + IdOf(made)), made);
}

TEST_F(GreetingsTest, RulesOfEveryTypeAreKept) {
  for (const char* type : {"visit_time_site", "visit_time_page", "url_current", "url_visited", "pages_view_number",
                           "url_referrer", "geolocation", "visits_number", "search_keyword"}) {
    const std::string head = R"([{"type":")" + std::string(type);
    EXPECT_EQ(Rules(Create(head + R"(","operator":"contains","value":"4"}])")),
              head + R"(","operator":"contains","value":"4","condition":"and"}])");
    EXPECT_EQ(Create(head + "\"}]"), "error: rules[0].value is required for rules of type " + std::string(type) + ";");
  }
}

TEST_F(GreetingsTest, AVariableNeedsNameAndValue) {
  const std::string kept =
      R"([{"type":"custom_variable","operator":"equals","variable_name":"cart","variable_value":"full","condition":"and"}])";
  for (const char* type : {"custom_variable", "custom"})
    EXPECT_EQ(Rules(Create(R"([{"type":")" + std::string(type) +
                           R"(","variable_name":"cart","variable_value":"full","value":"x"}])")),
              kept);
  EXPECT_EQ(Create(R"([{"type":"visits_number","value":"1"},{"type":"custom"}])"),
            "error: rules[1].variable_name is required for rules of type custom_variable; "
            "rules[1].variable_value is required for rules of type custom_variable;");
}

TEST_F(GreetingsTest, AFunnelHasUrlsAndNothingElse) {
  EXPECT_EQ(
      Rules(Create(
          R"([{"type":"url_funnel","operator":"equals","value":"x","urls":[{"url":"/a"},{"url":"/b","operator":"contains"}]}])")),
      R"([{"type":"url_funnel","urls":[{"url":"/a","operator":"equals"},{"url":"/b","operator":"contains"}],"condition":"and"}])");
  const std::string none = "error: rules[0].urls is required for rules of type url_funnel;";
  EXPECT_EQ(Create(R"([{"type":"url_funnel"}])"), none);
  EXPECT_EQ(Create(R"([{"type":"url_funnel","urls":[]}])"), none);
  EXPECT_EQ(Create(R"([{"type":"url_funnel","urls":[{"url":"/a"},{"operator":"equals"}]}])"),
            "error: rules[0].urls[1].url is required;");
}

TEST_F(GreetingsTest, AdsNeedNothing) {
  EXPECT_EQ(Rules(Create(R"([{"type":"ads_traffic"}])")),
            R"([{"type":"ads_traffic","operator":"equals","condition":"and"}])");
  EXPECT_EQ(
      Rules(Create(R"([{"type":"ads_traffic","variable_name":"google","variable_value":"x"}])")),
      R"([{"type":"ads_traffic","operator":"equals","variable_name":"google","variable_value":"x","condition":"and"}])");
  EXPECT_EQ(Create(R"([{"type":"ads_traffic","variable_name":"paper"}])"),
            "error: rules[0].variable_name must be facebook, google, microsoft, twitter or yahoo;");
  EXPECT_EQ(Create(R"([{"type":"ads_traffic","variable_value":")" + std::string(256, 'x') + "\"}]"),
            "error: rules[0].variable_value must have at most 255 characters;");
  EXPECT_NE(IdOf(Create(R"([{"type":"ads_traffic","variable_value":")" + std::string(255, 'x') + "\"}]")), "");
}

TEST_F(GreetingsTest, UnknownTypesOperatorsAndNoRulesAreRefused) {
  EXPECT_EQ(Create(R"([{"type":"mood","value":"x"}])"), "error: rules[0].type is no type of rule;");
  EXPECT_EQ(Create(R"([{"type":"url_current","value":"x","operator":"like"}])"),
            "error: rules[0].operator is no operator;");
  EXPECT_EQ(Create("[]"), "error: rules must have at least 1 item;");
  EXPECT_EQ(Post("local/greetings", R"({"name":"g"})"), "error: rules must have at least 1 item;");
  EXPECT_EQ(Get("local/greetings"), R"({"greetings":[]})");
}

TEST_F(GreetingsTest, AnUpdateKeepsWhatIsNotSent) {
  const std::string made = Create(kRule, R"(,"group":"d3","properties":{"greeting-message_text":"Hi","x":"y"})");
  const std::string path = "local/greetings/" + IdOf(made);
  const std::string off = Put(path, R"({"active":false})");
  EXPECT_EQ(TextAt(off, "greeting.active"), "false");
  EXPECT_EQ(TextAt(off, "greeting.properties"), R"({"active":"0","greeting-message_text":"Hi","x":"y"})");
  EXPECT_EQ(TextAt(off, "greeting.rules"), TextAt(made, "greeting.rules")) << "ids included";
  EXPECT_EQ(TextAt(Put(path, R"({"properties":{"greeting-message_text":"Ho"}})"), "greeting.properties"),
            R"({"active":"0","greeting-message_text":"Ho","x":"y"})");
  EXPECT_EQ(TextAt(Put(path, R"({"properties":{"active":"1"}})"), "greeting.active"), "true");
  EXPECT_EQ(TextAt(Put(path, R"({"name":"h"})"), "greeting.group"), "d3");
  EXPECT_EQ(TextAt(Put(path, R"({"group":""})"), "greeting.group"), "");
}

TEST_F(GreetingsTest, NewRulesReplaceTheOldAndHaveNewIds) {
  const std::string made = Create(R"([{"type":"visits_number","value":"3"},{"type":"url_current","value":"/a"}])");
  EXPECT_EQ(TextAt(Put("local/greetings/" + IdOf(made), R"({"rules":[{"type":"url_current","value":"/a"}]})"),
                   "greeting.rules"),
            R"([{"type":"url_current","operator":"equals","value":"/a","condition":"and","id":3}])");
}

TEST_F(GreetingsTest, AreListedByGroup) {
  const std::string everybodys = Create(kRule);
  const std::string sales = Create(kRule, R"(,"group":"d7")");
  EXPECT_EQ(Each(Get("local/greetings"), "greetings", "id"), IdOf(everybodys) + " " + IdOf(sales));
  EXPECT_EQ(Each(Get("local/greetings", "group="), "greetings", "id"), IdOf(everybodys));
  EXPECT_EQ(Each(Get("local/greetings", "group=d7"), "greetings", "id"), IdOf(sales));
}

TEST_F(GreetingsTest, ThereAreAtMostTenAnnouncements) {
  const std::string announcement = R"(,"subtype":"announcement")";
  const std::string first = Create(kRule, announcement);
  EXPECT_EQ(TextAt(first, "greeting.subtype"), "announcement");
  for (int i = 1; i < 10; ++i) EXPECT_NE(IdOf(Create(kRule, announcement)), "");
  const std::string refused = "error: subtype can be announcement for at most 10 greetings";
  EXPECT_EQ(Create(kRule, announcement), refused);
  const std::string plain = Create(kRule);
  EXPECT_EQ(Put("local/greetings/" + IdOf(plain), R"({"subtype":"announcement"})"), refused);
  EXPECT_EQ(TextAt(Put("local/greetings/" + IdOf(first), R"({"subtype":"announcement"})"), "greeting.subtype"),
            "announcement")
      << "it is one already";
}

TEST_F(GreetingsTest, RemovedIsGone) {
  const std::string path = "local/greetings/" + IdOf(Create(kRule));
  EXPECT_EQ(Delete(path), "{}");
  for (const std::string& again : {Delete(path), Get(path), Put(path, "{}")}) EXPECT_EQ(again, "404");
}

TEST_F(GreetingsTest, OneThatATriggerCanExpressIsATriggerAsLongAsItCan) {
  const std::string made = Create(R"([{"type":"url_current","operator":"contains","value":"/cart"}])");
  const std::string path = "local/greetings/" + IdOf(made);
  EXPECT_EQ(Stored(Collection::kTriggers, IdOf(made)).Text("name"), "g");
  Put(path, R"({"name":"h","active":false})");
  EXPECT_EQ(Stored(Collection::kTriggers, IdOf(made)).Text("name"), "h");
  EXPECT_FALSE(Stored(Collection::kTriggers, IdOf(made)).Flag("enabled", true));
  Put(path, R"({"group":"d3"})");
  EXPECT_FALSE(IsTrigger(made)) << "a trigger knows no departments";
  Put(path, R"({"group":""})");
  EXPECT_TRUE(IsTrigger(made));
  Delete(path);
  EXPECT_FALSE(IsTrigger(made));
  EXPECT_FALSE(IsTrigger(Create(kRule)));
}

}  // namespace
}  // namespace parley::resources
