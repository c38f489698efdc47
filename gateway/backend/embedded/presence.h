// Presence and availability: who can be given a chat.
//
// Presence (`status`) and availability (`statusLivechat`) are independent; nothing here reads or writes the store.
// Source: administration reference §8.1, §8.5, §8.6.
// Threading: pure functions.
// Tests: tests/unit/backend/embedded/presence_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "backend/embedded/settings.h"
#include "backend/embedded/user.h"

namespace parley::backend::embedded {

inline constexpr std::string_view kAvailable = "available";
inline constexpr std::string_view kNotAvailable = "not-available";

// AVAIL: the agent can be given a chat now. Decides config.online, room creation, routing, inquiries.take, forwarding.
bool CanTakeChats(const User& user, const Settings& settings);

bool IsPresence(std::string_view text);      // online, away, busy, offline
bool IsAvailability(std::string_view text);  // available, not-available

// The agent's limit of simultaneous chats; 0 when not set. Numbers and numeric texts count.
std::int64_t MaxChatsOf(const User& user);

// What gaining and losing the agent role does to the user itself; memberships are the caller's business.
void BecomeAgent(User& user);
void StopBeingAgent(User& user);

}  // namespace parley::backend::embedded
