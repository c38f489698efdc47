#include "admin/admin.h"

#include "base/text.h"

namespace parley::admin {
namespace {

http::Response Answer(int status, const Json& body) {
  return http::Response(status, "application/json", Print(body));
}

http::Response Failure(int status, std::string_view text) {
  return Answer(status, Json::Of({{"error", text}}));
}

http::Response Reload(const std::function<Status(Problems&)>& reload) {
  Problems problems;
  if (reload(problems)) return Answer(200, Json::Of({{"ok", true}}));
  Json texts = Json::MakeArray();
  for (const Problem& problem : problems.list()) texts.Push(Format(problem));
  return Answer(422, Json::Of({{"error", "nothing was changed"}, {"problems", std::move(texts)}}));
}

}  // namespace

Awaitable<http::Response> AdminApi::Handle(const http::Request& request) const {
  if (!request.path.starts_with("/admin/v1/")) co_return HandleOpen(request);

  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view authorization = request.Header("Authorization");
  const bool allowed =
      authorization.starts_with(kScheme) && SecureEquals(Trim(authorization.substr(kScheme.size())), sources_.key);
  if (!allowed) {
    http::Response refusal = Failure(401, "give the admin key: Authorization: Bearer <admin.key>");
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
    co_return refusal;
  }
  co_return co_await HandleAuthorized(request);
}

http::Response AdminApi::HandleOpen(const http::Request& request) const {
  const bool reading = request.method == http::Method::kGet || request.method == http::Method::kHead;
  if (request.path == "/healthz" && reading) return Answer(200, Json::Of({{"status", "ok"}}));
  if (request.path == "/readyz" && reading) {
    const Status ready = sources_.ready();
    if (ready) {
      Json answer = Json::Of({{"status", "ready"}});
      const Json details = sources_.details();
      for (const auto& [name, value] : *details.AsObject()) answer.Append(name, value);
      return Answer(200, answer);
    }
    return Answer(503, Json::Of({{"status", "not ready"}, {"reason", ready.error().message}}));
  }
  if (request.path == "/metrics" && reading)
    return http::Response(200, "text/plain; version=0.0.4; charset=utf-8", sources_.metrics());
  return Failure(404, "no such path");
}

Awaitable<http::Response> AdminApi::HandleAuthorized(const http::Request& request) const {
  if (request.path == "/admin/v1/routes") {
    if (request.method != http::Method::kGet) co_return Failure(405, "use GET");
    co_return http::Response(200, "application/json", sources_.routes());
  }
  if (request.path == "/admin/v1/sync") {
    if (request.method != http::Method::kGet) co_return Failure(405, "use GET");
    if (!sources_.sync) co_return Failure(404, "the backend is the embedded one: there is no workspace to follow");
    co_return http::Response(200, "application/json", sources_.sync());
  }
  if (request.path == "/admin/v1/reload") {
    if (request.method != http::Method::kPost) co_return Failure(405, "use POST");
    co_return Reload(sources_.reload);
  }
  if (request.path.starts_with("/admin/v1/relay/")) co_return co_await sources_.relay(request);
  co_return Failure(404, "no such path");
}

}  // namespace parley::admin
