#include "base/pattern_matches.h"

#include <re2/re2.h>

namespace parley {

std::vector<std::string> FindMatches(std::string_view expression, std::string_view text) {
  std::vector<std::string> matches;
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  const RE2 compiled(re2::StringPiece(expression.data(), expression.size()), options);
  if (expression.empty() || !compiled.ok()) return matches;
  const re2::StringPiece whole(text.data(), text.size());
  std::size_t start = 0;
  re2::StringPiece match;
  while (start < text.size() && compiled.Match(whole, start, text.size(), RE2::UNANCHORED, &match, 1)) {
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    start = begin + std::max<std::size_t>(match.size(), 1);
    if (!match.empty()) matches.emplace_back(match.data(), match.size());
  }
  return matches;
}

}  // namespace parley
