// A gateway from start to the signal that ends it: what `serve` and `demo` have in common.
//
// SIGTERM and SIGINT let answers in flight finish, then end the process with 0. SIGHUP loads specs, mappings and the certificate
// anew.
// Threading: called on the main thread before any other thread exists.
#pragma once

#include <functional>

#include "app/app.h"
#include "config/config.h"

namespace parley::cli {

// From now on the signals above wait until they are asked for; threads started later inherit that.
void HoldSignals();

// Whether one of the signals that end the process waits. REQUIRES: HoldSignals() was called.
bool EndingWasAsked();

// Prints the ready line on standard output when both ports answer, then calls `when_ready`. Answers the exit status.
// REQUIRES: HoldSignals() was called.
int RunGateway(config::Config config, const std::function<void(const app::App&)>& when_ready);

}  // namespace parley::cli
