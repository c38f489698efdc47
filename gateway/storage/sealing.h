// Secrets of documents, sealed on their way into a store and opened on their way out, whatever the engine.
//
// Which members they are stands in collections.h. What is stored instead of one is {"$sealed": "s1...."}: its JSON, sealed
// for the table, id and path it stands at. Nothing and empty values are stored as they are.
// Refuses to know: what a secret is for. Threading: thread-safe. Tests: tests/unit/storage/sealing_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"
#include "secrets/secret_box.h"
#include "storage/collections.h"

namespace parley::storage {

// Seals the secrets of a document that has none sealed.
void SealSecrets(const CollectionInfo& collection, std::string_view id, Json& body, secrets::SecretBox& box);

// Errors: StorageFailure  names the document and the key; the rest of the body is as it was
Status OpenSecrets(const CollectionInfo& collection, std::string_view id, Json& body, secrets::SecretBox& box);

// The name of the key for each secret of a stored document; empty for one that is not sealed.
std::vector<std::string> KeysOfSecrets(const CollectionInfo& collection, std::string_view id, const Json& body);

}  // namespace parley::storage
