#include "mapping/run.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/time.h"
#include "mapping/backend_answer.h"

namespace parley::mapping {
namespace {

bool IsRemote(const StepCode& step) {
  return step.kind == StepKind::kRead || (step.kind == StepKind::kCall && !step.call.local);
}

bool UsesNow(const Code& code) {
  return std::any_of(code.variants.begin(), code.variants.end(),
                     [](const auto& variant) { return variant->pool.uses_now; });
}

}  // namespace

Execution::Execution(Runner::Shard& shard, const Program& program, const Invocation& invocation, Budget& budget,
                     SteadyTime deadline, Value in)
    : shard_(shard),
      program_(program),
      code_(program.code()),
      invocation_(invocation),
      budget_(budget),
      deadline_(deadline),
      ids_(shard.ids),
      environment_(budget.arena, ids_, shard.generator) {
  Arena& arena = budget_.arena;
  const AccountInfo& account = invocation.account;
  const Field account_fields[] = {
      {"license", Value::Integer(account.license)}, {"language", Value::Text(account.language)},
      {"timezone", Value::Text(account.timezone)},  {"name", Value::Text(account.name)},
      {"host", Value::Text(account.host)},          {"scheme", Value::Text(account.scheme)}};
  const Field caller_fields[] = {{"login", Value::Text(invocation.caller.login)},
                                 {"role", Value::Text(invocation.caller.role)}};
  environment_.secret_key = shard.options.secret_key;
  environment_.names.resize(kFixedNames);
  environment_.names[kInName] = in;
  environment_.names[kAccountName] = MakeObject(account_fields, arena);
  environment_.names[kCallerName] = MakeObject(caller_fields, arena);
  if (UsesNow(code_)) environment_.names[kNowName] = Value::Text(arena.Copy(IsoTime(invocation.now)));
}

// ---- the run
// ----------------------------------------------------------------------------------------------------------

Awaitable<Result<std::string>> Execution::Run() {
  const Result<bool> chosen = co_await Choose();
  if (!chosen) co_return chosen.error();
  if (!*chosen) co_return Unsupported(program_.operation());
  if (variant().deadline) deadline_ = std::min(deadline_, shard_.clock.Steady() + *variant().deadline);
  Result<std::string> answer = co_await RunVariant();
  if (!answer) co_await UndoAll();
  co_return answer;
}

bool Execution::Has(const std::vector<std::pair<std::string, bool>>& needs) const {
  return std::all_of(needs.begin(), needs.end(), [&](const auto& need) {
    const bool has = invocation_.capabilities != nullptr && invocation_.capabilities->count(need.first) != 0;
    return has != need.second;
  });
}

Awaitable<Result<bool>> Execution::Choose() {
  for (const auto& candidate : code_.variants) {
    if (!Has(candidate->needs)) continue;
    variant_ = candidate.get();
    environment_.names.resize(candidate->pool.names);
    const Result<bool> applies = co_await Holds(candidate->when, Value());
    if (!applies || *applies) co_return applies;
  }
  co_return false;
}

Awaitable<Result<std::string>> Execution::RunVariant() {
  const Status required = co_await Require();
  if (!required) co_return required.error();
  for (std::size_t i = 0; i < variant().waves.size(); ++i) {
    const Status done = co_await RunWave(variant().waves[i]);
    if (!done) co_return done.error();
    // A PUT or DELETE can be repeated: once everything is written, it stays.
    const bool repeatable = code_.operation->method != http::Method::kPost;
    if (i + 1 == variant().last_write && repeatable) undo_.clear();
  }
  co_return co_await Answer();
}

Awaitable<Status> Execution::Require() {
  for (const RequirementCode& requirement : variant().require) {
    const Result<bool> holds = co_await Holds(requirement.that, Value());
    if (!holds) co_return holds.error();
    if (*holds) continue;
    const Result<Value> outcome = co_await Conclude(requirement.otherwise, Value(), "");
    if (!outcome) co_return outcome.error();
  }
  co_return Status();
}

Awaitable<Status> Execution::RunWave(const std::vector<std::uint32_t>& wave) {
  if (wave.size() == 1) {
    const StepCode& step = variant().steps[wave.front()];
    const Status status = co_await RunStep(step);
    // What was written is read back from a directory that knows it.
    if (step.call.write) environment_.directory = nullptr;
    co_return status;
  }
  // Calls of the backend overlap. The store answers at once: waiting in line for it costs less than a coroutine of its
  // own.
  std::vector<Status> results(wave.size());
  std::vector<Awaitable<>> remote;
  for (std::size_t i = 0; i < wave.size(); ++i)
    if (IsRemote(variant().steps[wave[i]])) remote.push_back(RunInto(variant().steps[wave[i]], results[i]));
  const std::size_t at_once = remote.size();
  if (at_once > 0) co_await RunTogether(std::move(remote), at_once);
  for (std::size_t i = 0; i < wave.size(); ++i)
    if (!IsRemote(variant().steps[wave[i]])) results[i] = co_await RunStep(variant().steps[wave[i]]);
  for (const Status& result : results)
    if (!result) co_return result.error();
  co_return Status();
}

Awaitable<> Execution::RunInto(const StepCode& step, Status& status) {
  status = co_await RunStep(step);
}

Awaitable<Result<std::string>> Execution::Answer() {
  std::string out;
  if (variant().answer == kNoNode) co_return out;
  bool written = false;
  auto work = [&](Evaluator& evaluator) {
    out.clear();
    written = evaluator.Write(variant().answer, Value(), out);
  };
  const Status status = co_await Pass(work);
  if (!status) co_return status.error();
  if (!written) {
    std::string detail = program_.operation() + ": the answer has no value";
    co_return BadGateway("the backend's answer lacks what is asked for", std::move(detail));
  }
  co_return out;
}

// ---- steps
// ------------------------------------------------------------------------------------------------------------

Awaitable<Status> Execution::RunStep(const StepCode& step) {
  if (!Has(step.needs)) co_return Status();
  if (step.each != kNoNode) co_return co_await RunRepeated(step);
  const Result<Value> value = co_await RunGuarded(step, Value());
  if (!value) co_return value.error();
  environment_.names[step.slot] = *value;
  co_return Status();
}

// Once, if its `when` holds.
Awaitable<Result<Value>> Execution::RunGuarded(const StepCode& step, Value item) {
  const Result<bool> wanted = co_await Holds(step.when, item);
  if (!wanted) co_return wanted.error();
  if (!*wanted) co_return Value();
  Result<Value> value = co_await RunOnce(step, item);
  if (!value || !value->absent() || !step.otherwise) co_return value;
  co_return co_await Conclude(*step.otherwise, item, step.place + ": step " + step.name + " has no value");
}

Awaitable<Result<Value>> Execution::RunOnce(const StepCode& step, Value item) {
  const Result<Value> answer = co_await Obtain(step, item);
  if (!answer || answer->missing() || step.take == kNoNode) co_return answer;
  // An undo may need the answer even when taking a part of it fails.
  environment_.names[step.slot] = *answer;
  co_return co_await Evaluate(step.take, *answer);
}

Awaitable<Result<Value>> Execution::Obtain(const StepCode& step, Value item) {
  switch (step.kind) {
    case StepKind::kValue:
      co_return co_await Evaluate(step.value, item);
    case StepKind::kRead:
      co_return co_await RunRead(step, item);
    case StepKind::kCall:
      break;
  }
  if (!step.all.empty()) co_return co_await RunPaged(step, item);
  co_return co_await RunCall(step, item);
}

// Once per item; each result is put into its item under the step's name.
Awaitable<Status> Execution::RunRepeated(const StepCode& step) {
  const Result<Value> items = co_await Evaluate(step.each, Value());
  if (!items) co_return items.error();
  if (items->absent()) co_return Status();
  const std::vector<Value> each =
      items->is_list() ? std::vector<Value>(items->items().begin(), items->items().end()) : std::vector<Value>{*items};
  if (each.size() > static_cast<std::size_t>(variant().limit))
    co_return BadGateway("the list is too long", step.place + ": more items than the operation's limit");
  std::vector<Result<Value>> results(each.size(), Result<Value>(Value()));
  bool failed = false;
  std::vector<Awaitable<>> tasks;
  for (std::size_t i = 0; i < each.size(); ++i) tasks.push_back(RunItem(step, each[i], results[i], failed));
  const int parallel = step.call.write ? 1 : variant().parallel;
  co_await RunTogether(std::move(tasks), static_cast<std::size_t>(parallel));
  for (const Result<Value>& result : results)
    if (!result) co_return result.error();
  environment_.names[step.slot] = Attach(step, *items, results);
  co_return Status();
}

// Nothing is begun any more once an item has failed.
Awaitable<> Execution::RunItem(const StepCode& step, Value item, Result<Value>& result, bool& failed) {
  if (failed) co_return;
  result = co_await RunGuarded(step, item);
  if (!result) failed = true;
}

// The items with the results in them. Rows shared with other runs are copied; the name they were taken from then means
// the copies.
Value Execution::Attach(const StepCode& step, Value items, const std::vector<Result<Value>>& results) {
  Arena& arena = budget_.arena;
  const auto attached = [&](Value item, const Value& result) {
    if (!item.is_object()) return result;
    if (item.object().frozen) item = MakeObject(item.object().view(), arena);
    if (!result.missing()) item.object().Set(step.name, result, arena);
    return item;
  };
  Value whole;
  if (items.is_list()) {
    Value* list = arena.Array<Value>(results.size());
    for (std::size_t i = 0; i < results.size(); ++i) list[i] = attached(items.items()[i], *results[i]);
    whole = Value::List({list, results.size()});
  } else {
    whole = attached(items, *results.front());
  }
  const Node& source = variant().pool.nodes[step.each];
  const bool holds_records =
      whole.is_object() || (whole.is_list() && !whole.items().empty() && whole.items().front().is_object());
  if (source.op == Op::kName && source.path_length == 0 && source.a >= kFixedNames && holds_records)
    environment_.names[source.a] = whole;
  return whole;
}

Awaitable<Result<Value>> Execution::RunRead(const StepCode& step, Value item) {
  const SteadyTime start = shard_.clock.Steady();
  const Result<Value> in = co_await Evaluate(step.value, item);
  if (!in) co_return in.error();
  Execution reading(shard_, *step.read, invocation_, budget_, deadline_, *in);
  Result<std::string> bytes = co_await reading.Run();
  if (invocation_.trace != nullptr) {
    TraceStep traced{step.name, "read " + step.read_id, bytes ? 200 : bytes.error().http_status,
                     shard_.MillisSince(start)};
    invocation_.trace->steps.push_back(std::move(traced));
  }
  if (!bytes) co_return bytes.error();
  budget_.answers.emplace_back(200, std::move(*bytes));
  const auto value = shard_.reader.Read(budget_.answers.back().body, budget_.arena);
  if (!value) co_return Internal(step.read_id + " answered what is no JSON");
  co_return *value;
}

Awaitable<Result<Value>> Execution::RunCall(const StepCode& step, Value item) {
  const Asking asking{step.call, &step.errors, step.name, deadline_};
  const int calls_before = budget_.calls;
  const Result<backend::Response*> asked = co_await Ask(asking, item, {});
  if (!asked) {
    // Whether it was carried out is not known, unless it was never sent.
    const bool sent = budget_.calls > calls_before && asked.error().code != ErrorCode::kUnavailable;
    if (step.call.write && sent) NoteUndo(step, item, false);
    co_return asked.error();
  }
  backend::Response& response = **asked;
  if (!Succeeded(response.status)) co_return co_await Judge(asking, item, response);
  Value answer;
  if (step.streamed) {
    const auto page = shard_.reader.ReadRows(response.body, variant().rows, budget_.arena);
    if (!page) co_return Unreadable(step.call);
    if (page->refused) co_return co_await Judge(asking, item, response);
    if (!page->has_list) co_return Value();
    Collector<Value> rows(budget_.arena);
    for (const Value* slots : page->rows) rows.Add(Value::Row(slots));
    co_return Value::List(rows.view());
  }
  if (!response.body.empty()) {
    const auto read = shard_.reader.Read(response.body, budget_.arena);
    const bool refused = read && IsRefusal(*read);
    if (step.call.write && !refused) NoteUndo(step, item, read.has_value());
    if (budget_.arena.exhausted()) co_return TooLarge();
    if (!read) co_return Unreadable(step.call);
    if (refused) co_return co_await Judge(asking, item, response);
    answer = *read;
  } else if (step.call.write) {
    NoteUndo(step, item, true);
  }
  co_return answer;
}

// ---- Runner
// -----------------------------------------------------------------------------------------------------------

std::int64_t Runner::Shard::MillisSince(SteadyTime start) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.Steady() - start).count();
}

