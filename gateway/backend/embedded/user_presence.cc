// Presence, activation and preferences of users (administration reference §2.7).
#include <algorithm>

#include "backend/embedded/activation.h"
#include "backend/embedded/call.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/profile.h"
#include "backend/embedded/user_lookup.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// ---- users.setStatus ------------------------------------------------------------------------------------------------

constexpr std::string_view kSetStatus = "users.setStatus";

std::optional<Failure> CheckStatusBody(const Json& body) {
  for (const std::string_view member : {"status", "message", "userId", "username", "user"}) {
    const Json* value = body.Find(member);
    if (value != nullptr && !value->IsString()) {
      const std::string_view kind = value->IsNumber() ? "number" : NameOf(value->kind());
      return FailMatch("Expected string, got " + std::string(kind) + " in field " + std::string(member));
    }
  }
  if (body.Find("status") == nullptr && body.Find("message") == nullptr) {
    return FailMatch("Failed Match.OneOf, Match.Maybe or Match.Optional validation");
  }
  return std::nullopt;
}

// At most `most` characters, cut between them.
std::string Shortened(std::string_view text, std::size_t most) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && ++characters > most) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::optional<Failure> ApplyPresence(const Call& call, User& user) {
  const Json* status = call.body.Find("status");
  if (status == nullptr) return std::nullopt;
  if (!IsPresence(*status->AsString())) {
    return FailCoded("error-invalid-status", "Valid status types include online, away, offline, and busy.",
                     MethodDetails(kSetStatus));
  }
  if (status->AsString() == "offline" && !call.settings().Flag("Accounts_AllowInvisibleStatusOption")) {
    return FailCoded("error-status-not-allowed", "Invisible status is disabled", MethodDetails(kSetStatus));
  }
  user.status = user.status_default = *status->AsString();
  return std::nullopt;
}

// The message is kept even when the status is refused after it.
Awaitable<Reply> SetStatus(Call& call) {
  constexpr std::size_t kLongestMessage = 120;
  if (const auto failure = CheckStatusBody(call.body)) co_return *failure;
  if (!call.settings().Flag("Accounts_AllowUserStatusMessageChange")) {
    co_return FailCoded("error-not-allowed", "Change status is not allowed", MethodDetails(kSetStatus));
  }
  const bool names_other = NamesUser(call.body) && call.body.Text("userId") != call.user().id &&
                           call.body.Text("username") != call.user().username;
  if (names_other && !call.May("edit-other-user-info")) co_return Forbidden();
  const Outcome<User> before = co_await NamedUserOrCaller(call, call.body);
  if (!before) co_return before.failure();
  User after = *before;
  if (call.body.Find("message") != nullptr) {
    after.status_text = Shortened(Trim(call.body.Text("message")), kLongestMessage);
  }
  const auto refused = ApplyPresence(call, after);
  storage::Changes changes;
  SaveUser(call, &*before, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  if (refused) co_return *refused;
  co_return Reply::Empty();
}

// ---- reading presence -----------------------------------------------------------------------------------------------

Awaitable<Reply> GetStatus(Call& call) {
  const Outcome<User> user = co_await NamedUserOrCaller(call, call.query);
  if (!user) co_return user.failure();
  Json answer = Json::Of({{"_id", user->id}, {"status", user->status}});
  if (user->id == call.user().id) answer.Append("connectionStatus", user->status_connection);
  co_return answer;
}

Awaitable<Reply> GetPresence(Call& call) {
  const Outcome<User> user = co_await NamedUserOrCaller(call, call.query);
  if (!user) co_return user.failure();
  Json answer = Json::Of({{"presence", user->status}});
  if (user->id == call.user().id) {
    answer.Append("connectionStatus", user->status_connection);
    if (user->last_login) answer.Append("lastLogin", IsoTime(*user->last_login));
  }
  co_return answer;
}

// Changes since `from` count only when it is recent; else everybody who is there is listed.
Awaitable<Reply> ListPresence(Call& call) {
  constexpr auto kRecent = std::chrono::minutes(10);
  const auto from = ParseIsoTime(call.query.Text("from"));
  const bool changes_only = from && call.now - *from < kRecent;
  storage::Query query(storage::Collection::kUsers);
  if (changes_only) {
    query.where.emplace_back("_updatedAt", storage::Match::kGreater, Json(UnixMillis(*from)));
  } else {
    query.where.emplace_back("status", storage::Match::kNotEquals, Json("offline"));
  }
  if (const Json* ids = call.query.Find("ids"); ids != nullptr && ids->IsArray()) {
    query.where.emplace_back("_id", storage::Match::kIn, *ids);
  }
  const auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  Json items = Json::MakeArray();
  for (const User& user : users->list) {
    items.Push(Pick(ToAnswer(user), {"_id", "username", "name", "status", "utcOffset", "statusText", "avatarETag"}));
  }
  co_return Json::Of({{"users", std::move(items)}, {"full", !changes_only}});
}

// ---- activation -----------------------------------------------------------------------------------------------------

Awaitable<Reply> SetActiveStatus(Call& call) {
  if (!call.May("edit-other-user-active-status")) {
    co_return FailCoded("error-not-allowed", "Not allowed", MethodDetails("setUserActiveStatus"));
  }
  const FoundUser found = co_await FindUser(call.documents(), std::string(call.body.Text("userId")));
  if (!found) co_return found.error();
  if (!*found) co_return Fail("User not found");
  const User& before = **found;
  User after = before;
  storage::Changes changes;
  const Outcome<Done> set = co_await SetActive(call, call.body.Flag("activeStatus"), after, changes);
  if (!set) co_return set.failure();
  SaveUser(call, &before, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"user", Json::Of({{"_id", after.id}, {"active", after.active}})}});
}

