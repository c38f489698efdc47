#include "base/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

namespace parley {
namespace {

struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

struct FreeHashContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using HashContext = std::unique_ptr<EVP_MD_CTX, FreeHashContext>;

// Looking an algorithm up costs as much as a short digest: once a thread.
HashContext MakeHashContext(const char* hash) {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, hash, nullptr);
  HashContext context(EVP_MD_CTX_new());
  EVP_DigestInit_ex2(context.get(), algorithm, nullptr);
  EVP_MD_free(algorithm);  // the context has it still
  return context;
}

Context MakeContext(const char* hash) {
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  Context context(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);  // the context has it still
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(hash), 0),
                                   OSSL_PARAM_construct_end()};
  EVP_MAC_CTX_set_params(context.get(), parameters);
  return context;
}

const unsigned char* Bytes(std::string_view text) {
  // Without a pointer the context would go on with the key before.
  return reinterpret_cast<const unsigned char*>(text.data() == nullptr ? "" : text.data());
}

std::string Hmac(EVP_MAC_CTX* context, std::string_view key, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  std::size_t length = 0;
  EVP_MAC_init(context, Bytes(key), key.size(), nullptr);
  EVP_MAC_update(context, Bytes(bytes), bytes.size());
  EVP_MAC_final(context, digest, &length, sizeof digest);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

}  // namespace

std::string Sha256(std::string_view bytes) {
  thread_local const HashContext context = MakeHashContext("SHA256");
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestInit_ex2(context.get(), nullptr, nullptr);
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context.get(), digest, &length);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

std::string HmacSha1(std::string_view key, std::string_view bytes) {
  thread_local const Context context = MakeContext("SHA1");
  return Hmac(context.get(), key, bytes);
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  thread_local const Context context = MakeContext("SHA256");
  return Hmac(context.get(), key, bytes);
}

}  // namespace parley
