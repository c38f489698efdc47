// Values -> JSON text, compact.
//
// Threading: pure functions. Tests: tests/unit/mapping/value_test.cc
#pragma once

#include <string>
#include <string_view>

#include "mapping/value.h"

namespace parley::mapping {

// REQUIRES: not missing. Rows cannot be written: they are never a value of their own.
void AppendJson(std::string& out, const Value& value);
// Quoted and escaped.
void AppendText(std::string& out, std::string_view text);

}  // namespace parley::mapping
