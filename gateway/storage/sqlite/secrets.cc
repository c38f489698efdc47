#include "storage/sqlite/secrets.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/log.h"
#include "base/text.h"
#include "secrets/key_file.h"
#include "storage/sealing.h"

namespace parley::storage::sqlite {
namespace {

using secrets::Keyring;
using secrets::SecretBox;

// A document with secrets, as it stands in the database.
struct Stored {
  const CollectionInfo* collection;
  std::string id;
  Json body;
  std::vector<std::string> keys;  // one for each secret; empty: it is not sealed

  bool SealedWith(std::string_view key) const {
    return std::all_of(keys.begin(), keys.end(), [&](const std::string& its) { return its == key; });
  }
  bool HasPlain() const { return std::find(keys.begin(), keys.end(), "") != keys.end(); }
};

Status ReadStored(Connection& connection, const CollectionInfo& collection, std::vector<Stored>& into) {
  Statement rows = connection.Prepare("SELECT id, body FROM " + std::string(collection.table) + " ORDER BY id");
  for (;;) {
    const Result<bool> row = rows.Next();
    if (!row) return row.error();
    if (!*row) return {};
    std::string id = rows.Text(0);
    Result<Json> body = ParseJson(rows.TextView(1));
    if (!body) return StorageFailure(std::string(collection.table) + " " + id + ": " + body.error().message);
    std::vector<std::string> keys = KeysOfSecrets(collection, id, *body);
    if (!keys.empty()) into.push_back({&collection, std::move(id), *std::move(body), std::move(keys)});
  }
}

Result<std::vector<Stored>> ReadAllStored(Connection& connection) {
  std::vector<Stored> all;
  for (const CollectionInfo& collection : AllCollections()) {
    if (collection.sealed.empty()) continue;
    if (Status read = ReadStored(connection, collection, all); !read) return read.error();
  }
  return all;
}

std::set<std::string> KeysOf(const std::vector<Stored>& all) {
  std::set<std::string> keys;
  for (const Stored& stored : all) keys.insert(stored.keys.begin(), stored.keys.end());
  keys.erase("");
  return keys;
}

std::string Listed(const std::set<std::string>& names) {
  return Join({names.begin(), names.end()}, ", ");
}

constexpr std::string_view kWhatToDo =
    "put the key file that belongs to this store back there (it is kept apart from backups), or name where it is with "
    "store.secret_key_file";

Result<Keyring> LoadOrMakeKeys(const std::string& database, const std::string& key_file,
                               const std::set<std::string>& needed) {
  Result<std::optional<Keyring>> read = secrets::ReadKeyFile(key_file);
  if (!read) return read.error();
  if (*read) {
    std::set<std::string> missing;
    for (const std::string& key : needed)
      if (!(*read)->Has(key)) missing.insert(key);
    if (missing.empty()) return **std::move(read);
    return InvalidArgument("the secrets in " + database + " are sealed with the key " + Listed(missing) +
                           ", which is not in " + key_file + ": " + std::string(kWhatToDo));
  }
  if (!needed.empty())
    return InvalidArgument("the secrets in " + database + " are sealed with the key " + Listed(needed) +
                           ", and the key file " + key_file + " is missing: " + std::string(kWhatToDo));
  Keyring made = Keyring::Make();
  if (Status written = secrets::WriteKeyFile(key_file, made); !written) return written.error();
  return made;
}

// The document's version stays: what it says is what it said.
Status SealAnew(Connection& connection, Stored& stored, SecretBox& box) {
  if (Status opened = OpenSecrets(*stored.collection, stored.id, stored.body, box); !opened) return opened;
  SealSecrets(*stored.collection, stored.id, stored.body, box);
  Statement update = connection.Prepare("UPDATE " + std::string(stored.collection->table) + " SET body=? WHERE id=?");
  return update.Bind(Print(stored.body)).Bind(stored.id).Run();
}

Status Remember(Connection& connection, bool unclean) {
  return connection.Prepare("UPDATE sealing SET unclean=?").Bind(unclean).Run();
}

// Copies that were made before hold in plain text what is sealed here from now on.
void WarnOfBackups(const std::string& database) {
  const std::filesystem::path path(database);
  const std::filesystem::path folder = path.parent_path().empty() ? "." : path.parent_path();
  const std::string beginning = path.filename().string() + ".backup-v";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (!entry.path().filename().string().starts_with(beginning)) continue;
    Log(LogLevel::kWarning, "secrets.plain_in_backup",
        {{"file", entry.path().string()},
         {"reason", "it was made before secrets were sealed: remove it when there is no going back to it"}});
  }
}

// Opens everything once, so that a damaged secret is found now, and seals what is not sealed with the newest key.
Status SealAll(Connection& connection, std::vector<Stored>& all, SecretBox& box) {
  const std::string newest = box.keys()->newest();
  std::int64_t sealed = 0;
  for (Stored& stored : all) {
    if (stored.SealedWith(newest)) {
      if (Status opened = OpenSecrets(*stored.collection, stored.id, stored.body, box); !opened) return opened;
      continue;
    }
    if (Status done = SealAnew(connection, stored, box); !done) return done;
    ++sealed;
  }
  if (sealed == 0) return {};
  Log(LogLevel::kInfo, "secrets.sealed", {{"documents", sealed}, {"key", newest}});
  return Remember(connection, true);
}

Result<bool> IsUnclean(Connection& connection) {
  Statement unclean = connection.Prepare("SELECT unclean FROM sealing");
  const Result<bool> row = unclean.Next();
  if (!row) return row.error();
  return *row && unclean.Integer(0) != 0;
}

// Whatever was overwritten is still in the log, and in the file until the log has gone into it. Somebody else who reads
// may be in the way: then it is tried again at the next opening.
Status Clean(Connection& connection) {
  const Result<bool> unclean = IsUnclean(connection);
  if (!unclean) return unclean.error();
  if (!*unclean) return {};
  {
    Statement checkpoint = connection.Prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    const Result<bool> row = checkpoint.Next();
    if (!row) return row.error();
    if (checkpoint.Integer(0) != 0) return {};
  }
  return Remember(connection, false);
}

}  // namespace

