// Documents: JSON records in named collections, read by condition and written in one atomic batch with everything else.
//
// Purpose: what the embedded backend and the local resources keep. Rocket.Chat's own records are documents (absent
// rather than null, additional members allowed), so they are kept as such; both engines index the paths listed in
// `collections.h`. Refuses to know: what a document means, HTTP, faces.
// Threading: a DocumentStore belongs to one shard; values are plain.
// Tests: tests/contract/storage/, run over every engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "json/json.h"
#include "storage/collections.h"

namespace parley::storage {

struct Document {
  std::string id;
  std::int64_t version = 0;  // grows with every write; what a later write must still find
  Json body;                 // an object; times are integers, UTC milliseconds; the id is not repeated inside
};

enum class Match {
  kEquals,     // the member equals `value`
  kNotEquals,  // differs or is absent
  kSameText,   // the text equals `value`, ASCII case ignored
  kIn,         // equals one element of the array `value`
  kExists,     // present and not null
  kMissing,    // absent or null
  kAtLeast,
  kAtMost,
  kLess,
  kGreater,
  kContains,   // text contains `value`, ASCII case ignored
  kRegex,      // text matches the regular expression `value` (RE2 syntax) somewhere, case ignored
  kHasAny,     // the array member holds at least one element of the array `value`
  kHasWithin,  // the array member holds at least one number from value[0] on and below value[1]
  kAnyOf,      // at least one of `any` holds; `path` and `value` unused
};

struct Condition {
  Condition() = default;
  Condition(std::string member_path, Match how, Json against = {})
      : path(std::move(member_path)), match(how), value(std::move(against)) {}
  static Condition AnyOf(std::vector<Condition> alternatives);

  std::string path;  // dotted, "v.token"; "_id" is the document's id
  Match match = Match::kEquals;
  Json value;
  std::vector<Condition> any;
};

struct SortKey {
  SortKey() = default;
  explicit SortKey(std::string member_path, bool descending_order = false)
      : path(std::move(member_path)), descending(descending_order) {}

  std::string path;
  bool descending = false;
};

struct Query {
  explicit Query(Collection from) : collection(from) {}

  Collection collection;
  std::vector<Condition> where;  // all must hold
  std::vector<SortKey> sort;     // ties and no keys at all: by id
  std::int64_t offset = 0;
  std::optional<std::int64_t> limit;  // none: everything
  bool count_total = false;           // also count all matches, ignoring offset and limit
  bool heavy = false;                 // may read much: done where it holds up nobody else, for a limited time
};

struct Found {
  std::vector<Document> documents;
  std::int64_t total = 0;  // only with count_total
};

// Errors of every method: StorageFailure; kInvalidArgument for an unusable regular expression or path; kTimeout for a
// heavy query that takes too long.
class DocumentStore {
 public:
  virtual ~DocumentStore() = default;
  virtual Awaitable<Result<std::optional<Document>>> Get(Collection collection, std::string id) = 0;
  virtual Awaitable<Result<Found>> Find(Query query) = 0;
  virtual Awaitable<Result<std::int64_t>> Count(Query query) = 0;
  // How many commits of this process may have changed the collection; grows before such a commit is answered. What was
  // read after asking is current while the answer stays the same.
  virtual std::uint64_t Writes(Collection collection) const = 0;
};

}  // namespace parley::storage
