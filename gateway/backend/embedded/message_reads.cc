// Messages read by agents: one, a list, a search, and what changed since. Source: omnichannel reference §2.5,
// administration reference §6.3.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/tombstone.h"
#include "backend/embedded/transcript.h"
#include "base/text.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

Awaitable<Reply> GetMessage(Call& call) {
  auto message = co_await FindMessage(call, std::string(call.query.Text("msgId")));
  if (!message) co_return message.error();
  if (!*message) co_return FailBare();
  auto room = co_await FindRoom(call, (*message)->room_id);
  if (!room) co_return room.error();
  bool allowed = false;
  if (*room) {
    auto access = co_await MayAccess(call, **room);
    if (!access) co_return access.error();
    allowed = *access;
  }
  if (!allowed) co_return FailCoded("error-not-allowed", "Not allowed", MethodDetails("getSingleMessage"));
  co_return Json::Of({{"message", ToAnswer(**message)}});
}

Awaitable<Reply> ListMessages(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  auto room = co_await FindRoom(call, std::string(call.Path("rid")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("invalid-room");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("not-allowed");
  storage::Query query(Message::kCollection);
  query.where = Spoken((*room)->id);
  if (const std::string_view term = call.query.Text("searchTerm"); !term.empty()) {
    query.where.emplace_back("msg", Match::kContains, Json(term));
  }
  paging->ApplyTo(query);
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Message& message : found->list) items.Push(ToAnswer(message));
  Json page = PageOf("messages", std::move(items), *paging, found->total);
  page.Set("count", paging->count.value_or(0));  // this list alone echoes what was asked for
  co_return page;
}

// ---- searching ------------------------------------------------------------------------------------------------------

// Text as a regular expression that finds exactly it.
std::string Quoted(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}/-").find(c) != std::string_view::npos) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

// What a search asks for: "/expression/", "from:name", "order:asc", else words of which one suffices.
struct Search {
  explicit Search(std::string_view text) {
    if (text.size() > 2 && text.front() == '/' && text.rfind('/') > 0) {
      pattern = text.substr(1, text.rfind('/') - 1);
      return;
    }
    std::vector<std::string> words;
    for (const std::string_view word : Split(text, ' ')) {
      if (word.starts_with("from:")) {
        author = word.substr(word.starts_with("from:@") ? 6 : 5);
      } else if (word == "order:asc" || word == "order:desc") {
        oldest_first = word == "order:asc";
      } else if (!word.empty()) {
        words.push_back(Quoted(word));
      }
    }
    if (!words.empty()) pattern = "(" + Join(words, "|") + ")";
  }

  std::string pattern, author;
  bool oldest_first = false;
};

Awaitable<Reply> SearchMessages(Call& call) {
  constexpr std::int64_t kStandardCount = 20;
  auto room = co_await FindRoom(call, std::string(call.query.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-not-allowed");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  const Search search(call.query.Text("searchText"));
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json((*room)->id));
  query.where.emplace_back("_hidden", Match::kMissing);
  query.where.emplace_back("t", Match::kMissing);
  if (!search.pattern.empty()) query.where.emplace_back("msg", Match::kRegex, Json(search.pattern));
  if (!search.author.empty()) {
    const std::string author = search.author == "me" ? call.user().username : search.author;
    query.where.emplace_back("u.username", Match::kEquals, Json(author));
  }
  query.sort.emplace_back("ts", !search.oldest_first);
  query.offset = std::max<std::int64_t>(0, call.query.Integer("offset"));
  query.limit = std::max<std::int64_t>(0, call.query.Integer("count", kStandardCount));
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found && found.error().code == ErrorCode::kInvalidArgument) co_return Fail("Invalid regular expression");
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Message& message : found->list) items.Push(ToAnswer(message));
  co_return Json::Of({{"messages", std::move(items)}});
}

// ---- what changed ---------------------------------------------------------------------------------------------------

constexpr std::string_view kDeleted = "DELETED";

// Which changes are asked for: everything after a moment, or a page on one side of a cursor.
struct Since {
  Time moment{};
  bool backwards = false;
  bool paged = false;
  std::int64_t count = 20;

  void ApplyTo(storage::Query& query, const char* path) const {
    query.where.emplace_back(path, backwards ? Match::kLess : Match::kGreater, Json(UnixMillis(moment)));
    if (!paged) return;
    query.sort.emplace_back(path, backwards);
    query.limit = count + 1;  // one more tells whether there is a further page
  }
};

std::optional<Failure> CheckSyncQuery(const Json& query) {
  const bool has_next = !query.Text("next").empty();
  const bool has_previous = !query.Text("previous").empty();
  const bool has_update = !query.Text("lastUpdate").empty();
  const bool has_type = !query.Text("type").empty();
  if (!has_update && !has_type) {
    return FailCoded("error-param-required", "The \"type\" or \"lastUpdate\" parameters must be provided");
  }
  if (has_update && !ParseIsoTime(query.Text("lastUpdate"))) {
    return FailCoded("error-lastUpdate-param-invalid", "The \"lastUpdate\" query parameter must be a valid date");
  }
  if ((has_next || has_previous) && !has_type) {
    return FailCoded("error-type-param-required",
                     "The \"type\" parameter is required when using the \"next\" or \"previous\" parameters");
  }
  if (has_next && has_previous) {
    return FailCoded("error-cursor-conflict", "You cannot provide both \"next\" and \"previous\" parameters");
  }
  if ((has_next || has_previous) && has_update) {
    return FailCoded("error-cursor-and-lastUpdate-conflict",
                     "The attributes \"next\", \"previous\" and \"lastUpdate\" cannot be used together");
  }
  return std::nullopt;
}

