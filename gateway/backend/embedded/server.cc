// What the workspace says of itself: version and licence (administration reference §6.4).
#include "backend/embedded/call.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// "8.3.0" -> "8.3"
std::string MajorAndMinor(const std::string& version) {
  const auto parts = Split(version, '.');
  if (parts.size() < 2) return version;
  return std::string(parts[0]) + "." + std::string(parts[1]);
}

Awaitable<Reply> Info(Call& call) {
  const std::string& version = call.options().version;
  if (!call.May("view-statistics")) co_return Json::Of({{"version", MajorAndMinor(version)}});
  co_return Json::Of({{"version", version}, {"info", Json::Of({{"version", version}})}});
}

Json PreventedActions() {
  Json prevented = Json::MakeObject();
  for (const std::string_view action :
       {"activeUsers", "guestUsers", "roomsPerGuest", "privateApps", "marketplaceApps", "monthlyActiveContacts"}) {
    prevented.Append(action, false);
  }
  return prevented;
}

Awaitable<Reply> License(Call& call) {
  const bool licensed = call.options().edition == Edition::kPremium;
  Json modules = Json::MakeArray();
  if (licensed) modules = Json(Json::Array{"livechat-enterprise", "canned-responses"});
  Json license = Json::Of({{"activeModules", std::move(modules)},
                           {"externalModules", Json::MakeArray()},
                           {"preventedActions", PreventedActions()},
                           {"limits", Json::MakeObject()},
                           {"tags", Json::MakeArray()},
                           {"trial", false},
                           {"hasValidLicense", licensed}});
  co_return Json::Of({{"license", std::move(license)}});
}

}  // namespace

Routes ServerRoutes() {
  return {
      {"GET api/info", Info},
      {"GET licenses.info", License},
  };
}

}  // namespace parley::backend::embedded
