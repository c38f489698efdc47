// groups.create (administration reference §6.2).
#include <algorithm>

#include "backend/embedded/group.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- what is asked --------------------------------------------------------------------------------------------------

Failure MustBe(std::string_view member, std::string_view kind) {
  return Fail("Body param \"" + std::string(member) + "\" must be an " + std::string(kind) + " if provided");
}

bool IsListOfTexts(const Json& value) {
  return value.AsArray() != nullptr && std::all_of(value.AsArray()->begin(), value.AsArray()->end(),
                                                   [](const Json& item) { return item.IsString(); });
}

std::optional<Failure> CheckBody(const Json& body) {
  if (body.Text("name").empty()) return Fail("Body param \"name\" is required");
  const auto sent = [&](std::string_view member) {
    const Json* value = body.Find(member);
    return value == nullptr || value->IsNull() ? nullptr : value;
  };
  if (const Json* members = sent("members"); members != nullptr && !IsListOfTexts(*members)) {
    return MustBe("members", "array");
  }
  for (const std::string_view member : {"customFields", "extraData"}) {
    if (const Json* value = sent(member); value != nullptr && !value->IsObject()) return MustBe(member, "object");
  }
  return std::nullopt;
}

Json NameDetails(std::string_view name) {
  return Json::Of({{"function", "RocketChat.getValidRoomName"}, {"channel_name", name}});
}

Failure NameTaken(const std::string& name) {
  return FailCoded("error-duplicate-channel-name", "A channel with name '" + name + "' exists", NameDetails(name));
}

std::optional<Failure> CheckGroupName(const std::string& name) {
  const bool valid = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (valid) return std::nullopt;
  return FailCoded("error-invalid-room-name", name + " is not a valid room name.", NameDetails(name));
}

// ---- making ---------------------------------------------------------------------------------------------------------

Awaitable<Result<std::optional<Group>>> FindGroupNamed(const Call& call, std::string name) {
  std::vector<Condition> where;
  where.emplace_back("group", Match::kEquals, Json(std::move(name)));
  return FindFirst<Group>(call.documents(), std::move(where));
}

Awaitable<Result<std::optional<Group>>> FindGroup(const Call& call, std::string id, std::string name) {
  if (id.empty()) co_return co_await FindGroupNamed(call, std::move(name));
  auto found = co_await Get<Group>(call.documents(), std::move(id));
  const bool other = found && *found && (*found)->unique_name.empty();
  if (other) co_return std::optional<Group>();
  co_return found;
}

// The ids of the named users, the creator first unless they stay out. Names nobody has are passed over.
Awaitable<Result<std::vector<std::string>>> ReadMembers(const Call& call) {
  std::vector<std::string> ids;
  if (!call.body.Flag("excludeSelf")) ids.push_back(call.user().id);
  for (const std::string& username : Texts(call.body, "members")) {
    const FoundUser user = co_await FindUserByName(call.documents(), username);
    if (!user) co_return user.error();
    if (*user && std::find(ids.begin(), ids.end(), (*user)->id) == ids.end()) ids.push_back((*user)->id);
  }
  co_return ids;
}

Awaitable<Outcome<Group>> NewGroup(const Call& call) {
  Group group;
  group.name = group.unique_name = call.body.Text("name");
  if (const auto failure = CheckGroupName(group.name)) co_return *failure;
  const auto same = co_await FindGroupNamed(call, group.name);
  if (!same) co_return same.error();
  if (*same) co_return NameTaken(group.name);
  auto members = co_await ReadMembers(call);
  if (!members) co_return members.error();
  group.id = call.ids().RoomId();
  group.creator = Person{call.user().id, call.user().username, {}};
  group.members = *std::move(members);
  group.users = static_cast<std::int64_t>(group.members.size());
  group.read_only = call.body.Flag("readOnly");
  group.created = call.now;
  if (const Json* fields = call.body.Find("customFields")) group.custom_fields = *fields;
  if (const Json* extra = call.body.Find("extraData")) group.topic = extra->Text("topic");
  co_return group;
}

Awaitable<Reply> CreateGroup(Call& call) {
  if (const auto failure = CheckBody(call.body)) co_return *failure;
  if (!call.May("create-p"))
    co_return FailCoded("error-not-allowed", "Not allowed", MethodDetails("createPrivateGroup"));
  auto made = co_await NewGroup(call);
  if (!made) co_return made.failure();
  storage::Changes changes;
  Save(*made, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed && committed.error().code == ErrorCode::kAlreadyExists) co_return NameTaken(made->name);
  if (!committed) co_return committed.error();
  co_return Json::Of({{"group", ToAnswer(*made)}});
}

}  // namespace

Awaitable<Result<std::optional<Group>>> FindGroupOfCaller(const Call& call, std::string id, std::string name) {
  auto group = co_await FindGroup(call, std::move(id), std::move(name));
  if (!group || !*group) co_return group;
  const auto& members = (*group)->members;
  const bool member = std::find(members.begin(), members.end(), call.user().id) != members.end();
  if (!member) co_return std::optional<Group>();
  co_return group;
}

Awaitable<Result<std::vector<Group>>> FindGroupsOfCaller(const Call& call) {
  storage::Query query(Group::kCollection);
  query.where.emplace_back("group", Match::kExists);
  query.where.emplace_back("members", Match::kHasAny, Json(Json::Array{Json(call.user().id)}));
  query.sort.emplace_back("ts");
  auto found = co_await Find<Group>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Routes GroupRoutes() {
  return {{"POST groups.create", &CreateGroup, Checks::kNone}};
}

}  // namespace parley::backend::embedded
