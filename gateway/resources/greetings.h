// Greetings: invitations the widget shows when all rules of one hold.
//
// Rules: greeting_rules.h. Those a trigger of Rocket.Chat can express are triggers too: greeting_triggers.h.
// Threading: one shard. Tests: tests/unit/resources/greetings_test.cc
#pragma once

#include <optional>
#include <string>

#include "resources/local_records.h"

namespace parley::resources {

inline constexpr std::int64_t kMostAnnouncements = 10;

class Greetings final : public LocalRecords {
 public:
  explicit Greetings(const LocalStore& store) : store_(store) {}

  // local/greetings, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List(const LocalCall& call) override;
  Awaitable<Result<Json>> Get(std::string id) override;
  Awaitable<Result<Json>> Create(Json input) override;
  Awaitable<Result<Json>> Update(std::string id, Json input) override;
  Awaitable<Result<Json>> UpdateOnce(const std::string& id, const Json& input);
  Awaitable<Result<Json>> Remove(std::string id) override;
  Awaitable<Result<Json>> RemoveOnce(const std::string& id);

  Awaitable<Status> CheckAnnouncements(const std::string& own_id);
  Awaitable<Status> Save(const storage::Document& document);

  const LocalStore& store_;
};

}  // namespace parley::resources
