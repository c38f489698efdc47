// The keys by which secrets are sealed before they are stored.
//
// A sealed text is "s1.<key>.<base64 of nonce, ciphertext and tag>": AES-256-GCM, a random nonce of 96 bits. Where it is
// kept (`place`) is authenticated with it, so that one that was moved elsewhere does not open. The first key seals; the
// others open what was sealed before it came.
// Refuses to know: files, documents, what a secret is for.
// Threading: immutable. Tests: tests/unit/secrets/keyring_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::secrets {

class Keyring {
 public:
  // One random key.
  static Keyring Make();
  // One key a line, base64 of 32 bytes; empty lines and those that begin with '#' do not count.
  // Errors: kInvalidArgument  the line and the rule, never the key
  static Result<Keyring> Parse(std::string_view text);
  std::string Print() const;

  // With another random key, which seals from then on.
  Keyring WithNewKey() const;
  Keyring OnlyNewest() const;

  std::string Seal(std::string_view plain, std::string_view place) const;
  // Errors: kInvalidArgument  no sealed text, sealed with a key that is not here, changed, or of another place
  Result<std::string> Open(std::string_view sealed, std::string_view place) const;

  // A key is called by 8 hex digits of its digest, which may be shown.
  const std::string& newest() const { return keys_.front().name; }
  std::vector<std::string> names() const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

 private:
  struct Key {
    std::string name;
    std::string bytes;
  };

  explicit Keyring(std::vector<Key> keys) : keys_(std::move(keys)) {}
  static Key MakeKey();
  static std::string NameOf(std::string_view bytes);
  const Key* Find(std::string_view name) const;

  std::vector<Key> keys_;  // never empty; the newest first
};

// The name of the key a text was sealed with; empty when it is no sealed text.
std::string_view KeyNameOf(std::string_view sealed);

}  // namespace parley::secrets
