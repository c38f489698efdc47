// A regular expression, matched in time linear in the text whatever expression and text are.
//
// Purpose: specs and clients bring expressions, strangers bring texts; std::regex backtracks and recurses, and falls
// over for both. RE2 syntax: ECMAScript's without back-references and look-around; `^` and `$` are the text's ends.
//
// Threading: immutable; safe from any thread.
// Tests: tests/unit/base/pattern_test.cc
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace parley {

class Pattern {
 public:
  // Errors: kInvalidArgument saying what is wrong with the expression.
  static Result<Pattern> Create(std::string_view expression);

  // Whether `text`, which is UTF-8, matches somewhere.
  bool Matches(std::string_view text) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;  // never null
};

}  // namespace parley
