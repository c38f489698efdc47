// Rocket.Chat's omnichannel webhooks, of chats on the embedded backend. Source: Rocket.Chat reference §4.2, §4.3.
//
// A type may be narrower than Rocket.Chat's: "Message:visitor" and "Message:agent" are both told as "Message".
// Threading: the relay's thread. Tests: tests/unit/relay/rocketchat_dialect_test.cc, tests/e2e/relay.test.mjs
#pragma once

#include "relay/dialect.h"
#include "storage/store.h"

namespace parley::relay {

class RocketChatDialect final : public Dialect {
 public:
  explicit RocketChatDialect(storage::ShardStores& stores) : stores_(stores) {}

  std::vector<std::string> Types() const override;
  std::vector<std::string> TypesOf(const events::Event& event) const override;
  Awaitable<Result<std::optional<Json>>> Compose(const Occurrence& occurrence, std::string type,
                                                 const Endpoint& endpoint) override;
  Json Sample(const std::string& type, const Endpoint& endpoint, Time now) const override;
  // The room keeps the answer and tells it with what comes next: crmData.
  Awaitable<Status> Answered(std::string room_id, std::string answer) override;

 private:
  using Found = Result<std::optional<Json>>;

  Awaitable<Found> Read(storage::Collection collection, std::string id);
  Awaitable<Result<bool>> TellsNavigation();
  Awaitable<Result<Json>> MessagesOf(const std::string& room_id, const std::string& visitor_id, Time until);
  Awaitable<Status> AppendVisitor(const Json& room, Json& body);
  Awaitable<Status> AppendAgent(const Json& room, Json& body);
  Awaitable<Status> AppendMessages(const events::Event& event, const std::string& type, const Json& room, Json& body);

  storage::ShardStores& stores_;
};

}  // namespace parley::relay
