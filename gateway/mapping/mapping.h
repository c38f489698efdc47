// The mapping: one API served on top of another, as data.
//
// Purpose: load mapping files, compile them into immutable programs, run a program for one request: its calls, its
// shaping, its compensation. The language is docs/mappings.md. Refuses to know: HTTP connections, credentials, storage
// (ids are found through IdResolver), how a face renders an Error. Threading: a Catalog and its Programs are immutable;
// a Runner belongs to one shard. Tests: tests/unit/mapping/, tests/golden/
//
//   std::shared_ptr<const Catalog> catalog = Load("mappings/livechat-v2", specs, problems);
//   const Program* program = catalog->Find("GroupsGet");
//   Result<std::string> answer = co_await runner.Run(*program, invocation);
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backend/backend.h"
#include "base/awaitable.h"
#include "base/clock.h"
#include "base/id_generator.h"
#include "base/problems.h"
#include "json/json.h"
#include "specs/spec.h"

namespace parley::mapping {

// ---- ids
// --------------------------------------------------------------------------------------------------------------

enum class IdKind { kGroup, kChat, kVisitor, kTicket, kGoal, kGreeting, kCannedResponse, kMessage };
inline constexpr std::size_t kIdKinds = 8;

std::string_view NameOf(IdKind kind);  // "canned_response"
std::optional<IdKind> ParseIdKind(std::string_view name);
bool IsIntegerKind(IdKind kind);  // written as a number

// Finds and issues ids in batches; answers are in the order asked. The Runner remembers what it was told (ids never
// change), so an implementation needs no cache of its own.
class IdResolver {
 public:
  virtual ~IdResolver() = default;
  // Empty where no id was ever issued.
  virtual Awaitable<Result<std::vector<std::optional<std::string>>>> FindLiveChatIds(
      IdKind kind, std::vector<std::string> backend_ids) = 0;
  virtual Awaitable<Result<std::vector<std::optional<std::string>>>> FindBackendIds(
      IdKind kind, std::vector<std::string> livechat_ids) = 0;
  // Issues those not seen before, in this order, durably.
  virtual Awaitable<Result<std::vector<std::string>>> IssueLiveChatIds(IdKind kind,
                                                                       std::vector<std::string> backend_ids) = 0;
};

// ---- programs
// ---------------------------------------------------------------------------------------------------------

enum class LossKind { kNotKept, kMadeUp, kNotShown };
std::string_view NameOf(LossKind kind);  // "not_kept"

struct Loss {
  LossKind kind;
  std::string name;
  std::string reason;
};

// One step as `explain` shows it.
struct PlannedStep {
  std::string name;
  std::string what;  // "GET livechat/department", "read AgentsGet" or "value"
  bool write = false;
  bool local = false;        // answered by the store
  bool conditional = false;  // has `when` or `needs`
  bool repeated = false;     // once per item of a list
  bool paged = false;        // as many pages as it takes
  std::string undo;          // "POST users.delete", empty when there is none
  std::string stays;
  const specs::Operation* operation = nullptr;  // what is called; null for other steps
};

struct PlannedVariant {
  std::vector<std::string> needs;               // "canned_responses", "not tags"
  std::string when;                             // as written, empty: always
  bool reads_directory = false;                 // some of what it answers comes from the backend's directory
  std::vector<std::vector<PlannedStep>> waves;  // steps of one wave run together
  std::string plan;                             // "stream of $departments" or "tree: <why>"
};

struct Code;  // program.h

// One operation, ready to run. Immutable.
class Program {
 public:
  explicit Program(std::unique_ptr<const Code> code);
  ~Program();

  const std::string& operation() const;
  const specs::Operation& face_operation() const;
  const std::string& file() const;
  int line() const;
  const std::vector<Loss>& losses() const;  // those declared, inherited ones included
  const std::vector<PlannedVariant>& variants() const;
  bool asks_capabilities() const;  // what it does depends on what the backend can do
  const Code& code() const { return *code_; }

