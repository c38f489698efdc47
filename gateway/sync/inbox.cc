#include "sync/inbox.h"

#include <algorithm>

namespace parley::sync {
namespace {

using storage::Collection;
using storage::Match;

Json BodyOf(const Hint& hint) {
  Json body;
  body.Append("room", hint.room_id);
  body.Append("source", events::NameOf(hint.source));
  body.Append("lead", hint.lead);
  body.Append("said", UnixMillis(hint.said));
  body.Append("attempts", hint.attempts);
  body.Append("due", UnixMillis(hint.due));
  return body;
}

// What several of them mean: that somebody else than a list said so.
events::Source SourceFrom(std::string_view name) {
  return name == events::NameOf(events::Source::kPassThrough) ? events::Source::kPassThrough : events::Source::kWebhook;
}

Status UnlessSaidAgain(const Status& written) {
  if (!written && written.error().code == ErrorCode::kConflict) return {};
  return written;
}

}  // namespace

Awaitable<Status> Inbox::Put(std::string room_id, events::Source source, bool lead) {
  Hint hint;
  hint.room_id = std::move(room_id);
  hint.source = source;
  hint.lead = lead;
  hint.said = hint.due = clock_.Now();
  storage::Changes changes;
  changes.Put(Collection::kSyncs, (lead ? "lead/" : "hint/") + hint.room_id, BodyOf(hint));
  co_return co_await stores_.committer().Commit(std::move(changes));
}

Awaitable<Result<std::vector<Hint>>> Inbox::Read() {
  storage::Query query(Collection::kSyncs);
  query.where.emplace_back("room", Match::kExists);
  const Result<storage::Found> found = co_await stores_.documents().Find(std::move(query));
  if (!found) co_return found.error();
  std::vector<Hint> hints;
  for (const storage::Document& document : found->documents) {
    Hint hint;
    hint.id = document.id;
    hint.version = document.version;
    hint.room_id = document.body.Text("room");
    hint.source = SourceFrom(document.body.Text("source"));
    hint.lead = document.body.Flag("lead");
    hint.attempts = document.body.Integer("attempts");
    hint.said = FromUnixMillis(document.body.Integer("said"));
    hint.due = FromUnixMillis(document.body.Integer("due"));
    hints.push_back(std::move(hint));
  }
  std::stable_sort(hints.begin(), hints.end(), [](const Hint& a, const Hint& b) { return a.said < b.said; });
  co_return hints;
}

Awaitable<Status> Inbox::Done(const Hint& hint) {
  storage::Changes changes;
  changes.Remove(Collection::kSyncs, hint.id, hint.version);
  co_return UnlessSaidAgain(co_await stores_.committer().Commit(std::move(changes)));
}

Awaitable<Status> Inbox::Postpone(Hint hint, Time due) {
  hint.due = due;
  ++hint.attempts;
  storage::Changes changes;
  changes.puts.push_back({Collection::kSyncs, hint.id, BodyOf(hint), hint.version});
  co_return UnlessSaidAgain(co_await stores_.committer().Commit(std::move(changes)));
}

}  // namespace parley::sync
