#include "resources/local_call.h"

#include "base/text.h"
#include "http/message.h"

namespace parley::resources {
namespace {

constexpr std::string_view kPrefix = "local/";

}  // namespace

std::optional<std::string> LocalCall::Query(std::string_view name) const {
  std::optional<std::string> value;
  for (const auto& [key, text] : query) {
    if (key == name) value = text;
  }
  return value;
}

Result<Json> LocalCall::Object() const {
  Result<Json> object = ParseJson(body);
  if (!object) return object.error();
  if (!object->IsObject()) return InvalidArgument("the body must be a JSON object");
  return object;
}

Result<LocalCall> ReadLocalCall(const backend::Request& request) {
  const std::string_view path = request.path;
  if (!path.starts_with(kPrefix)) return NotFound(request.path);
  LocalCall call;
  call.method = request.method;
  for (const std::string_view part : Split(path.substr(kPrefix.size()), '/')) {
    std::optional<std::string> decoded = PercentDecode(part, /*plus_is_space=*/false);
    if (!decoded || decoded->empty()) return NotFound(request.path);
    call.path.push_back(*std::move(decoded));
  }
  auto query = http::ParseQuery(request.query);
  if (!query) return InvalidArgument("the query has a broken percent escape");
  call.query = *std::move(query);
  call.body = request.body;
  return call;
}

backend::Response NothingHere() {
  return backend::Response(404, R"({"success":false,"error":"not found"})");
}

Result<backend::Response> Answer(const Result<Json>& body) {
  if (body) return backend::Response(200, Print(*body));
  if (body.error().code == ErrorCode::kNotFound) return NothingHere();
  return body.error();
}

Result<Json> Under(std::string_view member, Result<Json> value) {
  if (!value) return value;
  Json answer;
  answer.Append(member, *std::move(value));
  return answer;
}

}  // namespace parley::resources
