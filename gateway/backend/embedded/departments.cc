// Departments (omnichannel reference §2.2).
#include <algorithm>
#include <array>

#include "backend/embedded/call.h"
#include "backend/embedded/department.h"
#include "backend/embedded/duty.h"
#include "backend/embedded/memberships.h"
#include "json/members.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

Failure Refuse(std::string code, std::string reason) {
  return FailCoded(std::move(code), std::move(reason), MethodDetails("livechat:saveDepartment"));
}

Failure DepartmentNotFound() {
  return FailCoded("error-department-not-found", "Department not found");
}

// ---- reading --------------------------------------------------------------------------------------------------------

Awaitable<Reply> ListWhere(Call& call, std::vector<Condition> where) {
  auto paging = ReadPaging(call, {storage::SortKey("name")});
  if (!paging) co_return paging.failure();
  storage::Query query(storage::Collection::kDepartments);
  query.where = std::move(where);
  if (const std::string_view text = call.query.Text("text"); !text.empty()) {
    query.where.emplace_back("name", Match::kContains, Json(text));
  }
  if (call.query.Flag("enabled")) query.where.emplace_back("enabled", Match::kEquals, Json(true));
  if (const std::string_view id = call.query.Text("excludeDepartmentId"); !id.empty()) {
    query.where.emplace_back("_id", Match::kNotEquals, Json(id));
  }
  if (call.query.Flag("onlyMyDepartments")) {
    const auto mine = co_await FindDepartmentIdsOf(call.documents(), call.user().id);
    if (!mine) co_return mine.error();
    query.where.emplace_back("_id", Match::kIn, TextsJson(*mine));
  }
  paging->ApplyTo(query);
  const auto departments = co_await Find<Department>(call.documents(), std::move(query));
  if (!departments) co_return departments.error();
  Json items = Json::MakeArray();
  for (const Department& department : departments->list) items.Push(ToAnswer(department));
  co_return PageOf("departments", std::move(items), *paging, departments->total);
}

Awaitable<Reply> List(Call& call) {
  std::vector<Condition> where;
  if (!call.query.Flag("showArchived")) where.emplace_back("archived", Match::kNotEquals, Json(true));
  co_return co_await ListWhere(call, std::move(where));
}

Awaitable<Reply> ListArchived(Call& call) {
  std::vector<Condition> where;
  where.emplace_back("archived", Match::kEquals, Json(true));
  co_return co_await ListWhere(call, std::move(where));
}

Awaitable<Result<Json>> AgentsOf(storage::DocumentStore& documents, std::string department_id) {
  auto rows = co_await FindDepartmentAgents(documents, std::move(department_id));
  if (!rows) co_return rows.error();
  Json agents = Json::MakeArray();
  for (const DepartmentAgent& row : *rows) agents.Push(ToAnswer(row));
  co_return agents;
}

Awaitable<Reply> Show(Call& call) {
  const std::string id(call.Path("_id"));
  const auto department = co_await FindDepartment(call.documents(), id);
  if (!department) co_return department.error();
  Json answer = Json::MakeObject();
  answer.Append("department", *department ? ToAnswer(**department) : Json());
  if (call.query.Flag("includeAgents") && call.May("view-livechat-departments")) {
    auto agents = co_await AgentsOf(call.documents(), id);
    if (!agents) co_return agents.error();
    answer.Append("agents", *std::move(agents));
  }
  co_return answer;
}

Awaitable<Reply> ListAgents(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("username")});
  if (!paging) co_return paging.failure();
  storage::Query query(storage::Collection::kDepartmentAgents);
  query.where.emplace_back("departmentId", Match::kEquals, Json(call.Path("_id")));
  paging->ApplyTo(query);
  const auto rows = co_await Find<DepartmentAgent>(call.documents(), std::move(query));
  if (!rows) co_return rows.error();
  Json items = Json::MakeArray();
  for (const DepartmentAgent& row : rows->list) items.Push(ToAnswer(row));
  co_return PageOf("agents", std::move(items), *paging, rows->total);
}

