// The archive: chats from the ledger as `local/chats` answers them.
//
// Purpose: parameters in, the neutral LedgerChat of specs/local.yaml out; ids are the backend's, times are
// milliseconds. Refuses to know: LiveChat's ids and dates, HTTP, SQL. Threading: one shard. Tests: tests/unit/ledger/
#pragma once

#include <optional>
#include <string>

#include "base/awaitable.h"
#include "json/json.h"
#include "ledger/archive_query.h"
#include "storage/ledger.h"

namespace parley::ledger {

inline constexpr std::int64_t kChatsPerPage = 25;

// LedgerChat of specs/local.yaml.
Json ToJson(const storage::LedgerChat& chat);

class Archive {
 public:
  Archive(storage::LedgerReader& ledger, Zone account_zone) : ledger_(ledger), account_zone_(account_zone) {}

  // {"chats": [...], "total": n, "pages": n}. Errors: as ParseArchiveQuery; StorageFailure; kTimeout for a search that
  // takes too long.
  Awaitable<Result<Json>> List(Parameters parameters);
  // {"chat": {...}}, or nothing when there is none.
  Awaitable<Result<std::optional<Json>>> Get(std::string chat_id);

 private:
  storage::LedgerReader& ledger_;
  const Zone account_zone_;
};

}  // namespace parley::ledger
