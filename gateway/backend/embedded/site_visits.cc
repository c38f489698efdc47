#include "backend/embedded/site_visits.h"

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

constexpr std::chrono::minutes kLongestPause(30);

Awaitable<Maybe<Message>> FindLatestPage(const Call& call, std::string token) {
  storage::Query query(Message::kCollection);
  query.where.emplace_back("navigation.token", Match::kEquals, Json(std::move(token)));
  query.sort.emplace_back("ts", true);
  query.limit = 1;
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  if (found->list.empty()) co_return std::optional<Message>();
  co_return std::optional<Message>(std::move(found->list.front()));
}

// The visit a page belongs to goes on at `now`.
bool GoesOn(const Message& page, Time now) {
  return page.visit && page.room_id.empty() && now - page.at <= kLongestPause;
}

}  // namespace

PagesVisit VisitOf(const Message& page, const std::optional<Message>& before) {
  return before && GoesOn(*before, page.at) ? *before->visit : PagesVisit{page.id, page.at};
}

records::SiteVisit SiteVisitOf(const PagesVisit& visit, std::string_view token, const std::optional<Visitor>& visitor) {
  records::SiteVisit site_visit;
  site_visit.id = visit.id;
  site_visit.began = visit.began;
  site_visit.token = token;
  if (visitor) {
    site_visit.visitor_id = visitor->id;
    site_visit.department = visitor->department;
  }
  return site_visit;
}

Awaitable<Status> JoinVisit(const Call& call, const std::optional<Visitor>& visitor, std::string url, Message& page,
                            storage::Changes& changes) {
  const std::string token(page.navigation.Text("token"));
  const auto latest = co_await FindLatestPage(call, token);
  if (!latest) co_return latest.error();
  page.visit = VisitOf(page, *latest);
  const auto chat = co_await FindOpenRoomOf(call, token);
  if (!chat) co_return chat.error();
  if (*chat) co_return Status();
  const records::SiteVisit visit = SiteVisitOf(*page.visit, token, visitor);
  const auto showings = co_await records::FindShowings(call.services.stores, visit, std::move(url), call.now);
  if (!showings) co_return showings.error();
  records::RecordShowings(call.services.recorder, visit, *showings, changes);
  co_return Status();
}

Awaitable<Result<Welcome>> FindWelcome(const Call& call, const Visitor& visitor, const std::vector<Message>& pages) {
  Welcome welcome;
  if (pages.empty() || !GoesOn(pages.back(), call.now)) co_return welcome;
  welcome.visit = SiteVisitOf(*pages.back().visit, visitor.token, visitor);
  auto showings = co_await records::FindShowings(call.services.stores, welcome.visit, std::string(), call.now);
  if (!showings) co_return showings.error();
  welcome.showings = *std::move(showings);
  co_return welcome;
}

void RecordWelcome(const events::Recorder& recorder, const Welcome& welcome, Conversation& chat) {
  if (!welcome.Any()) return;
  records::RecordShowings(recorder, welcome.visit, welcome.showings, chat.changes());
  const records::GreetingShowing& last = welcome.showings.back();
  chat.Record(events::GreetingAccepted{last.id, last.greeting_id, chat.room().visitor.id});
}

}  // namespace parley::backend::embedded
