#include "backend/embedded/reply.h"

namespace parley::backend::embedded {
namespace {

std::string TextOf(const Error& cause) {
  switch (cause.http_status) {
    case 500:
      return "Internal server error";
    case 503:
      return "Service Unavailable";
    default:
      return cause.message;
  }
}

Json BodyOf(const Failure& failure) {
  Json body = Json::MakeObject();
  body.Append("success", false);
  if (!failure.error.empty()) body.Append("error", failure.error);
  if (!failure.type.empty()) body.Append("errorType", failure.type);
  if (!failure.details.IsNull()) body.Append("details", failure.details);
  return body;
}

Json WithSuccess(Json answer) {
  if (answer.IsNull()) answer = Json::MakeObject();
  if (answer.IsObject()) answer.Set("success", true);
  return answer;
}

}  // namespace

Failure::Failure(const Error& cause)
    : status(cause.http_status),
      error(TextOf(cause)),
      type(cause.type),
      conflict(cause.code == ErrorCode::kConflict),
      log_detail(cause.detail.empty() ? cause.message : cause.detail) {}

Failure Fail(std::string error) {
  return Failure(400, std::move(error));
}

Failure FailCoded(std::string code, std::string reason, Json details) {
  std::string text = reason.empty() ? "[" + code + "]" : std::move(reason) + " [" + code + "]";
  return Failure(400, std::move(text), std::move(code), std::move(details));
}

Failure FailBare() {
  return Failure(400, "");
}

Failure FailMatch(std::string what) {
  return Failure(400, "Match error: " + std::move(what));
}

Failure Forbidden() {
  return Failure(403, "unauthorized");
}

Failure LacksPermission() {
  return Failure(403, "User does not have the permissions required for this action [error-unauthorized]");
}

Failure ResourceNotFound(std::string what) {
  return Failure(404, what.empty() ? "Resource not found" : std::move(what));
}

Json MethodDetails(std::string_view method) {
  return Json::Of({{"method", method}});
}

Reply::Reply(Json answer) : body(WithSuccess(std::move(answer))) {}

Reply::Reply(const Failure& failure)
    : status(failure.status), body(BodyOf(failure)), conflict(failure.conflict), log_detail(failure.log_detail) {}

Reply Reply::Bytes(std::string type, std::string content) {
  Reply reply(200, Json());
  reply.content_type = std::move(type);
  reply.bytes = std::move(content);
  return reply;
}

Reply Reply::Empty() {
  return Reply(Json::MakeObject());
}

}  // namespace parley::backend::embedded
