// The relay's changes as rows.
#include "storage/deliveries.h"
#include "storage/sqlite/apply.h"

namespace parley::storage::sqlite {
namespace {

class DeliveryWriter {
 public:
  DeliveryWriter(Connection& connection) : connection_(connection) {}

  Status operator()(const QueueDelivery& change) const {
    const Delivery& delivery = *change.delivery;
    const Result<bool> may = MayBeTold(delivery.event_id);
    if (!may || !*may) return may ? Status() : may.error();
    Statement insert = connection_.Prepare(
        "INSERT INTO deliveries(id, endpoint, event_id, type, subject, order_key, at, body, status, attempts, due, "
        "changed, reason) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?9, '') ON CONFLICT(id) DO NOTHING");
    insert.Bind(delivery.id).Bind(delivery.endpoint).Bind(delivery.event_id).Bind(delivery.type);
    insert.Bind(delivery.subject).Bind(delivery.order_key).Bind(delivery.at).Bind(delivery.body);
    return insert.Bind(delivery.due).Run();
  }

  // A delivery that was taken before it was queued: one row, and none for the attempt.
  Status QueueDelivered(const Delivery& delivery, const NoteAttempt& change) const {
    const DeliveryAttempt& attempt = change.attempt;
    const Result<bool> may = MayBeTold(delivery.event_id);
    if (!may) return may.error();
    if (!*may) return (*this)(change);
    Statement insert = connection_.Prepare(
        "INSERT INTO deliveries(id, endpoint, event_id, type, subject, order_key, at, body, status, attempts, due, "
        "changed, reason, answered, latency, head) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, '', ?12, "
        "?13, ?14) ON CONFLICT(id) DO NOTHING");
    insert.Bind(delivery.id).Bind(delivery.endpoint).Bind(delivery.event_id).Bind(delivery.type);
    insert.Bind(delivery.subject).Bind(delivery.order_key).Bind(delivery.at).Bind(delivery.body);
    insert.Bind(static_cast<int>(change.status)).Bind(delivery.due).Bind(attempt.at + attempt.latency);
    insert.Bind(attempt.status).Bind(std::int64_t{attempt.latency.count()}).Bind(attempt.head);
    if (Status inserted = insert.Run(); !inserted) return inserted;
    // It was there.
    if (connection_.Changes() == 0) return (*this)(change);
    return {};
  }

  Status operator()(const MoveRelayCursor& change) const {
    Statement move = connection_.Prepare(
        "INSERT INTO relay_cursor(only, last) VALUES(1, ?) ON CONFLICT(only) DO UPDATE SET last=max(last, "
        "excluded.last)");
    return move.Bind(change.sequence).Run();
  }

  Status operator()(const NoteAttempt& change) const {
    const DeliveryAttempt& attempt = change.attempt;
    Statement move = connection_.Prepare(
        "UPDATE deliveries SET status=?2, attempts=attempts+1, due=?3, changed=?4, reason=?5 WHERE id=?1 AND status=0");
    move.Bind(attempt.delivery).Bind(static_cast<int>(change.status)).Bind(change.due);
    if (Status moved = move.Bind(attempt.at + attempt.latency).Bind(change.reason).Run(); !moved) return moved;
    // What is pending has no attempt in its row.
    if (connection_.Changes() == 0) {
      if (Status apart = KeepAttemptApart(attempt.delivery); !apart) return apart;
    }
    Statement note = connection_.Prepare(
        "INSERT INTO delivery_attempts(delivery, number, at, status, latency, error, head) "
        "SELECT ?1, 1+coalesce((SELECT max(number) FROM delivery_attempts WHERE delivery=?1), 0), ?2, ?3, ?4, ?5, ?6 "
        "FROM deliveries WHERE id=?1 AND status<>4");
    note.Bind(attempt.delivery).Bind(attempt.at).Bind(attempt.status).Bind(attempt.latency.count());
    return note.Bind(attempt.error).Bind(attempt.head).Run();
  }

