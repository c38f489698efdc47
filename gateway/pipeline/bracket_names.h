// The bracket grammar of LiveChat parameter names: `rules[0][urls][0][url]=/a` as a tree.
//
//   name ( "[" segment? "]" )*     empty segment: append; decimal: array index; other: object member
//
// One grammar for query strings, forms and, because published samples do it, JSON member names ({"tag[]": "sales"}).
// Sparse and out-of-order indices are sorted and compacted; a repeated index appends, so both values survive.
// Threading: pure functions.
// Tests: tests/unit/pipeline/bracket_names_test.cc
// Source: LiveChat reference, request encodings.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "json/json.h"

namespace parley::pipeline {

// More names than any client sends, few enough that looking each one up costs nothing worth counting.
inline constexpr std::size_t kMostNames = 1000;

// Every value is a text. Errors: kInvalidArgument naming the parameter, when brackets are broken, nested deeper than 8,
// or one name is used as a value and as a container; and when there are more than kMostNames.
Result<Json> TreeOf(const std::vector<std::pair<std::string, std::string>>& pairs);

// Rewrites an object whose member names may carry brackets; values stay as they are. Same errors. REQUIRES: an object.
Result<Json> TreeOf(Json object);

}  // namespace parley::pipeline
