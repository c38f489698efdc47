// The id map: LiveChat ids and backend ids, mapped both ways for ever.
//
// An id is issued once, on first sight; issuing the same backend id again gives the same LiveChat id (idempotent).
// Where an id must be issued and the store cannot write, the answer is a StorageFailure: a volatile id is never shown.
// Threading: one shard. Tests: tests/contract/storage/ids_contract_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"

namespace parley::storage {

enum class IdKind { kGroup, kChat, kVisitor, kTicket, kGoal, kGreeting, kCannedResponse, kMessage };

std::string_view NameOf(IdKind kind);  // "group"
std::optional<IdKind> ParseIdKind(std::string_view name);
// Groups, goals, greetings, canned responses and messages have integer ids (as decimal text here); chats ten upper-case
// letters and digits; tickets five; visitors "S<epoch>.<hex>".
bool IsIntegerKind(IdKind kind);

struct IdPair {
  IdKind kind;
  std::string livechat_id;
  std::string backend_id;
};

class IdStore {
 public:
  virtual ~IdStore() = default;
  // LiveChat ids in the order of `backend_ids`, issuing those not seen before in that order, durably.
  virtual Awaitable<Result<std::vector<std::string>>> Issue(IdKind kind, std::vector<std::string> backend_ids) = 0;
  // Empty where no id was ever issued.
  virtual Awaitable<Result<std::vector<std::optional<std::string>>>> FindLiveChatIds(
      IdKind kind, std::vector<std::string> backend_ids) = 0;
  virtual Awaitable<Result<std::vector<std::optional<std::string>>>> FindBackendIds(
      IdKind kind, std::vector<std::string> livechat_ids) = 0;
  virtual Awaitable<Result<std::vector<IdPair>>> Export() = 0;
  // Refused as a whole (kConflict) when a pair contradicts one already there.
  virtual Awaitable<Status> Import(std::vector<IdPair> pairs) = 0;
};

}  // namespace parley::storage
