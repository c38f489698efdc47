// What the licence allows (administration reference §6.4, omnichannel reference §2.17).
#include "backend/embedded/call.h"
#include "backend/embedded/license.h"

namespace parley::backend::embedded {
namespace {

constexpr std::string_view kLimits[] = {"activeUsers", "guestUsers", "privateApps", "marketplaceApps",
                                        "monthlyActiveContacts"};

Json PreventedActions() {
  Json prevented = Json::MakeObject();
  for (const std::string_view action :
       {"activeUsers", "guestUsers", "roomsPerGuest", "privateApps", "marketplaceApps", "monthlyActiveContacts"}) {
    prevented.Append(action, false);
  }
  return prevented;
}

// Nothing is limited here; without a licence there is nothing to be limited.
Json Limits(const Call& call) {
  Json limits = Json::MakeObject();
  if (call.options().edition == Edition::kCommunity || !call.May("view-privileged-setting")) return limits;
  for (const std::string_view limit : kLimits) limits.Append(limit, Json::Of({{"max", -1}}));
  return limits;
}

Awaitable<Reply> Info(Call& call) {
  const Edition edition = call.options().edition;
  Json license = Json::Of({{"activeModules", LicensedModules(edition)},
                           {"externalModules", Json::MakeArray()},
                           {"preventedActions", PreventedActions()},
                           {"limits", Limits(call)},
                           {"tags", Json::MakeArray()},
                           {"trial", false},
                           {"hasValidLicense", edition == Edition::kPremium}});
  co_return Json::Of({{"license", std::move(license)}});
}

Awaitable<Reply> IsEnterprise(Call& call) {
  co_return Json::Of({{"isEnterprise", call.options().edition == Edition::kPremium}});
}

}  // namespace

Json LicensedModules(Edition edition) {
  if (edition == Edition::kCommunity) return Json::MakeArray();
  return Json(Json::Array{"livechat-enterprise", "canned-responses"});
}

Routes LicenseRoutes() {
  return {
      {"GET licenses.info", Info},
      {"GET licenses.isEnterprise", IsEnterprise},
  };
}

}  // namespace parley::backend::embedded
