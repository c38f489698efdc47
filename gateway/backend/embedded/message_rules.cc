#include "backend/embedded/message_rules.h"

namespace parley::backend::embedded {
namespace {

bool IsLonger(std::string_view text, std::int64_t limit) {
  return limit > 0 && TextLength(text) > static_cast<std::size_t>(limit);
}

// The setting gives minutes; zero sets no limit.
bool IsTooLate(const Call& call, const Message& message, std::string_view setting) {
  const std::int64_t minutes = call.settings().Integer(setting);
  if (minutes <= 0 || call.May("bypass-time-limit-edit-and-delete")) return false;
  return call.now - message.at > std::chrono::minutes(minutes);
}

bool IsOwn(const Call& call, const Message& message) {
  return message.author.id == call.user().id;
}

}  // namespace

bool ExceedsMessageSize(const Call& call, std::string_view text) {
  return IsLonger(text, call.settings().Integer("Message_MaxAllowedSize"));
}

Failure MessageSizeExceeded() {
  return FailCoded("error-message-size-exceeded", "Message size exceeds Message_MaxAllowedSize",
                   MethodDetails("sendMessage"));
}

bool ExceedsVisitorLimit(const Call& call, std::string_view text) {
  return call.settings().Flag("Livechat_enable_message_character_limit") &&
         IsLonger(text, call.settings().Integer("Livechat_message_character_limit"));
}

std::optional<Failure> CheckMayEdit(const Call& call, const Message& message) {
  const bool own = IsOwn(call, message) && call.settings().Flag("Message_AllowEditing");
  if (message.IsSystem() || (!own && !call.May("edit-message"))) {
    return FailCoded("error-action-not-allowed", "Message editing not allowed",
                     Json::Of({{"method", "updateMessage"}, {"action", "Message_editing"}}));
  }
  if (IsTooLate(call, message, "Message_AllowEditing_BlockEditInMinutes")) {
    return FailCoded("error-message-editing-blocked", "Message editing is blocked", MethodDetails("updateMessage"));
  }
  return std::nullopt;
}

bool MayDelete(const Call& call, const Message& message) {
  if (message.IsSystem()) return false;
  if (call.May("force-delete-message")) return true;
  if (!call.settings().Flag("Message_AllowDeleting")) return false;
  const bool own = IsOwn(call, message) && call.May("delete-own-message");
  if (!own && !call.May("delete-message")) return false;
  return !IsTooLate(call, message, "Message_AllowDeleting_BlockDeleteInMinutes");
}

Traces TracesWanted(const Settings& settings) {
  Traces traces;
  traces.keep_history = settings.Flag("Message_KeepHistory");
  traces.show_deleted = settings.Flag("Message_ShowDeletedStatus");
  return traces;
}

}  // namespace parley::backend::embedded
