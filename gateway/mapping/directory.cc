#include "mapping/directory.h"

#include <limits>
#include <utility>

namespace parley::mapping {
namespace {

struct NamedLookup {
  std::string_view from;
  std::string_view key;
  Lookup lookup;
};
constexpr NamedLookup kNamedLookups[] = {
    {"agents", "id", Lookup::kAgentById},
    {"agents", "username", Lookup::kAgentByUsername},
    {"agents", "login", Lookup::kAgentByLogin},
    {"departments", "id", Lookup::kDepartmentById},
    {"departments", "name", Lookup::kDepartmentByName},
    {"memberships", "department", Lookup::kMembersByDepartment},
};

// An unset text has no value.
Value TextOrMissing(const std::string& text) {
  return text.empty() ? Value() : Value::Text(text);
}

Value Frozen(std::span<const Field> fields, Arena& arena) {
  Value row = MakeObject(fields, arena);
  row.object().frozen = true;
  return row;
}

}  // namespace

std::optional<Lookup> FindLookup(std::string_view from, std::string_view key) {
  for (const NamedLookup& named : kNamedLookups)
    if (named.from == from && named.key == key) return named.lookup;
  return std::nullopt;
}

DirectoryView::DirectoryView(std::shared_ptr<const backend::Directory> snapshot)
    : snapshot_(std::move(snapshot)), arena_(std::numeric_limits<std::size_t>::max()) {
  const auto add = [this](Lookup lookup, std::string_view key, const Value& row) {
    if (!key.empty()) indexes_[static_cast<std::size_t>(lookup)].emplace(key, row);
  };
  Collector<Value> agents(arena_);
  for (const backend::DirectoryAgent& agent : snapshot_->agents) {
    const Value row = AgentRow(agent);
    agents.Add(row);
    add(Lookup::kAgentById, agent.id, row);
    add(Lookup::kAgentByUsername, agent.username, row);
    add(Lookup::kAgentByLogin, agent.login, row);
  }
  Collector<Value> departments(arena_);
  for (const backend::DirectoryDepartment& department : snapshot_->departments) {
    const Value row = DepartmentRow(department);
    departments.Add(row);
    add(Lookup::kDepartmentById, department.id, row);
    add(Lookup::kDepartmentByName, department.name, row);
    add(Lookup::kMembersByDepartment, department.id, Members(department));
  }
  agents_ = Value::List(agents.view());
  departments_ = Value::List(departments.view());
}

Value DirectoryView::Find(Lookup lookup, std::string_view key) const {
  const Index& index = indexes_[static_cast<std::size_t>(lookup)];
  const auto found = index.find(key);
  return found == index.end() ? Value() : found->second;
}

Value DirectoryView::AgentRow(const backend::DirectoryAgent& agent) {
  const Field fields[] = {
      {"id", Value::Text(agent.id)},
      {"username", Value::Text(agent.username)},
      {"name", TextOrMissing(agent.name)},
      {"login", TextOrMissing(agent.login)},
      {"presence", TextOrMissing(agent.presence)},
      {"available", Value::Boolean(agent.available)},
      {"accepting", Value::Boolean(agent.accepting)},
      {"active", Value::Boolean(agent.active)},
      {"roles", Texts(agent.roles)},
      {"max_chats", agent.max_chats == 0 ? Value() : Value::Integer(agent.max_chats)},
      {"departments", Texts(agent.departments)},
  };
  return Frozen(fields, arena_);
}

Value DirectoryView::DepartmentRow(const backend::DirectoryDepartment& department) {
  const Field fields[] = {
      {"id", Value::Text(department.id)},
      {"name", TextOrMissing(department.name)},
      {"description", TextOrMissing(department.description)},
      {"email", TextOrMissing(department.email)},
      {"enabled", Value::Boolean(department.enabled)},
  };
  return Frozen(fields, arena_);
}

Value DirectoryView::Members(const backend::DirectoryDepartment& department) {
  Collector<Value> rows(arena_);
  for (const std::string& id : department.agents) {
    const Field fields[] = {{"id", Value::Text(id)}};
    rows.Add(Frozen(fields, arena_));
  }
  return Value::List(rows.view());
}

Value DirectoryView::Texts(const std::vector<std::string>& texts) {
  Value* items = arena_.Array<Value>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) items[i] = Value::Text(texts[i]);
  return Value::List({items, texts.size()});
}

}  // namespace parley::mapping
