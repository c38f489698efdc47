// Rules of greetings: what each type needs, and how a rule is kept.
//
// Threading: pure functions. Tests: tests/unit/resources/greetings_test.cc
#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace parley::resources {

// The rules of a request in the form they are kept and shown in, without ids: the operator written out, `custom` under
// its real name, and only what the type has. What is missing is added to `violations`, "rules[0].value is required ...".
Json NormaliseRules(const Json& rules, std::vector<std::string>& violations);

}  // namespace parley::resources
