#include "backend/rocketchat/route_budgets.h"

#include <algorithm>

#include "base/text.h"
#include "json/json.h"

namespace parley::backend::rocketchat {
namespace {

std::optional<std::int64_t> NumberOf(const Response& answer, std::string_view name) {
  for (const auto& [field, value] : answer.headers)
    if (EqualsIgnoreCase(field, name)) return ParseInteger(Trim(value));
  return std::nullopt;
}

// When the workspace's next budget begins, by the clock of this side. A workspace whose clock differs by more than its
// budgets last is believed to mean the longest wait at most.
std::optional<Time> ResetOf(const Response& answer, Time now) {
  const std::optional<std::int64_t> reset = NumberOf(answer, "X-RateLimit-Reset");
  if (!reset) return std::nullopt;
  return std::clamp(FromUnixMillis(*reset), now, now + RouteBudgets::kLongestWait);
}

// "... You must wait 42 seconds before ..."
std::optional<std::chrono::seconds> SpokenWait(std::string_view body) {
  constexpr std::string_view kWait = "must wait ";
  const std::size_t at = body.find(kWait);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = body.substr(at + kWait.size());
  rest = rest.substr(0, rest.find_first_not_of("0123456789"));
  const auto seconds = ParseInteger(rest);
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

}  // namespace

std::optional<Time> RouteBudgets::Take(const std::string& route, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = budgets_.find(route);
  if (found == budgets_.end()) return std::nullopt;
  Budget& budget = found->second;
  if (now >= budget.until) {
    budgets_.erase(found);
    return std::nullopt;
  }
  if (budget.left <= 0) return budget.until;
  --budget.left;
  return std::nullopt;
}

void RouteBudgets::Note(const std::string& route, const Response& answer, Time now) {
  const bool refused = answer.status == 429;
  const std::optional<std::int64_t> left = refused ? 0 : NumberOf(answer, "X-RateLimit-Remaining");
  const std::optional<Time> until = refused ? now + WaitOf(answer, now) : ResetOf(answer, now);
  if (!left || !until || *until <= now) return;
  const std::lock_guard lock(mutex_);
  Budget& budget = budgets_[route];
  // Answers of one budget may come in any order: calls under way are already counted here.
  budget.left = budget.until == *until ? std::min(budget.left, *left) : *left;
  budget.until = *until;
}

std::chrono::milliseconds RouteBudgets::WaitOf(const Response& refused, Time now) {
  std::chrono::milliseconds wait = std::chrono::seconds(1);
  if (const auto reset = ResetOf(refused, now); reset && *reset > now) {
    wait = *reset - now;
  } else if (const auto after = NumberOf(refused, "Retry-After")) {
    wait = std::chrono::seconds(std::clamp<std::int64_t>(*after, 0, 600));
  } else if (const auto spoken = SpokenWait(refused.body)) {
    wait = *spoken;
  }
  return std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds(1), kLongestWait);
}

}  // namespace parley::backend::rocketchat
