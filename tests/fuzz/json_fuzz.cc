#include "base/text.h"
#include "fuzz/fuzz.h"
#include "json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const Result<Json> value = ParseJson(fuzz::Text(data, size));
  if (!value) return 0;
  const std::string printed = Print(*value);
  fuzz::Require(IsValidUtf8(printed));
  const Result<Json> again = ParseJson(printed);
  fuzz::Require(again.ok() && *again == *value && Print(*again) == printed);
  fuzz::Require(ParseJson(PrintPretty(*value)).ok());
  return 0;
}
