#include "storage/sqlite/functions.h"

#include <sqlite3.h>

#include "storage/sqlite/pattern.h"

namespace parley::storage::sqlite {
namespace {

std::string_view TextOf(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void Matches(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_TEXT) return sqlite3_result_int(context, 0);
  // Auxiliary data of the constant argument lives as long as the statement runs: one compilation per query.
  auto* pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 1));
  if (pattern == nullptr) {
    pattern = new Pattern(TextOf(arguments[1]));
    sqlite3_set_auxdata(context, 1, pattern, [](void* owned) { delete static_cast<Pattern*>(owned); });
    // SQLite may have declined to keep it, and has deleted it then.
    pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 1));
    if (pattern == nullptr) return sqlite3_result_error_nomem(context);
  }
  sqlite3_result_int(context, pattern->MatchesSomewhere(TextOf(arguments[0])) ? 1 : 0);
}

}  // namespace

void RegisterFunctions(sqlite3* database) {
  sqlite3_create_function_v2(database, "parley_matches", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, &Matches,
                             nullptr, nullptr, nullptr);
}

}  // namespace parley::storage::sqlite
