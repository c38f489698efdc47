// Settings of the widget's looks and of the webhook, each list read and written in one go. Source: omnichannel
// reference §2.11, §2.13, administration reference §7.
#include <algorithm>
#include <array>
#include <cmath>

#include "backend/embedded/call.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr std::array<std::string_view, 25> kAppearance = {
    "Livechat_title",
    "Livechat_title_color",
    "Livechat_enable_message_character_limit",
    "Livechat_message_character_limit",
    "Livechat_show_agent_info",
    "Livechat_show_agent_email",
    "Livechat_display_offline_form",
    "Livechat_offline_form_unavailable",
    "Livechat_offline_message",
    "Livechat_offline_success_message",
    "Livechat_offline_title",
    "Livechat_offline_title_color",
    "Livechat_offline_email",
    "Livechat_conversation_finished_message",
    "Livechat_conversation_finished_text",
    "Livechat_registration_form",
    "Livechat_name_field_registration_form",
    "Livechat_email_field_registration_form",
    "Livechat_registration_form_message",
    "Livechat_hide_watermark",
    "Livechat_background",
    "Livechat_widget_position",
    "Livechat_hide_system_messages",
    "Omnichannel_allow_visitors_to_close_conversation",
    "Livechat_hide_expand_chat",
};

struct IntegrationKey {
  std::string_view sent, setting;  // the body's member, the setting's id
};

constexpr std::array<IntegrationKey, 11> kIntegration = {{
    {"LivechatWebhookUrl", "Livechat_webhookUrl"},
    {"LivechatSecretToken", "Livechat_secret_token"},
    {"LivechatHttpTimeout", "Livechat_http_timeout"},
    {"LivechatWebhookOnStart", "Livechat_webhook_on_start"},
    {"LivechatWebhookOnClose", "Livechat_webhook_on_close"},
    {"LivechatWebhookOnChatTaken", "Livechat_webhook_on_chat_taken"},
    {"LivechatWebhookOnChatQueued", "Livechat_webhook_on_chat_queued"},
    {"LivechatWebhookOnForward", "Livechat_webhook_on_forward"},
    {"LivechatWebhookOnOfflineMsg", "Livechat_webhook_on_offline_msg"},
    {"LivechatWebhookOnVisitorMessage", "Livechat_webhook_on_visitor_message"},
    {"LivechatWebhookOnAgentMessage", "Livechat_webhook_on_agent_message"},
}};

std::string_view NameOf(SettingType type) {
  switch (type) {
    case SettingType::kBoolean:
      return "boolean";
    case SettingType::kInteger:
      return "int";
    case SettingType::kText:
      return "string";
    case SettingType::kSelect:
      return "select";
    case SettingType::kMultiSelect:
      return "multiSelect";
    case SettingType::kColor:
      return "color";
    case SettingType::kPassword:
      return "password";
    case SettingType::kAction:
      return "action";
    case SettingType::kAsset:
      return "asset";
  }
  return "string";
}

// The record of a setting, as lists of a topic show it.
Json WholeSetting(const Call& call, std::string_view id, std::string_view section) {
  const SettingInfo& info = *FindSetting(id);
  const Json& value = call.settings().Value(id);
  Json record = Json::Of({{"_id", info.id},
                          {"value", value},
                          {"packageValue", info.standard},
                          {"valueSource", value == info.standard ? "packageValue" : "customValue"},
                          {"type", NameOf(info.type)},
                          {"group", info.group},
                          {"section", section},
                          {"i18nLabel", info.id},
                          {"public", info.is_public},
                          {"hidden", info.hidden},
                          {"blocked", false},
                          {"secret", info.secret},
                          {"enterprise", info.premium}});
  if (info.premium) record.Append("invalidValue", info.unlicensed);
  return record;
}

void Write(std::string_view id, Json value, Time now, storage::Changes& changes) {
  Json body = Json::Of({{"value", std::move(value)}, {"_updatedAt", UnixMillis(now)}});
  changes.Put(storage::Collection::kSettings, std::string(id), std::move(body));
}

// ---- appearance -----------------------------------------------------------------------------------------------------

Awaitable<Reply> ShowAppearance(Call& call) {
  Json items = Json::MakeArray();
  for (const std::string_view id : kAppearance) items.Push(WholeSetting(call, id, "Livechat"));
  co_return Json::Of({{"appearance", std::move(items)}});
}

bool IsListOfMessageTypes(const Json& value) {
  constexpr std::string_view kTypes[] = {"uj", "ul", "livechat-close", "livechat-started", "livechat_transfer_history"};
  if (!value.IsArray()) return false;
  return std::all_of(value.AsArray()->begin(), value.AsArray()->end(), [&](const Json& type) {
    return type.IsString() && std::find(std::begin(kTypes), std::end(kTypes), *type.AsString()) != std::end(kTypes);
  });
}

Json ParsedNumber(const Json& value) {
  constexpr double kLargest = 9'007'199'254'740'992.0;  // beyond it, not every integer is a double
  if (const auto number = value.AsNumber()) {
    return Json(std::abs(*number) <= kLargest ? static_cast<std::int64_t>(*number) : 0);
  }
  return Json(ParseInteger(Trim(value.AsString().value_or(""))).value_or(0));
}

// What is stored for a value of any type; nothing when it is to be skipped.
std::optional<Json> Coerced(const SettingInfo& info, const Json& value) {
  switch (info.type) {
    case SettingType::kBoolean:
      return Json(value == Json(true) || value == Json("true"));
    case SettingType::kInteger:
      return ParsedNumber(value);
    case SettingType::kMultiSelect:
      if (!IsListOfMessageTypes(value)) return std::nullopt;
      return value;
    default:
      return value;
  }
}

Awaitable<Reply> ChangeAppearance(Call& call) {
  storage::Changes changes;
  for (const Json& item : *call.body.AsArray()) {
    const std::string_view id = item.Text("_id");
    if (std::find(kAppearance.begin(), kAppearance.end(), id) == kAppearance.end()) co_return Fail("invalid-setting");
    const auto value = Coerced(*FindSetting(id), *item.Find("value"));
    if (value) Write(id, *value, call.now, changes);
  }
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

// ---- the webhook ----------------------------------------------------------------------------------------------------

Awaitable<Reply> ShowIntegration(Call& call) {
  Json items = Json::MakeArray();
  for (const IntegrationKey& key : kIntegration) items.Push(WholeSetting(call, key.setting, "CRM_Integration"));
  co_return Json::Of({{"settings", std::move(items)}});
}

Awaitable<Reply> ChangeIntegration(Call& call) {
  storage::Changes changes;
  for (const IntegrationKey& key : kIntegration) {
    const Json* sent = call.body.Find(key.sent);
    if (sent == nullptr) continue;
    Json value = *sent;
    if (sent->IsString()) value = Json(Trim(*sent->AsString()));
    if (sent->IsNumber()) value = ParsedNumber(*sent);
    Write(key.setting, std::move(value), call.now, changes);
  }
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes WidgetSettingRoutes() {
  return {
      {"GET livechat/appearance", &ShowAppearance},
      {"GET livechat/integrations.settings", &ShowIntegration},
      {"POST livechat/appearance", &ChangeAppearance},
      {"POST omnichannel/integrations", &ChangeIntegration},
  };
}

}  // namespace parley::backend::embedded
