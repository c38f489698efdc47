// What a chat widget asks: its configuration, whether somebody is there, and who. Source: omnichannel reference §2.1,
// §2.11.
#include "backend/embedded/chats.h"
#include "backend/embedded/custom_field.h"
#include "backend/embedded/next_agent.h"
#include "backend/embedded/queue_info.h"
#include "backend/embedded/routing.h"
#include "backend/embedded/trigger.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// The agent as a visitor may see them.
Json AgentInfo(const Call& call, const User& agent) {
  if (!call.settings().Flag("Livechat_show_agent_info")) return Json::Of({{"hiddenInfo", true}});
  const bool with_emails = call.settings().Flag("Livechat_show_agent_email");
  Json info = Pick(ToAnswer(agent), {"_id", "name", "username", "status", "livechat", "emails"});
  if (!with_emails) info.Remove("emails");
  return info;
}

RoutingMethod MethodOf(const Call& call) {
  return ParseRoutingMethod(call.settings().Text("Livechat_Routing_Method"));
}

// ---- configuration --------------------------------------------------------------------------------------------------

std::string_view LanguageOf(const Settings& settings) {
  const std::string_view language = settings.Text("Language");
  return language.empty() ? "en" : language;
}

Json SettingsPart(const Settings& settings, RoutingMethod method) {
  const auto flag = [&](const char* id) { return Json(settings.Flag(id)); };
  return Json::Of({
      {"registrationForm", flag("Livechat_registration_form")},
      {"allowSwitchingDepartments", flag("Livechat_allow_switching_departments")},
      {"nameFieldRegistrationForm", flag("Livechat_name_field_registration_form")},
      {"emailFieldRegistrationForm", flag("Livechat_email_field_registration_form")},
      {"displayOfflineForm", flag("Livechat_display_offline_form")},
      {"videoCall", false},
      {"fileUpload", flag("Livechat_fileupload_enabled")},
      {"language", LanguageOf(settings)},
      {"transcript", flag("Livechat_enable_transcript")},
      {"historyMonitorType", settings.Text("Livechat_history_monitor_type")},
      {"forceAcceptDataProcessingConsent", flag("Livechat_force_accept_data_processing_consent")},
      {"showConnecting", *RoutingConfig(method).Find("showConnecting")},
      {"agentHiddenInfo", !settings.Flag("Livechat_show_agent_info")},
      {"clearLocalStorageWhenChatEnded", flag("Livechat_clear_local_storage_when_chat_ended")},
      {"limitTextLength", settings.Flag("Livechat_enable_message_character_limit")
                              ? Json(settings.Integer("Livechat_message_character_limit"))
                              : Json(false)},
      {"hiddenSystemMessages", settings.Value("Livechat_hide_system_messages")},
      {"hideWatermark", flag("Livechat_hide_watermark")},
      {"hideExpandChat", flag("Livechat_hide_expand_chat")},
      {"visitorsCanCloseChat", flag("Omnichannel_allow_visitors_to_close_conversation")},
  });
}

Json ThemePart(const Settings& settings) {
  const std::string_view background = settings.Text("Livechat_background");
  return Json::Of({
      {"title", settings.Text("Livechat_title")},
      {"color", settings.Text("Livechat_title_color")},
      {"offlineTitle", settings.Text("Livechat_offline_title")},
      {"offlineColor", settings.Text("Livechat_offline_title_color")},
      {"position", settings.Text("Livechat_widget_position")},
      {"background", background.empty() ? Json() : Json(background)},
      {"actionLinks", Json::Of({{"webrtc", Json::MakeArray()}, {"jitsi", Json::MakeArray()}})},
  });
}

Json MessagesPart(const Settings& settings) {
  return Json::Of({
      {"offlineMessage", settings.Text("Livechat_offline_message")},
      {"offlineSuccessMessage", settings.Text("Livechat_offline_success_message")},
      {"offlineUnavailableMessage", settings.Text("Livechat_offline_form_unavailable")},
      {"conversationFinishedMessage", settings.Text("Livechat_conversation_finished_message")},
      {"conversationFinishedText", settings.Text("Livechat_conversation_finished_text")},
      {"transcriptMessage", settings.Text("Livechat_transcript_message")},
      {"registrationFormMessage", settings.Text("Livechat_registration_form_message")},
      {"dataProcessingConsentText", settings.Text("Livechat_data_processing_consent_text")},
  });
}

Json SurveyPart() {
  return Json::Of(
      {{"items", Json(Json::Array{"satisfaction", "agentKnowledge", "agentResposiveness", "agentFriendliness"})},
       {"values", Json(Json::Array{"1", "2", "3", "4", "5"})}});
}

Awaitable<Result<Json>> DepartmentsPart(const Call& call) {
  storage::Query query(Department::kCollection);
  query.where.emplace_back("enabled", Match::kEquals, Json(true));
  std::vector<Condition> shown;
  shown.emplace_back("showOnRegistration", Match::kEquals, Json(true));
  shown.emplace_back("showOnOfflineForm", Match::kEquals, Json(true));
  query.where.push_back(Condition::AnyOf(std::move(shown)));
  query.sort.emplace_back("name");
  auto departments = co_await Find<Department>(call.documents(), std::move(query));
  if (!departments) co_return departments.error();
  Json items = Json::MakeArray();
  for (const Department& department : departments->list) {
    items.Push(Pick(ToAnswer(department), {"_id", "name", "showOnRegistration", "showOnOfflineForm"}));
  }
  co_return items;
}

