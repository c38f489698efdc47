#include "auth/credentials.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "json/members.h"

namespace parley::auth {
namespace {

using storage::Collection;
using storage::Document;

constexpr std::array<std::string_view, 3> kRoles = {"normal", "administrator", "owner"};
constexpr std::array<std::string_view, 3> kKinds = {"key", "pat", "bearer"};

// The published text; clients compare it.
Error NoRights() {
  return Unauthenticated("You have no rights to access this data. Check your API Key and/or username");
}

template <class Enum, std::size_t N>
std::optional<Enum> ParseName(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

Json ToDocument(const Credential& credential) {
  return Json::Of({{"login", credential.login},
                   {"kind", NameOf(credential.kind)},
                   {"role", NameOf(credential.role)},
                   {"scopes", TextsJson(credential.scopes)},
                   {"created", UnixMillis(credential.created)}});
}

Credential FromDocument(const Document& document) {
  Credential credential;
  credential.id = document.id;
  credential.login = document.body.Text("login");
  credential.kind = ParseCredentialKind(document.body.Text("kind")).value_or(CredentialKind::kKey);
  credential.role = ParseRole(document.body.Text("role")).value_or(Role::kNormal);
  credential.created = FromUnixMillis(document.body.Integer("created"));
  if (const Json* scopes = document.body.Find("scopes"); scopes != nullptr && scopes->IsArray())
    for (const Json& scope : *scopes->AsArray()) credential.scopes.emplace_back(scope.AsString().value_or(""));
  return credential;
}

// What an Authorization header carries.
struct Presented {
  bool bearer = false;
  std::string user;  // of Basic
  std::string secret;
};

std::optional<Presented> ParseHeader(std::string_view header) {
  const std::size_t space = header.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = header.substr(0, space);
  const std::string_view value = Trim(header.substr(space + 1));
  if (EqualsIgnoreCase(scheme, "Bearer")) return Presented{true, "", std::string(value)};
  if (!EqualsIgnoreCase(scheme, "Basic")) return std::nullopt;
  const auto decoded = Base64Decode(value);
  // Tokens contain colons themselves: only the first one separates.
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return Presented{false, decoded->substr(0, colon), decoded->substr(colon + 1)};
}

bool IsAccountId(std::string_view user) {
  return !user.empty() && user.find('@') == std::string_view::npos;
}

bool Matches(const Credential& credential, const Presented& presented) {
  const bool own_login = EqualsIgnoreCase(presented.user, credential.login);
  switch (credential.kind) {
    case CredentialKind::kKey:
      return !presented.bearer && own_login;
    // Callers put the account's id in the user name of a personal access token; an e-mail address must be the owner's.
    case CredentialKind::kPat:
      return presented.bearer || own_login || IsAccountId(presented.user);
    case CredentialKind::kBearer:
      return presented.bearer;
  }
  return false;
}

storage::Query CredentialsOf(std::string_view login) {
  storage::Query query(Collection::kCredentials);
  query.where.emplace_back("login", storage::Match::kEquals, Json(Lower(login)));
  return query;
}

Error NoAddress() {
  return InvalidArgument("login must be a correct e-mail address");
}

}  // namespace

std::string_view NameOf(Role role) {
  return kRoles[static_cast<std::size_t>(role)];
}
std::string_view NameOf(CredentialKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}
std::optional<Role> ParseRole(std::string_view name) {
  return ParseName<Role>(kRoles, name);
}
std::optional<CredentialKind> ParseCredentialKind(std::string_view name) {
  return ParseName<CredentialKind>(kKinds, name);
}

Awaitable<Result<Principal>> CredentialStore::Authenticate(std::string authorization_header) {
  const std::optional<Presented> presented = ParseHeader(authorization_header);
  if (!presented || presented->secret.empty()) co_return NoRights();
  const Result<std::optional<Document>> found =
      co_await documents_.Get(Collection::kCredentials, Sha256Hex(presented->secret));
  if (!found) co_return found.error();
  if (!*found) co_return NoRights();
  Credential credential = FromDocument(**found);
  if (!Matches(credential, *presented)) co_return NoRights();
  Principal principal;
  principal.login = std::move(credential.login);
  principal.role = credential.role;
  principal.scopes = std::move(credential.scopes);
  co_return principal;
}

Awaitable<Result<std::string>> CredentialStore::Add(std::string login, Role role, CredentialKind kind,
                                                    std::vector<std::string> scopes) {
  if (!LooksLikeEmail(login)) co_return NoAddress();
  std::string secret = kind == CredentialKind::kKey ? ids_.Hex(32) : "dal:" + ids_.Secret();
  Credential credential{Sha256Hex(secret), Lower(login), kind, role, std::move(scopes), clock_.Now()};
  storage::Changes changes;
  changes.Insert(Collection::kCredentials, credential.id, ToDocument(credential));
  const Status committed = co_await committer_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return secret;
}

Awaitable<Status> CredentialStore::Put(std::string login, Role role, CredentialKind kind, std::string secret) {
  constexpr std::size_t kLeastSecret = 8;
  if (!LooksLikeEmail(login)) co_return NoAddress();
  if (secret.size() < kLeastSecret) co_return InvalidArgument("the key must have at least 8 characters");
  Credential credential{Sha256Hex(secret), Lower(login), kind, role, {}, clock_.Now()};
  const Result<std::optional<Document>> kept = co_await documents_.Get(Collection::kCredentials, credential.id);
  if (!kept) co_return kept.error();
  if (*kept) {
    credential.created = FromDocument(**kept).created;
    if (ToDocument(credential) == (*kept)->body) co_return Status();
  }
  storage::Changes changes;
  changes.Put(Collection::kCredentials, credential.id, ToDocument(credential));
  co_return co_await committer_.Commit(std::move(changes));
}

Awaitable<Result<std::string>> CredentialStore::Reset(std::string login, Role role) {
  const Result<storage::Found> held = co_await documents_.Find(CredentialsOf(login));
  if (!held) co_return held.error();
  storage::Changes changes;
  for (const Document& document : held->documents)
    if (FromDocument(document).kind == CredentialKind::kKey) changes.Remove(Collection::kCredentials, document.id);
  std::string secret = ids_.Hex(32);
  const Credential fresh{Sha256Hex(secret), Lower(login), CredentialKind::kKey, role, {}, clock_.Now()};
  changes.Insert(Collection::kCredentials, fresh.id, ToDocument(fresh));
  const Status committed = co_await committer_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return secret;
}

Awaitable<Result<std::vector<Credential>>> CredentialStore::List() {
  storage::Query query(Collection::kCredentials);
  query.sort.emplace_back("login");
  const Result<storage::Found> found = co_await documents_.Find(std::move(query));
  if (!found) co_return found.error();
  std::vector<Credential> credentials;
  for (const Document& document : found->documents) credentials.push_back(FromDocument(document));
  co_return credentials;
}

Awaitable<Result<std::int64_t>> CredentialStore::Revoke(std::string login_or_id_prefix) {
  constexpr std::size_t kLeastPrefix = 8;
  const bool is_login = LooksLikeEmail(login_or_id_prefix);
  if (!is_login && login_or_id_prefix.size() < kLeastPrefix)
    co_return InvalidArgument("give a login, or at least 8 characters of a credential's id");
  storage::Query query = is_login ? CredentialsOf(login_or_id_prefix) : storage::Query(Collection::kCredentials);
  const Result<storage::Found> found = co_await documents_.Find(std::move(query));
  if (!found) co_return found.error();
  storage::Changes changes;
  for (const Document& document : found->documents)
    if (is_login || document.id.starts_with(login_or_id_prefix)) changes.Remove(Collection::kCredentials, document.id);
  const auto count = static_cast<std::int64_t>(changes.removals.size());
  if (count == 0) co_return count;
  const Status committed = co_await committer_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return count;
}

}  // namespace parley::auth
