// Works while a gateway runs, too: it looks credentials up for every request.
#include <iomanip>
#include <iostream>

#include "auth/credentials.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/opened_store.h"

namespace parley::cli {
namespace {

auth::CredentialStore CredentialsIn(OpenedStore& store) {
  storage::ShardStores& stores = store.stores();
  return auth::CredentialStore(stores.documents(), stores.committer(), store.clock(), store.generator());
}

struct NewKey {
  std::string login;
  auth::Role role;
  auth::CredentialKind kind;
  std::vector<std::string> scopes;
};

Result<NewKey> ReadNewKey(const Arguments& arguments) {
  const auto login = arguments.Value("--login");
  const auto role_name = arguments.Value("--role");
  if (!login || !role_name) return InvalidArgument("keys add needs --login and --role");
  const auto role = auth::ParseRole(*role_name);
  if (!role) return InvalidArgument("--role must be owner, administrator or normal");
  const auto kind = auth::ParseCredentialKind(arguments.Value("--kind").value_or("key"));
  if (!kind) return InvalidArgument("--kind must be key, pat or bearer");
  NewKey key{*login, *role, *kind, {}};
  if (const auto scopes = arguments.Value("--scopes"))
    for (const std::string_view scope : Split(*scopes, ','))
      if (!Trim(scope).empty()) key.scopes.emplace_back(Trim(scope));
  if (!key.scopes.empty() && key.kind == auth::CredentialKind::kKey)
    return InvalidArgument("--scopes is for tokens: an API key may do everything its role may");
  return key;
}

int Add(const NewKey& key, OpenedStore& store) {
  auth::CredentialStore credentials = CredentialsIn(store);
  const Result<std::string> secret = store.loop().Run(credentials.Add(key.login, key.role, key.kind, key.scopes));
  if (!secret) return Fail(secret.error());
  std::cout << *secret << '\n';
  return kDone;
}

int List(OpenedStore& store) {
  auth::CredentialStore credentials = CredentialsIn(store);
  const Result<std::vector<auth::Credential>> all = store.loop().Run(credentials.List());
  if (!all) return Fail(all.error());
  for (const auth::Credential& credential : *all)
    std::cout << std::left << std::setw(14) << credential.id.substr(0, 12) << std::setw(34) << credential.login
              << std::setw(15) << auth::NameOf(credential.role) << std::setw(8) << auth::NameOf(credential.kind)
              << IsoTime(credential.created) << (credential.scopes.empty() ? "" : "  ") << Join(credential.scopes, ",")
              << '\n';
  return kDone;
}

int Revoke(const std::string& login_or_id, OpenedStore& store) {
  auth::CredentialStore credentials = CredentialsIn(store);
  const Result<std::int64_t> revoked = store.loop().Run(credentials.Revoke(login_or_id));
  if (!revoked) return Fail(revoked.error());
  if (*revoked == 0) return Fail("no key of " + login_or_id);
  std::cout << *revoked << (*revoked == 1 ? " key" : " keys") << " revoked\n";
  return kDone;
}

}  // namespace

int Keys(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words;
  const std::string action = words.empty() ? "" : words.front();
  if (action != "add" && action != "list" && action != "revoke")
    return FailUsage("keys takes add, list or revoke" + (action.empty() ? "" : ", not " + action));
  const std::size_t wanted = action == "revoke" ? 2 : 1;
  if (words.size() != wanted)
    return FailUsage(action == "revoke" ? "keys revoke needs a login or the beginning of an id, as keys list shows it"
                                        : "keys " + action + " takes options only");
  std::optional<NewKey> key;
  if (action == "add") {
    Result<NewKey> read = ReadNewKey(arguments);
    if (!read) return FailUsage(read.error().message);
    key = std::move(*read);
  }
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  OpenedStore store;
  if (const Status opened = store.Open(config->store); !opened) return Fail(opened.error());
  if (key) return Add(*key, store);
  return action == "list" ? List(store) : Revoke(words[1], store);
}

}  // namespace parley::cli
