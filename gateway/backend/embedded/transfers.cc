// Handing chats over: to an agent, to a department, back to the queue. Source: omnichannel reference §2.3, §2.4.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/preferred_agent.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/routing.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// Who asks for a transfer, and why.
struct Asked {
  Person by;
  std::string by_type;
  std::string comment;
};

Asked AskedByUser(const Call& call, const Room& room) {
  Asked asked;
  asked.by = PersonOf(call.user());
  asked.by_type = room.ServedBy(call.user().id) ? "agent" : "user";
  asked.comment = call.body.Text("comment");
  return asked;
}

Transfer TransferBy(const Asked& asked, std::string scope) {
  Transfer transfer;
  transfer.scope = std::move(scope);
  transfer.by = asked.by;
  transfer.by_type = asked.by_type;
  transfer.comment = asked.comment;
  return transfer;
}

// The room with its inquiry, and the serving agent's seat.
struct Handover {
  Conversation chat;
  std::optional<Subscription> seat;

  // Whoever serves the chat stops doing so.
  void Release() {
    if (chat.room().served_by) chat.Release(seat);
  }
};

Awaitable<Outcome<Handover>> BeginHandover(const Call& call, Room room) {
  std::optional<Subscription> seat;
  if (room.served_by) {
    auto found = co_await FindSeat(call, room.id, room.served_by->agent_id);
    if (!found) co_return found.error();
    seat = std::move(*found);
  }
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  if (!chat->inquiry()) co_return Fail("error-invalid-inquiry");
  Handover handover{std::move(*chat), std::move(seat)};
  co_return handover;
}

Awaitable<Outcome<Done>> CommitHandover(const Call& call, Handover& handover) {
  const Status noted = co_await NoteAgentOf(call, handover.chat);
  if (!noted) co_return noted.error();
  const Status committed = co_await call.Commit(handover.chat.Finish());
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Done();
}

// ---- to an agent ----------------------------------------------------------------------------------------------------

Awaitable<Outcome<User>> FindReachableAgent(const Call& call, std::string agent_id) {
  FoundUser agent = co_await FindUser(call.documents(), std::move(agent_id));
  if (!agent) co_return agent.error();
  if (!*agent || !CanTakeChats(**agent, call.settings())) co_return Fail("error-user-is-offline");
  co_return std::move(**agent);
}

// Gives the chat to `agent`; a seat they have already as a further member becomes the serving agent's.
Awaitable<Outcome<Done>> Give(const Call& call, Handover& handover, const User& agent) {
  auto seat = co_await FindSeat(call, handover.chat.room().id, agent.id);
  if (!seat) co_return seat.error();
  handover.Release();
  if (*seat) handover.chat.GiveUpSeat(**seat);
  handover.chat.Assign(agent);
  co_return Done();
}

Awaitable<Outcome<Done>> ForwardToAgent(const Call& call, Room room, Asked asked, std::string agent_id) {
  auto agent = co_await FindReachableAgent(call, std::move(agent_id));
  if (!agent) co_return agent.failure();
  if (room.ServedBy(agent->id)) co_return Fail("error-selected-agent-room-agent-are-same");
  auto handover = co_await BeginHandover(call, std::move(room));
  if (!handover) co_return handover.failure();
  Transfer transfer = TransferBy(asked, "agent");
  transfer.to = PersonOf(*agent);
  handover->chat.TellTransfer(transfer);
  auto given = co_await Give(call, *handover, *agent);
  if (!given) co_return given.failure();
  co_return co_await CommitHandover(call, *handover);
}

// ---- to a department ------------------------------------------------------------------------------------------------

Awaitable<Outcome<Done>> CheckMayForwardTo(const Call& call, const Room& room, const Department& target) {
  if (room.department.empty() || call.options().edition == Edition::kCommunity) co_return Done();
  auto source = co_await FindDepartment(call.documents(), room.department);
  if (!source) co_return source.error();
  if (!*source || (*source)->may_forward_to.empty()) co_return Done();
  const auto& allowed = (*source)->may_forward_to;
  if (std::find(allowed.begin(), allowed.end(), target.id) != allowed.end()) co_return Done();
  co_return FailCoded("error-forwarding-department-target-not-allowed",
                      "The forwarding to the target department is not allowed.");
}

