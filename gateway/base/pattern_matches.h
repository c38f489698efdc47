// Every place of a text that matches a regular expression.
//
// As base/pattern.h: RE2 syntax, linear time; case is ignored.
// Threading: pure function. Tests: tests/unit/base/pattern_matches_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley {

// The matches from left to right, none of them empty. None for an empty or unusable expression.
std::vector<std::string> FindMatches(std::string_view expression, std::string_view text);

}  // namespace parley
