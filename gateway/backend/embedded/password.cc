#include "backend/embedded/password.h"

#include <sodium.h>

#include <array>

namespace parley::backend::embedded {
namespace {

std::string HashNow(PasswordCost cost, const std::string& digest) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const bool minimal = cost == PasswordCost::kMinimal;
  const auto operations = minimal ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE;
  const auto memory = minimal ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE;
  // Fails only when the memory cannot be had.
  if (crypto_pwhash_str(text.data(), digest.data(), digest.size(), operations, memory) != 0) return {};
  return text.data();
}

bool VerifyNow(const std::string& stored, const std::string& digest) {
  return crypto_pwhash_str_verify(stored.c_str(), digest.data(), digest.size()) == 0;
}

}  // namespace

Awaitable<Result<std::string>> Passwords::Hash(std::string digest) {
  std::function<std::string()> work = [cost = cost_, digest = std::move(digest)] { return HashNow(cost, digest); };
  Result<std::string> hash = co_await pool_.Run<std::string>(std::move(work));
  if (hash && hash->empty()) co_return Unavailable("not enough memory to hash a password");
  co_return hash;
}

Awaitable<Result<bool>> Passwords::Verify(std::string stored, std::string digest) {
  if (stored.empty()) {
    Result<std::string> effort = co_await Hash(std::move(digest));
    if (!effort) co_return effort.error();
    co_return false;
  }
  std::function<bool()> work = [stored = std::move(stored), digest = std::move(digest)] {
    return VerifyNow(stored, digest);
  };
  co_return co_await pool_.Run<bool>(std::move(work));
}

}  // namespace parley::backend::embedded
