// Calls of a run: requests made of values, answers judged by the tables of failures, and what is undone.
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "mapping/backend_answer.h"
#include "mapping/run.h"
#include "mapping/writer.h"

namespace parley::mapping {
namespace {

constexpr std::size_t kDetailLength = 300;
constexpr std::size_t kUndoMemory = std::size_t{4} << 20;

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

}  // namespace

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
                     response ? response->status : 0, shard_.MillisSince(start)};
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

}  // namespace parley::mapping
