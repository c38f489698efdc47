// Triggers that ask another service what to say to a visitor. Source: omnichannel reference §2.10.
#include <algorithm>
#include <cmath>

#include "backend/embedded/service_call.h"
#include "backend/embedded/trigger.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::milliseconds;

// A service and how it is asked.
struct Question {
  std::string trigger_id;
  std::string url;
  double timeout_ms = 0;  // what is none stands for one second
  std::string fallback;   // said in the place of an answer
  std::string visitor_token;
};

Failure NoToken() {
  return Fail("Livechat secret token is not configured");
}

milliseconds TimeoutOf(double wanted_ms) {
  constexpr milliseconds kStandard{1000};
  if (!(wanted_ms >= 1)) return kStandard;
  return milliseconds(static_cast<std::int64_t>(std::min(wanted_ms, double{kLongestServiceWait.count()})));
}

outgoing::OutgoingRequest RequestOf(const Call& call, const Question& question) {
  Json body = Json::MakeObject();
  const Json* extra = call.body.Find("extraData");
  if (extra != nullptr && !extra->IsNull()) body.Append("metadata", *extra);
  body.Append("visitorToken", question.visitor_token);
  outgoing::OutgoingRequest request;
  request.method = http::Method::kPost;
  request.url = question.url;
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"X-RocketChat-Livechat-Token", call.settings().Text("Livechat_secret_token")}};
  request.body = Print(body);
  request.timeout = TimeoutOf(question.timeout_ms);
  return request;
}

bool IsContent(const Json& item) {
  const Json* message = item.Find("msg");
  const Json* order = item.Find("order");
  return message != nullptr && message->IsString() && order != nullptr && order->IsNumber();
}

// The messages of an answer {"contents": [{"msg", "order"}, ...]}; nothing when it has none.
std::optional<Json> ContentsOf(const outgoing::OutgoingResponse& answer) {
  const Result<Json> body = ParseJson(answer.body);
  const Json* contents = body ? body->Find("contents") : nullptr;
  const Json::Array* list = contents != nullptr ? contents->AsArray() : nullptr;
  if (list == nullptr || list->empty() || !std::all_of(list->begin(), list->end(), &IsContent)) return std::nullopt;
  return *contents;
}

// The widget says the fallback message then. `said`: what is known of the reason.
Reply NotAnswered(const Question& question, std::string error, std::string said) {
  return Reply(400, Json::Of({{"triggerId", question.trigger_id},
                              {"error", std::move(error)},
                              {"response", std::move(said)},
                              {"fallbackMessage", question.fallback},
                              {"success", false}}));
}

Awaitable<Reply> AskService(const Call& call, Question question) {
  constexpr const char* kInvalid = "error-invalid-external-service-response";
  outgoing::OutgoingRequest request = RequestOf(call, question);
  const auto answer = co_await CallService(call, std::move(request));
  if (!answer) {
    LogFailedService("trigger", answer.error());
    const bool late = answer.error().code == ErrorCode::kTimeout;
    co_return NotAnswered(question, late ? "error-timeout" : kInvalid, answer.error().message);
  }
  if (answer->status != 200) co_return NotAnswered(question, kInvalid, answer->body);
  std::optional<Json> contents = ContentsOf(*answer);
  if (!contents) co_return NotAnswered(question, kInvalid, "the service's answer has no contents to show");
  Json response = Json::Of({{"statusCode", answer->status}, {"contents", *std::move(contents)}});
  co_return Json::Of({{"triggerId", question.trigger_id}, {"response", std::move(response)}});
}

Awaitable<Reply> TestService(Call& call) {
  if (call.settings().Text("Livechat_secret_token").empty()) co_return NoToken();
  Question question;
  question.trigger_id = "test-trigger";
  question.url = call.body.Text("webhookUrl");
  question.timeout_ms = call.body.Find("timeout")->AsNumber().value_or(0);
  question.fallback = call.body.Text("fallbackMessage");
  question.visitor_token = "1234567890";  // of no visitor
  co_return co_await AskService(call, std::move(question));
}

// The service of a trigger all of whose actions ask one: the first.
Outcome<Question> QuestionOf(const Trigger& trigger) {
  const Json::Array* actions = trigger.actions.AsArray();
  const bool asks = actions != nullptr && !actions->empty() &&
                    std::all_of(actions->begin(), actions->end(),
                                [](const Json& action) { return action.Text("name") == "use-external-service"; });
  if (!asks) return Fail("Trigger is not configured to use an external service");
  const Json* params = actions->front().Find("params");
  if (params == nullptr || params->Text("serviceUrl").empty()) return Fail("Invalid service URL");
  Question question;
  question.trigger_id = trigger.id;
  question.url = params->Text("serviceUrl");
  const Json* timeout = params->Find("serviceTimeout");
  question.timeout_ms = timeout != nullptr ? timeout->AsNumber().value_or(0) : 0;
  question.fallback = params->Text("serviceFallbackMessage");
  return question;
}

Awaitable<Reply> CallServiceOfTrigger(Call& call) {
  auto trigger = co_await Get<Trigger>(call.documents(), std::string(call.Path("_id")));
  if (!trigger) co_return trigger.error();
  if (!*trigger) co_return Fail("Invalid trigger");
  Outcome<Question> question = QuestionOf(**trigger);
  if (!question) co_return question.failure();
  if (call.settings().Text("Livechat_secret_token").empty()) co_return NoToken();
  question->visitor_token = call.body.Text("token");
  co_return co_await AskService(call, *std::move(question));
}

}  // namespace

Routes TriggerServiceRoutes() {
  return {
      {"POST livechat/triggers/external-service/test", &TestService},
      {"POST livechat/triggers/{_id}/external-service/call", &CallServiceOfTrigger},
  };
}

}  // namespace parley::backend::embedded