// The department that will get the chat: the target, or a fallback of it that is staffed (premium).
Awaitable<Outcome<Department>> FindReceiving(const Call& call, Department target) {
  const std::int64_t most_fallbacks = call.settings().Integer("Omnichannel_max_fallback_forward_depth");
  auto staffed = co_await FindStaffedDepartment(StaffingOf(call), target.id, most_fallbacks);
  if (!staffed) co_return staffed.error();
  if (*staffed) co_return std::move(**staffed);
  if (target.receives_forwards_offline.value_or(false)) co_return target;
  co_return Fail("error-no-agents-online-in-department");
}

Awaitable<Outcome<Done>> CheckMembership(const Call& call, std::string agent_id, std::string department_id) {
  auto departments = co_await FindDepartmentIdsOf(call.documents(), std::move(agent_id));
  if (!departments) co_return departments.error();
  const bool member = std::find(departments->begin(), departments->end(), department_id) != departments->end();
  if (!member) co_return Fail("error-user-not-belong-to-department");
  co_return Done();
}

// Assigns within the room's department: the preferred agent, else whoever is next, else it waits.
Awaitable<Outcome<Done>> AssignInDepartment(const Call& call, Handover& handover, std::string preferred) {
  if (!preferred.empty()) {
    auto agent = co_await FindReachableAgent(call, std::move(preferred));
    if (!agent) co_return agent.failure();
    co_return co_await Give(call, handover, *agent);
  }
  handover.Release();
  auto assigned = co_await AssignNextOrRefuse(call, handover.chat);
  if (!assigned) co_return assigned.failure();
  if (!*assigned) handover.chat.Queue(std::nullopt);
  co_return Done();
}

Awaitable<Outcome<Done>> ForwardToDepartment(const Call& call, Room room, Asked asked, std::string department_id,
                                             std::string agent_id) {
  auto target = co_await FindDepartmentByIdOrName(call.documents(), std::move(department_id));
  if (!target) co_return target.error();
  if (!*target) co_return Fail("error-invalid-department");
  if (room.department == (*target)->id) co_return Fail("error-forwarding-chat-same-department");
  auto permitted = co_await CheckMayForwardTo(call, room, **target);
  if (!permitted) co_return permitted.failure();
  if (!agent_id.empty()) {
    auto member = co_await CheckMembership(call, agent_id, (*target)->id);
    if (!member) co_return member.failure();
  }
  auto receiving = co_await FindReceiving(call, std::move(**target));
  if (!receiving) co_return receiving.failure();
  auto handover = co_await BeginHandover(call, std::move(room));
  if (!handover) co_return handover.failure();
  Transfer transfer = TransferBy(asked, "department");
  transfer.department = receiving->id;
  transfer.department_name = receiving->name;
  handover->chat.TellTransfer(transfer);
  handover->chat.SetDepartment(receiving->id);
  auto assigned = co_await AssignInDepartment(call, *handover, std::move(agent_id));
  if (!assigned) co_return assigned.failure();
  co_return co_await CommitHandover(call, *handover);
}

// ---- routes ---------------------------------------------------------------------------------------------------------

Awaitable<Outcome<Done>> Forward(const Call& call, Room room) {
  const std::string agent(call.body.Text("userId"));
  const std::string department(call.body.Text("departmentId"));
  if (agent.empty() && department.empty()) co_return Fail("error-forwarding-chat");
  Asked asked = AskedByUser(call, room);
  // No conditional expression: g++ 12 destroys what the branch not taken would have made.
  if (department.empty()) co_return co_await ForwardToAgent(call, std::move(room), std::move(asked), agent);
  co_return co_await ForwardToDepartment(call, std::move(room), std::move(asked), department, agent);
}

