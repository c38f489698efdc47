#include "mapping/tree_reader.h"

#include "mapping/expression.h"

namespace parley::mapping {
namespace {

using ast::Tree;
using ast::TreeKind;

bool IsForm(std::string_view key) {
  return key == "each" || key == "when" || key == "choose" || key == "copy";
}

}  // namespace

Tree TreeReader::MakeTree(TreeKind kind, const YAML::Node& node) const {
  Tree tree;
  tree.kind = kind;
  tree.place = At(node);
  return tree;
}

Tree TreeReader::ReadTree(const YAML::Node& node) {
  if (node.IsSequence()) {
    Tree tree = MakeTree(TreeKind::kList, node);
    for (const YAML::Node& item : node) tree.items.push_back(ReadTree(item));
    return tree;
  }
  return node.IsMap() ? ReadMap(node) : ReadLeaf(node);
}

Tree TreeReader::ReadLeaf(const YAML::Node& node) {
  Tree tree = MakeTree(TreeKind::kLiteral, node);
  tree.literal = ScalarValue(node);
  if (!tree.literal.IsString()) return tree;
  const std::string& text = node.Scalar();
  if (IsExpression(text)) {
    tree.kind = TreeKind::kExpr;
    tree.expr = Expression(node, "the value");
  } else if (IsTemplate(text)) {
    tree.kind = TreeKind::kTemplate;
    tree.parts = TemplateOf(node, text);
  }
  return tree;
}

Tree TreeReader::ReadMap(const YAML::Node& node) {
  const std::vector<Entry> entries = Entries(node, "a value");
  if (!entries.empty() && IsForm(entries.front().key)) return ReadForm(node, entries);
  Tree tree = MakeTree(TreeKind::kObject, node);
  tree.members = Members(entries);
  return tree;
}

std::vector<ast::Member> TreeReader::Members(const std::vector<Entry>& entries) {
  std::vector<ast::Member> members;
  for (const Entry& entry : entries) {
    if (IsForm(entry.key))
      Wrong(entry.key_node, "\"" + entry.key + "\" is a form and must be the first key of its map");
    members.push_back({entry.key, ReadTree(entry.value), At(entry.key_node)});
  }
  return members;
}

Tree TreeReader::ReadForm(const YAML::Node& node, const std::vector<Entry>& entries) {
  const std::string& form = entries.front().key;
  if (form == "each") return ReadEach(node, entries);
  if (form == "when") return ReadWhen(node, entries);
  if (form == "choose") return ReadChoose(node, entries);
  return ReadCopy(node, entries);
}

Tree TreeReader::ReadEach(const YAML::Node& node, const std::vector<Entry>& entries) {
  Tree tree = MakeTree(TreeKind::kEach, node);
  for (const Entry& entry : KeepKnown(entries, "each", {"each", "as", "item"})) {
    if (entry.key == "each") tree.expr = Expression(entry.value, "each");
    if (entry.key == "as") tree.as = Text(entry.value, "as");
    if (entry.key == "item") tree.items.push_back(ReadTree(entry.value));
  }
  if (tree.items.empty()) Wrong(node, "each needs item: the tree of one item");
  tree.items.resize(1);
  return tree;
}

Tree TreeReader::ReadWhen(const YAML::Node& node, const std::vector<Entry>& entries) {
  Tree tree = MakeTree(TreeKind::kWhen, node);
  for (const Entry& entry : KeepKnown(entries, "when", {"when", "give"})) {
    if (entry.key == "when") tree.expr = Expression(entry.value, "when");
    if (entry.key == "give") tree.items.push_back(ReadTree(entry.value));
  }
  if (tree.items.empty()) Wrong(node, "when needs give: the tree that is given");
  tree.items.resize(1);
  return tree;
}

Tree TreeReader::ReadChoose(const YAML::Node& node, const std::vector<Entry>& entries) {
  Tree tree = MakeTree(TreeKind::kChoose, node);
  KeepKnown(entries, "choose", {"choose"});
  const std::vector<YAML::Node> choices = Items(entries.front().value, "choose");
  if (choices.empty()) Wrong(node, "choose needs at least one {when, give}");
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const YAML::Node& choice = choices[i];
    if (!choice.IsMap() || !choice["give"]) {
      Wrong(choice, "a choice is {when, give}; the last may be {give} alone");
    } else if (choice["when"]) {
      tree.items.push_back(ReadWhen(choice, Entries(choice, "a choice")));
    } else {
      KnownEntries(choice, "the last choice", {"give"});
      if (i + 1 < choices.size()) Wrong(choice, "a choice without when ends the list: move it to the end");
      tree.items.push_back(ReadTree(choice["give"]));
    }
  }
  return tree;
}

Tree TreeReader::ReadCopy(const YAML::Node& node, const std::vector<Entry>& entries) {
  Tree tree = MakeTree(TreeKind::kCopy, node);
  const YAML::Node& from = entries.front().value;
  if (from.IsSequence()) {
    for (const YAML::Node& source : from) tree.items.push_back(ReadTree(source));
  } else {
    tree.items.push_back(ReadTree(from));
  }
  tree.members = Members({entries.begin() + 1, entries.end()});
  return tree;
}

}  // namespace parley::mapping
