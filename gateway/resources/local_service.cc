#include "resources/local_service.h"

#include "base/text.h"
#include "http/message.h"

namespace parley::resources {
namespace {

using backend::Request;
using backend::Response;
using http::Method;

constexpr std::string_view kPrefix = "local/";

// Decoded once; empty when an escape is broken or the path is not ours.
std::vector<std::string> Segments(std::string_view path) {
  if (!path.starts_with(kPrefix)) return {};
  std::vector<std::string> segments;
  for (const std::string_view part : Split(path.substr(kPrefix.size()), '/')) {
    std::optional<std::string> decoded = PercentDecode(part, /*plus_is_space=*/false);
    if (!decoded || decoded->empty()) return {};
    segments.push_back(*std::move(decoded));
  }
  return segments;
}

Response Failure(int status, std::string_view message) {
  Json body;
  body.Append("success", false);
  body.Append("error", message);
  return Response(status, Print(body));
}

Response NothingHere() {
  return Failure(404, "not found");
}

Result<Response> Answer(const Result<Json>& body) {
  if (!body) return body.error();
  return Response(200, Print(*body));
}

Result<Response> AnswerOrNothing(const Result<std::optional<Json>>& body) {
  if (!body) return body.error();
  return *body ? Response(200, Print(**body)) : NothingHere();
}

Zone ZoneOf(const LocalSources& sources) {
  const Zone zone = FindZone(sources.account_timezone);
  return zone != nullptr ? zone : FindZone("UTC");
}

}  // namespace

LocalService::LocalService(const LocalSources& sources)
    : archive_(sources.stores.ledger(), ZoneOf(sources)),
      reports_(sources.stores.reports(), sources.stores.analytics(), sources.clock, ZoneOf(sources)),
      tickets_(sources.stores, sources.recorder, sources.clock, sources.ids, ZoneOf(sources)),
      extras_(sources.stores.documents(), sources.stores.committer()),
      credentials_(sources.credentials) {}

Awaitable<Result<Response>> LocalService::CallTickets(const Request& request, const std::vector<std::string>& path) {
  if (path.size() == 1 && request.method == Method::kGet) {
    std::optional<ledger::Parameters> parameters = http::ParseQuery(request.query);
    if (!parameters) co_return InvalidArgument("the query has a broken percent escape");
    co_return Answer(co_await tickets_.List(*std::move(parameters)));
  }
  if (path.size() == 2 && request.method == Method::kGet) co_return AnswerOrNothing(co_await tickets_.Get(path[1]));
  const bool creates = path.size() == 1 && request.method == Method::kPost;
  const bool changes = path.size() == 2 && request.method == Method::kPut;
  if (!creates && !changes) co_return NothingHere();
  Result<Json> body = ParseJson(request.body);
  if (!body) co_return body.error();
  if (creates) co_return Answer(co_await tickets_.Create(*std::move(body)));
  co_return AnswerOrNothing(co_await tickets_.Change(path[1], *std::move(body)));
}

Awaitable<Result<Response>> LocalService::Call(const Request& request) {
  const std::vector<std::string> path = Segments(request.path);
  const std::string_view resource = path.empty() ? std::string_view() : path.front();
  const bool get = request.method == Method::kGet;

  std::optional<ledger::Parameters> parameters = http::ParseQuery(request.query);
  if (!parameters) co_return InvalidArgument("the query has a broken percent escape");

  if (resource == "chats" && path.size() == 1 && get) {
    co_return Answer(co_await archive_.List(*std::move(parameters)));
  }
  if (resource == "chats" && path.size() == 2 && get) co_return AnswerOrNothing(co_await archive_.Get(path[1]));
  if (resource == "reports" && path.size() == 2 && get) {
    co_return AnswerOrNothing(co_await reports_.Get(path[1], *std::move(parameters)));
  }

  if (resource == "tickets") co_return co_await CallTickets(request, path);

  if (resource == "extras" && path.size() == 2 && get) co_return Answer(co_await extras_.List(path[1]));
  if (resource == "extras" && path.size() == 3 && get) co_return Answer(co_await extras_.Get(path[1], path[2]));
  if (resource == "extras" && path.size() == 3 && request.method == Method::kPut) {
    Result<Json> patch = ParseJson(request.body);
    if (!patch) co_return patch.error();
    co_return Answer(co_await extras_.Merge(path[1], path[2], *std::move(patch)));
  }
  if (resource == "extras" && path.size() == 3 && request.method == Method::kDelete) {
    co_return Answer(co_await extras_.Remove(path[1], path[2]));
  }
  if (resource == "credentials" && path.size() == 2 && request.method == Method::kDelete) {
    const Result<std::int64_t> revoked = co_await credentials_.Revoke(path[1]);
    if (!revoked) co_return revoked.error();
    co_return Response(200, Print(Json::Of({{"revoked", *revoked}})));
  }
  co_return NothingHere();
}

}  // namespace parley::resources
