#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cmath>
#include <mutex>

#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"

namespace parley {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};
std::mutex sink_mutex;
std::function<void(std::string_view)> sink;  // guarded by sink_mutex

std::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

void AppendNumber(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char digits[64];
  const auto end = std::abs(number) < 1e15
                       ? std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, 3)
                       : std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

void AppendValue(std::string& out, const LogValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return AppendJsonString(out, *text);
  if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
    return;
  }
  if (const auto* number = std::get_if<double>(&value)) return AppendNumber(out, *number);
  out += std::to_string(std::get<std::int64_t>(value));
}

}  // namespace

void SetLogLevel(LogLevel minimum) {
  minimum_level = minimum;
}

bool LogEnabled(LogLevel level) {
  return level >= minimum_level.load(std::memory_order_relaxed);
}

void SetLogSink(std::function<void(std::string_view)> replacement) {
  const std::lock_guard lock(sink_mutex);
  sink = std::move(replacement);
}

void LogLine(LogLevel level, std::string_view json) {
  if (!LogEnabled(level)) return;
  std::string line(json);
  line += '\n';
  const std::lock_guard lock(sink_mutex);
  if (sink) return sink(line);
  // A full or closed standard error must not take the gateway down: a lost line is the lesser harm.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) return;
  std::string line = "{\"time\":\"" + IsoTime(SystemClock().Now()) + "\",\"level\":\"";
  line += NameOf(level);
  line += "\",\"event\":";
  AppendJsonString(line, event);
  for (const LogField& field : fields) {
    line += ',';
    AppendJsonString(line, field.name);
    line += ':';
    AppendValue(line, field.value);
  }
  line += '}';
  LogLine(level, line);
}

}  // namespace parley
