#include "mail/mime.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "base/time.h"

namespace parley::mail {
namespace {

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : Split(text, '\n')) lines.emplace_back(line);
  return lines;
}

// What a mail reader makes of encoded words.
std::string Decoded(const std::string& header) {
  std::string text;
  for (const std::string& line : LinesOf(header)) {
    const std::string word(Trim(line));
    EXPECT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?=")) << word;
    EXPECT_LE(word.size(), 75U);
    const std::optional<std::string> bytes = Base64Decode(word.substr(10, word.size() - 12));
    EXPECT_TRUE(bytes && IsValidUtf8(*bytes)) << "a word holds whole characters";
    text += bytes.value_or("");
  }
  return text;
}

TEST(MimeHeader, LeavesShortAsciiAlone) {
  EXPECT_EQ(EncodeHeader("Your chat"), "Your chat");
  EXPECT_EQ(EncodeHeader(""), "");
}

TEST(MimeHeader, EncodesEverythingElseInWordsOfWholeCharacters) {
  EXPECT_EQ(EncodeHeader("Grüße"), "=?UTF-8?B?R3LDvMOfZQ==?=");
  std::string text;
  for (int i = 0; i < 60; ++i) text += "a€😀";
  EXPECT_EQ(Decoded(EncodeHeader(text)), text);
  EXPECT_EQ(Decoded(EncodeHeader("=?x?=")), "=?x?=");
  EXPECT_EQ(Decoded(EncodeHeader(std::string(200, 'x'))), std::string(200, 'x'));
}

TEST(MimeHeader, FoldsSoThatOnlyContinuationLinesFollow) {
  const std::vector<std::string> lines = LinesOf(EncodeHeader(std::string(500, 'x')));
  for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_EQ(lines[i].front(), ' ');
}

TEST(MimeHeader, QuotesNamesThatNeedIt) {
  EXPECT_EQ(EncodeName("Ann Lee"), "Ann Lee");
  EXPECT_EQ(EncodeName("Lee, Ann"), "\"Lee, Ann\"");
  EXPECT_EQ(EncodeName("Ann \"A\" Lee"), "\"Ann \\\"A\\\" Lee\"");
  EXPECT_EQ(EncodeName("Ü, x"), "=?UTF-8?B?w5wsIHg=?=");
}

TEST(MimeBody, IsQuotedPrintableForMostlyAscii) {
  const EncodedBody body = EncodeBody("1 = 1\nünd \n");
  EXPECT_EQ(body.encoding, "quoted-printable");
  EXPECT_EQ(body.bytes, "1 =3D 1\r\n=C3=BCnd=20\r\n");
}

TEST(MimeBody, BreaksLongLinesSoftly) {
  const EncodedBody body = EncodeBody(std::string(300, 'x'));
  std::string joined;
  for (const std::string& line : LinesOf(body.bytes)) {
    EXPECT_LE(line.size(), 77U);  // with the CR
    const std::string text(Trim(line));
    joined += text.ends_with('=') ? text.substr(0, text.size() - 1) : text;
  }
  EXPECT_EQ(joined, std::string(300, 'x'));
}

TEST(MimeBody, IsBase64ForOtherScripts) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "привет ";
  const EncodedBody body = EncodeBody(text);
  EXPECT_EQ(body.encoding, "base64");
  EXPECT_EQ(Base64Decode(ReplaceAll(body.bytes, "\r\n", "")), text + "\r\n");
}

TEST(MimeBody, NormalisesLineEnds) {
  EXPECT_EQ(EncodeBody("a\rb\r\nc\nd").bytes, "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(EncodeBody("").bytes, "");
}

TEST(MimeDate, IsWhatMailReadersExpect) {
  EXPECT_EQ(MailDate(*ParseIsoTime("2026-01-05T10:15:30.123Z")), "Mon, 05 Jan 2026 10:15:30 +0000");
  EXPECT_EQ(MailDate(*ParseIsoTime("2028-02-29T00:00:00Z")), "Tue, 29 Feb 2028 00:00:00 +0000");
}

}  // namespace
}  // namespace parley::mail
