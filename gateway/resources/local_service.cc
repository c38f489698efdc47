#include "resources/local_service.h"

#include "http/message.h"

namespace parley::resources {
namespace {

using backend::Request;
using backend::Response;
using http::Method;

Result<Response> AnswerOrNothing(const Result<std::optional<Json>>& body) {
  if (!body) return body.error();
  return *body ? Response(200, Print(**body)) : NothingHere();
}

Zone ZoneOrUtc(std::string_view name) {
  const Zone zone = FindZone(name);
  return zone != nullptr ? zone : FindZone("UTC");
}

}  // namespace

LocalService::LocalService(const LocalStore& store, auth::CredentialStore& credentials,
                           std::string_view account_timezone, outgoing::Caller& caller)
    : store_(store),
      account_zone_(ZoneOrUtc(account_timezone)),
      archive_(store.stores.ledger(), account_zone_),
      reports_(store.stores, store.clock, account_zone_),
      extras_(store.stores.documents(), store.stores.committer()),
      credentials_(credentials),
      canned_responses_(store_),
      tags_(store_),
      goals_(store_),
      webhooks_(store_, caller),
      greetings_(store_),
      tickets_(store.stores, store.recorder, store.clock, store.ids, account_zone_),
      visitors_(store_),
      visitor_chats_(store_) {}

Awaitable<Result<Response>> LocalService::Call(const Request& request) {
  const Result<LocalCall> read = ReadLocalCall(request);
  if (!read && read.error().code == ErrorCode::kNotFound) co_return NothingHere();
  if (!read) co_return read.error();
  const LocalCall& call = *read;
  const std::string& resource = call.path.front();
  if (resource == "chats") co_return co_await CallChats(call);
  if (resource == "reports") co_return co_await CallReports(call);
  if (resource == "extras") co_return co_await CallExtras(call);
  if (resource == "credentials") co_return co_await CallCredentials(call);
  if (resource == "canned_responses") co_return co_await canned_responses_.Call(call);
  if (resource == "tags") co_return co_await tags_.Call(call);
  if (resource == "goals") co_return co_await goals_.Call(call);
  if (resource == "webhooks") co_return co_await webhooks_.Call(call);
  if (resource == "greetings") co_return co_await greetings_.Call(call);
  if (resource == "tickets") co_return co_await CallTickets(call);
  if (resource == "visitors" && call.Is(Method::kGet, 1)) co_return Answer(co_await visitors_.List(call.query));
  if (resource == "visitor_tokens") co_return co_await visitor_chats_.CallTokens(call);
  if (resource == "visitor_chats") co_return co_await visitor_chats_.CallChats(call);
  co_return NothingHere();
}

Awaitable<Result<Response>> LocalService::CallChats(const LocalCall& call) {
  if (call.Is(Method::kGet, 1)) co_return Answer(co_await archive_.List(call.query));
  if (call.Is(Method::kGet, 2)) co_return AnswerOrNothing(co_await archive_.Get(call.path[1]));
  co_return NothingHere();
}

Awaitable<Result<Response>> LocalService::CallReports(const LocalCall& call) {
  if (!call.Is(Method::kGet, 2)) co_return NothingHere();
  co_return AnswerOrNothing(co_await reports_.Get(call.path[1], call.query));
}

Awaitable<Result<Response>> LocalService::CallTickets(const LocalCall& call) {
  if (call.Is(Method::kGet, 1)) co_return Answer(co_await tickets_.List(call.query));
  if (call.Is(Method::kGet, 2)) co_return AnswerOrNothing(co_await tickets_.Get(call.path[1]));
  const bool creates = call.Is(Method::kPost, 1);
  if (!creates && !call.Is(Method::kPut, 2)) co_return NothingHere();
  Result<Json> body = call.Object();
  if (!body) co_return body.error();
  if (creates) co_return Answer(co_await tickets_.Create(*std::move(body)));
  co_return AnswerOrNothing(co_await tickets_.Change(call.path[1], *std::move(body)));
}

Awaitable<Result<Response>> LocalService::CallExtras(const LocalCall& call) {
  const std::vector<std::string>& path = call.path;
  if (call.Is(Method::kGet, 2)) co_return Answer(co_await extras_.List(path[1]));
  if (call.Is(Method::kGet, 3)) co_return Answer(co_await extras_.Get(path[1], path[2]));
  if (call.Is(Method::kDelete, 3)) co_return Answer(co_await extras_.Remove(path[1], path[2]));
  if (!call.Is(Method::kPut, 3)) co_return NothingHere();
  Result<Json> patch = call.Object();
  if (!patch) co_return patch.error();
  co_return Answer(co_await extras_.Merge(path[1], path[2], *std::move(patch)));
}

Awaitable<Result<Response>> LocalService::CallCredentials(const LocalCall& call) {
  if (!call.Is(Method::kDelete, 2)) co_return NothingHere();
  const Result<std::int64_t> revoked = co_await credentials_.Revoke(call.path[1]);
  if (!revoked) co_return revoked.error();
  co_return Response(200, Print(Json::Of({{"revoked", *revoked}})));
}

}  // namespace parley::resources
