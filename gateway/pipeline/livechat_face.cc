#include "pipeline/livechat_face.h"

#include "auth/access.h"
#include "base/text.h"
#include "pipeline/livechat_answer.h"
#include "pipeline/parameters.h"

namespace parley::pipeline {
namespace {

// Absent, empty, 2 and 2.0 are version 2; unparsable placeholders occur in generated collections and count as absent.
bool IsSupportedVersion(std::string_view header) {
  const auto version = ParseNumber(Trim(header));
  return !version || *version == 2.0;
}

std::string SubjectLogin(const routing::RouteMatch& match) {
  const std::string* login = match.Find("login");
  return login != nullptr ? *login : std::string();
}

}  // namespace

Result<routing::RouteMatch> MatchLiveChatRoute(const routing::RouteTable& routes, http::Method method,
                                               std::string_view path) {
  // `/v2/tickets/new` is a path of its own and matches as it stands.
  Result<routing::RouteMatch> match = routes.Match(method, path);
  constexpr std::string_view kPrefix = "/v2/";
  if (match || match.error().code != ErrorCode::kNotFound || !path.starts_with(kPrefix)) return match;
  return routes.Match(method, path.substr(kPrefix.size() - 1));
}

Awaitable<http::Response> LiveChatFace::Handle(Exchange& exchange, const Serving& serving, mapping::Trace* trace) {
  exchange.face = "livechat";
  Result<std::string> answer = co_await Answer(exchange, serving, trace);
  if (!answer) exchange.Fail(answer.error());
  http::Response response =
      answer ? LiveChatSuccess(std::move(*answer)) : LiveChatFailure(answer.error(), exchange.operation);
  if (exchange.request.method == http::Method::kGet) WrapJsonp(exchange.request.query, response);
  co_return response;
}

Awaitable<Result<std::string>> LiveChatFace::Answer(Exchange& exchange, const Serving& serving, mapping::Trace* trace) {
  const http::Request& request = exchange.request;
  const Result<routing::RouteMatch> match = MatchLiveChatRoute(serving.livechat_routes, request.method, request.path);
  if (!match) co_return match.error();
  const specs::Operation& operation = *match->operation;
  exchange.operation = &operation;
  exchange.metrics_index = serving.metrics_index.at(&operation);

  auth::Principal principal;
  if (!operation.access.anonymous) {
    Result<auth::Principal> authenticated =
        co_await credentials_.Authenticate(std::string(request.Header("Authorization")));
    if (!authenticated) co_return authenticated.error();
    principal = std::move(*authenticated);
    exchange.principal = principal.login;
    const Status allowed = auth::CheckAccess(operation.access, principal, SubjectLogin(*match));
    if (!allowed) co_return allowed.error();
  }
  if (!IsSupportedVersion(request.Header("X-API-Version"))) co_return InvalidArgument("unsupported API version");

  std::map<std::string, std::string> path_parameters;
  for (const routing::PathParameter& parameter : match->parameters)
    path_parameters.emplace(parameter.name, parameter.value);
  const Result<Json> in = DecodeParameters(
      operation, RawParameters{path_parameters, request.query, request.Header("Content-Type"), request.body});
  if (!in) co_return in.error();

  mapping::Invocation invocation(*in);
  invocation.caller.login = principal.login;
  invocation.caller.role = auth::NameOf(principal.role);
  invocation.account = account_;
  invocation.now = exchange.at;
  invocation.deadline = exchange.deadline;
  invocation.request_id = exchange.request_id;
  invocation.client_address = request.peer_address;
  invocation.trace = trace;

  if (const auto handler = handlers_.find(operation.id); handler != handlers_.end()) {
    const LocalCall call{*in, principal, invocation};
    co_return co_await handler->second(call);
  }
  const mapping::Program* program = serving.catalog->Find(operation.id);
  if (program == nullptr) co_return Unsupported(operation.id);
  co_return co_await runner_.Run(*program, invocation);
}

}  // namespace parley::pipeline
