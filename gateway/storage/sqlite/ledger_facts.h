// What a change of the ledger does to the facts that reports count: who a chat waited for or was served by and from when
// to when, how fast it was answered, and when agents accepted chats.
//
// One or two rows a change, found by key; nothing is read. Every function tolerates a change that comes late or twice.
// Threading: the writer's thread. Tests: tests/contract/storage/analytics_contract_test.cc
#pragma once

#include "base/result.h"
#include "storage/ledger.h"
#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

Status BeginWaiting(Connection& connection, const SetLedgerQueued& change);
Status BeginService(Connection& connection, const AddLedgerAgent& change);
// The chat's measurements, for an entry that has just been written for the first time.
Status MeasureEntry(Connection& connection, const PutLedgerEntry& change);
// Before the entry is removed. How fast the chat was answered stays as it was measured.
Status UncountEntry(Connection& connection, const RemoveLedgerEntry& change);
Status EndChat(Connection& connection, const CloseLedgerChat& change);
Status SetPresence(Connection& connection, const SetLedgerPresence& change);

}  // namespace parley::storage::sqlite
