#include "pipeline/pipeline.h"

#include "base/log.h"
#include "base/text.h"
#include "pipeline/client_address.h"
#include "pipeline/livechat_answer.h"
#include "pipeline/streamed_answer.h"

namespace parley::pipeline {
namespace {

constexpr std::string_view kReceiver = "/relay/rocketchat";

// What was executed, as the value of one response header: bounded, because header blocks are.
std::string TraceHeader(const mapping::Trace& trace) {
  constexpr std::size_t kMaxSteps = 40;
  Json steps = Json::MakeArray();
  for (const mapping::TraceStep& step : trace.steps) {
    if (steps.size() == kMaxSteps) break;
    steps.Push(Json::Of(
        {{"step", step.step}, {"call", step.call.substr(0, 120)}, {"status", step.status}, {"millis", step.millis}}));
  }
  // Header values are printable ASCII: whatever else a call's path holds stays escaped.
  std::string text;
  for (const char c : Print(steps)) text += static_cast<unsigned char>(c) < 0x7F && c >= ' ' ? c : '?';
  return text;
}

}  // namespace

bool Pipeline::WantsTrace(const http::Request& request) const {
  return !options_.admin_key.empty() && request.Header("X-Parley-Explain") == "1" &&
         SecureEquals(request.Header("X-Parley-Admin-Key"), options_.admin_key);
}

Awaitable<http::Response> Pipeline::Handle(const http::Request& request) {
  // Kept to the end: the exchange points into it.
  const std::shared_ptr<const Serving> serving = serving_.Get();
  Exchange exchange(request, clock_, ids_, options_.request_timeout);
  exchange.client_address = ClientAddressOf(request, options_.trusted_proxies);
  mapping::Trace trace;
  const bool traced = WantsTrace(request);

  http::Response response = co_await Answer(exchange, *serving, traced ? &trace : nullptr);
  if (traced) response.headers.emplace_back("X-Parley-Explain", TraceHeader(trace));
  response.headers.emplace_back("X-Request-Id", exchange.request_id);
  response.headers.emplace_back("traceparent", exchange.traceparent);

  const SteadyTime finished = clock_.Steady();
  metrics_.ObserveRequest(exchange.metrics_index, response.status,
                          std::chrono::duration<double>(finished - exchange.started).count());
  // What is still to come of the answer belongs to the line as well.
  if (response.stream != nullptr && request.method != http::Method::kHead) {
    response.stream =
        std::make_shared<StreamedAnswer>(std::move(response.stream), serving, exchange, response.status, clock_);
    co_return response;
  }
  if (LogEnabled(LogLevel::kInfo))
    LogLine(LogLevel::kInfo, LogLineOf(exchange, response.status, response.body.size(), finished));
  co_return response;
}

Awaitable<http::Response> Pipeline::Answer(Exchange& exchange, const Serving& serving, mapping::Trace* trace) {
  const bool rocketchat = RocketChatFace::Owns(exchange.request.path);
  std::string thrown;
  try {
    if (receiver_ && exchange.request.path == kReceiver) {
      exchange.face = "relay";
      co_return co_await receiver_(exchange.request);
    }
    if (rocketchat) co_return co_await rocketchat_.Handle(exchange, serving);
    co_return co_await livechat_.Handle(exchange, serving, trace);
  } catch (const std::exception& exception) {
    thrown = exception.what();
  }
  const Error error = Internal(std::move(thrown));
  exchange.Fail(error);
  co_return rocketchat ? RocketChatFailure(error) : LiveChatFailure(error, exchange.operation);
}

}  // namespace parley::pipeline
