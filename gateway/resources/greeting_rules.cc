#include "resources/greeting_rules.h"

#include <algorithm>
#include <array>

namespace parley::resources {
namespace {

constexpr std::string_view kDefaultOperator = "equals";
constexpr std::size_t kLongestAdValue = 255;

enum class Needs { kValue, kVariable, kUrls, kAds };

struct RuleType {
  std::string_view name;
  Needs needs;
};

constexpr std::array<RuleType, 12> kTypes = {{
    {"visit_time_site", Needs::kValue},
    {"visit_time_page", Needs::kValue},
    {"url_current", Needs::kValue},
    {"url_visited", Needs::kValue},
    {"pages_view_number", Needs::kValue},
    {"url_referrer", Needs::kValue},
    {"geolocation", Needs::kValue},
    {"visits_number", Needs::kValue},
    {"search_keyword", Needs::kValue},
    {"custom_variable", Needs::kVariable},
    {"url_funnel", Needs::kUrls},
    {"ads_traffic", Needs::kAds},
}};

constexpr std::array<std::string_view, 8> kOperators = {"equals",         "doesnt_equal",  "lower_than",
                                                        "lower_or_equal", "greater_than",  "greater_or_equal",
                                                        "contains",       "doesnt_contain"};
constexpr std::array<std::string_view, 5> kAdNetworks = {"facebook", "google", "microsoft", "twitter", "yahoo"};

const RuleType* FindType(std::string_view name) {
  if (name == "custom") name = "custom_variable";
  const auto* found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const RuleType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : found;
}

// One rule on its way from the request; `where_` is its path in it.
class Rule {
 public:
  Rule(const Json& input, std::string where, std::vector<std::string>& violations)
      : input_(input), where_(std::move(where)), violations_(violations) {}

  Json Normalise() {
    const RuleType* type = FindType(input_.Text("type"));
    if (type == nullptr) {
      violations_.push_back(where_ + ".type is no type of rule");
      return Json::MakeObject();
    }
    type_ = type->name;
    rule_.Append("type", type_);
    switch (type->needs) {
      case Needs::kValue:
        TakeOperator(input_, where_, rule_);
        Require("value");
        break;
      case Needs::kVariable:
        TakeOperator(input_, where_, rule_);
        Require("variable_name");
        Require("variable_value");
        break;
      case Needs::kUrls:
        TakeUrls();
        break;
      case Needs::kAds:
        TakeOperator(input_, where_, rule_);
        TakeAd();
        break;
    }
    rule_.Append("condition", "and");
    return std::move(rule_);
  }

 private:
  void TakeOperator(const Json& from, const std::string& where, Json& to) {
    const std::string_view name = from.Text("operator", kDefaultOperator);
    if (std::find(kOperators.begin(), kOperators.end(), name) == kOperators.end())
      violations_.push_back(where + ".operator is no operator");
    to.Append("operator", name);
  }

  void Require(std::string_view member) {
    const std::string_view value = input_.Text(member);
    if (value.empty()) {
      violations_.push_back(where_ + "." + std::string(member) + " is required for rules of type " + type_);
    }
    rule_.Append(member, value);
  }

  void TakeUrls() {
    const Json* urls = input_.Find("urls");
    if (urls == nullptr || urls->AsArray() == nullptr || urls->AsArray()->empty()) {
      violations_.push_back(where_ + ".urls is required for rules of type " + type_);
      return;
    }
    Json taken = Json::MakeArray();
    for (const Json& url : *urls->AsArray()) {
      const std::string where = where_ + ".urls[" + std::to_string(taken.size()) + "]";
      if (url.Text("url").empty()) violations_.push_back(where + ".url is required");
      Json step;
      step.Append("url", url.Text("url"));
      TakeOperator(url, where, step);
      taken.Push(std::move(step));
    }
    rule_.Append("urls", std::move(taken));
  }

  // Neither name nor value: any ad.
  void TakeAd() {
    const std::string_view network = input_.Text("variable_name");
    const std::string_view value = input_.Text("variable_value");
    if (!network.empty() && std::find(kAdNetworks.begin(), kAdNetworks.end(), network) == kAdNetworks.end()) {
      violations_.push_back(where_ + ".variable_name must be facebook, google, microsoft, twitter or yahoo");
    }
    if (value.size() > kLongestAdValue)
      violations_.push_back(where_ + ".variable_value must have at most 255 characters");
    if (!network.empty()) rule_.Append("variable_name", network);
    if (!value.empty()) rule_.Append("variable_value", value);
  }

  const Json& input_;
  const std::string where_;
  std::vector<std::string>& violations_;
  std::string type_;
  Json rule_ = Json::MakeObject();
};

}  // namespace

Json NormaliseRules(const Json& rules, std::vector<std::string>& violations) {
  Json normalised = Json::MakeArray();
  if (rules.AsArray() != nullptr) {
    for (const Json& input : *rules.AsArray()) {
      Rule rule(input, "rules[" + std::to_string(normalised.size()) + "]", violations);
      normalised.Push(rule.Normalise());
    }
  }
  if (normalised.empty()) violations.emplace_back("rules must have at least 1 item");
  return normalised;
}

}  // namespace parley::resources
