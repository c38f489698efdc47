// The workspace's webhooks: POST /relay/rocketchat.
//
// Purpose: judge that it is the workspace (the token, compared in constant time) and that the body can be one of its
// webhooks, put on disk what it says should be looked at, and answer: in a few milliseconds, for a workspace waits for
// the answer and keeps nothing for long. What happened is then read from the chat itself, so that webhooks that are
// doubled, late or out of order do no harm, and one that lies can make Parley look at most.
// Answers: 200 {"ok":true}; 400 a body that is no webhook, 401 another token, 404 no token is configured, 405, 413, 503
// nothing was kept (a workspace sends it again then). Source: omnichannel reference §4.
// Threading: one shard. Tests: tests/unit/sync/receiver_test.cc
#pragma once

#include <functional>
#include <string>

#include "http/message.h"
#include "sync/inbox.h"
#include "sync/offline_messages.h"

namespace parley::sync {

class Receiver {
 public:
  // `token`: empty: none are taken. `woken`: there is something new in the inbox.
  Receiver(const SyncParts& parts, std::string token, std::function<void()> woken)
      : inbox_(parts.stores, parts.clock), offline_(parts), token_(std::move(token)), woken_(std::move(woken)) {}

  Awaitable<http::Response> Receive(const http::Request& request);

 private:
  Awaitable<Status> Keep(const Json& told);
  Awaitable<Status> KeepMessage(const Json& told);

  Inbox inbox_;
  OfflineMessages offline_;
  const std::string token_;
  const std::function<void()> woken_;
};

}  // namespace parley::sync
