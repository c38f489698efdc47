// The columns of `chats` that LedgerChat shows, in the order both its reader and its writer go by. The measurements are
// written by ledger_facts.cc and read by analytics.cc.
#pragma once

#include <string>
#include <string_view>

namespace parley::storage::sqlite {

// What a second report of the same chat does to a column.
enum class OnRepeat {
  kKey,
  kOverwrite,
  kKeepIfEmpty,   // '' does not erase a text
  kKeepIfNull,    // NULL does not erase a value
  kFirstStands,   // of moments, the first that was known
  kKeepIfUnrated  // 'not_rated' does not erase a rating
};

struct ChatColumn {
  std::string_view name;
  OnRepeat on_repeat;
};

inline constexpr ChatColumn kChatColumns[] = {
    {"id", OnRepeat::kKey},
    {"visitor_id", OnRepeat::kKeepIfEmpty},
    {"visitor_name", OnRepeat::kKeepIfEmpty},
    {"visitor_email", OnRepeat::kKeepIfEmpty},
    {"visitor_ip", OnRepeat::kKeepIfEmpty},
    {"visitor_user_agent", OnRepeat::kKeepIfEmpty},
    {"visitor_city", OnRepeat::kKeepIfEmpty},
    {"visitor_region", OnRepeat::kKeepIfEmpty},
    {"visitor_country", OnRepeat::kKeepIfEmpty},
    {"visitor_country_code", OnRepeat::kKeepIfEmpty},
    {"visitor_timezone", OnRepeat::kKeepIfEmpty},
    {"visitor_custom_variables", OnRepeat::kKeepIfNull},
    {"department", OnRepeat::kKeepIfEmpty},
    {"started", OnRepeat::kOverwrite},
    {"ended", OnRepeat::kFirstStands},
    {"queued", OnRepeat::kFirstStands},
    {"taken", OnRepeat::kFirstStands},
    {"start_url", OnRepeat::kKeepIfEmpty},
    {"referrer", OnRepeat::kKeepIfEmpty},
    {"engagement", OnRepeat::kOverwrite},
    {"rate", OnRepeat::kKeepIfUnrated},
    {"rate_comment", OnRepeat::kKeepIfEmpty},
    {"prechat_survey", OnRepeat::kKeepIfNull},
    {"postchat_survey", OnRepeat::kKeepIfNull},
    {"channel", OnRepeat::kKeepIfEmpty},
    {"channel_label", OnRepeat::kKeepIfEmpty},
};

// "id, visitor_id, ..."
inline std::string ChatColumnList() {
  std::string list;
  for (const ChatColumn& column : kChatColumns) {
    if (!list.empty()) list += ", ";
    list += column.name;
  }
  return list;
}

}  // namespace parley::storage::sqlite
