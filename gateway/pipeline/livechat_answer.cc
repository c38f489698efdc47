#include "pipeline/livechat_answer.h"

#include "base/text.h"
#include "json/json.h"
#include "json/members.h"

namespace parley::pipeline {
namespace {

constexpr std::string_view kJsonType = "application/json; charset=utf-8";

bool IsCallbackCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         c == '.' || c == '[' || c == ']';
}

std::string CallbackName(std::string_view query) {
  const auto pairs = http::ParseQuery(query);
  if (!pairs) return "";
  for (const auto& [name, value] : *pairs) {
    if (name != "callback") continue;
    std::string usable = value;
    std::erase_if(usable, [](char c) { return !IsCallbackCharacter(c); });
    return usable;
  }
  return "";
}

// JSON allows two line ends inside texts that older JavaScript does not.
std::string AsScript(std::string json) {
  return ReplaceAll(ReplaceAll(std::move(json), "\u2028", "\\u2028"), "\u2029", "\\u2029");
}

}  // namespace

http::Response LiveChatSuccess(std::string json) {
  return http::Response(200, std::string(kJsonType), json.empty() ? "{}" : std::move(json));
}

http::Response LiveChatFailure(const Error& error, const specs::Operation* operation) {
  Json body = Json::MakeObject();
  if (error.http_status == 400) {
    Json texts = TextsJson(error.all);
    if (texts.empty()) texts.Push(error.message);
    if (operation != nullptr && operation->error_member == "both") body.Append("error", texts);
    body.Append("errors", std::move(texts));
  } else {
    body.Append("error", error.message);
  }
  body.Append("message", error.message);
  body.Append("code", error.http_status);
  http::Response response(error.http_status, std::string(kJsonType), Print(body));
  if (error.retry_after_seconds > 0)
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_seconds));
  return response;
}

void WrapJsonp(std::string_view query, http::Response& response) {
  if (query.find("callback") == std::string_view::npos) return;
  const std::string name = CallbackName(query);
  if (name.empty()) return;
  response.body = name + "(" + AsScript(std::move(response.body)) + ");";
  response.content_type = "text/javascript; charset=utf-8";
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
}

}  // namespace parley::pipeline
