#include "app/remote_workspace.h"

namespace parley::app {
namespace {

namespace rocketchat = backend::rocketchat;
using Samples = std::vector<metrics::Sample>;

rocketchat::ClientAddress ClientAddressOf(config::ClientAddress how) {
  switch (how) {
    case config::ClientAddress::kNone:
      return rocketchat::ClientAddress::kNone;
    case config::ClientAddress::kRealIp:
      return rocketchat::ClientAddress::kRealIp;
    case config::ClientAddress::kForwardedFor:
      return rocketchat::ClientAddress::kForwardedFor;
  }
  return rocketchat::ClientAddress::kNone;
}

// Every state of every feature, so that a change is a series that ends and not one that is missing.
Samples CapabilitySamples(const rocketchat::Findings* findings) {
  Samples samples;
  for (const std::string_view name : rocketchat::FeatureNames()) {
    const rocketchat::Feature* feature = findings != nullptr ? findings->Find(name) : nullptr;
    const rocketchat::FeatureState is = feature != nullptr ? feature->state : rocketchat::FeatureState::kUnknown;
    for (const rocketchat::FeatureState state : rocketchat::kFeatureStates) {
      const std::string state_name(rocketchat::NameOf(state));
      samples.push_back({{{"feature", std::string(name)}, {"state", state_name}}, state == is ? 1.0 : 0.0});
    }
  }
  return samples;
}

Samples MannerSamples(const rocketchat::SharedManners::Numbers& numbers) {
  const auto sample = [](const char* what, std::int64_t count) {
    return metrics::Sample{{{"what", what}}, static_cast<double>(count)};
  };
  return {sample("waited", numbers.waited), sample("refused", numbers.refused), sample("retried", numbers.retried),
          sample("joined", numbers.joined), sample("cut_off", numbers.cut_off)};
}

}  // namespace

Result<std::unique_ptr<rocketchat::Workspace>> MakeRemoteWorkspace(const config::Config& config,
                                                                   const specs::Spec& spec) {
  const config::Config::Backend& backend = config.backend;
  Result<http::Origin> origin = http::ParseOrigin(backend.url);
  if (!origin) return InvalidArgument("backend.url: " + origin.error().message);
  rocketchat::Options options;
  options.origin = *std::move(origin);
  options.user_id = backend.user_id;
  options.auth_token = backend.auth_token;
  options.username = backend.username;
  options.password = backend.password;
  options.client_address = ClientAddressOf(backend.client_address);
  options.directory_interval = backend.directory_interval;
  options.probe_interval = backend.probe_interval;
  options.call_timeout = config.server.request_timeout;
  return rocketchat::Workspace::Create(std::move(options), spec);
}

http::ClientOptions UpstreamOptions(const config::Config& config) {
  constexpr std::size_t kMostBodyBytes = std::size_t{128} << 20;
  http::ClientOptions options;
  options.connections_per_origin = 128;
  options.body_bytes = kMostBodyBytes;
  options.stall = config.server.request_timeout;
  options.ca_file = config.backend.ca_file;
  return options;
}

void MeasureRemoteWorkspace(rocketchat::Workspace& workspace, const Clock& clock, metrics::Metrics& metrics) {
  workspace.ObserveCalls([&metrics](std::string_view route, int status, double seconds) {
    metrics.ObserveBackendCall(route, status, seconds);
  });
  metrics.AddFamily({"parley_backend_capability", "1 for the state each feature of the workspace is in", false,
                     [&workspace] { return CapabilitySamples(workspace.knowledge().findings().get()); }});
  metrics.AddFamily({"parley_backend_manners_total",
                     "Calls that waited for a rate limit, were refused by one, were tried again, were joined with an "
                     "identical one, or were not made to a workspace that does not answer",
                     true, [&workspace] { return MannerSamples(workspace.manners().numbers()); }});
  metrics.AddGauge("parley_backend_cut_off", "1 while a workspace that does not answer is left alone",
                   [&] { return workspace.manners().IsCutOff(clock.Now()) ? 1.0 : 0.0; });
}

Json ShowRemoteWorkspace(const rocketchat::Workspace& workspace) {
  const std::shared_ptr<const rocketchat::Findings> findings = workspace.knowledge().findings();
  if (findings == nullptr) return Json::MakeObject();
  Json features = Json::MakeObject();
  for (const rocketchat::Feature& feature : findings->features)
    features.Append(feature.name, rocketchat::NameOf(feature.state));
  Json backend = Json::Of({{"version", findings->version}, {"features", std::move(features)}});
  return Json::Of({{"backend", std::move(backend)}});
}

}  // namespace parley::app
