#include "resources/canned_responses.h"

#include <algorithm>

#include "base/ordered_id.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using backend::Response;
using storage::Collection;
using storage::Document;
using storage::Match;

constexpr Collection kCollection = Collection::kCannedResponses;
constexpr std::string_view kMember = "canned_response";

std::string CreatorOf(const Json& body) {
  const Json* creator = body.Find("createdBy");
  if (creator == nullptr) return {};
  const std::string_view login = creator->Text("login");
  return std::string(login.empty() ? creator->Text("username") : login);
}

// A shortcut somebody thought of is a tag too; one that was chosen from the tags is there already.
Json TagsOf(const Json& body) {
  std::vector<std::string> tags = TextsOf(body, "tags");
  const std::string shortcut(body.Text("shortcut"));
  if (!body.Flag("shortcutChosen") && std::find(tags.begin(), tags.end(), shortcut) == tags.end()) {
    tags.insert(tags.begin(), shortcut);
  }
  return TextsJson(tags);
}

Json ToLocal(const Document& document) {
  const Json& body = document.body;
  Json answer;
  answer.Append("id", document.id);
  CopyMember(body, "departmentId", answer, "group");
  answer.Append("text", body.Text("text"));
  answer.Append("tags", TagsOf(body));
  CopyMember(body, "_createdAt", answer, "created_at");
  answer.Append("created_by", CreatorOf(body));
  CopyMember(body, "modifiedAt", answer, "modified_at");
  CopyMember(body, "modifiedBy", answer, "modified_by");
  return answer;
}

Json CreatorFor(const Json& input) {
  Json creator;
  CopyMember(input, "author_id", creator, "_id");
  CopyMember(input, "author_username", creator, "username");
  creator.Set("login", input.Text("author"));
  return creator;
}

events::CannedResponseChanged ChangeOf(std::string_view change, const Json& body) {
  events::CannedResponseChanged event;
  event.change = change;
  event.department = body.Text("departmentId");
  event.text = body.Text("text");
  event.tags = TextsOf(Json::Of({{"tags", TagsOf(body)}}), "tags");
  return event;
}

// A shortcut that was taken meanwhile: choose again.
Status AsConflict(Status committed) {
  if (committed || committed.error().code != ErrorCode::kAlreadyExists) return committed;
  return Conflict(committed.error().message);
}

}  // namespace

Awaitable<Result<Response>> CannedResponses::Call(const LocalCall& call) {
  return CallRecords(call, "canned_responses", kMember);
}

Awaitable<Result<Json>> CannedResponses::List(const LocalCall& call) {
  std::string department = call.Query("group").value_or("");
  storage::Query query(kCollection);
  if (department.empty()) {
    query.where.emplace_back("scope", Match::kEquals, Json("global"));
  } else {
    query.where.emplace_back("departmentId", Match::kEquals, Json(std::move(department)));
  }
  const Result<std::vector<Document>> found = co_await store_.Find(std::move(query));
  co_return Listed(found, ToLocal);
}

Awaitable<Result<Document>> CannedResponses::Read(const std::string& id) {
  Result<Document> document = co_await store_.Read(kCollection, id);
  if (document && document->body.Text("scope") == "user") co_return NotFound(id);
  co_return document;
}

Awaitable<Result<Json>> CannedResponses::Get(std::string id) {
  const Result<Document> document = co_await Read(id);
  if (!document) co_return document.error();
  co_return ToLocal(*document);
}

