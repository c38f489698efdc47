#include "storage/changes.h"

namespace parley::storage {

void Changes::Insert(Collection collection, std::string id, Json body) {
  puts.push_back({collection, std::move(id), std::move(body), kMustNotExist});
}

void Changes::Update(Collection collection, const Document& read, Json body) {
  puts.push_back({collection, read.id, std::move(body), read.version});
}

void Changes::Put(Collection collection, std::string id, Json body) {
  puts.push_back({collection, std::move(id), std::move(body), kAnyVersion});
}

void Changes::Remove(Collection collection, std::string id, std::int64_t expected_version) {
  removals.push_back({collection, std::move(id), expected_version});
}

void Changes::Sweep(Collection collection, std::string path, Json value) {
  sweeps.push_back({collection, std::move(path), std::move(value)});
}

bool Changes::empty() const {
  return removals.empty() && sweeps.empty() && puts.empty() && ledger.empty() && events.empty() && relay.empty();
}

}  // namespace parley::storage
