// Values against schemas.
//
// Purpose: prove answers against `specs/`, in the tests and in `parley check`; requests, once the pipeline has coerced
// them. Refuses to know: conversions. A text "1" is not an integer here.
// Threading: pure functions.
// Tests: tests/unit/specs/validate_test.cc
#pragma once

#include <string>
#include <vector>

#include "json/json.h"
#include "specs/spec.h"

namespace parley::specs {

struct Violation {
  std::string path;  // "chats[0].agents[1].email"; empty for the value itself
  std::string rule;  // "must be an integer, not a string"
};

struct ValidateOptions {
  // Also report members the schema does not describe, unless it allows them explicitly with additionalProperties. An
  // object schema without any described member stays open.
  bool closed = false;
  std::size_t most = 50;  // violations after which looking stops
};

// Empty when `value` fits. Formats checked: email, date, date-time, uri, timezone, archive-date; others are hints. A
// text of more than 1024 bytes never fits a pattern.
std::vector<Violation> Validate(const Schema& schema, const Json& value, const ValidateOptions& options = {});

// "chats[0].id must be a string, not an integer"; "the value must be an object, not null" for an empty path.
std::string Format(const Violation& violation);

}  // namespace parley::specs
