#include "mapping/yaml_reader.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mapping/expression.h"

namespace parley::mapping {
namespace {

constexpr int kMaxDepth = 48;
constexpr int kMaxNodes = 200'000;  // aliases count each time they are used

bool IsWithin(const YAML::Node& node, int depth, int& nodes) {
  if (depth > kMaxDepth || ++nodes > kMaxNodes) return false;
  if (node.IsSequence())
    return std::all_of(node.begin(), node.end(), [&](const auto& item) { return IsWithin(item, depth + 1, nodes); });
  if (!node.IsMap()) return true;
  return std::all_of(node.begin(), node.end(), [&](const auto& entry) {
    return IsWithin(entry.first, depth + 1, nodes) && IsWithin(entry.second, depth + 1, nodes);
  });
}

}  // namespace

bool IsBounded(const YAML::Node& root) {
  int nodes = 0;
  return IsWithin(root, 0, nodes);
}

Json ScalarValue(const YAML::Node& node) {
  if (node.IsNull()) return Json();
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return Json(text);  // quoted
  if (text == "true" || text == "True" || text == "TRUE") return Json(true);
  if (text == "false" || text == "False" || text == "FALSE") return Json(false);
  if (const auto integer = ParseInteger(text)) return Json(*integer);
  if (const auto number = ParseNumber(text); number && text[0] != '.') return Json(*number);
  return Json(text);
}

std::vector<YamlReader::Entry> YamlReader::Entries(const YAML::Node& node, std::string_view what) {
  std::vector<Entry> entries;
  if (!node.IsMap()) {
    Wrong(node, std::string(what) + " must be a map of names and values");
    return entries;
  }
  std::set<std::string> seen;
  for (const auto& pair : node) {
    if (!pair.first.IsScalar()) {
      Wrong(pair.first, "a key of " + std::string(what) + " must be a plain word");
      continue;
    }
    const std::string& key = pair.first.Scalar();
    if (!seen.insert(key).second) Wrong(pair.first, key + " is given twice: remove one");
    entries.push_back({key, pair.first, pair.second});
  }
  return entries;
}

std::vector<YamlReader::Entry> YamlReader::KnownEntries(const YAML::Node& node, std::string_view what,
                                                        const Keys& known) {
  return KeepKnown(Entries(node, what), what, known);
}

std::vector<YamlReader::Entry> YamlReader::KeepKnown(const std::vector<Entry>& entries, std::string_view what,
                                                     const Keys& known) {
  // Entries are never assigned to one another: assigning a YAML::Node changes the tree it belongs to.
  std::vector<Entry> kept;
  for (const Entry& entry : entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) {
      kept.push_back(entry);
      continue;
    }
    const auto near = Nearest(entry.key, known);
    Wrong(entry.key_node, "key \"" + entry.key + "\" is not known in " + std::string(what) +
                              (near ? "; did you mean " + *near : ": it takes " + Join(known, ", ")));
  }
  return kept;
}

std::vector<YAML::Node> YamlReader::Items(const YAML::Node& node, std::string_view what) {
  if (node.IsSequence()) return {node.begin(), node.end()};
  Wrong(node, std::string(what) + " must be a list");
  return {};
}

std::string YamlReader::Text(const YAML::Node& node, std::string_view what) {
  if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
  Wrong(node, std::string(what) + " must be a text");
  return {};
}

std::vector<std::string> YamlReader::Texts(const YAML::Node& node, std::string_view what) {
  std::vector<std::string> texts;
  if (!node.IsSequence()) return {Text(node, what)};
  for (const YAML::Node& item : node) texts.push_back(Text(item, what));
  return texts;
}

int YamlReader::Count(const YAML::Node& node, std::string_view what, int fallback) {
  const Json value = node.IsScalar() ? ScalarValue(node) : Json();
  const auto count = value.AsInteger();
  if (count && *count >= 1 && *count <= 1'000'000) return static_cast<int>(*count);
  Wrong(node, std::string(what) + " must be a whole number from 1 to 1000000");
  return fallback;
}

ast::Expr YamlReader::Expression(const YAML::Node& node, std::string_view what) {
  if (!node.IsScalar()) {
    Wrong(node, std::string(what) + " must be an expression");
    return {};
  }
  Result<ast::Expr> expr = ParseExpression(ExpressionIn(node.Scalar()), At(node));
  if (expr) return std::move(*expr);
  Wrong(node, expr.error().message);
  return {};
}

ast::Template YamlReader::TemplateOf(const YAML::Node& node, std::string_view text) {
  Result<ast::Template> parts = ParseTemplate(text, At(node));
  if (parts) return std::move(*parts);
  Wrong(node, parts.error().message);
  return {};
}

}  // namespace parley::mapping
