// Conditions and queries over documents, as SQL with bound parameters.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "storage/documents.h"
#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

// Text that may stand in a statement, and what its question marks stand for. One thread.
class SqlText {
 public:
  void Append(std::string_view sql) { text_ += sql; }
  // Appends a question mark standing for a null, boolean, number, text or, as JSON text, an array or object.
  void Parameter(const Json& value);
  void Parameter(std::int64_t value);

  const std::string& text() const { return text_; }
  Statement Prepare(Connection& connection) const;

 private:
  std::string text_;
  std::vector<Json> parameters_;
};

// "SELECT id, version, body FROM rooms WHERE ... ORDER BY ... LIMIT ... OFFSET ...".
// Errors: kInvalidArgument for an unusable path or regular expression.
Result<SqlText> SelectSql(const Query& query);
// "SELECT count(*) FROM rooms WHERE ...".
Result<SqlText> CountSql(const Query& query);
// "DELETE FROM messages WHERE <path> = <value>".
Result<SqlText> DeleteWhereSql(Collection collection, const std::string& path, const Json& value);

}  // namespace parley::storage::sqlite
