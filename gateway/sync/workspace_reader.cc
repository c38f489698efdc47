#include "sync/workspace_reader.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace parley::sync {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kMostOfABody = 300;
constexpr int kStandardWaitSeconds = 10;
constexpr std::string_view kByToken = "livechat/visitor/";

std::string Beginning(std::string_view text) {
  return std::string(text.substr(0, kMostOfABody));
}

// "... You must wait 42 seconds before ..."
int SecondsIn(std::string_view sentence) {
  constexpr std::string_view kBefore = "wait ";
  const std::size_t at = sentence.find(kBefore);
  if (at == std::string_view::npos) return kStandardWaitSeconds;
  std::string_view rest = sentence.substr(at + kBefore.size());
  rest = rest.substr(0, rest.find(' '));
  return static_cast<int>(std::clamp<std::int64_t>(ParseInteger(rest).value_or(kStandardWaitSeconds), 1, 600));
}

// A failure in the workspace's words: "error" and "errorType" of a body that is one.
std::string Told(const Json& body) {
  return std::string(body.Text("error")) + " " + std::string(body.Text("errorType"));
}

// What is named in logs: a visitor's token is not.
std::string NameOf(const std::string& path) {
  return path.starts_with(kByToken) ? std::string(kByToken) : path;
}

// No answer came, whatever the reason: unlike an answer that cannot be used, the next one may be another.
Error NoAnswer(Error error) {
  if (error.code != ErrorCode::kBadGateway) return error;
  Error later = Unavailable(error.message);
  later.detail = error.detail;
  return later;
}

Error Refused(const std::string& path, const backend::Response& answer) {
  const std::string what = NameOf(path) + ": " + std::to_string(answer.status) + " " + Beginning(answer.body);
  if (answer.status >= 500) {
    Error error = Unavailable("The workspace cannot answer now");
    error.detail = what;
    return error;
  }
  return BadGateway("The workspace refused what Parley has to read", what);
}

Error Unusable(const std::string& path, std::string_view why) {
  return BadGateway("The workspace's answer cannot be used", NameOf(path) + ": " + std::string(why));
}

const Json::Array* ListAt(const Json& body, std::string_view dotted) {
  const Json* list = body.FindPath(dotted);
  return list == nullptr ? nullptr : list->AsArray();
}

Result<std::optional<Taken>> TakeOne(const Result<std::optional<Json>>& body, std::string_view member,
                                     const Shape& shape, const std::string& path) {
  if (!body) return body.error();
  if (!*body) return std::optional<Taken>();
  const Json* record = (*body)->Find(member);
  if (record == nullptr) return Unusable(path, std::string(member) + " is missing");
  if (record->IsNull()) return std::optional<Taken>();
  Result<Taken> taken = Take(*record, shape, member);
  if (!taken) return taken.error();
  return std::optional<Taken>(*std::move(taken));
}

}  // namespace

Awaitable<Result<std::optional<Json>>> WorkspaceReader::Ask(std::string path, Pairs query,
                                                            std::vector<std::string_view> none) {
  if (closed_) co_return Unavailable("Parley is being stopped");
  backend::Request request(http::Method::kGet, path);
  request.query = http::FormatQuery(query);
  request.caller = backend::Caller(backend::CallerKind::kService);
  request.headers.emplace_back(kFresh.first, kFresh.second);
  request.deadline = std::min(clock_.Steady() + timeout_, deadline_);
  if (request.deadline <= clock_.Steady()) co_return DeadlineExceeded("No time is left to ask the workspace");
  const Result<backend::Response> answer = co_await workspace_.Call(request);
  if (!answer) co_return NoAnswer(answer.error());
  Result<Json> body = ParseJson(answer->body);
  if (answer->status == 429) {
    const std::string sentence = body ? Told(*body) : std::string();
    co_return TooManyRequests("The workspace takes no more calls now", SecondsIn(sentence));
  }
  const bool named = body && std::any_of(none.begin(), none.end(), [&](std::string_view failure) {
                       return Told(*body).find(failure) != std::string::npos;
                     });
  if (answer->status != 200 && named) co_return std::optional<Json>();
  if (answer->status != 200) co_return Refused(path, *answer);
  if (!body) co_return Unusable(path, body.error().message);
  if (!body->IsObject()) co_return Unusable(path, "no object");
  if (!body->Flag("success", true)) co_return Unusable(path, "a failure with status 200: " + Told(*body));
  co_return std::optional<Json>(*std::move(body));
}

