// The relay's changes as rows.
#include "storage/deliveries.h"
#include "storage/sqlite/apply.h"

namespace parley::storage::sqlite {
namespace {

class DeliveryWriter {
 public:
  DeliveryWriter(Connection& connection) : connection_(connection) {}

  Status operator()(const QueueDelivery& change) const {
    const Delivery& delivery = change.delivery;
    Statement insert = connection_.Prepare(
        "INSERT INTO deliveries(id, endpoint, event_id, type, subject, order_key, at, body, status, attempts, due, "
        "changed, reason) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?9, '' "
        "WHERE EXISTS (SELECT 1 FROM outbox WHERE id=?3 AND deliverable=1) ON CONFLICT(id) DO NOTHING");
    insert.Bind(delivery.id).Bind(delivery.endpoint).Bind(delivery.event_id).Bind(delivery.type);
    insert.Bind(delivery.subject).Bind(delivery.order_key).Bind(delivery.at).Bind(delivery.body);
    return insert.Bind(delivery.due).Run();
  }

  Status operator()(const MoveRelayCursor& change) const {
    Statement move = connection_.Prepare(
        "INSERT INTO relay_cursor(only, last) VALUES(1, ?) ON CONFLICT(only) DO UPDATE SET last=max(last, "
        "excluded.last)");
    return move.Bind(change.sequence).Run();
  }

  Status operator()(const NoteAttempt& change) const {
    const DeliveryAttempt& attempt = change.attempt;
    Statement note = connection_.Prepare(
        "INSERT INTO delivery_attempts(delivery, number, at, status, latency, error, head) "
        "SELECT ?1, 1+coalesce((SELECT max(number) FROM delivery_attempts WHERE delivery=?1), 0), ?2, ?3, ?4, ?5, ?6 "
        "FROM deliveries WHERE id=?1 AND status<>4");
    note.Bind(attempt.delivery).Bind(attempt.at).Bind(attempt.status).Bind(attempt.latency.count());
    if (Status noted = note.Bind(attempt.error).Bind(attempt.head).Run(); !noted) return noted;
    Statement move = connection_.Prepare(
        "UPDATE deliveries SET status=?2, attempts=attempts+1, due=?3, changed=?4, reason=?5 WHERE id=?1 AND status=0");
    move.Bind(attempt.delivery).Bind(static_cast<int>(change.status)).Bind(change.due);
    return move.Bind(attempt.at + attempt.latency).Bind(change.reason).Run();
  }

  Status operator()(const RequeueDelivery& change) const {
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
  Connection& connection_;
};

}  // namespace

Status ApplyRelayChange(Connection& connection, const RelayChange& change) {
  return std::visit(DeliveryWriter(connection), change);
}

Status EraseSubject(Connection& connection, const std::string& subject) {
  for (const char* sql : {"UPDATE outbox SET payload='null', deliverable=0 WHERE subject=?",
                          "DELETE FROM delivery_attempts WHERE delivery IN (SELECT id FROM deliveries WHERE subject=?)",
                          "UPDATE deliveries SET status=4, body='', reason='' WHERE subject=?"}) {
    Statement erase = connection.Prepare(sql);
    if (Status erased = erase.Bind(subject).Run(); !erased) return erased;
  }
  return {};
}

}  // namespace parley::storage::sqlite
