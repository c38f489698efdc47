#include "http/multipart.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

constexpr std::string_view kText =
    "--b\r\n"
    "Content-Disposition: form-data; name=\"msg\"\r\n"
    "\r\n"
    "Look at this\r\n"
    "--b\r\n"
    "content-disposition: form-data; name=\"file\"; filename=\"shot.png\"\r\n"
    "Content-Type: image/png\r\n"
    "\r\n"
    "\x89PNG\r\n--\r\n-b\r\n"
    "--b--\r\n";

void ExpectRefused(std::string_view body, const MultipartLimits& limits = {}) {
  const auto parts = ParseMultipart("b", body, limits);
  ASSERT_FALSE(parts) << body;
  EXPECT_EQ(parts.error().code, ErrorCode::kInvalidArgument);
}

std::string One(const std::string& head, const std::string& content = "x") {
  return "--b\r\n" + head + "\r\n\r\n" + content + "\r\n--b--";
}

TEST(Multipart, FindsFieldsAndFiles) {
  const auto parts = ParseMultipart("b", kText);
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "msg");
  EXPECT_EQ((*parts)[0].content, "Look at this");
  EXPECT_FALSE((*parts)[0].file_name);
  EXPECT_EQ((*parts)[1].name, "file");
  EXPECT_EQ((*parts)[1].file_name, "shot.png");
  EXPECT_EQ((*parts)[1].content_type, "image/png");
  EXPECT_EQ((*parts)[1].content, "\x89PNG\r\n--\r\n-b");
}

TEST(Multipart, SkipsWhatStandsAroundTheParts) {
  const auto parts = ParseMultipart("b", "preamble --b\r\n" + std::string(kText) + "epilogue --b");
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(parts->size(), 2U);
  EXPECT_EQ(ParseMultipart("b", "--b--")->size(), 0U);
}

TEST(Multipart, ReadsEmptyContents) {
  EXPECT_EQ(ParseMultipart("b", One("Content-Disposition: form-data; name=x", ""))->front().content, "");
  EXPECT_EQ(ParseMultipart("b", "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n--b--")->front().content, "")
      << "the empty line may be the line end before the boundary";
}

TEST(Multipart, ReadsNamesOfFilesAsClientsWriteThem) {
  const auto name = [](const std::string& parameters) {
    return ParseMultipart("b", One("Content-Disposition: form-data; name=file; " + parameters))->front().file_name;
  };
  EXPECT_EQ(name(R"(filename="a \"b\".txt")"), "a \"b\".txt");
  EXPECT_EQ(name(R"(filename="C:\temp\a.txt")"), "C:\\temp\\a.txt");
  EXPECT_EQ(name(R"(filename="a;b.txt")"), "a;b.txt");
  EXPECT_EQ(name("filename=plain.txt;"), "plain.txt");
  EXPECT_EQ(name("filename=fallback; filename*=UTF-8''na%C3%AFve.txt"), "naïve.txt");
  EXPECT_EQ(name("filename*=latin1''x; filename=kept"), "kept");
  EXPECT_EQ(name("filename=\"\""), "");
}

TEST(Multipart, RefusesWhatIsBroken) {
  ExpectRefused("");
  ExpectRefused("nothing");
  ExpectRefused("--bb\r\n");
  ExpectRefused("--b");
  ExpectRefused("--b\n");
  ExpectRefused(kText.substr(0, kText.size() - 6));
  ExpectRefused("--b\r\nContent-Disposition: form-data; name=x\r\n");
  ExpectRefused(One("Content-Type: text/plain"));
  ExpectRefused(One("Content-Disposition: attachment; name=x"));
  ExpectRefused(One("Content-Disposition: form-data; filename=x"));
  ExpectRefused(One("Content-Disposition: form-data; name=\"x"));
  ExpectRefused(One("Content-Disposition: form-data; name"));
  ExpectRefused(One("Content-Disposition: form-data; name=x\r\n folded"));
  ExpectRefused(One("Content-Disposition: form-data; name=x\r\nContent-Disposition: form-data; name=y"));
  ExpectRefused(One("Content-Disposition: form-data; name=x\r\nContent-Transfer-Encoding: base64"));
  ExpectRefused(One("Content-Disposition: form-data; name=x\nX: y"));
}

TEST(Multipart, IsBounded) {
  MultipartLimits limits;
  limits.parts = 1;
  ExpectRefused(kText, limits);
  limits = {};
  limits.head_bytes = 40;
  ExpectRefused(kText, limits);
  std::string many;
  for (int i = 0; i < 17; ++i) many += "\r\nX: y";
  ExpectRefused(One("Content-Disposition: form-data; name=x" + many));
}

TEST(Multipart, KnowsItsBoundary) {
  EXPECT_EQ(MultipartBoundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(MultipartBoundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b'c\""), "a b'c");
  EXPECT_FALSE(MultipartBoundary("multipart/mixed; boundary=abc"));
  EXPECT_FALSE(MultipartBoundary("multipart/form-data"));
  EXPECT_FALSE(MultipartBoundary("multipart/form-data; boundary="));
  EXPECT_FALSE(MultipartBoundary("multipart/form-data; boundary=\"a\\"));
  EXPECT_FALSE(MultipartBoundary("multipart/form-data; boundary=" + std::string(71, 'a')));
  EXPECT_FALSE(MultipartBoundary("application/json"));
}

}  // namespace
}  // namespace parley::http
