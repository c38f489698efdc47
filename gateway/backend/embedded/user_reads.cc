// users.info, users.list, users.listByStatus (administration reference §2.6).
#include "backend/embedded/call.h"
#include "backend/embedded/profile.h"
#include "backend/embedded/seats.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- users.info -----------------------------------------------------------------------------------------------------

Awaitable<Result<Json>> RoomsOf(const Call& call, const User& user) {
  storage::Query query(Subscription::kCollection);
  query.where.emplace_back("u._id", Match::kEquals, Json(user.id));
  const auto seats = co_await Find<Subscription>(call.documents(), std::move(query));
  if (!seats) co_return seats.error();
  Json rooms = Json::MakeArray();
  for (const Subscription& seat : seats->list) {
    const auto unread = co_await CountUnread(call, seat);
    if (!unread) co_return unread.error();
    Json room = Pick(ToAnswer(seat), {"rid", "name", "t"});
    room.Append("unread", *unread);
    rooms.Push(std::move(room));
  }
  co_return rooms;
}

Awaitable<Reply> Info(Call& call) {
  const std::string id(call.query.Text("userId"));
  const std::string username(call.query.Text("username"));
  if (id.empty() && username.empty()) {
    if (!call.query.Text("importId").empty()) co_return Fail("User not found.");
    co_return Fail("Invalid search query.");
  }
  const std::string& named = id.empty() ? username : id;
  const FoundUser user = co_await FindUserByIdOrName(call.documents(), named);
  if (!user) co_return user.error();
  if (!*user) co_return Fail("User not found.");
  const bool own = (*user)->id == call.user().id;
  Json profile = PublicProfile(**user, call.May("view-full-other-user-info"), own);
  if (call.query.Flag("includeUserRooms") && (own || call.May("view-other-user-channels"))) {
    auto rooms = co_await RoomsOf(call, **user);
    if (!rooms) co_return rooms.error();
    profile.Append("rooms", *std::move(rooms));
  }
  co_return Json::Of({{"user", std::move(profile)}});
}

// ---- lists ----------------------------------------------------------------------------------------------------------

bool MayList(const Call& call) {
  return !call.settings().Flag("API_Apply_permission_view-outside-room_on_users-list") || call.May("view-outside-room");
}

// Sorting by status is sorting by activation.
void RenameSortKeys(Paging& paging) {
  for (storage::SortKey& key : paging.sort) {
    if (key.path == "status") key.path = "active";
    if (key.path == "nameInsensitive") key.path = "name";
  }
}

Awaitable<Reply> ListWhere(Call& call, std::vector<Condition> where) {
  if (!MayList(call)) co_return Forbidden();
  auto paging = ReadPaging(call, {storage::SortKey("username")});
  if (!paging) co_return paging.failure();
  RenameSortKeys(*paging);
  storage::Query query(storage::Collection::kUsers);
  query.where = std::move(where);
  paging->ApplyTo(query);
  const auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  const bool sees_everything = call.May("view-full-other-user-info");
  Json items = Json::MakeArray();
  for (const User& user : users->list) items.Push(ListItem(user, sees_everything));
  co_return PageOf("users", std::move(items), *paging, users->total);
}

Awaitable<Reply> List(Call& call) {
  co_return co_await ListWhere(call, std::vector<Condition>());
}

Awaitable<Reply> ListByStatus(Call& call) {
  std::vector<Condition> where;
  if (const std::string_view status = call.query.Text("status"); !status.empty()) {
    where.emplace_back("active", Match::kEquals, Json(status == "active"));
  }
  if (const Json* logged_in = call.query.Find("hasLoggedIn"); logged_in != nullptr && logged_in->IsBoolean()) {
    where.emplace_back("lastLogin", *logged_in->AsBoolean() ? Match::kExists : Match::kMissing);
  }
  if (const std::string_view type = call.query.Text("type"); !type.empty()) {
    where.emplace_back("type", Match::kEquals, Json(type));
  }
  if (const Json* roles = call.query.Find("roles"); roles != nullptr && !roles->empty()) {
    where.emplace_back("roles", Match::kHasAny, *roles);
  }
  if (const Json* reasons = call.query.Find("inactiveReason"); reasons != nullptr && !reasons->empty()) {
    where.emplace_back("inactiveReason", Match::kIn, *reasons);
  }
  if (const std::string_view term = call.query.Text("searchTerm"); !term.empty()) {
    std::vector<Condition> any = {Condition("username", Match::kContains, Json(term)),
                                  Condition("name", Match::kContains, Json(term))};
    if (call.May("view-full-other-user-info")) any.emplace_back("emails.0.address", Match::kContains, Json(term));
    where.push_back(Condition::AnyOf(std::move(any)));
  }
  co_return co_await ListWhere(call, std::move(where));
}

}  // namespace

Routes UserReadRoutes() {
  return {
      {"GET users.info", Info, Checks::kNone},
      {"GET users.list", List},
      {"GET users.listByStatus", ListByStatus},
  };
}

}  // namespace parley::backend::embedded
