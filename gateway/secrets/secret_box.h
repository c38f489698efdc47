// Seals and opens with the keys of a file, whatever becomes of that file meanwhile.
//
// The keys may be changed while a process runs. What it seals is sealed with the newest one in the file; what was sealed
// with a key it does not know makes it read the file anew. When the file is gone or unusable the keys that were read stay
// in use.
// Threading: thread-safe. Tests: tests/unit/secrets/secret_box_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "secrets/keyring.h"

namespace parley::secrets {

class SecretBox {
 public:
  // `keys`: what `file` holds.
  SecretBox(std::string file, Keyring keys);

  std::string Seal(std::string_view plain, std::string_view place);
  // Errors: kInvalidArgument, as Keyring::Open
  Result<std::string> Open(std::string_view sealed, std::string_view place);

  const std::string& file() const { return file_; }
  std::shared_ptr<const Keyring> keys();

 private:
  // What tells one content of the file from another without reading it.
  using Stamp = std::array<std::int64_t, 4>;

  static Stamp StampOf(const std::string& file);
  std::shared_ptr<const Keyring> Newest();
  void ReadAnew(const Stamp& stamp);  // under the lock

  const std::string file_;
  std::mutex mutex_;
  std::shared_ptr<const Keyring> keys_;
  Stamp stamp_{};  // none: looked at with the first seal, as it may have changed since it was read
};

}  // namespace parley::secrets
