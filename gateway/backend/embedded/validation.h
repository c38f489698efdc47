// Requests against the spec, in the words of the validator Rocket.Chat publishes.
//
// Queries and bodies are converted first, see coercion.h.
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

// Decoded query pairs as an object in the types of the operation's query parameters. "ids[]=a&ids[]=b" is the list ids,
// "at[from]=a" the object at; a parameter the operation does not have stays text. What cannot be converted stays as it
// is, which is a violation; of a lenient parameter (x-parley-lenient) a text that does not fit counts as not given.
Json ConvertQuery(const specs::Operation& operation, const std::vector<std::pair<std::string, std::string>>& pairs);
// An operation without query parameters takes any.
std::optional<std::string> FirstQueryViolation(const specs::Operation& operation, const Json& query);

}  // namespace parley::backend::embedded