Awaitable<Result<std::optional<Taken>>> WorkspaceReader::Room(std::string id) {
  const std::string path = "rooms.info";
  Pairs query;
  query.emplace_back("roomId", id);
  std::vector<std::string_view> none{"error-room-not-found", "error-invalid-room"};
  const auto body = co_await Ask(path, std::move(query), std::move(none));
  Result<std::optional<Taken>> room = TakeOne(body, "room", kRoomShape, path);
  if (room && *room && ((*room)->id != id || (*room)->body.Text("t") != "l"))
    co_return Unusable(path, "another room than was asked for");
  co_return room;
}

Awaitable<Result<RoomMessages>> WorkspaceReader::Messages(std::string room_id, Time since) {
  const std::string path = "chat.syncMessages";
  Pairs query;
  query.emplace_back("roomId", room_id);
  query.emplace_back("lastUpdate", IsoTime(since));
  const auto body = co_await Ask(path, std::move(query));
  if (!body) co_return body.error();
  const Json::Array* updated = ListAt(**body, "result.updated");
  if (updated == nullptr) co_return Unusable(path, "result.updated is no list");
  RoomMessages messages;
  for (const Json& each : *updated) {
    Result<Taken> message = Take(each, kMessageShape, "message");
    if (message && message->body.Text("rid") == room_id) {
      messages.updated.push_back(*std::move(message));
    } else {
      ++messages.unusable;
    }
  }
  const Json::Array* deleted = ListAt(**body, "result.deleted");
  if (deleted == nullptr) co_return messages;
  for (const Json& each : *deleted) {
    const Json* at = each.Find("_deletedAt");
    const std::optional<Time> moment = at == nullptr ? std::nullopt : MomentOf(*at);
    if (IsId(each.Text("_id"))) messages.deleted.emplace_back(each.Text("_id"), moment.value_or(since));
  }
  co_return messages;
}

Awaitable<Result<std::optional<Taken>>> WorkspaceReader::Visitor(std::string id) {
  const std::string path = "livechat/visitors.info";
  Pairs query;
  query.emplace_back("visitorId", id);
  std::vector<std::string_view> none{"visitor-not-found"};
  const auto body = co_await Ask(path, std::move(query), std::move(none));
  Result<std::optional<Taken>> visitor = TakeOne(body, "visitor", kVisitorShape, path);
  if (visitor && *visitor && (*visitor)->id != id) co_return Unusable(path, "another visitor than was asked for");
  co_return visitor;
}

Awaitable<Result<std::optional<Taken>>> WorkspaceReader::VisitorByToken(std::string token) {
  std::vector<std::string_view> none{"invalid-token"};
  const auto body = co_await Ask(std::string(kByToken) + PercentEncode(token), Pairs(), std::move(none));
  co_return TakeOne(body, "visitor", kVisitorShape, std::string(kByToken));
}

Awaitable<Result<std::optional<Taken>>> WorkspaceReader::Inquiry(std::string room_id) {
  const std::string path = "livechat/inquiries.getOne";
  Pairs query;
  query.emplace_back("roomId", room_id);
  const auto body = co_await Ask(path, std::move(query));
  if (body && *body && (*body)->Find("inquiry") == nullptr) co_return std::optional<Taken>();
  co_return TakeOne(body, "inquiry", kInquiryShape, path);
}

Awaitable<Result<std::string>> WorkspaceReader::PageBefore(std::string room_id, Time before) {
  Pairs query;
  query.emplace_back("sort", R"({"ts":1})");
  query.emplace_back("count", "100");
  std::vector<std::string_view> none{"invalid-room"};
  const auto body =
      co_await Ask("livechat/visitors.pagesVisited/" + PercentEncode(room_id), std::move(query), std::move(none));
  if (!body) co_return body.error();
  std::string address;
  const Json::Array* pages = *body ? ListAt(**body, "pages") : nullptr;
  if (pages == nullptr) co_return address;
  for (const Json& page : *pages) {
    const Json* at = page.Find("ts");
    const std::optional<Time> moment = at == nullptr ? std::nullopt : MomentOf(*at);
    if (moment && *moment <= before) address = TextAt(page, "navigation.page.location.href");
  }
  co_return address;
}

