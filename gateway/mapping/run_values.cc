// Values of a run: passes over expressions, with the directory and the ids they turn out to lack.
#include "base/log.h"
#include "mapping/run.h"

namespace parley::mapping {

Error Execution::TooLarge() const {
  return BadGateway("the answer becomes too large",
                    program_.operation() + " needs more memory than one request may have");
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

}  // namespace parley::mapping
