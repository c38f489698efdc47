// Who may change which message, and how long a message may be.
//
// Source: administration reference §6.3, omnichannel reference §2.5.
// Threading: one shard. Tests: tests/unit/backend/embedded/message_rules_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "backend/embedded/call.h"
#include "backend/embedded/conversation.h"

namespace parley::backend::embedded {

// Longer than Message_MaxAllowedSize.
bool ExceedsMessageSize(const Call& call, std::string_view text);
Failure MessageSizeExceeded();
// Longer than what a visitor may write.
bool ExceedsVisitorLimit(const Call& call, std::string_view text);

// Whether the caller may change the message: an editor any, everybody their own; none too late.
// Errors: error-action-not-allowed, error-message-editing-blocked
std::optional<Failure> CheckMayEdit(const Call& call, const Message& message);
bool MayDelete(const Call& call, const Message& message);

// What changes leave behind under the settings.
Traces TracesWanted(const Settings& settings);

}  // namespace parley::backend::embedded
