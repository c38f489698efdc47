#include "backend/embedded/token.h"

#include "base/text.h"

namespace parley::backend::embedded {

std::string TokenId(std::string_view token) {
  return Sha256Hex(token);
}

Awaitable<Result<std::vector<Token>>> FindTokensOf(storage::DocumentStore& documents, std::string user_id) {
  storage::Query query(storage::Collection::kTokens);
  query.where.emplace_back("user_id", storage::Match::kEquals, Json(std::move(user_id)));
  auto found = co_await Find<Token>(documents, std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

void AddToken(std::string_view token, const std::string& user_id, Time now, storage::Changes& changes,
              const std::string& name, bool bypass_two_factor) {
  constexpr std::size_t kShownCharacters = 6;
  Token record;
  record.id = TokenId(token);
  record.user_id = user_id;
  record.created_at = now;
  record.name = name;
  if (record.IsPersonal()) record.last_part = token.substr(token.size() - std::min(kShownCharacters, token.size()));
  record.bypass_two_factor = bypass_two_factor;
  Save(record, now, changes);
}

void RemoveTokensOf(const std::string& user_id, storage::Changes& changes) {
  changes.Sweep(storage::Collection::kTokens, "user_id", Json(user_id));
}

}  // namespace parley::backend::embedded
