#include "pipeline/bracket_names.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.h"

namespace parley::pipeline {
namespace {

constexpr std::size_t kMaxDepth = 8;

// A container while it is being filled: indexed items beside named members, until Finish decides what it is.
struct Node {
  std::optional<Json> value;
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> members;
  std::map<std::int64_t, std::vector<std::unique_ptr<Node>>> items;  // by index; several when an index repeats
  std::vector<std::unique_ptr<Node>> appended;

  bool IsArray() const { return !items.empty() || !appended.empty(); }
  bool IsContainer() const { return IsArray() || !members.empty(); }
};

struct Name {
  std::string head;
  std::vector<std::string> segments;
};

std::optional<Name> Parse(std::string_view text) {
  // Samples in the documentation break lines inside forms, so white space may lead a name.
  text = Trim(text);
  const std::size_t bracket = text.find('[');
  Name name{std::string(text.substr(0, bracket)), {}};
  if (name.head.empty()) return std::nullopt;
  while (!text.empty() && bracket != std::string_view::npos) {
    if (name.segments.empty()) text.remove_prefix(bracket);
    const std::size_t close = text.find(']');
    if (text.front() != '[' || close == std::string_view::npos) return std::nullopt;
    name.segments.emplace_back(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
    if (name.segments.size() > kMaxDepth) return std::nullopt;
  }
  return name;
}

Node* MemberOf(Node& node, const std::string& name) {
  for (auto& [known, child] : node.members)
    if (known == name) return child.get();
  node.members.emplace_back(name, std::make_unique<Node>());
  return node.members.back().second.get();
}

// The child a segment leads to. `last`: the segment carries the value, so a repeated index means one more item.
Node* Descend(Node& node, const std::string& segment, bool last) {
  if (segment.empty()) {
    node.appended.push_back(std::make_unique<Node>());
    return node.appended.back().get();
  }
  const auto index = ParseInteger(segment);
  if (!index || *index < 0) return MemberOf(node, segment);
  auto& items = node.items[*index];
  if (items.empty() || (last && items.back()->value)) items.push_back(std::make_unique<Node>());
  return items.back().get();
}

Json Finish(Node& node) {
  if (!node.IsContainer()) return node.value ? std::move(*node.value) : Json();
  if (!node.IsArray()) {
    Json object = Json::MakeObject();
    for (auto& [name, child] : node.members) object.Append(name, Finish(*child));
    return object;
  }
  Json array = Json::MakeArray();
  for (auto& [index, children] : node.items)
    for (auto& child : children) array.Push(Finish(*child));
  for (auto& child : node.appended) array.Push(Finish(*child));
  return array;
}

class Tree {
 public:
  Status Add(std::string_view text, Json value) {
    if (++names_ > kMostNames)
      return InvalidArgument("there are more than " + std::to_string(kMostNames) + " parameters");
    const auto name = Parse(text);
    if (!name) return InvalidArgument("parameter name \"" + std::string(text.substr(0, 100)) + "\" is malformed");
    Node* node = MemberOf(root_, name->head);
    for (std::size_t i = 0; i < name->segments.size(); ++i) {
      if (node->value) return Mixed(name->head);
      Node* child = Descend(*node, name->segments[i], i + 1 == name->segments.size());
      if (node->IsArray() && !node->members.empty()) return Mixed(name->head);
      node = child;
    }
    if (node->IsContainer()) return Mixed(name->head);
    // `a=1&a=2` without brackets: the last one counts, as in a JSON object.
    node->value = std::move(value);
    return {};
  }

  Json Take() {
    Json object = Json::MakeObject();
    for (auto& [name, child] : root_.members) object.Append(name, Finish(*child));
    return object;
  }

 private:
  static Status Mixed(const std::string& name) {
    return InvalidArgument(name + " is given both as a list and as an object or value");
  }

  Node root_;
  std::size_t names_ = 0;
};

}  // namespace

Result<Json> TreeOf(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Tree tree;
  for (const auto& [name, value] : pairs)
    if (Status added = tree.Add(name, Json(value)); !added) return added.error();
  return tree.Take();
}

Result<Json> TreeOf(Json object) {
  Tree tree;
  for (Json::Member& member : *object.AsObject())
    if (Status added = tree.Add(member.first, std::move(member.second)); !added) return added.error();
  return tree.Take();
}

}  // namespace parley::pipeline
