// JSON Merge Patch: how a partial object changes a whole one.
//
// Threading: pure functions. Tests: tests/unit/resources/merge_patch_test.cc
// Source: RFC 7396.
#pragma once

#include "json/json.h"

namespace parley::resources {

// Members of `patch` replace those of `target`; null removes; objects merge member by member; the rest stays.
void MergePatch(Json& target, const Json& patch);

}  // namespace parley::resources
