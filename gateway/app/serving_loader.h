// Specs, mappings and who serves what, loaded and checked together.
//
// Purpose: what `serve` serves, `check` checks, `routes` lists and `explain` explains is one and the same.
// Threading: any; the result is immutable.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "backend/rocketchat/capabilities.h"
#include "base/problems.h"
#include "config/config.h"
#include "mapping/mapping.h"
#include "pipeline/serving.h"

namespace parley::app {

// Null when anything is wrong; then `problems` says everything that is. Relative folders that do not exist below the
// working directory are looked for beside the program and in the source tree it was built from.
std::shared_ptr<pipeline::Serving> LoadServing(const config::Config::Files& files, Problems& problems);

// One row of the coverage table.
struct CoverageRow {
  std::string id;
  std::string face;  // livechat, rocketchat
  std::string method;
  std::string path;
  pipeline::Served served;
  std::vector<mapping::Loss> losses;
  std::string reason;  // why an operation is unsupported
};

// Every operation of both faces, LiveChat's first, each sorted by path and method. `workspace`: what the backend can do
// where it is one; null: the embedded backend, or nothing is known.
std::vector<CoverageRow> Coverage(const pipeline::Serving& serving,
                                  const backend::rocketchat::Findings* workspace = nullptr);

// {"operations":[{"id","face","method","path","served","loses":[name]}]}; with details each also has
// "losses":[{"kind","name","reason"}].
std::string CoverageJson(const std::vector<CoverageRow>& rows, bool with_details = false);

// "ok: 310 operations: 98 native, 12 translated, 3 local, 190 planned, 7 unsupported"
std::string CoverageSummary(const std::vector<CoverageRow>& rows);

}  // namespace parley::app
