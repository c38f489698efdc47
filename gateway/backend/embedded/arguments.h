// Checks of the routes that refuse wrong input as "Match error: ..." instead of by their schema.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/visitors_test.cc, opening_test.cc
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "backend/embedded/reply.h"

namespace parley::backend::embedded {

// What an argument's object may hold: texts that must be there, and texts that may.
struct ExpectedTexts {
  std::initializer_list<std::string_view> required;
  std::initializer_list<std::string_view> optional;
  bool others_allowed = false;
};

// The first text that is missing or of another type, or a key nobody expects. `field`: the path of `object` in the
// request, empty for the request itself.
std::optional<Failure> FirstMismatch(const Json& object, const ExpectedTexts& expected, std::string_view field);

}  // namespace parley::backend::embedded
