// EJSON, the JSON of realtime methods: dates are {"$date": milliseconds} where REST answers have ISO texts.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/methods_test.cc
#pragma once

#include "json/json.h"

namespace parley::backend::embedded {

// Parameters of a method as REST takes them: every {"$date"} becomes an ISO text.
Json FromEjson(const Json& value);

// A REST answer as a method gives it: the texts of members that are dates become {"$date"}.
Json ToEjson(const Json& value);

}  // namespace parley::backend::embedded