Awaitable<Reply> Autocomplete(Call& call) {
  constexpr std::int64_t kMostItems = 10;
  const Result<Json> selector = ParseJson(call.query.Text("selector"));
  if (call.query.Text("selector").empty()) co_return Fail("The 'selector' param is required");
  if (!selector || !selector->IsObject()) co_return Fail("The 'selector' param must be a JSON object");
  storage::Query query(storage::Collection::kDepartments);
  if (!call.query.Flag("showArchived")) query.where.emplace_back("archived", Match::kNotEquals, Json(true));
  if (const std::string_view term = selector->Text("term"); !term.empty()) {
    query.where.emplace_back("name", Match::kContains, Json(term));
  }
  for (const std::string& id : Texts(*selector, "exceptions")) {
    query.where.emplace_back("_id", Match::kNotEquals, Json(id));
  }
  query.sort.emplace_back("name");
  query.limit = kMostItems;
  const auto departments = co_await Find<Department>(call.documents(), std::move(query));
  if (!departments) co_return departments.error();
  Json items = Json::MakeArray();
  for (const Department& department : departments->list) {
    items.Push(Json::Of({{"_id", department.id}, {"name", department.name}}));
  }
  co_return Json::Of({{"items", std::move(items)}});
}

Awaitable<Reply> ListByIds(Call& call) {
  const Json* ids = call.query.Find("ids");
  if (ids == nullptr) co_return Fail("The 'ids' param is required");
  if (!ids->IsArray()) co_return Fail("The 'ids' param must be an array");
  storage::Query query(storage::Collection::kDepartments);
  query.where.emplace_back("_id", Match::kIn, *ids);
  const auto departments = co_await Find<Department>(call.documents(), std::move(query));
  if (!departments) co_return departments.error();
  Json items = Json::MakeArray();
  for (const Department& department : departments->list) items.Push(ToAnswer(department));
  co_return Json::Of({{"departments", std::move(items)}});
}

// ---- creating and changing ------------------------------------------------------------------------------------------

// The Community edition allows one department.
Awaitable<Result<bool>> MayCreateOneMore(const Call& call) {
  if (call.options().edition == Edition::kPremium) co_return true;
  const auto count = co_await call.documents().Count(storage::Query(storage::Collection::kDepartments));
  if (!count) co_return count.error();
  co_return *count == 0;
}

// Takes over the members somebody sent; whatever is the store's own stays.
void ApplyInput(const Json& input, Department& department) {
  constexpr std::array kOwn = {"_id", "numAgents", "archived", "type", "ancestors", "_updatedAt", "businessHourId"};
  Json merged = ToDocument(department);
  for (const auto& [name, value] : *input.AsObject()) {
    if (std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end()) continue;
    if (value.IsNull()) {
      merged.Remove(name);
    } else {
      merged.Set(name, value);
    }
  }
  storage::Document document;
  document.id = department.id;
  document.version = department.version;
  document.body = std::move(merged);
  department = FromDocument<Department>(document);
}

std::optional<Failure> CheckInput(const Json& input, const Department& department) {
  if (department.archived && department.enabled) {
    return Refuse("error-archived-department-cant-be-enabled", "Archived departments cant be enabled");
  }
  if (input.Flag("requestTagBeforeClosingChat") && Texts(input, "chatClosingTags").empty()) {
    return Refuse("error-validating-department-chat-closing-tags",
                  "At least one closing tag is required when the department requires tag(s) on closing conversations.");
  }
  return std::nullopt;
}

Awaitable<Outcome<Done>> CheckFallback(const Call& call, const Department& department) {
  if (department.fallback.empty()) co_return Done();
  const auto fallback = co_await FindDepartment(call.documents(), department.fallback);
  if (!fallback) co_return fallback.error();
  if (!*fallback) co_return Refuse("error-fallback-department-not-found", "Fallback department not found");
  if (department.fallback == department.id || (*fallback)->fallback == department.id) {
    co_return Refuse("error-fallback-department-circular",
                     "Cannot save department. Circular reference between fallback department and department");
  }
  co_return Done();
}

std::optional<std::int64_t> NumberIn(const Json& object, std::string_view name) {
  const Json* member = object.Find(name);
  return member == nullptr ? std::nullopt : member->AsInteger();
}

std::vector<Seat> SeatsIn(const Json& body, std::string_view member) {
  std::vector<Seat> seats;
  const Json* list = body.Find(member);
  if (list == nullptr || list->AsArray() == nullptr) return seats;
  for (const Json& item : *list->AsArray()) {
    Seat seat;
    seat.agent_id = item.Text("agentId");
    seat.count = NumberIn(item, "count");
    seat.order = NumberIn(item, "order");
    seats.push_back(std::move(seat));
  }
  return seats;
}

// Enabling or disabling a department is repeated in the rows of its agents.
Awaitable<Status> RepeatEnabled(const Call& call, const Department& department, const std::vector<Seat>& seats,
                                storage::Changes& changes) {
  const auto rows = co_await FindDepartmentAgents(call.documents(), department.id);
  if (!rows) co_return rows.error();
  for (DepartmentAgent row : *rows) {
    const bool seated =
        std::any_of(seats.begin(), seats.end(), [&](const Seat& seat) { return seat.agent_id == row.agent_id; });
    if (seated || row.department_enabled == department.enabled) continue;
    row.department_enabled = department.enabled;
    Save(row, call.now, changes);
  }
  co_return Status();
}