Result<std::unique_ptr<SecretBox>> OpenSecretBox(Connection& connection, const std::string& database,
                                                 const std::string& key_file) {
  // Within one transaction: of two processes that start at the same time one makes the key, and the other finds it.
  Result<std::unique_ptr<Transaction>> transaction = Transaction::Begin(connection, Transaction::Kind::kWrite);
  if (!transaction) return transaction.error();
  Result<std::vector<Stored>> all = ReadAllStored(connection);
  if (!all) return all.error();
  Result<Keyring> keys = LoadOrMakeKeys(database, key_file, KeysOf(*all));
  if (!keys) return keys.error();
  auto box = std::make_unique<SecretBox>(key_file, *std::move(keys));
  const bool plain = std::any_of(all->begin(), all->end(), [](const Stored& stored) { return stored.HasPlain(); });
  if (Status sealed = SealAll(connection, *all, *box); !sealed) return sealed.error();
  if (Status committed = (*transaction)->Commit(); !committed) return committed.error();
  if (plain) WarnOfBackups(database);
  if (Status cleaned = Clean(connection); !cleaned) return cleaned.error();
  return box;
}

Result<std::vector<SealedCount>> CountSealed(Connection& connection) {
  const Result<std::vector<Stored>> all = ReadAllStored(connection);
  if (!all) return all.error();
  std::map<std::string, std::int64_t> counted;
  for (const Stored& stored : *all) {
    for (const std::string& key : std::set<std::string>(stored.keys.begin(), stored.keys.end())) ++counted[key];
  }
  std::vector<SealedCount> counts;
  for (const auto& [key, documents] : counted) counts.push_back({key, documents});
  return counts;
}

}  // namespace parley::storage::sqlite
