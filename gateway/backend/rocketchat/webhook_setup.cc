#include "backend/rocketchat/webhook_setup.h"

#include <algorithm>

#include "backend/rocketchat/pages.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kToken = "Livechat_secret_token";
constexpr std::string_view kUrl = "Livechat_webhookUrl";
constexpr std::string_view kEvents[] = {
    "Livechat_webhook_on_start",         "Livechat_webhook_on_chat_queued", "Livechat_webhook_on_chat_taken",
    "Livechat_webhook_on_forward",       "Livechat_webhook_on_close",       "Livechat_webhook_on_visitor_message",
    "Livechat_webhook_on_agent_message", "Livechat_webhook_on_offline_msg",
};

std::string Shown(const Json& value) {
  if (const auto text = value.AsString()) return text->empty() ? "empty" : std::string(*text);
  return value.IsBoolean() ? (*value.AsBoolean() ? "on" : "off") : Print(value);
}

// In the order they are written.
std::vector<WebhookSetting> Wanted(std::string url, std::string token) {
  std::vector<WebhookSetting> wanted;
  wanted.push_back({std::string(kToken), Json(std::move(token)), Json(), true});
  for (const std::string_view event : kEvents) wanted.push_back({std::string(event), Json(true), Json(), false});
  wanted.push_back({std::string(kUrl), Json(std::move(url)), Json(), false});
  return wanted;
}

const Json* ValueOf(const Json::Array& settings, std::string_view id) {
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const Json& setting) { return setting.Text("_id") == id; });
  return found == settings.end() ? nullptr : found->Find("value");
}

Request Writing(const WebhookSetting& setting, SteadyTime deadline) {
  Request request = OwnRead("settings/" + setting.id, deadline);
  request.method = http::Method::kPost;
  request.content_type = "application/json";
  request.body = Print(Json::Of({{"value", setting.wanted}}));
  return request;
}

}  // namespace

std::string WebhookSetting::Difference() const {
  if (secret) return is.AsString().value_or("").empty() ? "is empty" : "is another one than backend.webhook_token";
  return "is " + Shown(is) + ", not " + Shown(wanted);
}

Awaitable<Result<std::vector<WebhookSetting>>> ReadWebhookSetup(Service& workspace, std::string url, std::string token,
                                                                SteadyTime deadline) {
  Request request = OwnRead("livechat/integrations.settings", deadline);
  const Result<Json> answer = co_await ReadObject(workspace, std::move(request));
  if (!answer) co_return answer.error();
  const Json* list = answer->Find("settings");
  if (list == nullptr || list->AsArray() == nullptr)
    co_return BadGateway("the workspace's answer to GET livechat/integrations.settings has no settings",
                         Print(*answer));
  std::vector<WebhookSetting> settings = Wanted(std::move(url), std::move(token));
  for (WebhookSetting& setting : settings)
    if (const Json* value = ValueOf(*list->AsArray(), setting.id)) setting.is = *value;
  std::erase_if(settings, [](const WebhookSetting& setting) { return setting.is.IsNull(); });
  co_return settings;
}

Awaitable<Status> WriteWebhookSetup(Service& workspace, const std::vector<WebhookSetting>& settings,
                                    SteadyTime deadline) {
  for (const WebhookSetting& setting : settings) {
    if (setting.right()) continue;
    const Request request = Writing(setting, deadline);
    const Result<Response> answer = co_await workspace.Call(request);
    if (!answer) co_return answer.error();
    if (answer->status == 200) continue;
    if (answer->status == 403)
      co_return PermissionDenied("the account may not write settings: it needs edit-privileged-setting");
    co_return BadGateway("the workspace refuses to write " + setting.id + " (" + std::to_string(answer->status) + ")",
                         answer->body.substr(0, 300));
  }
  co_return Status();
}

}  // namespace parley::backend::rocketchat
