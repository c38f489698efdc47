// multipart/form-data (RFC 7578): the parts of a body, found in one pass and without copying their contents.
//
// What comes in is a stranger's: everything is bounded, and whatever is not exactly as the standard says is refused.
// Threading: pure functions. Tests: tests/unit/http/multipart_test.cc, tests/fuzz/multipart_fuzz.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::http {

struct Part {
  std::string name;
  std::optional<std::string> file_name;  // of a file, as the client calls it: never a path to use
  std::string content_type;              // empty when the part has none
  std::string_view content;              // into the body
};

struct MultipartLimits {
  std::size_t parts = 32;
  std::size_t head_bytes = 4096;  // header fields of one part
};

// The boundary of "multipart/form-data; boundary=x"; empty when it is another type or the boundary is none.
std::optional<std::string> MultipartBoundary(std::string_view content_type);

// Errors: kInvalidArgument  what is wrong; nothing of it is used
Result<std::vector<Part>> ParseMultipart(std::string_view boundary, std::string_view body,
                                         const MultipartLimits& limits = {});

}  // namespace parley::http
