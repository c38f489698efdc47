#include "pipeline/previews.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/multipart.h"

namespace parley::pipeline {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPart = "image";

struct Format {
  std::string_view begins;  // the first bytes
  std::string_view then;    // what stands at `then_at`
  std::size_t then_at = 0;
  std::string_view media_type, extension;
};

constexpr std::array kFormats = {
    Format{"\x89PNG\r\n\x1a\n"sv, "", 0, "image/png", "png"},
    Format{"\xff\xd8\xff"sv, "", 0, "image/jpeg", "jpg"},
    Format{"GIF87a"sv, "", 0, "image/gif", "gif"},
    Format{"GIF89a"sv, "", 0, "image/gif", "gif"},
    Format{"RIFF"sv, "WEBP"sv, 8, "image/webp", "webp"},
};

const Format* FormatOf(std::string_view bytes) {
  const auto* found = std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& format) {
    return bytes.starts_with(format.begins) && bytes.size() > format.then_at &&
           bytes.substr(format.then_at).starts_with(format.then);
  });
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace

Result<backend::Picture> ReadPreview(std::string_view type, const http::Request& request) {
  const auto boundary = http::MultipartBoundary(request.Header("Content-Type"));
  if (!boundary) return InvalidArgument("Content-Type must be multipart/form-data with a boundary");
  const Result<std::vector<http::Part>> parts = http::ParseMultipart(*boundary, request.body);
  if (!parts) return parts.error();
  const auto part =
      std::find_if(parts->begin(), parts->end(), [](const http::Part& sent) { return sent.name == kPart; });
  if (part == parts->end()) return InvalidArgument("image is required");
  if (part->content.size() > kLargestPreview) return InvalidArgument("image must have at most 5 MB");
  const Format* format = FormatOf(part->content);
  if (format == nullptr) return InvalidArgument("image must be a PNG, JPEG, GIF or WebP picture");
  backend::Picture picture;
  // "_eye_catcher_" is called eye_catcher.png.
  picture.name = std::string(type.substr(1, type.size() - 2)) + "." + std::string(format->extension);
  picture.type = format->media_type;
  picture.bytes = part->content;
  return picture;
}

}  // namespace parley::pipeline
