// Events in Parley's own words: every kind of events/event.h, with the members stored of it.
//
//   {"id":"...","type":"chat.closed","at":"2026-01-05T10:15:30.000Z","subject":"<room id>","data":{...}}
//
// Threading: one thread. Tests: tests/unit/relay/neutral_dialect_test.cc
#pragma once

#include "relay/dialect.h"

namespace parley::relay {

class NeutralDialect final : public Dialect {
 public:
  std::vector<std::string> Types() const override;
  std::vector<std::string> TypesOf(const events::Event& event) const override;
  Awaitable<Result<std::optional<Json>>> Compose(const Occurrence& occurrence, std::string type,
                                                 const Endpoint& endpoint) override;
  Json Sample(const std::string& type, const Endpoint& endpoint, Time now) const override;
};

}  // namespace parley::relay
