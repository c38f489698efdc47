#include "pipeline/livechat_face.h"

#include "auth/access.h"
#include "base/text.h"
#include "pipeline/cross_origin.h"
#include "pipeline/livechat_answer.h"
#include "pipeline/parameters.h"

namespace parley::pipeline {
namespace {

constexpr std::string_view kPrefix = "/v2";

bool HasPrefix(std::string_view path) {
  return path.starts_with(kPrefix) && path.substr(kPrefix.size()).starts_with('/');
}

std::string AllowedMethods(const routing::RouteTable& routes, std::string_view path) {
  std::vector<http::Method> methods = routes.MethodsFor(path);
  if (methods.empty() && HasPrefix(path)) methods = routes.MethodsFor(path.substr(kPrefix.size()));
  std::vector<std::string> names;
  for (const http::Method method : methods) names.emplace_back(http::NameOf(method));
  return Join(names, ", ");
}

// Absent, empty, 2 and 2.0 are version 2; unparsable placeholders occur in generated collections and count as absent.
bool IsSupportedVersion(std::string_view header) {
  const auto version = ParseNumber(Trim(header));
  return !version || *version == 2.0;
}

std::string SubjectLogin(const routing::RouteMatch& match) {
  const std::string* login = match.Find("login");
  return login != nullptr ? *login : std::string();
}

std::map<std::string, std::string> PathParameters(const routing::RouteMatch& match) {
  std::map<std::string, std::string> parameters;
  for (const routing::PathParameter& parameter : match.parameters) parameters.emplace(parameter.name, parameter.value);
  return parameters;
}

// Links in answers follow it. A proxy in front that ends TLS says so; a client that lies is told links that suit it.
std::string SchemeOf(const http::Request& request) {
  return request.secure || EqualsIgnoreCase(request.Header("X-Forwarded-Proto"), "https") ? "https" : "http";
}

Error NotServed(const specs::Operation& operation) {
  Error error = Unsupported(operation.id);
  if (!operation.unsupported.empty()) error.message += ": " + operation.unsupported;
  return error;
}

}  // namespace

Result<routing::RouteMatch> MatchLiveChatRoute(const routing::RouteTable& routes, http::Method method,
                                               std::string_view path) {
  // `/v2/tickets/new` is a path of its own and matches as it stands.
  Result<routing::RouteMatch> match = routes.Match(method, path);
  if (match || match.error().code != ErrorCode::kNotFound || !HasPrefix(path)) return match;
  return routes.Match(method, path.substr(kPrefix.size()));
}

Awaitable<http::Response> LiveChatFace::Handle(Exchange& exchange, const Serving& serving, mapping::Trace* trace) {
  const http::Request& request = exchange.request;
  exchange.face = "livechat";
  if (request.method == http::Method::kOptions) {
    if (auto preflight = AnswerPreflight(serving.livechat_routes, request.path)) co_return *std::move(preflight);
  }
  Result<std::string> answer = co_await Answer(exchange, serving, trace);
  if (!answer) exchange.Fail(answer.error());
  http::Response response =
      answer ? LiveChatSuccess(*std::move(answer)) : LiveChatFailure(answer.error(), exchange.operation);
  if (exchange.operation != nullptr && exchange.operation->access.cross_origin) AllowAnyOrigin(response);
  if (response.status == 405)
    response.headers.emplace_back("Allow", AllowedMethods(serving.livechat_routes, request.path));
  if (request.method == http::Method::kGet || request.method == http::Method::kHead) WrapJsonp(request.query, response);
  co_return response;
}

Awaitable<Result<std::string>> LiveChatFace::Answer(Exchange& exchange, const Serving& serving, mapping::Trace* trace) {
  const http::Request& request = exchange.request;
  const Result<routing::RouteMatch> match = MatchLiveChatRoute(serving.livechat_routes, request.method, request.path);
  if (!match) co_return match.error();
  const specs::Operation& operation = *match->operation;
  exchange.operation = &operation;
  exchange.metrics_index = serving.metrics_index.at(&operation);

  const Result<auth::Principal> principal = co_await Admit(exchange, *match);
  if (!principal) co_return principal.error();
  if (!IsSupportedVersion(request.Header("X-API-Version"))) co_return InvalidArgument("unsupported API version");

  const auto handler = handlers_.find(operation.id);
  const mapping::Program* program = serving.catalog->Find(operation.id);
  if (handler == handlers_.end() && program == nullptr) co_return NotServed(operation);

  const std::map<std::string, std::string> path = PathParameters(*match);
  const RawParameters raw{path, request.query, request.Header("Content-Type"), request.body};
  const Result<Json> in = DecodeParameters(operation, raw);
  if (!in) co_return in.error();

  const mapping::Invocation invocation = InvocationFor(exchange, *principal, *in, trace);
  if (handler == handlers_.end()) co_return co_await runner_.Run(*program, invocation);
  const LocalCall call{request, *in, *principal, invocation};
  co_return co_await handler->second(call);
}

Awaitable<Result<auth::Principal>> LiveChatFace::Admit(Exchange& exchange, const routing::RouteMatch& match) {
  const specs::Access& access = match.operation->access;
  if (access.anonymous) co_return auth::Principal();
  std::string header(exchange.request.Header("Authorization"));
  Result<auth::Principal> principal = co_await credentials_.Authenticate(std::move(header));
  if (!principal) co_return principal;
  exchange.principal = principal->login;
  const Status allowed = auth::CheckAccess(access, *principal, SubjectLogin(match));
  if (!allowed) co_return allowed.error();
  co_return principal;
}

mapping::Invocation LiveChatFace::InvocationFor(const Exchange& exchange, const auth::Principal& principal,
                                                const Json& in, mapping::Trace* trace) const {
  mapping::Invocation invocation(in);
  invocation.caller.login = principal.login;
  invocation.caller.role = auth::NameOf(principal.role);
  invocation.account = account_;
  invocation.account.host = exchange.request.Header("Host");
  invocation.account.scheme = SchemeOf(exchange.request);
  invocation.now = exchange.at;
  invocation.deadline = exchange.deadline;
  invocation.request_id = exchange.request_id;
  invocation.client_address = exchange.client_address;
  invocation.trace = trace;
  return invocation;
}

}  // namespace parley::pipeline
