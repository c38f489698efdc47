#include "sync/offline_messages.h"

#include "base/text.h"
#include "storage/transact.h"

namespace parley::sync {
namespace {

using events::Source;
using storage::Collection;

constexpr std::chrono::minutes kOneMessage{5};
// Sightings kept of one text from one address.
constexpr std::size_t kKept = 20;
constexpr const char* kWebhook = "webhook";
constexpr const char* kPassing = "passing";

std::string IdOf(const events::OfflineMessage& left) {
  return Sha256Hex(Lower(left.email) + "\n" + left.text).substr(0, 32);
}

const char* MemberOf(Source source) {
  return source == Source::kWebhook ? kWebhook : kPassing;
}

// Puts the sighting with those before. True when it is of a message nobody has seen before.
bool AddSighting(Json& seen, Source source, Time at) {
  const char* own = MemberOf(source);
  const char* other = source == Source::kWebhook ? kPassing : kWebhook;
  if (source == Source::kWebhook) {
    for (const Json& each : *seen.AsArray()) {
      if (each.Integer(own) == UnixMillis(at)) return false;
    }
  }
  for (Json& each : *seen.AsArray()) {
    const bool alone = each.Find(own) == nullptr;
    const std::int64_t apart = each.Integer(other) - UnixMillis(at);
    if (!alone || std::abs(apart) > std::chrono::milliseconds(kOneMessage).count()) continue;
    each.Set(own, Json(UnixMillis(at)));
    return false;
  }
  seen.Push(Json::Of({{own, UnixMillis(at)}}));
  if (seen.size() > kKept) seen.AsArray()->erase(seen.AsArray()->begin());
  return true;
}

}  // namespace

Awaitable<Status> OfflineMessages::NoteWebhook(events::OfflineMessage left, Time sent) {
  auto attempt = [&] { return Note(left, sent, Source::kWebhook); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Status> OfflineMessages::NotePassing(events::OfflineMessage left) {
  const Time now = parts_.clock.Now();
  auto attempt = [&] { return Note(left, now, Source::kPassThrough); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Status> OfflineMessages::Note(const events::OfflineMessage& left, Time at, Source source) {
  const std::string key = IdOf(left);
  const std::string id = "offline_message/" + key;
  const auto found = co_await parts_.stores.documents().Get(Collection::kExtras, id);
  if (!found) co_return found.error();
  Json body = *found ? (*found)->body : Json::MakeObject();
  Json seen = body.Find("seen") != nullptr && body.Find("seen")->IsArray() ? *body.Find("seen") : Json::MakeArray();
  const bool is_new = AddSighting(seen, source, at);
  body.Set("seen", std::move(seen));
  if (*found && body == (*found)->body) co_return Status();
  storage::Changes changes;
  const std::int64_t version = *found ? (*found)->version : storage::kMustNotExist;
  changes.puts.push_back({Collection::kExtras, id, std::move(body), version});
  if (is_new) {
    events::Event event;
    event.id = "offline-" + key + "-" + std::to_string(UnixMillis(at));
    event.at = at;
    event.subject = Lower(left.email);
    event.source = source;
    event.payload = left;
    parts_.recorder.Record(event, changes);
  }
  co_return co_await parts_.stores.committer().Commit(std::move(changes));
}

}  // namespace parley::sync
