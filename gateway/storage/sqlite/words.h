// Words of the archive: FTS5 indexes over what was said, and over visitors' names and addresses.
//
// Triggers keep them in the transaction of the change (schema.cc). What is removed is no longer found, but FTS5 leaves
// its words in the index until their part of it is merged. So erasing marks the store in its own transaction, and the
// writer merges a bounded piece after each group of writes until nothing of it is left; a restart goes on.
// Threading: the connection's. Tests: tests/unit/storage/words_test.cc, tests/contract/storage/ledger_contract_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

// What every word of a client's text is as an FTS5 query: a prefix of a word, or of the last of a phrase where
// punctuation stands inside ("ida@buyer"). Nothing in the text is syntax. Punctuation alone is no word.
std::vector<std::string> PrefixQueries(std::string_view text);

// In a transaction that erases.
Status WantWordsMerged(Connection& connection);
Result<bool> AreWordsToMerge(Connection& connection);
// Merges a piece, in the transaction of the caller.
Status MergeWords(Connection& connection);

}  // namespace parley::storage::sqlite
