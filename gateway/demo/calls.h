// Calls of the backend and of the local store, as a client on a clock of the past makes them.
//
// Threading: one thread.
#pragma once

#include <atomic>
#include <string>

#include "auth/credentials.h"
#include "backend/embedded/embedded.h"
#include "resources/local_service.h"

namespace parley::demo {

// A clock that is set by hand. Thread-safe: the backend's password workers may ask it too.
class DemoClock final : public Clock {
 public:
  explicit DemoClock(Time start) : millis_(UnixMillis(start)) {}

  Time Now() const override { return FromUnixMillis(millis_.load()); }
  SteadyTime Steady() const override { return SystemClock().Steady(); }
  void Set(Time time) { millis_ = UnixMillis(time); }

 private:
  std::atomic<std::int64_t> millis_;
};

// Who calls: a visitor from an address, or a user by id.
struct Caller {
  std::string user_id;  // empty: a visitor
  std::string address = "203.0.113.1";
};

class Calls {
 public:
  using Answer = Awaitable<Result<Json>>;

  // Everything is borrowed and outlives the calls.
  explicit Calls(const backend::embedded::Services& services);
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  // Errors: kInternal naming the call that was refused.
  Answer Post(std::string path, Json body, Caller caller);
  Answer Get(std::string path, std::string query, Caller caller);
  // In the store's own vocabulary, `local/...`.
  Answer PostLocal(std::string path, Json body);
  Answer PutLocal(std::string path, Json body);

 private:
  static Answer Send(backend::Service& service, backend::Request request);

  backend::embedded::EmbeddedBackend backend_;
  auth::CredentialStore credentials_;
  resources::LocalService local_;
};

}  // namespace parley::demo
