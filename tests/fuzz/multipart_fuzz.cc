#include "fuzz/fuzz.h"
#include "http/multipart.h"

// The first line is a content type, the rest a body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const std::string_view bytes = fuzz::Text(data, size);
  const std::size_t line = bytes.find('\n');
  const std::string_view type = bytes.substr(0, line);
  const std::string_view body = line == std::string_view::npos ? std::string_view() : bytes.substr(line + 1);
  const auto boundary = http::MultipartBoundary(type);
  if (boundary) fuzz::Require(!boundary->empty() && boundary->size() <= 70);
  const std::string used = boundary.value_or("b");
  const http::MultipartLimits limits{8, 256};
  const auto parts = http::ParseMultipart(used, body, limits);
  if (!parts) {
    fuzz::Require(parts.error().http_status == 400);
    return 0;
  }
  fuzz::Require(parts->size() <= limits.parts);
  for (const http::Part& part : *parts) {
    const bool inside =
        part.content.empty() ||
        (part.content.data() >= body.data() && part.content.data() + part.content.size() <= body.data() + body.size());
    fuzz::Require(inside);
    fuzz::Require(part.content.find("\r\n--" + used) == std::string_view::npos);
  }
  return 0;
}
