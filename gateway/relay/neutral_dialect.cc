#include "relay/neutral_dialect.h"

#include "base/time.h"
#include "events/event_json.h"

namespace parley::relay {
namespace {

Json Envelope(const std::string& id, std::string_view type, Time at, const std::string& subject, Json data) {
  Json body;
  body.Append("id", id);
  body.Append("type", type);
  body.Append("at", IsoTime(at));
  body.Append("subject", subject);
  body.Append("data", std::move(data));
  return body;
}

}  // namespace

std::vector<std::string> NeutralDialect::Types() const {
  std::vector<std::string> types;
  for (const std::string_view kind : events::AllKinds()) types.emplace_back(kind);
  return types;
}

std::vector<std::string> NeutralDialect::TypesOf(const events::Event& event) const {
  return {std::string(events::KindOf(event.payload))};
}

Awaitable<Result<std::optional<Json>>> NeutralDialect::Compose(const Occurrence& occurrence, std::string type,
                                                               const Endpoint& /*endpoint*/) {
  const events::Event& event = occurrence.event;
  Json data = events::PayloadToJson(event.payload);
  data.Append("source", events::NameOf(event.source));
  if (event.recovered) data.Append("recovered", true);
  co_return std::optional<Json>(Envelope(event.id, type, event.at, event.subject, std::move(data)));
}

Json NeutralDialect::Sample(const std::string& type, const Endpoint& /*endpoint*/, Time now) const {
  return Envelope("test", type, now, "test", Json::Of({{"test", true}}));
}

}  // namespace parley::relay
