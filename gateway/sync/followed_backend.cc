#include "sync/followed_backend.h"

#include <algorithm>

#include "base/log.h"
#include "base/ordered_id.h"
#include "records/goal_hits.h"
#include "records/visit.h"
#include "storage/transact.h"

namespace parley::sync {
namespace {

using events::Source;
using storage::Collection;
using storage::Match;

// What a writer is kept waiting at most until Parley knows what was written.
constexpr std::chrono::seconds kLongestWait{5};

Json JsonOf(const std::string& text) {
  Result<Json> parsed = ParseJson(text);
  return parsed ? *std::move(parsed) : Json();
}

// Forms are taken as well, flat as they are. Files are not looked into.
Json BodyOf(const backend::Request& request) {
  if (request.content_type.find("multipart/") != std::string::npos) return {};
  if (request.content_type.find("application/x-www-form-urlencoded") == std::string::npos) return JsonOf(request.body);
  Json form = Json::MakeObject();
  const auto pairs = http::ParseQuery(request.body);
  if (!pairs) return form;
  for (const auto& [name, value] : *pairs) form.Set(name, Json(value));
  return form;
}

Awaitable<Result<std::vector<storage::Document>>> FindByToken(storage::DocumentStore& documents, Collection collection,
                                                              const char* path, std::string token) {
  storage::Query query(collection);
  query.where.emplace_back(path, Match::kEquals, Json(std::move(token)));
  Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->documents);
}

void LogFailure(std::string_view what, const Error& error) {
  Log(LogLevel::kWarning, "sync.not_followed",
      {{"what", std::string(what)}, {"reason", error.message}, {"detail", error.detail}});
}

// A page as the message people do not see that it is; of no room here, because the workspace keeps what is in its rooms.
Json PageMessage(const Json& page, const std::string& token, Time at) {
  constexpr std::chrono::hours kKept{24 * 30};
  return Json::Of({{"t", "livechat_navigation_history"},
                   {"ts", UnixMillis(at)},
                   {"_hidden", true},
                   {"expireAt", UnixMillis(at + kKept)},
                   {"msg", std::string(page.Text("title")) + " - " + std::string(TextAt(page, "location.href"))},
                   {"navigation", Json::Of({{"page", page}, {"token", token}})}});
}

// An answer that is looked into.
Awaitable<Status> TakeWhole(backend::Response& response) {
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  if (response.stream == nullptr) co_return Status();
  Result<std::string> body = co_await http::ReadWhole(*response.stream, kMostBytes);
  response.stream.reset();
  if (!body) co_return BadGateway("the workspace's answer is not complete", body.error().message);
  response.body = *std::move(body);
  co_return Status();
}

// A failed call says so, some with status 200.
bool Succeeded(const backend::Response& response, const Json& answer) {
  return response.status == 200 && answer.Flag("success", true);
}

}  // namespace

Awaitable<Result<backend::Response>> FollowedBackend::Call(const backend::Request& request) {
  Result<backend::Response> response = co_await parts_.workspace.Call(request);
  if (!response || response->status != 200) co_return response;
  // Everything else passes as it comes.
  const Interest interest = InterestIn(request.method, request.path);
  if (!interest.answer || response->content_type.find("json") == std::string::npos) co_return response;
  const Status whole = co_await TakeWhole(*response);
  if (!whole) co_return whole.error();
  const Json body = interest.body ? BodyOf(request) : Json();
  const Json answer = JsonOf(response->body);
  const Passed passed{request.method, request.path, request.query, body, answer};
  const Touched touched = WhatWasTouched(passed);
  if (Succeeded(*response, answer) && !touched.Nothing()) co_await Follow(request, touched);
  co_return response;
}

