#include "app/serving_loader.h"

#include <algorithm>
#include <array>
#include <set>

#include "app/data_files.h"
#include "backend/embedded/routes.h"
#include "json/json.h"
#include "pipeline/local_handlers.h"
#include "specs/loader.h"

namespace parley::app {
namespace {

using pipeline::Served;
using pipeline::Serving;

std::shared_ptr<const specs::Spec> LoadOne(const std::filesystem::path& directory, const std::string& name,
                                           Problems& problems) {
  return std::make_shared<const specs::Spec>(specs::LoadSpec(directory / name, problems));
}

namespace rocketchat = backend::rocketchat;

bool IsFor(const mapping::PlannedVariant& variant, const mapping::Capabilities& able) {
  constexpr std::string_view kNot = "not ";
  return std::all_of(variant.needs.begin(), variant.needs.end(), [&](std::string_view need) {
    const bool negated = need.starts_with(kNot);
    return able.contains(negated ? need.substr(kNot.size()) : need) != negated;
  });
}

// Calls, without those of the operations it reads: these are programs of their own.
template <class Predicate>
bool AnyStep(const mapping::PlannedVariant& variant, const Predicate& predicate) {
  return std::any_of(variant.waves.begin(), variant.waves.end(),
                     [&](const auto& wave) { return std::any_of(wave.begin(), wave.end(), predicate); });
}

// `able`: the backend, to what mappings ask for.
Served HowLiveChatIsServed(const Serving& serving, const specs::Operation& operation,
                           const mapping::Capabilities& able) {
  if (!operation.unsupported.empty()) return Served::kUnsupported;
  if (pipeline::IsHandledLocally(operation.id)) return Served::kLocal;
  const mapping::Program* program = serving.catalog->Find(operation.id);
  if (program == nullptr) return Served::kPlanned;
  bool from_store = false, from_backend = false;
  for (const mapping::PlannedVariant& variant : program->variants()) {
    if (!IsFor(variant, able)) continue;
    from_store |= AnyStep(variant, [](const auto& step) { return step.local; });
    from_backend |= variant.reads_directory ||
                    AnyStep(variant, [](const auto& step) { return step.operation != nullptr && !step.local; });
  }
  return from_store && !from_backend ? Served::kLocal : Served::kTranslated;
}

void DecideServed(Serving& serving) {
  for (const specs::Operation& operation : serving.livechat_spec->operations)
    serving.served[&operation] = HowLiveChatIsServed(serving, operation, {});
  std::set<std::string_view> native;
  for (const backend::embedded::Route& route : backend::embedded::AllRoutes()) native.insert(route.operation);
  for (const specs::Operation& operation : serving.rocketchat_spec->operations)
    serving.served[&operation] = native.contains(operation.id)   ? Served::kNative
                                 : operation.unsupported.empty() ? Served::kPlanned
                                                                 : Served::kUnsupported;
}

// A workspace serves what it has; Parley stands in for some of what it lacks.
void ApplyTo(const rocketchat::Findings& workspace, const specs::Operation& operation, CoverageRow& row) {
  constexpr std::string_view kApi = "/api/v1/";
  const std::string_view path = operation.path;
  const std::string_view route = path.starts_with(kApi) ? path.substr(kApi.size()) : path;
  const rocketchat::Feature* feature = workspace.Find(rocketchat::FeatureOfRoute(route));
  row.served = Served::kNative;
  if (feature == nullptr) return;
  if (feature->state == rocketchat::FeatureState::kLocal) row.served = Served::kLocal;
  if (feature->state == rocketchat::FeatureState::kAbsent) row.served = Served::kUnsupported;
  row.reason = feature->reason;
}

void AppendRows(const Serving& serving, const rocketchat::Findings* workspace, const std::string& face,
                const specs::Spec& spec, std::vector<CoverageRow>& rows) {
  const auto first = static_cast<std::ptrdiff_t>(rows.size());
  for (const specs::Operation& operation : spec.operations) {
    CoverageRow row{operation.id,
                    face,
                    std::string(http::NameOf(operation.method)),
                    operation.path,
                    serving.HowServed(operation),
                    {},
                    operation.unsupported};
    if (const mapping::Program* program = face == "livechat" ? serving.catalog->Find(operation.id) : nullptr)
      row.losses = program->losses();
    if (workspace != nullptr && face == "livechat")
      row.served = HowLiveChatIsServed(serving, operation, workspace->capabilities());
    if (workspace != nullptr && face == "rocketchat") ApplyTo(*workspace, operation, row);
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin() + first, rows.end(), [](const CoverageRow& a, const CoverageRow& b) {
    return std::tie(a.path, a.method) < std::tie(b.path, b.method);
  });
}

}  // namespace

std::shared_ptr<Serving> LoadServing(const config::Config::Files& files, Problems& problems) {
  const std::size_t problems_before = problems.size();
  const std::filesystem::path specs_directory = FindDataFolder(files.specs);
  const std::filesystem::path mappings_directory = FindDataFolder(files.mappings);
  auto serving = std::make_shared<Serving>();
  serving->livechat_spec = LoadOne(specs_directory, "livechat-v2.yaml", problems);
  serving->rocketchat_spec = LoadOne(specs_directory, "rocketchat-livechat.yaml", problems);
  serving->local_spec = LoadOne(specs_directory, "local.yaml", problems);
  // A mapping against a broken spec would only repeat the spec's problems.
  if (problems.size() > problems_before) return nullptr;

  serving->livechat_routes = routing::RouteTable::Build({serving->livechat_spec.get()}, {}, problems);
  serving->rocketchat_routes = routing::RouteTable::Build({serving->rocketchat_spec.get()}, {}, problems);
  serving->catalog =
      mapping::Load(mappings_directory / "livechat-v2",
                    {*serving->livechat_spec, *serving->rocketchat_spec, *serving->local_spec}, problems);
  if (problems.size() > problems_before || serving->catalog == nullptr) return nullptr;
  DecideServed(*serving);
  return serving;
}

std::vector<CoverageRow> Coverage(const Serving& serving, const rocketchat::Findings* workspace) {
  std::vector<CoverageRow> rows;
  AppendRows(serving, workspace, "livechat", *serving.livechat_spec, rows);
  AppendRows(serving, workspace, "rocketchat", *serving.rocketchat_spec, rows);
  return rows;
}

std::string CoverageJson(const std::vector<CoverageRow>& rows, bool with_details) {
  Json operations = Json::MakeArray();
  for (const CoverageRow& row : rows) {
    Json loses = Json::MakeArray();
    Json losses = Json::MakeArray();
    for (const mapping::Loss& loss : row.losses) {
      loses.Push(loss.name);
      losses.Push(Json::Of({{"kind", mapping::NameOf(loss.kind)}, {"name", loss.name}, {"reason", loss.reason}}));
    }
    Json operation = Json::Of({{"id", row.id},
                               {"face", row.face},
                               {"method", row.method},
                               {"path", row.path},
                               {"served", pipeline::NameOf(row.served)},
                               {"loses", std::move(loses)}});
    if (with_details) operation.Append("losses", std::move(losses));
    operations.Push(std::move(operation));
  }
  return Print(Json::Of({{"operations", std::move(operations)}}));
}

std::string CoverageSummary(const std::vector<CoverageRow>& rows) {
  constexpr std::array kOrder = {Served::kNative, Served::kTranslated, Served::kLocal, Served::kPlanned,
                                 Served::kUnsupported};
  std::string summary = "ok: " + std::to_string(rows.size()) + " operations:";
  for (const Served served : kOrder) {
    const auto count = std::count_if(rows.begin(), rows.end(), [&](const auto& row) { return row.served == served; });
    summary += (served == kOrder.front() ? " " : ", ") + std::to_string(count) + " " + std::string(NameOf(served));
  }
  return summary;
}

}  // namespace parley::app
