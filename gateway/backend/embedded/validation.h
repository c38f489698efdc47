// Requests against the spec, in the words of the validator Rocket.Chat publishes.
//
// Queries are texts and are converted first ("50" -> 50, one value -> a list of one); bodies are taken as they are.
// Only the first violation is named, and no path: that is how the published validator is set up.
// Threading: pure functions.
// Tests: tests/unit/backend/embedded/validation_test.cc, frame_test.cc
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/json.h"
#include "specs/spec.h"

namespace parley::backend::embedded {

// "must have required property 'rid'"; empty when the value fits.
std::optional<std::string> FirstViolation(const specs::Schema& schema, const Json& value);

// Decoded query pairs as an object in the types of the operation's query parameters. "ids[]=a&ids[]=b" is the list ids;
// a parameter the operation does not have stays text. What cannot be converted stays text and is a violation.
Json ConvertQuery(const specs::Operation& operation, const std::vector<std::pair<std::string, std::string>>& pairs);
// An operation without query parameters takes any.
std::optional<std::string> FirstQueryViolation(const specs::Operation& operation, const Json& query);

}  // namespace parley::backend::embedded