 private:
  std::unique_ptr<const Code> code_;
};

struct SpecSet {
  const specs::Spec& face;     // whose operations are served
  const specs::Spec& backend;  // whose operations are called
  const specs::Spec& local;    // the store's own vocabulary, called as local/...
};

// All programs of one face. Immutable.
class Catalog {
 public:
  explicit Catalog(std::vector<std::unique_ptr<const Program>> programs);  // sorted by operation
  ~Catalog();

  const Program* Find(std::string_view operation_id) const;
  const std::vector<std::unique_ptr<const Program>>& programs() const { return programs_; }

 private:
  std::vector<std::unique_ptr<const Program>> programs_;
};

// Reads every .yaml file of `directory`, checks it and compiles it. Null when anything is wrong; everything that is
// wrong is in `problems` then. The specs must outlive the catalog.
std::shared_ptr<const Catalog> Load(const std::filesystem::path& directory, const SpecSet& specs, Problems& problems);

// ---- running
// ----------------------------------------------------------------------------------------------------------

struct CallerInfo {
  std::string login;
  std::string role;  // owner, administrator, normal
};

struct AccountInfo {
  std::int64_t license = 0;
  std::string language = "en";
  std::string timezone = "UTC";
  std::string name;
  std::string host;  // what clients reach the gateway by, "parley.acme.test:8080": the beginning of avatars' addresses
  std::string scheme = "http";  // or "https": what clients reach it over
};

// What was executed, for X-Parley-Explain and the log.
struct TraceStep {
  std::string step;  // "departments", "user (undo)"
  std::string call;  // "GET livechat/department?count=100&offset=0", "value", "read AgentsGet"
  int status = 0;    // of the answer; 0 when there was none
  std::int64_t millis = 0;
};
struct Trace {
  std::vector<TraceStep> steps;
};

using Capabilities = backend::Capabilities;

// One request. Everything referred to must outlive the run.
struct Invocation {
  explicit Invocation(const Json& input) : in(input) {}

  const Json& in;  // object: path, query and body members under the spec's names, validated
  CallerInfo caller;
  AccountInfo account;
  Time now;
  SteadyTime deadline{};
  std::string request_id;
  std::string client_address;
  const Capabilities* capabilities = nullptr;  // null: the backend's
  Trace* trace = nullptr;                      // null: not wanted
};

// Told about what should not happen but does. Called on the shard's thread.
class Observer {
 public:
  virtual ~Observer() = default;
  // A value from the backend had a type its spec denies and counts as missing. `path`: the expression, as written.
  virtual void Surprise(std::string_view operation, std::string_view path) = 0;
  // `call`: what must be done by hand, "POST users.delete {...}".
  virtual void UndoFailed(std::string_view operation, std::string_view call) = 0;
};

struct RunnerOptions {
  std::size_t memory_limit = std::size_t{64} << 20;  // bytes of answers and working memory for one request
  int call_limit = 200;                              // calls for one request
  std::chrono::milliseconds undo_timeout{5000};
  std::string secret_key;  // what secret_for() hashes with; REQUIRED when a mapping uses it
  Observer* observer = nullptr;
};

// Runs programs. One thread: belongs to a shard, as its services do. Many runs may be under way at once.
class Runner {
 public:
  Runner(backend::Backend& backend, backend::Service& local, IdResolver& ids, const Clock& clock,
         IdGenerator& generator, RunnerOptions options = {});
  ~Runner();

  // The JSON bytes of a successful answer ("" when the operation has none).
  // Errors: kUnsupported when no variant applies: 501 on the LiveChat face, pass through on the Rocket.Chat face;
  //         whatever the mapping's outcomes say; kBadGateway for answers that cannot be used; kTimeout,
  //         kTooManyRequests.
  // `program` and `invocation` must outlive the call.
  Awaitable<Result<std::string>> Run(const Program& program, const Invocation& invocation);

  struct Shard;  // run.h

 private:
  std::unique_ptr<Shard> shard_;
};

}  // namespace parley::mapping
