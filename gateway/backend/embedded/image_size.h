// How large a picture is, from its first bytes.
//
// Threading: pure function. Tests: tests/unit/backend/embedded/image_size_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::backend::embedded {

struct ImageSize {
  std::uint32_t width = 0, height = 0;
};

// Of a PNG, a GIF or a JPEG; empty for everything else and for what is cut short.
std::optional<ImageSize> SizeOfImage(std::string_view bytes);

}  // namespace parley::backend::embedded
