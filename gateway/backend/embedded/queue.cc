#include "backend/embedded/queue.h"

#include <set>

#include "backend/embedded/closing.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/preferred_agent.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/routing.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;
using storage::SortKey;

Awaitable<Result<std::vector<Inquiry>>> FindQueued(const Call& call, std::vector<storage::Condition> further) {
  storage::Query query(Inquiry::kCollection);
  query.where.emplace_back("status", Match::kEquals, Json(inquiry_status::kQueued));
  for (storage::Condition& condition : further) query.where.push_back(std::move(condition));
  query.sort = QueueOrder(call.settings());
  auto found = co_await Find<Inquiry>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

// Somebody else was faster: whatever is left to do is seen in the next round.
Status UnlessOvertaken(const Status& committed) {
  if (!committed && committed.error().code == ErrorCode::kConflict) return {};
  if (!committed && committed.error().code == ErrorCode::kAlreadyExists) return {};
  return committed;
}

// The agent who was asked for first, when they can take a chat now.
Awaitable<Maybe<User>> FindAskedFirst(const Call& call, const Inquiry& inquiry) {
  if (!inquiry.default_agent) co_return std::optional<User>();
  FoundUser agent = co_await FindUser(call.documents(), inquiry.default_agent->agent_id);
  if (!agent) co_return agent.error();
  const bool can = *agent && ((*agent)->HasRole(kBotRole) || CanTakeChats(**agent, call.settings()));
  if (!can) co_return std::optional<User>();
  co_return agent;
}

// Bots have no limit.
Awaitable<Result<bool>> HasEnough(const Call& call, const User& agent, const Inquiry& inquiry) {
  if (agent.HasRole(kBotRole)) co_return false;
  co_return co_await IsAtLimit(StaffingOf(call), agent, inquiry.department);
}

// Whoever was asked for first and has enough chats is waited for, unless they were only the one talked to last.
Awaitable<Result<bool>> Assign(const Call& call, Conversation& chat) {
  auto asked = co_await FindAskedFirst(call, *chat.inquiry());
  if (!asked) co_return asked.error();
  if (*asked) {
    auto enough = co_await HasEnough(call, **asked, *chat.inquiry());
    if (!enough) co_return enough.error();
    if (*enough && !RemembersAgents(call.settings())) co_return false;
    if (*enough) asked->reset();
  }
  if (!*asked) co_return co_await AssignNext(call, chat, std::string());
  chat.Assign(**asked);
  co_return true;
}

// An inquiry whose room is closed or served says something that is not so any more.
void Mend(Inquiry& inquiry, const std::optional<Room>& room, Time now, storage::Changes& changes) {
  if (!room || !room->open) {
    Remove(inquiry, changes);
    return;
  }
  inquiry.status = inquiry_status::kTaken;
  inquiry.queued_at.reset();
  Save(inquiry, now, changes);
}

Awaitable<Status> Serve(const Call& call, Inquiry inquiry) {
  auto room = co_await FindRoom(call, inquiry.room_id);
  if (!room) co_return room.error();
  storage::Changes changes;
  if (!*room || !(*room)->open || (*room)->served_by) {
    Mend(inquiry, *room, call.now, changes);
  } else {
    Conversation chat(ContextOf(call), **std::move(room), std::move(inquiry));
    auto assigned = co_await Assign(call, chat);
    if (!assigned) co_return assigned.error();
    if (!*assigned) co_return Status();
    const Status noted = co_await NoteAgentOf(call, chat);
    if (!noted) co_return noted;
    changes = chat.Finish();
  }
  const Status committed = co_await call.Commit(std::move(changes));
  co_return UnlessOvertaken(committed);
}

Awaitable<Status> CloseWaiting(const Call& call, const Inquiry& inquiry) {
  auto room = co_await FindRoom(call, inquiry.room_id);
  if (!room) co_return room.error();
  if (!*room || !(*room)->open) co_return Status();
  Conversation chat(ContextOf(call), **std::move(room), inquiry);
  Closing closing;
  closing.by = PersonOf(call.user());
  closing.comment = "Closed automatically by the system (queue maximum time exceeded)";
  ClosingWishes none;
  const auto ended = co_await EndChat(call, chat, std::move(closing), std::move(none));
  if (!ended) co_return ended.error();
  const Status committed = co_await call.Commit(chat.Finish());
  co_return UnlessOvertaken(committed);
}

}  // namespace

std::vector<SortKey> QueueOrder(const Settings& settings) {
  std::vector<SortKey> order;
  const std::string_view mechanism = settings.Text("Omnichannel_sorting_mechanism");
  if (mechanism == "Priority") order.emplace_back("priorityWeight");
  if (mechanism == "SLAs") order.emplace_back("estimatedWaitingTimeQueue");
  order.emplace_back("ts");
  order.emplace_back("_updatedAt", true);
  return order;
}

std::chrono::seconds QueuePause(const Settings& settings) {
  constexpr std::int64_t kStandard = 5;
  const std::int64_t seconds = settings.Integer("Omnichannel_queue_delay_timeout");
  return std::chrono::seconds(seconds < 1 ? kStandard : seconds);
}

Awaitable<Status> ServeQueue(const Call& call) {
  const RoutingMethod method = ParseRoutingMethod(call.settings().Text("Livechat_Routing_Method"));
  if (!AssignsByItself(method) || !call.settings().Flag("Livechat_enabled")) co_return Status();
  std::vector<storage::Condition> whatever;
  auto queued = co_await FindQueued(call, std::move(whatever));
  if (!queued) co_return queued.error();
  std::set<std::string> offered;  // departments
  for (Inquiry& inquiry : *queued) {
    if (!offered.insert(inquiry.department).second) continue;
    const Status served = co_await Serve(call, std::move(inquiry));
    if (!served) co_return served;
  }
  co_return Status();
}

Awaitable<Status> CloseOverdue(const Call& call) {
  const std::int64_t minutes = call.settings().Integer("Livechat_max_queue_wait_time");
  if (minutes <= 0) co_return Status();
  std::vector<storage::Condition> overdue;
  const Time latest = call.now - std::chrono::minutes(minutes);
  overdue.emplace_back("queuedAt", Match::kAtMost, Json(UnixMillis(latest)));
  auto waiting = co_await FindQueued(call, std::move(overdue));
  if (!waiting) co_return waiting.error();
  for (const Inquiry& inquiry : *waiting) {
    const Status closed = co_await CloseWaiting(call, inquiry);
    if (!closed) co_return closed;
  }
  co_return Status();
}

}  // namespace parley::backend::embedded
