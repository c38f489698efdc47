#include "mail/mime.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"

namespace parley::mail {
namespace {

constexpr std::size_t kLine = 76;        // RFC 2045
constexpr std::size_t kHeaderLine = 60;  // leaves room for the header's own name
constexpr std::size_t kWordBytes = 42;   // their base64 and the frame of an encoded word stay below 75 characters
constexpr std::string_view kSpecials = "()<>[]:;@\\,.\"";

bool IsPrintable(char c) {
  return c >= 0x20 && c < 0x7f;
}

bool IsPlainHeader(std::string_view text) {
  return text.size() <= kHeaderLine && std::all_of(text.begin(), text.end(), IsPrintable) &&
         text.find("=?") == std::string_view::npos && Trim(text).size() == text.size();
}

std::string NormalLineEnds(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      lines += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      lines += text[i];
    }
  }
  if (!lines.empty() && lines.back() != '\n') lines += '\n';
  return lines;
}

// A space or tab before a line end would be lost on the way.
bool NeedsEscape(std::string_view lines, std::size_t at) {
  const char c = lines[at];
  if (c == ' ' || c == '\t') return lines[at + 1] == '\n';
  return !IsPrintable(c) || c == '=';
}

// REQUIRES: empty, or ends in '\n'
std::string QuotedPrintable(std::string_view lines) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool escaped = NeedsEscape(lines, i);
    const std::size_t width = escaped ? 3 : 1;
    if (column + width > kLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    if (escaped) {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "=%02X", static_cast<unsigned char>(lines[i]));
      out += hex.data();
    } else {
      out += lines[i];
    }
    column += width;
  }
  return out;
}

std::string Base64Lines(std::string_view bytes) {
  const std::string whole = Base64Encode(bytes);
  std::string out;
  for (std::size_t at = 0; at < whole.size(); at += kLine) {
    out.append(whole, at, kLine);
    out += "\r\n";
  }
  return out;
}

}  // namespace

std::string EncodeHeader(std::string_view text) {
  if (IsPlainHeader(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t taken = 0;
    while (taken < text.size()) {
      const std::size_t character = std::max<std::size_t>(1, Utf8SequenceLength(text.substr(taken)));
      if (taken + character > kWordBytes) break;
      taken += character;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + Base64Encode(text.substr(0, taken)) + "?=";
    text.remove_prefix(taken);
  }
  return out;
}

std::string EncodeName(std::string_view name) {
  if (!IsPlainHeader(name) || name.find_first_of(kSpecials) == std::string_view::npos) return EncodeHeader(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

EncodedBody EncodeBody(std::string_view text) {
  const std::string lines = NormalLineEnds(text);
  std::string quoted = QuotedPrintable(lines);
  std::string base64 = Base64Lines(ReplaceAll(lines, "\n", "\r\n"));
  if (base64.size() < quoted.size()) return {"base64", std::move(base64)};
  return {"quoted-printable", std::move(quoted)};
}

std::string MailDate(Time time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out.data();
}

}  // namespace parley::mail
