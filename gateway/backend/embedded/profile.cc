#include "backend/embedded/profile.h"

#include <algorithm>

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

std::string_view VerifiedAddress(const User& user) {
  for (const Email& email : user.emails) {
    if (email.verified) return email.address;
  }
  return {};
}

std::string AvatarUrl(const User& user, const Options& options) {
  return options.site_url + "/avatar/" + PercentEncode(user.username);
}

void AppendIf(Json& object, std::string_view name, bool condition, Json value) {
  if (condition) object.Append(name, std::move(value));
}

}  // namespace

Json PreferencesOf(const User& user, const Settings& settings) {
  constexpr std::string_view kPrefix = "Accounts_Default_User_Preferences_";
  Json preferences = Json::MakeObject();
  for (const SettingInfo& info : AllSettings()) {
    if (info.id.starts_with(kPrefix)) preferences.Append(info.id.substr(kPrefix.size()), settings.Value(info.id));
  }
  const Json* own = user.settings.Find("preferences");
  if (own == nullptr || own->AsObject() == nullptr) return preferences;
  for (const auto& [name, value] : *own->AsObject()) preferences.Set(name, value);
  return preferences;
}

Json MyProfile(const User& user, const Settings& settings, const Options& options) {
  Json me = Pick(ToAnswer(user), {"_id", "name", "username", "nickname", "emails", "status", "statusDefault",
                                  "statusText", "statusConnection", "bio", "utcOffset", "language"});
  me.Append("settings", Json::Of({{"profile", Json::MakeObject()},
                                  {"preferences", PreferencesOf(user, settings)},
                                  {"calendar", Json::MakeObject()}}));
  const Json rest = Pick(ToAnswer(user), {"roles", "active", "customFields", "requirePasswordChange", "statusLivechat",
                                          "openBusinessHours", "avatarETag", "_updatedAt"});
  for (const auto& [name, value] : *rest.AsObject()) me.Append(name, value);
  if (!user.password_hash.empty()) {
    me.Append("services", Json::Of({{"password", Json::Of({{"exists", true}})}}));
  }
  const std::string_view verified = VerifiedAddress(user);
  AppendIf(me, "email", !verified.empty(), Json(verified));
  me.Append("avatarUrl", AvatarUrl(user, options));
  me.Append("isOAuthUser", false);
  return me;
}

Json FullRecord(const User& user, bool sees_everything) {
  Json record = ToAnswer(user);
  if (sees_everything) return record;
  for (const std::string_view hidden :
       {"emails", "roles", "createdAt", "settings", "lastLogin", "statusConnection", "statusDefault", "_updatedAt"}) {
    record.Remove(hidden);
  }
  return record;
}

Json PublicProfile(const User& user, bool sees_everything, bool own) {
  const Json record = ToAnswer(user);
  Json profile = Pick(record, {"_id", "name", "username", "nickname", "status", "utcOffset", "type", "active", "bio",
                               "reason", "statusText", "avatarETag", "statusLivechat"});
  if (sees_everything || own) {
    const Json more = Pick(record, {"emails", "phone", "statusConnection", "createdAt", "lastLogin",
                                    "requirePasswordChange", "roles", "customFields"});
    for (const auto& [name, value] : *more.AsObject()) profile.Append(name, value);
  }
  if (own && !user.password_hash.empty()) profile.Append("services", Json::Of({{"password", true}}));
  profile.Append("canViewAllInfo", sees_everything);
  return profile;
}

Json ListItem(const User& user, bool sees_everything) {
  const Json record = ToAnswer(user);
  Json item = Pick(record, {"_id", "name", "username", "status", "active", "avatarETag", "type"});
  if (sees_everything) {
    const Json more = Pick(record, {"emails", "roles", "lastLogin"});
    for (const auto& [name, value] : *more.AsObject()) item.Append(name, value);
  }
  AppendIf(item, "nameInsensitive", !user.name.empty(), Json(Lower(user.name)));
  return item;
}

Json AgentItem(const User& user) {
  return Pick(ToAnswer(user), {"_id", "username", "name", "status", "statusLivechat", "emails", "livechat"});
}

}  // namespace parley::backend::embedded
