#include "secrets/keyring.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/text.h"

namespace parley::secrets {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kNameDigits = 8;
constexpr std::string_view kForm = "s1.";
constexpr std::string_view kHeading =
    "# The keys of Parley's store, one a line, base64 of 32 random bytes: the first seals, all of them open. Without "
    "them\n"
    "# the secrets in the store are lost. Keep a copy, apart from the database's.\n";

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// Looking the algorithm up costs more than a short secret: once a thread.
EVP_CIPHER_CTX* Context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  return context.get();
}

const EVP_CIPHER* Cipher() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data() == nullptr ? "" : text.data());
}

unsigned char* Room(std::string& text, std::size_t at = 0) {
  return reinterpret_cast<unsigned char*>(text.data() + at);
}

// What fails only where the system has no source of randomness or no memory: a key or a nonce that can be guessed, or a
// secret that never opens again, would be worse than an end.
void Must(int outcome) {
  if (outcome != 1) std::abort();
}

std::string Random(std::size_t count) {
  std::string bytes(count, '\0');
  Must(RAND_bytes(Room(bytes), static_cast<int>(count)));
  return bytes;
}

std::string Encrypt(std::string_view key, std::string_view plain, std::string_view place) {
  EVP_CIPHER_CTX* context = Context();
  std::string out = Random(kNonceBytes);
  int length = 0;
  Must(EVP_EncryptInit_ex2(context, Cipher(), Bytes(key), Bytes(out), nullptr));
  Must(EVP_EncryptUpdate(context, nullptr, &length, Bytes(place), static_cast<int>(place.size())));
  out.resize(kNonceBytes + plain.size() + kTagBytes);
  Must(EVP_EncryptUpdate(context, Room(out, kNonceBytes), &length, Bytes(plain), static_cast<int>(plain.size())));
  Must(EVP_EncryptFinal_ex(context, Room(out, kNonceBytes + plain.size()), &length));
  Must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, Room(out, kNonceBytes + plain.size())));
  return out;
}

// Nothing when a byte of it, or of `place`, is another.
std::optional<std::string> Decrypt(std::string_view key, std::string_view bytes, std::string_view place) {
  if (bytes.size() < kNonceBytes + kTagBytes) return std::nullopt;
  EVP_CIPHER_CTX* context = Context();
  const std::string_view secret = bytes.substr(kNonceBytes, bytes.size() - kNonceBytes - kTagBytes);
  std::string tag(bytes.substr(bytes.size() - kTagBytes));
  std::string plain(secret.size() + kTagBytes, '\0');
  int length = 0;
  Must(EVP_DecryptInit_ex2(context, Cipher(), Bytes(key), Bytes(bytes), nullptr));
  Must(EVP_DecryptUpdate(context, nullptr, &length, Bytes(place), static_cast<int>(place.size())));
  Must(EVP_DecryptUpdate(context, Room(plain), &length, Bytes(secret), static_cast<int>(secret.size())));
  Must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
  if (EVP_DecryptFinal_ex(context, Room(plain, secret.size()), &length) != 1) return std::nullopt;
  plain.resize(secret.size());
  return plain;
}

Error Unopened(const std::string& why) {
  return InvalidArgument("a secret cannot be opened: " + why);
}

}  // namespace

std::string Keyring::NameOf(std::string_view bytes) {
  return Sha256Hex("parley key " + std::string(bytes)).substr(0, kNameDigits);
}

Keyring::Key Keyring::MakeKey() {
  std::string bytes = Random(kKeyBytes);
  std::string name = NameOf(bytes);
  return {std::move(name), std::move(bytes)};
}

Keyring Keyring::Make() {
  std::vector<Key> keys;
  keys.push_back(MakeKey());
  return Keyring(std::move(keys));
}

Result<Keyring> Keyring::Parse(std::string_view text) {
  std::vector<Key> keys;
  int number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++number;
    line = Trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    std::optional<std::string> bytes = Base64Decode(line);
    const std::string where = "line " + std::to_string(number);
    if (!bytes || bytes->size() != kKeyBytes) return InvalidArgument(where + " is not base64 of 32 bytes");
    std::string name = NameOf(*bytes);
    const bool twice = std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
    if (twice) return InvalidArgument(where + " has a key that is there already");
    keys.push_back({std::move(name), *std::move(bytes)});
  }
  if (keys.empty()) return InvalidArgument("there is no key in it");
  return Keyring(std::move(keys));
}

std::string Keyring::Print() const {
  std::string text(kHeading);
  for (const Key& key : keys_) text.append(Base64Encode(key.bytes)).append("\n");
  return text;
}

Keyring Keyring::WithNewKey() const {
  std::vector<Key> keys = keys_;
  keys.insert(keys.begin(), MakeKey());
  return Keyring(std::move(keys));
}

Keyring Keyring::OnlyNewest() const {
  std::vector<Key> keys;
  keys.push_back(keys_.front());
  return Keyring(std::move(keys));
}

std::vector<std::string> Keyring::names() const {
  std::vector<std::string> names;
  for (const Key& key : keys_) names.push_back(key.name);
  return names;
}

const Keyring::Key* Keyring::Find(std::string_view name) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.name == name; });
  return found == keys_.end() ? nullptr : &*found;
}

std::string Keyring::Seal(std::string_view plain, std::string_view place) const {
  const Key& key = keys_.front();
  std::string sealed(kForm);
  return sealed.append(key.name).append(".").append(Base64Encode(Encrypt(key.bytes, plain, place)));
}

Result<std::string> Keyring::Open(std::string_view sealed, std::string_view place) const {
  const std::string_view name = KeyNameOf(sealed);
  if (name.empty()) return Unopened("it is not in a form that is known here");
  const Key* key = Find(name);
  if (key == nullptr) return Unopened("it was sealed with the key " + std::string(name));
  const std::optional<std::string> bytes = Base64Decode(sealed.substr(kForm.size() + kNameDigits + 1));
  std::optional<std::string> plain = bytes ? Decrypt(key->bytes, *bytes, place) : std::nullopt;
  if (!plain) return Unopened("it was changed, or belongs to another record");
  return *std::move(plain);
}

std::string_view KeyNameOf(std::string_view sealed) {
  const std::size_t name_end = kForm.size() + kNameDigits;
  if (!sealed.starts_with(kForm) || sealed.size() <= name_end || sealed[name_end] != '.') return {};
  return sealed.substr(kForm.size(), kNameDigits);
}

}  // namespace parley::secrets