Awaitable<Reply> ForwardRoom(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.body.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  if (!(*room)->open) co_return Fail("This_conversation_is_already_closed");
  if ((*room)->on_hold) co_return Fail("error-room-onHold");
  auto forwarded = co_await Forward(call, std::move(**room));
  if (!forwarded) co_return forwarded.failure();
  co_return Reply::Empty();
}

Awaitable<Outcome<Done>> TransferByVisitor(const Call& call, VisitorChat chat) {
  if (!chat.room.open) co_return Fail("This_conversation_is_already_closed");
  Asked asked;
  asked.by = chat.visitor.AsPerson();
  asked.by_type = "visitor";
  std::string no_agent;
  co_return co_await ForwardToDepartment(call, std::move(chat.room), asked, std::string(call.body.Text("department")),
                                         no_agent);
}

Awaitable<Outcome<VisitorChat>> FindChatOfBody(const Call& call) {
  return FindVisitorChat(call, std::string(call.body.Text("token")), std::string(call.body.Text("rid")));
}

Awaitable<Reply> ChangeDepartment(Call& call) {
  auto chat = co_await FindChatOfBody(call);
  if (!chat) co_return chat.failure().error == "invalid-room" ? Fail("error-invalid-room") : chat.failure();
  auto transferred = co_await TransferByVisitor(call, std::move(*chat));
  if (!transferred) co_return transferred.failure();
  co_return Reply::Empty();
}

// The same as versions before 7.0 had it.
Awaitable<Reply> TransferRoom(Call& call) {
  auto chat = co_await FindChatOfBody(call);
  if (!chat) co_return chat.failure();
  const std::string room_id = chat->room.id;
  auto transferred = co_await TransferByVisitor(call, std::move(*chat));
  if (!transferred) co_return transferred.failure();
  auto room = co_await FindRoom(call, room_id);
  if (!room) co_return room.error();
  if (!*room) co_return FailBare();
  co_return Json::Of({{"room", ToAnswer(**room)}});
}

Awaitable<Reply> ReturnToQueue(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.body.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-room-not-found");
  if (!(*room)->open) co_return Fail("room-closed");
  if ((*room)->on_hold) co_return Fail("error-room-onHold");
  if (!(*room)->served_by) co_return Json::Of({{"result", false}});
  Transfer transfer = TransferBy(AskedByUser(call, **room), "queue");
  const std::string department_id(call.body.Text("departmentId"));
  if (!department_id.empty()) {
    auto department = co_await FindDepartment(call.documents(), department_id);
    if (!department) co_return department.error();
    if (!*department) co_return Fail("error-returning-inquiry");
    transfer.department = (*department)->id;
    transfer.department_name = (*department)->name;
  }
  auto handover = co_await BeginHandover(call, std::move(**room));
  if (!handover) co_return handover.failure();
  handover->chat.TellTransfer(transfer);
  handover->Release();
  if (!transfer.department.empty()) handover->chat.SetDepartment(transfer.department);
  handover->chat.Queue(std::nullopt);
  auto committed = co_await CommitHandover(call, *handover);
  if (!committed) co_return committed.failure();
  co_return Json::Of({{"result", true}});
}

Awaitable<Reply> ListTransfers(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts")});
  if (!paging) co_return paging.failure();
  auto room = co_await FindRoom(call, std::string(call.Path("rid")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("invalid-room");
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json((*room)->id));
  query.where.emplace_back("t", Match::kEquals, Json(message_type::kTransferred));
  paging->ApplyTo(query);
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Message& message : found->list) items.Push(message.transfer_data);
  co_return PageOf("history", std::move(items), *paging, found->total);
}

}  // namespace

Routes TransferRoutes() {
  return {
      {"POST livechat/room.forward", &ForwardRoom},
      {"POST livechat/visitor/department.transfer", &ChangeDepartment, Checks::kTyped},
      {"POST livechat/room.transfer", &TransferRoom},
      {"POST livechat/inquiries.returnAsInquiry", &ReturnToQueue, Checks::kTyped},
      {"GET livechat/transfer.history/{rid}", &ListTransfers},
  };
}

}  // namespace parley::backend::embedded
