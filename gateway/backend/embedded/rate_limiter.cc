#include "backend/embedded/rate_limiter.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace parley::backend::embedded {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct OwnLimit {
  std::string_view route;
  RateLimit limit;  // no calls: not limited
};

constexpr OwnLimit kOwnLimits[] = {
    {"GET api/info", {}},
    {"GET livechat/room", {5, seconds(60)}},
    {"POST livechat/offline.message", {1, seconds(5)}},
    {"POST livechat/triggers/external-service/test", {5, seconds(60)}},
    {"POST livechat/triggers/{_id}/external-service/call", {1, seconds(60)}},
    {"POST livechat/visitor", {5, seconds(60)}},
    {"POST method.call/{method}", {}},
};

// An address can be whatever a header says.
constexpr std::size_t kLongestAddress = 64;

std::string KeyOf(std::string_view route, std::string_view address) {
  std::string key(route);
  key += '\n';
  key += address.substr(0, kLongestAddress);
  return key;
}

}  // namespace

std::optional<RateLimit> LimitOf(std::string_view route, const Settings& settings) {
  if (!settings.Flag("API_Enable_Rate_Limiter")) return std::nullopt;
  const auto* own = std::find_if(std::begin(kOwnLimits), std::end(kOwnLimits),
                                 [&](const OwnLimit& candidate) { return candidate.route == route; });
  if (own != std::end(kOwnLimits)) return own->limit.calls > 0 ? std::optional(own->limit) : std::nullopt;
  return RateLimit{settings.Integer("API_Enable_Rate_Limiter_Limit_Calls_Default"),
                   milliseconds(settings.Integer("API_Enable_Rate_Limiter_Limit_Time_Default"))};
}

void RateLimiter::Table::ForgetFirst() {
  by_key.erase(windows.front().key);
  windows.pop_front();
}

RateLimiter::Window& RateLimiter::Table::Current(std::string&& key, const RateLimit& limit, Time now) {
  const auto known = by_key.find(key);
  if (known != by_key.end() && now < known->second->reset) return *known->second;
  if (known != by_key.end()) {
    const auto ended = known->second;
    by_key.erase(known);
    windows.erase(ended);
  }
  while (!windows.empty() && (windows.front().reset <= now || windows.size() >= kMostPerTable)) ForgetFirst();
  windows.push_back({std::move(key), 0, now + limit.window});
  by_key.emplace(windows.back().key, std::prev(windows.end()));
  return windows.back();
}

RateCount RateLimiter::Count(std::string_view route, std::string_view address, const RateLimit& limit, Time now) {
  std::string key = KeyOf(route, address);
  Table& table = tables_[std::hash<std::string>()(key) % kTables];
  const std::lock_guard lock(table.mutex);
  Window& window = table.Current(std::move(key), limit, now);
  ++window.calls;
  RateCount count;
  count.allowed = window.calls <= limit.calls;
  count.limit = limit.calls;
  count.remaining = std::max<std::int64_t>(0, limit.calls - window.calls);
  count.reset = window.reset;
  return count;
}

std::size_t RateLimiter::size() const {
  std::size_t windows = 0;
  for (const Table& table : tables_) {
    const std::lock_guard lock(table.mutex);
    windows += table.windows.size();
  }
  return windows;
}

}  // namespace parley::backend::embedded
