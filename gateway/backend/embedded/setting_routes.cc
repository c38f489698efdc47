// Reading and changing settings (administration reference §3.1).
#include <algorithm>

#include "backend/embedded/call.h"
#include "backend/embedded/setting_effects.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// ---- reading --------------------------------------------------------------------------------------------------------

// The licensed modules a premium setting belongs to.
Json ModulesOf(const SettingInfo& info) {
  if (info.id == "Canned_Responses_Enable") return Json(Json::Array{"canned-responses"});
  const bool verifies = info.id.starts_with("Livechat_Block_") || info.id == "Livechat_Require_Contact_Verification";
  if (verifies) return Json(Json::Array{"livechat-enterprise", "contact-id-verification"});
  return Json(Json::Array{"livechat-enterprise"});
}

Json Shown(const SettingInfo& info, const Settings& settings, bool with_default) {
  Json shown = Json::Of({{"_id", info.id}, {"value", settings.Value(info.id)}, {"enterprise", info.premium}});
  if (info.premium) shown.Append("invalidValue", info.unlicensed);
  if (info.premium) shown.Append("modules", ModulesOf(info));
  if (with_default) shown.Append("packageValue", info.standard);
  return shown;
}

// One page of `infos`, which are sorted by id.
Outcome<Json> PageOfSettings(const Call& call, const std::vector<const SettingInfo*>& infos, bool with_default) {
  const auto paging = ReadPaging(call, {});
  if (!paging) return paging.failure();
  const bool descending = !paging->sort.empty() && paging->sort.front().descending;
  const auto total = static_cast<std::int64_t>(infos.size());
  const std::int64_t end = std::min(total, paging->count ? paging->offset + *paging->count : total);
  Json items = Json::MakeArray();
  for (std::int64_t i = paging->offset; i < end; ++i) {
    const auto at = static_cast<std::size_t>(descending ? total - 1 - i : i);
    items.Push(Shown(*infos[at], call.settings(), with_default));
  }
  return PageOf("settings", std::move(items), *paging, total);
}

template <class Test>
std::vector<const SettingInfo*> SettingsWhere(Test test) {
  std::vector<const SettingInfo*> infos;
  for (const SettingInfo& info : AllSettings()) {
    if (!info.hidden && test(info)) infos.push_back(&info);
  }
  return infos;
}

Reply ToReply(Outcome<Json> page) {
  if (!page) return page.failure();
  return *std::move(page);
}

Awaitable<Reply> ListSettings(Call& call) {
  const bool sees_private = call.May("view-privileged-setting");
  const auto infos = SettingsWhere([&](const SettingInfo& info) { return sees_private || info.is_public; });
  co_return ToReply(PageOfSettings(call, infos, call.query.Flag("includeDefaults")));
}

Awaitable<Reply> ListPublic(Call& call) {
  const auto wanted = Split(call.query.Text("_id"), ',');
  const bool all = call.query.Text("_id").empty();
  const auto infos = SettingsWhere([&](const SettingInfo& info) {
    return info.is_public && (all || std::find(wanted.begin(), wanted.end(), info.id) != wanted.end());
  });
  co_return ToReply(PageOfSettings(call, infos, false));
}

Awaitable<Reply> ShowSetting(Call& call) {
  const SettingInfo* info = FindSetting(call.Path("_id"));
  if (info == nullptr || info->hidden) co_return FailBare();
  co_return Json::Of({{"_id", info->id}, {"value", call.settings().Stored(info->id)}});
}

// ---- changing -------------------------------------------------------------------------------------------------------

// Adds the new value of a setting.
// Errors: error-invalid-setting-value
std::optional<Failure> AddChange(const Call& call, const SettingInfo& info, const Json& sent,
                                 storage::Changes& changes) {
  const auto stored = CoerceSetting(info, *sent.Find("value"));
  if (!stored) return Fail("error-invalid-setting-value");
  Json body = Json::Of({{"value", *stored}, {"_updatedAt", UnixMillis(call.now)}});
  if (const Json* editor = sent.Find("editor"); editor != nullptr && info.type == SettingType::kColor) {
    body.Append("editor", *editor);
  }
  changes.Put(storage::Collection::kSettings, std::string(info.id), std::move(body));
  return std::nullopt;
}

const SettingInfo* FindVisibleSetting(std::string_view id) {
  const SettingInfo* info = FindSetting(id);
  return info == nullptr || info->hidden ? nullptr : info;
}

Awaitable<Reply> ChangeSetting(Call& call) {
  const SettingInfo* info = FindVisibleSetting(call.Path("_id"));
  if (info == nullptr || call.body.Find("value") == nullptr) co_return FailBare();
  if (info->type == SettingType::kAction && call.body.Flag("execute")) {
    co_return Failure(501, "the action of " + std::string(info->id) + " is not supported");
  }
  storage::Changes changes;
  if (const auto failure = AddChange(call, *info, call.body, changes)) co_return *failure;
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_await ApplySetting(call.services, info->id);
  co_return Reply::Empty();
}

// Who may not change every setting may still be let at some.
bool MayChange(const Call& call, std::string_view id) {
  if (call.May("edit-privileged-setting")) return true;
  return call.May("manage-selected-settings") && call.May("change-setting-" + std::string(id));
}

std::optional<Failure> CheckMayChange(const Call& call, const Json::Array& settings) {
  Json refused = Json::MakeArray();
  for (const Json& setting : settings) {
    if (!MayChange(call, setting.Text("_id"))) refused.Push(Json(setting.Text("_id")));
  }
  if (refused.empty()) return std::nullopt;
  return Failure(403, "Editing settings is not allowed [error-action-not-allowed]", "error-action-not-allowed",
                 Json::Of({{"method", "saveSettings"}, {"settingIds", std::move(refused)}}));
}

// All of them or none.
Awaitable<Reply> ChangeSettings(Call& call) {
  const Json::Array& settings = *call.body.Find("settings")->AsArray();
  if (const auto failure = CheckMayChange(call, settings)) co_return *failure;
  storage::Changes changes;
  for (const Json& setting : settings) {
    const SettingInfo* info = FindVisibleSetting(setting.Text("_id"));
    if (info == nullptr) co_return Fail("invalid-setting");
    if (const auto failure = AddChange(call, *info, setting, changes)) co_return *failure;
  }
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  for (const Json& setting : settings) co_await ApplySetting(call.services, setting.Text("_id"));
  co_return Reply::Empty();
}

Awaitable<Reply> CheckSmtp(Call& call) {
  co_return Json::Of({{"isSMTPConfigured", !call.settings().Text("SMTP_Host").empty()}});
}

}  // namespace

Routes SettingRoutes() {
  constexpr bool kTwoFactor = true;
  return {
      {"GET settings", ListSettings},
      {"GET settings.public", ListPublic},
      {"GET settings/{_id}", ShowSetting},
      {"GET smtp.check", CheckSmtp},
      {"POST settings", ChangeSettings, Checks::kTyped, kTwoFactor},
      {"POST settings/{_id}", ChangeSetting, Checks::kClassic, kTwoFactor},
  };
}

}  // namespace parley::backend::embedded
