#include "sync/people.h"

namespace parley::sync {
namespace {

constexpr std::size_t kMostRemembered = 10'000;

storage::LedgerAgent AgentOf(const backend::DirectoryAgent& agent) {
  return {agent.id, agent.username, agent.name.empty() ? agent.username : agent.name, agent.login};
}

storage::LedgerAgent AgentOf(const KnownUser& user) {
  return {user.id, user.username, user.name.empty() ? user.username : user.name, user.email};
}

// The workspace does not tell, and will not: what the message says has to do.
bool IsRefused(const Error& error) {
  return error.code == ErrorCode::kBadGateway;
}

}  // namespace

Awaitable<Result<KnownPeople>> People::Find(std::set<std::string> ids) {
  KnownPeople known;
  if (ids.empty()) co_return known;
  const auto directory = co_await workspace_.GetDirectory();
  if (!directory) co_return directory.error();
  for (const std::string& id : ids) {
    if (const backend::DirectoryAgent* agent = (*directory)->AgentById(id)) {
      known.emplace(id, AgentOf(*agent));
      continue;
    }
    if (const auto other = others_.find(id); other != others_.end()) {
      known.insert(*other);
      continue;
    }
    const auto user = co_await reader_.User(id);
    if (!user && !IsRefused(user.error())) co_return user.error();
    if (!user || !*user) continue;
    if (others_.size() >= kMostRemembered) others_.clear();
    known.emplace(id, others_[id] = AgentOf(**user));
  }
  co_return known;
}

}  // namespace parley::sync
