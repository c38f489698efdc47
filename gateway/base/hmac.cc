#include "base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace parley {
namespace {

std::string Hmac(const EVP_MD* hash, std::string_view key, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(hash, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), digest, &length);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

}  // namespace

std::string HmacSha1(std::string_view key, std::string_view bytes) {
  return Hmac(EVP_sha1(), key, bytes);
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  return Hmac(EVP_sha256(), key, bytes);
}

}  // namespace parley
