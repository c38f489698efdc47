#include "backend/embedded/settings.h"

#include <algorithm>

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr std::string_view kOmnichannel = "Omnichannel";

SettingInfo Setting(std::string_view id, SettingType type, Json standard, bool is_public,
                    std::string_view group = kOmnichannel) {
  SettingInfo info;
  info.id = id;
  info.type = type;
  info.group = group;
  info.standard = std::move(standard);
  info.is_public = is_public;
  return info;
}

SettingInfo PublicFlag(std::string_view id, bool standard, std::string_view group = kOmnichannel) {
  return Setting(id, SettingType::kBoolean, Json(standard), true, group);
}
SettingInfo Flag(std::string_view id, bool standard, std::string_view group = kOmnichannel) {
  return Setting(id, SettingType::kBoolean, Json(standard), false, group);
}
SettingInfo PublicText(std::string_view id, std::string_view standard = {}, std::string_view group = kOmnichannel) {
  return Setting(id, SettingType::kText, Json(standard), true, group);
}
SettingInfo Text(std::string_view id, std::string_view standard = {}, std::string_view group = kOmnichannel) {
  return Setting(id, SettingType::kText, Json(standard), false, group);
}
SettingInfo PublicInteger(std::string_view id, std::int64_t standard, std::string_view group = kOmnichannel) {
  return Setting(id, SettingType::kInteger, Json(standard), true, group);
}
SettingInfo Integer(std::string_view id, std::int64_t standard, std::string_view group = kOmnichannel) {
  return Setting(id, SettingType::kInteger, Json(standard), false, group);
}
SettingInfo Color(std::string_view id, std::string_view standard) {
  return Setting(id, SettingType::kColor, Json(standard), true);
}
SettingInfo Select(std::string_view id, std::string_view standard, std::vector<std::string_view> values, bool is_public,
                   std::string_view group = kOmnichannel) {
  SettingInfo info = Setting(id, SettingType::kSelect, Json(standard), is_public, group);
  info.values = std::move(values);
  return info;
}
SettingInfo Hidden(SettingInfo info) {
  info.hidden = true;
  return info;
}
SettingInfo Secret(SettingInfo info) {
  info.secret = true;
  return info;
}
SettingInfo Premium(SettingInfo info, Json unlicensed) {
  info.premium = true;
  info.unlicensed = std::move(unlicensed);
  return info;
}

