// Reading and changing settings (administration reference §3.1).
#include <algorithm>

#include "backend/embedded/call.h"
#include "backend/embedded/setting_effects.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

Json Shown(const SettingInfo& info, const Settings& settings, bool with_default) {
  Json shown = Json::Of({{"_id", info.id}, {"value", settings.Value(info.id)}, {"enterprise", info.premium}});
  if (info.premium) shown.Append("invalidValue", info.unlicensed);
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

Awaitable<Reply> ChangeSetting(Call& call) {
  const SettingInfo* info = FindSetting(call.Path("_id"));
  const Json* value = call.body.Find("value");
  if (info == nullptr || info->hidden || value == nullptr) co_return FailBare();
  if (info->type == SettingType::kAction && call.body.Flag("execute")) {
    co_return Failure(501, "the action of " + std::string(info->id) + " is not supported");
  }
  const auto stored = CoerceSetting(*info, *value);
  if (!stored) co_return Fail("error-invalid-setting-value");
  Json body = Json::Of({{"value", *stored}, {"_updatedAt", UnixMillis(call.now)}});
  if (const Json* editor = call.body.Find("editor"); editor != nullptr && info->type == SettingType::kColor) {
    body.Append("editor", *editor);
  }
  storage::Changes changes;
  changes.Put(storage::Collection::kSettings, std::string(info->id), std::move(body));
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_await ApplySetting(call.services, info->id);
  co_return Reply::Empty();
}

Awaitable<Reply> CheckSmtp(Call& call) {
  co_return Json::Of({{"isSMTPConfigured", !call.settings().Text("SMTP_Host").empty()}});
}

}  // namespace

Routes SettingRoutes() {
  return {
      {"GET settings", ListSettings}, {"GET settings.public", ListPublic},    {"GET settings/{_id}", ShowSetting},
      {"GET smtp.check", CheckSmtp},  {"POST settings/{_id}", ChangeSetting},
  };
}

}  // namespace parley::backend::embedded
