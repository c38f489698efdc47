#include "backend/embedded/embedded.h"

#include <algorithm>

#include "backend/embedded/coercion.h"
#include "backend/embedded/frame.h"
#include "backend/embedded/mail_queue.h"
#include "backend/embedded/pictures.h"
#include "backend/embedded/sessions.h"
#include "backend/embedded/two_factor.h"
#include "backend/embedded/validation.h"
#include "base/log.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using CallContext = embedded::Call;

bool NamesCaching(const Reply& reply) {
  return std::any_of(reply.headers.begin(), reply.headers.end(),
                     [](const auto& header) { return header.first == "Cache-Control"; });
}

Response ToResponse(Reply reply) {
  const bool is_json = reply.content_type.empty();
  Response response(reply.status, is_json ? Print(reply.body) : std::move(reply.bytes));
  if (!is_json) response.content_type = std::move(reply.content_type);
  if (!NamesCaching(reply)) response.headers = {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};
  response.headers.insert(response.headers.end(), reply.headers.begin(), reply.headers.end());
  return response;
}

Json StatusBody(std::string_view message) {
  return Json::Of({{"status", "error"}, {"message", message}});
}

Reply NotServed(const Error& error, const std::vector<http::Method>& methods) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return Reply(404, StatusBody("API endpoint does not exist"));
    case ErrorCode::kMethodNotAllowed: {
      Reply reply(405, StatusBody("Method not allowed"));
      std::vector<std::string> names;
      for (const http::Method method : methods) names.emplace_back(http::NameOf(method));
      reply.headers.emplace_back("Allow", Join(names, ", "));
      return reply;
    }
    default:
      return Reply(Fail(error.message));
  }
}

Reply NotLoggedIn() {
  constexpr std::string_view kMessage = "You must be logged in to do this.";
  return Reply(401, Json::Of({{"success", false}, {"error", kMessage}, {"status", "error"}, {"message", kMessage}}));
}

// ---- who calls ------------------------------------------------------------------------------------------------------

// The gateway acts as the user its call names, else as the configured one; that one need not exist.
Awaitable<Status> AuthenticateService(CallContext& call) {
  const std::string& named = call.request.caller.user_id;
  const std::string& id = named.empty() ? call.options().service_user_id : named;
  call.service = true;
  FoundUser user = co_await FindUser(call.documents(), id);
  if (!user) co_return user.error();
  call.caller = *std::move(user);
  if (call.caller) co_return Status();
  call.caller.emplace();
  call.caller->id = call.caller->username = call.caller->name = id;
  call.caller->roles = {std::string(kBotRole)};
  co_return Status();
}

Awaitable<Status> AuthenticateSession(CallContext& call) {
  const Caller& claimed = call.request.caller;
  if (claimed.user_id.empty() || claimed.auth_token.empty()) co_return Status();
  const auto token = co_await FindSession(call, claimed.auth_token);
  if (!token) co_return token.error();
  if (!*token || (*token)->user_id != claimed.user_id) co_return Status();
  FoundUser user = co_await FindUser(call.documents(), claimed.user_id);
  if (!user) co_return user.error();
  call.caller = *std::move(user);
  call.token_id = (*token)->id;
  co_return Status();
}

// Another backend has made sure of them, and knows their roles.
Status AcceptVoucher(CallContext& call) {
  const Caller& caller = call.request.caller;
  User& user = call.caller.emplace();
  user.id = caller.user_id;
  user.username = caller.voucher->username;
  user.name = caller.voucher->name;
  user.roles = caller.voucher->roles;
  if (!caller.voucher->login.empty()) user.emails.push_back({caller.voucher->login, true});
  return {};
}

// Sets the caller; leaves nobody when the credentials are missing or wrong.
Awaitable<Status> Authenticate(CallContext& call) {
  switch (call.request.caller.kind) {
    case CallerKind::kAnonymous:
      co_return Status();
    case CallerKind::kService:
      co_return co_await AuthenticateService(call);
    case CallerKind::kSession:
      co_return co_await AuthenticateSession(call);
    case CallerKind::kVouched:
      co_return AcceptVoucher(call);
  }
  co_return Status();
}

