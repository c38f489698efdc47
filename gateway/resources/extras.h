// Extras: members of a record that its backend has no place for, kept beside it.
//
// Threading: one shard. Tests: tests/unit/resources/extras_test.cc
#pragma once

#include <string>

#include "base/awaitable.h"
#include "json/json.h"
#include "storage/changes.h"
#include "storage/documents.h"

namespace parley::resources {

class Extras {
 public:
  Extras(storage::DocumentStore& documents, storage::Committer& committer)
      : documents_(documents), committer_(committer) {}

  // {"extras": [{"id", "extras"}...]} of every record of the kind that has any, by id.
  Awaitable<Result<Json>> List(std::string kind);
  // {"extras": {...}}, empty when there are none.
  Awaitable<Result<Json>> Get(std::string kind, std::string id);
  // Merges members in (RFC 7396) and answers the whole. Errors: kInvalidArgument unless `patch` is an object.
  Awaitable<Result<Json>> Merge(std::string kind, std::string id, Json patch);
  // Forgets them; answers what Get answers from now on. None is no error.
  Awaitable<Result<Json>> Remove(std::string kind, std::string id);

 private:
  Awaitable<Result<Json>> MergeOnce(const std::string& document_id, const Json& patch);

  storage::DocumentStore& documents_;
  storage::Committer& committer_;
};

}  // namespace parley::resources
