// The file a keyring is kept in: its owner's alone, replaced as a whole or not at all.
//
// Threading: functions; whoever changes a file that others change sees to the order.
// Tests: tests/unit/secrets/key_file_test.cc
#pragma once

#include <optional>
#include <string>

#include "secrets/keyring.h"

namespace parley::secrets {

// Nothing when there is no such file. Errors name the file: kInvalidArgument for one that is no key file, kUnavailable
// for one that cannot be read.
Result<std::optional<Keyring>> ReadKeyFile(const std::string& file);

// On disk when it answers ok. Errors: kUnavailable, with the file's name
Status WriteKeyFile(const std::string& file, const Keyring& keys);

// Whether others than its owner and group may read it.
bool IsReadByAll(const std::string& file);

}  // namespace parley::secrets
