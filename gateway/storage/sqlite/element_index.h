// The elements of an array member, each beside the id of its document: what an index over the document cannot hold.
//
// A table of its own, named as the index, kept by triggers: a write of a document writes its elements too.
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "storage/collections.h"
#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

// The index over the elements of that member of a collection; null when there is none.
const IndexInfo* ElementIndexOf(const CollectionInfo& collection, std::string_view path);

// Makes the table and its triggers, and fills it from documents that are there. One that is as it should be stays.
// REQUIRES: `index` is kElements.
Status EnsureElementIndex(Connection& connection, std::string_view table, const IndexInfo& index);

}  // namespace parley::storage::sqlite
