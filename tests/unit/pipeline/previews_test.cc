#include "pipeline/previews.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::pipeline {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kGif = "GIF89a\x01\0\x01\0"sv;

std::string Form(std::string_view bytes, const std::string& part = "image") {
  return "--b\r\nContent-Disposition: form-data; name=\"" + part +
         "\"; filename=\"../me.html\"\r\nContent-Type: text/html\r\n\r\n" + std::string(bytes) + "\r\n--b--\r\n";
}

Result<backend::Picture> Read(const std::string& body,
                              std::string_view content_type = "multipart/form-data; boundary=b") {
  http::Request request;
  request.method = http::Method::kPost;
  request.headers.push_back({"Content-Type", content_type});
  request.body = body;
  return ReadPreview("_eye_catcher_", request);
}

TEST(Previews, APictureIsWhatItsFirstBytesSay) {
  const std::pair<std::string_view, const char*> pictures[] = {
      {kGif, "eye_catcher.gif image/gif"},
      {"GIF87a\x01\0"sv, "eye_catcher.gif image/gif"},
      {"\x89PNG\r\n\x1a\n\0"sv, "eye_catcher.png image/png"},
      {"\xff\xd8\xff\xe0"sv, "eye_catcher.jpg image/jpeg"},
      {"RIFF\x08\0\0\0WEBPVP8 "sv, "eye_catcher.webp image/webp"},
  };
  for (const auto& [bytes, kept] : pictures) {
    const Result<backend::Picture> picture = Read(Form(bytes));
    ASSERT_TRUE(picture) << kept;
    EXPECT_EQ(picture->name + " " + picture->type, kept);
    EXPECT_EQ(picture->bytes, bytes);
  }
}

TEST(Previews, WhatIsNoPictureIsRefused) {
  for (const std::string_view bytes :
       {""sv, "GIF"sv, "<svg xmlns='http://www.w3.org/2000/svg'/>"sv, "<html>"sv, "RIFF\x08\0\0\0WAVE"sv, "RIFF"sv}) {
    const Result<backend::Picture> refused = Read(Form(bytes));
    ASSERT_FALSE(refused) << bytes;
    EXPECT_EQ(refused.error().message, "image must be a PNG, JPEG, GIF or WebP picture");
  }
}

TEST(Previews, TheFormHasToBeOneWithAnImage) {
  EXPECT_EQ(Read(Form(kGif, "file")).error().message, "image is required");
  EXPECT_EQ(Read("{}", "application/json").error().message, "Content-Type must be multipart/form-data with a boundary");
  EXPECT_EQ(Read("image=x", "multipart/form-data; boundary=b").error().http_status, 400);
  EXPECT_EQ(Read("", "").error().http_status, 400);
}

TEST(Previews, ALargePictureIsRefused) {
  const std::string largest = std::string(kGif) + std::string(kLargestPreview - kGif.size(), 'x');
  EXPECT_TRUE(Read(Form(largest)));
  EXPECT_EQ(Read(Form(largest + "x")).error().message, "image must have at most 5 MB");
}

}  // namespace
}  // namespace parley::pipeline
