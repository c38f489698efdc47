#include "base/time.h"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <cstdio>
#include <exception>

namespace parley {
namespace {

// A time taken apart, as its zone's clocks and calendars show it.
struct Parts {
  int year, month, day, weekday;  // Sunday is 0
  int hour, minute, second, millis;
};

template <class Clock>
Parts PartsOf(std::chrono::time_point<Clock, std::chrono::milliseconds> time) {
  const auto day = std::chrono::floor<date::days>(time);
  const date::year_month_day ymd(day);
  const date::hh_mm_ss<std::chrono::milliseconds> clock(time - day);
  return {static_cast<int>(ymd.year()),
          static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day())),
          static_cast<int>(date::weekday(day).c_encoding()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count())};
}

Parts PartsOf(Time time, Zone zone) {
  return PartsOf(zone->to_local(time));
}

// printf into a string. Streams cost several microseconds each, and a page of chats has hundreds of dates.
template <class... Values>
std::string Formatted(const char* format, Values... values) {
  char text[96];
  const int length = std::snprintf(text, sizeof text, format, values...);
  return std::string(text, static_cast<std::size_t>(std::clamp<int>(length, 0, sizeof text - 1)));
}

std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<date::year_month_day> ParseDay(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const date::year_month_day parsed{date::year(*year), date::month(static_cast<unsigned>(*month)),
                                    date::day(static_cast<unsigned>(*day))};
  if (!parsed.ok()) return std::nullopt;
  return parsed;
}

Time StartOf(date::local_days day, Zone zone) {
  // A day whose midnight is skipped or doubled by daylight saving begins at the earliest instant that carries its date.
  return std::chrono::time_point_cast<std::chrono::milliseconds>(zone->to_sys(day, date::choose::earliest));
}

// "Z", "+02:00", "+0200", "-05"; minutes east of UTC.
std::optional<int> ParseOffset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto hours = Digits(text, 1, 2);
  std::optional<int> minutes = 0;
  if (text.size() == 6 && text[3] == ':') {
    minutes = Digits(text, 4, 2);
  } else if (text.size() == 5) {
    minutes = Digits(text, 3, 2);
  } else if (text.size() != 3) {
    return std::nullopt;
  }
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

}  // namespace

Zone FindZone(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::string IsoTime(Time time) {
  const Parts at = PartsOf(time);
  return Formatted("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", at.year, at.month, at.day, at.hour, at.minute, at.second,
                   at.millis);
}

std::optional<Time> ParseIsoTime(std::string_view text) {
  const auto day = ParseDay(text.substr(0, 10));
  if (!day) return std::nullopt;
  Time time = std::chrono::time_point_cast<std::chrono::milliseconds>(date::sys_days(*day));
  if (text.size() == 10) return time;
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
  const auto hours = Digits(text, 11, 2);
  const auto minutes = Digits(text, 14, 2);
  if (!hours || !minutes || text[13] != ':' || *hours > 23 || *minutes > 59) return std::nullopt;
  time += std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  std::size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    const auto seconds = Digits(text, 17, 2);
    if (!seconds || *seconds > 59) return std::nullopt;
    time += std::chrono::seconds(*seconds);
    at = 19;
    if (at < text.size() && text[at] == '.') {
      if (!Digits(text, ++at, 1)) return std::nullopt;
      int scale = 100;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
        time += std::chrono::milliseconds((text[at] - '0') * scale);
    }
  }
  if (at == text.size()) return time;
  const auto offset = ParseOffset(text.substr(at));
  if (!offset) return std::nullopt;
  return time - std::chrono::minutes(*offset);
}

std::string ArchiveDate(Time time, Zone zone) {
  constexpr const char* kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const Parts at = PartsOf(time, zone);
  return Formatted("%s, %02d/%02d/%02d %02d:%02d:%02d %s", kWeekdays[at.weekday], at.month, at.day, at.year % 100,
                   (at.hour + 11) % 12 + 1, at.minute, at.second, at.hour < 12 ? "am" : "pm");
}

std::string StampDate(Time time, Zone zone) {
  const Parts at = PartsOf(time, zone);
  return Formatted("%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day, at.hour, at.minute, at.second);
}

std::string LocalDate(Time time, Zone zone) {
  const Parts at = PartsOf(time, zone);
  return Formatted("%04d-%02d-%02d", at.year, at.month, at.day);
}

bool IsDate(std::string_view text) {
  return ParseDay(text).has_value();
}

std::optional<Time> StartOfDay(std::string_view yyyy_mm_dd, Zone zone) {
  const auto day = ParseDay(yyyy_mm_dd);
  if (!day) return std::nullopt;
  return StartOf(date::local_days(*day), zone);
}

std::optional<Time> EndOfDay(std::string_view yyyy_mm_dd, Zone zone) {
  const auto day = ParseDay(yyyy_mm_dd);
  if (!day) return std::nullopt;
  return StartOf(date::local_days(*day) + date::days(1), zone);
}

}  // namespace parley
