#include "pipeline/exchange.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace parley::pipeline {
namespace {

bool IsUsableRequestId(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == ':';
  });
}

bool IsLowerHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsZero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

// https://www.w3.org/TR/trace-context/#traceparent-header: version 00 ends with the flags; later versions may go on.
bool IsTraceparent(std::string_view text) {
  constexpr std::size_t kLength = 55;
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2), trace = text.substr(3, 32), parent = text.substr(36, 16);
  if (!IsLowerHex(version) || version == "ff") return false;
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return false;
  return IsLowerHex(trace) && !IsZero(trace) && IsLowerHex(parent) && !IsZero(parent) && IsLowerHex(text.substr(53, 2));
}

// Keeps the client's trace id and flags; the span is ours, so that backend calls appear below this request.
std::string Traceparent(std::string_view given, IdGenerator& ids) {
  if (!IsTraceparent(given)) return "00-" + ids.Hex(32) + "-" + ids.Hex(16) + "-01";
  return "00" + std::string(given.substr(2, 34)) + ids.Hex(16) + std::string(given.substr(52, 3));
}

void AppendText(std::string& line, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  line += ",\"";
  line += name;
  line += "\":";
  AppendJsonString(line, value);
}

void AppendNumber(std::string& line, std::string_view name, std::int64_t value) {
  line += ",\"";
  line += name;
  line += "\":";
  line += std::to_string(value);
}

}  // namespace

Exchange::Exchange(const http::Request& client_request, const Clock& clock, IdGenerator& ids,
                   std::chrono::milliseconds timeout)
    : request(client_request),
      at(clock.Now()),
      started(clock.Steady()),
      deadline(started + timeout),
      client_address(request.peer_address) {
  const std::string_view id = request.Header("X-Request-Id");
  request_id = IsUsableRequestId(id) ? std::string(id) : ids.Hex(32);
  traceparent = Traceparent(request.Header("traceparent"), ids);
}

void Exchange::Fail(const Error& failure) {
  error = NameOf(failure.code);
  detail = failure.detail.empty() ? failure.message : failure.detail;
}

std::string LogLineOf(const Exchange& exchange, int status, std::size_t bytes_out, SteadyTime finished) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(finished - exchange.started).count();
  std::string line = "{\"time\":\"" + IsoTime(exchange.at) + "\",\"level\":\"info\",\"event\":\"request\"";
  AppendText(line, "face", exchange.face);
  AppendText(line, "method", http::NameOf(exchange.request.method));
  AppendText(line, "operation", exchange.operation != nullptr ? std::string_view(exchange.operation->id) : "");
  AppendText(line, "route", exchange.operation != nullptr ? std::string_view(exchange.operation->path) : "");
  AppendNumber(line, "status", status);
  AppendNumber(line, "micros", micros);
  AppendNumber(line, "bytes_in", static_cast<std::int64_t>(exchange.bytes_in()));
  AppendNumber(line, "bytes_out", static_cast<std::int64_t>(bytes_out));
  AppendText(line, "request_id", exchange.request_id);
  AppendText(line, "trace_id", exchange.trace_id());
  AppendText(line, "principal", exchange.principal);
  AppendText(line, "client", exchange.client_address);
  AppendText(line, "error", exchange.error);
  AppendText(line, "detail", exchange.detail);
  return line + "}";
}

}  // namespace parley::pipeline
