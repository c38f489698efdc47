// The encodings of MIME: words of headers, bodies, dates.
//
// Threading: pure functions. Tests: tests/unit/mail/mime_test.cc
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace parley::mail {

// `text` as the value of a header: as it is when it is short printable ASCII, else as encoded words (RFC 2047) of whole
// characters, folded. REQUIRES: valid UTF-8 without control characters.
std::string EncodeHeader(std::string_view text);

// A display name: as a header, quoted where RFC 5322 asks for it.
std::string EncodeName(std::string_view name);

struct EncodedBody {
  std::string encoding;  // quoted-printable, base64
  std::string bytes;     // lines of at most 76 characters, all ending in CRLF
};

// Whichever is shorter. LF, CR and CRLF all become line ends.
EncodedBody EncodeBody(std::string_view text);

std::string MailDate(Time time);  // "Mon, 05 Jan 2026 10:15:30 +0000"

}  // namespace parley::mail
