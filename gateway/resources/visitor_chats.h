// Chats a visitor's client holds over LiveChat's own calls: the session between that client and a chat of the backend.
//
// A session is a secret only the client has; here stands its hash. It lives while the client polls: one that has not for
// half a minute is over, and its chat is closed. Visitors are named by their LiveChat id, which the client may have made
// up: the id a new visitor came with stays theirs.
// Refuses to know: how a chat is opened, written in and closed; that is the mapping's. Threading: one shard.
// Tests: tests/unit/resources/visitor_chats_test.cc
#pragma once

#include <chrono>
#include <string>

#include "resources/local_call.h"
#include "resources/local_store.h"

namespace parley::resources {

// A session is over when its client has not polled for this long.
inline constexpr std::chrono::seconds kSessionPatience{30};

class VisitorChats {
 public:
  explicit VisitorChats(const LocalStore& store) : store_(store) {}

  // local/visitor_tokens and local/visitor_chats, specs/local.yaml
  Awaitable<Result<backend::Response>> CallTokens(const LocalCall& call);
  Awaitable<Result<backend::Response>> CallChats(const LocalCall& call);

  // Closes the chats of sessions that are over, as their visitor, and forgets the sessions. One that cannot be closed
  // now is tried again the next time.
  Awaitable<Status> CloseLapsed(backend::Service& backend);

 private:
  Awaitable<Result<Json>> FindToken(std::string livechat_id, Json input);
  Awaitable<Result<Json>> KeepToken(const std::string& livechat_id);
  Awaitable<Status> Name(std::string visitor_id, std::string livechat_id);
  Awaitable<Result<Json>> Begin(Json input);
  Awaitable<Result<Json>> Look(std::string session, std::string livechat_id);
  Awaitable<Result<Json>> End(std::string session);

  const LocalStore& store_;
};

}  // namespace parley::resources
