// The endpoints there are, read from the three registries, and changes of what is kept of each.
//
// Refuses to know: deliveries. Threading: one shard (or the relay's thread), whose stores it uses.
// Tests: tests/unit/relay/endpoint_book_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/id_generator.h"
#include "relay/endpoint.h"
#include "storage/store.h"

namespace parley::relay {

// The id of the endpoint that Rocket.Chat's settings describe.
inline constexpr std::string_view kSettingsEndpoint = "settings";

class EndpointBook {
 public:
  EndpointBook(storage::ShardStores& stores, const Clock& clock, IdGenerator& ids)
      : stores_(stores), clock_(clock), ids_(ids) {}

  // In the order of registration. An endpoint seen for the first time is given a signing secret, durably; what is kept of
  // one whose webhook is gone goes. Read, and secrets opened, only after something of it was written and that was answered.
  Awaitable<Result<std::vector<Endpoint>>> Load();
  // As it is now. Errors: kNotFound
  Awaitable<Result<Endpoint>> Get(std::string id);

  // Applies `amend` to what is kept of the endpoint: settings, fate, and of an endpoint of the admin API its
  // registration. Errors: kNotFound; those of `amend`
  using Amendment = std::function<Status(Endpoint&)>;
  Awaitable<Result<Endpoint>> Amend(std::string id, Amendment amend);
  // `endpoint`: without id, since and secrets.
  Awaitable<Result<Endpoint>> Register(Endpoint endpoint);
  // Of the admin API's. Its pending deliveries are canceled by the relay. Errors: kNotFound; kInvalidArgument for one of
  // another registry
  Awaitable<Status> Remove(std::string id);

 private:
  // How often the three registries were written.
  using Writes = std::array<std::uint64_t, 3>;

  Writes CountWrites() const;
  Awaitable<Result<std::vector<Endpoint>>> Read();
  Awaitable<Result<std::vector<Endpoint>>> TryRead();
  Awaitable<Result<std::vector<Endpoint>>> Registered();
  Awaitable<Result<std::optional<Endpoint>>> OfSettings();
  Awaitable<Status> Complete(std::vector<Endpoint>& endpoints, const std::vector<storage::Document>& kept);
  Awaitable<Result<Endpoint>> TryAmend(const std::string& id, const Amendment& amend);

  storage::ShardStores& stores_;
  const Clock& clock_;
  IdGenerator& ids_;
  std::vector<Endpoint> known_;
  std::optional<Writes> known_at_;
};

}  // namespace parley::relay
