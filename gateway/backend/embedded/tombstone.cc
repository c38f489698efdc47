#include "backend/embedded/tombstone.h"

namespace parley::backend::embedded {

void Bury(std::string_view kind, const std::string& removed, const std::string& room_id, const std::string& user_id,
          Time now, storage::Changes& changes) {
  Tombstone tombstone;
  tombstone.id = "removed-" + std::string(kind) + "/" + removed;
  tombstone.kind = kind;
  tombstone.removed = removed;
  tombstone.room_id = room_id;
  tombstone.user_id = user_id;
  tombstone.deleted_at = now;
  changes.Put(Tombstone::kCollection, tombstone.id, ToDocument(tombstone));
}

Json RemovalsOf(const std::vector<Tombstone>& tombstones) {
  Json removals = Json::MakeArray();
  for (const Tombstone& tombstone : tombstones) {
    removals.Push(Json::Of({{"_id", tombstone.removed}, {"_deletedAt", IsoTime(tombstone.deleted_at)}}));
  }
  return removals;
}

}  // namespace parley::backend::embedded
