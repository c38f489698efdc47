// Lists of rooms: the archive with its filters, and who serves how many. Source: omnichannel reference §2.1, §2.4.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/room_filter.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

Outcome<RoomFilter> ReadRoomFilter(const Call& call) {
  const Json& query = call.query;
  RoomFilter filter;
  filter.agents = Texts(query, "agents");
  filter.agents_by_name = !RoomsByUserIdAlone(call.services.workspace.version());
  for (std::string& department : Texts(query, "departmentId")) {
    if (department != "undefined" && !department.empty()) filter.departments.push_back(std::move(department));
  }
  if (const Json* open = query.Find("open")) filter.open = open->AsBoolean();
  filter.on_hold = query.Flag("onhold");
  filter.queued = query.Flag("queued") && ListsQueuedRooms(call.services.workspace.version());
  filter.tags = Texts(query, "tags");
  filter.room_name = query.Text("roomName");
  if (const std::string_view text = query.Text("createdAt"); !text.empty()) {
    auto period = ParsePeriod("createdAt", text);
    if (!period) return period.failure();
    filter.created = *period;
  }
  if (const std::string_view text = query.Text("closedAt"); !text.empty()) {
    auto period = ParsePeriod("closedAt", text);
    if (!period) return period.failure();
    filter.closed = *period;
  }
  if (const std::string_view text = query.Text("customFields"); !text.empty()) {
    auto fields = ParseCustomFieldFilter(text);
    if (!fields) return fields.failure();
    filter.custom_fields = std::move(*fields);
  }
  return filter;
}

// Departments by the ids the rooms name, in one read.
Awaitable<Result<std::vector<Department>>> FindDepartmentsOf(const Call& call, const std::vector<Room>& rooms) {
  Json ids = Json::MakeArray();
  for (const Room& room : rooms) {
    if (!room.department.empty()) ids.Push(room.department);
  }
  if (ids.empty()) co_return std::vector<Department>();
  storage::Query query(Department::kCollection);
  query.where.emplace_back("_id", Match::kIn, std::move(ids));
  auto found = co_await Find<Department>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

// {"_id", "name"}; null when it is none of these.
Json NameOfDepartment(const std::string& id, const std::vector<Department>& departments) {
  const auto department =
      std::find_if(departments.begin(), departments.end(), [&](const Department& each) { return each.id == id; });
  if (department == departments.end()) return {};
  return Json::Of({{"_id", department->id}, {"name", department->name}});
}

// A room as the list shows it: `name` as older clients read it, and the department by name.
Json ListedRoom(const Room& room, const std::vector<Department>& departments) {
  Json answer = ToAnswer(room);
  answer.Append("name", room.display_name);
  Json department = NameOfDepartment(room.department, departments);
  if (!department.IsNull()) answer.Append("department", std::move(department));
  return answer;
}

Awaitable<Reply> ListRooms(Call& call) {
  auto filter = ReadRoomFilter(call);
  if (!filter) co_return filter.failure();
  const bool asks_for_own = filter->agents.size() == 1 && filter->agents.front() == call.user().id;
  const bool allowed = call.May("view-livechat-rooms") || (call.May("view-l-room") && asks_for_own);
  if (!allowed) co_return Forbidden();
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();

  storage::Query query(Room::kCollection);
  query.where = ConditionsOf(*filter);
  paging->ApplyTo(query);
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  auto departments = co_await FindDepartmentsOf(call, rooms->list);
  if (!departments) co_return departments.error();
  Json items = Json::MakeArray();
  for (const Room& room : rooms->list) items.Push(ListedRoom(room, *departments));
  co_return PageOf("rooms", std::move(items), *paging, rooms->total);
}

// Open served chats per agent and department.
struct Load {
  std::int64_t chats = 0;
  std::string agent_id, username, department;
};

std::vector<Load> CountLoads(const std::vector<Room>& rooms) {
  std::vector<Load> loads;
  for (const Room& room : rooms) {
    const auto same = std::find_if(loads.begin(), loads.end(), [&](const Load& load) {
      return load.agent_id == room.served_by->agent_id && load.department == room.department;
    });
    if (same != loads.end()) {
      ++same->chats;
    } else {
      loads.push_back({1, room.served_by->agent_id, room.served_by->username, room.department});
    }
  }
  std::stable_sort(loads.begin(), loads.end(), [](const Load& a, const Load& b) { return a.chats > b.chats; });
  return loads;
}

bool IsReachable(const std::optional<User>& agent) {
  return agent && agent->status != "offline" && agent->status_livechat == "available";
}

// The line of one agent and department; null when the agent is not to be listed.
Awaitable<Result<Json>> LineOf(const Call& call, const Load& load, const std::vector<Department>& departments) {
  FoundUser agent = co_await FindUser(call.documents(), load.agent_id);
  if (!agent) co_return agent.error();
  if (!call.query.Flag("includeOfflineAgents") && !IsReachable(*agent)) co_return Json();
  Json user = Json::Of({{"_id", load.agent_id}, {"username", load.username}});
  if (*agent) user.Append("status", (*agent)->status);
  Json department = NameOfDepartment(load.department, departments);
  if (department.IsNull()) department = Json::MakeObject();
  co_return Json::Of({{"chats", load.chats}, {"user", std::move(user)}, {"department", std::move(department)}});
}

RoomFilter ReadQueueFilter(const Call& call) {
  RoomFilter filter;
  filter.open = true;
  if (const std::string_view agent = call.query.Text("agentId"); !agent.empty()) filter.agents.emplace_back(agent);
  if (const std::string_view id = call.query.Text("departmentId"); !id.empty()) filter.departments.emplace_back(id);
  return filter;
}

Awaitable<Reply> ListQueue(Call& call) {
  auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  storage::Query query(Room::kCollection);
  query.where = ConditionsOf(ReadQueueFilter(call));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  auto departments = co_await FindDepartmentsOf(call, rooms->list);
  if (!departments) co_return departments.error();
  std::int64_t total = 0;
  Json page = Json::MakeArray();
  for (const Load& load : CountLoads(rooms->list)) {
    auto line = co_await LineOf(call, load, *departments);
    if (!line) co_return line.error();
    if (line->IsNull()) continue;
    const std::int64_t place = total++ - paging->offset;
    if (place >= 0 && (!paging->count || place < *paging->count)) page.Push(std::move(*line));
  }
  co_return PageOf("queue", std::move(page), *paging, total);
}

}  // namespace

Routes RoomListRoutes() {
  return {
      {"GET livechat/rooms", &ListRooms},
      {"GET livechat/queue", &ListQueue},
  };
}

}  // namespace parley::backend::embedded
