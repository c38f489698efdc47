// What the configured edition claims to be licensed for.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/editions_test.cc
#pragma once

#include "backend/embedded/options.h"
#include "json/json.h"

namespace parley::backend::embedded {

// The names of the licensed modules; none in the Community edition.
Json LicensedModules(Edition edition);

}  // namespace parley::backend::embedded
