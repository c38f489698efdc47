// What workspaces of older lines did by other means.
//
// Purpose: a Service around another. Some routes came late (omnichannel reference §1.9): before, the same was done by a
// realtime method, which REST reaches too, or by another route. A call of the gateway itself to a route the workspace
// says it does not have is made by that means, and its answer put in the route's words. Which means a workspace has is
// learnt from its answers alone, so that one that is upgraded meanwhile is noticed.
// Refuses to know: versions; calls of clients, which pass as they are.
// Errors: those of the Service below; kUnsupported naming the capability where the workspace has neither; kBadGateway
// for an answer that is no method's.
// Threading: one shard; SharedOlderLines is thread-safe. Tests: tests/unit/backend/rocketchat/older_lines_test.cc
#pragma once

#include <array>
#include <atomic>
#include <string_view>

#include "backend/backend.h"

namespace parley::backend::rocketchat {

// Which of the routes the workspace lacks, as of its last answer. For all shards.
class SharedOlderLines {
 public:
  static constexpr std::size_t kMost = 8;

  bool Lacks(std::size_t route) const { return lacks_[route]; }
  void Note(std::size_t route, bool lacks) { lacks_[route] = lacks; }

 private:
  std::array<std::atomic<bool>, kMost> lacks_{};
};

// By what other means an answer was got, "the realtime method livechat:saveAgentInfo"; empty: by none.
std::string_view OtherMeansOf(const Response& answer);

class OlderLines final : public Service {
 public:
  OlderLines(Service& next, SharedOlderLines& shared) : next_(next), shared_(shared) {}

  Awaitable<Result<Response>> Call(const Request& request) override;

 private:
  Service& next_;
  SharedOlderLines& shared_;
};

}  // namespace parley::backend::rocketchat
