#include "specs/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text.h"

namespace parley::specs {
namespace {

std::size_t CountNodes(const Node& node) {
  std::size_t count = 1;
  for (const Node& item : node.items) count += CountNodes(item);
  for (const Member& member : node.members) count += CountNodes(member.value);
  return count;
}

// Builds one tree from the parser's events. After the first broken bound it only lets events pass, because the parser
// cannot be stopped other than by an exception.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, const DocumentLimits& limits, Problems& problems)
      : file_(std::move(file)), limits_(limits), problems_(problems) {}

  Node TakeRoot() { return std::move(root_); }
  bool stopped() const { return stopped_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    root_ = Node();
    root_.line = mark.line + 1;
    open_.clear();
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    AddLeaf(MakeNode(Node::Kind::kNull, mark), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = MakeNode(Node::Kind::kText, mark);
    node.text = value;
    node.plain = tag == "?";
    AddLeaf(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (stopped_) return;
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) return Stop(mark, "an alias stands inside what it refers to");
    if (Spend(known->second.nodes, mark) && open_.size() + DepthOf(known->second.node) <= limits_.depth)
      AddLeaf(known->second.node, YAML::NullAnchor);
    else
      Stop(mark, "aliases nest too deeply");
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(MakeNode(Node::Kind::kList, mark), anchor, mark);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(MakeNode(Node::Kind::kMap, mark), anchor, mark);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

 private:
  struct OpenNode {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Member> pending;  // of a map: a name that still waits for its value
  };
  struct Anchored {
    Node node;
    std::size_t nodes;
  };

  static Node MakeNode(Node::Kind kind, const YAML::Mark& mark) {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    return node;
  }

  static std::size_t DepthOf(const Node& node) {
    std::size_t deepest = 0;
    for (const Node& item : node.items) deepest = std::max(deepest, DepthOf(item));
    for (const Member& member : node.members) deepest = std::max(deepest, DepthOf(member.value));
    return deepest + 1;
  }

  void Stop(const YAML::Mark& mark, const std::string& text) {
    if (!stopped_) problems_.Add(file_, mark.line + 1, text);
    stopped_ = true;
  }

  bool Spend(std::size_t nodes, const YAML::Mark& mark) {
    spent_ += nodes;
    if (spent_ <= limits_.nodes) return true;
    Stop(mark, "the file has more than " + std::to_string(limits_.nodes) + " values, aliases included");
    return false;
  }

  void Open(Node node, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (stopped_ || !Spend(1, mark)) return;
    if (open_.size() >= limits_.depth)
      return Stop(mark, "values nest more than " + std::to_string(limits_.depth) + " deep");
    open_.push_back({std::move(node), anchor, std::nullopt});
  }

  void Close() {
    if (stopped_ || open_.empty()) return;
    OpenNode closed = std::move(open_.back());
    open_.pop_back();
    Attach(std::move(closed.node), closed.anchor);
  }

  void AddLeaf(Node node, YAML::anchor_t anchor) {
    if (stopped_) return;
    YAML::Mark mark;
    mark.line = node.line - 1;
    if (Spend(1, mark)) Attach(std::move(node), anchor);
  }

  void Attach(Node node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, CountNodes(node)};
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.node.IsList()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.pending) {
      parent.pending = NameFrom(node);
    } else {
      parent.pending->value = std::move(node);
      AddMember(parent.node, *std::exchange(parent.pending, std::nullopt));
    }
  }

  Member NameFrom(const Node& key) {
    if (!key.IsText()) problems_.Add(file_, key.line, "a member's name must be a text");
    if (key.plain && key.text == "<<")
      problems_.Add(file_, key.line, "merge keys (<<) are not supported: write the members out");
    return {key.text, key.line, Node()};
  }

  void AddMember(Node& map, Member member) {
    if (map.Find(member.name) != nullptr)
      problems_.Add(file_, member.line, "\"" + member.name + "\" is given twice");
    else
      map.members.push_back(std::move(member));
  }

  std::string file_;
  const DocumentLimits& limits_;
  Problems& problems_;
  Node root_;
  std::vector<OpenNode> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t spent_ = 0;
  bool stopped_ = false;
};

}  // namespace

const Node* Node::Find(std::string_view name) const {
  for (const Member& member : members)
    if (member.name == name) return &member.value;
  return nullptr;
}

std::string_view Node::Text(std::string_view name) const {
  const Node* node = Find(name);
  return node != nullptr && node->IsText() ? std::string_view(node->text) : std::string_view();
}

std::vector<Node> ParseDocuments(std::string_view text, const std::string& file, Problems& problems,
                                 const DocumentLimits& limits) {
  std::vector<Node> documents;
  if (text.size() > limits.bytes) {
    problems.Add(file, 0, "the file is larger than " + std::to_string(limits.bytes) + " bytes");
    return documents;
  }
  if (!IsValidUtf8(text)) {
    problems.Add(file, 0, "the file is not valid UTF-8");
    return documents;
  }
  TreeBuilder builder(file, limits, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (!builder.stopped() && parser.HandleNextDocument(builder)) documents.push_back(builder.TakeRoot());
  } catch (const YAML::Exception& error) {
    problems.Add(file, error.mark.line + 1, "not valid YAML: " + error.msg);
  }
  if (builder.stopped()) documents.clear();
  return documents;
}

Json ToJson(const Node& node) {
  if (node.IsNull()) return nullptr;
  if (node.IsList()) {
    Json list = Json::MakeArray();
    for (const Node& item : node.items) list.Push(ToJson(item));
    return list;
  }
  if (node.IsMap()) {
    Json object = Json::MakeObject();
    for (const Member& member : node.members) object.Append(member.name, ToJson(member.value));
    return object;
  }
  if (!node.plain) return node.text;
  if (node.text == "true" || node.text == "True" || node.text == "TRUE") return true;
  if (node.text == "false" || node.text == "False" || node.text == "FALSE") return false;
  if (const auto integer = ParseInteger(node.text)) return Json(static_cast<long long>(*integer));
  if (const auto number = ParseNumber(node.text)) return *number;
  return node.text;
}

}  // namespace parley::specs
