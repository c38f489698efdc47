// LiveChat credentials: who may call the LiveChat face, and as what.
//
// Purpose: Basic login:key, Basic login:token and Bearer token become a Principal. Credentials are the gateway's own;
// only the SHA-256 of a secret is kept, which is enough because the secrets are random and long. Rocket.Chat sessions
// are the backend's business and pass through.
//
// Refuses to know: HTTP, operations, what a role may do (see access.h).
// Threading: a CredentialStore belongs to one shard.
// Tests: tests/unit/auth/credentials_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/id_generator.h"
#include "storage/changes.h"
#include "storage/documents.h"

namespace parley::auth {

enum class Role { kNormal, kAdministrator, kOwner };
enum class CredentialKind {
  kKey,     // API key: Basic login:key
  kPat,     // personal access token: Basic login-or-account-id:token, or Bearer
  kBearer,  // OAuth access token: Bearer
};

std::string_view NameOf(Role role);            // "administrator"
std::string_view NameOf(CredentialKind kind);  // "pat"
std::optional<Role> ParseRole(std::string_view name);
std::optional<CredentialKind> ParseCredentialKind(std::string_view name);

struct Credential {
  std::string id;  // SHA-256 of the secret, hex; safe to show
  std::string login;
  CredentialKind kind = CredentialKind::kKey;
  Role role = Role::kNormal;
  std::vector<std::string> scopes;  // of tokens; empty: everything the role may
  Time created{};
};

// Whom a request speaks for.
struct Principal {
  std::string login;
  Role role = Role::kNormal;
  std::vector<std::string> scopes;
};

class CredentialStore {
 public:
  CredentialStore(storage::DocumentStore& documents, storage::Committer& committer, const Clock& clock,
                  IdGenerator& ids)
      : documents_(documents), committer_(committer), clock_(clock), ids_(ids) {}

  // Errors: kUnauthenticated, always with the published text, for anything but valid credentials; StorageFailure.
  Awaitable<Result<Principal>> Authenticate(std::string authorization_header);

  // The new secret, shown this once: 32 hex digits for keys, "dal:" and 43 characters for tokens.
  // Errors: kInvalidArgument unless `login` is an e-mail address.
  Awaitable<Result<std::string>> Add(std::string login, Role role, CredentialKind kind,
                                     std::vector<std::string> scopes);
  // A secret given from outside, without scopes. Writes nothing when it is there already, alike.
  // Errors: kInvalidArgument unless `login` is an e-mail address and the secret has at least 8 characters.
  Awaitable<Status> Put(std::string login, Role role, CredentialKind kind, std::string secret);
  // A new API key in place of all keys of this login, in one write; tokens stay.
  Awaitable<Result<std::string>> Reset(std::string login, Role role);
  // Sorted by login, then id.
  Awaitable<Result<std::vector<Credential>>> List();
  // Removes all credentials of a login, or those whose id begins with the given text; how many.
  // Errors: kInvalidArgument for a text of less than 8 characters that is no login.
  Awaitable<Result<std::int64_t>> Revoke(std::string login_or_id_prefix);

 private:
  storage::DocumentStore& documents_;
  storage::Committer& committer_;
  const Clock& clock_;
  IdGenerator& ids_;
};

}  // namespace parley::auth
