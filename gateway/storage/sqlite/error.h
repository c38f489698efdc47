// SQLite's failures in the gateway's own terms: the only place that reads a result code.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;

namespace parley::storage::sqlite {

// The failure `code` that `database` has just reported.
// AlreadyExists     a unique index refuses; the message begins with the index's name
// InvalidArgument   the statement asks for more than SQLite can do (too long, too deep)
// DeadlineExceeded  a heavy read was stopped at its deadline
// StorageFailure    everything else: disk full, locked, torn, read-only
Error ToError(sqlite3* database, int code);

// "SQLITE_FULL: database or disk is full" is what ToError keeps as the detail.
std::string Describe(sqlite3* database, int code);

}  // namespace parley::storage::sqlite
