// The keys of the secrets in the store. Opening a store seals everything with the newest key (storage/sqlite/secrets.h), so
// changing keys is writing the key file and opening the store: whatever ends this in between, the next opening goes on.
//
// Works while a gateway runs, too: it reads the key file anew when it has changed.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/opened_store.h"
#include "secrets/key_file.h"

namespace parley::cli {
namespace {

using secrets::Keyring;
using storage::SealedCount;

std::string KeyFileOf(const config::Config::Store& store) {
  return store.secret_key_file.empty() ? storage::StandardKeyFile(store.url) : store.secret_key_file;
}

Result<Keyring> ReadKeys(const std::string& file) {
  Result<std::optional<Keyring>> keys = secrets::ReadKeyFile(file);
  if (!keys) return keys.error();
  if (!*keys) return NotFound("key file " + file);
  return **std::move(keys);
}

std::int64_t DocumentsSealedWith(const std::string& key, const std::vector<SealedCount>& counts) {
  const auto found =
      std::find_if(counts.begin(), counts.end(), [&](const SealedCount& count) { return count.key == key; });
  return found == counts.end() ? 0 : found->documents;
}

std::string Documents(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

int List(OpenedStore& store, const std::string& file) {
  const Result<Keyring> keys = ReadKeys(file);
  if (!keys) return Fail(keys.error());
  const Result<std::vector<SealedCount>> counts = store.store().CountSealed();
  if (!counts) return Fail(counts.error());
  for (const std::string& name : keys->names()) {
    std::cout << std::left << std::setw(12) << name << std::setw(14) << Documents(DocumentsSealedWith(name, *counts))
              << (name == keys->newest() ? "seals" : "opens") << '\n';
  }
  return kDone;
}

// The store was opened, so the keys that are there are the right ones.
int Rotate(const config::Config::Store& where, const std::string& file) {
  const Result<Keyring> keys = ReadKeys(file);
  if (!keys) return Fail(keys.error());
  const Keyring changed = keys->WithNewKey();
  if (const Status written = secrets::WriteKeyFile(file, changed); !written) return Fail(written.error());
  OpenedStore store;
  if (const Status opened = store.Open(where); !opened) return Fail(opened.error());
  const Result<std::vector<SealedCount>> counts = store.store().CountSealed();
  if (!counts) return Fail(counts.error());
  std::cout << Documents(DocumentsSealedWith(changed.newest(), *counts)) << " sealed with the new key "
            << changed.newest() << "\nThe old key stays in " << file
            << ", for copies of the store that were made before; parley secrets prune drops it\n";
  return kDone;
}

Status CheckOnlySealedWith(const std::string& newest, OpenedStore& store) {
  const Result<std::vector<SealedCount>> counts = store.store().CountSealed();
  if (!counts) return counts.error();
  for (const SealedCount& count : *counts) {
    if (count.key != newest) return InvalidArgument("the key " + count.key + " is in use: try again");
  }
  return {};
}

int Prune(OpenedStore& store, const std::string& file) {
  const Result<Keyring> keys = ReadKeys(file);
  if (!keys) return Fail(keys.error());
  if (const Status unused = CheckOnlySealedWith(keys->newest(), store); !unused) return Fail(unused.error());
  if (const Status written = secrets::WriteKeyFile(file, keys->OnlyNewest()); !written) return Fail(written.error());
  // What somebody was sealing meanwhile must not be lost.
  if (const Status unused = CheckOnlySealedWith(keys->newest(), store); !unused) {
    const Status back = secrets::WriteKeyFile(file, *keys);
    return Fail(back ? unused.error() : back.error());
  }
  const std::size_t dropped = keys->names().size() - 1;
  std::cout << dropped << (dropped == 1 ? " key" : " keys") << " dropped\n";
  return kDone;
}

}  // namespace

int Secrets(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words;
  const std::string action = words.empty() ? "" : words.front();
  if (action != "list" && action != "rotate" && action != "prune")
    return FailUsage("secrets takes list, rotate or prune" + (action.empty() ? "" : ", not " + action));
  if (words.size() != 1) return FailUsage("secrets " + action + " takes options only");
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  const std::string file = KeyFileOf(config->store);
  OpenedStore store;
  if (const Status opened = store.Open(config->store); !opened) return Fail(opened.error());
  if (action == "rotate") return Rotate(config->store, file);
  return action == "list" ? List(store, file) : Prune(store, file);
}

}  // namespace parley::cli