Awaitable<Result<std::optional<KnownUser>>> WorkspaceReader::User(std::string id) {
  Pairs query;
  query.emplace_back("userId", id);
  std::vector<std::string_view> none{"User not found", "error-invalid-user"};
  const auto body = co_await Ask("users.info", std::move(query), std::move(none));
  if (!body) co_return body.error();
  const Json* user = *body ? (*body)->Find("user") : nullptr;
  if (user == nullptr || user->Text("_id") != id) co_return std::optional<KnownUser>();
  KnownUser known{id, std::string(user->Text("username")), std::string(user->Text("name")), {}};
  const Json::Array* emails = ListAt(*user, "emails");
  if (emails != nullptr && !emails->empty()) known.email = Lower(emails->front().Text("address"));
  co_return std::optional<KnownUser>(std::move(known));
}

Awaitable<Result<std::vector<std::string>>> WorkspaceReader::OpenRoomsOf(std::string token) {
  std::vector<std::string_view> none{"invalid-token"};
  const auto body = co_await Ask(std::string(kByToken) + PercentEncode(token) + "/room", Pairs(), std::move(none));
  if (!body) co_return body.error();
  std::vector<std::string> ids;
  const Json::Array* rooms = *body ? ListAt(**body, "rooms") : nullptr;
  if (rooms == nullptr) co_return ids;
  for (const Json& room : *rooms) {
    if (IsId(room.Text("_id"))) ids.emplace_back(room.Text("_id"));
  }
  co_return ids;
}

Awaitable<Result<RoomPage>> WorkspaceReader::Rooms(Pairs query) {
  const std::string path = "livechat/rooms";
  const auto body = co_await Ask(path, std::move(query));
  if (!body) co_return body.error();
  const Json::Array* rooms = ListAt(**body, "rooms");
  if (rooms == nullptr) co_return Unusable(path, "rooms is no list");
  RoomPage page;
  page.listed = rooms->size();
  page.total = (*body)->Integer("total");
  for (const Json& each : *rooms) {
    Result<Taken> room = Take(each, kRoomShape, "room");
    if (room && room->body.Text("t") == "l") {
      page.rooms.push_back(*std::move(room));
    } else {
      page.unusable = room ? std::string("t is not \"l\"") : room.error().detail;
    }
  }
  co_return page;
}

Awaitable<Result<std::vector<Taken>>> WorkspaceReader::CannedResponses() {
  constexpr std::size_t kPage = 100;
  constexpr std::size_t kMost = 10'000;
  const std::string path = "canned-responses";
  std::vector<Taken> responses;
  for (std::size_t offset = 0; offset < kMost; offset += kPage) {
    Pairs query;
    query.emplace_back("count", std::to_string(kPage));
    query.emplace_back("offset", std::to_string(offset));
    const auto body = co_await Ask(path, std::move(query));
    if (!body) co_return body.error();
    const Json::Array* list = ListAt(**body, "cannedResponses");
    if (list == nullptr) co_return Unusable(path, "cannedResponses is no list");
    for (const Json& each : *list) {
      Result<Taken> response = Take(each, kCannedResponseShape, "cannedResponse");
      if (!response) co_return response.error();
      responses.push_back(*std::move(response));
    }
    if (list->size() < kPage) co_return responses;
  }
  co_return Unusable(path, "it does not end");
}

Awaitable<Result<std::optional<Taken>>> WorkspaceReader::CannedResponse(std::string id) {
  const std::string path = "canned-responses/" + PercentEncode(id);
  std::vector<std::string_view> none{"Resource not found"};
  const auto body = co_await Ask(path, Pairs(), std::move(none));
  co_return TakeOne(body, "cannedResponse", kCannedResponseShape, path);
}

Awaitable<Result<std::vector<std::string>>> WorkspaceReader::QueuedRooms() {
  constexpr std::size_t kPage = 100;
  constexpr std::size_t kMost = 10'000;
  const std::string path = "livechat/inquiries.list";
  std::vector<std::string> rooms;
  for (std::size_t offset = 0; offset < kMost; offset += kPage) {
    Pairs query;
    query.emplace_back("count", std::to_string(kPage));
    query.emplace_back("offset", std::to_string(offset));
    const auto body = co_await Ask(path, std::move(query));
    if (!body) co_return body.error();
    const Json::Array* inquiries = ListAt(**body, "inquiries");
    if (inquiries == nullptr) co_return Unusable(path, "inquiries is no list");
    for (const Json& inquiry : *inquiries) {
      if (IsId(inquiry.Text("rid"))) rooms.emplace_back(inquiry.Text("rid"));
    }
    if (inquiries->size() < kPage) break;
  }
  co_return rooms;
}

}  // namespace parley::sync
