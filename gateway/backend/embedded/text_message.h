// Text messages (SMS) as providers deliver them: what they say, whether it is the provider who says it, and how each
// provider is answered.
//
// Refuses to know: visitors and chats, see text_messages.cc.
// Source: omnichannel reference §2.13. Threading: pure functions.
// Tests: tests/unit/backend/embedded/text_message_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/embedded/reply.h"
#include "json/json.h"

namespace parley::backend::embedded {

enum class TextProvider { kTwilio, kVoxtelesys, kMobex };

// By the last segment of the route, in any case: the value of the setting SMS_Service.
std::optional<TextProvider> ParseTextProvider(std::string_view name);

struct TextMessage {
  std::string from, to;  // numbers
  std::string text;
  // Where the sender's number is from, as far as it is known: values of the custom fields country, state, city, zip.
  std::vector<std::pair<std::string, std::string>> origin;
  Json location;           // {"type": "Point", "coordinates": [longitude, latitude]}, null when none was sent
  std::int64_t media = 0;  // how many files came along
};

// Empty when the numbers or the text are missing, or are no texts.
std::optional<TextMessage> ReadTextMessage(TextProvider provider, const Json& body);

// What Twilio writes into X-Twilio-Signature for a form that it posts to `url`; `url` as its console has it, with the
// query.
std::string TwilioSignature(std::string_view auth_token, std::string url,
                            std::vector<std::pair<std::string, std::string>> form);

// The provider's own words for "understood", and for a message that was refused.
Reply AcceptText(TextProvider provider);
Reply RefuseText(TextProvider provider, std::string_view reason);

}  // namespace parley::backend::embedded
