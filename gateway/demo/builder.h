// Makes the demo company in one store, call by call.
//
// Threading: one thread.
#pragma once

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/bootstrap.h"
#include "backend/embedded/embedded.h"
#include "demo/company.h"
#include "demo/demo.h"
#include "resources/local_service.h"

namespace parley::demo {

// A clock that is set by hand. Thread-safe: the backend's password workers may ask it too.
class DemoClock final : public Clock {
 public:
  explicit DemoClock(Time start) : millis_(UnixMillis(start)) {}

  Time Now() const override { return FromUnixMillis(millis_.load()); }
  SteadyTime Steady() const override { return SystemClock().Steady(); }
  void Set(Time time) { millis_ = UnixMillis(time); }
  void Advance(std::chrono::milliseconds time) { millis_ += time.count(); }

 private:
  std::atomic<std::int64_t> millis_;
};

class Builder {
 public:
  // Everything is borrowed and outlives the builder.
  Builder(backend::embedded::Services services, DemoClock& clock, const Options& options)
      : services_(services),
        backend_(services.stores, services.recorder, services.clock, services.ids, services.workspace),
        credentials_(services.stores.documents(), services.stores.committer(), services.clock, services.ids),
        local_({services.stores, services.recorder, services.clock, services.ids}, credentials_, TheCompany().timezone,
               services.workspace.outgoing()),
        clock_(clock),
        options_(options),
        random_(options.seed) {}

  Awaitable<Status> Build();

 private:
  using Answer = Awaitable<Result<Json>>;

  Awaitable<Status> HireStaff();
  Awaitable<Result<std::string>> Hire(const Person& person);
  Awaitable<Status> SetPresence(const Person& person, bool online, bool available);
  Awaitable<Status> OpenDesks();
  Awaitable<Status> HoldChats();
  Awaitable<Status> HoldChat(int number, bool leave_open);
  Awaitable<Status> Talk(const Conversation& conversation, const std::string& token, const Json& room,
                         std::size_t lines);
  Awaitable<Status> Rate(const std::string& token, const std::string& room_id);
  Awaitable<Status> Close(const Conversation& conversation, const std::string& token, const Json& room);
  Awaitable<Status> GoHome();

  // Calls without credentials are a visitor's, with a user id that user's.
  Answer Post(std::string path, Json body, std::string as_user = {});
  Answer Get(std::string path, std::string query);
  Answer Send(backend::Service& service, backend::Request request);

  Time StartOf(int number, bool leave_open);
  std::uint64_t Draw(std::uint64_t below) { return random_() % below; }
  void Wait(std::uint64_t least_seconds, std::uint64_t most_seconds);

  backend::embedded::Services services_;
  backend::embedded::EmbeddedBackend backend_;
  auth::CredentialStore credentials_;
  resources::LocalService local_;
  DemoClock& clock_;
  const Options& options_;
  std::mt19937_64 random_;
  std::map<std::string_view, std::string> user_ids_;  // by user name
  std::array<std::string, kDesks> department_ids_;
};

}  // namespace parley::demo
