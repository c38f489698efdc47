// How an event is told: LiveChat's webhooks, Rocket.Chat's, or Parley's own words.
//
// Refuses to know: who is told, when and how often. Threading: one thread. Tests: with each dialect
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "events/event.h"
#include "relay/endpoint.h"

namespace parley::relay {

// An event, and the chat it is about: its messages and its end as they were when it happened, the rest as it is now.
struct Occurrence {
  const events::Event& event;
  const storage::LedgerChat* chat = nullptr;  // null: about no chat, or none was needed
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  // Every event type the dialect has, in the order of its documentation.
  virtual std::vector<std::string> Types() const = 0;
  // The types an event may be told as: none for most events. Composing decides.
  virtual std::vector<std::string> TypesOf(const events::Event& event) const = 0;
  // Whether composing takes the chat an event is about.
  virtual bool NeedsChat() const { return false; }
  // The body to be sent; nothing when there is nothing to tell, or nobody to tell it of any more.
  // Errors: those of the store
  virtual Awaitable<Result<std::optional<Json>>> Compose(const Occurrence& occurrence, std::string type,
                                                         const Endpoint& endpoint) = 0;
  // A delivery of something about `subject` was answered so.
  virtual Awaitable<Status> Answered(std::string /*subject*/, std::string /*answer*/) { co_return Status(); }
  // What `relay test` sends.
  virtual Json Sample(const std::string& type, const Endpoint& endpoint, Time now) const = 0;
};

// One for each DialectKind; borrowed.
struct Dialects {
  Dialect& livechat;
  Dialect& rocketchat;
  Dialect& neutral;

  Dialect& of(DialectKind kind) const {
    return kind == DialectKind::kLiveChat ? livechat : kind == DialectKind::kRocketChat ? rocketchat : neutral;
  }
};

}  // namespace parley::relay