// Fields the widget may ask the visitor for.
Awaitable<Result<Json>> CustomFieldsPart(const Call& call) {
  storage::Query query(CustomField::kCollection);
  query.where.emplace_back("public", Match::kEquals, Json(true));
  query.sort.emplace_back("label");
  auto fields = co_await Find<CustomField>(call.documents(), std::move(query));
  if (!fields) co_return fields.error();
  Json items = Json::MakeArray();
  for (const CustomField& field : fields->list) items.Push(ToAnswer(field));
  co_return items;
}

// `guest`, `room` and `agent` of a known visitor.
Awaitable<Status> AddVisitorParts(const Call& call, std::string token, Json& config) {
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Status();
  config.Append("guest", ToAnswer(**visitor));
  auto room = co_await FindOpenRoomOf(call, std::move(token));
  if (!room) co_return room.error();
  if (!*room) co_return Status();
  config.Append("room", Pick(ToAnswer(**room), {"_id", "departmentId", "servedBy", "open"}));
  auto line = co_await FindQueueInfo(call, **room);
  if (!line) co_return line.error();
  if (!line->IsNull()) config.Append("queueInfo", std::move(*line));
  if (!(*room)->served_by) co_return Status();
  FoundUser agent = co_await FindUser(call.documents(), (*room)->served_by->agent_id);
  if (!agent) co_return agent.error();
  if (*agent) config.Append("agent", AgentInfo(call, **agent));
  co_return Status();
}

Awaitable<Reply> ConfigFor(Call& call, std::string token) {
  if (!call.settings().Flag("Livechat_enabled")) {
    co_return Json::Of({{"config", Json::Of({{"enabled", false}})}});
  }
  auto triggers = co_await FindWidgetTriggers(call.documents());
  if (!triggers) co_return triggers.error();
  auto departments = co_await DepartmentsPart(call);
  if (!departments) co_return departments.error();
  auto fields = co_await CustomFieldsPart(call);
  if (!fields) co_return fields.error();
  auto online = co_await IsOnline(StaffingOf(call), std::string(call.query.Text("department")));
  if (!online) co_return online.error();
  Json config = Json::Of({
      {"enabled", true},
      {"settings", SettingsPart(call.settings(), MethodOf(call))},
      {"theme", ThemePart(call.settings())},
      {"messages", MessagesPart(call.settings())},
      {"survey", SurveyPart()},
      {"triggers", std::move(*triggers)},
      {"departments", std::move(*departments)},
      {"resources",
       Json::Of({{"sound", call.options().site_url + "/sounds/chime.mp3"}, {"emojis", Json::MakeArray()}})},
      {"online", *online},
      {"customFields", std::move(*fields)},
  });
  if (!token.empty()) {
    const Status added = co_await AddVisitorParts(call, std::move(token), config);
    if (!added) co_return added.error();
  }
  co_return Json::Of({{"config", std::move(config)}});
}

Awaitable<Reply> GetConfig(Call& call) {
  return ConfigFor(call, std::string(call.query.Text("token")));
}

Awaitable<Reply> GetConfigOfToken(Call& call) {
  return ConfigFor(call, std::string(call.Path("token")));
}

Awaitable<Reply> GetRoutingConfig(Call& call) {
  co_return Json::Of({{"config", RoutingConfig(MethodOf(call))}});
}

// ---- agents ---------------------------------------------------------------------------------------------------------

Awaitable<Reply> GetAgentOfRoom(Call& call) {
  auto chat = co_await FindVisitorChat(call, std::string(call.Path("token")), std::string(call.Path("rid")));
  if (!chat) co_return chat.failure();
  if (!chat->room.served_by) co_return Fail("invalid-agent");
  FoundUser agent = co_await FindUser(call.documents(), chat->room.served_by->agent_id);
  if (!agent) co_return agent.error();
  if (!*agent) co_return Fail("invalid-agent");
  co_return Json::Of({{"agent", AgentInfo(call, **agent)}});
}

// The department the agent is wanted for: the one named, else the one a chat would be opened in.
Awaitable<Result<std::string>> FindWantedDepartment(const Call& call) {
  std::string named(call.query.Text("department"));
  if (!named.empty()) co_return named;
  auto offered = co_await FindStaffedRegistrationDepartment(StaffingOf(call));
  if (!offered) co_return offered.error();
  if (*offered) co_return (*offered)->id;
  co_return std::string();
}

// Choosing counts as a pick, so asking again may name somebody else.
Awaitable<Reply> GetNextAgent(Call& call) {
  auto open = co_await FindOpenRoomOf(call, std::string(call.Path("token")));
  if (!open) co_return open.error();
  if (*open) co_return Reply::Empty();
  if (!AssignsByItself(MethodOf(call))) co_return Fail("agent-not-found");
  auto department = co_await FindWantedDepartment(call);
  if (!department) co_return department.error();
  auto next = co_await FindNextAgent(call, std::move(*department), std::string());
  if (!next) co_return next.error();
  if (!*next && MethodOf(call) == RoutingMethod::kExternal) co_return NobodyOnline();
  if (!*next) co_return Fail("agent-not-found");
  storage::Changes changes;
  CountPick(**next, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"agent", AgentInfo(call, (*next)->agent)}});
}

}  // namespace

Routes WidgetRoutes() {
  return {
      {"GET livechat/config", &GetConfig},
      {"GET livechat/config/{token}", &GetConfigOfToken},
      {"GET livechat/config/routing", &GetRoutingConfig},
      {"GET livechat/agent.info/{rid}/{token}", &GetAgentOfRoom},
      {"GET livechat/agent.next/{token}", &GetNextAgent},
  };
}

}  // namespace parley::backend::embedded
