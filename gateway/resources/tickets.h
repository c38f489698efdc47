// Tickets as `local/tickets` answers them.
//
// Purpose: parameters and bodies in, LocalTicket of specs/local.yaml out; whatever changes a ticket is one of its
// events. Refuses to know: LiveChat's ids and dates, HTTP, who may do it.
// Threading: one shard. Tests: tests/unit/resources/tickets_test.cc
#pragma once

#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/id_generator.h"
#include "ledger/parameter_reader.h"
#include "records/ticket.h"
#include "storage/store.h"

namespace parley::resources {

class Tickets {
 public:
  Tickets(storage::ShardStores& stores, const events::Recorder& recorder, const Clock& clock, IdGenerator& ids,
          Zone account_zone)
      : documents_(stores.documents()),
        committer_(stores.committer()),
        recorder_(recorder),
        clock_(clock),
        ids_(ids),
        account_zone_(account_zone) {}

  // {"tickets": [...], "total": n, "pages": n}. Errors: as ParseTicketQuery; kTimeout for a search that takes too long.
  Awaitable<Result<Json>> List(ledger::Parameters parameters);
  // {"ticket": {...}}, or nothing when there is none; so do the two below.
  Awaitable<Result<std::optional<Json>>> Get(std::string id);
  // Errors: kInvalidArgument for a body without message or address.
  Awaitable<Result<Json>> Create(Json body);
  // Errors: kInvalidArgument for an unknown status.
  Awaitable<Result<std::optional<Json>>> Change(std::string id, Json body);

 private:
  Awaitable<Result<std::optional<Json>>> ChangeOnce(const std::string& id, const records::TicketChange& change);

  storage::DocumentStore& documents_;
  storage::Committer& committer_;
  const events::Recorder& recorder_;
  const Clock& clock_;
  IdGenerator& ids_;
  const Zone account_zone_;
};

}  // namespace parley::resources
