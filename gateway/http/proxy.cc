#include "http/proxy.h"

#include <memory>

#include "base/text.h"
#include "http/response_head.h"

namespace parley::http {
namespace {

constexpr std::size_t kTypicalFields = 512;

// A set of field names, compared without case. Most names are told apart by their length alone.
class FieldSet {
 public:
  explicit FieldSet(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (by_length_.size() <= name.size()) by_length_.resize(name.size() + 1);
      by_length_[name.size()].push_back(name);
    }
  }

  bool Contains(std::string_view name) const {
    if (name.size() >= by_length_.size()) return false;
    for (const std::string& one : by_length_[name.size()])
      if (EqualsIgnoreCase(name, one)) return true;
    return false;
  }

 private:
  std::vector<std::vector<std::string>> by_length_;
};

struct Plan {
  explicit Plan(ProxyOptions with)
      : options(std::move(with)), request_fields(options.request_fields), response_fields(options.response_fields) {}
  const ProxyOptions options;
  const FieldSet request_fields;
  const FieldSet response_fields;
};

ClientRequest ToBackend(const Request& request, const Plan& plan) {
  std::string target;
  target.reserve(request.path.size() + request.query.size() + 1);
  target = request.path;
  if (!request.query.empty()) target.append("?").append(request.query);
  ClientRequest out(request.method, plan.options.origin, std::move(target));
  out.fields.reserve(kTypicalFields);
  for (const HeaderView& header : request.headers)
    if (plan.request_fields.Contains(header.name)) out.AddHeader(header.name, header.value);
  if (plan.options.send_client_address) {
    out.AddHeader("X-Forwarded-For", request.peer_address);
    out.AddHeader("X-Forwarded-Proto", request.secure ? "https" : "http");
  }
  out.body = request.body;
  out.source = request.incoming;
  out.streams = true;
  return out;
}

Response ToClient(ClientResponse answer, const Plan& plan) {
  Response response(answer.status, std::string(answer.Header("Content-Type")), std::move(answer.body));
  response.stream = std::move(answer.stream);
  for (const HeaderView& header : answer.headers) {
    if (plan.response_fields.Contains(header.name))
      response.headers.emplace_back(std::string(header.name), std::string(header.value));
  }
  return response;
}

Awaitable<Response> Pass(Client& client, const Clock& clock, std::shared_ptr<const Plan> plan, const Request& request) {
  const ClientRequest outgoing = ToBackend(request, *plan);
  Result<ClientResponse> answer = co_await client.Send(outgoing, clock.Steady() + plan->options.timeout);
  if (!answer) co_return EngineError(answer.error().http_status, answer.error().message);
  co_return ToClient(*std::move(answer), *plan);
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
  auto plan = std::make_shared<const Plan>(std::move(options));
  return [&client, &clock, plan](const Request& request) { return Pass(client, clock, plan, request); };
}

}  // namespace parley::http
