// POST livechat/webhook.test: a made-up chat for the webhook of the settings. Source: omnichannel reference §2.13, §4.2.
#include "backend/embedded/service_call.h"
#include "base/text.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

Json SampleVisitor() {
  return Json::Of({{"_id", ""},
                   {"name", "Sample Visitor"},
                   {"username", "sample-visitor"},
                   {"department", "sample-department"},
                   {"email", "visitor@example.com"},
                   {"phone", "+15550100"},
                   {"ip", "203.0.113.9"},
                   {"browser", "Firefox"},
                   {"os", "Linux"},
                   {"customFields", Json::Of({{"customerId", "1001"}})}});
}

Json SampleAgent() {
  return Json::Of({{"_id", "sample-agent-id"},
                   {"username", "sample-agent"},
                   {"name", "Sample Agent"},
                   {"email", "agent@example.com"}});
}

Json SampleMessages(const Json& now) {
  Json question = Json::Of({{"username", "sample-visitor"}, {"msg", "Is anybody there?"}, {"ts", now}});
  Json answer = Json::Of(
      {{"username", "sample-agent"}, {"agentId", "sample-agent-id"}, {"msg", "Yes, how can I help?"}, {"ts", now}});
  return Json(Json::Array{std::move(question), std::move(answer)});
}

// Receivers know a test by its id.
Json SampleChat(Time at) {
  const Json now(IsoTime(at));
  return Json::Of({{"type", "LivechatSession"},
                   {"_id", "fasd6f5a4sd6f8a4sdf"},
                   {"label", "Sample chat"},
                   {"topic", "A test of the webhook"},
                   {"createdAt", now},
                   {"lastMessageAt", now},
                   {"tags", Json(Json::Array{Json("sample"), Json("test")})},
                   {"customFields", Json::Of({{"orderId", "1002"}})},
                   {"visitor", SampleVisitor()},
                   {"agent", SampleAgent()},
                   {"messages", SampleMessages(now)}});
}

outgoing::OutgoingRequest SampleRequest(const Call& call, std::string url) {
  outgoing::OutgoingRequest request;
  request.method = http::Method::kPost;
  request.url = std::move(url);
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  const std::string_view token = call.settings().Text("Livechat_secret_token");
  if (!token.empty()) request.headers.Add("X-RocketChat-Livechat-Token", token);
  request.body = Print(SampleChat(call.now));
  request.timeout = ServiceTimeout(call.settings());
  return request;
}

// Any other success than 200 is none, as with every delivery.
Awaitable<Reply> TestWebhook(Call& call) {
  std::string url(Trim(call.settings().Text("Livechat_webhookUrl")));
  if (url.empty()) co_return Fail("Webhook_URL_not_set");
  outgoing::OutgoingRequest request = SampleRequest(call, std::move(url));
  const auto answer = co_await CallService(call, std::move(request));
  if (!answer) LogFailedService("webhook", answer.error());
  if (!answer || answer->status != 200) co_return Fail("error-invalid-webhook-response");
  co_return Reply::Empty();
}

}  // namespace

Routes WebhookTestRoutes() {
  return {{"POST livechat/webhook.test", &TestWebhook}};
}

}  // namespace parley::backend::embedded
