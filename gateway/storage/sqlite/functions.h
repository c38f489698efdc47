// SQL functions of our own.
#pragma once

struct sqlite3;

namespace parley::storage::sqlite {

// parley_matches(text, pattern): 1 when the RE2 expression matches somewhere in the text, case ignored; 0 otherwise and
// for anything but text. A pattern reaches SQL only after IsUsablePattern agreed.
void RegisterFunctions(sqlite3* database);

}  // namespace parley::storage::sqlite
