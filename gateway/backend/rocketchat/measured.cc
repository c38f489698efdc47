#include "backend/rocketchat/measured.h"

namespace parley::backend::rocketchat {

Awaitable<Result<Response>> Measured::Call(const Request& request) {
  const SteadyTime began = clock_.Steady();
  Result<Response> answer = co_await next_.Call(request);
  if (observer_) {
    const std::chrono::duration<double> took = clock_.Steady() - began;
    observer_(route_name_(request), answer ? answer->status : 0, took.count());
  }
  co_return answer;
}

}  // namespace parley::backend::rocketchat
