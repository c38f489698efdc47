// Pages visitors look at, before and during a chat. Source: omnichannel reference §2.7.
#include "backend/embedded/chats.h"
#include "backend/embedded/page_visit.h"
#include "backend/embedded/site_visits.h"
#include "base/ordered_id.h"
#include "records/goal_hits.h"
#include "records/visit.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

constexpr auto kKeptWithoutRoom = std::chrono::hours(24 * 30);

std::string_view UrlOf(const Json& page) {
  const Json* href = page.FindPath("location.href");
  return href == nullptr ? std::string_view() : href->AsString().value_or("");
}

// The goals of `goals` this page reaches. Without a room of the visit, in the chat the visitor had last.
Awaitable<Status> RecordGoals(const Call& call, const records::Goals& goals, const Json& page, const Visitor& visitor,
                              const std::string& room_id, storage::Changes& changes) {
  std::vector<records::GoalHit> hits = records::GoalsReached(goals, {std::string(UrlOf(page)), visitor.livechat_data});
  if (hits.empty()) co_return Status();
  Result<std::string> chat(room_id);
  if (room_id.empty()) chat = co_await records::FindChatOf(call.services.stores.ledger(), visitor.id);
  if (!chat) co_return chat.error();
  for (records::GoalHit& hit : hits) {
    hit.at = call.now;
    hit.visitor_id = visitor.id;
    hit.chat_id = *chat;
    hit.id = records::HitIdInChat(hit);
    records::RecordGoalHit(call.services.recorder, hit, changes);
  }
  co_return Status();
}

// What a page means beside its message: the visit goes on, greetings are met, and somebody who is known may reach goals.
// A page that goes on with a visit where there are neither does not ask who the visitor is.
Awaitable<Status> FollowVisitor(const Call& call, const Json& page, const std::string& token, const Message& message,
                                storage::Changes& changes) {
  const bool in_chat = !message.room_id.empty();
  const auto greetings = co_await call.services.workspace.GetGreetings(call.documents());
  if (!greetings) co_return greetings.error();
  const auto goals = co_await call.services.workspace.GetGoals(call.documents());
  if (!goals) co_return goals.error();
  const records::Viewer viewer{token, {}, in_chat};
  auto visit = co_await records::JoinVisit(call.documents(), call.ids(), viewer, call.now);
  if (!visit) co_return visit.error();
  if (!visit->changed && (*greetings)->empty() && (*goals)->empty()) co_return Status();
  const auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (*visitor) records::NameVisitor(*visit, (*visitor)->id);
  if (!in_chat) {
    const Status met = co_await MeetGreetings(call, *visitor, std::string(UrlOf(page)), *visit, changes);
    if (!met) co_return met;
  }
  records::SaveVisit(*visit, changes);
  if (!*visitor) co_return Status();
  co_return co_await RecordGoals(call, **goals, page, **visitor, message.room_id, changes);
}

Awaitable<Reply> VisitPage(Call& call) {
  const Json& page = *call.body.Find("pageInfo");
  const std::string token(call.body.Text("token"));
  const std::string room_id(call.body.Text("rid"));
  if (page.Text("change") != call.settings().Text("Livechat_history_monitor_type")) co_return Reply::Empty();
  Message visit = MakePageVisit(page, token, call.ids(), call.now);
  visit.hidden = !call.settings().Flag("Livechat_Visitor_navigation_as_a_message");
  if (room_id.empty()) {
    visit.expires = call.now + kKeptWithoutRoom;
  } else {
    auto room = co_await FindRoom(call, room_id);
    if (!room) co_return room.error();
    // The token is not checked to be known, but nobody writes into another's chat.
    if (!*room || (*room)->visitor.token != token) co_return Reply::Empty();
    visit.room_id = room_id;
  }
  storage::Changes changes;
  Save(visit, call.now, changes);
  const Status followed = co_await FollowVisitor(call, page, token, visit, changes);
  if (!followed) co_return followed.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"page", Json::Of({{"msg", visit.text}, {"navigation", visit.navigation}})}});
}

Awaitable<Reply> ListPages(Call& call, std::string room_id) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  auto room = co_await FindRoom(call, room_id);
  if (!room) co_return room.error();
  if (!*room) co_return Fail("invalid-room");
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(std::move(room_id)));
  query.where.emplace_back("t", Match::kEquals, Json(message_type::kNavigation));
  paging->ApplyTo(query);
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json pages = Json::MakeArray();
  for (const Message& visit : found->list) pages.Push(ToAnswer(visit));
  co_return PageOf("pages", std::move(pages), *paging, found->total);
}

Awaitable<Reply> ListPagesOfRoom(Call& call) {
  return ListPages(call, std::string(call.Path("roomId")));
}

Awaitable<Reply> ListPagesByQuery(Call& call) {
  return ListPages(call, std::string(call.query.Text("roomId")));
}

}  // namespace

Message MakePageVisit(const Json& page, const std::string& token, IdGenerator& ids, Time now) {
  Message visit;
  visit.id = OrderedRoomId(ids, now);
  visit.type = message_type::kNavigation;
  visit.at = now;
  visit.author = Person{"rocket.cat", "rocket.cat", "Rocket.Cat"};
  visit.groupable = false;
  visit.hidden = true;
  visit.text = std::string(page.Text("title")) + " - " + std::string(UrlOf(page));
  visit.navigation = Json::Of({{"page", page}, {"token", token}});
  return visit;
}

Routes PageVisitRoutes() {
  return {
      {"POST livechat/page.visited", &VisitPage},
      {"GET livechat/visitors.pagesVisited", &ListPagesByQuery},
      {"GET livechat/visitors.pagesVisited/{roomId}", &ListPagesOfRoom},
  };
}

}  // namespace parley::backend::embedded
