// Rooms: opening, listing, reading, describing, rating, joining, removing. Source: omnichannel reference §2.4.
#include <algorithm>

#include "backend/embedded/arguments.h"
#include "backend/embedded/chats.h"
#include "backend/embedded/custom_field.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/room_filter.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// ---- the visitor's room ---------------------------------------------------------------------------------------------

Json RoomAnswer(const Room& room, bool is_new) {
  return Json::Of({{"room", ToAnswer(room)}, {"newRoom", is_new}});
}

Awaitable<Reply> OpenRoom(Call& call) {
  const ExpectedTexts expected{{"token"}, {"rid", "agentId", "sla", "priority"}};
  if (auto mismatch = FirstMismatch(call.query, expected, "")) co_return *mismatch;
  const std::string token(call.query.Text("token"));
  const std::string room_id(call.query.Text("rid"));
  if (!room_id.empty()) {
    auto chat = co_await FindVisitorChat(call, token, room_id);
    if (!chat) co_return chat.failure();
    if (!chat->room.open) co_return Fail("invalid-room");
    co_return RoomAnswer(chat->room, false);
  }
  auto opened = co_await OpenChat(call, token, std::string(call.query.Text("agentId")));
  if (!opened) co_return opened.failure();
  co_return RoomAnswer(opened->room, opened->is_new);
}

// ---- lists ----------------------------------------------------------------------------------------------------------

