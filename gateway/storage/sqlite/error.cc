#include "storage/sqlite/error.h"

#include <sqlite3.h>

namespace parley::storage::sqlite {
namespace {

std::string_view NameOfCode(int code) {
  switch (code & 0xff) {
    case SQLITE_PERM:
      return "SQLITE_PERM";
    case SQLITE_ABORT:
      return "SQLITE_ABORT";
    case SQLITE_BUSY:
      return "SQLITE_BUSY";
    case SQLITE_LOCKED:
      return "SQLITE_LOCKED";
    case SQLITE_NOMEM:
      return "SQLITE_NOMEM";
    case SQLITE_READONLY:
      return "SQLITE_READONLY";
    case SQLITE_INTERRUPT:
      return "SQLITE_INTERRUPT";
    case SQLITE_IOERR:
      return "SQLITE_IOERR";
    case SQLITE_CORRUPT:
      return "SQLITE_CORRUPT";
    case SQLITE_FULL:
      return "SQLITE_FULL";
    case SQLITE_CANTOPEN:
      return "SQLITE_CANTOPEN";
    case SQLITE_SCHEMA:
      return "SQLITE_SCHEMA";
    case SQLITE_TOOBIG:
      return "SQLITE_TOOBIG";
    case SQLITE_CONSTRAINT:
      return "SQLITE_CONSTRAINT";
    case SQLITE_NOTADB:
      return "SQLITE_NOTADB";
    default:
      return "SQLITE_ERROR";
  }
}

// SQLite writes "UNIQUE constraint failed: index 'users.username'" for an index over expressions and
// "UNIQUE constraint failed: ids.kind, ids.livechat_id" for one over columns.
std::string RefusingIndex(std::string_view message) {
  constexpr std::string_view kIndex = "index '";
  if (const std::size_t at = message.find(kIndex); at != std::string_view::npos) {
    const std::string_view rest = message.substr(at + kIndex.size());
    return std::string(rest.substr(0, rest.find('\'')));
  }
  const std::size_t colon = message.find(": ");
  return std::string(colon == std::string_view::npos ? message : message.substr(colon + 2));
}

bool IsUniqueViolation(int extended_code) {
  return extended_code == SQLITE_CONSTRAINT_UNIQUE || extended_code == SQLITE_CONSTRAINT_PRIMARYKEY;
}

}  // namespace

std::string Describe(sqlite3* database, int code) {
  std::string text(NameOfCode(code));
  text += ": ";
  text += database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  return text;
}

Error ToError(sqlite3* database, int code) {
  if (IsUniqueViolation(sqlite3_extended_errcode(database))) {
    return AlreadyExists(RefusingIndex(sqlite3_errmsg(database)));
  }
  switch (code & 0xff) {
    case SQLITE_TOOBIG:
      return InvalidArgument("the request is larger than the store can hold");
    case SQLITE_INTERRUPT: {
      Error error = DeadlineExceeded("the search took too long; ask for a shorter range of time");
      error.origin = ErrorOrigin::kStorage;
      return error;
    }
    default:
      return StorageFailure(Describe(database, code));
  }
}

}  // namespace parley::storage::sqlite
