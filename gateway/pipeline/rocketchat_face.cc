#include "pipeline/rocketchat_face.h"

#include <algorithm>

#include "base/text.h"
#include "json/json.h"

namespace parley::pipeline {
namespace {

constexpr std::string_view kApiBase = "/api/v1/";

// Headers a route of the backend may read; credentials travel in Caller, everything else stays here.
constexpr std::string_view kForwarded[] = {
    "x-visitor-token", "x-2fa-code",      "x-2fa-method", "user-agent",        "host", "x-real-ip", "x-forwarded-for",
    "cookie",          "x-hub-signature", "range",        "x-twilio-signature"};

bool IsForwarded(std::string_view lower_name) {
  return std::find(std::begin(kForwarded), std::end(kForwarded), lower_name) != std::end(kForwarded);
}

// What every answer of the API carries, unless the backend says otherwise: files may be kept.
void ForbidCaching(http::Response& response) {
  for (const auto& [name, value] : response.headers)
    if (EqualsIgnoreCase(name, "Cache-Control")) return;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Pragma", "no-cache");
}

http::Response ToClient(backend::Response answer) {
  http::Response response(answer.status, std::move(answer.content_type), std::move(answer.body));
  response.stream = std::move(answer.stream);
  response.headers = std::move(answer.headers);
  ForbidCaching(response);
  return response;
}

}  // namespace

bool RocketChatFace::Owns(std::string_view path) {
  return path.starts_with("/api/") || path.starts_with("/file-upload/") || path.starts_with("/avatar/") ||
         path == "/livechat" || path.starts_with("/livechat/");
}

backend::Request RocketChatFace::ToBackend(const Exchange& exchange) const {
  const http::Request& client = exchange.request;
  backend::Request request(client.method, std::string(client.path));
  if (client.path.starts_with(kApiBase)) request.path.erase(0, kApiBase.size());
  request.query = client.query;
  request.content_type = client.Header("Content-Type");
  request.body = client.body;
  request.incoming = client.incoming;
  request.may_stream = true;
  for (const http::HeaderView& header : client.headers)
    if (std::string name = Lower(header.name); headers_ == ForwardedHeaders::kAll || IsForwarded(name))
      request.headers.emplace_back(std::move(name), header.value);
  request.headers.emplace_back("traceparent", exchange.traceparent);
  const std::string_view user = client.Header("X-User-Id");
  const std::string_view token = client.Header("X-Auth-Token");
  if (!user.empty() && !token.empty())
    request.caller = backend::Caller(backend::CallerKind::kSession, std::string(user), std::string(token));
  request.client_address = exchange.client_address;
  request.request_id = exchange.request_id;
  request.deadline = exchange.deadline;
  return request;
}

Awaitable<http::Response> RocketChatFace::Handle(Exchange& exchange, const Serving& serving) {
  exchange.face = "rocketchat";
  const Result<routing::RouteMatch> match =
      serving.rocketchat_routes.Match(exchange.request.method, exchange.request.path);
  if (match) {
    exchange.operation = match->operation;
    exchange.metrics_index = serving.metrics_index.at(match->operation);
  }
  const backend::Request request = ToBackend(exchange);
  Result<backend::Response> answer = co_await backend_.Call(request);
  if (!answer) {
    exchange.Fail(answer.error());
    co_return RocketChatFailure(answer.error());
  }
  // What it does not serve the backend refuses in its own order: login, permission and licence come first.
  if (answer->status == 501 && match) exchange.Fail(Unsupported(match->operation->id));
  // A name is a claim until the backend has accepted its token.
  if (answer->status != 401) exchange.principal = request.caller.user_id;
  co_return ToClient(*std::move(answer));
}

http::Response RocketChatFailure(const Error& error) {
  Json body = Json::Of({{"success", false}, {"error", error.message}});
  if (!error.type.empty()) body.Append("errorType", error.type);
  http::Response response(error.http_status, "application/json", Print(body));
  if (error.retry_after_seconds > 0)
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_seconds));
  ForbidCaching(response);
  return response;
}

}  // namespace parley::pipeline
