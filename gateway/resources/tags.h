// Tags: names for chats and tickets, of everybody or of a group.
//
// The same records as the embedded backend's `livechat/tags` routes (backend/embedded/tag.h). There a tag may belong to
// several departments; here each of them has the tag of its own, and a tag without departments is everybody's.
// Chats take any name; how many carry one is counted from the ledger.
// Threading: one shard. Tests: tests/unit/resources/tags_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resources/local_call.h"
#include "resources/local_store.h"

namespace parley::resources {

class Tags {
 public:
  explicit Tags(const LocalStore& store) : store_(store) {}

  // local/tags, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List(std::optional<std::string> department);
  // Those of a workspace, as List shows our own.
  Awaitable<Result<Json>> Show(Json input);
  Awaitable<Result<Json>> Create(Json input);
  Awaitable<Result<Json>> Remove(std::string name, std::optional<std::string> department);

  Awaitable<Result<std::vector<storage::Document>>> FindByName(std::string name);
  Awaitable<Result<Json>> RemoveOnce(const std::string& name, const std::optional<std::string>& department);
  Awaitable<Result<Json>> WithCounts(Json tags);

  const LocalStore& store_;
};

}  // namespace parley::resources
