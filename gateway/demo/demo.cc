#include "demo/demo.h"

#include "base/own_loop.h"
#include "demo/builder.h"
#include "ledger/projector.h"
#include "storage/store.h"

namespace parley::demo {
namespace {

namespace embedded = backend::embedded;

// Measured on long histories, and what the store writes beside its file meanwhile.
constexpr std::uintmax_t kBytesPerChat = 12'000;
constexpr std::uintmax_t kBytesBeside = 200'000'000;

Status BuildInto(storage::Store& store, embedded::Workspace& workspace, DemoClock& clock, IdGenerator& ids,
                 const Options& options) {
  OwnLoop loop;
  Result<std::unique_ptr<storage::ShardStores>> stores = store.OpenShard(loop.executor());
  if (!stores) return stores.error();
  const ledger::Projector projector;
  Builder builder(embedded::Services{**stores, projector, clock, ids, workspace}, clock, options);
  Status built = loop.Run(builder.Build());
  // The store posts its last answers to the loop, so it stops first.
  workspace.Stop();
  store.Stop();
  return built;
}

}  // namespace

Company TheCompany() {
  return Company{"Ash & Alder", "Europe/Berlin", "mara@ashandalder.example", "ravi", std::string(Desks()[1].name)};
}

Status CheckSpace(std::int64_t chats, std::uintmax_t available) {
  constexpr std::uintmax_t kMegabyte = 1'000'000;
  const std::uintmax_t needed = static_cast<std::uintmax_t>(chats) * kBytesPerChat + kBytesBeside;
  if (available >= needed) return {};
  return InvalidArgument(std::to_string(chats) + " chats take up to " + std::to_string(needed / kMegabyte) +
                         " MB, and " + std::to_string(available / kMegabyte) + " MB are free");
}

Status BuildCompany(const std::string& store_url, const specs::Spec& rocketchat, const Options& options) {
  DemoClock clock(options.now);
  const std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(options.seed);
  Result<std::unique_ptr<storage::Store>> store = storage::OpenStore(store_url, clock, *ids);
  if (!store) return store.error();
  embedded::Options workspace_options;
  // The passwords are printed on the terminal; guarding them with seconds of computing would only slow the start.
  workspace_options.password_cost = embedded::PasswordCost::kMinimal;
  Result<std::unique_ptr<embedded::Workspace>> workspace =
      embedded::Workspace::Create(std::move(workspace_options), rocketchat);
  if (!workspace) return workspace.error();
  return BuildInto(**store, **workspace, clock, *ids, options);
}

}  // namespace parley::demo
