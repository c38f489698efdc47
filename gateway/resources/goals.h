// Goals: what visitors should achieve, and who achieved it.
//
// What a goal needs depends on its type; members of other types are dropped. Whoever reaches one is recorded by
// goal_hits.h. Threading: one shard. Tests: tests/unit/resources/goals_test.cc
#pragma once

#include <string>

#include "resources/local_records.h"

namespace parley::resources {

class Goals final : public LocalRecords {
 public:
  explicit Goals(const LocalStore& store) : store_(store) {}

  // local/goals, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List(const LocalCall& call) override;
  Awaitable<Result<Json>> Get(std::string id) override;
  Awaitable<Result<Json>> Create(Json input) override;
  Awaitable<Result<Json>> Update(std::string id, Json input) override;
  Awaitable<Result<Json>> UpdateOnce(const std::string& id, const Json& input);
  Awaitable<Result<Json>> Remove(std::string id) override;
  Awaitable<Result<Json>> Mark(std::string id, Json input);

  const LocalStore& store_;
};

}  // namespace parley::resources
