#include "backend/embedded/bootstrap.h"

#include "backend/embedded/business_hour.h"
#include "backend/embedded/presence.h"
#include "base/text.h"
#include "storage/transact.h"

namespace parley::backend::embedded {
namespace {

User MakeUser(std::string id, std::string username, std::string name, std::vector<std::string> roles, Time now) {
  User user;
  user.id = std::move(id);
  user.username = std::move(username);
  user.name = std::move(name);
  user.roles = std::move(roles);
  user.created_at = now;
  return user;
}

// Who speaks for the system: page visits, automatic closing.
Awaitable<Status> AddSystemUser(const Services& services, storage::Changes& changes) {
  constexpr const char* kSystemUser = "rocket.cat";
  const FoundUser found = co_await FindUser(services.stores.documents(), kSystemUser);
  if (!found) co_return found.error();
  if (*found) co_return Status();
  std::vector<std::string> roles = {std::string(kBotRole)};
  User user = MakeUser(kSystemUser, kSystemUser, "Rocket.Cat", std::move(roles), services.clock.Now());
  user.type = "bot";
  user.status = user.status_default = "online";
  Save(user, services.clock.Now(), changes);
  co_return Status();
}

Awaitable<Result<std::optional<User>>> FindAdministrator(storage::DocumentStore& documents,
                                                         const FirstAdministrator& admin) {
  if (!admin.id.empty()) {
    FoundUser user = co_await FindUser(documents, admin.id);
    if (!user || *user) co_return user;
  }
  co_return co_await FindUserByAnyCase(documents, admin.username);
}

Awaitable<Status> AddAdministrator(const Services& services, const FirstAdministrator& admin, BootstrapResult& result,
                                   storage::Changes& changes) {
  const FoundUser found = co_await FindAdministrator(services.stores.documents(), admin);
  if (!found) co_return found.error();
  if (*found) {
    result.admin_id = (*found)->id;
    co_return Status();
  }
  const Time now = services.clock.Now();
  std::vector<std::string> roles = {"admin"};
  User user =
      MakeUser(admin.id.empty() ? services.ids.RoomId() : admin.id, admin.username, admin.name, std::move(roles), now);
  if (!admin.email.empty()) user.emails.push_back({admin.email, true});
  std::string password = admin.password;
  if (password.empty()) password = result.generated_password = services.ids.Secret();
  auto hash = co_await services.workspace.passwords().Hash(Sha256Hex(password));
  if (!hash) co_return hash.error();
  user.password_hash = *std::move(hash);
  result.admin_id = user.id;
  Save(user, now, changes);
  co_return Status();
}

Awaitable<Status> AddOwner(const Services& services, const FirstOwner& owner, BootstrapResult& result,
                           storage::Changes& changes) {
  if (owner.login.empty()) co_return Status();
  const FoundUser found = co_await FindUserByEmail(services.stores.documents(), owner.login);
  if (!found) co_return found.error();
  if (*found) {
    result.owner_id = (*found)->id;
    co_return Status();
  }
  const Time now = services.clock.Now();
  std::vector<std::string> roles = {"admin", std::string(kManagerRole), std::string(kAgentRole)};
  User user = MakeUser(services.ids.RoomId(), owner.username, owner.name, std::move(roles), now);
  user.emails.push_back({owner.login, true});
  BecomeAgent(user);
  user.status_livechat = kAvailable;
  result.owner_id = user.id;
  Save(user, now, changes);
  co_return Status();
}

Awaitable<Status> AddBusinessHour(const Services& services, storage::Changes& changes) {
  const auto found = co_await FindDefaultBusinessHour(services.stores.documents());
  if (!found) co_return found.error();
  if (*found) co_return Status();
  BusinessHour hour = StandardBusinessHour(services.ids.ObjectId(), services.clock.Now());
  Save(hour, services.clock.Now(), changes);
  co_return Status();
}

Awaitable<Result<BootstrapResult>> TryBootstrap(Services& services, FirstAdministrator admin, FirstOwner owner) {
  BootstrapResult result;
  storage::Changes changes;
  const Status system = co_await AddSystemUser(services, changes);
  if (!system) co_return system.error();
  const Status administrator = co_await AddAdministrator(services, admin, result, changes);
  if (!administrator) co_return administrator.error();
  const Status hours = co_await AddBusinessHour(services, changes);
  if (!hours) co_return hours.error();
  const Status owned = co_await AddOwner(services, owner, result, changes);
  if (!owned) co_return owned.error();
  if (changes.empty()) co_return result;
  const Touched touched = TouchedBy(changes);
  const Status status = co_await services.stores.committer().Commit(std::move(changes));
  services.workspace.Invalidate(touched);
  if (!status) co_return status.error();
  co_return result;
}

}  // namespace

Awaitable<Result<BootstrapResult>> Bootstrap(Services& services, FirstAdministrator admin, FirstOwner owner) {
  auto attempt = [&] { return TryBootstrap(services, admin, owner); };
  co_return co_await storage::Retrying(std::move(attempt));
}

}  // namespace parley::backend::embedded
