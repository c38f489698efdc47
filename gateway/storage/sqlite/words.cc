#include "storage/sqlite/words.h"

#include <algorithm>

namespace parley::storage::sqlite {
namespace {

// Some milliseconds of work: other writes wait for one piece at most.
constexpr std::int64_t kPagesAPiece = 250;

// SQLite's sign that a merge found nothing to do.
constexpr std::int64_t kChangesOfNoWork = 2;

bool IsSpace(char c) {
  return static_cast<unsigned char>(c) <= ' ';  // a NUL, too, would end the query
}

bool IsOfAWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string PrefixQuery(std::string_view word) {
  std::string query = "\"";
  for (const char c : word) query += c == '"' ? std::string("\"\"") : std::string(1, c);
  return query + "\"*";
}

// A negative number of pages begins anew with everything there is.
Result<bool> MergePiece(Connection& connection, const std::string& index, std::int64_t pages) {
  const std::int64_t before = connection.TotalChanges();
  Statement merge = connection.Prepare("INSERT INTO " + index + "(" + index + ", rank) VALUES('merge', ?)");
  if (Status merged = merge.Bind(pages).Run(); !merged) return merged.error();
  return connection.TotalChanges() - before >= kChangesOfNoWork;
}

}  // namespace

std::vector<std::string> PrefixQueries(std::string_view text) {
  std::vector<std::string> queries;
  while (!text.empty()) {
    const auto* const end = std::find_if(text.begin(), text.end(), IsSpace);
    const std::string_view word(text.begin(), static_cast<std::size_t>(end - text.begin()));
    if (std::any_of(word.begin(), word.end(), IsOfAWord)) queries.push_back(PrefixQuery(word));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return queries;
}

Status WantWordsMerged(Connection& connection) {
  return connection.Prepare("INSERT OR REPLACE INTO words_to_merge(id, begun) VALUES(1, 0)").Run();
}

Result<bool> AreWordsToMerge(Connection& connection) {
  return connection.Prepare("SELECT 1 FROM words_to_merge").Next();
}

Status MergeWords(Connection& connection) {
  std::int64_t pages = kPagesAPiece;
  {
    Statement wanted = connection.Prepare("SELECT begun FROM words_to_merge");
    const Result<bool> row = wanted.Next();
    if (!row) return row.error();
    if (!*row) return {};
    if (wanted.Integer(0) == 0) pages = -pages;
  }
  const Result<bool> said = MergePiece(connection, "entry_words", pages);
  if (!said) return said.error();
  const Result<bool> names = MergePiece(connection, "name_words", pages);
  if (!names) return names.error();
  const bool goes_on = pages < 0 || *said || *names;
  return connection.Prepare(goes_on ? "UPDATE words_to_merge SET begun=1" : "DELETE FROM words_to_merge").Run();
}

}  // namespace parley::storage::sqlite
