// Converts what a request brings to the types its schema names, as the published validators do before they judge.
//
// Only a value that is of none of the wanted types is converted, to the first of them it can be converted to: 5 -> "5",
// "5" -> 5, "true" and 1 -> true, null -> "" or 0 or false, and "", 0 and false to null where null is allowed. In a
// query one value also makes a list, and a list of one that value. What cannot be converted stays for FirstViolation.
// Source: omnichannel reference §1.1.
// Threading: pure functions.
// Tests: tests/unit/backend/embedded/coercion_test.cc, tests/e2e/validators.test.mjs
#pragma once

#include "json/json.h"
#include "specs/spec.h"

namespace parley::backend::embedded {

enum class Source { kBody, kQuery };

// The value, and what is in it.
void Coerce(const specs::Schema& schema, Source source, Json& value);
// Only what is in it: members, elements.
void CoerceContent(const specs::Schema& schema, Source source, Json& value);

}  // namespace parley::backend::embedded
