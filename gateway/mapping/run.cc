#include "mapping/run.h"

#include <algorithm>
#include <unordered_set>

#include "base/log.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/time.h"
#include "mapping/writer.h"

namespace parley::mapping {
namespace {

constexpr int kPageSize = 100;
// Each pass fetches what the one before lacked: lookups nested in lookups, no deeper than an expression.
constexpr int kMaxPasses = 24;
constexpr std::size_t kDetailLength = 300;
constexpr std::size_t kUndoMemory = std::size_t{4} << 20;

// ---- requests

// A list is repeated in brackets, a[]=1&a[]=2; an object is sent as JSON.
void AppendQueryPair(std::string& query, std::string_view name, const Value& value, Arena& arena) {
  if (value.absent()) return;
  if (value.is_list()) {
    const std::string repeated = std::string(name) + "[]";
    for (const Value& item : value.items()) AppendQueryPair(query, repeated, item, arena);
    return;
  }
  std::string text;
  if (const auto plain = AsPlainText(value, arena)) {
    text = *plain;
  } else {
    AppendJson(text, value);
  }
  if (!query.empty()) query += '&';
  query += PercentEncode(name);
  query += '=';
  query += PercentEncode(text);
}

// A hole must stay one segment that names something: "..", "." and nothing would name another resource.
bool IsSegment(std::string_view text) {
  return !text.empty() && text != "." && text != "..";
}

// ---- answers

bool Succeeded(int status) {
  return status >= 200 && status < 300;
}

bool IsRefusal(const Value& body) {
  const Value* success = body.is_object() ? body.object().Find("success") : nullptr;
  return success != nullptr && success->kind() == Value::Kind::kBoolean && !success->boolean();
}

std::string_view TextMember(const Value& body, std::string_view name) {
  const Value* member = body.is_object() ? body.object().Find(name) : nullptr;
  return member != nullptr && member->is_text() ? member->text() : std::string_view();
}

// "error-x" of "Something went wrong [error-x]".
std::string_view BracketedCode(std::string_view text) {
  if (text.empty() || text.back() != ']') return {};
  const std::size_t open = text.rfind('[');
  if (open == std::string_view::npos) return {};
  return text.substr(open + 1, text.size() - open - 2);
}

// What an errors table may name a failure by, the most specific first.
struct FailureKeys {
  std::string type, code, text, status;

  FailureKeys(const Value& body, int http_status)
      : type(TextMember(body, "errorType")), text(TextMember(body, "error")), status(std::to_string(http_status)) {
    if (text.empty()) text = TextMember(body, "message");
    code = BracketedCode(text);
  }

