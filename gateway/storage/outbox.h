// The outbox: events in the order they were committed, written in the transaction of the change that caused them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "json/json.h"

namespace parley::storage {

struct OutboxEvent {
  std::string id;       // unique for ever; a second event of the same id is dropped silently
  std::string kind;     // "chat.closed", see events/event.h
  Time at{};            // when it happened
  std::string subject;  // room id, visitor id or user id: what erasing goes by
  Json payload;
  bool deliverable = true;    // false for first fills: the ledger takes it, subscribers never see it
  std::int64_t sequence = 0;  // given by the store
};

class OutboxReader {
 public:
  virtual ~OutboxReader() = default;
  // Events with sequence > after, oldest first.
  virtual Awaitable<Result<std::vector<OutboxEvent>>> Read(std::int64_t after, std::int64_t limit) = 0;
  // A sequence behind which every deliverable event since `time` is found, and few earlier ones: events are written
  // about when they happen.
  virtual Awaitable<Result<std::int64_t>> LastBefore(Time time) = 0;
};

}  // namespace parley::storage