Outcome<RoomFilter> ReadRoomFilter(const Call& call) {
  const Json& query = call.query;
  RoomFilter filter;
  filter.agents = Texts(query, "agents");
  for (std::string& department : Texts(query, "departmentId")) {
    if (department != "undefined" && !department.empty()) filter.departments.push_back(std::move(department));
  }
  if (const Json* open = query.Find("open")) filter.open = open->AsBoolean();
  filter.on_hold = query.Flag("onhold");
  filter.queued = query.Flag("queued");
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

// A room as the list shows it: `name` as older clients read it, and the department by name.
Json ListedRoom(const Room& room, const std::vector<Department>& departments) {
  Json answer = ToAnswer(room);
  answer.Append("name", room.display_name);
  const auto department = std::find_if(departments.begin(), departments.end(),
                                       [&](const Department& each) { return each.id == room.department; });
  if (department != departments.end()) {
    answer.Append("department", Json::Of({{"_id", department->id}, {"name", department->name}}));
  }
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

Awaitable<Reply> ListQueue(Call& call) {
  auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  RoomFilter filter;
  filter.open = true;
  if (const std::string_view agent = call.query.Text("agentId"); !agent.empty()) filter.agents.emplace_back(agent);
  if (const std::string_view id = call.query.Text("departmentId"); !id.empty()) filter.departments.emplace_back(id);
  storage::Query query(Room::kCollection);
  query.where = ConditionsOf(filter);
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  auto departments = co_await FindDepartmentsOf(call, rooms->list);
  if (!departments) co_return departments.error();

  const bool with_offline = call.query.Flag("includeOfflineAgents");
  std::vector<Json> lines;
  for (const Load& load : CountLoads(rooms->list)) {
    FoundUser agent = co_await FindUser(call.documents(), load.agent_id);
    if (!agent) co_return agent.error();
    if (!with_offline && !IsReachable(*agent)) continue;
    Json department = Json::MakeObject();
    for (const Department& each : *departments) {
      if (each.id == load.department) department = Json::Of({{"_id", each.id}, {"name", each.name}});
    }
    Json user = Json::Of({{"_id", load.agent_id}, {"username", load.username}});
    if (*agent) user.Append("status", (*agent)->status);
    lines.push_back(
        Json::Of({{"chats", load.chats}, {"user", std::move(user)}, {"department", std::move(department)}}));
  }
  Json page = Json::MakeArray();
  const auto total = static_cast<std::int64_t>(lines.size());
  const std::int64_t end = paging->count ? std::min(total, paging->offset + *paging->count) : total;
  for (std::int64_t i = paging->offset; i < end; ++i) page.Push(std::move(lines[static_cast<std::size_t>(i)]));
  co_return PageOf("queue", std::move(page), *paging, total);
}

// ---- one room -------------------------------------------------------------------------------------------------------

Failure NoSuchChannel() {
  return FailCoded("error-room-not-found",
                   "The required \"roomId\" or \"roomName\" param provided does not match any channel");
}

Awaitable<Reply> GetRoom(Call& call) {
  const std::string id(call.query.Text("roomId"));
  if (id.empty() && call.query.Text("roomName").empty()) {
    co_return FailCoded("error-roomid-param-not-provided", "The parameter \"roomId\" or \"roomName\" is required");
  }
  auto room = co_await FindRoom(call, id);  // livechat rooms have no unique name to be found by
  if (!room) co_return room.error();
  if (!*room) co_return NoSuchChannel();
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Failure(400, "not-allowed", "Not Allowed");
  co_return Json::Of({{"room", ToAnswer(**room)}});
}

void ChangeVisitor(const Json& guest, const std::vector<CustomField>& fields, Visitor& visitor) {
  if (const std::string_view name = guest.Text("name"); !name.empty()) visitor.name = name;
  if (const std::string_view email = guest.Text("email"); !email.empty()) {
    visitor.emails = {EmailEntry{Lower(Trim(email))}};
  }
  if (const std::string_view phone = guest.Text("phone"); !phone.empty()) {
    visitor.phones = {PhoneEntry{std::string(phone)}};
  }
  if (const Json* values = guest.Find("livechatData")) MergeFields(fields, *values, visitor.livechat_data);
}

std::optional<Failure> FirstUnfit(const std::vector<CustomField>& fields, const Json* values) {
  if (values == nullptr || values->AsObject() == nullptr) return std::nullopt;
  for (const auto& [name, value] : *values->AsObject()) {
    const CustomField* field = FindField(fields, name);
    const auto text = value.AsString();
    if (field == nullptr || !text || text->empty()) continue;
    if (!Fits(*field, std::string(*text))) return Fail("Invalid value for " + name + " field");
  }
  return std::nullopt;
}

// Topic and tags that are not sent are removed: the whole description is replaced.
void ChangeRoom(const Json& data, const std::vector<CustomField>& fields, Conversation& chat) {
  chat.room().topic = data.Text("topic");
  chat.SetTags(Texts(data, "tags"));
  if (const Json* values = data.Find("livechatData")) MergeFields(fields, *values, chat.room().livechat_data);
}

Awaitable<Reply> SaveRoomInfo(Call& call) {
  const Json& guest = *call.body.Find("guestData");
  const Json& data = *call.body.Find("roomData");
  auto room = co_await FindRoom(call, std::string(data.Text("_id")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  if (!(*room)->ServedBy(call.user().id) && !call.May("save-others-livechat-room-info")) co_return Forbidden();
  auto visitor = co_await FindVisitor(call, std::string(guest.Text("_id")));
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->id != (*room)->visitor.id) co_return Fail("error-invalid-visitor");
  auto visitor_fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!visitor_fields) co_return visitor_fields.error();
  auto room_fields = co_await FindCustomFields(call.documents(), "room");
  if (!room_fields) co_return room_fields.error();
  if (auto unfit = FirstUnfit(*visitor_fields, guest.Find("livechatData"))) co_return *unfit;
  if (auto unfit = FirstUnfit(*room_fields, data.Find("livechatData"))) co_return *unfit;

  auto chat = co_await Continue(call, std::move(**room));
  if (!chat) co_return chat.error();
  ChangeRoom(data, *room_fields, *chat);
  ChangeVisitor(guest, *visitor_fields, **visitor);
  if (chat->room().open) {
    chat->Rename(**visitor);
  } else {
    chat->room().display_name = (*visitor)->DisplayName();
  }
  storage::Changes changes = chat->Finish();
  Save(**visitor, call.now, changes);
  events::VisitorChanged changed;
  changed.visitor = LedgerVisitorOf(**visitor);
  call.Record((*visitor)->id, std::move(changed), changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

// ---- the survey -----------------------------------------------------------------------------------------------------

bool IsMark(std::string_view value) {
  return value.size() == 1 && value[0] >= '1' && value[0] <= '5';
}

// The known questions among the answers; null when there is none.
Json ReadSurvey(const Json& data) {
  // "agentResposiveness" is spelled as the API spells it.
  constexpr std::string_view kMarked[] = {"satisfaction", "agentKnowledge", "agentResposiveness", "agentFriendliness"};
  Json survey;
  for (const Json& item : *data.AsArray()) {
    const std::string_view name = item.Text("name");
    const std::string_view value = item.Text("value");
    const bool marked = std::find(std::begin(kMarked), std::end(kMarked), name) != std::end(kMarked);
    if ((marked && IsMark(value)) || name == "additionalFeedback") survey.Set(name, Json(value));
  }
  return survey;
}

Awaitable<Reply> RateRoom(Call& call) {
  auto found = co_await FindVisitorChat(call, std::string(call.body.Text("token")), std::string(call.body.Text("rid")));
  if (!found) co_return found.failure();
  Json survey = ReadSurvey(*call.body.Find("data"));
  if (survey.IsNull()) co_return Fail("invalid-data");
  auto chat = co_await Continue(call, std::move(found->room));
  if (!chat) co_return chat.error();
  chat->Rate(survey);
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"rid", chat->room().id}, {"data", std::move(survey)}});
}

// ---- joining and removing -------------------------------------------------------------------------------------------

Awaitable<Reply> JoinRoom(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.query.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  if (!(*room)->open) co_return Fail("room-closed");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  auto seat = co_await FindSeat(call, (*room)->id, call.user().id);
  if (!seat) co_return seat.error();
  if (*seat) co_return Reply::Empty();
  if (!call.user().IsAgent() && !call.MayAny({"view-livechat-rooms", "view-livechat-manager"})) {
    co_return FailCoded("error-user-is-not-agent", "User is not an Omnichannel Agent");
  }
  auto chat = co_await Continue(call, std::move(**room));
  if (!chat) co_return chat.error();
  chat->Join(call.user());
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Reply::Empty();
}

Awaitable<Reply> DeleteRoom(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.body.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("Invalid room");
  storage::Changes changes;
  RemoveChat(call, **room, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes RoomRoutes() {
  return {
      {"GET livechat/room", &OpenRoom, Checks::kNone},
      {"GET livechat/rooms", &ListRooms},
      {"GET livechat/queue", &ListQueue},
      {"GET rooms.info", &GetRoom},
      {"POST livechat/room.saveInfo", &SaveRoomInfo},
      {"POST livechat/room.survey", &RateRoom},
      {"GET livechat/room.join", &JoinRoom},
      {"POST livechat/rooms.delete", &DeleteRoom, Checks::kTyped},
  };
}

}  // namespace parley::backend::embedded
