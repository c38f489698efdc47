#include "storage/sqlite/element_index.h"

#include <algorithm>

#include "storage/sqlite/member_path.h"

namespace parley::storage::sqlite {
namespace {

struct Names {
  std::string table, elements, path;
};

std::string Quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

// The elements of `row`, which is "new", "old" or the documents' table.
std::string Elements(const Names& names, const std::string& row) {
  return "json_each(" + row + ".body,'" + names.path + "')";
}

std::string Adding(const Names& names) {
  return "INSERT INTO " + Quoted(names.elements) + "(value, id) SELECT DISTINCT value, new.id FROM " +
         Elements(names, "new") + " WHERE value IS NOT NULL; ";
}

std::string Removing(const Names& names) {
  return "DELETE FROM " + Quoted(names.elements) + " WHERE value IN (SELECT value FROM " + Elements(names, "old") +
         ") AND id=old.id; ";
}

std::string Trigger(const Names& names, std::string_view event, const std::string& work) {
  return "CREATE TRIGGER " + Quoted(names.elements + "." + std::string(event)) + " AFTER " + std::string(event) +
         " ON " + names.table + " BEGIN " + work + "END";
}

Result<bool> IsThere(Connection& connection, const std::string& name, const std::string& sql) {
  Statement present = connection.Prepare("SELECT sql FROM sqlite_master WHERE type='trigger' AND name=?");
  Result<bool> found = present.Bind(name).Next();
  if (!found) return found;
  return *found && present.TextView(0) == sql;
}

}  // namespace

const IndexInfo* ElementIndexOf(const CollectionInfo& collection, std::string_view path) {
  const auto found = std::find_if(collection.indexes.begin(), collection.indexes.end(),
                                  [&](const IndexInfo& index) { return index.Is(kElements) && index.paths == path; });
  return found == collection.indexes.end() ? nullptr : &*found;
}

Status EnsureElementIndex(Connection& connection, std::string_view table, const IndexInfo& index) {
  Result<std::string> path = JsonPath(index.paths);
  if (!path) return path.error();
  const Names names{std::string(table), std::string(index.name), *std::move(path)};
  // The trigger that changes does what the others do: when it is as it should be, so are they.
  const std::string change = Trigger(names, "UPDATE", Removing(names) + Adding(names));
  Result<bool> there = IsThere(connection, names.elements + ".UPDATE", change);
  if (!there) return there.error();
  if (*there) return {};

  std::string sql = "DROP TABLE IF EXISTS " + Quoted(names.elements) + "; ";
  for (const std::string event : {"INSERT", "UPDATE", "DELETE"})
    sql += "DROP TRIGGER IF EXISTS " + Quoted(names.elements + "." + event) + "; ";
  sql += "CREATE TABLE " + Quoted(names.elements) +
         "(value NOT NULL, id TEXT NOT NULL, PRIMARY KEY (value, id)) WITHOUT ROWID; ";
  sql += "INSERT INTO " + Quoted(names.elements) + "(value, id) SELECT DISTINCT e.value, d.id FROM " + names.table +
         " AS d, " + Elements(names, "d") + " AS e WHERE e.value IS NOT NULL; ";
  sql += Trigger(names, "INSERT", Adding(names)) + "; " + change + "; " + Trigger(names, "DELETE", Removing(names));
  return connection.Execute(sql);
}

}  // namespace parley::storage::sqlite