// ---- preferences ----------------------------------------------------------------------------------------------------

Awaitable<Reply> SetPreferences(Call& call) {
  const std::string_view named = call.body.Text("userId");
  const bool own = named.empty() || named == call.user().id;
  if (!own && !call.May("edit-other-user-info")) {
    co_return FailCoded("error-action-not-allowed", "Editing user is not allowed");
  }
  const std::string id(own ? std::string_view(call.user().id) : named);
  const FoundUser found = co_await FindUser(call.documents(), id);
  if (!found) co_return found.error();
  if (!*found) {
    co_return FailCoded("error-invalid-user", "The optional \"userId\" param provided does not match any users");
  }
  User after = **found;
  Json preferences = Json::MakeObject();
  if (const Json* kept = after.settings.Find("preferences"); kept != nullptr && kept->IsObject()) preferences = *kept;
  for (const auto& [name, value] : *call.body.Find("data")->AsObject()) preferences.Set(name, value);
  after.settings.Set("preferences", preferences);
  if (const std::string_view language = preferences.Text("language"); !language.empty()) after.language = language;
  storage::Changes changes;
  SaveUser(call, &**found, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  Json settings = Json::Of({{"preferences", std::move(preferences)}});
  co_return Json::Of({{"user", Json::Of({{"_id", after.id}, {"settings", std::move(settings)}})}});
}

Awaitable<Reply> GetPreferences(Call& call) {
  co_return Json::Of({{"preferences", PreferencesOf(call.user(), call.settings())}});
}

}  // namespace

Routes UserPresenceRoutes() {
  return {
      {"GET users.getPreferences", GetPreferences},
      {"GET users.getPresence", GetPresence},
      {"GET users.getStatus", GetStatus},
      {"GET users.presence", ListPresence},
      {"POST users.setActiveStatus", SetActiveStatus},
      {"POST users.setPreferences", SetPreferences},
      {"POST users.setStatus", SetStatus, Checks::kNone},
  };
}

}  // namespace parley::backend::embedded
