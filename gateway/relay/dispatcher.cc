#include "relay/dispatcher.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "base/log.h"
#include "base/text.h"

namespace parley::relay {
namespace {

using storage::Delivery;
using storage::LedgerChat;
using storage::OutboxEvent;

constexpr std::int64_t kBatch = 256;
constexpr int kTimeDigits = 12;
constexpr std::size_t kHashDigits = 20;

bool Holds(const std::vector<std::string>& wanted, const std::string& value) {
  return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool Passes(const Filter& filter, const LedgerChat* chat) {
  if (filter.empty() || chat == nullptr) return true;
  if (!filter.groups.empty() && !Holds(filter.groups, chat->department)) return false;
  const auto has_agent = [&](const storage::LedgerAgent& agent) { return Holds(filter.agents, Lower(agent.email)); };
  if (!filter.agents.empty() && std::none_of(chat->agents.begin(), chat->agents.end(), has_agent)) return false;
  const auto has_tag = [&](const std::string& tag) { return Holds(filter.tags, tag); };
  return filter.tags.empty() || std::any_of(chat->tags.begin(), chat->tags.end(), has_tag);
}

// As it was when the event happened: it is told of a little later, or much later by a replay.
void GoBack(LedgerChat& chat, Time at) {
  if (chat.ended && *chat.ended > at) chat.ended.reset();
  std::erase_if(chat.entries, [&](const storage::LedgerEntry& entry) { return entry.at > at; });
}

bool IsAboutChat(const events::Event& event) {
  const std::string_view kind = events::KindOf(event.payload);
  return kind.starts_with("chat.") || kind == "goal.reached";
}

}  // namespace

std::string Dispatcher::DeliveryId(const OutboxEvent& event, std::string_view endpoint_id, std::string_view type) {
  std::string all = event.id;
  all.append("\n").append(endpoint_id).append("\n").append(type);
  // The time first: what happens together then stands together in every index, as in base/ordered_id.h.
  std::string id = "msg_";
  id.reserve(id.size() + kTimeDigits + kHashDigits);
  const auto time = static_cast<std::uint64_t>(UnixMillis(event.at));
  for (int shift = 4 * (kTimeDigits - 1); shift >= 0; shift -= 4) id += "0123456789abcdef"[(time >> shift) & 0xf];
  return id.append(Sha256Hex(all), 0, kHashDigits);
}

Awaitable<Result<std::vector<Delivery>>> Dispatcher::DeliveriesOf(const OutboxEvent& stored,
                                                                  const std::vector<const Endpoint*>& endpoints) {
  std::vector<Delivery> deliveries;
  const Result<events::Event> event = events::FromOutbox(stored);
  if (!event) {
    Log(LogLevel::kError, "relay.unreadable_event", {{"event", stored.id}, {"detail", event.error().message}});
    co_return deliveries;
  }
  std::optional<LedgerChat> chat;
  bool chat_read = !IsAboutChat(*event);
  for (const Endpoint* endpoint : endpoints) {
    Dialect& dialect = dialects_.of(endpoint->dialect);
    for (const std::string& type : dialect.TypesOf(*event)) {
      if (!endpoint->Wants(type)) continue;
      const bool needs_chat = dialect.NeedsChat() || !endpoint->filter.empty();
      if (needs_chat && !chat_read) {
        Result<std::optional<LedgerChat>> found = co_await stores_.ledger().Get(event->subject);
        if (!found) co_return found.error();
        chat = *std::move(found);
        if (chat) GoBack(*chat, event->at);
        chat_read = true;
      }
      const Occurrence occurrence{*event, chat ? &*chat : nullptr};
      if (!Passes(endpoint->filter, occurrence.chat)) continue;
      Result<std::optional<Json>> body = co_await dialect.Compose(occurrence, type, *endpoint);
      if (!body) co_return body.error();
      if (!*body) continue;
      Delivery delivery;
      delivery.id = DeliveryId(stored, endpoint->id, type);
      delivery.endpoint = endpoint->id;
      delivery.event_id = stored.id;
      delivery.type = type;
      delivery.subject = stored.subject;
      if (endpoint->ordered) delivery.order_key = stored.subject;
      delivery.at = stored.at;
      delivery.body = Print(**body);
      delivery.due = clock_.Now();
      deliveries.push_back(std::move(delivery));
    }
  }
  co_return deliveries;
}

// Where nobody is registered the outbox is not read; whoever registers first has it read from there on.
Awaitable<Status> Dispatcher::Skip(const std::vector<Endpoint>& endpoints) {
  Result<std::int64_t> cursor = co_await stores_.deliveries().Cursor();
  if (!cursor) co_return cursor.error();
  const auto earliest = std::min_element(endpoints.begin(), endpoints.end(),
                                         [](const Endpoint& a, const Endpoint& b) { return a.since < b.since; });
  const Result<std::int64_t> before = co_await stores_.outbox().LastBefore(earliest->since);
  if (!before) co_return before.error();
  // An earlier run may have sent something of what comes next.
  const Result<std::int64_t> end = co_await stores_.outbox().LastBefore(clock_.Now() + std::chrono::hours(1));
  if (!end) co_return end.error();
  cursor_ = std::max(*cursor, *before);
  maybe_to_ = std::max(maybe_to_, std::min(*end, cursor_ + Sender::kMostAhead + kBatch));
  if (sender_ != nullptr) {
    sender_->HasRead(cursor_);
    sender_->HasMoved(cursor_);
  }
  co_return Status();
}

// True when it need not be queued: it is in the store already, or the sender has taken it.
Awaitable<Result<bool>> Dispatcher::Offer(const Endpoint& endpoint, Delivery& delivery, std::int64_t sequence) {
  if (sender_ == nullptr) co_return false;
  if (sequence <= maybe_to_) {
    const Result<std::optional<Delivery>> known = co_await stores_.deliveries().Get(delivery.id);
    if (!known) co_return known.error();
    if (*known) co_return true;
  }
  co_return sender_->Take(endpoint, delivery, sequence);
}

Awaitable<Status> Dispatcher::Move(storage::Changes changes, std::int64_t place) {
  changes.relay.emplace_back(storage::MoveRelayCursor{place});
  const Status committed = co_await stores_.committer().Commit(std::move(changes));
  if (committed && sender_ != nullptr) sender_->HasMoved(place);
  co_return committed;
}

// What was taken may have been written before its batch was read to its end.
Awaitable<Status> Dispatcher::MoveToEnd() {
  const bool written = sender_ != nullptr && sender_->WrittenTo(cursor_) == cursor_;
  if (!written || sender_->moved_to() >= cursor_) co_return Status();
  storage::Changes nothing;
  co_return co_await Move(std::move(nothing), cursor_);
}

Awaitable<Result<bool>> Dispatcher::Step(const std::vector<Endpoint>& endpoints) {
  if (endpoints.empty()) {
    cursor_ = -1;
    co_return false;
  }
  if (cursor_ < 0) {
    const Status found = co_await Skip(endpoints);
    if (!found) co_return found.error();
  }
  if (sender_ != nullptr && !sender_->HasRoom()) {
    const Status moved = co_await MoveToEnd();
    if (!moved) co_return moved.error();
    co_return sender_->HasRoom();
  }
  const Result<std::vector<OutboxEvent>> events = co_await stores_.outbox().Read(cursor_, kBatch);
  if (!events) co_return events.error();
  if (events->empty()) {
    const Status moved = co_await MoveToEnd();
    if (!moved) co_return moved.error();
    co_return false;
  }
  const std::int64_t last = events->back().sequence;
  // Of a batch that failed in the middle, some may have been sent and written.
  if (begun_to_ > cursor_) maybe_to_ = std::max(maybe_to_, begun_to_);
  begun_to_ = last;
  storage::Changes changes;
  for (const OutboxEvent& event : *events) {
    if (!event.deliverable) continue;
    std::vector<const Endpoint*> listeners;
    for (const Endpoint& endpoint : endpoints)
      if (endpoint.enabled && event.at >= endpoint.since) listeners.push_back(&endpoint);
    Result<std::vector<Delivery>> deliveries = co_await DeliveriesOf(event, listeners);
    if (!deliveries) co_return deliveries.error();
    for (Delivery& delivery : *deliveries) {
      const auto endpoint = std::find_if(listeners.begin(), listeners.end(),
                                         [&](const Endpoint* listener) { return listener->id == delivery.endpoint; });
      const Result<bool> offered = co_await Offer(**endpoint, delivery, event.sequence);
      if (!offered) co_return offered.error();
      if (!*offered) changes.relay.emplace_back(storage::QueueDelivery{std::move(delivery)});
    }
  }
  const std::int64_t written = sender_ == nullptr ? last : sender_->WrittenTo(last);
  // What was taken moves the place when it is written.
  if (!changes.relay.empty() || written == last) {
    const Status moved = co_await Move(std::move(changes), written);
    if (!moved) co_return moved.error();
  }
  cursor_ = last;
  if (sender_ != nullptr) sender_->HasRead(last);
  co_return true;
}

Awaitable<Result<ReplayCount>> Dispatcher::Replay(const Endpoint& endpoint, Time since, Time until,
                                                  std::int64_t limit) {
  ReplayCount count;
  const std::vector<const Endpoint*> only = {&endpoint};
  const Result<std::int64_t> before = co_await stores_.outbox().LastBefore(since);
  if (!before) co_return before.error();
  for (std::int64_t after = *before;;) {
    const Result<std::vector<OutboxEvent>> events = co_await stores_.outbox().Read(after, kBatch);
    if (!events) co_return events.error();
    if (events->empty()) co_return count;
    after = events->back().sequence;
    storage::Changes changes;
    for (const OutboxEvent& event : *events) {
      if (!event.deliverable || event.at < since || event.at >= until) continue;
      Result<std::vector<Delivery>> deliveries = co_await DeliveriesOf(event, only);
      if (!deliveries) co_return deliveries.error();
      for (Delivery& delivery : *deliveries) {
        if (count.queued == limit) {
          count.more = true;
          break;
        }
        const std::string id = delivery.id;
        const Time due = delivery.due;
        changes.relay.emplace_back(storage::QueueDelivery{std::move(delivery)});
        changes.relay.emplace_back(storage::RequeueDelivery{id, due});
        ++count.queued;
      }
      if (count.more) break;
    }
    const Status committed = co_await stores_.committer().Commit(std::move(changes));
    if (!committed) co_return committed.error();
    // Events are written in their time, so nothing later is wanted either.
    if (count.more || events->back().at >= until) co_return count;
  }
}

}  // namespace parley::relay