Awaitable<Reply> Saved(const Call& call, const Department& department) {
  auto agents = co_await AgentsOf(call.documents(), department.id);
  if (!agents) co_return agents.error();
  co_return Json::Of({{"department", ToAnswer(department)}, {"agents", *std::move(agents)}});
}

// Whose business hours a change of the department may change: its members, and those who come.
Awaitable<Result<std::vector<std::string>>> FindAffected(const Call& call, const std::string& department_id,
                                                         const std::vector<Seat>& coming) {
  std::vector<std::string> ids;
  const auto rows = co_await FindDepartmentAgents(call.documents(), department_id);
  if (!rows) co_return rows.error();
  for (const DepartmentAgent& row : *rows) ids.push_back(row.agent_id);
  for (const Seat& seat : coming) ids.push_back(seat.agent_id);
  co_return ids;
}

// Checks `department` as it shall be, and writes it with its seats.
Awaitable<Reply> SaveDepartment(Call& call, Department department) {
  const Outcome<Done> fallback = co_await CheckFallback(call, department);
  if (!fallback) co_return fallback.failure();
  storage::Changes changes;
  const std::vector<Seat> seats = SeatsIn(call.body, "agents");
  const Status repeated = co_await RepeatEnabled(call, department, seats, changes);
  if (!repeated) co_return repeated.error();
  const Status seated = co_await SeatAgents(call, department, seats, changes);
  if (!seated) co_return seated.error();
  auto affected = co_await FindAffected(call, department.id, seats);
  if (!affected) co_return affected.error();
  if (!department.enabled) {
    const Status left = co_await LeaveHours(call, department, changes);
    if (!left) co_return left.error();
  }
  Save(department, call.now, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_await ApplyHoursToMembers(call, *std::move(affected));
  co_return co_await Saved(call, department);
}

Awaitable<Reply> Create(Call& call) {
  const Result<bool> available = co_await MayCreateOneMore(call);
  if (!available) co_return available.error();
  if (!*available) co_return Refuse("error-max-departments-number-reached", "Maximum number of departments reached");
  const Json& input = *call.body.Find("department");
  Department department;
  department.id = call.ids().ObjectId();
  ApplyInput(input, department);
  if (const auto failure = CheckInput(input, department)) co_return *failure;
  co_return co_await SaveDepartment(call, std::move(department));
}

Awaitable<Reply> Change(Call& call) {
  const auto found = co_await FindDepartment(call.documents(), std::string(call.Path("_id")));
  if (!found) co_return found.error();
  if (!*found) co_return Refuse("error-department-not-found", "Department not found");
  Department department = **found;
  if (!call.May("manage-livechat-departments")) co_return co_await SaveDepartment(call, std::move(department));
  const Json& input = *call.body.Find("department");
  ApplyInput(input, department);
  if (const auto failure = CheckInput(input, department)) co_return *failure;
  co_return co_await SaveDepartment(call, std::move(department));
}

Awaitable<Reply> ChangeAgents(Call& call) {
  const auto found = co_await FindDepartment(call.documents(), std::string(call.Path("_id")));
  if (!found) co_return found.error();
  if (!*found) co_return DepartmentNotFound();
  Department department = **found;
  const std::vector<Seat> added = SeatsIn(call.body, "upsert");
  std::vector<std::string> leaving;
  for (const Seat& seat : SeatsIn(call.body, "remove")) {
    const bool kept =
        std::any_of(added.begin(), added.end(), [&](const Seat& s) { return s.agent_id == seat.agent_id; });
    if (!kept) leaving.push_back(seat.agent_id);
  }
  storage::Changes changes;
  const Status unseated = co_await UnseatAgents(call, department, std::move(leaving), changes);
  if (!unseated) co_return unseated.error();
  const Status seated = co_await SeatAgents(call, department, added, changes);
  if (!seated) co_return seated.error();
  auto affected = co_await FindAffected(call, department.id, added);
  if (!affected) co_return affected.error();
  Save(department, call.now, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_await ApplyHoursToMembers(call, *std::move(affected));
  co_return Reply::Empty();
}

Awaitable<Reply> SetArchived(Call& call, bool archived) {
  const auto found = co_await FindDepartment(call.documents(), std::string(call.Path("_id")));
  if (!found) co_return found.error();
  if (!*found) co_return Fail("department-not-found");
  Department department = **found;
  department.archived = archived;
  if (archived) department.enabled = false;
  storage::Changes changes;
  const std::vector<Seat> seats;
  const Status repeated = co_await RepeatEnabled(call, department, seats, changes);
  if (!repeated) co_return repeated.error();
  auto affected = co_await FindAffected(call, department.id, seats);
  if (!affected) co_return affected.error();
  if (archived) {
    const Status left = co_await LeaveHours(call, department, changes);
    if (!left) co_return left.error();
  }
  Save(department, call.now, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_await ApplyHoursToMembers(call, *std::move(affected));
  co_return Reply::Empty();
}

Awaitable<Reply> Archive(Call& call) {
  return SetArchived(call, true);
}

Awaitable<Reply> Unarchive(Call& call) {
  return SetArchived(call, false);
}

// ---- deleting -------------------------------------------------------------------------------------------------------

// Takes the department off its rooms, some hundred at a time: there may be as many as the archive holds. Doing it again
// after a lost race does no harm.
Awaitable<Status> LeaveRooms(const Call& call, const std::string& id) {
  constexpr std::int64_t kAtOnce = 500;
  for (;;) {
    storage::Query query(storage::Collection::kRooms);
    query.where.emplace_back("departmentId", Match::kEquals, Json(id));
    query.limit = kAtOnce;
    const auto rooms = co_await call.documents().Find(std::move(query));
    if (!rooms) co_return rooms.error();
    if (rooms->documents.empty()) co_return Status();
    storage::Changes changes;
    for (const storage::Document& room : rooms->documents) {
      Json body = room.body;
      body.Remove("departmentId");
      changes.Update(storage::Collection::kRooms, room, std::move(body));
    }
    const Status status = co_await call.Commit(std::move(changes));
    if (!status) co_return status;
  }
}

Awaitable<Status> ClearFallbacks(const Call& call, const std::string& id, storage::Changes& changes) {
  storage::Query query(storage::Collection::kDepartments);
  query.where.emplace_back("fallbackForwardDepartment", Match::kEquals, Json(id));
  auto departments = co_await Find<Department>(call.documents(), std::move(query));
  if (!departments) co_return departments.error();
  for (Department& department : departments->list) {
    department.fallback.clear();
    Save(department, call.now, changes);
  }
  co_return Status();
}

Awaitable<Reply> Delete(Call& call) {
  const bool asks = AsksBeforeRemovingDepartments(call.services.workspace.version());
  if (asks && !call.settings().Flag("Omnichannel_enable_department_removal"))
    co_return Fail("error-department-removal-disabled");
  const std::string id(call.Path("_id"));
  const auto found = co_await FindDepartment(call.documents(), id);
  if (!found) co_return found.error();
  if (!*found) co_return Fail("error-department-not-found");
  const Status left = co_await LeaveRooms(call, id);
  if (!left) co_return left.error();
  storage::Changes changes;
  const Status cleared = co_await ClearFallbacks(call, id, changes);
  if (!cleared) co_return cleared.error();
  changes.Sweep(storage::Collection::kDepartmentAgents, "departmentId", Json(id));
  Department department = **found;
  const Status freed = co_await LeaveHours(call, department, changes);
  if (!freed) co_return freed.error();
  const std::vector<Seat> nobody;
  auto affected = co_await FindAffected(call, id, nobody);
  if (!affected) co_return affected.error();
  Remove(department, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_await ApplyHoursToMembers(call, *std::move(affected));
  co_return Reply::Empty();
}

Awaitable<Reply> IsCreationAvailable(Call& call) {
  const Result<bool> available = co_await MayCreateOneMore(call);
  if (!available) co_return available.error();
  co_return Json::Of({{"isDepartmentCreationAvailable", *available}});
}

}  // namespace

Routes DepartmentRoutes() {
  return {
      {"DELETE livechat/department/{_id}", Delete},
      {"GET livechat/department", List},
      {"GET livechat/department.autocomplete", Autocomplete, Checks::kNone},
      {"GET livechat/department.listByIds", ListByIds, Checks::kNone},
      {"GET livechat/department/isDepartmentCreationAvailable", IsCreationAvailable},
      {"GET livechat/department/{_id}", Show},
      {"GET livechat/department/{_id}/agents", ListAgents},
      {"GET livechat/departments/archived", ListArchived},
      {"POST livechat/department", Create},
      {"POST livechat/department/{_id}/agents", ChangeAgents},
      {"POST livechat/department/{_id}/archive", Archive},
      {"POST livechat/department/{_id}/unarchive", Unarchive},
      {"PUT livechat/department/{_id}", Change},
  };
}

}  // namespace parley::backend::embedded
