#include "records/greeting_triggers.h"

#include <gtest/gtest.h>

namespace parley::records {
namespace {

std::string TriggerOf(std::string_view greeting, const Json* known = nullptr) {
  const std::optional<Json> trigger = TriggerFor(*ParseJson(greeting), known);
  return trigger ? Print(*trigger) : "none";
}

// The conditions of the trigger a greeting with these rules is.
std::string ConditionsFor(const std::string& rules) {
  const std::optional<Json> trigger = TriggerFor(*ParseJson(R"({"name":"g","rules":)" + rules + "}"), nullptr);
  return trigger ? Print(*trigger->Find("conditions")) : "none";
}

// The rules of the greeting a trigger with these conditions is.
std::string RulesFor(const std::string& conditions) {
  const std::optional<Json> greeting =
      GreetingFor(*ParseJson(R"({"name":"t","conditions":)" + conditions +
                             R"(,"actions":[{"name":"send-message","params":{"msg":"Hi"}}]})"),
                  nullptr);
  return greeting ? Print(*greeting->Find("rules")) : "none";
}

TEST(GreetingTriggers, AGreetingIsATriggerThatSaysItsMessage) {
  EXPECT_EQ(
      TriggerOf(
          R"({"name":"slow","active":true,"rules":[{"id":1,"type":"visit_time_site","operator":"greater_than","value":"40","condition":"and"}],"properties":{"greeting-message_text":"Need a hand?"}})"),
      R"({"name":"slow","description":"","enabled":true,"runOnce":true,"conditions":[{"name":"time-on-site","value":"40"}],"actions":[{"name":"send-message","params":{"sender":"queue","msg":"Need a hand?","name":""}}]})");
}

TEST(GreetingTriggers, PagesAreRegularExpressions) {
  EXPECT_EQ(ConditionsFor(R"([{"type":"url_current","operator":"contains","value":"/a.b?c"}])"),
            R"([{"name":"page-url","value":"/a\\.b\\?c"}])");
  EXPECT_EQ(ConditionsFor(R"([{"type":"url_current","operator":"equals","value":"http://x/"}])"),
            R"([{"name":"page-url","value":"^http://x/$"}])");
}

TEST(GreetingTriggers, WhatATriggerCannotSayIsNone) {
  for (
      const char* rules : {
          R"([{"type":"url_current","operator":"doesnt_contain","value":"/a"}])",
          R"([{"type":"visit_time_site","operator":"lower_than","value":"4"}])",
          R"([{"type":"visit_time_site","operator":"equals","value":"soon"}])",
          R"([{"type":"visit_time_page","operator":"equals","value":"4"}])",
          R"([{"type":"visits_number","operator":"equals","value":"4"}])",
          R"([{"type":"url_current","operator":"contains","value":"/a"},{"type":"url_current","operator":"contains","value":"/b"}])",
          "[]",
      })
    EXPECT_EQ(ConditionsFor(rules), "none") << rules;
}

TEST(GreetingTriggers, ATriggerIsAGreetingWhenItsPageIsOneText) {
  EXPECT_EQ(RulesFor(R"([{"name":"page-url","value":"/a\\.b"}])"),
            R"([{"type":"url_current","operator":"contains","value":"/a.b","condition":"and"}])");
  EXPECT_EQ(RulesFor(R"([{"name":"page-url","value":"^http://x/$"}])"),
            R"([{"type":"url_current","operator":"equals","value":"http://x/","condition":"and"}])");
  EXPECT_EQ(RulesFor(R"([{"name":"time-on-site","value":"10"}])"),
            R"([{"type":"visit_time_site","operator":"greater_or_equal","value":"10","condition":"and"}])");
}

TEST(GreetingTriggers, WhatAGreetingCannotSayIsNone) {
  for (const char* conditions : {
           R"([{"name":"page-url","value":"/a|/b"}])",
           R"([{"name":"page-url","value":"/a.b"}])",
           R"([{"name":"page-url","value":"\\d"}])",
           R"([{"name":"page-url","value":"/a\\"}])",
           R"([{"name":"page-url","value":""}])",
           R"([{"name":"chat-opened-by-visitor"}])",
           R"([{"name":"time-on-site","value":"x"}])",
           "[]",
           R"([{"name":"time-on-site","value":"1"},{"name":"time-on-site","value":"2"}])",
       })
    EXPECT_EQ(RulesFor(conditions), "none") << conditions;
  EXPECT_FALSE(GreetingFor(
      *ParseJson(
          R"({"name":"t","conditions":[{"name":"time-on-site","value":"1"}],"actions":[{"name":"use-external-service","params":{}}]})"),
      nullptr));
}

TEST(GreetingTriggers, WhatTheOtherSideAddedStays) {
  const Json known = *ParseJson(
      R"({"name":"old","description":"d","enabled":true,"runOnce":false,"conditions":[],"actions":[{"name":"send-message","params":{"sender":"custom","msg":"Hi","name":"Ann"}}]})");
  EXPECT_EQ(
      TriggerOf(
          R"({"name":"new","active":false,"rules":[{"type":"visit_time_site","operator":"equals","value":"4"}],"properties":{"greeting-message_text":"Hi"}})",
          &known),
      R"({"name":"new","description":"d","enabled":false,"runOnce":false,"conditions":[{"name":"time-on-site","value":"4"}],"actions":[{"name":"send-message","params":{"sender":"custom","msg":"Hi","name":"Ann"}}]})");

  const Json greeting = *ParseJson(
      R"({"name":"g","subtype":"announcement","rules":[{"id":7,"type":"visit_time_site","operator":"greater_than","value":"4","condition":"and"}],"properties":{"x":"y"}})");
  const Json trigger = *ParseJson(
      R"({"name":"t","enabled":true,"conditions":[{"name":"time-on-site","value":"4"}],"actions":[{"name":"send-message","params":{"msg":"Hi"}}]})");
  const std::optional<Json> followed = GreetingFor(trigger, &greeting);
  ASSERT_TRUE(followed);
  EXPECT_EQ(
      Print(*followed),
      R"({"name":"t","subtype":"announcement","rules":[{"id":7,"type":"visit_time_site","operator":"greater_than","value":"4","condition":"and"}],"properties":{"x":"y","greeting-message_text":"Hi"},"active":true})");
}

}  // namespace
}  // namespace parley::records
