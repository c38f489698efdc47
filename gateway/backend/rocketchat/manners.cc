#include "backend/rocketchat/manners.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "http/pause.h"

namespace parley::backend::rocketchat {
namespace {

const std::string kHost = "workspace";
constexpr double kEarned = 0.1;
constexpr double kMostSaved = 10;
// A retry that the deadline would cut short is not begun.
constexpr std::chrono::milliseconds kWorthTrying{250};

// Who looks after a write must not be answered by a look that began before it.
bool MustBeFresh(const Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return EqualsIgnoreCase(header.first, "cache-control") && header.second == "no-cache";
  });
}

bool IsOwnCall(const Request& request) {
  return request.caller.kind == CallerKind::kService;
}

// Something between here and the workspace speaks, or the workspace says itself that it cannot.
bool IsDown(int status) {
  return status == 502 || status == 503 || status == 504;
}

bool Answered(const Result<Response>& answer) {
  if (answer) return !IsDown(answer->status);
  return answer.error().code != ErrorCode::kBadGateway && answer.error().code != ErrorCode::kTimeout;
}

// The request was at fault, or its body never came.
bool IsOfItsClient(const Result<Response>& answer) {
  return !answer && answer.error().origin == ErrorOrigin::kClient;
}

int SecondsUntil(Time when, Time now) {
  return static_cast<int>(std::max<std::int64_t>(1, (UnixMillis(when) - UnixMillis(now) + 999) / 1000));
}

Error LeftAlone(Time until, Time now) {
  Error error = Unavailable("the workspace does not answer");
  error.retry_after_seconds = SecondsUntil(until, now);
  return error;
}

Error CannotWait(const Request& request, Time until, Time now) {
  const int seconds = SecondsUntil(until, now);
  return TooManyRequests("the workspace takes no more calls of " + std::string(http::NameOf(request.method)) + " " +
                             request.path + " for " + std::to_string(seconds) + " s",
                         seconds);
}

}  // namespace

std::optional<Time> SharedManners::OpenUntil(Time now) {
  const std::lock_guard lock(mutex_);
  switch (breakers_.StateOf(kHost, now)) {
    case Breakers::State::kClosed:
      return std::nullopt;
    case Breakers::State::kHalfOpen:
      if (!std::exchange(trying_, true)) return std::nullopt;
      [[fallthrough]];
    case Breakers::State::kOpen:
      return std::max(breakers_.OpenUntil(kHost), now + std::chrono::seconds(1));
  }
  return std::nullopt;
}

void SharedManners::NoteAnswer(bool answered, Time now) {
  const std::lock_guard lock(mutex_);
  trying_ = false;
  breakers_.Note(kHost, answered, now);
}

void SharedManners::NoteNothing() {
  const std::lock_guard lock(mutex_);
  trying_ = false;
}

bool SharedManners::IsCutOff(Time now) {
  const std::lock_guard lock(mutex_);
  return breakers_.StateOf(kHost, now) == Breakers::State::kOpen;
}

void SharedManners::Earn() {
  const std::lock_guard lock(mutex_);
  retries_ = std::min(kMostSaved, retries_ + kEarned);
}

bool SharedManners::SpendRetry() {
  const std::lock_guard lock(mutex_);
  if (retries_ < 1) return false;
  retries_ -= 1;
  return true;
}

void SharedManners::Count(std::int64_t Numbers::*what) {
  const std::lock_guard lock(mutex_);
  ++(numbers_.*what);
}

SharedManners::Numbers SharedManners::numbers() {
  const std::lock_guard lock(mutex_);
  return numbers_;
}

Awaitable<Result<Response>> Manners::Call(const Request& request) {
  if (!IsOwnCall(request)) {
    Result<Response> answer = co_await Guarded(request);
    if (request.method != http::Method::kGet) shared_.NoteWrite();
    co_return answer;
  }
  const Route route = route_of_(request);
  if (!route.reads) {
    Result<Response> answer = co_await InTurn(request, route);
    shared_.NoteWrite();
    co_return answer;
  }
  if (request.may_stream || MustBeFresh(request)) co_return co_await InTurn(request, route);
  // What began before a write was answered may not know of it.
  const std::string key = std::to_string(shared_.writes()) + " " + std::string(http::NameOf(request.method)) + " " +
                          request.path + "?" + request.query;
  const bool first = !reads_.IsUnderWay(key);
  if (!first) shared_.Count(&SharedManners::Numbers::joined);
  const std::function<Awaitable<Result<Response>>()> work = [&] { return InTurn(request, route); };
  co_return co_await reads_.Do(key, work);
}

Awaitable<Result<Response>> Manners::InTurn(const Request& request, const Route& route) {
  for (;;) {
    if (const std::optional<Time> later = shared_.budgets.Take(route.name, clock_.Now())) {
      const Status waited = co_await WaitUntil(*later, request);
      if (!waited) co_return waited.error();
      continue;
    }
    Result<Response> answer = co_await WithRetry(request, route.repeatable && request.incoming == nullptr);
    if (!answer) co_return answer;
    const Time now = clock_.Now();
    shared_.budgets.Note(route.name, *answer, now);
    if (answer->status != 429 || request.incoming != nullptr) co_return answer;
    // Refused before anything was done: asking again is safe whatever it was.
    const Status waited = co_await WaitUntil(now + RouteBudgets::WaitOf(*answer, now), request);
    if (!waited) co_return waited.error();
  }
}

Awaitable<Result<Response>> Manners::WithRetry(const Request& request, bool repeatable) {
  shared_.Earn();
  Result<Response> answer = co_await Guarded(request);
  if (Answered(answer) || !repeatable) co_return answer;
  if (clock_.Steady() + kWorthTrying > request.deadline || !shared_.SpendRetry()) co_return answer;
  shared_.Count(&SharedManners::Numbers::retried);
  co_return co_await Guarded(request);
}

Awaitable<Result<Response>> Manners::Guarded(const Request& request) {
  const Time now = clock_.Now();
  if (const std::optional<Time> until = shared_.OpenUntil(now)) {
    shared_.Count(&SharedManners::Numbers::cut_off);
    co_return LeftAlone(*until, now);
  }
  Result<Response> answer = co_await next_.Call(request);
  if (IsOfItsClient(answer)) {
    shared_.NoteNothing();
  } else {
    shared_.NoteAnswer(Answered(answer), clock_.Now());
  }
  co_return answer;
}

Awaitable<Status> Manners::WaitUntil(Time when, const Request& request) {
  const Time now = clock_.Now();
  const SteadyTime due = clock_.Steady() + std::max(when - now, std::chrono::milliseconds(0));
  if (due >= request.deadline) {
    shared_.Count(&SharedManners::Numbers::refused);
    co_return CannotWait(request, when, now);
  }
  shared_.Count(&SharedManners::Numbers::waited);
  co_await http::Pause(timers_, due);
  co_return Status();
}

}  // namespace parley::backend::rocketchat
