#include "relay/signature.h"

#include "base/digest.h"
#include "base/text.h"

namespace parley::relay {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kLeastBytes = 24;
constexpr std::size_t kMostBytes = 64;
constexpr std::size_t kNewBytes = 32;

}  // namespace

std::optional<std::string> KeyOf(std::string_view secret) {
  if (!secret.starts_with(kPrefix)) return std::nullopt;
  return Base64Decode(secret.substr(kPrefix.size()));
}

std::string NewSecret(IdGenerator& ids) {
  std::string bytes(256, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  return std::string(kPrefix) + Base64Encode(ids.Draw(bytes, kNewBytes));
}

bool IsSecret(std::string_view text) {
  const std::optional<std::string> key = KeyOf(text);
  return key && key->size() >= kLeastBytes && key->size() <= kMostBytes;
}

void AddSignature(const std::vector<Secret>& secrets, const std::string& id, Time at, std::string_view body,
                  outgoing::HeaderLines& headers) {
  const std::string timestamp = std::to_string(UnixSeconds(at));
  std::string signed_text;
  signed_text.reserve(id.size() + timestamp.size() + body.size() + 2);
  signed_text.append(id).append(".").append(timestamp).append(".").append(body);
  std::string signatures;
  for (const Secret& secret : secrets) {
    if (secret.until && *secret.until <= at) continue;
    const std::optional<std::string> key = secret.bytes.empty() ? KeyOf(secret.key) : secret.bytes;
    if (!key) continue;
    signatures += (signatures.empty() ? "v1," : " v1,") + Base64Encode(HmacSha256(*key, signed_text));
  }
  if (signatures.empty()) return;
  headers.Add("webhook-id", id);
  headers.Add("webhook-timestamp", timestamp);
  headers.Add("webhook-signature", signatures);
}

}  // namespace parley::relay