Runner::Runner(backend::Backend& backend, backend::Service& local, IdResolver& ids, const Clock& clock,
               IdGenerator& generator, RunnerOptions options)
    : shard_(new Shard{backend, local, ids, clock, generator, std::move(options)}) {}

Runner::~Runner() = default;

Awaitable<Result<std::string>> Runner::Run(const Program& program, const Invocation& invocation) {
  if (invocation.capabilities == nullptr && program.asks_capabilities()) {
    const auto found = co_await shard_->backend.GetCapabilities();
    if (!found) co_return found.error();
    Invocation informed = invocation;
    informed.capabilities = found->get();
    co_return co_await Run(program, informed);
  }
  if (shard_->arenas.empty()) shard_->arenas.push_back(std::make_unique<Arena>(shard_->options.memory_limit));
  std::unique_ptr<Arena> arena = std::move(shard_->arenas.back());
  shard_->arenas.pop_back();
  Result<std::string> answer = std::string();
  {
    Budget budget{*arena};
    Execution execution(*shard_, program, invocation, budget, invocation.deadline, FromJson(invocation.in, *arena));
    answer = co_await execution.Run();
  }
  arena->Reset();
  shard_->arenas.push_back(std::move(arena));
  co_return answer;
}

}  // namespace parley::mapping
