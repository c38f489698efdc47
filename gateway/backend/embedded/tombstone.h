// What was removed and when, for clients that ask what changed since they last looked (`remove`, `deleted`).
//
// Threading: plain values; the queries run on the shard.
// Tests: tests/unit/backend/embedded/seats_test.cc, message_reads_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

// The kinds of records whose removal is remembered.
namespace tombstone_kind {
inline constexpr std::string_view kMessage = "message";
inline constexpr std::string_view kRoom = "room";
inline constexpr std::string_view kSubscription = "subscription";
}  // namespace tombstone_kind

struct Tombstone {
  static constexpr storage::Collection kCollection = storage::Collection::kExtras;

  std::string id;  // "removed-<kind>/<removed>"
  std::int64_t version = 0;
  Json extra;
  std::string kind;
  std::string removed;  // the id of the record that is gone
  std::string room_id;
  std::string user_id;  // whose seat it was
  Time deleted_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("kind", self.kind);
    visit("removed", self.removed);
    visit("rid", self.room_id);
    visit("uid", self.user_id);
    visit("_deletedAt", self.deleted_at);
  }
};

// Adds the mark of a removal to the change that removes.
void Bury(std::string_view kind, const std::string& removed, const std::string& room_id, const std::string& user_id,
          Time now, storage::Changes& changes);

// {"_id", "_deletedAt"} of each.
Json RemovalsOf(const std::vector<Tombstone>& tombstones);

}  // namespace parley::backend::embedded
