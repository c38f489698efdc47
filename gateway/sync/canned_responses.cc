#include "sync/canned_responses.h"

#include <algorithm>

#include "base/log.h"
#include "storage/transact.h"

namespace parley::sync {
namespace {

using events::Source;
using storage::Collection;

constexpr const char* kDocument = "canned_responses";
constexpr const char* kCapability = "canned_responses";
// What the LiveChat face keeps beside one of the workspace's.
constexpr const char* kBeside = "canned_response/";

events::Event EventOf(const std::string& id, std::string_view change, const Json& kept, Time at) {
  events::CannedResponseChanged changed;
  changed.change = change;
  changed.department = kept.Text("department");
  changed.text = kept.Text("text");
  if (const Json* tags = kept.Find("tags"); tags != nullptr && tags->AsArray() != nullptr) {
    for (const Json& tag : *tags->AsArray()) changed.tags.emplace_back(tag.AsString().value_or(""));
  }
  events::Event event;
  event.id = "canned:" + id + ":" + std::string(change) + ":" + std::to_string(UnixMillis(at));
  event.at = at;
  event.subject = id;
  event.source = Source::kPoll;
  event.payload = std::move(changed);
  return event;
}

// When it was written, as the workspace says; clocks differ.
Time ChangedAt(const Json& body, Time now) {
  return std::min(MomentAt(body, "_updatedAt").value_or(now), now);
}

}  // namespace

Awaitable<Status> CannedResponses::Look() {
  const auto able = co_await parts_.workspace.GetCapabilities();
  if (!able && able.error().code == ErrorCode::kUnavailable) co_return Status();  // not known yet
  if (!able) co_return able.error();
  if (!(*able)->contains(kCapability)) co_return Status();
  auto attempt = [&] { return Attempt(); };
  Status looked = co_await storage::Retrying(std::move(attempt));
  if (looked) complaint_.clear();
  if (looked || looked.error().code != ErrorCode::kBadGateway) co_return looked;
  if (complaint_ != looked.error().detail) {
    complaint_ = looked.error().detail;
    Log(LogLevel::kWarning, "sync.canned_responses_not_read",
        {{"reason", looked.error().message}, {"detail", complaint_}});
  }
  co_return Status();
}

Awaitable<Result<Json>> CannedResponses::KeptOf(const Taken& response) {
  const std::string shortcut(response.body.Text("shortcut"));
  const auto beside = co_await parts_.stores.documents().Get(Collection::kExtras, kBeside + response.id);
  if (!beside) co_return beside.error();
  const bool chosen = *beside && (*beside)->body.Text("shortcut") == shortcut;
  Json tags = Json::MakeArray();
  bool is_tag = shortcut.empty() || chosen;
  if (const Json* list = response.body.Find("tags"); list != nullptr && list->AsArray() != nullptr) {
    for (const Json& tag : *list->AsArray()) is_tag = is_tag || tag.AsString() == shortcut;
    if (!is_tag) tags.Push(shortcut);
    for (const Json& tag : *list->AsArray()) tags.Push(tag);
  } else if (!is_tag) {
    tags.Push(shortcut);
  }
  Json kept = Json::Of({{"text", response.body.Text("text")}, {"tags", std::move(tags)}});
  if (const std::string_view department = response.body.Text("departmentId"); !department.empty())
    kept.Append("department", department);
  co_return kept;
}

Awaitable<Result<std::vector<std::string>>> CannedResponses::FindRemoved(const Json& known, const Json& kept) {
  std::vector<std::string> removed;
  for (const auto& [id, before] : *known.AsObject()) {
    if (kept.Find(id) != nullptr) continue;
    const auto found = co_await reader_.CannedResponse(id);
    if (!found) co_return found.error();
    if (!*found || (*found)->body.Text("scope") == "user") removed.push_back(id);
  }
  co_return removed;
}

Awaitable<Status> CannedResponses::Attempt() {
  const auto state = co_await parts_.stores.documents().Get(Collection::kSyncs, kDocument);
  if (!state) co_return state.error();
  const auto listed = co_await reader_.CannedResponses();
  if (!listed) co_return listed.error();
  const Time now = parts_.clock.Now();
  const Json none = Json::MakeObject();
  const Json* responses = *state ? (*state)->body.Find("responses") : nullptr;
  const Json& known = responses == nullptr || responses->AsObject() == nullptr ? none : *responses;
  storage::Changes changes;
  Json kept = Json::MakeObject();
  const auto note = [&](events::Event event) {
    if (*state) parts_.recorder.Record(event, changes);
  };
  for (const Taken& response : *listed) {
    if (response.body.Text("scope") == "user" || kept.Find(response.id) != nullptr) continue;
    Result<Json> shown = co_await KeptOf(response);
    if (!shown) co_return shown.error();
    const Json* before = known.Find(response.id);
    if (before == nullptr || !(*before == *shown))
      note(EventOf(response.id, before == nullptr ? "created" : "changed", *shown, ChangedAt(response.body, now)));
    kept.Append(response.id, *std::move(shown));
  }
  const auto removed = co_await FindRemoved(known, kept);
  if (!removed) co_return removed.error();
  for (const auto& [id, before] : *known.AsObject()) {
    if (kept.Find(id) != nullptr) continue;
    if (std::find(removed->begin(), removed->end(), id) != removed->end()) {
      note(EventOf(id, "removed", before, now));
    } else {
      kept.Append(id, before);
    }
  }
  if (*state && kept == known) co_return Status();
  Json body = Json::Of({{"responses", std::move(kept)}});
  changes.puts.push_back({Collection::kSyncs, kDocument, std::move(body), *state ? (*state)->version : 0});
  co_return co_await parts_.stores.committer().Commit(std::move(changes));
}

}  // namespace parley::sync
