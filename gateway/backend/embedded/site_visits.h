// The greetings visitors meet on the site, and the chats that come of them.
//
// While a visitor has an open chat nothing is shown. A chat that begins while the visitor is browsing (records/visit.h)
// came of the greeting that was shown last.
// Threading: one shard. Tests: tests/unit/backend/embedded/greetings_shown_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/call.h"
#include "backend/embedded/conversation.h"
#include "backend/embedded/visitor.h"
#include "records/greeting_showings.h"
#include "records/visit.h"

namespace parley::backend::embedded {

// REQUIRES: the visit has a browsing
records::SiteVisit SiteVisitOf(const records::Visit& visit, const std::optional<Visitor>& visitor);

// Records, and notes in the visit, the greetings that are shown on a page that is looked at outside of a chat.
Awaitable<Status> MeetGreetings(const Call& call, const std::optional<Visitor>& visitor, std::string url,
                                records::Visit& visit, storage::Changes& changes);

// The greetings of the browsing a chat began in, oldest first: it came of the last.
struct Welcome {
  records::SiteVisit visit;
  std::vector<records::GreetingShowing> showings;

  bool Any() const { return !showings.empty(); }
};

// Of a chat that begins now.
Awaitable<Result<Welcome>> FindWelcome(const Call& call, const Visitor& visitor);
void RecordWelcome(const events::Recorder& recorder, const Welcome& welcome, Conversation& chat);

}  // namespace parley::backend::embedded
