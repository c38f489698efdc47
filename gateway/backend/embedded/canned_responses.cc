// Canned responses. Source: omnichannel reference §2.15.
#include <algorithm>

#include "backend/embedded/call.h"
#include "backend/embedded/canned_response.h"
#include "backend/embedded/department.h"
#include "json/members.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

constexpr std::string_view kSaveAll = "save-all-canned-responses";

std::string LoginOf(const User& user) {
  return user.emails.empty() ? user.username : user.emails.front().address;
}

// Those the caller serves in. Whoever vouches for callers knows departments and members too.
Awaitable<Result<std::vector<std::string>>> DepartmentsOfCaller(const Call& call) {
  const auto& voucher = call.request.caller.voucher;
  if (voucher == nullptr) co_return co_await FindDepartmentIdsOf(call.documents(), call.user().id);
  const DirectoryAgent* agent = voucher->directory->AgentById(call.user().id);
  co_return agent != nullptr ? agent->departments : std::vector<std::string>();
}

Awaitable<Result<bool>> IsDepartment(const Call& call, std::string id) {
  const auto& voucher = call.request.caller.voucher;
  if (voucher != nullptr) co_return voucher->directory->DepartmentById(id) != nullptr;
  const auto department = co_await FindDepartment(call.documents(), std::move(id));
  if (!department) co_return department.error();
  co_return department->has_value();
}

// What the caller may use: everything, or everybody's, their departments' and their own.
Awaitable<Result<std::optional<Condition>>> VisibleTo(const Call& call) {
  if (call.May("view-all-canned-responses")) co_return std::optional<Condition>();
  const auto departments = co_await DepartmentsOfCaller(call);
  if (!departments) co_return departments.error();
  std::vector<Condition> any;
  any.emplace_back("scope", Match::kEquals, Json("global"));
  any.emplace_back("userId", Match::kEquals, Json(call.user().id));
  if (!departments->empty()) any.emplace_back("departmentId", Match::kIn, TextsJson(*departments));
  co_return std::optional<Condition>(Condition::AnyOf(std::move(any)));
}

void AddFilters(const Json& query, std::vector<Condition>& where) {
  const auto equals = [&](std::string_view parameter, const char* member) {
    const std::string value(query.Text(parameter));
    if (!value.empty()) where.emplace_back(member, Match::kEquals, Json(value));
  };
  equals("shortcut", "shortcut");
  equals("scope", "scope");
  equals("departmentId", "departmentId");
  equals("createdBy", "createdBy._id");
  const std::string text(query.Text("text"));
  if (!text.empty()) {
    where.push_back(Condition::AnyOf(
        {Condition("shortcut", Match::kContains, Json(text)), Condition("text", Match::kContains, Json(text))}));
  }
  const std::vector<std::string> tags = Texts(query, "tags");
  if (!tags.empty()) where.emplace_back("tags", Match::kHasAny, TextsJson(tags));
}

Json AnswersOf(const std::vector<CannedResponse>& responses) {
  Json answers = Json::MakeArray();
  for (const CannedResponse& response : responses) answers.Push(ToAnswer(response));
  return answers;
}

Awaitable<Reply> ListResponses(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("shortcut")});
  if (!paging) co_return paging.failure();
  auto visible = co_await VisibleTo(call);
  if (!visible) co_return visible.error();
  storage::Query query(CannedResponse::kCollection);
  AddFilters(call.query, query.where);
  if (*visible) query.where.push_back(**std::move(visible));
  paging->ApplyTo(query);
  auto found = co_await Find<CannedResponse>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return PageOf("cannedResponses", AnswersOf(found->list), *paging, found->total);
}

Awaitable<Reply> ListUsable(Call& call) {
  auto visible = co_await VisibleTo(call);
  if (!visible) co_return visible.error();
  storage::Query query(CannedResponse::kCollection);
  if (*visible) query.where.push_back(**std::move(visible));
  query.sort.emplace_back("shortcut");
  auto found = co_await Find<CannedResponse>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json answer;
  answer.Append("responses", AnswersOf(found->list));
  co_return answer;
}

Awaitable<Reply> ShowResponse(Call& call) {
  auto visible = co_await VisibleTo(call);
  if (!visible) co_return visible.error();
  std::vector<Condition> where;
  where.emplace_back("_id", Match::kEquals, Json(call.Path("_id")));
  if (*visible) where.push_back(**std::move(visible));
  auto response = co_await FindFirst<CannedResponse>(call.documents(), std::move(where));
  if (!response) co_return response.error();
  if (!*response) co_return ResourceNotFound();
  Json answer;
  answer.Append("cannedResponse", ToAnswer(**response));
  co_return answer;
}

Failure NotAllowedOn(std::string_view scope) {
  return FailCoded("error-not-allowed", "Not allowed to modify canned responses on *" + std::string(scope) + "* scope");
}

