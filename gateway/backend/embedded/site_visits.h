// Visits to the site, told by the pages visitors look at, and the greetings they meet there.
//
// A visit is one page after the other, half an hour apart at most; a chat ends it. While a visitor has an open chat
// nothing is shown. A chat that begins within a visit came of the greeting that was shown last in it.
// Threading: one shard. Tests: tests/unit/backend/embedded/greetings_shown_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/call.h"
#include "backend/embedded/conversation.h"
#include "backend/embedded/message.h"
#include "backend/embedded/visitor.h"
#include "records/greeting_showings.h"

namespace parley::backend::embedded {

// The visit `page`, which is looked at outside of a chat, belongs to. `before`: the visitor's page before it, if any.
PagesVisit VisitOf(const Message& page, const std::optional<Message>& before);
records::SiteVisit SiteVisitOf(const PagesVisit& visit, std::string_view token, const std::optional<Visitor>& visitor);

// Puts `page`, which is looked at outside of a chat, into its visit; records the greetings that are shown on it.
Awaitable<Status> JoinVisit(const Call& call, const std::optional<Visitor>& visitor, std::string url, Message& page,
                            storage::Changes& changes);

// The greetings of the visit a chat began in, oldest first: it came of the last.
struct Welcome {
  records::SiteVisit visit;
  std::vector<records::GreetingShowing> showings;

  bool Any() const { return !showings.empty(); }
};

// Of a chat that begins now. `pages`: what the visitor looked at since the last chat, oldest first.
Awaitable<Result<Welcome>> FindWelcome(const Call& call, const Visitor& visitor, const std::vector<Message>& pages);
void RecordWelcome(const events::Recorder& recorder, const Welcome& welcome, Conversation& chat);

}  // namespace parley::backend::embedded