  const OutcomeCode* Find(const ErrorTable& table) const {
    for (const std::string* key : {&type, &code, &text, &status})
      for (const ErrorRowCode& row : table)
        if (!key->empty() && row.key == *key) return &row.outcome;
    return nullptr;
  }
  const std::string& Best() const { return !type.empty() ? type : !code.empty() ? code : text; }
};

// Seconds until asking again makes sense; 0 when the answer does not say.
int RetryAfter(const backend::Response& response, const Clock& clock) {
  for (const auto& [name, value] : response.headers) {
    const auto number = ParseInteger(Trim(value));
    if (!number || *number < 0) continue;
    if (EqualsIgnoreCase(name, "retry-after")) return static_cast<int>(std::min<std::int64_t>(*number, 3600));
    if (!EqualsIgnoreCase(name, "x-ratelimit-reset")) continue;
    const std::int64_t millis = *number - UnixMillis(clock.Now());
    if (millis > 0) return static_cast<int>(std::min<std::int64_t>((millis + 999) / 1000, 3600));
  }
  return 0;
}

std::int64_t MillisSince(const Clock& clock, SteadyTime start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.Steady() - start).count();
}

Error Unreadable(const CallCode& call) {
  return BadGateway("the backend's answer cannot be read", call.label + " answered what is no JSON");
}

Error TooLarge(const std::string& operation) {
  return BadGateway("the answer becomes too large", operation + " needs more memory than one request may have");
}

bool IsRemote(const StepCode& step) {
  return step.kind == StepKind::kRead || (step.kind == StepKind::kCall && !step.call.local);
}

bool UsesNow(const Code& code) {
  return std::any_of(code.variants.begin(), code.variants.end(),
                     [](const auto& variant) { return variant->pool.uses_now; });
}

bool IsText(const Value& value) {
  return value.is_text();
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
  const Field account_fields[] = {{"license", Value::Integer(account.license)},
                                  {"language", Value::Text(account.language)},
                                  {"timezone", Value::Text(account.timezone)},
                                  {"name", Value::Text(account.name)},
                                  {"host", Value::Text(account.host)}};
  const Field caller_fields[] = {{"login", Value::Text(invocation.caller.login)},
                                 {"role", Value::Text(invocation.caller.role)}};
  environment_.secret_key = shard.options.secret_key;
  environment_.names.resize(kFixedNames);
  environment_.names[kInName] = in;
  environment_.names[kAccountName] = MakeObject(account_fields, arena);
  environment_.names[kCallerName] = MakeObject(caller_fields, arena);
  if (UsesNow(code_)) environment_.names[kNowName] = Value::Text(arena.Copy(IsoTime(invocation.now)));
}

// ---- evaluation
// -------------------------------------------------------------------------------------------------------

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
    if (budget_.arena.exhausted()) co_return TooLarge(program_.operation());
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

Awaitable<Result<Value>> Execution::Evaluate(NodeId node, Value dot) {
  Value value;
  auto work = [&](Evaluator& evaluator) { value = evaluator.Eval(node, dot); };
  const Status status = co_await Pass(work);
  if (!status) co_return status.error();
  co_return value;
}

Awaitable<Result<bool>> Execution::Holds(NodeId condition, Value dot) {
  if (condition == kNoNode) co_return true;
  const Result<Value> value = co_await Evaluate(condition, dot);
  if (!value) co_return value.error();
  co_return value->Truth();
}

Awaitable<Status> Execution::LoadDirectory() {
  const auto snapshot = co_await shard_.backend.GetDirectory();
  if (!snapshot) co_return snapshot.error();
  if (shard_.directory == nullptr || shard_.directory->snapshot() != *snapshot)
    shard_.directory = std::make_shared<const DirectoryView>(*snapshot);
  budget_.directories.push_back(shard_.directory);
  environment_.directory = shard_.directory.get();
  co_return Status();
}

// Looks for the ids the last pass wanted. Only when it wanted none, those known to have none are issued: an item that
// is filtered out once everything is known never gets an id.
Awaitable<Status> Execution::FetchIds() {
  struct Batch {
    IdDirection direction;
    IdKind kind;
    std::vector<std::string> ids;
  };
  const bool find = ids_.anything_wanted();
  std::vector<Batch> batches;
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    const auto kind = static_cast<IdKind>(i);
    for (const IdDirection direction : {IdDirection::kToLiveChat, IdDirection::kToBackend}) {
      if (!find && direction == IdDirection::kToBackend) continue;
      IdBatch& noted = find ? ids_.Wanted(direction, kind) : ids_.Unissued(kind);
      if (!noted.empty()) batches.push_back({direction, kind, noted.Take()});
    }
  }
  for (Batch& batch : batches) {
    Status status;
    if (find) {
      status = co_await FindIds(batch.direction, batch.kind, std::move(batch.ids));
    } else {
      status = co_await IssueIds(batch.kind, std::move(batch.ids));
    }
    if (!status) co_return status.error();
  }
  co_return Status();
}

Awaitable<Status> Execution::FindIds(IdDirection direction, IdKind kind, std::vector<std::string> ids) {
  const bool to_livechat = direction == IdDirection::kToLiveChat;
  Result<std::vector<std::optional<std::string>>> found = Internal("ids were not looked for");
  if (to_livechat) {
    found = co_await shard_.resolver.FindLiveChatIds(kind, ids);
  } else {
    found = co_await shard_.resolver.FindBackendIds(kind, ids);
  }
  if (!found) co_return found.error();
  if (found->size() != ids.size()) co_return Internal("the id map answered another number of ids than were asked");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::optional<std::string>& id = (*found)[i];
    if (!id) {
      ids_.NeverIssued(direction, kind, ids[i]);
    } else if (to_livechat) {
      shard_.ids.Remember(kind, *id, ids[i]);
    } else {
      shard_.ids.Remember(kind, ids[i], *id);
    }
  }
  co_return Status();
}

Awaitable<Status> Execution::IssueIds(IdKind kind, std::vector<std::string> ids) {
  const Result<std::vector<std::string>> issued = co_await shard_.resolver.IssueLiveChatIds(kind, ids);
  if (!issued) co_return issued.error();
  if (issued->size() != ids.size()) co_return Internal("the id map issued another number of ids than were asked");
  for (std::size_t i = 0; i < ids.size(); ++i) shard_.ids.Remember(kind, (*issued)[i], ids[i]);
  co_return Status();
}

