#include "backend/embedded/unanswered.h"

#include "backend/embedded/opening.h"
#include "backend/embedded/preferred_agent.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

constexpr const char* kPassedOn = "autoTransferredAt";

// The serving agent has said nothing since the chat became theirs.
bool IsUnanswered(const Room& room) {
  return !room.response_by || room.response_by->last_message < room.served_by->since;
}

Awaitable<Result<std::vector<Room>>> FindServedSince(const Call& call, Time latest) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("open", Match::kEquals, Json(true));
  query.where.emplace_back("servedBy.ts", Match::kAtMost, Json(UnixMillis(latest)));
  query.where.emplace_back("onHold", Match::kMissing);
  query.where.emplace_back(kPassedOn, Match::kMissing);
  auto found = co_await Find<Room>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Status> PassOn(const Call& call, Room room) {
  const std::string agent = room.served_by->agent_id;
  auto seat = co_await FindSeat(call, room.id, agent);
  if (!seat) co_return seat.error();
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  if (!chat->inquiry()) co_return Status();
  Transfer transfer;
  transfer.scope = "queue";
  transfer.by = PersonOf(call.user());
  transfer.by_type = "user";
  chat->TellTransfer(transfer);
  chat->Release(*seat);
  chat->room().extra.Set(kPassedOn, IsoTime(call.now));
  auto assigned = co_await AssignNext(call, *chat, agent);
  if (!assigned) co_return assigned.error();
  if (!*assigned) chat->Queue(std::nullopt);
  const Status noted = co_await NoteAgentOf(call, *chat);
  if (!noted) co_return noted;
  const Status committed = co_await call.Commit(chat->Finish());
  const bool overtaken = !committed && committed.error().code == ErrorCode::kConflict;
  co_return overtaken ? Status() : committed;
}

}  // namespace

Awaitable<Status> PassOnUnanswered(const Call& call) {
  const std::int64_t seconds = call.settings().Integer("Livechat_auto_transfer_chat_timeout");
  if (seconds <= 0) co_return Status();
  auto rooms = co_await FindServedSince(call, call.now - std::chrono::seconds(seconds));
  if (!rooms) co_return rooms.error();
  for (Room& room : *rooms) {
    if (!IsUnanswered(room)) continue;
    const Status passed = co_await PassOn(call, std::move(room));
    if (!passed) co_return passed;
  }
  co_return Status();
}

}  // namespace parley::backend::embedded
