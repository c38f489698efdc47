#include "http/proxy.h"

#include <memory>

#include "base/text.h"
#include "http/response_head.h"

namespace parley::http {
namespace {

constexpr std::size_t kTypicalFields = 512;

bool IsListed(std::string_view name, const std::vector<std::string>& list) {
  for (const std::string& one : list)
    if (EqualsIgnoreCase(name, one)) return true;
  return false;
}

ClientRequest ToBackend(const Request& request, const ProxyOptions& options) {
  std::string target;
  target.reserve(request.path.size() + request.query.size() + 1);
  target = request.path;
  if (!request.query.empty()) target.append("?").append(request.query);
  ClientRequest out(request.method, options.origin, std::move(target));
  out.fields.reserve(kTypicalFields);
  for (const HeaderView& header : request.headers)
    if (IsListed(header.name, options.request_fields)) out.AddHeader(header.name, header.value);
  if (options.send_client_address) {
    out.AddHeader("X-Forwarded-For", request.peer_address);
    out.AddHeader("X-Forwarded-Proto", request.secure ? "https" : "http");
  }
  out.body = request.body;
  return out;
}

Response ToClient(ClientResponse answer, const ProxyOptions& options) {
  Response response(answer.status, std::string(answer.Header("Content-Type")), std::move(answer.body));
  for (const HeaderView& header : answer.headers) {
    if (IsListed(header.name, options.response_fields))
      response.headers.emplace_back(std::string(header.name), std::string(header.value));
  }
  return response;
}

Awaitable<Response> Pass(Client& client, const Clock& clock, std::shared_ptr<const ProxyOptions> options,
                         const Request& request) {
  const ClientRequest outgoing = ToBackend(request, *options);
  Result<ClientResponse> answer = co_await client.Send(outgoing, clock.Steady() + options->timeout);
  if (!answer) co_return EngineError(answer.error().http_status, answer.error().message);
  co_return ToClient(*std::move(answer), *options);
}

}  // namespace

std::vector<std::string> ProxyOptions::DefaultRequestFields() {
  return {"Accept",        "Accept-Language", "Authorization", "Content-Type",     "Cookie",      "If-Modified-Since",
          "If-None-Match", "Origin",          "Range",         "Referer",          "User-Agent",  "X-2FA-Code",
          "X-2FA-Method",  "X-Auth-Token",    "X-User-Id",     "X-Requested-With", "traceparent", "X-Request-Id"};
}

std::vector<std::string> ProxyOptions::DefaultResponseFields() {
  return {"Accept-Ranges",
          "Access-Control-Allow-Headers",
          "Access-Control-Allow-Origin",
          "Cache-Control",
          "Content-Disposition",
          "Content-Encoding",
          "Content-Range",
          "Content-Security-Policy",
          "ETag",
          "Last-Modified",
          "Location",
          "Retry-After",
          "Set-Cookie",
          "Vary",
          "WWW-Authenticate",
          "X-Content-Type-Options",
          "X-RateLimit-Limit",
          "X-RateLimit-Remaining",
          "X-RateLimit-Reset"};
}

Handler MakeProxy(Client& client, const Clock& clock, ProxyOptions options) {
  auto shared = std::make_shared<const ProxyOptions>(std::move(options));
  return [&client, &clock, shared](const Request& request) { return Pass(client, clock, shared, request); };
}

}  // namespace parley::http
