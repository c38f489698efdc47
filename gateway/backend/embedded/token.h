// Session and personal access tokens. Only the SHA-256 of a token is stored, as the id of its record.
//
// Source: administration reference §2.1, §2.8.
// Threading: plain values; the queries run on the shard.
// Tests: tests/unit/backend/embedded/accounts_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct Token {
  static constexpr storage::Collection kCollection = storage::Collection::kTokens;

  std::string id;
  std::int64_t version = 0;
  Json extra;
  std::string user_id;
  Time created_at{};
  std::string name;  // of a personal token; empty: a session
  std::string last_part;
  bool bypass_two_factor = false;
  std::optional<Time> confirmed_at;  // when a second factor was last accepted with it
  Time updated_at{};

  bool IsPersonal() const { return !name.empty(); }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("user_id", self.user_id);
    visit("createdAt", self.created_at);
    visit("name", self.name);
    visit("lastTokenPart", self.last_part);
    visit("bypassTwoFactor", self.bypass_two_factor);
    visit("confirmedAt", self.confirmed_at);
    visit("_updatedAt", self.updated_at);
  }
};

// The id of the record of a token.
std::string TokenId(std::string_view token);

Awaitable<Result<std::vector<Token>>> FindTokensOf(storage::DocumentStore& documents, std::string user_id);

// Adds the record of a new token: of a session, or of a personal token with a name.
void AddToken(std::string_view token, const std::string& user_id, Time now, storage::Changes& changes,
              const std::string& name = {}, bool bypass_two_factor = false);

// Removes all tokens of a user.
void RemoveTokensOf(const std::string& user_id, storage::Changes& changes);

}  // namespace parley::backend::embedded