void Execution::TellSurprises(const Evaluator& evaluator) {
  for (const std::uint32_t index : evaluator.surprises()) {
    const Site& site = variant().pool.sites[index];
    const std::string& label = site.text.empty() ? site.place : site.text;
    if (shard_.options.observer != nullptr) shard_.options.observer->Surprise(program_.operation(), label);
    if (shard_.logged_surprises.emplace(program_.operation(), label).second)
      Log(LogLevel::kWarning, "mapping.surprise",
          {{"operation", program_.operation()}, {"expression", label}, {"place", site.place}});
  }
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
                     MillisSince(shard_.clock, start)};
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
    if (budget_.arena.exhausted()) co_return TooLarge(program_.operation());
    if (!read) co_return Unreadable(step.call);
    if (refused) co_return co_await Judge(asking, item, response);
    answer = *read;
  } else if (step.call.write) {
    NoteUndo(step, item, true);
  }
  co_return answer;
}

// ---- lists in pages

Awaitable<> Execution::AskPage(const StepCode& step, Value item, std::int64_t offset, PageAnswer& page) {
  const Asking asking{step.call, &step.errors, step.name, deadline_};
  const std::string paging = "count=" + std::to_string(kPageSize) + "&offset=" + std::to_string(offset);
  const Result<backend::Response*> asked = co_await Ask(asking, item, paging);
  if (!asked) {
    page.items = asked.error();
    co_return;
  }
  backend::Response& response = **asked;
  bool refused = !Succeeded(response.status);
  bool readable = true;
  Value list;
  if (!refused && step.streamed) {
    const auto rows = shard_.reader.ReadRows(response.body, variant().rows, budget_.arena);
    readable = rows.has_value();
    refused = rows && rows->refused;
    if (rows && rows->has_list) {
      Collector<Value> items(budget_.arena);
      for (const Value* slots : rows->rows) items.Add(Value::Row(slots));
      list = Value::List(items.view());
      page.total = rows->total;
    }
  } else if (!refused) {
    const auto read = shard_.reader.Read(response.body, budget_.arena);
    readable = read.has_value();
    refused = read && IsRefusal(*read);
    if (read) {
      list = Get(*read, MakeSegment(step.all));
      const Value total = Get(*read, MakeSegment("total"));
      if (total.kind() == Value::Kind::kInteger) page.total = total.integer();
    }
  }
  if (refused) {
    page.items = co_await Judge(asking, item, response);
  } else if (budget_.arena.exhausted()) {
    page.items = TooLarge(program_.operation());
  } else if (!readable) {
    page.items = Unreadable(step.call);
  } else if (!list.is_list()) {
    page.items = BadGateway("the backend's answer cannot be used", step.call.label + " answered no list " + step.all);
  } else {
    page.items = list;
  }
}

namespace {

// Of the pages' items, each `_id` once.
class Merger {
 public:
  Merger(const RowPlan& plan, Arena& arena) : items_(arena) {
    for (std::size_t i = 0; i < plan.slots.size(); ++i)
      if (plan.slots[i] == std::vector<std::string>{"_id"}) id_slot_ = i;
  }

  void Add(const Value& page) {
    for (const Value& item : page.items()) {
      const Value id = IdOf(item);
      if (!IsText(id) || seen_.insert(id.text()).second) items_.Add(item);
    }
  }
  Value Result() const { return Value::List(items_.view()); }

 private:
  Value IdOf(const Value& item) const {
    if (item.kind() == Value::Kind::kRow) return item.slot(id_slot_);
    const Value* id = item.is_object() ? item.object().Find("_id") : nullptr;
    return id == nullptr ? Value() : *id;
  }

  std::size_t id_slot_ = 0;
  Collector<Value> items_;
  std::unordered_set<std::string_view> seen_;
};

std::int64_t Size(const Value& list) {
  return static_cast<std::int64_t>(list.items().size());
}

}  // namespace

