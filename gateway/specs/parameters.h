// Parameters whose names follow the bracket grammar, gathered under their plain names.
//
// Threading: one thread.
// Tests: tests/unit/specs/parameters_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "specs/spec.h"

namespace parley::specs {

// Adds a parameter as a file names it. Bracketed names of one parameter become one array or object:
//   tags[0], tags[1]           tags: array
//   group[]                    group: array
//   requester[mail]            requester: object with mail
//   rules[0][type]             rules: array of objects with type
// A parameter of the same name and place replaces what is there, unless one of the two is bracketed.
void AddParameter(std::vector<Parameter>& parameters, Parameter parameter);

// The parameters of a form as the schema of one object: what the body is checked against.
SchemaPtr FormSchema(const std::vector<Parameter>& parameters);

}  // namespace parley::specs
