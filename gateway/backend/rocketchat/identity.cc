#include "backend/rocketchat/identity.h"

#include "base/log.h"
#include "json/json.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kLogin = "login";
constexpr std::string_view kSecondFactor = "totp-required";

Error Refused(std::string_view what_to_do) {
  Log(LogLevel::kError, "workspace.account_refused", {{"to_do", std::string(what_to_do)}});
  return Unavailable("the workspace refuses Parley's account: " + std::string(what_to_do));
}

bool AsksForSecondFactor(const Response& answer) {
  if (answer.status != 400 && answer.status != 401) return false;
  if (answer.body.find(kSecondFactor) == std::string::npos) return false;
  const Result<Json> body = ParseJson(answer.body);
  return body && (body->Text("errorType") == kSecondFactor || body->Text("error") == kSecondFactor);
}

Error SecondFactor(const Request& request) {
  Log(LogLevel::kError, "workspace.second_factor", {{"call", request.path}});
  return BadGateway(
      "the workspace asks Parley's account for a second factor: give it a personal access token made "
      "to bypass it, and set backend.auth_token",
      request.path);
}

// Lines before 7.0 refuse within a route with the status of a session that has ended.
bool LacksPermission(const Response& answer) {
  if (answer.status != 401) return false;
  const Result<Json> body = ParseJson(answer.body);
  return body && body->Text("error") == "unauthorized" && body->Find("status") == nullptr;
}

Request As(const Caller& caller, const Request& request) {
  Request own = request;
  own.caller = caller;
  own.client_address.clear();
  return own;
}

}  // namespace

SharedIdentity::SharedIdentity(const Options& options) {
  if (!options.auth_token.empty()) caller_.emplace(CallerKind::kSession, options.user_id, options.auth_token);
}

std::optional<Caller> SharedIdentity::Get() {
  const std::lock_guard lock(mutex_);
  return caller_;
}

void SharedIdentity::Set(Caller caller) {
  const std::lock_guard lock(mutex_);
  caller_ = std::move(caller);
}

Awaitable<Result<Response>> Identity::Call(const Request& request) {
  if (request.caller.kind != CallerKind::kService) co_return co_await next_.Call(request);
  // Somebody proves who they are: a refusal is about them.
  if (request.path == kLogin) {
    const Request proof = As(Caller(), request);
    co_return co_await next_.Call(proof);
  }
  Result<Caller> caller = co_await Session(request, std::string());
  if (!caller) co_return caller.error();
  const Request first = As(*caller, request);
  Result<Response> answer = co_await next_.Call(first);
  if (answer && AsksForSecondFactor(*answer)) co_return SecondFactor(request);
  if (answer && LacksPermission(*answer)) answer->status = 403;
  if (!answer || answer->status != 401) co_return answer;
  // What came part by part has been used up.
  if (request.incoming != nullptr) co_return answer;
  // Refused before anything was done, so that even a write may be sent again.
  if (!CanLogIn()) co_return Refused("its token is not valid (any more); make one and set backend.auth_token");
  caller = co_await Session(request, caller->auth_token);
  if (!caller) co_return caller.error();
  const Request second = As(*caller, request);
  answer = co_await next_.Call(second);
  if (answer && answer->status == 401) co_return Refused("a session just opened is not valid");
  co_return answer;
}

Awaitable<Result<Caller>> Identity::Session(const Request& request, std::string stale) {
  const std::optional<Caller> known = shared_.Get();
  if (known && known->auth_token != stale) co_return *known;
  co_return co_await LogIn(request);
}

Awaitable<Result<Caller>> Identity::LogIn(const Request& request) {
  Request login(http::Method::kPost, std::string(kLogin));
  login.content_type = "application/json";
  login.body = Print(Json::Of({{"user", options_.username}, {"password", options_.password}}));
  login.deadline = request.deadline;
  login.request_id = request.request_id;
  const Result<Response> answer = co_await next_.Call(login);
  if (!answer) co_return answer.error();
  if (AsksForSecondFactor(*answer)) co_return SecondFactor(login);
  if (answer->status == 401 || answer->status == 403)
    co_return Refused("its user name or password is wrong; see backend.username and backend.password");
  const Result<Json> body = ParseJson(answer->body);
  const Json* user = body ? body->FindPath("data.userId") : nullptr;
  const Json* token = body ? body->FindPath("data.authToken") : nullptr;
  const auto id = user != nullptr ? user->AsString() : std::nullopt;
  const auto secret = token != nullptr ? token->AsString() : std::nullopt;
  if (answer->status != 200 || !id || !secret || id->empty() || secret->empty()) {
    co_return BadGateway("the workspace answered POST login with " + std::to_string(answer->status) +
                             " and no data.userId and data.authToken",
                         answer->status == 200 ? std::string() : answer->body.substr(0, 300));
  }
  Caller caller(CallerKind::kSession, std::string(*id), std::string(*secret));
  shared_.Set(caller);
  co_return caller;
}

}  // namespace parley::backend::rocketchat