Awaitable<Result<Value>> Execution::RunPaged(const StepCode& step, Value item) {
  const auto too_long = [&] {
    return BadGateway("the backend's list is too long", step.place + ": " + step.call.label + " has more than " +
                                                            std::to_string(variant().limit) + " items");
  };
  PageAnswer first;
  co_await AskPage(step, item, 0, first);
  if (!first.items || first.items->missing()) co_return first.items;
  const std::int64_t got = Size(*first.items);
  const std::int64_t total = first.total.value_or(got);
  if (std::max(total, got) > variant().limit) co_return too_long();
  if (got >= total && (first.total || got < kPageSize)) {
    Merger merger(variant().rows, budget_.arena);
    merger.Add(*first.items);
    co_return merger.Result();
  }
  if (got == 0)
    co_return BadGateway("the backend's answer cannot be used",
                         step.call.label + " says there are items but lists none");

  std::deque<PageAnswer> pages;
  if (first.total) {
    std::vector<Awaitable<>> tasks;
    for (std::int64_t offset = got; offset < total; offset += got)
      tasks.push_back(AskPage(step, item, offset, pages.emplace_back()));
    co_await RunTogether(std::move(tasks), static_cast<std::size_t>(variant().parallel));
  } else {
    // Without a total only a page that is not full tells the end.
    std::int64_t offset = got;
    for (std::int64_t last = got; last == kPageSize; offset += last) {
      if (offset > variant().limit) co_return too_long();
      co_await AskPage(step, item, offset, pages.emplace_back());
      const Result<Value>& items = pages.back().items;
      last = items && items->is_list() ? Size(*items) : 0;
    }
  }
  Merger merger(variant().rows, budget_.arena);
  merger.Add(*first.items);
  for (const PageAnswer& page : pages) {
    if (!page.items || page.items->missing()) co_return page.items;
    merger.Add(*page.items);
  }
  const Value all = merger.Result();
  if (Size(all) > variant().limit) co_return too_long();
  co_return all;
}

// ---- calls
// ------------------------------------------------------------------------------------------------------------

Awaitable<Status> Execution::Prepare(const CallCode& call, Value item, backend::Request& request) {
  Arena& arena = budget_.arena;
  bool has_path = true;
  auto work = [&](Evaluator& evaluator) {
    request.path.clear();
    request.query.clear();
    request.body.clear();
    has_path = true;
    for (const NodeId part : call.path) {
      const Value value = evaluator.Eval(part, item);
      const auto text = AsPlainText(value, arena);
      const bool fixed = variant().pool.nodes[part].op == Op::kConstant;
      has_path = has_path && text && (fixed || IsSegment(*text));
      if (has_path) request.path += fixed ? std::string(*text) : PercentEncode(*text);
    }
    if (!has_path) return;
    const Value query = call.query == kNoNode ? Value() : evaluator.Eval(call.query, item);
    if (query.is_object())
      for (const Field& field : query.object().view()) AppendQueryPair(request.query, field.name, field.value, arena);
    if (call.body != kNoNode && evaluator.Write(call.body, item, request.body))
      request.content_type = "application/json";
  };
  const Status status = co_await Pass(work);
  if (!status) co_return status.error();
  if (!has_path) co_return NotFound(code_.resource);
  co_return Status();
}

Error Execution::NoAnswer(Error error, const CallCode& call) const {
  if (error.detail.empty()) error.detail = call.label + " was not answered";
  return error;
}

Awaitable<Result<backend::Response*>> Execution::Ask(const Asking& asking, Value item, std::string_view paging) {
  const CallCode& call = asking.call;
  backend::Request request(call.method, {});
  const Status prepared = co_await Prepare(call, item, request);
  if (!prepared) co_return prepared.error();
  if (!paging.empty()) request.query += (request.query.empty() ? "" : "&") + std::string(paging);
  if (budget_.calls >= shard_.options.call_limit && asking.errors != nullptr)
    co_return BadGateway("the request needs too many calls of the backend", program_.operation());
  const SteadyTime start = shard_.clock.Steady();
  if (start >= asking.deadline) co_return DeadlineExceeded("the backend did not answer in time");
  ++budget_.calls;
  request.caller = backend::Caller(backend::CallerKind::kService);
  request.client_address = invocation_.client_address;
  request.request_id = invocation_.request_id;
  request.deadline = asking.deadline;
  backend::Service& service = call.local ? shard_.local : shard_.backend;
  Result<backend::Response> response = co_await service.Call(request);
  if (invocation_.trace != nullptr) {
    TraceStep traced{asking.trace_name, std::string(http::NameOf(call.method)) + " " + request.path,
                     response ? response->status : 0, MillisSince(shard_.clock, start)};
    if (!request.query.empty()) traced.call += "?" + request.query;
    invocation_.trace->steps.push_back(std::move(traced));
  }
  if (!response) co_return NoAnswer(response.error(), call);
  budget_.arena.Charge(response->body.size());
  budget_.answers.push_back(std::move(*response));
  co_return &budget_.answers.back();
}

