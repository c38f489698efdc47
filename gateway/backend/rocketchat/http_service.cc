#include "backend/rocketchat/http_service.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kApi = "/api/";
constexpr std::string_view kApiBase = "/api/v1/";
// Answers in whatever form the provider of text messages asks for.
constexpr std::string_view kTextMessages = "livechat/sms-incoming/";
constexpr std::size_t kShownBytes = 300;

// Fields that belong to one connection, that the client of this side writes itself, or that tell who calls.
constexpr std::array<std::string_view, 18> kOwn = {
    "connection", "content-length",   "content-type", "expect",          "host",      "keep-alive",
    "te",         "proxy-connection", "x-user-id",    "x-auth-token",    "trailer",   "transfer-encoding",
    "upgrade",    "accept-encoding",  "x-real-ip",    "x-forwarded-for", "forwarded", "proxy-authorization"};

bool IsOwn(std::string_view name) {
  return std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view own) { return EqualsIgnoreCase(own, name); });
}

std::string PathOf(const Request& request) {
  return request.path.starts_with('/') ? request.path : std::string(kApiBase) + request.path;
}

bool IsJson(std::string_view type) {
  const std::string_view media = Trim(type.substr(0, type.find(';')));
  return EqualsIgnoreCase(media, "application/json") || (media.size() > 5 && media.ends_with("+json"));
}

bool MustBeJson(const Request& request) {
  return (!request.path.starts_with('/') || request.path.starts_with(kApi)) && !request.path.starts_with(kTextMessages);
}

bool HasNoBody(const Request& request, int status) {
  return request.method == http::Method::kHead || status == 204 || status == 304;
}

std::string Described(const Request& request) {
  return std::string(http::NameOf(request.method)) + " " + request.path;
}

Error NotTheApi(const Request& request, int status, std::string_view type, std::string_view body) {
  std::string what(type.empty() ? "no content type" : type.substr(0, type.find(';')));
  if (body.empty()) what = "nothing";
  return BadGateway("the workspace answered " + Described(request) + " with " + std::to_string(status) + " and " +
                        what + " instead of JSON",
                    std::string(body.substr(0, kShownBytes)));
}

// What a server answers at a path it does not have: once JSON, now a page. One form for everybody above.
Response NoSuchRoute(int status) {
  return {status, R"({"status":"error","message":"API endpoint does not exist","success":false})"};
}

// For the log.
Awaitable<std::string> FirstPart(http::BodySource& source) {
  const Result<std::string_view> part = co_await source.Read();
  if (!part) co_return std::string();
  co_return std::string(*part);
}

// What the answer to HEAD says that the body would be; null when it does not say.
std::shared_ptr<http::BodySource> LengthAlone(const http::ClientResponse& answer) {
  const auto length = ParseInteger(answer.Header("Content-Length"));
  if (!length || *length < 0) return nullptr;
  return std::make_shared<http::UnsentBody>(static_cast<std::uint64_t>(*length));
}

}  // namespace

http::ClientRequest HttpService::ToWorkspace(const Request& request) const {
  std::string target = PathOf(request);
  if (!request.query.empty()) target.append("?").append(request.query);
  http::ClientRequest out(request.method, options_.origin, std::move(target));
  for (const auto& [name, value] : request.headers)
    if (!IsOwn(name)) out.AddHeader(name, value);
  if (!request.content_type.empty()) out.AddHeader("Content-Type", request.content_type);
  if (request.caller.kind == CallerKind::kSession) {
    out.AddHeader("X-User-Id", request.caller.user_id);
    out.AddHeader("X-Auth-Token", request.caller.auth_token);
  }
  if (!request.request_id.empty()) out.AddHeader("X-Request-Id", request.request_id);
  if (!request.client_address.empty()) {
    if (options_.client_address == ClientAddress::kRealIp) out.AddHeader("X-Real-Ip", request.client_address);
    if (options_.client_address == ClientAddress::kForwardedFor)
      out.AddHeader("X-Forwarded-For", request.client_address);
  }
  out.body = request.body;
  out.source = request.incoming;
  out.streams = request.may_stream;
  return out;
}

Awaitable<Result<Response>> HttpService::Call(const Request& request) {
  const http::ClientRequest outgoing = ToWorkspace(request);
  Result<http::ClientResponse> answer = co_await client_.Send(outgoing, request.deadline);
  if (!answer) {
    Error error = answer.error();
    if (error.code == ErrorCode::kBadGateway) {
      error.detail = error.message + (error.detail.empty() ? "" : ": " + error.detail);
      error.message = "the workspace gave no usable answer to " + Described(request);
    }
    co_return error;
  }
  const std::string_view type = answer->Header("Content-Type");
  if (MustBeJson(request) && !HasNoBody(request, answer->status) && !IsJson(type)) {
    if (answer->status == 404 || answer->status == 405) co_return NoSuchRoute(answer->status);
    // Redirects lead elsewhere, mostly from http to https: a mistake in backend.url that has to be seen.
    if (answer->stream != nullptr) answer->body = co_await FirstPart(*answer->stream);
    co_return NotTheApi(request, answer->status, type, answer->body);
  }
  Response response(answer->status, std::move(answer->body));
  response.stream = std::move(answer->stream);
  if (request.may_stream && request.method == http::Method::kHead) response.stream = LengthAlone(*answer);
  response.content_type = type;
  for (const http::HeaderView& header : answer->headers)
    if (!IsOwn(header.name)) response.headers.emplace_back(header.name, header.value);
  co_return response;
}

}  // namespace parley::backend::rocketchat
