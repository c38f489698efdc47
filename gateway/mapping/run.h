// One run of a program: its waves of steps, its answer, and its undoing when something fails.
//
// run.cc holds the order of things, run_values.cc evaluates, run_calls.cc and run_pages.cc talk to the backend.
// Refuses to know: the YAML, and how values are computed (evaluate.h).
// Threading: one shard; concurrent steps of a run are interleaved coroutines.
// Tests: tests/unit/mapping/runner_test.cc
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/evaluate.h"
#include "mapping/mapping.h"
#include "mapping/reader.h"

namespace parley::mapping {

// What all runs of a shard share.
struct Runner::Shard {
  backend::Backend& backend;
  backend::Service& local;
  IdResolver& resolver;
  const Clock& clock;
  IdGenerator& generator;
  RunnerOptions options;

  Reader reader = {};
  IdCache ids = {};
  std::shared_ptr<const DirectoryView> directory = {};
  std::vector<std::unique_ptr<Arena>> arenas = {};
  std::set<std::pair<std::string, std::string>> logged_surprises = {};

  std::int64_t MillisSince(SteadyTime start) const;
};

// What a run shares with the reads it makes.
struct Budget {
  Arena& arena;
  int calls = 0;
  std::deque<backend::Response> answers = {};                          // values are views into their bodies
  std::vector<std::shared_ptr<const DirectoryView>> directories = {};  // likewise
};

// Each pass of an evaluation fetches what the one before lacked: lookups nested in lookups, no deeper than an expression.
inline constexpr int kMaxPasses = 24;

class Execution {
 public:
  Execution(Runner::Shard& shard, const Program& program, const Invocation& invocation, Budget& budget,
            SteadyTime deadline, Value in);

  Awaitable<Result<std::string>> Run();

 private:
  struct Undoing {
    const StepCode* step;
    Value item;
    bool answered;
  };
  // What is asked and how failures are judged.
  struct Asking {
    const CallCode& call;
    const ErrorTable* errors = nullptr;  // of the step; null for an undo, which no limit of calls stops
    std::string trace_name = {};
    SteadyTime deadline{};
  };
  struct PageAnswer {
    Result<Value> items = Value();
    std::optional<std::int64_t> total = {};
  };

  // ---- evaluation
  // Calls work(evaluator) until it lacks nothing; ids are fetched in between.
  template <class Work>
  Awaitable<Status> Pass(Work& work);
  Error TooLarge() const;
  Awaitable<Result<Value>> Evaluate(NodeId node, Value dot);
  Awaitable<Result<bool>> Holds(NodeId condition, Value dot);
  Awaitable<Status> LoadDirectory();
  Awaitable<Status> FetchIds();
  Awaitable<Status> FindIds(IdDirection direction, IdKind kind, std::vector<std::string> ids);
  Awaitable<Status> IssueIds(IdKind kind, std::vector<std::string> ids);
  void TellSurprises(const Evaluator& evaluator);

  // ---- steps
  Awaitable<Result<bool>> Choose();  // the variant; false when none applies
  Awaitable<Result<std::string>> RunVariant();
  Awaitable<Status> Require();
  Awaitable<Status> RunWave(const std::vector<std::uint32_t>& wave);
  Awaitable<> RunInto(const StepCode& step, Status& status);
  Awaitable<Status> RunStep(const StepCode& step);
  Awaitable<Status> RunRepeated(const StepCode& step);
  Awaitable<> RunItem(const StepCode& step, Value item, Result<Value>& result, bool& failed);
  Awaitable<Result<Value>> RunGuarded(const StepCode& step, Value item);
  Awaitable<Result<Value>> RunOnce(const StepCode& step, Value item);
  Awaitable<Result<Value>> Obtain(const StepCode& step, Value item);
  Awaitable<Result<Value>> RunCall(const StepCode& step, Value item);
  Awaitable<Result<Value>> RunPaged(const StepCode& step, Value item);
  Awaitable<> AskPage(const StepCode& step, Value item, std::int64_t offset, PageAnswer& page);
  Awaitable<Result<Value>> RunRead(const StepCode& step, Value item);
  Awaitable<Result<std::string>> Answer();
  bool Has(const std::vector<std::pair<std::string, bool>>& needs) const;
  Value Attach(const StepCode& step, Value items, const std::vector<Result<Value>>& results);

  // ---- calls
  // Any answer; an Error when there was none. The answer lives as long as the budget.
  Awaitable<Result<backend::Response*>> Ask(const Asking& asking, Value item, std::string_view paging);
  Error NoAnswer(Error error, const CallCode& call) const;
  Awaitable<Status> Prepare(const CallCode& call, Value item, backend::Request& request);
  void NoteUndo(const StepCode& step, Value item, bool answered);
  // A Value for an outcome `missing`, else the Error.
  Awaitable<Result<Value>> Judge(const Asking& asking, Value item, backend::Response& response);
  Awaitable<Result<Value>> Conclude(const OutcomeCode& outcome, Value item, std::string detail);
  Awaitable<> UndoAll();
  Awaitable<> UndoOne(const Undoing& undoing, SteadyTime deadline);
  void ReportUndo(std::string call, std::string why);

  const VariantCode& variant() const { return *variant_; }

  Runner::Shard& shard_;
  const Program& program_;
  const Code& code_;
  const Invocation& invocation_;
  Budget& budget_;
  SteadyTime deadline_;
  IdNeeds ids_;
  Environment environment_;
  const VariantCode* variant_ = nullptr;
  std::vector<Undoing> undo_;
};

template <class Work>
Awaitable<Status> Execution::Pass(Work& work) {
  const Pool& pool = variant().pool;
  if (pool.uses_directory && environment_.directory == nullptr) {
    const Status loaded = co_await LoadDirectory();
    if (!loaded) co_return loaded.error();
  }
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    ids_.BeginPass();
    Evaluator evaluator(pool, environment_);
    work(evaluator);
    if (budget_.arena.exhausted()) co_return TooLarge();
    if (!ids_.anything_noted()) {
      TellSurprises(evaluator);
      if (evaluator.failure()) co_return *evaluator.failure();
      co_return Status();
    }
    const Status fetched = co_await FetchIds();
    if (!fetched) co_return fetched.error();
  }
  co_return Internal(program_.operation() + ": ids are looked up without end");
}

}  // namespace parley::mapping
