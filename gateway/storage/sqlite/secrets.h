// Brings the secrets of a database in order when it is opened, so that all of them are sealed with the newest key.
//
// What was stored plainly by an earlier version, or sealed with an older key, is sealed anew in one transaction; the
// table `sealing` remembers that bytes of before may still be in the file until they have left it, whatever ends the
// process in between.
// Threading: one thread. Tests: tests/unit/storage/secrets_test.cc
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "secrets/secret_box.h"
#include "storage/sqlite/connection.h"
#include "storage/store.h"

namespace parley::storage::sqlite {

// REQUIRES: the newest schema, and a connection that may write.
// Errors: kInvalidArgument  something is sealed and `key_file` is missing, or does not hold the key: says what to do
Result<std::unique_ptr<secrets::SecretBox>> OpenSecretBox(Connection& connection, const std::string& database,
                                                          const std::string& key_file);

Result<std::vector<SealedCount>> CountSealed(Connection& connection);

}  // namespace parley::storage::sqlite
