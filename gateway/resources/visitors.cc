#include "resources/visitors.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/time.h"
#include "records/visit.h"
#include "records/visitor_details.h"

namespace parley::resources {
namespace {

using records::Visit;
using storage::Collection;
using storage::Document;
using storage::Match;

enum class State { kChatting, kQueued, kBrowsing, kChatClosed };

constexpr std::pair<State, std::string_view> kStates[] = {
    {State::kChatting, "chatting"},
    {State::kQueued, "queued"},
    {State::kBrowsing, "browsing"},
    {State::kChatClosed, "chat closed"},
};

std::string_view NameOf(State state) {
  const auto* found =
      std::find_if(std::begin(kStates), std::end(kStates), [&](const auto& entry) { return entry.first == state; });
  return found->second;
}

std::string_view TextAt(const Json& body, std::string_view path) {
  const Json* value = body.FindPath(path);
  return value == nullptr ? std::string_view() : value->AsString().value_or("");
}

bool IsServed(const Json& room) {
  return !TextAt(room, "servedBy._id").empty();
}

// Of two chats of one visitor the one to show: served before waiting, then the newer.
bool Precedes(const Json& room, const Json& other) {
  if (IsServed(room) != IsServed(other)) return IsServed(room);
  return room.Integer("ts") > other.Integer("ts");
}

// A visit with its pages, the last of which is when the visitor was seen.
struct Stay {
  Visit visit;
  std::vector<records::SeenPage> pages;
};

// What is known of one visitor, from several records.
struct Present {
  const Document* visitor = nullptr;
  const Document* room = nullptr;
  const Stay* stay = nullptr;
};

// Nothing: not on the site any more.
std::optional<State> StateOf(const Present& present, Time now) {
  if (present.room != nullptr) return IsServed(present.room->body) ? State::kChatting : State::kQueued;
  // The widget says so when its page is left.
  if (present.visitor != nullptr && present.visitor->body.Text("status") == "offline") return std::nullopt;
  const Visit& visit = present.stay->visit;
  if (records::LastSignOf(visit) < now - records::kOnSite) return std::nullopt;
  return visit.chat_ended && *visit.chat_ended >= visit.seen ? State::kChatClosed : State::kBrowsing;
}

bool InChat(State state) {
  return state == State::kChatting || state == State::kQueued;
}

std::string_view DepartmentOf(const Present& present, State state) {
  if (InChat(state)) return present.room->body.Text("departmentId");
  return present.visitor == nullptr ? std::string_view() : present.visitor->body.Text("department");
}

void AddKnown(const Json& body, Json& shown) {
  shown.Append("name", body.Text("name"));
  const Json* emails = body.Find("visitorEmails");
  const bool has_email = emails != nullptr && emails->AsArray() != nullptr && !emails->empty();
  shown.Append("email", has_email ? emails->AsArray()->front().Text("address") : "");
  shown.Append("ip", body.Text("ip"));
  shown.Append("user_agent", body.Text("userAgent"));
  shown.Append("chats", body.Integer("chats"));
  const Json* fields = body.Find("livechatData");
  Json variables = fields == nullptr ? Json() : records::CustomVariables(*fields);
  shown.Append("custom_variables", variables.IsNull() ? Json::MakeArray() : std::move(variables));
}

void AddChat(const Document& room, Json& shown) {
  shown.Append("chat", room.id);
  shown.Append("chat_started_at", room.body.Integer("ts"));
  if (IsServed(room.body)) {
    shown.Append("agent", Json::Of({{"id", TextAt(room.body, "servedBy._id")},
                                    {"username", TextAt(room.body, "servedBy.username")}}));
    return;
  }
  const std::int64_t queued = room.body.Integer("queuedAt");
  shown.Append("queued_at", queued == 0 ? room.body.Integer("ts") : queued);
}

Json PagesOf(const Stay* stay) {
  Json pages = Json::MakeArray();
  if (stay == nullptr) return pages;
  for (const records::SeenPage& page : stay->pages) {
    pages.Push(Json::Of({{"url", page.url}, {"title", page.title}, {"at", UnixMillis(page.at)}}));
  }
  return pages;
}

Json Show(const std::string& id, const Present& present, State state, std::int64_t page_views) {
  Json shown;
  shown.Append("id", id);
  shown.Append("state", NameOf(state));
  shown.Append("department", DepartmentOf(present, state));
  const Json nobody = Json::MakeObject();
  AddKnown(present.visitor == nullptr ? nobody : present.visitor->body, shown);
  if (InChat(state)) AddChat(*present.room, shown);
  // Who never told of a page came with the chat.
  const bool has_pages = present.stay != nullptr;
  shown.Append("visits", has_pages ? present.stay->visit.visits : 1);
  shown.Append("page_views", page_views);
  shown.Append("came_at", has_pages ? UnixMillis(present.stay->visit.started) : present.room->body.Integer("ts"));
  shown.Append("pages", PagesOf(present.stay));
  return shown;
}

// Everybody there may be, by visitor id.
struct Gathered {
  std::vector<Document> rooms, visitors;
  std::vector<Stay> stays;
  std::map<std::string, Present> present;
};

Json TextList(const std::set<std::string>& texts) {
  Json list = Json::MakeArray();
  for (const std::string& text : texts) list.Push(text);
  return list;
}

Awaitable<Status> AppendFound(storage::DocumentStore& documents, storage::Query query, std::vector<Document>& to) {
  Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  std::move(found->documents.begin(), found->documents.end(), std::back_inserter(to));
  co_return Status();
}

// Those with these ids; nothing is asked for none.
Awaitable<Status> AppendThese(storage::DocumentStore& documents, Collection collection, std::set<std::string> ids,
                              std::vector<Document>& to) {
  if (ids.empty()) co_return Status();
  storage::Query query(collection);
  query.where.emplace_back("_id", Match::kIn, TextList(ids));
  co_return co_await AppendFound(documents, std::move(query), to);
}

// Every open chat has its record in the waiting line, and no other has: read from there, the archive is not touched.
Awaitable<Status> ReadRooms(storage::DocumentStore& documents, Gathered& gathered) {
  const Result<storage::Found> line = co_await documents.Find(storage::Query(Collection::kInquiries));
  if (!line) co_return line.error();
  std::set<std::string> ids;
  for (const Document& inquiry : line->documents) ids.emplace(inquiry.body.Text("rid"));
  co_return co_await AppendThese(documents, Collection::kRooms, std::move(ids), gathered.rooms);
}

Awaitable<Result<Stay>> ReadStay(storage::DocumentStore& documents, Visit visit) {
  auto pages = co_await records::FindPages(documents, visit);
  if (!pages) co_return pages.error();
  if (!pages->empty()) visit.seen = std::max(visit.seen, pages->back().at);
  co_return Stay{std::move(visit), *std::move(pages)};
}

// Visits of whoever has just been there, and of whoever chats, however long ago their last page was.
Awaitable<Status> ReadVisits(storage::DocumentStore& documents, Time now, Gathered& gathered) {
  std::vector<Document> found;
  storage::Query recent(Collection::kVisits);
  recent.where.emplace_back("there_at", Match::kAtLeast,
                            Json(UnixMillis(now - records::kOnSite - records::kNotedEvery)));
  recent.sort.emplace_back("there_at");  // the order of the index
  Status read = co_await AppendFound(documents, std::move(recent), found);
  if (!read) co_return read;
  std::set<std::string> missing;
  for (const Document& room : gathered.rooms) {
    const std::string_view token = TextAt(room.body, "v.token");
    if (!token.empty()) missing.insert(records::VisitIdOf(token));
  }
  for (const Document& visit : found) missing.erase(visit.id);
  read = co_await AppendThese(documents, Collection::kVisits, std::move(missing), found);
  if (!read) co_return read;
  for (const Document& visit : found) {
    auto stay = co_await ReadStay(documents, records::VisitFrom(visit));
    if (!stay) co_return stay.error();
    gathered.stays.push_back(*std::move(stay));
  }
  co_return Status();
}

Awaitable<Status> ReadVisitors(storage::DocumentStore& documents, Gathered& gathered) {
  std::set<std::string> ids;
  for (const Document& room : gathered.rooms) ids.emplace(TextAt(room.body, "v._id"));
  for (const Stay& stay : gathered.stays) ids.insert(stay.visit.visitor_id);
  co_return co_await AppendThese(documents, Collection::kVisitors, std::move(ids), gathered.visitors);
}

void Join(Gathered& gathered) {
  for (const Stay& stay : gathered.stays) {
    Present& present = gathered.present[stay.visit.visitor_id];
    if (present.stay == nullptr || present.stay->visit.seen < stay.visit.seen) present.stay = &stay;
  }
  for (const Document& room : gathered.rooms) {
    if (!room.body.Flag("open")) continue;  // closed since the line was read
    Present& present = gathered.present[std::string(TextAt(room.body, "v._id"))];
    if (present.room == nullptr || Precedes(room.body, present.room->body)) present.room = &room;
  }
  for (const Document& visitor : gathered.visitors) {
    const auto present = gathered.present.find(visitor.id);
    if (present != gathered.present.end()) present->second.visitor = &visitor;
  }
}

struct Filter {
  std::string state;
  std::vector<std::string> departments;  // an empty text: none
  bool any_department = true;