Awaitable<Result<Value>> Execution::Judge(const Asking& asking, Value item, backend::Response& response) {
  const Value body = shard_.reader.Read(response.body, budget_.arena).value_or(Value());
  // "success": false under 200 is a refusal like any other.
  const int status = Succeeded(response.status) ? 400 : response.status;
  const FailureKeys keys(body, status);
  const std::string detail =
      (asking.call.label + " answered " + std::to_string(response.status) + " " + keys.Best()).substr(0, kDetailLength);
  for (const ErrorTable* table : {asking.errors, &code_.file_errors, &code_.shared_errors}) {
    const OutcomeCode* outcome = table == nullptr ? nullptr : keys.Find(*table);
    if (outcome == nullptr) continue;
    Result<Value> concluded = co_await Conclude(*outcome, item, detail);
    if (concluded || concluded.error().http_status != 429) co_return concluded;
    Error error = concluded.error();
    error.retry_after_seconds = RetryAfter(response, shard_.clock);
    co_return error;
  }
  Error error = BadGateway("the backend refused the gateway's request", detail);
  if (status == 429) error = TooManyRequests("the backend is busy", RetryAfter(response, shard_.clock));
  if (status == 401) error = BadGateway("the backend refused the gateway's credentials", detail);
  if (status >= 500) error = BadGateway("the backend failed", detail);
  const bool clients_fault =
      status < 500 && status != 401 && status != 429 && asking.call.write && asking.call.client_body;
  if (clients_fault) error = InvalidArgument("the request was refused by the backend");
  error.detail = detail;
  co_return error;
}

Awaitable<Result<Value>> Execution::Conclude(const OutcomeCode& outcome, Value item, std::string detail) {
  if (outcome.missing) co_return Value();
  std::string text = outcome.fixed_text;
  if (outcome.text != kNoNode) {
    const Result<Value> evaluated = co_await Evaluate(outcome.text, item);
    if (evaluated && evaluated->is_text()) text = evaluated->text();
  }
  Error error = OutcomeError(outcome.status, std::move(text), code_.resource);
  error.detail = std::move(detail);
  co_return error;
}

// ---- undo
// -------------------------------------------------------------------------------------------------------------

void Execution::NoteUndo(const StepCode& step, Value item, bool answered) {
  if (step.undo) undo_.push_back({&step, item, answered});
}

Awaitable<> Execution::UndoAll() {
  const SteadyTime deadline = shard_.clock.Steady() + shard_.options.undo_timeout;
  budget_.arena.Grant(kUndoMemory);
  while (!undo_.empty()) {
    const Undoing undoing = undo_.back();
    undo_.pop_back();
    co_await UndoOne(undoing, deadline);
  }
}

Awaitable<> Execution::UndoOne(const Undoing& undoing, SteadyTime deadline) {
  const UndoCode& undo = *undoing.step->undo;
  if (!undoing.answered && undo.needs_answer) {
    ReportUndo(undoing.step->call.label, "whether it was carried out is not known: its answer was lost");
    co_return;
  }
  const Result<bool> wanted = co_await Holds(undo.when, undoing.item);
  if (wanted && !*wanted) co_return;
  const Asking asking{undo.call, nullptr, undoing.step->name + " (undo)", deadline};
  const Result<backend::Response*> asked = co_await Ask(asking, undoing.item, {});
  if (!asked) {
    ReportUndo(undo.call.label, asked.error().detail.empty() ? asked.error().message : asked.error().detail);
  } else if (!Succeeded((*asked)->status)) {
    ReportUndo(undo.call.label, "answered " + std::to_string((*asked)->status));
  }
}

void Execution::ReportUndo(std::string call, std::string why) {
  if (shard_.options.observer != nullptr) shard_.options.observer->UndoFailed(program_.operation(), call);
  Log(LogLevel::kError, "mapping.undo_failed",
      {{"operation", program_.operation()},
       {"request_id", invocation_.request_id},
       {"call", std::move(call)},
       {"reason", std::move(why)}});
}

// ---- Runner
// -----------------------------------------------------------------------------------------------------------

Runner::Runner(backend::Backend& backend, backend::Service& local, IdResolver& ids, const Clock& clock,
               IdGenerator& generator, RunnerOptions options)
    : shard_(new Shard{backend, local, ids, clock, generator, std::move(options)}) {}

Runner::~Runner() = default;

Awaitable<Result<std::string>> Runner::Run(const Program& program, const Invocation& invocation) {
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
