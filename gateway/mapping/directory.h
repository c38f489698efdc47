// The backend's directory as values, with an index for every key.
//
// Purpose: make `.x | agents.by_login` one hash lookup. Built once per snapshot and shared by all requests that see it.
// Refuses to know: programs; which names mappings give to directories.
// Threading: immutable. Tests: tests/unit/mapping/directory_test.cc
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "backend/backend.h"
#include "mapping/value.h"

namespace parley::mapping {

// What can be looked up, and by what.
enum class Lookup {
  kAgentById,
  kAgentByUsername,
  kAgentByLogin,
  kDepartmentById,
  kDepartmentByName,
  kMembersByDepartment
};
inline constexpr std::size_t kLookups = 6;

enum class DirectoryList { kAgents, kDepartments };

// The lookup of a declared directory ("agents", "id"); empty when there is none.
std::optional<Lookup> FindLookup(std::string_view from, std::string_view key);

class DirectoryView {
 public:
  // Texts are views into the snapshot, which the view keeps alive.
  explicit DirectoryView(std::shared_ptr<const backend::Directory> snapshot);

  const std::shared_ptr<const backend::Directory>& snapshot() const { return snapshot_; }
  const Value& List(DirectoryList list) const { return list == DirectoryList::kAgents ? agents_ : departments_; }
  // One row, or for memberships the list of rows {id}. Missing when there is none.
  Value Find(Lookup lookup, std::string_view key) const;

 private:
  using Index = std::unordered_map<std::string_view, Value>;

  Value AgentRow(const backend::DirectoryAgent& agent);
  Value DepartmentRow(const backend::DirectoryDepartment& department);
  Value Members(const backend::DirectoryDepartment& department);
  Value Texts(const std::vector<std::string>& texts);

  std::shared_ptr<const backend::Directory> snapshot_;
  Arena arena_;
  Value agents_;
  Value departments_;
  std::array<Index, kLookups> indexes_;
};

}  // namespace parley::mapping