void Append(std::vector<SettingInfo>& all, std::vector<SettingInfo> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

std::vector<SettingInfo> WidgetSettings() {
  return {
      PublicFlag("Livechat_enabled", true),
      PublicText("Livechat_title", "Rocket.Chat"),
      Color("Livechat_title_color", "#C1272D"),
      Color("Livechat_offline_title_color", "#666666"),
      PublicFlag("Livechat_enable_message_character_limit", false),
      PublicInteger("Livechat_message_character_limit", 0),
      PublicFlag("Livechat_display_offline_form", true),
      PublicFlag("Livechat_validate_offline_email", true),
      PublicFlag("Livechat_clear_local_storage_when_chat_ended", false),
      PublicText("Livechat_offline_form_unavailable"),
      PublicText("Livechat_offline_message"),
      PublicText("Livechat_offline_success_message"),
      PublicText("Livechat_offline_title", "Leave a message"),
      Text("Livechat_offline_email"),
      PublicFlag("Livechat_allow_switching_departments", true),
      PublicFlag("Livechat_show_agent_info", true),
      PublicFlag("Livechat_show_agent_email", true),
      PublicText("Livechat_conversation_finished_message"),
      PublicText("Livechat_conversation_finished_text"),
      PublicFlag("Livechat_registration_form", true),
      PublicFlag("Livechat_name_field_registration_form", true),
      PublicFlag("Livechat_email_field_registration_form", true),
      PublicText("Livechat_registration_form_message"),
      PublicText("Livechat_AllowedDomainsList"),
      PublicFlag("Livechat_continuous_sound_notification_new_livechat_room", false),
      PublicFlag("Livechat_Allow_collect_and_store_HTTP_header_informations", false),
      PublicFlag("Livechat_force_accept_data_processing_consent", false),
      PublicText("Livechat_data_processing_consent_text"),
      Hidden(Integer("Livechat_guest_count", 1)),
  };
}

std::vector<SettingInfo> ConversationSettings() {
  return {
      PublicFlag("Omnichannel_allow_visitors_to_close_conversation", true),
      PublicFlag("Livechat_request_comment_when_closing_conversation", true),
      PublicFlag("Omnichannel_allow_force_close_conversations", false),
      Text("Livechat_lead_email_regex", R"(\b[A-Z0-9._%+-]+@(?:[A-Z0-9-]+\.)+[A-Z]{2,4}\b)"),
      Text("Livechat_lead_phone_regex", R"((?:\([1-9][0-9]?\)|[1-9][0-9]{1,2})?[ .-]?[0-9]{4,5}[ .-]?[0-9]{4})"),
      Select("Livechat_history_monitor_type", "url", {"url", "title"}, false),
      PublicFlag("Livechat_Visitor_navigation_as_a_message", false),
      PublicFlag("Livechat_fileupload_enabled", true),
      PublicFlag("Livechat_enable_transcript", false),
      PublicFlag("Livechat_transcript_send_always", false),
      PublicFlag("Livechat_transcript_show_system_messages", false),
      PublicText("Livechat_transcript_message"),
      PublicText("Livechat_transcript_email_subject"),
      Integer("Livechat_visitor_inactivity_timeout", 3600),
      Select("Omnichannel_call_provider", "none", {"none", "default-provider"}, true),
      PublicFlag("Omnichannel_Metrics_Ignore_Automatic_Messages", false),
      PublicFlag("Livechat_OfflineMessageToChannel_enabled", false),
      PublicText("Livechat_OfflineMessageToChannel_channel_name"),
  };
}

std::vector<SettingInfo> RoutingSettings() {
  return {
      Select("Livechat_Routing_Method", "Auto_Selection",
             {"External", "Auto_Selection", "Manual_Selection", "Load_Balancing", "Load_Rotation"}, true),
      PublicFlag("Livechat_enabled_when_agent_idle", true),
      Flag("Livechat_accept_chats_with_no_agents", false),
      Flag("Livechat_assign_new_conversation_to_bot", false),
      PublicInteger("Livechat_guest_pool_max_number_incoming_livechats_displayed", 0),
      PublicFlag("Livechat_show_queue_list_link", false),
      Text("Livechat_External_Queue_URL"),
      Text("Livechat_External_Queue_Token"),
      Integer("Omnichannel_queue_delay_timeout", 5),
      Select("Livechat_agent_leave_action", "none", {"none", "forward", "close"}, false),
      Integer("Livechat_agent_leave_action_timeout", 60),
      Text("Livechat_agent_leave_comment"),
      PublicFlag("Livechat_enable_business_hours", false),
      PublicFlag("Omnichannel_enable_department_removal", false),
      Flag("Troubleshoot_Disable_Livechat_Activity_Monitor", false, "Troubleshoot"),
  };
}

std::vector<SettingInfo> IntegrationSettings() {
  constexpr std::string_view kSms = "SMS";
  return {
      Text("Livechat_webhookUrl"),
      Secret(Text("Livechat_secret_token")),
      Flag("Livechat_webhook_on_start", false),
      Flag("Livechat_webhook_on_close", false),
      Flag("Livechat_webhook_on_chat_taken", false),
      Flag("Livechat_webhook_on_chat_queued", false),
      Flag("Livechat_webhook_on_forward", false),
      Flag("Livechat_webhook_on_offline_msg", false),
      Flag("Livechat_webhook_on_visitor_message", false),
      Flag("Livechat_webhook_on_agent_message", false),
      Flag("Livechat_webhook_on_capture", false),
      Flag("Send_visitor_navigation_history_livechat_webhook_request", false),
      Integer("Livechat_http_timeout", 5000),
      Flag("SMS_Enabled", false, kSms),
      Select("SMS_Service", "twilio", {"twilio", "voxtelesys", "mobex"}, false, kSms),
      Text("SMS_Default_Omnichannel_Department", "", kSms),
      Secret(Text("SMS_Twilio_Account_SID", "", kSms)),
      Secret(Text("SMS_Twilio_authToken", "", kSms)),
      Secret(Flag("SMS_Twilio_FileUpload_Enabled", true, kSms)),
      Secret(Text("SMS_Twilio_FileUpload_MediaTypeWhiteList", "image/*,audio/*,video/*,text/*,application/pdf", kSms)),
      Secret(Text("SMS_Voxtelesys_authToken", "", kSms)),
      Secret(Text("SMS_Voxtelesys_URL", "https://smsapi.voxtelesys.net/api/v1/sms", kSms)),
      Secret(Flag("SMS_Voxtelesys_FileUpload_Enabled", true, kSms)),
      Secret(
          Text("SMS_Voxtelesys_FileUpload_MediaTypeWhiteList", "image/*,audio/*,video/*,text/*,application/pdf", kSms)),
      Text("SMS_Mobex_gateway_address", "", kSms),
      Text("SMS_Mobex_restful_address", "", kSms),
      Text("SMS_Mobex_username", "", kSms),
      Setting("SMS_Mobex_password", SettingType::kPassword, "", false, kSms),
      Text("SMS_Mobex_from_number", "", kSms),
      Text("SMS_Mobex_from_numbers_list", "", kSms),
      PublicFlag("Omnichannel_External_Frame_Enabled", false, kSms),
      PublicText("Omnichannel_External_Frame_URL", "", kSms),
      PublicText("Omnichannel_External_Frame_Encryption_JWK", "", kSms),
      Hidden(Integer("Merged_Contacts_Count", 0)),
      Hidden(Integer("Resolved_Conflicts_Count", 0)),
      Hidden(Integer("Contacts_Importer_Count", 0)),
      Hidden(Integer("Advanced_Contact_Upsell_Views_Count", 0)),
      Hidden(Integer("Advanced_Contact_Upsell_Clicks_Count", 0)),
  };
}

std::vector<SettingInfo> PremiumSettings() {
  return {
      Premium(Select("Livechat_abandoned_rooms_action", "none", {"none", "close", "on-hold"}, true), "none"),
      Premium(Text("Livechat_abandoned_rooms_closed_custom_message"), ""),
      Premium(Integer("Omnichannel_max_fallback_forward_depth", 3), 0),
      Premium(Flag("Livechat_last_chatted_agent_routing", false), false),
      Premium(Flag("Omnichannel_contact_manager_routing", true), false),
      Premium(Select("Livechat_business_hour_type", "Single", {"Single", "Multiple"}, true), "Single"),
      Premium(PublicFlag("Livechat_waiting_queue", false), false),
      Premium(Text("Livechat_waiting_queue_message"), ""),
      Premium(Integer("Livechat_maximum_chats_per_agent", 0), 0),
      Premium(Flag("Omnichannel_calculate_dispatch_service_queue_statistics", true), false),
      Premium(Integer("Livechat_number_most_recent_chats_estimate_wait_time", 100), 100),
      Premium(Integer("Livechat_max_queue_wait_time", -1), -1),
      Premium(Select("Omnichannel_sorting_mechanism", "Timestamp", {"Timestamp", "Priority", "SLAs"}, true), ""),
      Premium(Text("Livechat_AdditionalWidgetScripts"), ""),
      Premium(Text("Livechat_WidgetLayoutClasses"), ""),
      Premium(Select("Livechat_widget_position", "right", {"left", "right"}, true), "right"),
      Premium(PublicText("Livechat_background"), ""),
      Premium(Flag("Livechat_hide_watermark", false), false),
      Premium(Integer("Livechat_auto_close_on_hold_chats_timeout", 3600), 0),
      Premium(Text("Livechat_auto_close_on_hold_chats_custom_message"), ""),
      Premium(PublicFlag("Livechat_allow_manual_on_hold", false), false),
      Premium(PublicFlag("Livechat_allow_manual_on_hold_upon_agent_engagement_only", true), false),
      Premium(Integer("Livechat_auto_transfer_chat_timeout", 0), 0),
      Premium(Setting("Livechat_hide_system_messages", SettingType::kMultiSelect,
                      Json(Json::Array{"uj", "ul", "livechat-close"}), true),
              Json(Json::Array{"uj", "ul", "livechat-close"})),
      Flag("Livechat_hide_expand_chat", false),
      PublicFlag("Accounts_Default_User_Preferences_omnichannelTranscriptPDF", false, "Accounts"),
      PublicFlag("Accounts_Default_User_Preferences_omnichannelTranscriptEmail", false, "Accounts"),
      Premium(Setting("Assets_livechat_widget_logo", SettingType::kAsset, Json::MakeObject(), true, "Assets"),
              Json::MakeObject()),
      Premium(PublicFlag("Livechat_Block_Unknown_Contacts", false), false),
      Premium(PublicFlag("Livechat_Block_Unverified_Contacts", false), false),
      Premium(Select("Livechat_Require_Contact_Verification", "never", {"never", "once", "always"}, true), "never"),
      Premium(PublicFlag("Canned_Responses_Enable", true), false),
  };
}

std::vector<SettingInfo> MailSettings() {
  constexpr std::string_view kEmail = "Email";
  SettingInfo password = Setting("SMTP_Password", SettingType::kPassword, "", false, kEmail);
  SettingInfo button = Setting("SMTP_Test_Button", SettingType::kAction, "sendSMTPTestEmail", false, kEmail);
  return {
      Select("SMTP_Protocol", "smtp", {"smtp", "smtps"}, false, kEmail),
      Text("SMTP_Host", "", kEmail),
      Text("SMTP_Port", "", kEmail),
      Flag("SMTP_IgnoreTLS", true, kEmail),
      Flag("SMTP_Pool", true, kEmail),
      Secret(Text("SMTP_Username", "", kEmail)),
      Secret(std::move(password)),
      Text("From_Email", "", kEmail),
      std::move(button),
      PublicFlag("Email_notification_show_message", true, kEmail),
      Flag("Add_Sender_To_ReplyTo", false, kEmail),
      Flag("email_plain_text_only", false, kEmail),
  };
}

std::vector<SettingInfo> AccountSettings() {
  constexpr std::string_view kAccounts = "Accounts";
  return {
      Integer("Accounts_LoginExpiration", 90, kAccounts),
      Flag("Accounts_EmailVerification", false, kAccounts),
      Flag("Accounts_ManuallyApproveNewUsers", false, kAccounts),
      PublicFlag("Accounts_RequireNameForSignUp", true, kAccounts),
      Text("Accounts_Registration_Users_Default_Roles", "user", kAccounts),
      PublicText("Accounts_CustomFields", "", kAccounts),
      Text("Accounts_BlockedUsernameList", "", kAccounts),
      Hidden(Text("Accounts_SystemBlockedUsernameList", "admin,administrator,system,user", kAccounts)),
      Text("Accounts_AllowedDomainsList", "", kAccounts),
      Text("Accounts_BlockedDomainsList", "", kAccounts),
      PublicText("UTF8_User_Names_Validation", "[0-9a-zA-Z-_.]+", "General"),
      PublicFlag("Accounts_AllowUserProfileChange", true, kAccounts),
      PublicFlag("Accounts_AllowUsernameChange", true, kAccounts),
      PublicFlag("Accounts_AllowRealNameChange", true, kAccounts),
      PublicFlag("Accounts_AllowEmailChange", true, kAccounts),
      PublicFlag("Accounts_AllowPasswordChange", true, kAccounts),
      PublicFlag("Accounts_AllowUserStatusMessageChange", true, kAccounts),
      PublicFlag("Accounts_AllowInvisibleStatusOption", true, kAccounts),
      PublicFlag("Accounts_Password_Policy_Enabled", true, kAccounts),
      PublicFlag("Accounts_TwoFactorAuthentication_Enabled", false, kAccounts),
      Integer("Accounts_TwoFactorAuthentication_RememberFor", 1800, kAccounts),
      Flag("Block_Multiple_Failed_Logins_Enabled", true, kAccounts),
      Integer("Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User", 10, kAccounts),
      Integer("Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes", 5, kAccounts),
      Integer("Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip", 50, kAccounts),
      Integer("Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes", 5, kAccounts),
      Flag("API_Apply_permission_view-outside-room_on_users-list", false, "General"),
  };
}

std::vector<SettingInfo> GeneralSettings() {
  constexpr std::string_view kGeneral = "General";
  constexpr std::string_view kMessage = "Message";
  return {
      Integer("API_Default_Count", 50, kGeneral),
      Integer("API_Upper_Count_Limit", 100, kGeneral),
      Flag("API_Allow_Infinite_Count", true, kGeneral),
      Flag("API_Enable_Rate_Limiter", true, "Rate Limiter"),
      Integer("API_Enable_Rate_Limiter_Limit_Calls_Default", 10, "Rate Limiter"),
      Integer("API_Enable_Rate_Limiter_Limit_Time_Default", 60000, "Rate Limiter"),
      PublicFlag("Message_AllowEditing", true, kMessage),
      PublicInteger("Message_AllowEditing_BlockEditInMinutes", 0, kMessage),
      PublicFlag("Message_AllowDeleting", true, kMessage),
      PublicInteger("Message_AllowDeleting_BlockDeleteInMinutes", 0, kMessage),
      PublicInteger("Message_MaxAllowedSize", 5000, kMessage),
      PublicFlag("Message_KeepHistory", false, kMessage),
      PublicFlag("Message_ShowDeletedStatus", false, kMessage),
      Select("Message_ErasureType", "Delete", {"Delete", "Unlink", "Keep"}, true, kMessage),
      PublicFlag("FileUpload_Enabled", true, "FileUpload"),
      PublicInteger("FileUpload_MaxFileSize", 104857600, "FileUpload"),
      PublicText("FileUpload_MediaTypeWhiteList", "", "FileUpload"),
      PublicText("FileUpload_MediaTypeBlackList", "image/svg+xml", "FileUpload"),
      PublicText("Language", "", kGeneral),
      Select("Default_Timezone_For_Reporting", "server", {"server", "custom", "user"}, false, kGeneral),
      Text("Default_Custom_Timezone", "", kGeneral),
      PublicText("Site_Name", "Rocket.Chat", kGeneral),
  };
}

std::vector<SettingInfo> SortedSettings() {
  std::vector<SettingInfo> all;
  Append(all, WidgetSettings());
  Append(all, ConversationSettings());
  Append(all, RoutingSettings());
  Append(all, IntegrationSettings());
  Append(all, PremiumSettings());
  Append(all, MailSettings());
  Append(all, AccountSettings());
  Append(all, GeneralSettings());
  std::sort(all.begin(), all.end(), [](const SettingInfo& a, const SettingInfo& b) { return a.id < b.id; });
  return all;
}

const Json kNoValue;

}  // namespace