// REQUIRES: the query passed CheckSyncQuery
Outcome<Since> ReadSince(const Json& query) {
  Since since;
  if (const std::string_view update = query.Text("lastUpdate"); !update.empty()) {
    since.moment = *ParseIsoTime(update);
    return since;
  }
  since.paged = true;
  since.backwards = !query.Text("previous").empty();
  since.count = std::max<std::int64_t>(0, query.Integer("count", since.count));
  const std::string_view cursor = since.backwards ? query.Text("previous") : query.Text("next");
  if (cursor.empty()) return since;  // from the beginning
  const auto millis = ParseInteger(cursor);
  if (!millis) return Fail("Invalid Date");
  since.moment = FromUnixMillis(*millis);
  return since;
}

Awaitable<Result<std::vector<Message>>> UpdatedSince(const Call& call, std::string room_id, Since since) {
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(std::move(room_id)));
  query.where.emplace_back("_hidden", Match::kMissing);
  since.ApplyTo(query, "_updatedAt");
  if (!since.paged) query.sort.emplace_back("ts", true);
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Result<std::vector<Tombstone>>> DeletedSince(const Call& call, std::string room_id, Since since) {
  storage::Query query(Tombstone::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(std::move(room_id)));
  query.where.emplace_back("kind", Match::kEquals, Json(tombstone_kind::kMessage));
  since.ApplyTo(query, "_deletedAt");
  if (!since.paged) query.sort.emplace_back("_deletedAt", true);
  auto found = co_await Find<Tombstone>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

// Where the page begins and ends, for the next call; `moments` holds one more than the page when there is more.
Json CursorsOf(const std::vector<Time>& moments, const Since& since) {
  const auto count = static_cast<std::size_t>(since.count);
  const bool more = moments.size() > count;
  const auto at = [&](std::size_t i) { return Json(std::to_string(UnixMillis(moments[i]))); };
  if (moments.empty() || (more && count == 0)) return Json::Of({{"next", nullptr}, {"previous", nullptr}});
  const std::size_t last = more ? count - 1 : moments.size() - 1;
  Json beyond = more ? at(last) : Json();
  if (since.backwards) return Json::Of({{"next", at(0)}, {"previous", std::move(beyond)}});
  return Json::Of({{"next", std::move(beyond)}, {"previous", at(0)}});
}

template <class Record>
Json TakeCursors(std::vector<Record>& records, Time Record::*moment, const Since& since) {
  std::vector<Time> moments;
  for (const Record& record : records) moments.push_back(record.*moment);
  if (records.size() > static_cast<std::size_t>(since.count)) records.pop_back();
  return CursorsOf(moments, since);
}

Awaitable<Outcome<Room>> FindSyncedRoom(const Call& call) {
  const auto refuse = [] { return FailCoded("error-not-allowed", "Not allowed", MethodDetails("messages/get")); };
  auto room = co_await FindRoom(call, std::string(call.query.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return refuse();
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return refuse();
  co_return std::move(**room);
}

Awaitable<Reply> SyncMessages(Call& call) {
  if (const auto refused = CheckSyncQuery(call.query)) co_return *refused;
  const auto room = co_await FindSyncedRoom(call);
  if (!room) co_return room.failure();
  const Outcome<Since> since = ReadSince(call.query);
  if (!since) co_return since.failure();
  const bool asks_deleted = call.query.Text("type") == kDeleted;
  std::vector<Message> updated;
  std::vector<Tombstone> deleted;
  if (!since->paged || !asks_deleted) {
    auto found = co_await UpdatedSince(call, room->id, *since);
    if (!found) co_return found.error();
    updated = *std::move(found);
  }
  if (!since->paged || asks_deleted) {
    auto found = co_await DeletedSince(call, room->id, *since);
    if (!found) co_return found.error();
    deleted = *std::move(found);
  }
  Json cursor;
  if (since->paged) {
    cursor = asks_deleted ? TakeCursors(deleted, &Tombstone::deleted_at, *since)
                          : TakeCursors(updated, &Message::updated_at, *since);
  }
  Json items = Json::MakeArray();
  for (const Message& message : updated) items.Push(ToAnswer(message));
  Json result = Json::Of({{"updated", std::move(items)}, {"deleted", RemovalsOf(deleted)}});
  if (since->paged) result.Append("cursor", std::move(cursor));
  co_return Json::Of({{"result", std::move(result)}});
}

}  // namespace

Routes MessageReadRoutes() {
  return {
      {"GET chat.getMessage", &GetMessage},
      {"GET chat.search", &SearchMessages},
      {"GET chat.syncMessages", &SyncMessages},
      {"GET livechat/{rid}/messages", &ListMessages},
  };
}

}  // namespace parley::backend::embedded
