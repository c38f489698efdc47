#include "backend/embedded/own_call.h"

namespace parley::backend::embedded {
namespace {

// Also when the store has no such user yet.
User SystemUser() {
  User user;
  user.id = user.username = user.name = "rocket.cat";
  user.roles = {std::string(kBotRole)};
  return user;
}

}  // namespace

Awaitable<Result<std::unique_ptr<OwnCall>>> BeginOwnCall(Services& services) {
  auto own = std::make_unique<OwnCall>(services);
  Call& call = own->call();
  auto settings = co_await services.workspace.GetSettings(call.documents());
  if (!settings) co_return settings.error();
  auto permissions = co_await services.workspace.GetPermissions(call.documents());
  if (!permissions) co_return permissions.error();
  FoundUser user = co_await FindUser(call.documents(), SystemUser().id);
  if (!user) co_return user.error();
  call.settings_snapshot = *std::move(settings);
  call.permissions_snapshot = *std::move(permissions);
  call.service = true;
  call.caller = *user ? **user : SystemUser();
  co_return own;
}

}  // namespace parley::backend::embedded
