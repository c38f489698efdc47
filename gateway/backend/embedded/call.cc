#include "backend/embedded/call.h"

#include <algorithm>

#include "backend/embedded/leaving.h"
#include "backend/embedded/presence.h"
#include "base/log.h"
#include "base/ordered_id.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// Member paths a store can sort by.
bool IsSortablePath(std::string_view path) {
  return !path.empty() && path.size() <= 64 && std::all_of(path.begin(), path.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
  });
}

std::optional<std::vector<storage::SortKey>> ParseSort(std::string_view text) {
  const Result<Json> parsed = ParseJson(text);
  if (!parsed || !parsed->IsObject()) return std::nullopt;
  std::vector<storage::SortKey> keys;
  for (const auto& [path, direction] : *parsed->AsObject()) {
    const auto order = direction.AsInteger();
    if (!order || (*order != 1 && *order != -1) || !IsSortablePath(path)) return std::nullopt;
    keys.emplace_back(path, *order == -1);
  }
  return keys;
}

// A number of the query without its fraction.
std::optional<std::int64_t> WholeNumber(const Call& call, std::string_view parameter) {
  const Json* given = call.query.Find(parameter);
  const auto number = given == nullptr ? std::nullopt : given->AsNumber();
  constexpr double kMost = 1e15;
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(std::clamp(*number, -kMost, kMost));
}

// `count` of the query under the settings; none means everything.
std::optional<std::int64_t> PageSize(const Call& call) {
  const std::int64_t upper = call.settings().Integer("API_Upper_Count_Limit");
  const auto capped = [upper](std::int64_t count) { return upper > 0 ? std::min(count, upper) : count; };
  const auto asked = WholeNumber(call, "count");
  const std::int64_t standard = capped(call.settings().Integer("API_Default_Count"));
  if (!asked || *asked < 0) return standard;
  if (*asked > 0) return capped(*asked);
  if (call.settings().Flag("API_Allow_Infinite_Count")) return std::nullopt;
  return standard;
}

// What a change leaves on the disk for nobody: files of rooms, and single ones with their room.
struct ErasedFiles {
  std::vector<std::string> rooms;
  std::vector<std::pair<std::string, std::string>> files;
};

Awaitable<Result<ErasedFiles>> FindErasedFiles(const Call& call, const storage::Changes& changes) {
  ErasedFiles erased;
  for (const storage::RemoveWhere& sweep : changes.sweeps) {
    const bool is_room = sweep.collection == storage::Collection::kUploads;
    if (is_room) erased.rooms.emplace_back(sweep.value.AsString().value_or(""));
  }
  for (const storage::RemoveDocument& removal : changes.removals) {
    if (removal.collection != storage::Collection::kUploads) continue;
    auto upload = co_await call.documents().Get(removal.collection, removal.id);
    if (!upload) co_return upload.error();
    if (*upload) erased.files.emplace_back((*upload)->body.Text("rid"), removal.id);
  }
  co_return erased;
}

void LogLeftBehind(const Status& removed, const std::string& room_id) {
  if (removed) return;
  Log(LogLevel::kError, "files.not_removed", {{"room", room_id}, {"detail", removed.error().detail}});
}

Awaitable<> RemoveFiles(const Call& call, const ErasedFiles& erased) {
  FileStore& files = call.services.workspace.files();
  for (const std::string& room_id : erased.rooms) {
    const Status removed = co_await files.RemoveRoom(room_id);
    LogLeftBehind(removed, room_id);
  }
  for (const auto& [room_id, file_id] : erased.files) {
    const Status removed = co_await files.Remove(room_id, file_id);
    LogLeftBehind(removed, room_id);
  }
}

}  // namespace

std::string_view Call::Path(std::string_view name) const {
  for (const routing::PathParameter& parameter : path) {
    if (parameter.name == name) return parameter.value;
  }
  return {};
}

std::string_view Call::Header(std::string_view name) const {
  for (const auto& [header, value] : request.headers) {
    if (EqualsIgnoreCase(header, name)) return value;
  }
  return {};
}

bool Call::May(std::string_view permission) const {
  return service || (caller && permissions().Allows(caller->roles, permission));
}

bool Call::MayAny(std::initializer_list<std::string_view> any) const {
  return std::any_of(any.begin(), any.end(), [this](std::string_view permission) { return May(permission); });
}

void Call::Record(std::string subject, events::Payload payload, storage::Changes& changes) const {
  events::Event event;
  event.id = OrderedObjectId(ids(), now);
  event.at = now;
  event.subject = std::move(subject);
  event.payload = std::move(payload);
  services.recorder.Record(event, changes);
}

Awaitable<Status> Call::Commit(storage::Changes changes) const {
  const Touched touched = TouchedBy(changes);
  const auto erased = co_await FindErasedFiles(*this, changes);
  if (!erased) co_return erased.error();
  Status status = co_await services.stores.committer().Commit(std::move(changes));
  // After a failure too: whether it was written may be unknown.
  services.workspace.Invalidate(touched);
  if (!status) co_return status;
  if (touched.settings) {
    // Some are asked for where nobody can wait: how large an upload may be.
    const auto settings = co_await services.workspace.GetSettings(documents());
    if (!settings) co_return settings.error();
  }
  co_await RemoveFiles(*this, *erased);
  co_return status;
}

void Paging::ApplyTo(storage::Query& query) const {
  query.offset = offset;
  query.limit = count;
  query.sort = sort;
  query.count_total = true;
}

Outcome<Paging> ReadPaging(const Call& call, std::vector<storage::SortKey> standard_sort) {
  Paging paging;
  paging.offset = std::max<std::int64_t>(0, WholeNumber(call, "offset").value_or(0));
  paging.count = PageSize(call);
  paging.sort = std::move(standard_sort);
  const std::string_view sort = call.query.Text("sort");
  if (sort.empty()) return paging;
  auto keys = ParseSort(sort);
  if (!keys) {
    return FailCoded("error-invalid-sort", "Invalid sort parameter provided: \"" + std::string(sort) + "\"");
  }
  if (!keys->empty()) paging.sort = std::move(*keys);
  return paging;
}

Json PageOf(std::string_view member, Json items, const Paging& paging, std::int64_t total) {
  const auto count = static_cast<std::int64_t>(items.size());
  Json page = Json::MakeObject();
  page.Append(member, std::move(items));
  page.Append("count", count);
  page.Append("offset", paging.offset);
  page.Append("total", total);
  return page;
}

std::vector<std::string> Texts(const Json& object, std::string_view member) {
  std::vector<std::string> texts;
  const Json* list = object.Find(member);
  if (list == nullptr || list->AsArray() == nullptr) return texts;
  for (const Json& element : *list->AsArray()) {
    if (const auto text = element.AsString()) texts.emplace_back(*text);
  }
  return texts;
}

storage::LedgerAgent ForLedger(const User& user) {
  storage::LedgerAgent agent;
  agent.id = user.id;
  agent.username = user.username;
  agent.name = user.name.empty() ? user.username : user.name;
  agent.email = Lower(user.Address());
  return agent;
}

void SaveUser(const Call& call, const User* before, User& after, storage::Changes& changes) {
  NoteLeaving(call.settings(), before, after, call.now);
  Save(after, call.now, changes);
  const bool accepted = before != nullptr && CanTakeChats(*before, call.settings());
  const bool accepts = CanTakeChats(after, call.settings());
  if (accepted == accepts) return;
  events::AgentStatusChanged changed;
  changed.agent = ForLedger(after);
  changed.accepting = accepts;
  call.Record(after.id, std::move(changed), changes);
}

}  // namespace parley::backend::embedded
