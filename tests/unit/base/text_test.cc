#include "base/text.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using Texts = std::vector<std::string_view>;

TEST(Text, LowersOnlyAscii) {
  EXPECT_EQ(Lower("John@ACME.test \u00C4"), "john@acme.test \u00C4");
  EXPECT_TRUE(EqualsIgnoreCase("X-Api-Version", "x-api-VERSION"));
  EXPECT_FALSE(EqualsIgnoreCase("a", "ab"));
  EXPECT_FALSE(EqualsIgnoreCase("@", "`"));  // differ by the bit that case differs by
}

TEST(Text, TrimsBlanksAndLineEnds) {
  EXPECT_EQ(Trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(Trim(" \n"), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(Text, SplitsIntoEveryPart) {
  EXPECT_EQ(Split("a,b,,c", ','), (Texts{"a", "b", "", "c"}));
  EXPECT_EQ(Split("", ','), Texts{""});
  EXPECT_EQ(Split(",", ','), (Texts{"", ""}));
}

TEST(Text, JoinsEvenEmptyParts) {
  EXPECT_EQ(Join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(Join({"", "b", ""}, ","), ",b,");
  EXPECT_EQ(Join({}, ","), "");
}

TEST(Text, ReplacesWithoutLookingAtWhatItWrote) {
  EXPECT_EQ(ReplaceAll("a.b.c", ".", "::"), "a::b::c");
  EXPECT_EQ(ReplaceAll("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(ReplaceAll("abc", "x", "y"), "abc");
  EXPECT_EQ(ReplaceAll("abc", "", "y"), "abc");
}

TEST(ParseInteger, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(ParseInteger("0"), 0);
  EXPECT_EQ(ParseInteger("-12"), -12);
  EXPECT_EQ(ParseInteger("007"), 7);
  EXPECT_EQ(ParseInteger("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(ParseInteger("-9223372036854775808"), INT64_MIN);
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "0x10", "1e3", "9223372036854775808", "1_000", "\u0661"})
    EXPECT_EQ(ParseInteger(text), std::nullopt) << text;
}

TEST(ParseNumber, TakesFiniteDecimalsOnly) {
  EXPECT_EQ(ParseNumber("2"), 2.0);
  EXPECT_EQ(ParseNumber("2.0"), 2.0);
  EXPECT_EQ(ParseNumber("-1.5e3"), -1500.0);
  for (const char* text : {"", "{}", "inf", "-inf", "nan", "NaN", "1e999", "0x1p3", "1,5", " 1", "1 "})
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
}

TEST(PercentDecode, DecodesOnce) {
  EXPECT_EQ(PercentDecode("a%20b%2520c", false), "a b%20c");
  EXPECT_EQ(PercentDecode("john%40public.com%3a%3A", false), "john@public.com::");
  EXPECT_EQ(PercentDecode("%00", false), std::string(1, '\0'));
  EXPECT_EQ(PercentDecode("", false), "");
}

TEST(PercentDecode, APlusIsASpaceOnlyInForms) {
  EXPECT_EQ(PercentDecode("a+b%2Bc", true), "a b+c");
  EXPECT_EQ(PercentDecode("a+b", false), "a+b");
}

TEST(PercentDecode, RefusesBrokenEscapes) {
  for (const char* text : {"%", "%4", "a%4", "%zz", "%4g", "%-1", "% 1", "%%41"})
    EXPECT_EQ(PercentDecode(text, true), std::nullopt) << text;
}

TEST(PercentEncode, EscapesAllButUnreserved) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode("a b/\u20AC+&%"), "a%20b%2F%E2%82%AC%2B%26%25");
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  EXPECT_EQ(PercentDecode(PercentEncode(bytes), false), bytes);
  EXPECT_EQ(PercentDecode(PercentEncode(bytes), true), bytes);
}

TEST(Utf8, AcceptsEveryLength) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("a\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF"));
  EXPECT_TRUE(IsValidUtf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesWhatIsNotACharacter) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << PercentEncode(text);
    EXPECT_FALSE(IsValidUtf8("ok" + std::string(text) + "ok")) << PercentEncode(text);
    EXPECT_EQ(Utf8SequenceLength(text), 0u) << PercentEncode(text);
  }
}

TEST(Utf8, CountsCharacters) {
  EXPECT_EQ(CountCharacters(""), 0u);
  EXPECT_EQ(CountCharacters("a\u00E4\u20AC\U0001F600"), 4u);
}

TEST(Email, AcceptsAddresses) {
  for (const char* text : {"a@b", "john@public.com", "o'neil+x@mail.example.test", "a.b@c-d.test", "\u00FC@b.test"})
    EXPECT_TRUE(LooksLikeEmail(text)) << text;
}

TEST(Email, RefusesEverythingElse) {
  for (const std::string_view text :
       {"",      "@",     "a",     "a@",      "@b",    "a@b@c", "a b@c",   "a@b c",         "a@b..c", "a@.b", "a@b.",
        "a@b,c", "<a@b>", "a\n@b", "a\x7F@b", "a:b@c", "a;b@c", "\"a\"@b", "a@[127.0.0.1]", "a\\@b",  "(a)@b"})
    EXPECT_FALSE(LooksLikeEmail(text)) << text;
  EXPECT_FALSE(LooksLikeEmail(std::string(250, 'a') + "@b.test"));
}

TEST(SecureEquals, ComparesWholeTexts) {
  EXPECT_TRUE(SecureEquals("", ""));
  EXPECT_TRUE(SecureEquals("secret", "secret"));
  EXPECT_FALSE(SecureEquals("secret", "secreT"));
  EXPECT_FALSE(SecureEquals("secret", "secre"));
  EXPECT_FALSE(SecureEquals("", "s"));
}

// The vectors of RFC 4648.
TEST(Base64, EncodesAndDecodes) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text), bytes);
  }
}

TEST(Base64, PaddingMayBeMissing) {
  EXPECT_EQ(Base64Decode("Zg"), "f");
}

TEST(Base64, RefusesWhatIsNoBase64) {
  for (const char* text : {"Z", "Zg=a", "Zh==", "Z g==", "Zg=\n", "Zm9v-_", "====", "Zg===", "="})
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
}

TEST(Sha256, KnownDigests) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(Nearest, FindsTypingSlips) {
  const std::vector<std::string> routes = {"livechat/department", "livechat/rooms", "users.info"};
  EXPECT_EQ(Nearest("livechat/departments", routes), "livechat/department");
  EXPECT_EQ(Nearest("user.info", routes), "users.info");
}

TEST(Nearest, DoesNotGuess) {
  EXPECT_EQ(Nearest("channels.list", {"livechat/rooms"}), std::nullopt);
  EXPECT_EQ(Nearest("x", {}), std::nullopt);
  EXPECT_EQ(Nearest("", {"abc"}), std::nullopt);
}

}  // namespace
}  // namespace parley