// ---- what is asked --------------------------------------------------------------------------------------------------

Json ParseForm(const std::string& body) {
  Json form = Json::MakeObject();
  const auto pairs = http::ParseQuery(body);
  if (!pairs) return form;
  for (const auto& [name, value] : *pairs) form.Set(name, Json(value));
  return form;
}

// Broken JSON, and a body without a content type, count as an empty body.
Json ParseBody(const Request& request) {
  const bool from_gateway = request.caller.kind == CallerKind::kService && request.content_type.empty();
  if (request.body.empty()) return Json::MakeObject();
  if (from_gateway || request.content_type.find("json") != std::string::npos) {
    Result<Json> body = ParseJson(request.body);
    return body && !body->IsNull() ? *std::move(body) : Json::MakeObject();
  }
  if (request.content_type.find("application/x-www-form-urlencoded") != std::string::npos) {
    return ParseForm(request.body);
  }
  return Json::MakeObject();
}

// Old-style argument checks judge bodies as they are.
std::optional<Failure> ReadInput(CallContext& call, Checks checks) {
  const auto pairs = http::ParseQuery(call.request.query);
  if (!pairs) return Fail("Invalid query parameters");
  call.query = ConvertQuery(call.operation, *pairs);
  if (call.request.method != http::Method::kGet) call.body = ParseBody(call.request);
  if (call.operation.body && checks != Checks::kNone) CoerceContent(*call.operation.body, Source::kBody, call.body);
  return std::nullopt;
}

// ---- how often -----------------------------------------------------------------------------------------------------

// Behind a proxy that sets X-Real-Ip the address of the client; whoever may call directly chooses it.
std::string_view AddressOf(const CallContext& call) {
  const std::string_view real = call.Header("x-real-ip");
  return real.empty() ? std::string_view(call.request.client_address) : real;
}

// None when the call is not limited.
std::optional<RateCount> CountCall(const CallContext& call, RateLimiter* limiter) {
  if (limiter == nullptr || call.service || call.May("api-bypass-rate-limit")) return std::nullopt;
  const auto limit = LimitOf(call.operation.id, call.settings());
  if (!limit) return std::nullopt;
  return limiter->Count(call.operation.id, AddressOf(call), *limit, call.now);
}

void AddRateHeaders(const RateCount& count, Reply& reply) {
  reply.headers.emplace_back("X-RateLimit-Limit", std::to_string(count.limit));
  reply.headers.emplace_back("X-RateLimit-Remaining", std::to_string(count.remaining));
  reply.headers.emplace_back("X-RateLimit-Reset", std::to_string(UnixMillis(count.reset)));
}

Failure TooManyRequests(const RateCount& count, Time now) {
  const auto wait = std::chrono::ceil<std::chrono::seconds>(count.reset - now);
  return Failure(429, "Error, too many requests. Please slow down. You must wait " + std::to_string(wait.count()) +
                          " seconds before trying this endpoint again. [error-too-many-requests]");
}

// ---- one attempt ----------------------------------------------------------------------------------------------------

Awaitable<Status> LoadSnapshots(CallContext& call) {
  auto settings = co_await call.services.workspace.GetSettings(call.documents());
  if (!settings) co_return settings.error();
  auto permissions = co_await call.services.workspace.GetPermissions(call.documents());
  if (!permissions) co_return permissions.error();
  call.settings_snapshot = *std::move(settings);
  call.permissions_snapshot = *std::move(permissions);
  co_return Status();
}

// What outlasts the attempts at one call.
struct Kept {
  RateLimiter* limiter;
  std::optional<RateCount> count;  // of the limiter, once an attempt came so far
  Learnt learnt;
};

