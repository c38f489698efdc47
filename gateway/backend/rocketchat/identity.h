// The account the gateway has in the workspace.
//
// Purpose: a Service around another that turns calls of the gateway itself (CallerKind::kService) into calls of that
// account: with its personal access token, or with a session that is opened once and renewed once when it has ended (a
// call whose body is streamed is not made again: its body is gone). A permission the account lacks is told by 403,
// whatever the workspace's line.
// Everybody else's calls pass as they are.
// Errors: those of the Service below; kUnavailable when the account is refused, kBadGateway when it is asked for a
// second factor, both saying what to do.
// Threading: one shard; SharedIdentity is thread-safe. Tests: tests/unit/backend/rocketchat/identity_test.cc
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "backend/backend.h"
#include "backend/rocketchat/options.h"

namespace parley::backend::rocketchat {

// The session all shards use.
class SharedIdentity {
 public:
  explicit SharedIdentity(const Options& options);

  // Empty: nobody has logged in yet.
  std::optional<Caller> Get();
  void Set(Caller caller);

 private:
  std::mutex mutex_;
  std::optional<Caller> caller_;
};

class Identity final : public Service {
 public:
  Identity(Service& next, SharedIdentity& shared, const Options& options)
      : next_(next), shared_(shared), options_(options) {}

  Awaitable<Result<Response>> Call(const Request& request) override;

 private:
  bool CanLogIn() const { return !options_.username.empty(); }
  // A session that is not `stale`: one that another shard opened meanwhile, or a new one.
  Awaitable<Result<Caller>> Session(const Request& request, std::string stale);
  Awaitable<Result<Caller>> LogIn(const Request& request);

  Service& next_;
  SharedIdentity& shared_;
  const Options& options_;
};

}  // namespace parley::backend::rocketchat
