// A client's regular expression, matched in time linear in the text.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string_view>

namespace parley::storage::sqlite {

// Immutable. RE2 syntax: no back-references and no look-around.
class Pattern {
 public:
  explicit Pattern(std::string_view expression)
      : expression_(re2::StringPiece(expression.data(), expression.size()), Options()) {}

  bool usable() const { return expression_.ok(); }
  const std::string& problem() const { return expression_.error(); }
  bool MatchesSomewhere(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_);
  }

 private:
  static RE2::Options Options() {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return options;
  }

  RE2 expression_;
};

}  // namespace parley::storage::sqlite
