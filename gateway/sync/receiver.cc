#include "sync/receiver.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "events/webhook_names.h"
#include "sync/shape.h"

namespace parley::sync {
namespace {

using events::Source;

constexpr std::string_view kTokenHeader = "X-RocketChat-Livechat-Token";
// A chat's end is told with everything said in it.
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;
constexpr std::size_t kLongestText = 100'000;

http::Response Answer(int status, Json body) {
  return http::Response(status, "application/json", Print(body));
}

http::Response Refuse(int status, std::string_view why) {
  return Answer(status, Json::Of({{"error", why}}));
}

Result<Json> ReadBody(std::string_view text) {
  Result<Json> body = ParseJson(text);
  if (!body) return InvalidArgument("the body is no JSON: " + body.error().message);
  if (!body->IsObject()) return InvalidArgument("the body must be an object");
  const std::string_view type = body->Text("type");
  if (std::find(events::kWebhookNames.begin(), events::kWebhookNames.end(), type) == events::kWebhookNames.end())
    return InvalidArgument("type must be one of Rocket.Chat's livechat webhooks, LivechatSession for example");
  if (type != events::kOfflineMessageLeft && !IsId(body->Text("_id")))
    return InvalidArgument("_id must be the id of a room: 1 to 64 letters, digits, '-', '_', '.' or ':'");
  return body;
}

}  // namespace

Awaitable<http::Response> Receiver::Receive(const http::Request& request) {
  if (token_.empty()) co_return Refuse(404, "no webhooks are taken: backend.webhook_token is not set");
  if (request.method != http::Method::kPost) {
    http::Response refusal = Refuse(405, "use POST");
    refusal.headers.emplace_back("Allow", "POST");
    co_return refusal;
  }
  if (!SecureEquals(request.Header(kTokenHeader), token_))
    co_return Refuse(401, "X-RocketChat-Livechat-Token must be the token of backend.webhook_token");
  if (request.body.size() > kMostBytes) co_return Refuse(413, "a webhook has at most 4 MiB");
  const Result<Json> told = ReadBody(request.body);
  if (!told) {
    Log(LogLevel::kWarning, "sync.webhook_refused", {{"reason", told.error().message}});
    co_return Refuse(400, told.error().message);
  }
  const Status kept = co_await Keep(*told);
  if (!kept && kept.error().http_status < 500) co_return Refuse(kept.error().http_status, kept.error().message);
  if (!kept) {
    Log(LogLevel::kError, "sync.webhook_not_kept", {{"reason", kept.error().message}, {"detail", kept.error().detail}});
    co_return Refuse(503, "it could not be kept; send it again");
  }
  woken_();
  co_return Answer(200, Json::Of({{"ok", true}}));
}

Awaitable<Status> Receiver::Keep(const Json& told) {
  const std::string_view type = told.Text("type");
  if (type == events::kOfflineMessageLeft) co_return co_await KeepMessage(told);
  co_return co_await inbox_.Put(std::string(told.Text("_id")), Source::kWebhook, type == events::kLeadCapture);
}

Awaitable<Status> Receiver::KeepMessage(const Json& told) {
  events::OfflineMessage left;
  left.name = TextAt(told, "visitor.name");
  left.email = TextAt(told, "visitor.email");
  left.text = told.Text("message");
  const Json* sent = told.Find("sentAt");
  const std::optional<Time> at = sent == nullptr ? std::nullopt : MomentOf(*sent);
  if (!at) co_return InvalidArgument("sentAt must be a date");
  if (left.email.empty() || left.email.size() > kLongestText) co_return InvalidArgument("visitor.email must be a text");
  if (left.text.empty() || left.text.size() > kLongestText)
    co_return InvalidArgument("message must be a text of at most 100000 bytes");
  co_return co_await offline_.NoteWebhook(std::move(left), *at);
}

}  // namespace parley::sync