// Whether the caller may make, change or remove a response of this scope.
std::optional<Failure> CheckMayModify(const Call& call, std::string_view scope, std::string_view owner) {
  const bool all = call.May(kSaveAll);
  if (scope == "global" && !all) return NotAllowedOn(scope);
  if (scope == "department" && !all && !call.May("save-department-canned-responses")) return NotAllowedOn(scope);
  if (scope == "user" && owner != call.user().id) return NotAllowedOn(scope);
  return std::nullopt;
}

Failure NotFoundFailure() {
  return FailCoded("error-canned-response-not-found", "Canned Response not found");
}

Awaitable<Outcome<CannedResponse>> FindOrMake(const Call& call) {
  CannedResponse response;
  const std::string id(call.body.Text("_id"));
  if (id.empty()) {
    response.id = call.ids().RoomId();
    response.created_at = call.now;
    response.created_by = {call.user().id, call.user().username, LoginOf(call.user())};
    co_return response;
  }
  auto known = co_await Get<CannedResponse>(call.documents(), id);
  if (!known) co_return known.error();
  if (!*known) co_return NotFoundFailure();
  response = std::move(**known);
  if (auto refused = CheckMayModify(call, response.scope, response.user_id)) co_return *refused;
  response.modified_at = call.now;
  response.modified_by = LoginOf(call.user());
  co_return response;
}

void ApplyBody(const Call& call, CannedResponse& response) {
  const std::string shortcut(call.body.Text("shortcut"));
  response.shortcut_chosen = response.shortcut_chosen && response.shortcut == shortcut;
  response.shortcut = shortcut;
  response.text = call.body.Text("text");
  response.scope = call.body.Text("scope");
  if (call.body.Find("tags") != nullptr) response.tags = Texts(call.body, "tags");
  response.user_id = response.scope == "user" ? call.user().id : std::string();
  response.department_id = response.scope == "department" ? std::string(call.body.Text("departmentId")) : std::string();
}

Awaitable<std::optional<Failure>> CheckDepartment(const Call& call, const CannedResponse& response) {
  if (response.scope != "department") co_return std::nullopt;
  const Result<bool> known = co_await IsDepartment(call, response.department_id);
  if (!known) co_return Failure(known.error());
  if (!*known) co_return FailCoded("error-invalid-department", "Invalid department");
  co_return std::nullopt;
}

// What a single user keeps for themselves is nobody else's news. The shortcut is one of the tags LiveChat shows.
void RecordChange(const Call& call, const char* change, const CannedResponse& response, storage::Changes& changes) {
  if (response.scope == "user") return;
  events::CannedResponseChanged event;
  event.change = change;
  event.department = response.department_id;
  event.text = response.text;
  event.tags = response.tags;
  if (!response.shortcut_chosen &&
      std::find(event.tags.begin(), event.tags.end(), response.shortcut) == event.tags.end())
    event.tags.insert(event.tags.begin(), response.shortcut);
  call.Record(response.id, std::move(event), changes);
}

// The answer does not name a new id.
Awaitable<Reply> SaveResponse(Call& call) {
  const std::string_view scope = call.body.Text("scope");
  if (scope != "user" && scope != "department" && scope != "global") {
    co_return FailCoded("error-invalid-scope", "Invalid scope");
  }
  if (auto refused = CheckMayModify(call, scope, call.user().id)) co_return *refused;
  auto response = co_await FindOrMake(call);
  if (!response) co_return response.failure();
  ApplyBody(call, *response);
  if (auto refused = co_await CheckDepartment(call, *response)) co_return *refused;

  storage::Changes changes;
  RecordChange(call, response->version == 0 ? "created" : "changed", *response, changes);
  Save(*response, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed && committed.error().code == ErrorCode::kAlreadyExists) {
    co_return FailCoded("error-invalid-shortcut", "Shortcut provided already exists");
  }
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

Awaitable<Reply> RemoveResponse(Call& call, std::string id) {
  auto response = co_await Get<CannedResponse>(call.documents(), std::move(id));
  if (!response) co_return response.error();
  if (!*response) co_return NotFoundFailure();
  if (auto refused = CheckMayModify(call, (*response)->scope, (*response)->user_id)) co_return *refused;
  storage::Changes changes;
  Remove(**response, changes);
  RecordChange(call, "removed", **response, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

Awaitable<Reply> DeleteNamedInBody(Call& call) {
  return RemoveResponse(call, std::string(call.body.Text("_id")));
}

Awaitable<Reply> DeleteNamedInPath(Call& call) {
  return RemoveResponse(call, std::string(call.Path("_id")));
}

}  // namespace

Routes CannedResponseRoutes() {
  return {
      {"GET canned-responses", &ListResponses},
      {"POST canned-responses", &SaveResponse},
      {"DELETE canned-responses", &DeleteNamedInBody},
      {"GET canned-responses.get", &ListUsable},
      {"GET canned-responses/{_id}", &ShowResponse},
      {"DELETE canned-responses/{_id}", &DeleteNamedInPath, Checks::kTyped},
  };
}

}  // namespace parley::backend::embedded
