// The relay's queue: what is to be sent to whom, every attempt at it, and how far the outbox has been read.
//
// A delivery is made from an outbox event and never for one that has been erased meanwhile: the store itself looks when
// it writes the row, so an erasure between reading an event and queueing what came of it leaves no copy.
// Refuses to know: HTTP, when to try again, what an endpoint is. Threading: as storage/store.h says.
// Tests: tests/contract/storage/deliveries_contract_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"

namespace parley::storage {

enum class DeliveryStatus {
  kPending,    // due at `due`
  kDelivered,  //
  kDead,       // given up, `reason` says why
  kCanceled,   // its endpoint is gone
  kErased,     // whom it was about was erased: `body` is empty
};
std::string_view NameOf(DeliveryStatus status);  // "pending"
std::optional<DeliveryStatus> DeliveryStatusNamed(std::string_view name);

struct Delivery {
  std::string id;  // the same over retries and replays
  std::string endpoint;
  std::string event_id;
  std::string type;       // as the endpoint's dialect calls it: chat_ended
  std::string subject;    // the event's: what erasing goes by
  std::string order_key;  // of two with the same key and endpoint the later one waits for the earlier; empty: no order
  Time at{};              // of the event
  std::string body;       // the bytes to be sent
  DeliveryStatus status = DeliveryStatus::kPending;
  int attempts = 0;  // since it was queued, or queued again
  Time due{};
  std::string reason;         // of the last failure
  std::int64_t sequence = 0;  // given by the store: the order of queueing
};

struct DeliveryAttempt {
  std::string delivery;
  int number = 0;  // from 1, over every time it was queued; given by the store
  Time at{};
  int status = 0;  // of the answer; 0: there was none
  std::chrono::milliseconds latency{};
  std::string error;  // without an answer: why
  std::string head;   // the first bytes of the answer
};

// ---- changes, part of one Changes -----------------------------------------------------------------------------------

// Nothing happens when a delivery of that id is there already or its event has been erased.
struct QueueDelivery {
  explicit QueueDelivery(std::shared_ptr<const Delivery> shared) : delivery(std::move(shared)) {}
  explicit QueueDelivery(Delivery own) : delivery(std::make_shared<const Delivery>(std::move(own))) {}

  // Never null. Shared, because whoever sends it has it as well and it is written on another thread.
  std::shared_ptr<const Delivery> delivery;
};
// The outbox has been read this far.
struct MoveRelayCursor {
  std::int64_t sequence = 0;
};
// An attempt was made and the delivery is now as said. Nothing happens when it is not pending any more (erased,
// canceled), except that the attempt is kept, unless it was erased.
struct NoteAttempt {
  DeliveryAttempt attempt;
  DeliveryStatus status = DeliveryStatus::kPending;
  Time due{};  // of the next attempt
  std::string reason;
};
// Pending again from `due` on, with no attempts counted, unless erased. One delivery.
struct RequeueDelivery {
  std::string id;
  Time due{};
};
// All pending ones of an endpoint.
struct CancelDeliveries {
  std::string endpoint;
  std::string reason;
};
// Deliveries that have been finished before, with their attempts.
struct PruneDeliveries {
  Time finished_before{};
  std::int64_t at_most = 0;
};

using RelayChange =
    std::variant<QueueDelivery, MoveRelayCursor, NoteAttempt, RequeueDelivery, CancelDeliveries, PruneDeliveries>;

// ---- reading --------------------------------------------------------------------------------------------------------

// All conditions must hold; empty members do not filter.
struct DeliveryFilter {
  std::string endpoint;
  std::optional<DeliveryStatus> status;
  std::string subject;
  std::optional<Time> since, until;  // of the event, in [since, until)
  std::int64_t before = 0;           // sequence below; 0: from the newest on
};

struct Backlog {
  std::string endpoint;
  std::int64_t pending = 0;  // counted up to kMostCounted
  Time oldest{};             // of the event longest waiting
  Time due{};                // when the first of them is due
};
inline constexpr std::int64_t kMostCounted = 100'000;

// Where in the order of what is due; the beginning without.
struct DuePlace {
  Time due{};
  std::int64_t sequence = 0;
};

// Errors of every method: StorageFailure.
class DeliveryReader {
 public:
  virtual ~DeliveryReader() = default;
  virtual Awaitable<Result<std::int64_t>> Cursor() = 0;
  // Pending ones of the endpoint that are due by `now` and not held up by an earlier one of their order key; the
  // longest due first, those behind `after`.
  virtual Awaitable<Result<std::vector<Delivery>>> Due(std::string endpoint, Time now, std::int64_t limit,
                                                       DuePlace after) = 0;
  Awaitable<Result<std::vector<Delivery>>> Due(std::string endpoint, Time now, std::int64_t limit) {
    return Due(std::move(endpoint), now, limit, DuePlace());
  }
  // When the first pending one of the endpoint that is not due by `after` is.
  virtual Awaitable<Result<std::optional<Time>>> NextDue(std::string endpoint, Time after) = 0;
  // Every endpoint with pending deliveries.
  virtual Awaitable<Result<std::vector<std::string>>> Waiting() = 0;
  virtual Awaitable<Result<std::vector<Backlog>>> Backlogs() = 0;
  // The newest first.
  virtual Awaitable<Result<std::vector<Delivery>>> Find(DeliveryFilter filter, std::int64_t limit) = 0;
  virtual Awaitable<Result<std::optional<Delivery>>> Get(std::string id) = 0;
  // The first one first.
  virtual Awaitable<Result<std::vector<DeliveryAttempt>>> Attempts(std::string delivery_id) = 0;
};

}  // namespace parley::storage
