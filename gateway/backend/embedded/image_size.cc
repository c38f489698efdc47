#include "backend/embedded/image_size.h"

namespace parley::backend::embedded {
namespace {

using namespace std::string_view_literals;

std::uint32_t Byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint32_t BigEndian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8 | Byte(bytes, at + i);
  return number;
}

std::optional<ImageSize> Positive(std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0) return std::nullopt;
  return ImageSize{width, height};
}

// Segments up to the first that begins a frame: SOF0..SOF15 without the tables that share their numbers.
std::optional<ImageSize> SizeOfJpeg(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 <= bytes.size() && Byte(bytes, at) == 0xff) {
    const std::uint32_t marker = Byte(bytes, at + 1);
    if (marker == 0xff) {  // padding
      ++at;
      continue;
    }
    const bool begins_frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (begins_frame) return Positive(BigEndian(bytes, at + 7, 2), BigEndian(bytes, at + 5, 2));
    const std::uint32_t length = BigEndian(bytes, at + 2, 2);
    if (length < 2) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> SizeOfImage(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv) && bytes.size() >= 24 && bytes.substr(12, 4) == "IHDR") {
    return Positive(BigEndian(bytes, 16, 4), BigEndian(bytes, 20, 4));
  }
  if ((bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) && bytes.size() >= 10) {
    return Positive(Byte(bytes, 6) | Byte(bytes, 7) << 8, Byte(bytes, 8) | Byte(bytes, 9) << 8);
  }
  if (bytes.starts_with("\xff\xd8"sv) && bytes.size() >= 11) {
    // The frame's height and width end 9 bytes behind its marker.
    return SizeOfJpeg(bytes);
  }
  return std::nullopt;
}

}  // namespace parley::backend::embedded
