// Answers' bytes -> values, with simdjson's On-Demand reader. The only file that includes simdjson is reader.cc.
//
// Purpose: read the whole of an answer into values, or only the members a program wants of each item of a list,
// straight into slots. Texts without escapes stay where they are: the bytes must outlive the values. Refuses to know:
// programs. Threading: one reader per shard; reading never suspends. Tests: tests/unit/mapping/reader_test.cc
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace parley::mapping {

// The members wanted of each item: a trie of names that ends in slots. A wanted object or list is read whole.
struct RowPlan {
  struct Entry {
    std::string name;
    int slot = -1;   // -1: not wanted itself
    int child = -1;  // the node of its members; -1: none is wanted
  };
  using Level = std::vector<Entry>;

  std::string list;  // the member of the answer that holds the items
  std::vector<Level> levels = std::vector<Level>(1);
  std::vector<std::vector<std::string>> slots;  // by slot: its path

  // The slot of `path`, made when there is none yet. REQUIRES: path not empty.
  int Slot(const std::vector<std::string>& path);
};

// One answer of a list, read by a plan.
struct Page {
  bool has_list = false;
  std::vector<const Value*> rows;     // each with as many slots as the plan has
  std::optional<std::int64_t> total;  // the member "total"
  bool refused = false;               // the member "success" is false
};

class Reader {
 public:
  Reader();
  ~Reader();

  // Empty when `bytes` is not one JSON text, nested no deeper than 64. May reallocate `bytes` first (to pad it).
  // Values are checked in full.
  std::optional<Value> Read(std::string& bytes, Arena& arena);

  // Empty when `bytes` is no JSON object as far as it was looked at: the contents of members not wanted are skipped.
  std::optional<Page> ReadRows(std::string& bytes, const RowPlan& plan, Arena& arena);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// What stands between the quotes of a JSON text, without its escapes. A lone surrogate becomes U+FFFD. Empty on an
// escape that does not exist.
std::optional<std::string_view> Unescape(std::string_view raw, Arena& arena);

}  // namespace parley::mapping
