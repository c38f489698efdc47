#include "http/body_source.h"

namespace parley::http {

Awaitable<Result<std::string>> ReadWhole(BodySource& source, std::size_t limit) {
  std::string whole;
  for (;;) {
    const Result<std::string_view> part = co_await source.Read();
    if (!part) co_return part.error();
    if (part->empty()) co_return whole;
    if (part->size() > limit - whole.size())
      co_return PayloadTooLarge("the body is larger than " + std::to_string(limit) + " bytes");
    whole.append(*part);
  }
}

}  // namespace parley::http