const std::vector<SettingInfo>& AllSettings() {
  static const std::vector<SettingInfo> all = SortedSettings();
  return all;
}

const SettingInfo* FindSetting(std::string_view id) {
  const auto& all = AllSettings();
  const auto found = std::lower_bound(
      all.begin(), all.end(), id, [](const SettingInfo& info, std::string_view wanted) { return info.id < wanted; });
  return found != all.end() && found->id == id ? &*found : nullptr;
}

std::optional<Json> CoerceSetting(const SettingInfo& info, const Json& value) {
  switch (info.type) {
    case SettingType::kBoolean:
      if (value.IsBoolean()) return value;
      if (value == Json("true")) return Json(true);
      if (value == Json("false")) return Json(false);
      return std::nullopt;
    case SettingType::kInteger:
      if (const auto number = value.AsInteger()) return Json(*number);
      if (const auto text = value.AsString()) {
        if (const auto number = ParseInteger(*text)) return Json(*number);
      }
      return std::nullopt;
    case SettingType::kMultiSelect:
      if (value.IsArray()) return value;
      return std::nullopt;
    case SettingType::kSelect:
      if (const auto text = value.AsString()) {
        if (std::find(info.values.begin(), info.values.end(), *text) != info.values.end()) return value;
      }
      return std::nullopt;
    case SettingType::kAsset:
      if (value.IsObject()) return value;
      return std::nullopt;
    case SettingType::kText:
    case SettingType::kColor:
    case SettingType::kPassword:
    case SettingType::kAction:
      if (value.IsString()) return value;
      return std::nullopt;
  }
  return std::nullopt;
}

Settings::Settings(Edition edition, const std::vector<storage::Document>& changed) : edition_(edition) {
  for (const storage::Document& document : changed) {
    if (const Json* value = document.body.Find("value")) changed_.emplace(document.id, *value);
  }
}

const Json& Settings::Stored(std::string_view id) const {
  const auto found = changed_.find(id);
  if (found != changed_.end()) return found->second;
  const SettingInfo* info = FindSetting(id);
  return info == nullptr ? kNoValue : info->standard;
}

const Json& Settings::Value(std::string_view id) const {
  const SettingInfo* info = FindSetting(id);
  if (info != nullptr && info->premium && edition_ == Edition::kCommunity) return info->unlicensed;
  return Stored(id);
}

}  // namespace parley::backend::embedded
