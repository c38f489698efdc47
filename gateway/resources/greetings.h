// Greetings: invitations the widget shows when all rules of one hold.
//
// Rules: greeting_rules.h. Those a trigger of Rocket.Chat can express are triggers too: greeting_triggers.h.
// Threading: one shard. Tests: tests/unit/resources/greetings_test.cc
#pragma once

#include <optional>
#include <string>

#include "resources/local_call.h"
#include "resources/local_store.h"

namespace parley::resources {

inline constexpr std::int64_t kMostAnnouncements = 10;

class Greetings {
 public:
  explicit Greetings(const LocalStore& store) : store_(store) {}

  // local/greetings, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List(std::optional<std::string> department);
  Awaitable<Result<Json>> Get(std::string id);
  Awaitable<Result<Json>> Create(Json input);
  Awaitable<Result<Json>> Update(std::string id, Json input);
  Awaitable<Result<Json>> UpdateOnce(const std::string& id, const Json& input);
  Awaitable<Result<Json>> Remove(std::string id);
  Awaitable<Result<Json>> RemoveOnce(const std::string& id);

  Awaitable<Status> CheckAnnouncements(const std::string& own_id);
  Awaitable<Status> Save(const storage::Document& document);

  const LocalStore& store_;
};

}  // namespace parley::resources