Awaitable<> FollowedBackend::Follow(const backend::Request& request, const Touched& touched) {
  RoomSync sync(parts_);
  SteadyTime deadline = parts_.clock.Steady() + kLongestWait;
  // That of a streamed call is for its head, after a body that took whatever time it took.
  const bool has_deadline = request.deadline != SteadyTime{} && request.incoming == nullptr;
  if (has_deadline) deadline = std::min(deadline, request.deadline);
  sync.reader().SetDeadline(deadline);
  if (touched.agents && hooks_.agents) hooks_.agents();
  std::vector<std::string> rooms = touched.rooms;
  Status followed = co_await FollowVisitors(sync, touched);
  if (!followed) LogFailure("visitor", followed.error());
  followed = co_await FindRooms(sync, touched, rooms);
  if (!followed) LogFailure("rooms", followed.error());
  bool kept = false;
  for (const std::string& room : rooms) {
    Sighting sighting;
    sighting.source = Source::kPassThrough;
    const auto synced = co_await sync.Sync(room, sighting);
    if (synced) continue;
    LogFailure("room", synced.error());
    const Status put = co_await inbox_.Put(room, Source::kPassThrough);
    if (!put) LogFailure("hint", put.error());
    kept = true;
  }
  followed = co_await FindClosed(touched);
  if (!followed) LogFailure("closed rooms", followed.error());
  if ((kept || touched.all_closed) && hooks_.woken) hooks_.woken();
  if (!touched.page.IsNull()) followed = co_await NotePage(touched.page);
  if (!followed) LogFailure("page", followed.error());
  if (!touched.offline_message.IsNull()) followed = co_await NoteMessage(touched.offline_message);
  if (!followed) LogFailure("message", followed.error());
}

Awaitable<Status> FollowedBackend::FollowVisitors(RoomSync& sync, const Touched& touched) {
  if (!touched.visitor.IsNull()) {
    Result<Taken> visitor = Take(touched.visitor, kVisitorShape, "visitor");
    if (!visitor) co_return visitor.error();
    const std::string token(visitor->body.Text("token"));
    const std::string id = visitor->id;
    const Status synced = co_await sync.SyncVisitor(*std::move(visitor), Source::kPassThrough);
    if (!synced) co_return synced;
    const Status known = co_await KnowVisit(token, id);
    if (!known) co_return known;
  }
  for (const std::string& token : touched.visitors_tokens) {
    Result<std::optional<Taken>> visitor = co_await sync.reader().VisitorByToken(token);
    if (!visitor) co_return visitor.error();
    if (!*visitor) continue;
    const Status synced = co_await sync.SyncVisitor(**std::move(visitor), Source::kPassThrough);
    if (!synced) co_return synced;
  }
  co_return Status();
}

// Whoever was a stranger until now has the id the workspace gave them.
Awaitable<Status> FollowedBackend::KnowVisit(const std::string& token, const std::string& visitor_id) {
  if (token.empty()) co_return Status();
  Result<std::optional<records::Visit>> visit = co_await records::FindVisit(parts_.stores.documents(), token);
  if (!visit) co_return visit.error();
  if (!*visit || (*visit)->visitor_id == visitor_id) co_return Status();
  (*visit)->visitor_id = visitor_id;
  (*visit)->changed = true;
  storage::Changes changes;
  records::SaveVisit(**visit, changes);
  co_return co_await parts_.stores.committer().Commit(std::move(changes));
}

Awaitable<Status> FollowedBackend::FindRooms(RoomSync& sync, const Touched& touched, std::vector<std::string>& rooms) {
  for (const std::string& id : touched.inquiries) {
    const auto inquiry = co_await parts_.stores.documents().Get(Collection::kInquiries, id);
    if (!inquiry) co_return inquiry.error();
    if (*inquiry) rooms.emplace_back((*inquiry)->body.Text("rid"));
  }
  for (const std::string& token : touched.chatting_tokens) {
    const auto open = co_await sync.reader().OpenRoomsOf(token);
    if (!open) co_return open.error();
    rooms.insert(rooms.end(), open->begin(), open->end());
  }
  if (!touched.erased_token.empty()) co_return co_await Erase(sync, touched.erased_token, rooms);
  co_return Status();
}

// Their chats are gone there: looking at each of them finds that.
Awaitable<Status> FollowedBackend::Erase(RoomSync& sync, const std::string& token, std::vector<std::string>& rooms) {
  storage::DocumentStore& documents = parts_.stores.documents();
  const auto visitors = co_await FindByToken(documents, Collection::kVisitors, "token", token);
  if (!visitors) co_return visitors.error();
  for (const storage::Document& visitor : *visitors) {
    const auto chats = co_await FindByToken(documents, Collection::kRooms, "v._id", visitor.id);
    if (!chats) co_return chats.error();
    for (const storage::Document& chat : *chats) rooms.push_back(chat.id);
    const Status forgotten = co_await sync.ForgetVisitor(visitor.id);
    if (!forgotten) co_return forgotten;
  }
  co_return Status();
}

