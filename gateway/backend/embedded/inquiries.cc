// The waiting line: listing, taking, returning. Source: omnichannel reference §2.3.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact_link.h"
#include "backend/embedded/preferred_agent.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/queue.h"
#include "backend/embedded/verification.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

storage::Query QueuedInquiries() {
  storage::Query query(Inquiry::kCollection);
  query.where.emplace_back("status", Match::kEquals, Json(inquiry_status::kQueued));
  return query;
}

Awaitable<Reply> ListInquiries(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  storage::Query query = QueuedInquiries();
  if (const std::string_view name = call.query.Text("department"); !name.empty()) {
    auto department = co_await FindDepartmentByIdOrName(call.documents(), std::string(name));
    if (!department) co_return department.error();
    if (*department) query.where.emplace_back("department", Match::kEquals, Json((*department)->id));
  }
  paging->ApplyTo(query);
  auto found = co_await Find<Inquiry>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Inquiry& inquiry : found->list) {
    items.Push(Pick(ToAnswer(inquiry), {"_id", "rid", "name", "ts", "status", "department"}));
  }
  co_return PageOf("inquiries", std::move(items), *paging, found->total);
}

// Queued in a department of the caller's, in none, or meant for the caller.
Condition OfferedTo(const User& user, const std::vector<std::string>& departments) {
  std::vector<Condition> any;
  any.emplace_back("department", Match::kIn, Json(Json::Array(departments.begin(), departments.end())));
  any.emplace_back("department", Match::kMissing);
  any.emplace_back("defaultAgent.agentId", Match::kEquals, Json(user.id));
  return Condition::AnyOf(std::move(any));
}

Awaitable<Reply> ListQueuedForUser(Call& call) {
  auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  auto departments = co_await FindDepartmentIdsOf(call.documents(), call.user().id, true);
  if (!departments) co_return departments.error();
  storage::Query query = QueuedInquiries();
  if (const std::string_view name = call.query.Text("department"); !name.empty()) {
    auto department = co_await FindDepartmentByIdOrName(call.documents(), std::string(name));
    if (!department) co_return department.error();
    const bool own =
        *department && std::find(departments->begin(), departments->end(), (*department)->id) != departments->end();
    if (!own) co_return Fail("error-not-authorized");
    query.where.emplace_back("department", Match::kEquals, Json((*department)->id));
  } else {
    query.where.push_back(OfferedTo(call.user(), *departments));
  }
  paging->sort = QueueOrder(call.settings());  // the queue's own order wins over the request's
  paging->ApplyTo(query);
  auto found = co_await Find<Inquiry>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Inquiry& inquiry : found->list) items.Push(ToAnswer(inquiry));
  co_return PageOf("inquiries", std::move(items), *paging, found->total);
}

Awaitable<Reply> GetInquiry(Call& call) {
  auto inquiry = co_await FindInquiryOf(call, std::string(call.query.Text("roomId")));
  if (!inquiry) co_return inquiry.error();
  co_return Json::Of({{"inquiry", *inquiry ? ToAnswer(**inquiry) : Json()}});
}

Failure TakeFailure(const char* code, const char* reason) {
  return FailCoded(code, reason, MethodDetails("livechat:takeInquiry"));
}

// Who gets the chat: the named agent, else the caller.
Awaitable<Outcome<User>> FindTaker(const Call& call) {
  const std::string id(call.body.Text("userId", call.user().id));
  FoundUser user = co_await FindUser(call.documents(), id);
  if (!user) co_return user.error();
  if (!*user) co_return Fail("The user is invalid");
  co_return std::move(**user);
}

// With the waiting queue on, an agent who has enough chats takes no more. A client that does not act for somebody who
// clicks is told nothing of it.
Awaitable<Result<bool>> HasEnough(const Call& call, const User& taker, const Inquiry& inquiry) {
  if (!call.settings().Flag("Livechat_waiting_queue")) co_return false;
  co_return co_await IsAtLimit(StaffingOf(call), taker, inquiry.department);
}

// Whether the contact behind the chat is one that agents may talk to.
// Errors: error-unknown-contact, error-unverified-contact
Awaitable<Outcome<Done>> CheckContact(const Call& call, const Room& room) {
  auto contact = co_await FindContact(call.documents(), room.contact_id);
  if (!contact) co_return contact.error();
  if (!*contact) co_return Done();
  const ContactChannel* channel = (*contact)->FindChannel(ChannelVisitor::Of(room.visitor.id, room.source));
  if (const auto failure = CheckMayBeTaken(call.settings(), **contact, channel)) co_return *failure;
  co_return Done();
}

// The inquiry's room, when it is still open.
Awaitable<Outcome<std::optional<Room>>> FindRoomToTake(const Call& call, const Inquiry& inquiry) {
  auto room = co_await FindRoom(call, inquiry.room_id);
  if (!room) co_return room.error();
  if (!*room || !(*room)->open) co_return std::optional<Room>();
  auto known = co_await WithContact(call, std::move(**room));
  if (!known) co_return known.error();
  auto permitted = co_await CheckContact(call, *known);
  if (!permitted) co_return permitted.failure();
  co_return std::optional<Room>(std::move(*known));
}

Awaitable<Reply> TakeInquiry(Call& call) {
  auto taker = co_await FindTaker(call);
  if (!taker) co_return taker.failure();
  auto inquiry = co_await FindInquiry(call, std::string(call.body.Text("inquiryId")));
  if (!inquiry) co_return inquiry.error();
  if (!*inquiry) co_return TakeFailure("error-not-found", "Inquiry not found");
  if ((*inquiry)->status == inquiry_status::kTaken)
    co_return TakeFailure("error-inquiry-taken", "Inquiry already taken");
  if (!CanTakeChats(*taker, call.settings()) || !call.settings().Flag("Livechat_enabled")) {
    co_return TakeFailure("error-agent-status-service-offline",
                          "Agent status is offline or Omnichannel service is not active");
  }
  auto enough = co_await HasEnough(call, *taker, **inquiry);
  if (!enough) co_return enough.error();
  if (*enough) {
    const Json* options = call.body.Find("options");
    if (options == nullptr || !options->Flag("clientAction")) co_return Reply::Empty();
    co_return TakeFailure("error-max-number-simultaneous-chats-reached", "");
  }
  auto room = co_await FindRoomToTake(call, **inquiry);
  if (!room) co_return room.failure();
  if (!*room) co_return Reply::Empty();
  auto seat = co_await FindSeat(call, (*room)->id, taker->id);
  if (!seat) co_return seat.error();

  Conversation chat(ContextOf(call), std::move(**room), std::move(**inquiry));
  if (*seat) chat.GiveUpSeat(**seat);
  chat.Assign(*taker);
  const Status noted = co_await NoteAgentOf(call, chat);
  if (!noted) co_return noted.error();
  const Status committed = co_await call.Commit(chat.Finish());
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Reply::Empty();
}

}  // namespace

Routes InquiryRoutes() {
  return {
      {"GET livechat/inquiries.list", &ListInquiries},
      {"GET livechat/inquiries.queued", &ListQueuedForUser},  // as it was called before 7.0
      {"GET livechat/inquiries.queuedForUser", &ListQueuedForUser},
      {"GET livechat/inquiries.getOne", &GetInquiry},
      {"POST livechat/inquiries.take", &TakeInquiry},
  };
}

}  // namespace parley::backend::embedded
