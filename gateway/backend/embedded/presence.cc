#include "backend/embedded/presence.h"

#include "base/text.h"

namespace parley::backend::embedded {

bool CanTakeChats(const User& user, const Settings& settings) {
  if (!user.IsAgent() || !user.active || user.status_livechat != kAvailable) return false;
  if (settings.Flag("Livechat_enabled_when_agent_idle")) return true;
  const bool present = user.HasRole(kBotRole) || (!user.status.empty() && user.status != "offline");
  return present && user.status_connection != "away";
}

bool IsPresence(std::string_view text) {
  return text == "online" || text == "away" || text == "busy" || text == "offline";
}

bool IsAvailability(std::string_view text) {
  return text == kAvailable || text == kNotAvailable;
}

std::int64_t MaxChatsOf(const User& user) {
  const Json* limit = user.livechat.Find("maxNumberSimultaneousChat");
  if (limit == nullptr) return 0;
  if (const auto number = limit->AsInteger()) return *number;
  if (const auto text = limit->AsString()) return ParseInteger(*text).value_or(0);
  return 0;
}

void BecomeAgent(User& user) {
  user.status_livechat = user.status == "offline" ? kNotAvailable : kAvailable;
  user.livechat_status_system_modified = false;
}

void StopBeingAgent(User& user) {
  user.livechat = Json();
  user.status_livechat.reset();
  user.open_business_hours.reset();
}

}  // namespace parley::backend::embedded
