// What the shards of one embedded backend share: routes, and snapshots of settings, permissions, the directory, and what
// a visitor's page is compared with.
//
// A snapshot is read from the store when it is first asked for after a write that touched it; a write is followed by
// Invalidate before it is acknowledged, so every later reader sees it. What is not written through the backend alone, as
// greetings and goals, is read again when the store tells of a write.
// Threading: thread-safe; snapshots are immutable.
// Tests: tests/unit/backend/embedded/departments_test.cc, frame_test.cc
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "backend/backend.h"
#include "backend/embedded/file_store.h"
#include "backend/embedded/login_guard.h"
#include "backend/embedded/options.h"
#include "backend/embedded/password.h"
#include "backend/embedded/permissions.h"
#include "backend/embedded/routes.h"
#include "backend/embedded/settings.h"
#include "backend/embedded/version.h"
#include "base/wake_up.h"
#include "mail/sender.h"
#include "outgoing/outgoing.h"
#include "records/goal_hits.h"
#include "records/greeting_showings.h"
#include "routing/route_table.h"
#include "specs/spec.h"
#include "storage/changes.h"

namespace parley::backend::embedded {

// A value that is read again after it was invalidated. Thread-safe.
template <class T>
class Snapshot {
 public:
  struct State {
    std::uint64_t generation;
    std::shared_ptr<const T> value;  // null: to be read
  };

  State Now() const {
    const std::lock_guard lock(mutex_);
    return {generation_, value_};
  }
  // Kept unless something was invalidated since `generation` was seen.
  void Offer(std::uint64_t generation, std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    if (generation == generation_) value_ = std::move(value);
  }
  void Invalidate() {
    const std::lock_guard lock(mutex_);
    ++generation_;
    value_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 1;
  std::shared_ptr<const T> value_;
};

// A value made of one collection that others write too; made again after any write to it. Thread-safe.
template <class T>
class Reading {
 public:
  // Null: to be read. `writes`: DocumentStore::Writes of the collection, asked before.
  std::shared_ptr<const T> At(std::uint64_t writes) const {
    const std::lock_guard lock(mutex_);
    return writes == writes_ ? value_ : nullptr;
  }
  void Keep(std::uint64_t writes, std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    writes_ = writes;
    value_ = std::move(value);
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t writes_ = 0;
  std::shared_ptr<const T> value_;
};

// Which snapshots a write makes stale.
struct Touched {
  bool settings = false, permissions = false, directory = false;
};
Touched TouchedBy(const storage::Changes& changes);

class Workspace {
 public:
  // `rocketchat`: specs/rocketchat-livechat.yaml, loaded; must outlive the workspace.
  // Errors: kInvalidArgument  a route is in no spec, all of them named
  static Result<std::unique_ptr<Workspace>> Create(Options options, const specs::Spec& rocketchat);
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const Options& options() const { return options_; }
  Version version() const { return version_; }
  const routing::RouteTable& operations() const { return operations_; }
  // The route that serves an operation; null when it is not built yet.
  const Route* FindRoute(const specs::Operation& operation) const;
  Passwords& passwords() { return passwords_; }
  LoginGuard& login_guard() { return login_guard_; }
  mail::Sender& mail() { return mail_; }
  outgoing::Caller& outgoing() { return *outgoing_; }
  FileStore& files() { return files_; }
  // The largest request body an upload may have, by the settings last read. Never waits.
  std::size_t UploadBodyLimit() const { return upload_body_limit_; }
  // Told when a mail was promised.
  WakeUp& mails_waiting() { return mails_waiting_; }

  Awaitable<Result<std::shared_ptr<const Settings>>> GetSettings(storage::DocumentStore& documents);
  Awaitable<Result<std::shared_ptr<const Permissions>>> GetPermissions(storage::DocumentStore& documents);
  Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory(storage::DocumentStore& documents);
  Awaitable<Result<std::shared_ptr<const records::RunningGreetings>>> GetGreetings(storage::DocumentStore& documents);
  Awaitable<Result<std::shared_ptr<const records::Goals>>> GetGoals(storage::DocumentStore& documents);  // active ones
  void Invalidate(const Touched& touched);

  // Gives up calls of other services and joins the worker threads.
  void Stop();

 private:
  Workspace(Options options, routing::RouteTable operations, std::unordered_map<std::string_view, Route> routes);

  const Options options_;
  const Version version_;
  const routing::RouteTable operations_;
  const std::unordered_map<std::string_view, Route> routes_;
  Passwords passwords_;
  LoginGuard login_guard_;
  mail::Sender mail_;
  const std::shared_ptr<outgoing::Caller> outgoing_;
  FileStore files_;
  std::atomic<std::size_t> upload_body_limit_;
  WakeUp mails_waiting_;
  Snapshot<Settings> settings_;
  Snapshot<Permissions> permissions_;
  Snapshot<Directory> directory_;
  Reading<records::RunningGreetings> greetings_;
  Reading<records::Goals> goals_;
};

}  // namespace parley::backend::embedded
