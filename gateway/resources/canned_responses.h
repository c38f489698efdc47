// Canned responses: prepared answers, of everybody or of a group.
//
// The same records as the embedded backend's `canned-responses` routes (backend/embedded/canned_response.h). A record
// has one `shortcut`, unlike any other's, and LiveChat's responses have several tags and need not differ: here a shortcut
// is chosen from the tags, and remembered as chosen (`shortcutChosen`) so that it is no tag itself. Responses of a
// single user (scope `user`) are nobody else's and exist only on the other face.
// Threading: one shard. Tests: tests/unit/resources/canned_responses_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resources/local_records.h"

namespace parley::resources {

class CannedResponses final : public LocalRecords {
 public:
  explicit CannedResponses(const LocalStore& store) : store_(store) {}

  // local/canned_responses, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List(const LocalCall& call) override;
  Awaitable<Result<storage::Document>> Read(const std::string& id);
  Awaitable<Result<Json>> Get(std::string id) override;
  Awaitable<Result<Json>> Create(Json input) override;
  Awaitable<Result<Json>> Update(std::string id, Json input) override;
  Awaitable<Result<Json>> Remove(std::string id) override;

  Awaitable<Result<Json>> UpdateOnce(const std::string& id, const Json& input);
  Awaitable<Result<bool>> IsFree(const std::string& shortcut, const std::string& own_id);
  Awaitable<Result<std::string>> ChooseShortcut(const std::vector<std::string>& tags, const std::string& own_id);
  Awaitable<Status> Save(std::string_view change, const storage::Document& document);

  const LocalStore& store_;
};

}  // namespace parley::resources
