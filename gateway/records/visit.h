// Visits: how often visitors come, since when they are there, and which greetings they have met.
//
// One record a visitor, by the token the pages come with, small whatever was seen: who lists the visitors on the site reads
// one record for each. The pages themselves are messages people do not see, kept until the visitor is forgotten or erased;
// they are found, and counted, by the token. A page may come before anybody has registered with its token; the id the
// visitor will have stands in the record from then on.
//
// A page that comes soon after another changes nothing and leaves the record alone. Pages of one visitor never wait for
// one another: where they do change it, it is written over whatever is there.
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
// A page so soon after one that was noted is not noted: `seen` may be that much too early.
inline constexpr std::chrono::seconds kNotedEvery{10};
// Pages shown of a visit, the latest ones.
inline constexpr std::int64_t kShownPages = 50;

// Pages one after the other with no chat in between: what a greeting is shown in once.
struct Browsing {
  Time began{};
  std::vector<std::string> greetings;  // their ids: those that were shown, or will not be shown any more
};

struct Visit {
  std::string id;
  std::int64_t version = 0;
  std::string key;  // of this record; made up anew when a visitor who was forgotten comes back
  std::string token, visitor_id;
  std::int64_t visits = 0;           // so far, this one included
  Time started{}, seen{};            // the first and the last noted page of this visit
  std::optional<Time> chat_ended;    // the last chat of this visit, when it is over
  std::int64_t browsings = 0;        // so far, this one included
  std::optional<Browsing> browsing;  // none when the last page was seen in a chat, or a chat has begun since
  bool changed = false;              // since it was read
};

// A document of kVisits.
Visit VisitFrom(const storage::Document& document);
std::string VisitIdOf(std::string_view token);
// The last sign of the visitor; what kVisits is indexed by, as `there_at`.
Time LastSignOf(const Visit& visit);
// Whether the visitor, at `now`, is still looking at pages outside of a chat.
bool IsBrowsing(const Visit& visit, Time now);
// Of the browsing the visit is in, or was in last: no other has the same.
std::string BrowsingIdOf(const Visit& visit);

// A visitor who is not known yet. `key`: no other visitor's.
void BeginRecord(Visit& visit, std::string_view token, std::string key);
// A page is seen: the visit goes on, or the next one begins.
void AddPage(Visit& visit, Time at, bool in_chat);
// Its token is known to be that visitor's.
void NameVisitor(Visit& visit, std::string visitor_id);
// A chat begins.
void AddChatStart(Visit& visit);
// A chat that began at `began` is over. False, and nothing, when it was not held in this visit.
bool AddChatEnd(Visit& visit, Time began, Time ended);
// Whether a visitor who has not come back is not remembered any more.
bool IsForgotten(const Visit& visit, Time now);
// What was changed, over whatever is there. Only a visitor's first record is a conflict when there is one meanwhile: else the visitor would
// have been given two ids.
void SaveVisit(const Visit& visit, storage::Changes& changes);

// The visit of a token, however long ago; nothing when there is none.
Awaitable<Result<std::optional<Visit>>> FindVisit(storage::DocumentStore& documents, std::string_view token);

struct SeenPage {
  std::string url, title;  // cut when they are very long
  Time at{};
};
// The latest pages of this visit, oldest first.
Awaitable<Result<std::vector<SeenPage>>> FindPages(storage::DocumentStore& documents, const Visit& visit);
// All that are kept of the visitor, earlier visits included.
Awaitable<Result<std::int64_t>> CountPages(storage::DocumentStore& documents, const Visit& visit);
// The page of this visit that was looked at then; nothing before the first.
Awaitable<Result<std::optional<SeenPage>>> FindPageAt(storage::DocumentStore& documents, const Visit& visit, Time at);

// Whose page it is. `visitor_id`: of the visitor the token is known to be, else empty.
struct Viewer {
  std::string token, visitor_id;
  bool in_chat = false;
};
// The visit with a page that is seen at `at`, to be saved.
Awaitable<Result<Visit>> JoinVisit(storage::DocumentStore& documents, IdGenerator& ids, Viewer viewer, Time at);

// A chat of the visitor begins, or is over that began at `began`. Nothing when it is not held in a visit. Never a
// conflict: several chats may end in one change.
Awaitable<Status> NoteChatStart(storage::DocumentStore& documents, std::string_view token, storage::Changes& changes);
Awaitable<Status> NoteChatEnd(storage::DocumentStore& documents, std::string_view token, Time began, Time ended,
                              storage::Changes& changes);

// Forgets visitors who have not come back, some at a time.
Awaitable<Status> ForgetVisits(storage::ShardStores& stores, Time now);

}  // namespace parley::records
