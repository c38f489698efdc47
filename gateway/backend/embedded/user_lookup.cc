#include "backend/embedded/user_lookup.h"

namespace parley::backend::embedded {
namespace {

Awaitable<FoundUser> Look(const Call& call, const Json& input) {
  if (const auto id = input.Text("userId"); !id.empty()) return FindUser(call.documents(), std::string(id));
  if (const auto name = input.Text("username"); !name.empty())
    return FindUserByName(call.documents(), std::string(name));
  return FindUserByName(call.documents(), std::string(input.Text("user")));
}

}  // namespace

bool NamesUser(const Json& input) {
  return !input.Text("userId").empty() || !input.Text("username").empty() || !input.Text("user").empty();
}

Awaitable<Outcome<User>> NamedUser(const Call& call, const Json& input) {
  if (!NamesUser(input)) {
    co_return FailCoded("error-user-param-not-provided",
                        "The required \"userId\" or \"username\" param was not provided");
  }
  const FoundUser user = co_await Look(call, input);
  if (!user) co_return user.error();
  if (!*user) {
    co_return FailCoded("error-invalid-user",
                        "The required \"userId\" or \"username\" param provided does not match any users");
  }
  co_return **user;
}

Awaitable<Outcome<User>> NamedUserOrCaller(const Call& call, const Json& input) {
  if (!NamesUser(input)) co_return call.user();
  co_return co_await NamedUser(call, input);
}

}  // namespace parley::backend::embedded
