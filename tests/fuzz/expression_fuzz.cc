#include "fuzz/fuzz.h"
#include "mapping/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const std::string_view text = fuzz::Text(data, size);
  const auto expression = mapping::ParseExpression(text, {});
  fuzz::Require(expression.ok() || !expression.error().message.empty());
  const auto pattern = mapping::ParseTemplate(text, {});
  fuzz::Require(pattern.ok() || !pattern.error().message.empty());
  return 0;
}
