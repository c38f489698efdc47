// What Rocket.Chat calls what happened, in the `type` of its livechat webhooks: what the relay sends and the synchronisation
// receives. Source: Rocket.Chat reference §4.
#pragma once

#include <array>
#include <string_view>

namespace parley::events {

inline constexpr std::string_view kSessionStart = "LivechatSessionStart";
inline constexpr std::string_view kSessionQueued = "LivechatSessionQueued";
inline constexpr std::string_view kSessionTaken = "LivechatSessionTaken";
inline constexpr std::string_view kSessionForwarded = "LivechatSessionForwarded";
inline constexpr std::string_view kSessionClosed = "LivechatSession";
inline constexpr std::string_view kSessionEdited = "LivechatEdit";
inline constexpr std::string_view kMessageSent = "Message";
// Which messages one wants to be told of is asked for by the side; the type is kMessageSent then, too.
inline constexpr std::string_view kVisitorMessage = "Message:visitor";
inline constexpr std::string_view kAgentMessage = "Message:agent";
inline constexpr std::string_view kLeadCapture = "LeadCapture";
inline constexpr std::string_view kOfflineMessageLeft = "LivechatOfflineMessage";

// In the order of Rocket.Chat's documentation.
inline constexpr std::array<std::string_view, 9> kWebhookNames = {
    kSessionStart,  kSessionQueued, kSessionTaken, kSessionForwarded,  kSessionClosed,
    kSessionEdited, kMessageSent,   kLeadCapture,  kOfflineMessageLeft};

}  // namespace parley::events
