#include "backend/rocketchat/server_time.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// Where everything stands: "Sun, 06 Nov 1994 08:49:37 GMT".
constexpr std::string_view kForm = "www, dd mmm yyyy hh:nn:ss GMT";

std::optional<int> NumberAt(std::string_view text, std::size_t at, std::size_t digits) {
  const std::string_view part = text.substr(at, digits);
  const bool all_digits = std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!all_digits) return std::nullopt;
  return static_cast<int>(ParseInteger(part).value_or(-1));
}

}  // namespace

std::optional<Time> ParseHttpDate(std::string_view text) {
  if (text.size() != kForm.size() || !text.ends_with(" GMT")) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto day = NumberAt(text, 5, 2), year = NumberAt(text, 12, 4);
  const auto hour = NumberAt(text, 17, 2), minute = NumberAt(text, 20, 2), second = NumberAt(text, 23, 2);
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::optional<Time> ServerTimeOf(const Response& answer) {
  const auto date = std::find_if(answer.headers.begin(), answer.headers.end(),
                                 [](const auto& header) { return EqualsIgnoreCase(header.first, "Date"); });
  return date == answer.headers.end() ? std::nullopt : ParseHttpDate(date->second);
}

}  // namespace parley::backend::rocketchat
