#include "base/pattern.h"

#include <re2/re2.h>

namespace parley {

Result<Pattern> Pattern::Create(std::string_view expression) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto compiled = std::make_shared<const RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!compiled->ok()) return InvalidArgument("unusable regular expression: " + compiled->error());
  return Pattern(std::move(compiled));
}

bool Pattern::Matches(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace parley
