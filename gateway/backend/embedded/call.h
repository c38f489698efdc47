// One call on its way through a handler: who asks, what for, and what the handler may use.
//
// The frame (embedded.cc) has matched the route, authenticated the caller, checked the permissions the spec names and
// the request against its schema before a handler sees the call. Threading: one shard.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/backend.h"
#include "backend/embedded/reply.h"
#include "backend/embedded/user.h"
#include "backend/embedded/workspace.h"
#include "base/clock.h"
#include "base/id_generator.h"
#include "events/event.h"
#include "storage/store.h"

namespace parley::backend::embedded {

// What a shard's handlers share. Everything outlives the calls.
struct Services {
  storage::ShardStores& stores;
  const events::Recorder& recorder;
  const Clock& clock;
  IdGenerator& ids;
  Workspace& workspace;
};

// What a call learnt from another service. It outlives the handler's runs, so that one that lost a race does not ask
// again.
struct Learnt {
  std::map<std::string, std::vector<std::string>> agents;  // user names a routing service gave, by the question
  bool routing_is_silent = false;                          // it did not answer at all
};

struct Call {
  Call(const Request& the_request, const specs::Operation& the_operation, Services& the_services)
      : request(the_request), operation(the_operation), services(the_services), now(the_services.clock.Now()) {}

  const Request& request;
  const specs::Operation& operation;
  Services& services;
  const Time now;

  std::vector<routing::PathParameter> path;
  Json query = Json::MakeObject();  // converted to the types the spec names
  Json body = Json::MakeObject();   // an empty object unless the request has a JSON or form body
  std::optional<User> caller;       // who is logged in; of the gateway's own calls: whom they act as
  bool service = false;             // the gateway itself: every permission
  std::string token_id;             // of the presented token, see token.h; empty for the gateway's own calls
  std::shared_ptr<const Settings> settings_snapshot;
  std::shared_ptr<const Permissions> permissions_snapshot;
  Learnt* learnt = nullptr;  // null: nothing is remembered

  // A path parameter; empty when the template has none of that name.
  std::string_view Path(std::string_view name) const;
  // The first header of that name, compared without case; empty when absent.
  std::string_view Header(std::string_view name) const;

  const User& user() const { return *caller; }  // REQUIRES: the route needs a login
  bool May(std::string_view permission) const;
  bool MayAny(std::initializer_list<std::string_view> permissions) const;

  const Settings& settings() const { return *settings_snapshot; }
  const Permissions& permissions() const { return *permissions_snapshot; }
  const Options& options() const { return services.workspace.options(); }
  storage::DocumentStore& documents() const { return services.stores.documents(); }
  IdGenerator& ids() const { return services.ids; }

  // Adds an event, and what follows from it, to the changes that cause it.
  void Record(std::string subject, events::Payload payload, storage::Changes& changes) const;
  // Durable when it answers ok, and every later read of this process sees it.
  Awaitable<Status> Commit(storage::Changes changes) const;
};

// ---- paging ---------------------------------------------------------------------------------------------------------

struct Paging {
  std::int64_t offset = 0;
  std::optional<std::int64_t> count;  // none: everything
  std::vector<storage::SortKey> sort;

  void ApplyTo(storage::Query& query) const;  // and asks for the total
};

// `offset`, `count` and `sort` of the query under the API_* settings.
// Errors: error-invalid-sort
Outcome<Paging> ReadPaging(const Call& call, std::vector<storage::SortKey> standard_sort);

// {<member>: items, "count", "offset", "total"}
Json PageOf(std::string_view member, Json items, const Paging& paging, std::int64_t total);

// ---- input ----------------------------------------------------------------------------------------------------------

// The texts of an array member; empty when it is absent.
std::vector<std::string> Texts(const Json& object, std::string_view member);

// ---- users ----------------------------------------------------------------------------------------------------------

storage::LedgerAgent ForLedger(const User& user);

// Saves a changed user; records AgentStatusChanged when the agent began or ceased to accept chats.
// `before`: as read; null for a new user.
void SaveUser(const Call& call, const User* before, User& after, storage::Changes& changes);

}  // namespace parley::backend::embedded
