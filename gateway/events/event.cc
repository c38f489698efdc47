#include "events/event.h"

#include <algorithm>
#include <array>

#include "events/event_json.h"

namespace parley::events {
namespace {

// In the order of Payload's alternatives. These names are stored and shown to subscribers: never change one.
constexpr std::array<std::string_view, std::variant_size_v<Payload>> kKinds = {
    "chat.started",         "chat.queued",          "chat.taken",      "chat.message",
    "chat.message_removed", "chat.transferred",     "chat.tagged",     "chat.rated",
    "chat.closed",          "chat.removed",         "visitor.changed", "agent.status_changed",
    "ticket.created",       "visitor.left_message", "goal.reached",    "canned_response.changed",
    "greeting.shown",       "greeting.accepted",    "chat.edited",     "chat.lead_captured",
    "endpoint.disabled",
};

constexpr std::array<std::string_view, 5> kSources = {"embedded", "webhook", "pass_through", "poll", "fill"};

constexpr std::string_view kSourceMember = "source";
constexpr std::string_view kRecoveredMember = "recovered";

std::optional<std::size_t> IndexIn(std::span<const std::string_view> names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::string_view KindOf(const Payload& payload) {
  return kKinds[payload.index()];
}

std::span<const std::string_view> AllKinds() {
  return kKinds;
}

std::optional<std::size_t> KindIndex(std::string_view kind) {
  return IndexIn(kKinds, kind);
}

std::string_view NameOf(Source source) {
  return kSources[static_cast<std::size_t>(source)];
}

storage::OutboxEvent ToOutbox(const Event& event) {
  storage::OutboxEvent stored;
  stored.id = event.id;
  stored.kind = KindOf(event.payload);
  stored.at = event.at;
  stored.subject = event.subject;
  stored.payload = PayloadToJson(event.payload);
  stored.payload.Append(kSourceMember, NameOf(event.source));
  if (event.recovered) stored.payload.Append(kRecoveredMember, true);
  stored.deliverable = event.source != Source::kFill;
  return stored;
}

Result<Event> FromOutbox(const storage::OutboxEvent& stored) {
  Result<Payload> payload = PayloadFromJson(stored.kind, stored.payload);
  if (!payload) return payload.error();
  const std::optional<std::size_t> source = IndexIn(kSources, stored.payload.Text(kSourceMember));
  if (!source) return InvalidArgument("event " + stored.id + ": unknown source");

  Event event;
  event.id = stored.id;
  event.at = stored.at;
  event.subject = stored.subject;
  event.source = static_cast<Source>(*source);
  event.recovered = stored.payload.Flag(kRecoveredMember);
  event.payload = *std::move(payload);
  return event;
}

}  // namespace parley::events
