// A request's parameters as the operation's spec states them: decoded, coerced, defaulted and checked.
//
// Purpose: decide the encodings and tolerances of LiveChat's API once, for every operation, so that mappings and
// handlers see `12` and never "12". Unknown parameters are ignored; violations are reported together, each with the
// field and the rule. A list may be a name that repeats (`tag=a&tag=b`), which its schema tells from a value given twice.
//
// Whatever passes is valid UTF-8 without NUL characters, and costs time in proportion to its bytes.
// Threading: pure functions.
// Tests: tests/unit/pipeline/parameters_test.cc
// Source: LiveChat reference, request encodings and value types.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "json/json.h"
#include "specs/spec.h"

namespace parley::pipeline {

inline constexpr std::size_t kMostViolations = 20;

struct RawParameters {
  const std::map<std::string, std::string>& path;  // decoded
  std::string_view query;
  std::string_view content_type;
  std::string_view body;
};

// One object with path, query and body members under the spec's names. What the path names, query and body cannot
// rename: access was decided on it.
// Errors: kNotFound         a path parameter is not of its type, so no such resource can exist
//         kInvalidArgument  with the violations in Error::all, as far as the first kMostViolations
Result<Json> DecodeParameters(const specs::Operation& operation, const RawParameters& raw);

// A value as its schema wants it: texts become numbers and flags, a single value a list of one. Violations are
// appended as "<name> <rule>"; then the returned value is meaningless.
Json Coerce(const specs::Schema& schema, const Json& value, const std::string& name,
            std::vector<std::string>& violations);

}  // namespace parley::pipeline