Awaitable<Result<Json>> CannedResponses::Create(Json input) {
  Document document;
  document.id = OrderedRoomId(store_.ids, store_.clock.Now());
  const std::string_view department = input.Text("group");
  Json& body = document.body;
  body.Set("shortcut", "");
  body.Set("shortcutChosen", true);
  body.Set("text", input.Text("text"));
  body.Set("scope", department.empty() ? "global" : "department");
  if (!department.empty()) body.Set("departmentId", department);
  body.Set("tags", TextsJson(TextsOf(input, "tags")));
  body.Set("createdBy", CreatorFor(input));
  body.Set("_createdAt", Millis(store_.clock.Now()));
  body.Set("_updatedAt", Millis(store_.clock.Now()));

  auto attempt = [this, &document]() -> Awaitable<Status> {
    Result<std::string> shortcut = co_await ChooseShortcut(TextsOf(document.body, "tags"), document.id);
    if (!shortcut) co_return shortcut.error();
    document.body.Set("shortcut", *std::move(shortcut));
    co_return co_await Save("created", document);
  };
  const Status saved = co_await storage::Retrying(std::move(attempt));
  if (!saved) co_return saved.error();
  co_return ToLocal(document);
}

Awaitable<Result<Json>> CannedResponses::Update(std::string id, Json input) {
  auto attempt = [this, &id, &input] { return UpdateOnce(id, input); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Json>> CannedResponses::UpdateOnce(const std::string& id, const Json& input) {
  Result<Document> document = co_await Read(id);
  if (!document) co_return document.error();
  Json& body = document->body;
  CopyMember(input, "text", body, "text");
  if (input.Find("tags") != nullptr) {
    const std::vector<std::string> tags = TextsOf(input, "tags");
    Result<std::string> shortcut = co_await ChooseShortcut(tags, id);
    if (!shortcut) co_return shortcut.error();
    body.Set("shortcut", *std::move(shortcut));
    body.Set("shortcutChosen", true);
    body.Set("tags", TextsJson(tags));
  }
  const Json now = Millis(store_.clock.Now());
  body.Set("modifiedAt", now);
  body.Set("modifiedBy", input.Text("author"));
  body.Set("_updatedAt", now);
  const Status saved = co_await Save("changed", *document);
  if (!saved) co_return saved.error();
  co_return ToLocal(*document);
}

Awaitable<Result<Json>> CannedResponses::Remove(std::string id) {
  const Result<Document> document = co_await Read(id);
  if (!document) co_return document.error();
  storage::Changes changes;
  changes.Remove(kCollection, id);
  store_.Record(id, ChangeOf("removed", document->body), changes);
  const Status removed = co_await store_.Commit(std::move(changes));
  if (!removed) co_return removed.error();
  co_return Json::MakeObject();
}

Awaitable<Result<bool>> CannedResponses::IsFree(const std::string& shortcut, const std::string& own_id) {
  storage::Query query(kCollection);
  query.where.emplace_back("shortcut", Match::kEquals, Json(shortcut));
  const Result<storage::Found> found = co_await store_.stores.documents().Find(std::move(query));
  if (!found) co_return found.error();
  co_return found->documents.empty() || found->documents.front().id == own_id;
}

// The first tag that is no shortcut yet; when all are, the first with a number behind it.
Awaitable<Result<std::string>> CannedResponses::ChooseShortcut(const std::vector<std::string>& tags,
                                                               const std::string& own_id) {
  if (tags.empty()) co_return own_id;
  for (const std::string& tag : tags) {
    const Result<bool> free = co_await IsFree(tag, own_id);
    if (!free) co_return free.error();
    if (*free) co_return tag;
  }
  for (int number = 2;; ++number) {
    std::string numbered = tags.front() + "-" + std::to_string(number);
    const Result<bool> free = co_await IsFree(numbered, own_id);
    if (!free) co_return free.error();
    if (*free) co_return numbered;
  }
}

Awaitable<Status> CannedResponses::Save(std::string_view change, const Document& document) {
  storage::Changes changes;
  changes.puts.push_back({kCollection, document.id, document.body, document.version});
  store_.Record(document.id, ChangeOf(change, document.body), changes);
  Status committed = co_await store_.Commit(std::move(changes));
  co_return AsConflict(std::move(committed));
}

}  // namespace parley::resources
