// Counting chats by the days they began on, and finding where in the archive a page begins, without walking it.
//
// `chat_days` has a row a day, kept by triggers in the transaction that changes the chats: whole days are counted by it,
// and what is left at either end chat by chat. Threading: inside one read transaction.
// Tests: tests/contract/storage/ledger_days_contract_test.cc
#pragma once

#include "storage/ledger.h"
#include "storage/sqlite/connection.h"

namespace parley::storage::sqlite {

// The filter asks for nothing but days and whether running chats belong.
bool IsByDays(const ChatFilter& filter);

// REQUIRES: IsByDays(filter), here and below.
Result<std::int64_t> CountByDays(Connection& connection, const ChatFilter& filter);

// The same chats, counted from the end of another day.
struct DaySlice {
  std::optional<Time> until;
  std::int64_t offset = 0;
};
// Leaves out as many whole days, from the newest on, as `offset` skips.
Result<DaySlice> SkipDays(Connection& connection, const ChatFilter& filter, std::int64_t offset);

// The first column of the first row; 0 without one.
Result<std::int64_t> ReadNumber(Statement statement);

}  // namespace parley::storage::sqlite
