#include "backend/embedded/user.h"

#include <algorithm>

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

Awaitable<FoundUser> FindOne(storage::DocumentStore& documents, Condition condition) {
  std::vector<Condition> where;
  where.push_back(std::move(condition));
  return FindFirst<User>(documents, std::move(where));
}

}  // namespace

bool User::HasRole(std::string_view role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Json Mention(const User& user, bool with_name) {
  Json mention = Json::Of({{"_id", user.id}, {"username", user.username}});
  if (with_name && !user.name.empty()) mention.Append("name", user.name);
  return mention;
}

Awaitable<FoundUser> FindUser(storage::DocumentStore& documents, std::string id) {
  return Get<User>(documents, std::move(id));
}

Awaitable<FoundUser> FindUserByName(storage::DocumentStore& documents, std::string username) {
  return FindOne(documents, Condition("username", Match::kEquals, Json(std::move(username))));
}

Awaitable<FoundUser> FindUserByIdOrName(storage::DocumentStore& documents, std::string id_or_username) {
  FoundUser user = co_await FindUser(documents, id_or_username);
  if (!user || *user) co_return user;
  co_return co_await FindUserByName(documents, std::move(id_or_username));
}

Awaitable<FoundUser> FindUserByAnyCase(storage::DocumentStore& documents, std::string username) {
  return FindOne(documents, Condition("username", Match::kSameText, Json(std::move(username))));
}

Awaitable<FoundUser> FindUserByEmail(storage::DocumentStore& documents, std::string address) {
  return FindOne(documents, Condition("emails.0.address", Match::kSameText, Json(std::move(address))));
}

Awaitable<Result<std::vector<User>>> FindUsersInRole(storage::DocumentStore& documents, std::string role) {
  storage::Query query(storage::Collection::kUsers);
  Json roles = Json::MakeArray();
  roles.Push(Json(std::move(role)));
  query.where.emplace_back("roles", Match::kHasAny, std::move(roles));
  auto found = co_await Find<User>(documents, std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

}  // namespace parley::backend::embedded
