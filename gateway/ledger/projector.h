// Chats as facts: what each event means for the ledger.
//
// Purpose: the one place that turns events into ledger rows, so that the archive and the reports are the same for every
// backend. Refuses to know: where an event came from, who reads the rows, SQL.
// Threading: immutable; safe from any thread.
// Tests: tests/unit/ledger/
#pragma once

#include <vector>

#include "events/event.h"

namespace parley::ledger {

// What follows from the event in the ledger, and nothing else.
void Project(const events::Event& event, std::vector<storage::LedgerChange>& ledger);

// Appends the event to the outbox of the change that causes it, and what follows from it: ledger changes, and a ticket
// of a message left while nobody was there.
class Projector final : public events::Recorder {
 public:
  void Record(const events::Event& event, storage::Changes& changes) const override;
};

}  // namespace parley::ledger
