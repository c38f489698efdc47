// Ids as evaluation sees them: from memory at once, or noted to be fetched before the next pass.
//
// Refuses to know: where ids are kept (IdResolver) and when passes are repeated (run.cc).
// Threading: one thread. Tests: tests/unit/mapping/runner_test.cc
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mapping/mapping.h"

namespace parley::mapping {

enum class IdDirection { kToLiveChat, kToBackend };

// Lets maps of texts be searched with views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// What a shard was told so far. Ids never change, so nothing ever becomes wrong; when too many are remembered all are
// forgotten.
class IdCache {
 public:
  // Null when not in memory; valid until the next Remember.
  const std::string* Find(IdDirection direction, IdKind kind, std::string_view id) const;
  void Remember(IdKind kind, const std::string& livechat_id, const std::string& backend_id);

 private:
  static constexpr std::size_t kMost = 500'000;
  using Map = std::unordered_map<std::string, std::string, TextHash, std::equal_to<>>;

  static std::size_t Slot(IdDirection direction, IdKind kind) {
    return static_cast<std::size_t>(kind) * 2 + (direction == IdDirection::kToBackend ? 1 : 0);
  }

  std::array<Map, kIdKinds * 2> maps_;
};

// Ids of one kind and direction, each once, in the order they were noted.
class IdBatch {
 public:
  void Note(std::string_view id) {
    if (seen_.emplace(id).second) ids_.emplace_back(id);
  }
  bool empty() const { return ids_.empty(); }
  std::vector<std::string> Take() {
    seen_.clear();
    return std::exchange(ids_, {});
  }

 private:
  std::vector<std::string> ids_;
  std::unordered_set<std::string, TextHash, std::equal_to<>> seen_;
};

// What one run lacks.
class IdNeeds {
 public:
  explicit IdNeeds(IdCache& cache) : cache_(cache) {}

  // The id when it is in memory. Else it is noted, to be looked for or, when it is known to have none, to be issued.
  // `never`: set when it is known that no id was ever issued (kToBackend only; nothing is noted then).
  const std::string* Find(IdDirection direction, IdKind kind, std::string_view id, bool& never);

  // A pass begins: only what it notes counts.
  void BeginPass();
  bool anything_noted() const { return wanted_ || unissued_; }
  // Ids must be looked for before it is known which have to be issued.
  bool anything_wanted() const { return wanted_; }

  IdBatch& Wanted(IdDirection direction, IdKind kind) { return wanted_batches_[Slot(direction, kind)]; }
  IdBatch& Unissued(IdKind kind) { return unissued_batches_[static_cast<std::size_t>(kind)]; }
  void NeverIssued(IdDirection direction, IdKind kind, const std::string& id) {
    never_[Slot(direction, kind)].insert(id);
  }
  IdCache& cache() { return cache_; }

 private:
  static std::size_t Slot(IdDirection direction, IdKind kind) {
    return static_cast<std::size_t>(kind) * 2 + (direction == IdDirection::kToBackend ? 1 : 0);
  }

  IdCache& cache_;
  bool wanted_ = false;
  bool unissued_ = false;
  std::array<IdBatch, kIdKinds * 2> wanted_batches_;
  std::array<IdBatch, kIdKinds> unissued_batches_;
  std::array<std::unordered_set<std::string, TextHash, std::equal_to<>>, kIdKinds * 2> never_;
};

}  // namespace parley::mapping