Awaitable<Status> FollowedBackend::FindClosed(const Touched& touched) {
  if (!touched.all_closed) co_return Status();
  storage::Query query(Collection::kRooms);
  query.where.emplace_back("open", Match::kMissing);
  if (!touched.closed_of.empty()) {
    Json departments = Json::MakeArray();
    for (const std::string& department : touched.closed_of) departments.Push(department);
    query.where.emplace_back("departmentId", Match::kIn, std::move(departments));
  }
  const Result<storage::Found> closed = co_await parts_.stores.documents().Find(std::move(query));
  if (!closed) co_return closed.error();
  for (const storage::Document& room : closed->documents) {
    const Status put = co_await inbox_.Put(room.id, Source::kPassThrough);
    if (!put) co_return put;
  }
  co_return Status();
}

// The visit goes on, and somebody who is known may reach goals: in the chat the page says, else in their last one.
Awaitable<Status> FollowedBackend::NotePage(const Json& body) {
  const Json* page = body.Find("pageInfo");
  const std::string token(body.Text("token"));
  if (page == nullptr || token.empty()) co_return Status();
  storage::DocumentStore& documents = parts_.stores.documents();
  const std::string url(TextAt(*page, "location.href"));
  const Time at = parts_.clock.Now();
  auto attempt = [&]() -> Awaitable<Status> {
    const auto visitors = co_await FindByToken(documents, Collection::kVisitors, "token", token);
    if (!visitors) co_return visitors.error();
    const std::string visitor_id = visitors->empty() ? std::string() : visitors->front().id;
    records::Viewer viewer{token, visitor_id, !body.Text("rid").empty()};
    const Result<records::Visit> visit = co_await records::JoinVisit(documents, ids_, std::move(viewer), at);
    if (!visit) co_return visit.error();
    storage::Changes changes;
    records::SaveVisit(*visit, changes);
    changes.Insert(Collection::kMessages, OrderedRoomId(ids_, at), PageMessage(*page, token, at));
    if (!visitors->empty()) {
      const Status reached = co_await ReachGoals(visitors->front(), url, std::string(body.Text("rid")), at, changes);
      if (!reached) co_return reached;
    }
    co_return co_await parts_.stores.committer().Commit(std::move(changes));
  };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Status> FollowedBackend::ReachGoals(const storage::Document& visitor, const std::string& url,
                                              std::string room_id, Time at, storage::Changes& changes) {
  const auto goals = co_await records::FindActiveGoals(parts_.stores.documents());
  if (!goals) co_return goals.error();
  const Json* variables = visitor.body.Find("livechatData");
  std::vector<records::GoalHit> hits = records::GoalsReached(*goals, {url, variables == nullptr ? Json() : *variables});
  if (hits.empty()) co_return Status();
  Result<std::string> chat(std::move(room_id));
  if (chat->empty()) chat = co_await records::FindChatOf(parts_.stores.ledger(), visitor.id);
  if (!chat) co_return chat.error();
  for (records::GoalHit& hit : hits) {
    hit.at = at;
    hit.visitor_id = visitor.id;
    hit.chat_id = *chat;
    hit.id = records::HitIdInChat(hit);
    records::RecordGoalHit(parts_.recorder, hit, changes);
  }
  co_return Status();
}

Awaitable<Status> FollowedBackend::NoteMessage(const Json& body) {
  events::OfflineMessage left;
  left.name = body.Text("name");
  left.email = body.Text("email");
  left.text = body.Text("message");
  left.host = body.Text("host");
  const std::string wanted(body.Text("department"));
  if (!wanted.empty()) {
    const auto directory = co_await parts_.workspace.GetDirectory();
    if (!directory) co_return directory.error();
    for (const backend::DirectoryDepartment& department : (*directory)->departments) {
      if (department.id == wanted || department.name == wanted) left.department = department.id;
    }
  }
  co_return co_await offline_.NotePassing(std::move(left));
}

}  // namespace parley::sync
