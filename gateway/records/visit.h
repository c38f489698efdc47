// Visits: which pages a visitor looks at, and how often they came.
//
// One record a visitor, by the token the pages come with, written with every page and small whatever was seen: who lists
// the visitors on the site reads one record for each, and no messages. A page may come before anybody has registered
// with its token; the id the visitor will have stands in the record from then on.
// Threading: pure functions, and reads on the shard. Tests: tests/unit/records/visit_test.cc
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/id_generator.h"
#include "storage/store.h"

namespace parley::records {

// How long after the last sign of them, a page or the end of a chat, somebody counts as still there.
inline constexpr std::chrono::minutes kOnSite{10};
// A page after a longer pause without a sign begins another visit.
inline constexpr std::chrono::minutes kVisitPause{30};
// How long a visitor who does not come back is remembered.
inline constexpr std::chrono::hours kVisitorRemembered{24 * 30};
// Pages kept of a visit, the latest ones.
inline constexpr std::size_t kKeptPages = 50;

struct SeenPage {
  std::string url, title;
  Time at{};
};

struct Visit {
  std::string id;
  std::int64_t version = 0;
  std::string visitor_id;
  std::int64_t visits = 0, page_views = 0;  // so far, this one included
  Time started{}, seen{};                   // the first and the last page of this visit
  std::optional<Time> chat_ended;           // the last chat of this visit, when it is over
  std::vector<SeenPage> pages;              // of this visit, oldest first; never empty
};

// A document of kVisits.
Visit VisitFrom(const storage::Document& document);
std::string VisitIdOf(std::string_view token);
// The last sign of the visitor; what kVisits is indexed by, as `there_at`.
Time LastSignOf(const Visit& visit);

// Adds the page to the visit, or begins the next one. Long addresses and titles are cut.
void AddPage(Visit& visit, SeenPage page);
// A chat that began at `began` is over. False, and nothing, when it was not held in this visit.
bool AddChatEnd(Visit& visit, Time began, Time ended);
// Whether a visitor who has not come back is not remembered any more.
bool IsForgotten(const Visit& visit, Time now);
// At the version it was read.
void SaveVisit(const Visit& visit, storage::Changes& changes);

// The visit of a token, however long ago; nothing when there is none.
Awaitable<Result<std::optional<Visit>>> FindVisit(storage::DocumentStore& documents, std::string_view token);

// Saves the visit with the page. `visitor_id`: of the visitor the token is known to be, else empty. A commit that meets
// another page of the same visitor is a conflict.
Awaitable<Status> NotePage(storage::DocumentStore& documents, IdGenerator& ids, std::string_view token,
                           std::string visitor_id, SeenPage page, storage::Changes& changes);

// A chat of the visitor that began at `began` is over. Nothing when it was not held in a visit. Never a conflict: several
// chats may end in one change, and none waits for a page that is seen meanwhile, which may go uncounted.
Awaitable<Status> NoteChatEnd(storage::DocumentStore& documents, std::string_view token, Time began, Time ended,
                              storage::Changes& changes);

// Forgets visitors who have not come back, some at a time.
Awaitable<Status> ForgetVisits(storage::ShardStores& stores, Time now);

}  // namespace parley::records
