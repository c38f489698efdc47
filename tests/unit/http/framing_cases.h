// Requests that test where one message ends and the next begins: what the server must refuse, and what it must not.
#pragma once

#include <string>
#include <vector>

namespace parley::http::test {

struct FramingCase {
  std::string name;
  std::string bytes;
  int status;  // 200: accepted
};

// How a case shows up in a test's name.
inline void PrintTo(const FramingCase& one, std::ostream* out) {
  *out << one.name;
}

inline std::string Get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}
inline std::string Post(const std::string& fields, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}
inline std::string Chunked(const std::string& body) {
  return Post("Transfer-Encoding: chunked\r\n", body);
}

inline std::vector<FramingCase> RefusedRequests() {
  using namespace std::string_literals;
  std::string many_fields;
  for (int i = 0; i < 101; ++i) many_fields += "X-" + std::to_string(i) + ": a\r\n";
  return {
      // Request line
      {"GarbageLine", "hello\r\n\r\n", 400},
      {"BinaryLine", "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n"s, 400},
      {"EmptyMethod", " / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"UnknownMethod", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"LowerCaseMethod", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"ConnectMethod", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501},
      {"TraceMethod", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"MethodWithSeparator", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NoTarget", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"RelativeTarget", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"AbsoluteTarget", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"AsteriskTarget", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"FragmentInTarget", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"ControlInTarget", "GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NulInTarget", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
      {"NoVersion", "GET /\r\nHost: a\r\n\r\n", 400},
      {"Version09", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 400},
      {"Version12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 400},
      {"Version20", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
      {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"TwoSpacesBeforeVersion", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"LineFeedOnlyAfterRequestLine", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"CarriageReturnOnlyAfterRequestLine", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
      // Host
      {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
      {"TwoHosts", Get("Host: a\r\n"), 400},
      {"TwoHostsInOldVersion", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"HostWithSpace", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"HostWithoutPortDigits", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", 400},
      {"HostWithLettersAsPort", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
      {"HostWithOpenBracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"HostList", "GET / HTTP/1.1\r\nHost: a, b:80:80\r\n\r\n", 400},
      // Fields
      {"FieldWithoutColon", Get("X-A\r\n"), 400},
      {"SpaceBeforeColon", Get("X-A : a\r\n"), 400},
      {"EmptyFieldName", Get(": a\r\n"), 400},
      {"ControlInFieldName", Get("X\x01-A: a\r\n"), 400},
      {"NulInFieldValue", Get("X-A: a\0b\r\n"s), 400},
      {"ControlInFieldValue", Get("X-A: a\x02\r\n"), 400},
      {"BareCarriageReturnInValue", Get("X-A: a\rb\r\n"), 400},
      {"BareLineFeedInValue", Get("X-A: a\nX-B: b\r\n"), 400},
      {"FoldedField", Get("X-A: a\r\n b\r\n"), 400},
      {"FoldedFieldByTab", Get("X-A: a\r\n\tb\r\n"), 400},
      {"FoldedFieldWithEmptyFirstLine", Get("X-A:\r\n b\r\n"), 400},
      {"FoldedFieldWithEmptySecondLine", Get("X-A: a\r\n \r\n"), 400},
      {"FoldedTransferEncoding", Post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
      {"FirstFieldBeginsWithSpace", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"TooManyFields", Get(many_fields), 431},
      {"FieldTooLong", Get("X-A: " + std::string(20000, 'a') + "\r\n"), 431},
      {"TargetTooLong", "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
      // Content-Length
      {"LengthNotANumber", Post("Content-Length: x\r\n", ""), 400},
      {"LengthEmpty", Post("Content-Length:\r\n", ""), 400},
      {"LengthNegative", Post("Content-Length: -1\r\n", ""), 400},
      {"LengthWithPlus", Post("Content-Length: +3\r\n", "abc"), 400},
      {"LengthHexadecimal", Post("Content-Length: 0x3\r\n", "abc"), 400},
      {"LengthWithFraction", Post("Content-Length: 3.0\r\n", "abc"), 400},
      {"LengthList", Post("Content-Length: 3,3\r\n", "abc"), 400},
      {"LengthListWithSpace", Post("Content-Length: 3, 3\r\n", "abc"), 400},
      {"LengthTwiceTheSame", Post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
      {"LengthTwiceDifferent", Post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400},
      {"LengthBeyondSixtyFourBits", Post("Content-Length: 99999999999999999999\r\n", ""), 400},
      {"LengthAboveTheLimit", Post("Content-Length: 1048577\r\n", ""), 413},
      {"LengthLargest", Post("Content-Length: 18446744073709551615\r\n", ""), 413},
      // Transfer-Encoding
      {"LengthThenChunked", Post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"ChunkedThenLength", Post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400},
      {"IdentityCoding", Post("Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "abc"), 501},
      {"UnknownCoding", Post("Transfer-Encoding: x\r\nContent-Length: 3\r\n", "abc"), 501},
      {"GzipCoding", Post("Transfer-Encoding: gzip\r\n", ""), 501},
      {"GzipThenChunked", Post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"ChunkedThenGzip", Post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 501},
      {"ChunkedTwiceInOneField", Post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
      {"ChunkedInTwoFields", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"IdentityThenChunked", Post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 501},
      {"ChunkedWithParameter", Post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"), 501},
      {"ChunkedInQuotes", Post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 501},
      {"EmptyCoding", Post("Transfer-Encoding:\r\nContent-Length: 3\r\n", "abc"), 501},
      {"ChunkedInOldVersion", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      // Chunks
      {"ChunkSizeNotHexadecimal", Chunked("x\r\nabc\r\n0\r\n\r\n"), 400},
      {"ChunkSizeEmpty", Chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {"ChunkSizeNegative", Chunked("-1\r\nabc\r\n0\r\n\r\n"), 400},
      {"ChunkSizeWithPrefix", Chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {"ChunkSizeWithLeadingSpace", Chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400},
      {"ChunkSizeBeyondSixtyFourBits", Chunked("ffffffffffffffff1\r\n"), 400},
      {"ChunkSizeAboveTheLimit", Chunked("100001\r\n"), 413},
      {"ChunkSizeByLineFeed", Chunked("3\nabc\r\n0\r\n\r\n"), 400},
      {"ChunkLongerThanItsSize", Chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
      {"ChunkWithoutLineEnd", Chunked("3\r\nabc0\r\n\r\n"), 400},
      {"MalformedChunkExtension", Chunked("3;=\r\nabc\r\n0\r\n\r\n"), 400},
      {"MalformedTrailer", Chunked("0\r\nX-A\r\n\r\n"), 400},
      {"FoldedTrailer", Chunked("0\r\nX-A: a\r\n b\r\n\r\n"), 400},
      {"LengthInTrailer", Chunked("0\r\nContent-Length: 5\r\n\r\n"), 400},
      {"CodingInTrailer", Chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
      // Expect
      {"UnknownExpectation", Post("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc"), 417},
  };
}

// The answer's body is "METHOD target|body" for these.
struct AcceptedCase {
  std::string name;
  std::string bytes;
  std::string echo;
};

inline void PrintTo(const AcceptedCase& one, std::ostream* out) {
  *out << one.name;
}

inline std::vector<AcceptedCase> AcceptedRequests() {
  return {
      {"Plain", Get(""), "GET /|"},
      {"Query", "GET /a?b=c?d HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a?b=c?d|"},
      {"EmptyLineBefore", "\r\n" + Get(""), "GET /|"},
      {"OldVersionWithoutHost", "GET / HTTP/1.0\r\n\r\n", "GET /|"},
      {"HostWithPort", "GET / HTTP/1.1\r\nHost: a:8080\r\n\r\n", "GET /|"},
      {"HostIsAddress", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET /|"},
      {"FieldNameInAnyCase", "GET / HTTP/1.1\r\nhOsT: a\r\n\r\n", "GET /|"},
      {"EmptyFieldValue", Get("X-A:\r\n"), "GET /|"},
      {"NoSpaceAfterColon", Get("X-A:a\r\n"), "GET /|"},
      {"TabsAroundValue", Get("X-A:\ta\t\r\n"), "GET /|"},
      {"BytesAboveAscii", Get("X-A: \xc3\xa4\r\n"), "GET /|"},
      {"LengthZero", Get("Content-Length: 0\r\n"), "GET /|"},
      {"LengthWithLeadingZeros", Post("Content-Length: 003\r\n", "abc"), "POST /|abc"},
      {"BodyOnGet", Get("Content-Length: 3\r\n") + "abc", "GET /|abc"},
      {"Post", Post("Content-Length: 3\r\n", "abc"), "POST /|abc"},
      {"PostWithoutLength", Post("", ""), "POST /|"},
      {"OneChunk", Chunked("3\r\nabc\r\n0\r\n\r\n"), "POST /|abc"},
      {"Chunks", Chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), "POST /|abc"},
      {"ChunkedInAnyCase", Post("Transfer-Encoding: ChUnKeD\r\n", "3\r\nabc\r\n0\r\n\r\n"), "POST /|abc"},
      {"ChunkSizeUpperCaseAndZeros", Chunked("00A\r\n0123456789\r\n000\r\n\r\n"), "POST /|0123456789"},
      {"ChunkExtension", Chunked("3;a=b;c=\"d\"\r\nabc\r\n0\r\n\r\n"), "POST /|abc"},
      {"Trailer", Chunked("3\r\nabc\r\n0\r\nX-A: a\r\n\r\n"), "POST /|abc"},
      {"NoChunks", Chunked("0\r\n\r\n"), "POST /|"},
      {"Put", "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "PUT /a|x"},
      {"Patch", "PATCH /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "PATCH /a|x"},
      {"Delete", "DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE /a|"},
      {"Options", "OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS /a|"},
      {"HundredFields",
       [] {
         std::string fields;
         for (int i = 0; i < 99; ++i) fields += "X-" + std::to_string(i) + ": a\r\n";
         return Get(fields);
       }(),
       "GET /|"},
  };
}

}  // namespace parley::http::test