  Status operator()(const RequeueDelivery& change) const {
    if (Status apart = KeepAttemptApart(change.id); !apart) return apart;
    Statement requeue = connection_.Prepare(
        "UPDATE deliveries SET status=0, attempts=0, due=?2, changed=?2, reason='' WHERE id=?1 AND status<>4");
    return requeue.Bind(change.id).Bind(change.due).Run();
  }

  Status operator()(const CancelDeliveries& change) const {
    Statement cancel = connection_.Prepare("UPDATE deliveries SET status=3, reason=?2 WHERE endpoint=?1 AND status=0");
    return cancel.Bind(change.endpoint).Bind(change.reason).Run();
  }

  Status operator()(const PruneDeliveries& change) const {
    for (const char* sql : {"DELETE FROM delivery_attempts WHERE delivery IN (SELECT id FROM deliveries "
                            "WHERE status<>0 AND changed<?1 ORDER BY changed, sequence LIMIT ?2)",
                            "DELETE FROM deliveries WHERE sequence IN (SELECT sequence FROM deliveries "
                            "WHERE status<>0 AND changed<?1 ORDER BY changed, sequence LIMIT ?2)"}) {
      Statement prune = connection_.Prepare(sql);
      if (Status pruned = prune.Bind(change.finished_before).Bind(change.at_most).Run(); !pruned) return pruned;
    }
    return {};
  }

 private:
  // Whether the event is there and has not been erased. Not part of the INSERT: with a SELECT in it SQLite keeps a copy
  // of every page it touches, and from 64 KB on in a file.
  Result<bool> MayBeTold(const std::string& event_id) const {
    return connection_.Prepare("SELECT 1 FROM outbox WHERE id=? AND deliverable=1").Bind(event_id).Next();
  }

  // The attempt that stands in the delivery's row gets one of its own: the row is about to say something else.
  Status KeepAttemptApart(const std::string& id) const {
    for (const char* sql :
         {"INSERT INTO delivery_attempts(delivery, number, at, status, latency, error, head) "
          "SELECT id, 1, changed-latency, answered, latency, '', head FROM deliveries WHERE id=? AND answered<>0",
          "UPDATE deliveries SET answered=0, latency=0, head='' WHERE id=? AND answered<>0"}) {
      Statement apart = connection_.Prepare(sql);
      if (Status done = apart.Bind(id).Run(); !done) return done;
    }
    return {};
  }

  Connection& connection_;
};

// The note on the delivery that is queued just before it, if it is that it was delivered.
const NoteAttempt* DeliveredAtOnce(const RelayChange& queued, const RelayChange& next) {
  const auto* queue = std::get_if<QueueDelivery>(&queued);
  const auto* note = std::get_if<NoteAttempt>(&next);
  const bool at_once = queue != nullptr && note != nullptr && note->attempt.delivery == queue->delivery->id &&
                       note->status == DeliveryStatus::kDelivered && note->attempt.status != 0 &&
                       note->attempt.error.empty();
  return at_once ? note : nullptr;
}

}  // namespace

Status ApplyRelayChanges(Connection& connection, const std::vector<RelayChange>& changes) {
  const DeliveryWriter writer(connection);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const NoteAttempt* note = i + 1 < changes.size() ? DeliveredAtOnce(changes[i], changes[i + 1]) : nullptr;
    Status applied = note == nullptr ? std::visit(writer, changes[i])
                                     : writer.QueueDelivered(*std::get<QueueDelivery>(changes[i]).delivery, *note);
    if (!applied) return applied;
    if (note != nullptr) ++i;
  }
  return {};
}

Status EraseSubject(Connection& connection, const std::string& subject) {
  for (const char* sql :
       {"UPDATE outbox SET payload='null', deliverable=0 WHERE subject=?",
        "DELETE FROM delivery_attempts WHERE delivery IN (SELECT id FROM deliveries WHERE subject=?)",
        "UPDATE deliveries SET status=4, body='', reason='', answered=0, latency=0, head='' WHERE subject=?"}) {
    Statement erase = connection.Prepare(sql);
    if (Status erased = erase.Bind(subject).Run(); !erased) return erased;
  }
  return {};
}

}  // namespace parley::storage::sqlite
