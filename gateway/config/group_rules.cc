#include "config/group_rules.h"

#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace parley::config {
namespace {

using Rule = Config::Groups::Rule;
// What is wrong, or nothing.
using Complaint = std::optional<std::string>;

// One condition of a rule, or what is wrong with it.
Complaint ReadCondition(const std::string& name, const YAML::Node& value, Rule& rule) {
  if (name == "custom_field") {
    const bool one_pair = value.IsMap() && value.size() == 1 && value.begin()->second.IsScalar();
    if (!one_pair) return "custom_field must be a name and its value, for example {plan: gold}";
    rule.custom_field = value.begin()->first.Scalar();
    rule.custom_value = value.begin()->second.Scalar();
    return std::nullopt;
  }
  std::string* text = name == "url_contains" ? &rule.url_contains : nullptr;
  if (name == "tag") text = &rule.tag;
  if (name == "agent") text = &rule.agent;
  if (text == nullptr) return "when has url_contains, custom_field, tag and agent, not " + name;
  if (!value.IsScalar() || value.Scalar().empty()) return name + " must be a text";
  *text = name == "agent" ? Lower(value.Scalar()) : value.Scalar();
  return std::nullopt;
}

Complaint ReadRule(const YAML::Node& node, Rule& rule) {
  if (!node.IsMap()) return "must be {group: NAME, when: {...}}";
  for (const auto& entry : node) {
    const std::string name = entry.first.Scalar();
    if (name != "group" && name != "when") return "has group and when, not " + name;
  }
  const YAML::Node group = node["group"], when = node["when"];
  if (!group || !group.IsScalar() || group.Scalar().empty()) return "group must be the name of a group";
  if (!when || !when.IsMap() || when.size() == 0) return "when must name url_contains, custom_field, tag or agent";
  rule.group = group.Scalar();
  for (const auto& entry : when)
    if (Complaint complaint = ReadCondition(entry.first.Scalar(), entry.second, rule)) return complaint;
  return std::nullopt;
}

}  // namespace

Result<std::vector<Rule>> ReadGroupRules(const std::string& yaml) {
  YAML::Node list;
  try {
    list = YAML::Load(yaml);
  } catch (const YAML::Exception& error) {
    return InvalidArgument("is no YAML: " + error.msg);
  }
  std::vector<Rule> rules;
  if (!list.IsSequence() && !list.IsNull()) return InvalidArgument("must be a list of {group: NAME, when: {...}}");
  for (const YAML::Node& node : list) {
    rules.emplace_back();
    if (const Complaint complaint = ReadRule(node, rules.back()))
      return InvalidArgument("rule " + std::to_string(rules.size()) + ": " + *complaint);
  }
  return rules;
}

}  // namespace parley::config
