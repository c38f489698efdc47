#include "records/visit.h"

#include <algorithm>
#include <utility>

#include "base/ordered_id.h"
#include "base/text.h"
#include "base/time.h"

namespace parley::records {
namespace {

using storage::Collection;
using storage::Document;
using storage::Match;

constexpr std::size_t kLongestUrl = 2048, kLongestTitle = 256;  // bytes
constexpr std::int64_t kForgottenAtOnce = 500;

// At most so many bytes of whole characters.
std::string Cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

std::optional<Time> TimeIn(const Json& body, std::string_view member) {
  const std::int64_t at = body.Integer(member);
  return at == 0 ? std::nullopt : std::optional<Time>(FromUnixMillis(at));
}

std::optional<Browsing> BrowsingFrom(const Json& body) {
  const std::optional<Time> began = TimeIn(body, "browsing_since");
  if (!began) return std::nullopt;
  Browsing browsing{*began, {}};
  const Json* greetings = body.Find("greetings");
  if (greetings == nullptr || greetings->AsArray() == nullptr) return browsing;
  for (const Json& id : *greetings->AsArray()) browsing.greetings.emplace_back(id.AsString().value_or(""));
  return browsing;
}

void Append(const Browsing& browsing, Json& body) {
  body.Append("browsing_since", UnixMillis(browsing.began));
  if (browsing.greetings.empty()) return;
  Json greetings = Json::MakeArray();
  for (const std::string& id : browsing.greetings) greetings.Push(id);
  body.Append("greetings", std::move(greetings));
}

Json ToBody(const Visit& visit) {
  Json body;
  body.Append("key", visit.key);
  body.Append("token", visit.token);
  body.Append("visitor", visit.visitor_id);
  body.Append("visits", visit.visits);
  body.Append("started_at", UnixMillis(visit.started));
  body.Append("seen_at", UnixMillis(visit.seen));
  if (visit.chat_ended) body.Append("chat_ended_at", UnixMillis(*visit.chat_ended));
  body.Append("there_at", UnixMillis(LastSignOf(visit)));
  body.Append("browsings", visit.browsings);
  if (visit.browsing) Append(*visit.browsing, body);
  return body;
}

storage::Query AllPagesOf(const Visit& visit) {
  storage::Query query(Collection::kMessages);
  query.where.emplace_back("navigation.token", Match::kEquals, Json(visit.token));
  return query;
}

// The messages of this visit's pages, latest first.
storage::Query PagesOf(const Visit& visit, std::int64_t most) {
  storage::Query query = AllPagesOf(visit);
  query.where.emplace_back("ts", Match::kAtLeast, Json(UnixMillis(visit.started)));
  query.sort.emplace_back("ts", true);
  query.limit = most;
  return query;
}

SeenPage PageFrom(const Document& message) {
  const auto text = [&message](std::string_view path) {
    const Json* value = message.body.FindPath(path);
    return value == nullptr ? std::string_view() : value->AsString().value_or("");
  };
  return {Cut(text("navigation.page.location.href"), kLongestUrl), Cut(text("navigation.page.title"), kLongestTitle),
          FromUnixMillis(message.body.Integer("ts"))};
}

// Whose last sign is older is forgotten.
Time RememberedSince(Time now) {
  return now - kVisitorRemembered;
}

}  // namespace

Visit VisitFrom(const Document& document) {
  const Json& body = document.body;
  Visit visit;
  visit.id = document.id;
  visit.version = document.version;
  visit.key = body.Text("key");
  visit.token = body.Text("token");
  visit.visitor_id = body.Text("visitor");
  visit.visits = body.Integer("visits");
  visit.started = FromUnixMillis(body.Integer("started_at"));
  visit.seen = FromUnixMillis(body.Integer("seen_at"));
  visit.chat_ended = TimeIn(body, "chat_ended_at");
  visit.browsings = body.Integer("browsings");
  visit.browsing = BrowsingFrom(body);
  return visit;
}

std::string VisitIdOf(std::string_view token) {
  return Sha256Hex(token);
}

Time LastSignOf(const Visit& visit) {
  return std::max(visit.seen, visit.chat_ended.value_or(visit.seen));
}

bool IsBrowsing(const Visit& visit, Time now) {
  return visit.browsing && now - visit.seen <= kVisitPause;
}

// Without its time, so that pages that begin it in the same moment begin the same one.
std::string BrowsingIdOf(const Visit& visit) {
  return visit.key + "/" + std::to_string(visit.browsings);
}

void BeginRecord(Visit& visit, std::string_view token, std::string key) {
  visit.id = VisitIdOf(token);
  visit.token = token;
  visit.key = std::move(key);
}

void AddPage(Visit& visit, Time at, bool in_chat) {
  const bool goes_on = visit.visits > 0 && at - LastSignOf(visit) <= kVisitPause;
  const bool stays = in_chat ? !visit.browsing : IsBrowsing(visit, at);
  if (goes_on && stays && at - visit.seen < kNotedEvery) return;
  if (in_chat) {
    visit.browsing.reset();
  } else if (!stays) {
    visit.browsing = Browsing{at, {}};
    ++visit.browsings;
  }
  if (!goes_on) {
    ++visit.visits;
    visit.started = at;
    visit.chat_ended.reset();
  }
  visit.seen = at;
  visit.changed = true;
}

void NameVisitor(Visit& visit, std::string visitor_id) {
  if (visitor_id == visit.visitor_id) return;
  visit.visitor_id = std::move(visitor_id);
  visit.changed = true;
}

void AddChatStart(Visit& visit) {
  visit.changed = visit.changed || visit.browsing.has_value();
  visit.browsing.reset();
}

bool AddChatEnd(Visit& visit, Time began, Time ended) {
  if (LastSignOf(visit) < began - kVisitPause) return false;
  visit.chat_ended = ended;
  visit.changed = true;
  return true;
}

bool IsForgotten(const Visit& visit, Time now) {
  return LastSignOf(visit) < RememberedSince(now);
}

void SaveVisit(const Visit& visit, storage::Changes& changes) {
  if (!visit.changed) return;
  const bool is_first = visit.version == 0;
  const std::int64_t expected = is_first ? storage::kMustNotExist : storage::kAnyVersion;
  changes.puts.push_back({Collection::kVisits, visit.id, ToBody(visit), expected});
}

Awaitable<Result<std::optional<Visit>>> FindVisit(storage::DocumentStore& documents, std::string_view token) {
  const Result<std::optional<Document>> found = co_await documents.Get(Collection::kVisits, VisitIdOf(token));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<Visit>();
  co_return std::optional<Visit>(VisitFrom(**found));
}

Awaitable<Result<std::vector<SeenPage>>> FindPages(storage::DocumentStore& documents, const Visit& visit) {
  const Result<storage::Found> found = co_await documents.Find(PagesOf(visit, kShownPages));
  if (!found) co_return found.error();
  std::vector<SeenPage> pages;
  for (const Document& message : found->documents) pages.push_back(PageFrom(message));
  std::reverse(pages.begin(), pages.end());
  co_return pages;
}

Awaitable<Result<std::int64_t>> CountPages(storage::DocumentStore& documents, const Visit& visit) {
  return documents.Count(AllPagesOf(visit));
}

Awaitable<Result<std::optional<SeenPage>>> FindPageAt(storage::DocumentStore& documents, const Visit& visit, Time at) {
  storage::Query query = PagesOf(visit, 1);
  query.where.emplace_back("ts", Match::kAtMost, Json(UnixMillis(at)));
  const Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  if (found->documents.empty()) co_return std::optional<SeenPage>();
  co_return std::optional<SeenPage>(PageFrom(found->documents.front()));
}

Awaitable<Result<Visit>> JoinVisit(storage::DocumentStore& documents, IdGenerator& ids, Viewer viewer, Time at) {
  Result<std::optional<Visit>> found = co_await FindVisit(documents, viewer.token);
  if (!found) co_return found.error();
  Visit visit = std::move(*found).value_or(Visit());
  if (visit.version == 0) BeginRecord(visit, viewer.token, OrderedObjectId(ids, at));
  if (!viewer.visitor_id.empty()) NameVisitor(visit, std::move(viewer.visitor_id));
  if (visit.visitor_id.empty()) visit.visitor_id = OrderedObjectId(ids, at);
  AddPage(visit, at, viewer.in_chat);
  co_return visit;
}

Awaitable<Status> NoteChatStart(storage::DocumentStore& documents, std::string_view token, storage::Changes& changes) {
  Result<std::optional<Visit>> visit = co_await FindVisit(documents, token);
  if (!visit) co_return visit.error();
  if (!*visit) co_return Status();
  AddChatStart(**visit);
  SaveVisit(**visit, changes);
  co_return Status();
}

Awaitable<Status> NoteChatEnd(storage::DocumentStore& documents, std::string_view token, Time began, Time ended,
                              storage::Changes& changes) {
  Result<std::optional<Visit>> visit = co_await FindVisit(documents, token);
  if (!visit) co_return visit.error();
  if (!*visit || !AddChatEnd(**visit, began, ended)) co_return Status();
  SaveVisit(**visit, changes);
  co_return Status();
}

Awaitable<Status> ForgetVisits(storage::ShardStores& stores, Time now) {
  storage::Query query(Collection::kVisits);
  query.where.emplace_back("there_at", Match::kLess, Json(UnixMillis(RememberedSince(now))));
  query.sort.emplace_back("there_at");
  query.limit = kForgottenAtOnce;
  const Result<storage::Found> found = co_await stores.documents().Find(std::move(query));
  if (!found) co_return found.error();
  if (found->documents.empty()) co_return Status();
  storage::Changes changes;
  for (const Document& visit : found->documents) changes.Remove(Collection::kVisits, visit.id, visit.version);
  co_return co_await stores.committer().Commit(std::move(changes));
}

}  // namespace parley::records
