// A workspace as the backend, made of the configuration, and what operators are shown of it.
//
// Threading: as of rocketchat::Workspace; what is shown may be asked for on any thread.
// Tests: tests/e2e/capabilities.test.mjs
#pragma once

#include <memory>

#include "backend/rocketchat/rocketchat.h"
#include "config/config.h"
#include "http/client.h"
#include "json/json.h"
#include "metrics/metrics.h"

namespace parley::app {

// REQUIRES: backend.kind is rocketchat. `spec` must outlive it. Errors: kInvalidArgument naming the option
Result<std::unique_ptr<backend::rocketchat::Workspace>> MakeRemoteWorkspace(const config::Config& config,
                                                                            const specs::Spec& spec);

// For its calls: no more at a time from one loop, answers that are not streamed not larger, and none that stands still.
http::ClientOptions UpstreamOptions(const config::Config& config);

// Everything is borrowed. REQUIRES: nobody calls the workspace yet
void MeasureRemoteWorkspace(backend::rocketchat::Workspace& workspace, const Clock& clock, metrics::Metrics& metrics);

// {"backend":{"version","features":{name:state}}}; nothing of who the account is.
Json ShowRemoteWorkspace(const backend::rocketchat::Workspace& workspace);

}  // namespace parley::app
