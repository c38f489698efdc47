// Text helpers used by more than one folder. Pure functions on UTF-8 bytes; "lower" and "letters" mean ASCII.
// Tests: tests/unit/base/text_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

std::string Lower(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
std::string_view Trim(std::string_view text);  // spaces, tabs, CR, LF
std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);  // nothing when `from` is empty

// The whole of `text` as a decimal integer with an optional '-'. Nothing else, no spaces, no overflow.
std::optional<std::int64_t> ParseInteger(std::string_view text);
// The whole of `text` as a finite decimal number.
std::optional<double> ParseNumber(std::string_view text);

// Decodes %xx once. `plus_is_space` for query strings and forms. Empty on a broken escape.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Escapes everything but RFC 3986 unreserved characters.
std::string PercentEncode(std::string_view text);

bool IsValidUtf8(std::string_view text);
// Bytes of the character `text` begins with; 0 when that is none, or cut short.
std::size_t Utf8SequenceLength(std::string_view text);
std::size_t CountCharacters(std::string_view text);  // REQUIRES: valid UTF-8
// Appends `text` as a quoted JSON string. Bytes that are no UTF-8 become U+FFFD, so that the result is always JSON.
void AppendJsonString(std::string& out, std::string_view text);

// One "@", something on both sides, at most 254 bytes, none of the characters an address must quote (space, control,
// `()<>[]:;,\"`), a dot-free or dotted domain without empty labels.
bool LooksLikeEmail(std::string_view text);

// The local part of a login with only what Rocket.Chat allows in a user name: "Ann.O'Neil@x.test" gives "ann.o-neil".
std::string UsernameFromLogin(std::string_view login);

// Constant-time comparison for secrets; only the length is leaked.
bool SecureEquals(std::string_view a, std::string_view b);
// The standard alphabet; padding may be missing, but not be wrong.
std::optional<std::string> Base64Decode(std::string_view text);
std::string Base64Encode(std::string_view bytes);
std::string Sha256Hex(std::string_view bytes);
std::string Sha256Base64(std::string_view bytes);

// The candidate with the smallest edit distance to `word`, if it is close enough to be a typing slip.
std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace parley
