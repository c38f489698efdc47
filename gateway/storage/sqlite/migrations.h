// Brings a database file to the newest schema, or refuses it.
#pragma once

#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/schema.h"

namespace parley::storage::sqlite {

// Runs the steps the database has not seen, each in a transaction of its own. Before the first step on a database that
// has a schema already, everything is copied to "<file>.backup-v<version>".
// Errors: InvalidArgument  a newer schema, or no database of Parley's
//         StorageFailure   the disk; the database is at the last step that succeeded
Status Migrate(Connection& connection, const std::string& file, std::span<const Migration> migrations,
               const Clock& clock);

}  // namespace parley::storage::sqlite
