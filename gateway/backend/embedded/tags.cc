// Tags. Source: omnichannel reference §2.15.
#include "backend/embedded/call.h"
#include "backend/embedded/tag.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

void AddFilters(const Json& query, std::vector<Condition>& where) {
  const std::string text(query.Text("text"));
  if (!text.empty()) {
    where.push_back(Condition::AnyOf(
        {Condition("name", Match::kContains, Json(text)), Condition("description", Match::kContains, Json(text))}));
  }
  if (query.Text("viewAll") == "true") return;
  std::vector<Condition> any{Condition("numDepartments", Match::kEquals, Json(0))};
  const std::string department(query.Text("department"));
  if (!department.empty()) {
    any.emplace_back("departments", Match::kHasAny, Json(Json::Array{Json(department)}));
  }
  where.push_back(Condition::AnyOf(std::move(any)));
}

Awaitable<Reply> ListTags(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("name")});
  if (!paging) co_return paging.failure();
  storage::Query query(Tag::kCollection);
  AddFilters(call.query, query.where);
  paging->ApplyTo(query);
  auto found = co_await Find<Tag>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Tag& tag : found->list) items.Push(ToAnswer(tag));
  co_return PageOf("tags", std::move(items), *paging, found->total);
}

Awaitable<Reply> ShowTag(Call& call) {
  auto tag = co_await Get<Tag>(call.documents(), std::string(call.Path("tagId")));
  if (!tag) co_return tag.error();
  if (!*tag) co_return ResourceNotFound("Tag not found");
  co_return ToAnswer(**tag);
}

Failure TagNotFound() {
  return FailCoded("tag-not-found", "Tag not found");
}

Awaitable<Outcome<Tag>> FindOrMake(const Call& call) {
  Tag tag;
  const std::string id(call.body.Text("_id"));
  if (id.empty()) {
    tag.id = call.ids().RoomId();
    tag.created_at = call.now;
    const User& author = call.user();
    tag.author = author.emails.empty() ? author.username : author.emails.front().address;
    co_return tag;
  }
  auto known = co_await Get<Tag>(call.documents(), id);
  if (!known) co_return known.error();
  if (!*known) co_return TagNotFound();
  co_return std::move(**known);
}

void ApplyBody(const Json& body, Tag& tag) {
  const Json& data = *body.Find("tagData");
  tag.name = data.Text("name");
  tag.description = std::string(data.Text("description"));
  tag.departments = Texts(body, "tagDepartments");
  tag.number_of_departments = static_cast<std::int64_t>(tag.departments.size());
  tag.livechat_key.clear();
}

Awaitable<Reply> SaveTag(Call& call) {
  if (call.body.FindPath("tagData.name") == nullptr) co_return FailMatch("Missing key 'name'");
  auto tag = co_await FindOrMake(call);
  if (!tag) co_return tag.failure();
  ApplyBody(call.body, *tag);
  storage::Changes changes;
  Save(*tag, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Pick(ToAnswer(*tag), {"_id", "name", "description", "numDepartments", "departments"});
}

Awaitable<Reply> DeleteTag(Call& call) {
  auto tag = co_await Get<Tag>(call.documents(), std::string(call.body.Text("id")));
  if (!tag) co_return tag.error();
  if (!*tag) co_return TagNotFound();
  storage::Changes changes;
  Remove(**tag, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes TagRoutes() {
  return {
      {"GET livechat/tags", &ListTags},
      {"GET livechat/tags/{tagId}", &ShowTag},
      {"POST livechat/tags.save", &SaveTag, Checks::kTyped},
      {"POST livechat/tags.delete", &DeleteTag, Checks::kTyped},
  };
}

}  // namespace parley::backend::embedded