// Everything a handler decides by is read anew, the caller included.
Awaitable<Reply> Attempt(const Request& request, const routing::RouteMatch& match, const Route& route,
                         Services& services, Kept& kept) {
  CallContext call(request, *match.operation, services);
  call.path = match.parameters;
  call.learnt = &kept.learnt;
  const Status loaded = co_await LoadSnapshots(call);
  if (!loaded) co_return loaded.error();
  const Status authenticated = co_await Authenticate(call);
  if (!authenticated) co_return authenticated.error();
  if (!call.caller && !call.operation.access.anonymous) co_return NotLoggedIn();
  if (const auto failure = CheckGate(call)) co_return *failure;
  if (const auto failure = ReadInput(call, route.checks)) co_return *failure;
  const auto misfit = CheckInput(call, route.checks);
  if (misfit && route.checks == Checks::kTyped) co_return *misfit;
  if (!kept.count) kept.count = CountCall(call, kept.limiter);
  if (kept.count && !kept.count->allowed) co_return TooManyRequests(*kept.count, call.now);
  if (misfit) co_return *misfit;
  const Outcome<Done> proven = co_await CheckSecondFactor(call, route);
  if (!proven) co_return proven.failure();
  co_return co_await route.handler(call);
}

// Writers of one busy record win one at a time, so this is how many may meet: messages sent into a chat all at once, or
// chats opened at once that the same agents compete for.
constexpr int kWriteAttempts = 100;

Awaitable<Reply> Serve(const Request& request, const routing::RouteMatch& match, const Route& route, Services& services,
                       RateLimiter* limiter) {
  Kept kept{limiter, std::nullopt, {}};
  for (int left = kWriteAttempts;; --left) {
    Reply reply = co_await Attempt(request, match, route, services, kept);
    if (reply.conflict && left > 1) continue;
    if (kept.count) AddRateHeaders(*kept.count, reply);
    co_return reply;
  }
}

void LogFailure(const Request& request, const std::string& operation, const Reply& reply) {
  Log(LogLevel::kError, "embedded.call_failed",
      {{"operation", operation}, {"request_id", request.request_id}, {"reason", reply.log_detail}});
}

Awaitable<Reply> AnswerNotBuilt(CallContext& call) {
  co_return NotBuilt(call.operation);
}

// What no handler serves. Without a licence a premium route is refused as any other that is there.
constexpr Route kNotBuilt{"", AnswerNotBuilt, Checks::kNone};

bool IsUnlicensed(const specs::Operation& operation, const Options& options) {
  return operation.edition == "premium" && options.edition == Edition::kCommunity;
}

std::string FullPath(const std::string& path) {
  return path.starts_with('/') ? path : "/api/v1/" + path;
}

}  // namespace

Awaitable<Result<Response>> EmbeddedBackend::Call(const Request& request) {
  const std::string path = FullPath(request.path);
  const auto match = services_.workspace.operations().Match(request.method, path);
  if (!match) co_return ToResponse(NotServed(match.error(), services_.workspace.operations().MethodsFor(path)));
  const Version version = services_.workspace.version();
  const bool unlicensed = IsUnlicensed(*match->operation, services_.workspace.options());
  if (!HasRoute(version, match->operation->id) || (unlicensed && !NamesMissingLicence(version)))
    co_return ToResponse(NotServed(NotFound(path), {}));
  const Route* route = services_.workspace.FindRoute(*match->operation);
  if (route == nullptr && !unlicensed) co_return ToResponse(NotBuilt(*match->operation));
  if (route == nullptr) route = &kNotBuilt;
  Reply reply = co_await Serve(request, *match, *route, services_, limiter_);
  if (reply.status >= 500) LogFailure(request, match->operation->id, reply);
  // Permissions the spec names were always refused with 403.
  if (reply.status == 403 && reply.body.Text("error") == "unauthorized" && !RefusesRoutesWith403(version))
    reply.status = 401;
  co_return ToResponse(std::move(reply));
}

Awaitable<> EmbeddedBackend::WorkByItself() {
  return KeepSendingMails(services_);
}

Awaitable<Result<std::string>> EmbeddedBackend::KeepPicture(Picture picture) {
  return KeepPublicPicture(services_, std::move(picture));
}

Awaitable<Result<std::shared_ptr<const Directory>>> EmbeddedBackend::GetDirectory() {
  return services_.workspace.GetDirectory(services_.stores.documents());
}

}  // namespace parley::backend::embedded
