#include "resources/visitor_chats.h"

#include "base/log.h"
#include "base/text.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using backend::Response;
using http::Method;
using storage::Collection;
using storage::Document;
using storage::Match;

constexpr Collection kCollection = Collection::kVisitorChats;
constexpr std::size_t kSecretDigits = 32;
// A poll within this time of the last one that was noted writes nothing.
constexpr std::chrono::seconds kNotedEvery{5};
constexpr std::int64_t kClosedAtOnce = 100;

// CS<seconds>.<hex>, as LiveChat's.
std::string NewSession(IdGenerator& ids, Time now) {
  return "CS" + std::to_string(UnixSeconds(now)) + "." + ids.Hex(kSecretDigits);
}

bool IsOver(const Document& session, Time now) {
  return session.body.Integer("seen_at") <= UnixMillis(now - kSessionPatience);
}

// Somebody was faster, or is no longer there: both mean that there is nothing left to do.
bool IsSettled(const Result<Response>& closed) {
  return closed && closed->status < 500 && closed->status != 429;
}

backend::Request ClosingRequest(const Document& session) {
  backend::Request request(Method::kPost, "livechat/room.close");
  request.content_type = "application/json";
  request.body = Print(Json::Of({{"rid", session.body.Text("room")}, {"token", session.body.Text("token")}}));
  request.caller = backend::Caller(backend::CallerKind::kService);
  return request;
}

}  // namespace

Awaitable<Result<Response>> VisitorChats::CallTokens(const LocalCall& call) {
  if (!call.Is(Method::kPut, 2)) co_return NothingHere();
  Result<Json> input = call.Object();
  if (!input) co_return input.error();
  co_return Answer(co_await FindToken(call.path[1], *std::move(input)));
}

Awaitable<Result<Response>> VisitorChats::CallChats(const LocalCall& call) {
  if (call.Is(Method::kGet, 2)) {
    Result<Json> chat = co_await Look(call.path[1], call.Query("livechat_id").value_or(""));
    co_return Answer(Under("chat", std::move(chat)));
  }
  if (call.Is(Method::kDelete, 2)) co_return Answer(co_await End(call.path[1]));
  if (!call.Is(Method::kPost, 1)) co_return NothingHere();
  Result<Json> input = call.Object();
  if (!input) co_return input.error();
  co_return Answer(co_await Begin(*std::move(input)));
}

Awaitable<Result<Json>> VisitorChats::FindToken(std::string livechat_id, Json input) {
  const std::string visitor_id(input.Text("visitor"));
  if (!visitor_id.empty()) {
    const auto visitor = co_await store_.stores.documents().Get(Collection::kVisitors, visitor_id);
    if (!visitor) co_return visitor.error();
    const std::string_view token = *visitor ? (*visitor)->body.Text("token") : std::string_view();
    if (!token.empty()) {
      const Status named = co_await Name(visitor_id, livechat_id);
      if (!named) co_return named.error();
      co_return Json::Of({{"token", token}, {"known", true}});
    }
  }
  auto attempt = [this, &livechat_id] { return KeepToken(livechat_id); };
  co_return co_await storage::Retrying(std::move(attempt));
}

// From now on: before the chat opens, or whoever is told of the chat would be told another id. Who has an id keeps it.
Awaitable<Status> VisitorChats::Name(std::string visitor_id, std::string livechat_id) {
  std::vector<std::string> wanted;
  wanted.push_back(visitor_id);
  const auto known = co_await store_.stores.ids().FindLiveChatIds(storage::IdKind::kVisitor, std::move(wanted));
  if (!known) co_return known.error();
  if (known->front()) co_return Status();
  std::vector<storage::IdPair> pairs;
  pairs.push_back({storage::IdKind::kVisitor, std::move(livechat_id), std::move(visitor_id)});
  const Status named = co_await store_.stores.ids().Import(std::move(pairs));
  if (!named && named.error().code != ErrorCode::kConflict) co_return named.error();
  co_return Status();
}

// One token for an id nobody knows yet, so that two chats started with it at the same time are one visitor's.
Awaitable<Result<Json>> VisitorChats::KeepToken(const std::string& livechat_id) {
  const std::string id = "visitor_token/" + livechat_id;
  const auto kept = co_await store_.stores.documents().Get(Collection::kExtras, id);
  if (!kept) co_return kept.error();
  std::string token(*kept ? (*kept)->body.Text("token") : std::string_view());
  if (!*kept) {
    token = store_.ids.Secret();
    storage::Changes changes;
    changes.Insert(Collection::kExtras, id, Json::Of({{"token", token}}));
    const Status committed = co_await store_.Commit(std::move(changes));
    if (!committed) co_return committed.error();
  }
  co_return Json::Of({{"token", token}, {"known", false}});
}

Awaitable<Result<Json>> VisitorChats::Begin(Json input) {
  const std::string livechat_id(input.Text("livechat_id"));
  const Time now = store_.clock.Now();
  const std::string session = NewSession(store_.ids, now);
  Json body;
  body.Append("livechat_id", livechat_id);
  body.Append("room", input.Text("room"));
  body.Append("token", input.Text("token"));
  body.Append("seen_at", UnixMillis(now));
  storage::Changes changes;
  changes.Insert(kCollection, Sha256Hex(session), std::move(body));
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"session", session}});
}

Awaitable<Result<Json>> VisitorChats::Look(std::string session, std::string livechat_id) {
  const Result<Document> found = co_await store_.Read(kCollection, Sha256Hex(session));
  if (!found) co_return found.error();
  const Time now = store_.clock.Now();
  if (IsOver(*found, now) || found->body.Text("livechat_id") != livechat_id) co_return NotFound("session");
  if (found->body.Integer("seen_at") <= UnixMillis(now - kNotedEvery)) {
    Json body = found->body;
    body.Set("seen_at", UnixMillis(now));
    storage::Changes changes;
    changes.Update(kCollection, *found, std::move(body));
    const Status noted = co_await store_.Commit(std::move(changes));
    // Another poll noted it, or the session ended meanwhile: neither changes what this one sees.
    if (!noted && noted.error().code != ErrorCode::kConflict) co_return noted.error();
  }
  co_return Json::Of({{"room", found->body.Text("room")}, {"token", found->body.Text("token")}});
}

Awaitable<Result<Json>> VisitorChats::End(std::string session) {
  storage::Changes changes;
  changes.Remove(kCollection, Sha256Hex(session));
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

Awaitable<Status> VisitorChats::CloseLapsed(backend::Service& backend) {
  storage::Query query(kCollection);
  query.where.emplace_back("seen_at", Match::kAtMost, Json(UnixMillis(store_.clock.Now() - kSessionPatience)));
  query.sort.emplace_back("seen_at");
  query.limit = kClosedAtOnce;
  const Result<storage::Found> lapsed = co_await store_.stores.documents().Find(std::move(query));
  if (!lapsed) co_return lapsed.error();
  for (const Document& session : lapsed->documents) {
    const backend::Request request = ClosingRequest(session);
    const Result<Response> closed = co_await backend.Call(request);
    if (!IsSettled(closed)) {
      Log(LogLevel::kWarning, "visitor_chats.close_failed", {{"room", std::string(session.body.Text("room"))}});
      continue;
    }
    storage::Changes changes;
    changes.Remove(kCollection, session.id);
    const Status forgotten = co_await store_.Commit(std::move(changes));
    if (!forgotten) co_return forgotten;
  }
  co_return Status();
}

}  // namespace parley::resources
