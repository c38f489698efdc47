#include "resources/tags.h"

#include <algorithm>
#include <set>

#include "base/ordered_id.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using backend::Response;
using http::Method;
using storage::Collection;
using storage::Document;
using storage::Match;

constexpr Collection kCollection = Collection::kTags;

// The departments a record has a tag of; one empty name for everybody's.
std::vector<std::string> DepartmentsOf(const Document& document) {
  std::vector<std::string> departments = TextsOf(document.body, "departments");
  if (departments.empty()) departments.emplace_back();
  return departments;
}

bool BelongsTo(const Document& document, const std::string& department) {
  const std::vector<std::string> departments = DepartmentsOf(document);
  return std::find(departments.begin(), departments.end(), department) != departments.end();
}

Json ToLocal(const Document& document, const std::string& department) {
  Json tag;
  tag.Append("name", document.body.Text("name"));
  tag.Append("author", document.body.Text("author"));
  CopyMember(document.body, "_createdAt", tag, "created_at");
  if (!department.empty()) tag.Append("group", department);
  return tag;
}

// A document without the department; empty when it had no other.
std::optional<Json> Without(const Document& document, const std::string& department) {
  std::vector<std::string> departments = DepartmentsOf(document);
  std::erase(departments, department);
  if (departments.empty()) return std::nullopt;
  Json body = document.body;
  body.Set("numDepartments", departments.size());
  body.Set("departments", TextsJson(departments));
  body.Remove("livechatKey");
  return body;
}

// Whose tag is meant when nobody is named: everybody's when there is one, else the only group's that has it.
Result<std::string> OnlyDepartment(const std::vector<Document>& documents) {
  std::set<std::string> all;
  for (const Document& document : documents) {
    for (std::string& department : DepartmentsOf(document)) all.insert(std::move(department));
  }
  if (all.contains("")) return "";
  if (all.size() == 1) return *all.begin();
  return InvalidArgument("group is required: several groups have this tag");
}

// A group's tag counts in the group's chats, everybody's in all.
std::int64_t ChatsWith(const Json& tag, const std::vector<storage::TagCount>& counts) {
  const bool everybodys = tag.Find("group") == nullptr;
  std::int64_t chats = 0;
  for (const storage::TagCount& count : counts) {
    if (count.tag == tag.Text("name") && (everybodys || count.department == tag.Text("group"))) chats += count.chats;
  }
  return chats;
}

// The same of tickets.
storage::Query TicketsWith(const Json& tag) {
  const auto one = [&](std::string_view member) { return Json(Json::Array{Json(tag.Text(member))}); };
  storage::Query query(Collection::kTickets);
  query.where.emplace_back("tags", Match::kHasAny, one("name"));
  if (tag.Find("group") != nullptr) query.where.emplace_back("groups", Match::kHasAny, one("group"));
  query.heavy = true;
  return query;
}

std::string PlusAsSpace(std::string name) {
  std::replace(name.begin(), name.end(), '+', ' ');
  return name;
}

}  // namespace

Awaitable<Result<Response>> Tags::Call(const LocalCall& call) {
  if (call.Is(Method::kGet, 1)) {
    Result<Json> list = co_await List(call.Query("group"));
    co_return Answer(Under("tags", std::move(list)));
  }
  if (call.Is(Method::kDelete, 2)) co_return Answer(co_await Remove(call.path[1], call.Query("group")));
  const bool shows = call.Is(Method::kPost, 2) && call.path[1] == "shown";
  if (!shows && !call.Is(Method::kPost, 1)) co_return NothingHere();
  Result<Json> input = call.Object();
  if (!input) co_return input.error();
  if (shows) {
    Result<Json> list = co_await Show(*std::move(input));
    co_return Answer(Under("tags", std::move(list)));
  }
  Result<Json> created = co_await Create(*std::move(input));
  co_return Answer(Under("tag", std::move(created)));
}

Awaitable<Result<Json>> Tags::List(std::optional<std::string> department) {
  Result<std::vector<Document>> found = co_await store_.Find(storage::Query(kCollection));
  if (!found) co_return found.error();
  Json tags = Json::MakeArray();
  for (const Document& document : *found) {
    for (const std::string& owner : DepartmentsOf(document)) {
      if (!department || owner == *department) tags.Push(ToLocal(document, owner));
    }
  }
  co_return co_await WithCounts(std::move(tags));
}

