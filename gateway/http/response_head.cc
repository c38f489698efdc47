#include "http/response_head.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "base/log.h"
#include "base/text.h"

namespace parley::http {
namespace {

// What a field's name and value may consist of, looked up by byte.
struct Alphabet {
  std::array<bool, 256> token{};
  std::array<bool, 256> value{};
  constexpr Alphabet() {
    for (unsigned c = 0x20; c < 256; ++c) value[c] = c != 0x7f;
    value['\t'] = true;
    for (unsigned c = 'a'; c <= 'z'; ++c) token[c] = token[c - 'a' + 'A'] = true;
    for (unsigned c = '0'; c <= '9'; ++c) token[c] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) token[static_cast<unsigned char>(c)] = true;
  }
};
constexpr Alphabet kAlphabet;

bool ConsistsOf(const std::array<bool, 256>& alphabet, std::string_view text) {
  for (const char c : text)
    if (!alphabet[static_cast<unsigned char>(c)]) return false;
  return true;
}

bool IsToken(std::string_view name) {
  return !name.empty() && ConsistsOf(kAlphabet.token, name);
}
bool IsFieldValue(std::string_view value) {
  return ConsistsOf(kAlphabet.value, value);
}

bool IsServersOwn(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kOwn{"content-length", "connection", "date", "transfer-encoding",
                                                        "keep-alive"};
  for (const std::string_view own : kOwn)
    if (EqualsIgnoreCase(name, own)) return true;
  return false;
}

void AppendNumber(std::size_t number, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void AppendFraming(const Response& response, const Framing& framing, std::string& head) {
  std::optional<std::uint64_t> length = response.body.size();
  // A handler that answers HEAD without a body may not know the length; none is better than a wrong one.
  if (framing.to_head && response.body.empty()) length.reset();
  if (response.stream != nullptr) length = response.stream->Length();
  if (length) {
    head.append("Content-Length: ");
    AppendNumber(*length, head);
    head.append("\r\n");
  } else if (!framing.http10 && !framing.to_head) {
    head.append("Transfer-Encoding: chunked\r\n");
  }
}

}  // namespace

std::string_view DateLine::At(Time now) {
  const std::int64_t second = UnixSeconds(now);
  if (second == second_) return line_;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = second;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", kDays[utc.tm_wday], utc.tm_mday,
                kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  second_ = second;
  line_ = text;
  return line_;
}

bool HasBody(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool AppendField(std::string_view name, std::string_view value, std::string& head) {
  if (!IsToken(name) || !IsFieldValue(value)) return false;
  head.append(name).append(": ").append(value).append("\r\n");
  return true;
}

void RenderHead(const Response& response, const Framing& framing, std::string_view date_line, std::string& head) {
  head.assign("HTTP/1.1 ");
  AppendNumber(static_cast<std::size_t>(response.status), head);
  head.append(" ").append(ReasonPhrase(response.status)).append("\r\n").append(date_line);
  if (HasBody(response.status)) {
    if (!response.content_type.empty()) AppendField("Content-Type", response.content_type, head);
    AppendFraming(response, framing, head);
  }
  for (const auto& [name, value] : response.headers)
    if (!IsServersOwn(name)) AppendField(name, value, head);
  if (!framing.keep_alive) {
    head.append("Connection: close\r\n");
  } else if (framing.http10) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
}

Response EngineError(int status, std::string_view reason) {
  std::string body = "{\"error\":";
  AppendJsonString(body, reason);
  body += ",\"message\":";
  AppendJsonString(body, reason);
  body += ",\"code\":" + std::to_string(status) + "}";
  return Response(status, "application/json", std::move(body));
}

}  // namespace parley::http