  bool Fits(State shown, std::string_view department) const {
    if (!state.empty() && state != NameOf(shown)) return false;
    return any_department || std::find(departments.begin(), departments.end(), department) != departments.end();
  }
};

Filter FilterOf(const std::vector<std::pair<std::string, std::string>>& query) {
  Filter filter;
  for (const auto& [name, value] : query) {
    if (name == "state") filter.state = value;
    if (name != "department[]") continue;
    filter.any_department = false;
    filter.departments.push_back(value);
  }
  return filter;
}

Awaitable<Result<std::int64_t>> CountPages(storage::DocumentStore& documents, const Stay* stay) {
  if (stay == nullptr) co_return 0;
  co_return co_await records::CountPages(documents, stay->visit);
}

// How many greetings each was shown, and how many chats came of those.
Awaitable<Status> AddGreetings(storage::LedgerReader& ledger, std::vector<std::pair<State, Json>>& shown) {
  std::vector<std::string> ids;
  for (const auto& [state, visitor] : shown) ids.emplace_back(visitor.Text("id"));
  const auto counts = co_await ledger.CountGreetings(std::move(ids));
  if (!counts) co_return counts.error();
  std::map<std::string_view, const storage::GreetedVisitor*> by_id;
  for (const storage::GreetedVisitor& count : *counts) by_id[count.visitor_id] = &count;
  for (auto& [state, visitor] : shown) {
    const auto found = by_id.find(visitor.Text("id"));
    const bool greeted = found != by_id.end();
    visitor.Append("greetings_shown", greeted ? found->second->shown : 0);
    visitor.Append("greetings_accepted", greeted ? found->second->accepted : 0);
  }
  co_return Status();
}

}  // namespace

Awaitable<Result<Json>> Visitors::List(const std::vector<std::pair<std::string, std::string>>& query) {
  storage::DocumentStore& documents = store_.stores.documents();
  const Time now = store_.clock.Now();
  Gathered gathered;
  Status read = co_await ReadRooms(documents, gathered);
  if (read) read = co_await ReadVisits(documents, now, gathered);
  if (read) read = co_await ReadVisitors(documents, gathered);
  if (!read) co_return read.error();
  Join(gathered);

  const Filter filter = FilterOf(query);
  std::vector<std::pair<State, Json>> shown;
  for (const auto& [id, present] : gathered.present) {
    const std::optional<State> state = StateOf(present, now);
    if (!state || !filter.Fits(*state, DepartmentOf(present, *state))) continue;
    const auto page_views = co_await CountPages(documents, present.stay);
    if (!page_views) co_return page_views.error();
    shown.emplace_back(*state, Show(id, present, *state, *page_views));
  }
  std::stable_sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second.Integer("came_at")) < std::pair(b.first, b.second.Integer("came_at"));
  });
  const Status greeted = co_await AddGreetings(store_.stores.ledger(), shown);
  if (!greeted) co_return greeted.error();
  Json list = Json::MakeArray();
  for (auto& [state, visitor] : shown) list.Push(std::move(visitor));
  co_return Json::Of({{"visitors", std::move(list)}, {"total", static_cast<std::int64_t>(shown.size())}});
}

}  // namespace parley::resources
