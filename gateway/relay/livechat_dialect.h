// LiveChat's webhooks. Source: LiveChat reference §13.2, §13.4.
//
// Threading: the relay's thread. Tests: tests/unit/relay/livechat_dialect_test.cc
#pragma once

#include <string>

#include "relay/dialect.h"
#include "storage/store.h"

namespace parley::relay {

class LiveChatDialect final : public Dialect {
 public:
  LiveChatDialect(storage::ShardStores& stores, std::int64_t license) : stores_(stores), license_(license) {}

  std::vector<std::string> Types() const override;
  std::vector<std::string> TypesOf(const events::Event& event) const override;
  bool NeedsChat() const override { return true; }
  Awaitable<Result<std::optional<Json>>> Compose(const Occurrence& occurrence, std::string type,
                                                 const Endpoint& endpoint) override;
  Json Sample(const std::string& type, const Endpoint& endpoint, Time now) const override;

 private:
  Json Envelope(const std::string& type) const;
  Awaitable<Result<std::optional<Json>>> ComposeChat(const Occurrence& occurrence, Json body, const Endpoint& endpoint);
  Awaitable<Result<std::optional<Json>>> ComposeTicket(const Json& ticket, Json body, const Endpoint& endpoint);
  Awaitable<Result<std::optional<Json>>> ComposeCanned(const events::Event& event, Json body, const Endpoint& endpoint);
  Awaitable<Result<std::string>> PageOf(const storage::LedgerChat& chat, Time at);
  Awaitable<Result<Json>> GroupId(const std::string& department);
  Awaitable<Result<Json>> GroupJson(const std::string& department);
  Awaitable<Result<std::string>> IdOf(storage::IdKind kind, const std::string& backend_id);

  storage::ShardStores& stores_;
  const std::int64_t license_;
};

}  // namespace parley::relay
