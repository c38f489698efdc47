#include <algorithm>
#include <string_view>

#include "storage/sqlite/store.h"
#include "storage/store.h"

namespace parley::storage {

namespace {

constexpr std::string_view kSqlite = "sqlite:";

}  // namespace

Result<std::unique_ptr<Store>> OpenStore(const std::string& url, const Clock& clock, IdGenerator& ids,
                                         const std::string& key_file) {
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
    sqlite::Options options;
    options.key_file = key_file;
    return sqlite::Open(url.substr(kSqlite.size()), clock, ids, options);
  }
  return InvalidArgument("store.url must be sqlite:<path of the database file>, not '" + url + "'");
}

std::string StandardKeyFile(const std::string& url) {
  return sqlite::StandardKeyFile(url.substr(std::min(url.size(), kSqlite.size())));
}

}  // namespace parley::storage
