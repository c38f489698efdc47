// One JSON object per line on standard error.
//
//   Log(LogLevel::kWarning, "store.slow_commit", {{"millis", Json(812)}});
//
// `event` is a stable dotted name. Secrets never go in: callers pass what may be shown.
// Threading: thread-safe; a line is written with one call.
// Refuses to know: where lines end up. Tests capture them with SetLogSink.
// Tests: tests/unit/base/log_test.cc
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace parley {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

using LogValue = std::variant<std::string, std::int64_t, double, bool>;
struct LogField {
  std::string_view name;
  LogValue value;
};

void SetLogLevel(LogLevel minimum);
bool LogEnabled(LogLevel level);
void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

// Writes an already rendered JSON line (without newline): the request log renders its own for speed.
void LogLine(LogLevel level, std::string_view json);

// Replaces standard error; an empty function restores it. For tests.
void SetLogSink(std::function<void(std::string_view line)> sink);

}  // namespace parley
