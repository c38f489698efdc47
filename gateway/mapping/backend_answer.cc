#include "mapping/backend_answer.h"

#include <algorithm>

#include "base/text.h"

namespace parley::mapping {
namespace {

std::string_view TextMember(const Value& body, std::string_view name) {
  const Value* member = body.is_object() ? body.object().Find(name) : nullptr;
  return member != nullptr && member->is_text() ? member->text() : std::string_view();
}

// "error-x" of "Something went wrong [error-x]".
std::string_view BracketedCode(std::string_view text) {
  if (text.empty() || text.back() != ']') return {};
  const std::size_t open = text.rfind('[');
  if (open == std::string_view::npos) return {};
  return text.substr(open + 1, text.size() - open - 2);
}

}  // namespace

bool Succeeded(int status) {
  return status >= 200 && status < 300;
}

bool IsRefusal(const Value& body) {
  const Value* success = body.is_object() ? body.object().Find("success") : nullptr;
  return success != nullptr && success->kind() == Value::Kind::kBoolean && !success->boolean();
}

FailureKeys::FailureKeys(const Value& body, int http_status)
    : type(TextMember(body, "errorType")), text(TextMember(body, "error")), status(std::to_string(http_status)) {
  if (text.empty()) text = TextMember(body, "message");
  code = BracketedCode(text);
}

const OutcomeCode* FailureKeys::Find(const ErrorTable& table) const {
  for (const std::string* key : {&type, &code, &text, &status})
    for (const ErrorRowCode& row : table)
      if (!key->empty() && row.key == *key) return &row.outcome;
  return nullptr;
}

int RetryAfter(const backend::Response& response, const Clock& clock) {
  for (const auto& [name, value] : response.headers) {
    const auto number = ParseInteger(Trim(value));
    if (!number || *number < 0) continue;
    if (EqualsIgnoreCase(name, "retry-after")) return static_cast<int>(std::min<std::int64_t>(*number, 3600));
    if (!EqualsIgnoreCase(name, "x-ratelimit-reset")) continue;
    const std::int64_t millis = *number - UnixMillis(clock.Now());
    if (millis > 0) return static_cast<int>(std::min<std::int64_t>((millis + 999) / 1000, 3600));
  }
  return 0;
}

Error Unreadable(const CallCode& call) {
  return BadGateway("the backend's answer to " + call.label + " is no JSON", {});
}

}  // namespace parley::mapping