Awaitable<Result<Json>> Tags::Show(Json input) {
  const Json* given = input.Find("tags");
  const Json* department = input.Find("group");
  if (given == nullptr || given->AsArray() == nullptr) co_return InvalidArgument("tags must be a list");
  std::vector<std::pair<std::int64_t, Json>> dated;
  for (const Json& tag : *given->AsArray()) {
    std::vector<std::string> owners = TextsOf(tag, "departments");
    if (owners.empty()) owners.emplace_back();
    const std::int64_t created_at = tag.Integer("created_seconds") * 1000;
    for (const std::string& owner : owners) {
      if (department != nullptr && owner != department->AsString().value_or("")) continue;
      Json shown = Json::Of({{"name", tag.Text("name")}, {"author", tag.Text("author")}, {"created_at", created_at}});
      if (!owner.empty()) shown.Append("group", owner);
      dated.emplace_back(created_at, std::move(shown));
    }
  }
  std::stable_sort(dated.begin(), dated.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Json tags = Json::MakeArray();
  for (auto& [when, tag] : dated) tags.Push(std::move(tag));
  co_return co_await WithCounts(std::move(tags));
}

Awaitable<Result<Json>> Tags::Create(Json input) {
  const std::string name(input.Text("name"));
  const std::string department(input.Text("group"));
  const Error taken = InvalidArgument("tag must be new in its group");
  Result<std::vector<Document>> same = co_await FindByName(name);
  if (!same) co_return same.error();
  for (const Document& document : *same) {
    if (BelongsTo(document, department)) co_return taken;
  }

  Document document;
  document.id = OrderedRoomId(store_.ids, store_.clock.Now());
  Json departments = Json::MakeArray();
  if (!department.empty()) departments.Push(department);
  Json& body = document.body;
  body.Set("name", name);
  body.Set("numDepartments", departments.size());
  body.Set("departments", std::move(departments));
  body.Set("author", input.Text("author"));
  body.Set("_createdAt", Millis(store_.clock.Now()));
  body.Set("_updatedAt", Millis(store_.clock.Now()));
  body.Set("livechatKey", department + "/" + name);  // two who add it at once are told apart by its index
  storage::Changes changes;
  changes.Insert(kCollection, document.id, body);
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed && committed.error().code == ErrorCode::kAlreadyExists) co_return taken;
  if (!committed) co_return committed.error();

  Json created = Json::MakeArray();
  created.Push(ToLocal(document, department));
  Result<Json> counted = co_await WithCounts(std::move(created));
  if (!counted) co_return counted.error();
  co_return std::move(counted->AsArray()->front());
}

Awaitable<Result<Json>> Tags::Remove(std::string name, std::optional<std::string> department) {
  auto attempt = [this, &name, &department] { return RemoveOnce(name, department); };
  Result<Json> removed = co_await storage::Retrying(std::move(attempt));
  if (removed || removed.error().code != ErrorCode::kNotFound || name.find('+') == std::string::npos) co_return removed;
  // Some clients write a space in a path as in a form.
  const std::string spaced = PlusAsSpace(std::move(name));
  auto again = [this, &spaced, &department] { return RemoveOnce(spaced, department); };
  co_return co_await storage::Retrying(std::move(again));
}

Awaitable<Result<Json>> Tags::RemoveOnce(const std::string& name, const std::optional<std::string>& department) {
  Result<std::vector<Document>> documents = co_await FindByName(name);
  if (!documents) co_return documents.error();
  if (documents->empty()) co_return NotFound("tag");
  const Result<std::string> owner = department ? Result<std::string>(*department) : OnlyDepartment(*documents);
  if (!owner) co_return owner.error();
  storage::Changes changes;
  for (const Document& document : *documents) {
    if (!BelongsTo(document, *owner)) continue;
    if (std::optional<Json> rest = Without(document, *owner)) {
      rest->Set("_updatedAt", Millis(store_.clock.Now()));
      changes.Update(kCollection, document, *std::move(rest));
    } else {
      changes.Remove(kCollection, document.id, document.version);
    }
  }
  if (changes.empty()) co_return NotFound("tag");
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

Awaitable<Result<std::vector<Document>>> Tags::FindByName(std::string name) {
  storage::Query query(kCollection);
  query.where.emplace_back("name", Match::kEquals, Json(std::move(name)));
  co_return co_await store_.Find(std::move(query));
}

Awaitable<Result<Json>> Tags::WithCounts(Json tags) {
  std::vector<std::string> names;
  for (const Json& tag : *tags.AsArray()) names.emplace_back(tag.Text("name"));
  const Result<std::vector<storage::TagCount>> counts = co_await store_.stores.ledger().CountTags(std::move(names));
  if (!counts) co_return counts.error();
  for (Json& tag : *tags.AsArray()) {
    const std::int64_t chats = ChatsWith(tag, *counts);
    tag.Append("chats", chats);
    const Result<std::int64_t> tickets = co_await store_.stores.documents().Count(TicketsWith(tag));
    if (!tickets) co_return tickets.error();
    tag.Append("tickets", *tickets);
  }
  co_return tags;
}

}  // namespace parley::resources
