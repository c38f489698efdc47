#include "storage/sealing.h"

#include <algorithm>

#include "base/text.h"

namespace parley::storage {
namespace {

constexpr std::string_view kSealed = "$sealed";

bool Concerns(const SealedMember& member, std::string_view id) {
  if (member.ids.empty()) return true;
  const std::vector<std::string_view> ids = Split(member.ids, ',');
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Null when there is nothing to keep secret. `Value`: Json or const Json.
template <class Value>
Value* SecretAt(std::string_view path, Value& body) {
  Value* member = &body;
  for (const std::string_view name : Split(path, '.')) {
    member = member->Find(name);
    if (member == nullptr) return nullptr;
  }
  const bool nothing = member->IsNull() || member->AsString() == std::string_view() ||
                       ((member->IsArray() || member->IsObject()) && member->empty());
  return nothing ? nullptr : member;
}

// Calls `visit` with the path and the value of each secret the document has.
template <class Value, class Visit>
void ForEachSecret(const CollectionInfo& collection, std::string_view id, Value& body, Visit visit) {
  for (const SealedMember& member : collection.sealed) {
    if (!Concerns(member, id)) continue;
    if (Value* secret = SecretAt(member.path, body)) visit(member.path, *secret);
  }
}

// The sealed text that stands for a secret; nothing: it stands there itself.
std::optional<std::string_view> SealedTextOf(const Json& secret) {
  const Json* text = secret.size() == 1 ? secret.Find(kSealed) : nullptr;
  return text == nullptr ? std::nullopt : text->AsString();
}

std::string PlaceOf(const CollectionInfo& collection, std::string_view id, std::string_view path) {
  std::string place(collection.table);
  return place.append("\n").append(path).append("\n").append(id);
}

Result<Json> Opened(std::string_view sealed, std::string_view place, secrets::SecretBox& box) {
  const Result<std::string> text = box.Open(sealed, place);
  if (!text) return text.error();
  return ParseJson(*text);
}

}  // namespace

void SealSecrets(const CollectionInfo& collection, std::string_view id, Json& body, secrets::SecretBox& box) {
  ForEachSecret(collection, id, body, [&](std::string_view path, Json& secret) {
    std::string sealed = box.Seal(Print(secret), PlaceOf(collection, id, path));
    secret = Json::Of({{std::string(kSealed), std::move(sealed)}});
  });
}

Status OpenSecrets(const CollectionInfo& collection, std::string_view id, Json& body, secrets::SecretBox& box) {
  Status outcome;
  ForEachSecret(collection, id, body, [&](std::string_view path, Json& secret) {
    const std::optional<std::string_view> sealed = SealedTextOf(secret);
    if (!sealed) return;
    Result<Json> opened = Opened(*sealed, PlaceOf(collection, id, path), box);
    if (opened) {
      secret = *std::move(opened);
    } else {
      outcome = StorageFailure(std::string(collection.table) + " " + std::string(id) + ", " + std::string(path) + ": " +
                               opened.error().message + " (" + box.file() + ")");
    }
  });
  return outcome;
}

std::vector<std::string> KeysOfSecrets(const CollectionInfo& collection, std::string_view id, const Json& body) {
  std::vector<std::string> keys;
  ForEachSecret(collection, id, body, [&](std::string_view /*path*/, const Json& secret) {
    keys.emplace_back(secrets::KeyNameOf(SealedTextOf(secret).value_or(std::string_view())));
  });
  return keys;
}

}  // namespace parley::storage
