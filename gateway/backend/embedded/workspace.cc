#include "backend/embedded/workspace.h"

#include <algorithm>

#include "backend/embedded/directory.h"
#include "backend/embedded/upload.h"
#include "base/problems.h"
#include "outgoing/guarded_caller.h"

namespace parley::backend::embedded {
namespace {

using storage::Collection;

void Touch(Touched& touched, Collection collection) {
  switch (collection) {
    case Collection::kSettings:
      // Whether an agent accepts chats depends on them.
      touched.settings = touched.directory = true;
      break;
    case Collection::kRoles:
    case Collection::kPermissions:
      touched.permissions = true;
      break;
    case Collection::kUsers:
    case Collection::kDepartments:
    case Collection::kDepartmentAgents:
      touched.directory = true;
      break;
    default:
      break;
  }
}

Awaitable<Result<std::vector<storage::Document>>> ReadAll(storage::DocumentStore& documents, Collection collection) {
  auto found = co_await documents.Find(storage::Query(collection));
  if (!found) co_return found.error();
  co_return std::move(found->documents);
}

// A file and what stands around it in a form; a file without a limit still has to fit into memory.
std::size_t BodyLimitOf(const Settings& settings) {
  constexpr std::int64_t kForm = 256 * 1024;
  constexpr std::int64_t kMost = 1024 * 1024 * 1024;
  return static_cast<std::size_t>(std::min(LargestFile(settings).value_or(kMost), kMost) + kForm);
}

// What `read` makes of a collection: of what was kept, unless the collection was written since.
template <class T>
Awaitable<Result<std::shared_ptr<const T>>> ReadAfterWrites(storage::DocumentStore& documents, Collection collection,
                                                            Reading<T>& kept,
                                                            Awaitable<Result<T>> (*read)(storage::DocumentStore&)) {
  const std::uint64_t writes = documents.Writes(collection);
  if (auto known = kept.At(writes)) co_return known;
  Result<T> found = co_await read(documents);
  if (!found) co_return found.error();
  auto value = std::make_shared<const T>(*std::move(found));
  kept.Keep(writes, value);
  co_return value;
}

}  // namespace

Touched TouchedBy(const storage::Changes& changes) {
  Touched touched;
  for (const auto& removal : changes.removals) Touch(touched, removal.collection);
  for (const auto& sweep : changes.sweeps) Touch(touched, sweep.collection);
  for (const auto& put : changes.puts) Touch(touched, put.collection);
  return touched;
}

Result<std::unique_ptr<Workspace>> Workspace::Create(Options options, const specs::Spec& rocketchat) {
  Problems problems;
  auto operations = routing::RouteTable::Build({&rocketchat}, {}, problems);
  std::unordered_map<std::string_view, Route> routes;
  std::vector<std::string> violations;
  for (const Problem& problem : problems.list()) violations.push_back(Format(problem));
  for (const Route& route : AllRoutes()) {
    if (rocketchat.Find(route.operation) == nullptr) {
      violations.push_back("the embedded backend serves " + std::string(route.operation) + ", which no spec describes");
    }
    routes.emplace(route.operation, route);
  }
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return std::unique_ptr<Workspace>(new Workspace(std::move(options), std::move(operations), std::move(routes)));
}

Workspace::Workspace(Options options, routing::RouteTable operations,
                     std::unordered_map<std::string_view, Route> routes)
    : options_(std::move(options)),
      version_(ParseVersion(options_.version)),
      operations_(std::move(operations)),
      routes_(std::move(routes)),
      passwords_(options_.password_cost),
      mail_(options_.mail_transport ? options_.mail_transport : std::make_shared<mail::Smtp>()),
      outgoing_(options_.outgoing ? options_.outgoing : std::make_shared<outgoing::GuardedCaller>()),
      files_(options_.uploads_directory),
      upload_body_limit_(BodyLimitOf(Settings(options_.edition, {}))) {}

void Workspace::Stop() {
  outgoing_->Stop();
  passwords_.Stop();
  mail_.Stop();
  files_.Stop();
}

const Route* Workspace::FindRoute(const specs::Operation& operation) const {
  const auto found = routes_.find(operation.id);
  return found == routes_.end() ? nullptr : &found->second;
}

Awaitable<Result<std::shared_ptr<const Settings>>> Workspace::GetSettings(storage::DocumentStore& documents) {
  const auto state = settings_.Now();
  if (state.value) co_return state.value;
  const auto changed = co_await ReadAll(documents, Collection::kSettings);
  if (!changed) co_return changed.error();
  auto settings = std::make_shared<const Settings>(options_.edition, *changed);
  settings_.Offer(state.generation, settings);
  upload_body_limit_ = BodyLimitOf(*settings);
  co_return settings;
}

Awaitable<Result<std::shared_ptr<const Permissions>>> Workspace::GetPermissions(storage::DocumentStore& documents) {
  const auto state = permissions_.Now();
  if (state.value) co_return state.value;
  const auto changed = co_await ReadAll(documents, Collection::kPermissions);
  if (!changed) co_return changed.error();
  const auto roles = co_await ReadAll(documents, Collection::kRoles);
  if (!roles) co_return roles.error();
  auto permissions = std::make_shared<const Permissions>(options_.edition, *changed, *roles);
  permissions_.Offer(state.generation, permissions);
  co_return permissions;
}

Awaitable<Result<std::shared_ptr<const Directory>>> Workspace::GetDirectory(storage::DocumentStore& documents) {
  const auto state = directory_.Now();
  if (state.value) co_return state.value;
  auto settings = co_await GetSettings(documents);
  if (!settings) co_return settings.error();
  auto directory = co_await ReadDirectory(documents, state.generation, *std::move(settings));
  if (directory) directory_.Offer(state.generation, *directory);
  co_return directory;
}

Awaitable<Result<std::shared_ptr<const records::RunningGreetings>>> Workspace::GetGreetings(
    storage::DocumentStore& documents) {
  co_return co_await ReadAfterWrites(documents, Collection::kTriggers, greetings_, &records::FindRunningGreetings);
}

Awaitable<Result<std::shared_ptr<const records::Goals>>> Workspace::GetGoals(storage::DocumentStore& documents) {
  co_return co_await ReadAfterWrites(documents, Collection::kGoals, goals_, &records::FindActiveGoals);
}

void Workspace::Invalidate(const Touched& touched) {
  if (touched.settings) settings_.Invalidate();
  if (touched.permissions) permissions_.Invalidate();
  if (touched.directory) directory_.Invalidate();
}

}  // namespace parley::backend::embedded
