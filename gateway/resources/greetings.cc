#include "resources/greetings.h"

#include "records/greeting_triggers.h"
#include "resources/greeting_rules.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using backend::Response;
using storage::Collection;
using storage::Document;
using storage::Match;

constexpr Collection kCollection = Collection::kGreetings;
constexpr std::string_view kMember = "greeting";
constexpr std::string_view kMessage = "greeting-message_text";
constexpr std::string_view kDefaultMessage = "Hello, would you like to talk about our products?";
constexpr std::string_view kAnnouncement = "announcement";

Json ToLocal(const Document& document) {
  const Json& body = document.body;
  const bool active = body.Flag("active");
  const Json* kept = body.Find("properties");
  Json properties = Json::Of({{"active", active ? "1" : "0"}});
  if (kept != nullptr && kept->AsObject() != nullptr) {
    for (const auto& [name, value] : *kept->AsObject()) properties.Set(name, value);
  }
  Json greeting;
  greeting.Append("id", document.id);
  greeting.Append("active", active);
  greeting.Append("name", body.Text("name"));
  CopyMember(body, "rules", greeting, "rules");
  greeting.Append("properties", std::move(properties));
  CopyMember(body, "group", greeting, "group");
  CopyMember(body, "subtype", greeting, "subtype");
  return greeting;
}

// Whether it is active stands once in the record; `active` wins over its copy among the properties.
void TakeProperties(const Json& input, Json& body) {
  const Json* had = body.Find("properties");
  Json properties = had == nullptr ? Json::Of({{std::string(kMessage), kDefaultMessage}}) : *had;
  const Json* sent = input.Find("properties");
  if (sent != nullptr && sent->AsObject() != nullptr) {
    for (const auto& [name, value] : *sent->AsObject()) {
      if (name != "active") properties.Set(name, value);
    }
    const std::string_view active = sent->Text("active");
    if (!active.empty()) body.Set("active", active == "1");
  }
  CopyMember(input, "active", body, "active");
  body.Set("properties", std::move(properties));
}

void TakeGroup(const Json& input, Json& body) {
  const Json* group = input.Find("group");
  if (group == nullptr) return;
  body.Remove("group");
  if (!input.Text("group").empty()) body.Set("group", *group);
}

// What a request says of a greeting, in the record; the rules still without ids.
Status Take(const Json& input, Json& body) {
  CopyMember(input, "name", body, "name");
  CopyMember(input, "subtype", body, "subtype");
  TakeGroup(input, body);
  TakeProperties(input, body);
  const Json* rules = input.Find("rules");
  if (rules == nullptr) return {};
  std::vector<std::string> violations;
  body.Set("rules", NormaliseRules(*rules, violations));
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return {};
}

}  // namespace

Awaitable<Result<Response>> Greetings::Call(const LocalCall& call) {
  return CallRecords(call, "greetings", kMember);
}

Awaitable<Result<Json>> Greetings::List(const LocalCall& call) {
  const std::optional<std::string> department = call.Query("group");
  storage::Query query(kCollection);
  if (department && department->empty()) query.where.emplace_back("group", Match::kMissing);
  if (department && !department->empty()) query.where.emplace_back("group", Match::kEquals, Json(*department));
  const Result<std::vector<Document>> found = co_await store_.Find(std::move(query));
  co_return Listed(found, ToLocal);
}

Awaitable<Result<Json>> Greetings::Get(std::string id) {
  const Result<Document> document = co_await store_.Read(kCollection, std::move(id));
  if (!document) co_return document.error();
  co_return ToLocal(*document);
}

Awaitable<Result<Json>> Greetings::Create(Json input) {
  Document document;
  document.id = store_.ids.ObjectId();
  Json& body = document.body;
  body.Set("active", true);
  body.Set("rules", Json::MakeArray());
  body.Set("_createdAt", Millis(store_.clock.Now()));
  if (input.Find("rules") == nullptr) input.Set("rules", Json::MakeArray());
  const Status fits = Take(input, body);
  if (!fits) co_return fits.error();
  if (body.Text("subtype") == kAnnouncement) {
    const Status room = co_await CheckAnnouncements(document.id);
    if (!room) co_return room.error();
  }
  const Status numbered = co_await records::NumberRules(store_.stores.committer(), *body.Find("rules"));
  if (!numbered) co_return numbered.error();
  const Status saved = co_await Save(document);
  if (!saved) co_return saved.error();
  co_return ToLocal(document);
}

Awaitable<Result<Json>> Greetings::Update(std::string id, Json input) {
  auto attempt = [this, &id, &input] { return UpdateOnce(id, input); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Json>> Greetings::UpdateOnce(const std::string& id, const Json& input) {
  Result<Document> document = co_await store_.Read(kCollection, id);
  if (!document) co_return document.error();
  const Status fits = Take(input, document->body);
  if (!fits) co_return fits.error();
  if (input.Text("subtype") == kAnnouncement) {
    const Status room = co_await CheckAnnouncements(id);
    if (!room) co_return room.error();
  }
  const Status numbered = co_await records::NumberRules(store_.stores.committer(), *document->body.Find("rules"));
  if (!numbered) co_return numbered.error();
  const Status saved = co_await Save(*document);
  if (!saved) co_return saved.error();
  co_return ToLocal(*document);
}

Awaitable<Result<Json>> Greetings::Remove(std::string id) {
  auto attempt = [this, &id] { return RemoveOnce(id); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Json>> Greetings::RemoveOnce(const std::string& id) {
  const Result<Document> document = co_await store_.Read(kCollection, id);
  if (!document) co_return document.error();
  storage::Changes changes;
  changes.Remove(kCollection, id, document->version);
  const Status followed = co_await records::FollowGreeting(store_.stores, id, nullptr, store_.clock.Now(), changes);
  if (!followed) co_return followed.error();
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

Awaitable<Status> Greetings::CheckAnnouncements(const std::string& own_id) {
  storage::Query query(kCollection);
  query.where.emplace_back("subtype", Match::kEquals, Json(kAnnouncement));
  query.where.emplace_back("_id", Match::kNotEquals, Json(own_id));
  const Result<std::int64_t> others = co_await store_.stores.documents().Count(std::move(query));
  if (!others) co_return others.error();
  if (*others < kMostAnnouncements) co_return Status();
  co_return InvalidArgument("subtype can be announcement for at most 10 greetings");
}

Awaitable<Status> Greetings::Save(const Document& document) {
  storage::Changes changes;
  changes.puts.push_back({kCollection, document.id, document.body, document.version});
  const Status followed =
      co_await records::FollowGreeting(store_.stores, document.id, &document.body, store_.clock.Now(), changes);
  if (!followed) co_return followed;
  co_return co_await store_.Commit(std::move(changes));
}

}  // namespace parley::resources
