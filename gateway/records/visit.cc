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
std::string Cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  text.resize(most);
  return text;
}

Json ToJson(const SeenPage& page) {
  return Json::Of({{"url", page.url}, {"title", page.title}, {"at", UnixMillis(page.at)}});
}

Json ToBody(const Visit& visit) {
  Json pages = Json::MakeArray();
  for (const SeenPage& page : visit.pages) pages.Push(ToJson(page));
  Json body;
  body.Append("visitor", visit.visitor_id);
  body.Append("visits", visit.visits);
  body.Append("page_views", visit.page_views);
  body.Append("started_at", UnixMillis(visit.started));
  body.Append("seen_at", UnixMillis(visit.seen));
  if (visit.chat_ended) body.Append("chat_ended_at", UnixMillis(*visit.chat_ended));
  body.Append("there_at", UnixMillis(LastSignOf(visit)));
  body.Append("pages", std::move(pages));
  return body;
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
  visit.visitor_id = body.Text("visitor");
  visit.visits = body.Integer("visits");
  visit.page_views = body.Integer("page_views");
  visit.started = FromUnixMillis(body.Integer("started_at"));
  visit.seen = FromUnixMillis(body.Integer("seen_at"));
  if (const std::int64_t ended = body.Integer("chat_ended_at"); ended != 0) visit.chat_ended = FromUnixMillis(ended);
  const Json* pages = body.Find("pages");
  if (pages == nullptr || pages->AsArray() == nullptr) return visit;
  for (const Json& page : *pages->AsArray()) {
    visit.pages.push_back(
        {std::string(page.Text("url")), std::string(page.Text("title")), FromUnixMillis(page.Integer("at"))});
  }
  return visit;
}

Time LastSignOf(const Visit& visit) {
  return std::max(visit.seen, visit.chat_ended.value_or(visit.seen));
}

std::string VisitIdOf(std::string_view token) {
  return Sha256Hex(token);
}

void AddPage(Visit& visit, SeenPage page) {
  if (visit.visits == 0 || page.at - LastSignOf(visit) > kVisitPause) {
    ++visit.visits;
    visit.started = page.at;
    visit.chat_ended.reset();
    visit.pages.clear();
  }
  ++visit.page_views;
  visit.seen = page.at;
  page.url = Cut(std::move(page.url), kLongestUrl);
  page.title = Cut(std::move(page.title), kLongestTitle);
  if (visit.pages.size() == kKeptPages) visit.pages.erase(visit.pages.begin());
  visit.pages.push_back(std::move(page));
}

bool AddChatEnd(Visit& visit, Time began, Time ended) {
  if (LastSignOf(visit) < began - kVisitPause) return false;
  visit.chat_ended = ended;
  return true;
}

bool IsForgotten(const Visit& visit, Time now) {
  return LastSignOf(visit) < RememberedSince(now);
}

void SaveVisit(const Visit& visit, storage::Changes& changes) {
  changes.puts.push_back({Collection::kVisits, visit.id, ToBody(visit), visit.version});
}

Awaitable<Result<std::optional<Visit>>> FindVisit(storage::DocumentStore& documents, std::string_view token) {
  const Result<std::optional<Document>> found = co_await documents.Get(Collection::kVisits, VisitIdOf(token));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<Visit>();
  co_return std::optional<Visit>(VisitFrom(**found));
}

Awaitable<Status> NotePage(storage::DocumentStore& documents, IdGenerator& ids, std::string_view token,
                           std::string visitor_id, SeenPage page, storage::Changes& changes) {
  Result<std::optional<Visit>> found = co_await FindVisit(documents, token);
  if (!found) co_return found.error();
  Visit visit = std::move(*found).value_or(Visit());
  visit.id = VisitIdOf(token);
  if (!visitor_id.empty()) visit.visitor_id = std::move(visitor_id);
  if (visit.visitor_id.empty()) visit.visitor_id = OrderedObjectId(ids, page.at);
  AddPage(visit, std::move(page));
  SaveVisit(visit, changes);
  co_return Status();
}

Awaitable<Status> NoteChatEnd(storage::DocumentStore& documents, std::string_view token, Time began, Time ended,
                              storage::Changes& changes) {
  Result<std::optional<Visit>> visit = co_await FindVisit(documents, token);
  if (!visit) co_return visit.error();
  if (!*visit || !AddChatEnd(**visit, began, ended)) co_return Status();
  (*visit)->version = storage::kAnyVersion;
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
