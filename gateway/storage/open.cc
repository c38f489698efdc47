#include <string_view>

#include "storage/sqlite/store.h"
#include "storage/store.h"

namespace parley::storage {

Result<std::unique_ptr<Store>> OpenStore(const std::string& url, const Clock& clock, IdGenerator& ids) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
    return sqlite::Open(url.substr(kSqlite.size()), clock, ids);
  }
  return InvalidArgument("store.url must be sqlite:<path of the database file>, not '" + url + "'");
}

}  // namespace parley::storage
