// What the database looks like: numbered steps for the tables with columns, and the documents' tables, which follow
// storage/collections.h.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

struct Migration {
  int version;  // from 1, without gaps
  const char* sql;
};

// Every step so far, oldest first. A step that has been released is never edited: add another.
std::span<const Migration> AllMigrations();

// Creates the tables and indexes of the collections that are missing and rebuilds indexes whose definition changed.
Status EnsureCollections(Connection& connection);

}  // namespace parley::storage::sqlite
