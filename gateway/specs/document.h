// YAML or JSON text as a plain tree whose nodes know their line.
//
// Purpose: the one place of this folder that meets the YAML library and its exceptions; and the bounds that keep a
// hostile file (deep nesting, aliases of aliases) from costing more than a message.
// Threading: plain values.
// Tests: tests/unit/specs/document_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
#include "json/json.h"

namespace parley::specs {

struct Member;

struct Node {
  enum class Kind { kNull, kText, kList, kMap };

  Kind kind = Kind::kNull;
  std::string text;   // of a scalar
  bool plain = true;  // a scalar without quotes: may be a number or a boolean
  std::vector<Node> items;
  std::vector<Member> members;  // of a map, in file order, names unique
  int line = 0;

  bool IsNull() const { return kind == Kind::kNull; }
  bool IsText() const { return kind == Kind::kText; }
  bool IsList() const { return kind == Kind::kList; }
  bool IsMap() const { return kind == Kind::kMap; }
  // The member's value; null when absent or when this is no map.
  const Node* Find(std::string_view name) const;
  // The member's text; empty when absent or no text.
  std::string_view Text(std::string_view name) const;
};

struct Member {
  std::string name;
  int line = 0;
  Node value;
};

struct DocumentLimits {
  std::size_t bytes = 16 * 1024 * 1024;
  std::size_t nodes = 500'000;  // after aliases are replaced by what they stand for
  std::size_t depth = 64;
};

// All documents of `text`, empty ones included. What is wrong is added to `problems` under the name `file`; documents
// before a syntax error are still returned.
std::vector<Node> ParseDocuments(std::string_view text, const std::string& file, Problems& problems,
                                 const DocumentLimits& limits = {});

// The value by the rules of YAML 1.2: `no` and `on` are texts, quoted scalars always are.
Json ToJson(const Node& node);

}  // namespace parley::specs
