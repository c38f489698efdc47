#include "backend/embedded/image_size.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::backend::embedded {
namespace {

using namespace std::string_view_literals;

std::string SizeText(std::string_view bytes) {
  const auto size = SizeOfImage(bytes);
  return size ? std::to_string(size->width) + "x" + std::to_string(size->height) : "none";
}

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08"sv;
constexpr std::string_view kJpeg = "\xff\xd8\xff\xe0\0\x04\xaa\xbb\xff\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03\x01"sv;

TEST(ImageSize, IsRead) {
  EXPECT_EQ(SizeText(kPng), "640x480");
  EXPECT_EQ(SizeText("GIF89a\x80\x02\xe0\x01"sv), "640x480");
  EXPECT_EQ(SizeText(kJpeg), "640x480");
}

TEST(ImageSize, IsUnknownForEverythingElse) {
  EXPECT_EQ(SizeText(""), "none");
  EXPECT_EQ(SizeText("not a picture at all, not at all"), "none");
  EXPECT_EQ(SizeText("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\x01\xe0\x08"sv), "none") << "no width";
  EXPECT_EQ(SizeText("\xff\xd8\xff\xe0\0\0\xff\xc0\0\x11\x08\x01\xe0\x02\x80"sv), "none") << "an empty segment";
}

TEST(ImageSize, NeverReadsBeyondTheEnd) {
  for (const std::string_view whole : {kPng.substr(0, 24), kJpeg.substr(0, 18)}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::string cut(whole.substr(0, length));
      EXPECT_EQ(SizeText(cut), "none") << length;
    }
  }
}

}  // namespace
}  // namespace parley::backend::embedded
