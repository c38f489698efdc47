#include "backend/embedded/service_call.h"

#include <algorithm>

#include "base/log.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::milliseconds;

// The backend's own calls have no deadline.
milliseconds TimeLeft(const Call& call) {
  if (call.request.deadline == SteadyTime{}) return kLongestServiceWait;
  return std::chrono::duration_cast<milliseconds>(call.request.deadline - call.services.clock.Steady());
}

}  // namespace

milliseconds ServiceTimeout(const Settings& settings) {
  constexpr std::int64_t kStandard = 5000;
  const std::int64_t wanted = settings.Integer("Livechat_http_timeout");
  return std::min(milliseconds(wanted > 0 ? wanted : kStandard), kLongestServiceWait);
}

Awaitable<Result<outgoing::OutgoingResponse>> CallService(const Call& call, outgoing::OutgoingRequest request) {
  const milliseconds longest = std::min({request.timeout, TimeLeft(call), kLongestServiceWait});
  request.timeout = std::max(longest, milliseconds(1));
  co_return co_await call.services.workspace.outgoing().Send(std::move(request));
}

void LogFailedService(std::string_view service, const Error& error) {
  Log(LogLevel::kWarning, "outgoing.failed",
      {{"service", std::string(service)}, {"reason", error.message}, {"detail", error.detail}});
}

}  // namespace parley::backend::embedded
