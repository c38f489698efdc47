// Digests, plain ones and keyed ones (for signatures of other services), as bytes.
//
// Threading: pure functions. Tests: tests/unit/base/digest_test.cc
#pragma once

#include <string>
#include <string_view>

namespace parley {

// The 32 bytes of SHA-256 of `bytes`. base/text.h has them as text.
std::string Sha256(std::string_view bytes);
// The 20 bytes of HMAC-SHA1 (RFC 2104) of `bytes`.
std::string HmacSha1(std::string_view key, std::string_view bytes);
// The 32 bytes of HMAC-SHA256.
std::string HmacSha256(std::string_view key, std::string_view bytes);

}  // namespace parley
