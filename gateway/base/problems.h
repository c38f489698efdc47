// Mistakes found in files at start: collected, so that all of them are reported at once.
//
// Tests: tests/unit/base/problems_test.cc
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace parley {

struct Problem {
  std::string file;
  int line = 0;      // 1-based; 0 when the whole file is meant
  std::string text;  // what is wrong; what to do
};

// "groups.yaml:12: no backend route GET livechat/departments; did you mean livechat/department"
std::string Format(const Problem& problem);

// One thread.
class Problems {
 public:
  void Add(std::string file, int line, std::string text) { list_.push_back({std::move(file), line, std::move(text)}); }
  void Append(const Problems& other) { list_.insert(list_.end(), other.list_.begin(), other.list_.end()); }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  const std::vector<Problem>& list() const { return list_; }

 private:
  std::vector<Problem> list_;
};

}  // namespace parley
