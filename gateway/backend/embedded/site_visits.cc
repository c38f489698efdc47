#include "backend/embedded/site_visits.h"

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

records::SiteVisit SiteVisitOf(const records::Visit& visit, const std::optional<Visitor>& visitor) {
  records::SiteVisit site_visit = records::SiteVisitOf(visit);
  if (visitor) {
    site_visit.visitor_id = visitor->id;
    site_visit.department = visitor->department;
  }
  return site_visit;
}

// What costs reads is asked only once something is due.
Awaitable<Status> MeetGreetings(const Call& call, const std::optional<Visitor>& visitor, std::string url,
                                records::Visit& visit, storage::Changes& changes) {
  const auto greetings = co_await call.services.workspace.GetGreetings(call.documents());
  if (!greetings) co_return greetings.error();
  const records::RunningGreetings due = records::DueGreetings(**greetings, visit, url, call.now);
  if (due.empty()) co_return Status();
  const auto chat = co_await FindOpenRoomOf(call, visit.token);
  if (!chat) co_return chat.error();
  if (*chat) co_return Status();
  const records::SiteVisit site_visit = SiteVisitOf(visit, visitor);
  const auto showings =
      co_await records::FindShowings(call.services.stores.ledger(), due, site_visit, std::move(url), call.now);
  if (!showings) co_return showings.error();
  records::RecordShowings(call.services.recorder, site_visit, *showings, changes);
  records::Settle(due, visit);
  co_return Status();
}

Awaitable<Result<Welcome>> FindWelcome(const Call& call, const Visitor& visitor) {
  Welcome welcome;
  const auto greetings = co_await call.services.workspace.GetGreetings(call.documents());
  if (!greetings) co_return greetings.error();
  if ((*greetings)->empty()) co_return welcome;
  const auto visit = co_await records::FindVisit(call.documents(), visitor.token);
  if (!visit) co_return visit.error();
  if (!*visit || !records::IsBrowsing(**visit, call.now)) co_return welcome;
  welcome.visit = SiteVisitOf(**visit, visitor);
  auto showings = co_await records::FindShowings(call.services.stores.ledger(), **greetings, welcome.visit,
                                                 std::string(), call.now);
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
