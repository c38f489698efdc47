#include "company.h"

#include <algorithm>
#include <string>
#include <vector>

namespace parley::golden {
namespace {

backend::DirectoryAgent Agent(std::string id, std::string username, std::string name) {
  backend::DirectoryAgent agent;
  agent.id = std::move(id);
  agent.username = username;
  agent.name = std::move(name);
  agent.login = username + "@acme.test";
  agent.presence = "offline";
  agent.roles = {"user", "livechat-agent"};
  return agent;
}

backend::DirectoryDepartment Department(std::string id, std::string name, std::vector<std::string> agents) {
  backend::DirectoryDepartment department;
  department.id = std::move(id);
  department.name = std::move(name);
  department.agents = std::move(agents);
  return department;
}

void SetTexts(const Json& change, std::string_view name, std::vector<std::string>& texts) {
  const Json* list = change.Find(name);
  if (!list || !list->AsArray()) return;
  texts.clear();
  for (const Json& item : *list->AsArray()) texts.emplace_back(item.AsString().value_or(""));
}

void SetText(const Json& change, std::string_view name, std::string& text) {
  text = std::string(change.Text(name, text));
}

template <class Row>
Row& RowOf(std::vector<Row>& rows, std::string_view id) {
  auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id; });
  if (found != rows.end()) return *found;
  rows.emplace_back();
  rows.back().id = id;
  return rows.back();
}

void Change(backend::DirectoryAgent& agent, const Json& change) {
  SetText(change, "username", agent.username);
  SetText(change, "name", agent.name);
  SetText(change, "login", agent.login);
  SetText(change, "presence", agent.presence);
  agent.available = change.Flag("available", agent.available);
  agent.accepting = change.Flag("accepting", agent.accepting);
  agent.active = change.Flag("active", agent.active);
  agent.max_chats = change.Integer("max_chats", agent.max_chats);
  SetTexts(change, "roles", agent.roles);
  SetTexts(change, "departments", agent.departments);
}

void Change(backend::DirectoryDepartment& department, const Json& change) {
  SetText(change, "name", department.name);
  SetText(change, "description", department.description);
  SetText(change, "email", department.email);
  department.enabled = change.Flag("enabled", department.enabled);
  SetTexts(change, "agents", department.agents);
}

template <class Row>
void ChangeRows(std::vector<Row>& rows, const Json* changes) {
  if (!changes || !changes->AsArray()) return;
  for (const Json& change : *changes->AsArray()) Change(RowOf(rows, change.Text("id")), change);
}

template <class Row>
void RemoveRows(std::vector<Row>& rows, const std::vector<std::string>& ids) {
  std::erase_if(rows, [&](const Row& row) { return std::find(ids.begin(), ids.end(), row.id) != ids.end(); });
}

template <class Row>
void Sort(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
}

}  // namespace

backend::Directory Company() {
  backend::DirectoryAgent ann = Agent("u2", "ann", "Ann Lee");
  ann.roles.push_back("livechat-manager");
  ann.presence = "away";
  ann.departments = {"d7"};
  backend::DirectoryAgent bob = Agent("u3", "bob", "Bob Ray");
  bob.presence = "online";
  bob.available = bob.accepting = true;
  bob.max_chats = 4;
  bob.departments = {"d7"};
  backend::DirectoryAgent liv = Agent("u4", "liv", "Liv Berg");
  liv.departments = {"d3"};
  backend::DirectoryAgent nora = Agent("u1", "nora", "Nora Quist");
  nora.roles = {"admin", "livechat-agent", "livechat-manager"};
  nora.presence = "online";

  backend::Directory company;
  company.version = 1;
  company.agents = {ann, bob, liv, nora};
  company.departments = {Department("d3", "Billing", {"u4"}), Department("d7", "Sales", {"u2", "u3"})};
  return company;
}

backend::Directory Changed(backend::Directory company, const Json& change) {
  ++company.version;
  ChangeRows(company.agents, change.Find("agents"));
  ChangeRows(company.departments, change.Find("departments"));
  std::vector<std::string> removed;
  SetTexts(change, "remove", removed);
  RemoveRows(company.agents, removed);
  RemoveRows(company.departments, removed);
  Sort(company.agents);
  Sort(company.departments);
  return company;
}

}  // namespace parley::golden
